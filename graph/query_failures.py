"""What a worker reports of a query that it could not answer, as the errors of graph.query_errors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.guard import first_word, relative_iri
from graph.query_errors import (
    NotAcceptable,
    QueryError,
    QueryFailed,
    QueryMemory,
    QueryRefused,
    QuerySyntax,
    SnapshotUnreadable,
)

QUERIES = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")

NOT_OFFERED = ("SERVICE", "LATERAL")
"""What the engine would take, and the guard refuses or SPARQL 1.1 does not have."""

MAX_EXCERPT = 160
MAX_EXPECTED = 12

_POSITION = re.compile(r"(?:error|Error)\D* at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", re.DOTALL)
_CLASS = re.compile(r"\[(?:'(?:\\.[^']*|[^'])'|[^\]'])*\]", re.DOTALL)
"""A class of characters in the engine's list of what it expected: no help to people, and may hold commas."""


def failure(
    report: str, *, text: str, accept: Sequence[str], memory_limit: int, update: bool = False
) -> QueryError:
    """The error for the payload of an ``E`` frame (its kind, a newline, its message) about a query or ``update``."""
    kind, _, message = report.partition("\n")
    match kind:
        case "syntax":
            return _syntax(message, text, update=update)
        case "unacceptable":
            return NotAcceptable(accept, message.split("\n"))
        case "memory":
            return QueryMemory(memory_limit)
        case "snapshot":
            return SnapshotUnreadable(message)
        case _:
            if message.startswith("Corruption"):  # the engine's word for files that are damaged
                return SnapshotUnreadable(message.strip())
            return QueryFailed(message.rstrip(". "))


def update_refused() -> QueryRefused:
    """The error for an update where only queries are answered."""
    return QueryRefused(
        "update", "This is an update, and only queries are answered here: SELECT, ASK, CONSTRUCT, DESCRIBE."
    )


def _syntax(message: str, text: str, *, update: bool) -> QueryError:
    form = first_word(text)
    if update and form in QUERIES:
        return QueryRefused(
            "query", "This is a query, and only updates are carried out here. Send it to /sparql."
        )
    if not update and form in UPDATES:
        return update_refused()
    found = _POSITION.match(message)
    if not found:
        return QuerySyntax(1, 1, message.rstrip(". ") + ".", "")
    line, column = int(found[1]), int(found[2])
    iri = relative_iri(text) if form in (*QUERIES, *UPDATES) else None
    if iri:  # the engine's place is behind the triple in which it stands
        line = text.count("\n", 0, iri.start) + 1
        column = iri.start - text.rfind("\n", 0, iri.start)
    lines = text.split("\n")
    excerpt = lines[line - 1].rstrip("\r").replace("\t", " ") if line <= len(lines) else ""
    forms = UPDATES if update else QUERIES
    if form not in forms:
        kind = "an update" if update else "a query"
        reason = f"{kind} begins with {', '.join(forms[:-1])} or {forms[-1]}, not with {form or 'this'}."
    elif iri:
        reason = f"the IRI {iri.text} is relative. Declare a BASE, or write the IRI in full or with a prefix."
    else:
        reason = _reason(found[3], excerpt[: column - 1])
    return QuerySyntax(line, column, reason, excerpt if len(excerpt) <= MAX_EXCERPT else "")


def _reason(expected: str, before: str) -> str:
    """What is wrong, in a sentence, from the engine's list and the text before the place.

    >>> _reason('"(", FILTER, [_]', "SELECT * ")
    'expected "(" or FILTER.'
    """
    items = [item.strip() for item in _CLASS.sub("", expected).split(", ")]
    items = [item.replace('\\"', '"') for item in items]
    words = list(dict.fromkeys(item for item in items if item and item not in NOT_OFFERED))
    if words == ["IRI parsing failed"]:
        return f"{before[before.rfind('<') :]} is no IRI. Write spaces and other odd characters percent-encoded (%20)."
    if "Prefix not found" in words:
        prefix = re.search(r"([\w.-]*:)[^\s<>{}()]*$", before)
        return f"the prefix {prefix[1] if prefix else 'before it'} is not declared."
    if sentences := [word for word in words if " " in word]:
        return "; ".join(sentences) + "."
    if not words:
        return "this is not SPARQL."
    shown = words[:MAX_EXPECTED]
    rest = f" … ({len(words) - len(shown)} more)" if len(words) > len(shown) else ""
    listed = " or ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
    return f"expected {listed}{rest}."
