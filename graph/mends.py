"""Queries that the engine would answer otherwise than SPARQL 1.1 says, written so that it answers them rightly.

docs/sparql.md lists the engine's deviations. A text is changed only where it is understood for certain and where
the new pattern means the same by the specification; all else of it stays as it was, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import pyoxigraph as ox

from graph.guard import Token, is_iri, tokens
from graph.mend_graphs import AGGREGATES, Rewriter, Source
from graph.patterns import Node, NotUnderstoodError, read_groups
from graph.worker import Changed

MAX_MENDED = 32 * 1024
"""Characters; a longer text is left as it is, for mending takes some 10 ms for each 1,000."""

_SUSPECT = re.compile(
    r"""
      (?:select|distinct|reduced)\s*\*
    | ( graph \s*+ [?$<:\w] .*? (?: graph | minus | values | select )
      | group_concat | bnode | [\w:>)] \s*+ (?:\* | \?(?!\w)) | [:>] [\w.%\\-]*+ \s*+ \( )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""What every text has that needs a mend, as its only group; the rest is what would be taken for it."""

MENDED_FUNCTION = (
    "No function {} is known here; its calls are errors, which leave a variable unbound or fail a filter."
)
MENDED_CONCAT = "GROUP_CONCAT gives a string without a language tag."
MENDED_BNODE = "BNODE with a label makes another node in each solution."

DOUBT_BNODE = (
    "Several BNODE calls with labels are not all in the SELECT of a query without groups; the engine gives the same "
    "node in all solutions. Add what tells the solutions apart to the label."
)

DOUBT_LENGTH = (
    f"A text of more than {MAX_MENDED} characters is not searched for what the engine answers wrongly."
)


@dataclass(frozen=True, slots=True)
class Mended:
    """A text to be sent to the engine in another's place.

    ``functions`` are IRIs that the engine does not know: each is to be given to it as a function without a value.
    ``notes`` say what was changed, ``doubts`` what the engine may answer wrongly all the same; both are sentences.
    """

    text: str
    notes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def as_changed(self, text: str) -> Changed:
        """The text and functions as a worker is told them; None where ``text`` stayed as it was."""
        return (self.text, self.functions) if self.text != text or self.functions else None


def mend(text: str, prefixes: Mapping[str, str] | None = None) -> Mended:
    """The query or update as the engine answers it rightly; ``prefixes`` are declared beside its own.

    The text has passed graph.guard: nesting is bounded. A text that needs no mend comes back as it is.

    >>> mend("SELECT (GROUP_CONCAT(?l) AS ?all) { ?x ?y ?l }").text
    'SELECT (STR(GROUP_CONCAT(?l)) AS ?all) { ?x ?y ?l }'
    """
    if not any(found[1] for found in _SUSPECT.finditer(text)):
        return Mended(text)
    if len(text) > MAX_MENDED:
        return Mended(text, doubts=(DOUBT_LENGTH,))
    words = [token for token in tokens(text) if token.kind != "space"]
    names = _Names(words, prefixes or {})
    try:
        groups = read_groups(words, names.declared())
    except NotUnderstoodError:
        functions = _unknown(words, names, ())
        return Mended(text, _function_notes(functions), functions)
    functions = _unknown(words, names, groups)
    notes = [*_function_notes(functions)]
    doubts: list[str] = []
    source = Source(text, words)
    if _untag(source):
        notes.append(MENDED_CONCAT)
    rewriter = Rewriter(source, names.resolve)
    row = _freshen(source, groups)
    if row is not None:
        (notes if row else doubts).append(MENDED_BNODE if row else DOUBT_BNODE)
    mended = rewriter.rewrite(groups)
    return Mended(
        mended,
        tuple(dict.fromkeys((*notes, *rewriter.notes))),
        functions,
        tuple(dict.fromkeys((*doubts, *rewriter.doubts))),
    )


class _Names:
    """What the names of a text stand for."""

    def __init__(self, words: Sequence[Token], prefixes: Mapping[str, str]) -> None:
        self.prefixes = dict(prefixes)
        own: dict[str, str] = {}
        self._ambiguous = False
        for at, token in enumerate(words[:-2]):
            if token.kind == "word" and token.text.upper() == "PREFIX" and words[at + 2].kind == "iri":
                label, iri = words[at + 1].text[:-1], words[at + 2].text[1:-1]
                self._ambiguous = self._ambiguous or own.get(label, iri) != iri
                own[label] = iri
        self.prefixes.update(own)

    def declared(self) -> tuple[str, ...]:
        """The labels that have a namespace; NotUnderstoodError if one has two."""
        if self._ambiguous:
            raise NotUnderstoodError
        return tuple(self.prefixes)

    def resolve(self, token: Token) -> str:
        """The IRI of an IRI or a name; of anything else, and of a name without its prefix, the text."""
        if token.kind == "iri":
            return token.text[1:-1]
        if token.kind == "name":
            label, _, local = token.text.partition(":")
            if label in self.prefixes:
                return self.prefixes[label] + re.sub(r"\\(.)", r"\1", local)
        return token.text


def _unknown(words: Sequence[Token], names: _Names, groups: Sequence[Node]) -> tuple[str, ...]:
    """The IRIs that are called as functions and that the engine does not know.

    Where no groups are known, a predicate before a list may be among them, which does no harm.
    """
    in_triples = {
        at for node in _walk(groups) if node.kind == "triples" for at in range(node.first, node.last)
    }
    called = [
        names.resolve(token)
        for at, (token, following) in enumerate(pairwise(words))
        if following.text == "(" and token.kind in ("iri", "name") and at not in in_triples
    ]
    return tuple(iri for iri in dict.fromkeys(called) if is_iri(iri) and not _known(iri))


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _function_notes(functions: Sequence[str]) -> tuple[str, ...]:
    return tuple(MENDED_FUNCTION.format(f"<{iri}>") for iri in functions)


@lru_cache(maxsize=1)
def _empty_store() -> ox.Store:
    return ox.Store()


@lru_cache(maxsize=1024)
def _known(iri: str) -> bool:
    """True if the engine has a function of that name."""
    try:
        bool(_empty_store().query(f"ASK {{ BIND(<{iri}>(1) AS ?value) FILTER(BOUND(?value)) }}"))
    except RuntimeError:
        return False
    return True


def _calls(words: Sequence[Token], function: str) -> Iterator[tuple[int, int]]:
    """Where a built-in function is called: the places of its name and of the parenthesis that closes."""
    for at, token in enumerate(words[:-1]):
        if token.kind == "word" and token.text.upper() == function and words[at + 1].text == "(":
            depth = 0
            for end in range(at + 1, len(words)):
                depth += (words[end].text == "(") - (words[end].text == ")")
                if not depth:
                    yield at, end
                    break


def _untag(source: Source) -> bool:
    """Put STR around each GROUP_CONCAT, which the engine gives the language tag that all its strings share."""
    calls = list(_calls(source.tokens, "GROUP_CONCAT"))
    for start, end in calls:
        source.replace(start, f"STR({source.tokens[start].text}")
        source.replace(end, "))")
    return bool(calls)


def _freshen(source: Source, groups: Sequence[Node]) -> bool | None:
    """Make BNODE(label) another node in each solution: the engine takes the label for the node's name.

    True if that is done, False if it is needed and cannot be, None if there is no such call.
    """
    words = source.tokens
    calls = [(start, end) for start, end in _calls(words, "BNODE") if end > start + 2]
    if not calls:
        return None
    row = "STRUUID()"
    if len(calls) > 1:
        first = groups[0].first if groups else 0
        head = [token.text.upper() for token in words[:first]]
        tail = [token.text.upper() for token in words[groups[0].last :]] if groups else []
        plain = "SELECT" in head and not {"GROUP", "HAVING"} & {*tail} and not AGGREGATES & {*head, *tail}
        if not plain or len(groups) > 1 or any(end > first for _, end in calls):
            return False
        row = "?solution_"
        while row in source.text:
            row += "_"
        source.replace(groups[0].first, "{ {")
        source.replace(groups[0].last - 1, f"}} BIND(STRUUID() AS {row}) }}")
    for start, end in calls:
        source.replace(start + 1, f'(CONCAT("b", {row}, SHA1(')
        source.replace(end, ")))")
    return True
