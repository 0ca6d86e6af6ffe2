"""What an update from outside may do, told from its text, and always on the safe side.

The engine tells nobody what an update has changed. So an update counts as changing whowhom's own graphs unless its
text shows that it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from graph.errors import BadSelection
from graph.guard import surely_iri, tokens_with_depth

_DATA_WORDS = {"INSERT", "DELETE", "DATA", "PREFIX", "BASE"}
_WHOLE = {"ALL", "NAMED"}
"""Words that mean every graph, as in DROP ALL."""


def is_data_only(text: str) -> bool:
    """True if the update consists of INSERT DATA and DELETE DATA alone, which take time and memory by their length.

    >>> is_data_only("INSERT DATA { <http://a> <http://b> 1 }"), is_data_only("DELETE WHERE { ?s ?p ?o }")
    (True, False)
    """
    words = [
        token.text.upper() for token, depth in tokens_with_depth(text) if token.kind == "word" and depth == 0
    ]
    return set(words) <= _DATA_WORDS and words.count("DATA") == words.count("INSERT") + words.count("DELETE")


def may_change(text: str, prefixes: Mapping[str, str], is_own: Callable[[str], bool]) -> bool:
    """True unless no graph that the update may write to ``is_own``, of which it gives the IRI.

    True as well for what names graphs by variables, all graphs at once, relative or escaped IRIs.

    >>> own = lambda iri: iri.startswith("http://own/")
    >>> may_change("INSERT DATA { GRAPH <http://mine> { <http://own/x> <http://p> 1 } }", {}, own)
    True
    >>> may_change("INSERT DATA { GRAPH <http://mine> { <http://x> <http://p> 1 } }", {}, own)
    False
    """
    declared = dict(prefixes)
    before, label, writing = "", "", True
    for token, depth in tokens_with_depth(text):
        if token.kind == "space":
            continue
        word = token.text.upper() if token.kind == "word" else ""
        if token.kind == "iri" and not surely_iri(token.text) and set(token.text) & {"'", "#"}:
            return True  # where the engine reads a less-than, a string or a comment begins within
        if depth == 0 and word == "WHERE":
            writing = before == "DELETE"  # which deletes what it finds; else what follows is only read
        elif depth == 0 and (word == "USING" or token.text == ";"):
            writing = word != "USING"
        if token.kind == "name":
            label, _, local = token.text.partition(":")
            iri = declared.get(label, "") + local
            if writing and before != "PREFIX" and ("\\" in local or is_own(iri)):
                return True
        elif token.kind == "iri":
            iri = token.text[1:-1]
            if before == "PREFIX":
                declared[label] = iri
            elif writing and ("\\" in iri or is_own(iri)):
                return True
        elif word == "BASE" or (writing and (word in _WHOLE or (before == "GRAPH" and token.kind == "mark"))):
            return True
        if not (before == "PREFIX" and token.kind == "name"):
            before = word
    return False


def with_datasets(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """The update with ``USING`` for the graphs that the protocol names beside it.

    Raises BadSelection where the update has its own, or has no place for it.

    >>> with_datasets("DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", ["http://g"], [])
    'DELETE { ?s ?p 1 } USING <http://g> WHERE { ?s ?p 1 }'
    """
    if not default_graphs and not named_graphs:
        return text
    using = "".join(f"USING <{iri}> " for iri in default_graphs)
    using += "".join(f"USING NAMED <{iri}> " for iri in named_graphs)
    pieces: list[str] = []
    taken, closed = 0, False
    for token, depth in tokens_with_depth(text):
        word = token.text.upper() if token.kind == "word" and depth == 0 else ""
        if word in ("USING", "WITH"):
            raise BadSelection(
                "using-graph-uri",
                [*default_graphs, *named_graphs],
                f"nothing, where the update itself says {word}",
            )
        if word == "WHERE" and not closed:
            raise BadSelection(
                "using-graph-uri",
                [*default_graphs, *named_graphs],
                "nothing, where the update says DELETE WHERE: write DELETE {…} WHERE {…} instead",
            )
        if word == "WHERE":
            pieces += [text[taken : token.start], using]
            taken = token.start
        if token.kind != "space":
            closed = token.text == "}" and depth == 0
    return "".join([*pieces, text[taken:]])
