"""What a recount reads from the RDF store: queries whose answers the engine writes into files, and DuckDB reads.

A property at a time. Why not one query: looking up twelve properties of each event costs the engine twice as much as
twelve scans, and optional ones fill its memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.ids import Iris
from graph.ontology import ACTIONS, RELATIONS, terms

SINGLE = (
    "action ploverType cameoCode quadClass goldstein modality negated source target startDate endDate granularity"
).split()
"""Properties of which an event has one at most."""

CONCEPTS = {
    "action": RELATIONS,
    "ploverType": f"{ACTIONS}plover/",
    "cameoCode": f"{ACTIONS}cameo/",
    "quadClass": f"{ACTIONS}quad/",
}
"""Below which IRI the values of some of them stand; of source and target they are actors, else literals."""

ROLES = "sourceMention targetMention attribution".split()

UNFIT = "<"
"""Stands for an IRI where a literal belongs, or the other way round, or an IRI below another base."""

# Terms stand in the files as in Turtle: <iri>, "text"@en, "5"^^<…>, true.
MACROS = """
CREATE MACRO below(term, base) AS
    CASE WHEN starts_with(term, '<' || base) AND length(term) > length(base) + 2 THEN term[length(base) + 2:-2] END;
CREATE MACRO lex(term) AS
    CASE term[1] WHEN '"' THEN regexp_extract(term, '^"(.*)"', 1, 's') WHEN '<' THEN NULL WHEN '_' THEN NULL
    ELSE term END;
"""


@dataclass(frozen=True, slots=True)
class Scan:
    """A SELECT of the RDF store without that word, the columns of its answer, and what ``select`` makes of them for
    the table."""

    table: str
    query: str
    columns: str
    select: str


def all_of(iris: Iris, *, within: str) -> list[Scan]:
    """All that the index is made from, the longest first; ``within`` is a filter on the graph of a document, ``?g``."""
    return [*_of_names(within), *_of_mentions(iris), *_of_events(iris)]


def of_graphs() -> Scan:
    """The table ``graphs`` (g): the names of all graphs."""
    return Scan("graphs", "?g { GRAPH ?g {} }", "g", "g")


def of_links(iris: Iris) -> Scan:
    """The table ``links`` (e, relation): the relation that each event says it is of."""
    query = f"?s ?o {{ GRAPH {iris.graph('events')} {{ ?s {terms().relation} ?o }} }}"
    return Scan("links", query, "s o", f"below(s, '{iris.base}event/'), o")


def _of_events(iris: Iris) -> Iterator[Scan]:
    """The tables ``said`` (e, p, v) and ``nodes`` (e)."""
    ww, event, actor = terms(), f"below(s, '{iris.base}event/')", f"{iris.base}actor/"
    graph = f"GRAPH {iris.graph('events')}"
    bases = CONCEPTS | {"source": actor, "target": actor}
    for p in SINGLE:
        value = f"below(o, '{bases[p]}')" if p in bases else "lex(o)"
        select = f"{event}, '{p}', coalesce({value}, '{UNFIT}')"
        yield Scan("said", f"?s ?o {{ {graph} {{ ?s {ww[p]} ?o }} }}", "s o", select)
    yield Scan("nodes", f"?s {{ {graph} {{ ?s a {ww.Event} }} }}", "s", f"coalesce({event}, s)")


def _of_mentions(iris: Iris) -> Iterator[Scan]:
    """The tables ``mention_of`` (m, e) and ``sure`` (m, c)."""
    ww, part = terms(), f"below(s, '{iris.base}document/')"
    event = f"coalesce(below(o, '{iris.base}event/'), o)"
    yield Scan("mention_of", f"?s ?o {{ GRAPH ?g {{ ?s {ww.mentionOf} ?o }} }}", "s o", f"{part}, {event}")
    sure = f"{part}, try_cast(lex(o) AS DOUBLE)"
    yield Scan("sure", f"?s ?o {{ GRAPH ?g {{ ?s {ww.confidence} ?o }} }}", "s o", sure)


def _of_names(within: str) -> Iterator[Scan]:
    """The tables ``worded_uses`` and ``resolved_uses`` (node, text, uses): how often each name is used with which
    words, and how often these stand for it in that place only.

    Counted by the engine, which need not write a row for each mention then, and holds only as many rows as there are
    names and words.
    """
    ww = terms()
    # Of several resolutions, which only a damaged store has, one is counted.
    once = f"FILTER NOT EXISTS {{ GRAPH ?g {{ ?w {ww.resolution} ?s FILTER (STR(?s) < STR(?r)) }} }}"
    for role in ROLES:
        used = f"?m {ww[role]} ?w . ?w {ww.presentedAs} ?o ; {ww.text} ?t"
        every = f"GRAPH ?g {{ {used} }} {within}"
        resolved = f"GRAPH ?g {{ ?w {ww.resolution} ?r . {used} }} {within} {once}"
        for table, pattern in (("worded_uses", every), ("resolved_uses", resolved)):
            query = f"?o ?t (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?o ?t"
            yield Scan(table, query, "o t n", "o, t, n::BIGINT")
