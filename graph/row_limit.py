"""A limit on the rows of a SELECT, set in its text, so that the engine stops there and the answer stays well-formed."""

from __future__ import annotations

from graph.guard import first_word, tokens_with_depth

Bound = tuple[str, str, int, int]
"""The query before and after the place of its LIMIT and OFFSET, the rows that it skips, and those it may give."""


def bound(text: str, rows: int) -> Bound | None:
    """Where to set a limit of ``rows``; None for what is no SELECT, asks for no more, or is not understood.

    >>> bound("SELECT * { ?s ?p ?o } LIMIT 9", 5)
    ('SELECT * { ?s ?p ?o } ', '', 0, 5)
    >>> bound("SELECT * { ?s ?p ?o } LIMIT 9", 10)
    """
    if first_word(text) != "SELECT":
        return None
    found: dict[str, int] = {}
    kept: list[str] = []
    tail_at: int | None = None
    taken, before = 0, ""
    for token, depth in tokens_with_depth(text):
        if token.kind == "space" or depth:
            continue
        word = token.text.upper() if token.kind == "word" else ""
        if before in ("LIMIT", "OFFSET"):
            if not token.text.isdecimal() or before in found:
                return None
            found[before] = int(token.text)
            taken = token.end
        elif word in ("LIMIT", "OFFSET"):
            kept.append(text[taken : token.start])
            taken = token.end
        elif word == "VALUES" and tail_at is None:
            tail_at = token.start
        before = word
    if before in ("LIMIT", "OFFSET"):
        return None
    if found.get("LIMIT", rows + 1) <= rows:
        return None
    end = len(text) if tail_at is None else tail_at
    head = "".join([*kept, text[taken:end]])
    return head, text[end:], found.get("OFFSET", 0), rows
