"""The graphs that all documents share: what the store holds of them, and the quads of each of their nodes."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import cast

import pyoxigraph as ox

from extract.model import PLOVER_TYPES, Actor, CodedDocument
from graph import ids
from graph import ntriples as nt
from graph.errors import StoreClosed
from graph.ids import Iris
from graph.ontology import RDF, RDFS, SKOS, term_texts, terms
from graph.reports import Properties, Reader
from graph.vocabulary import RDF_TYPE, node_of, value_of

PROPERTY = ox.NamedNode(f"{RDF}Property")
SUB_PROPERTY_OF = ox.NamedNode(f"{RDFS}subPropertyOf")
ALT_LABEL = ox.NamedNode(f"{SKOS}altLabel")

ASKED_AT_ONCE = 1000
"""Nodes that one query asks for."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a relation adds up to, over its events that are neither negated nor hypothetical."""

    events: int = 0
    mentions: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    goldstein: Decimal = Decimal(0)


def select(rdf: ox.Store, query: str) -> Iterator[tuple[ox.NamedNode | ox.Literal | None, ...]]:
    """The rows of a SELECT of our own over the union of all graphs."""
    rows = cast(ox.QuerySolutions, rdf.query(query, use_default_graph_as_union=True))
    return cast(Iterator[tuple[ox.NamedNode | ox.Literal | None, ...]], map(tuple, rows))


class SharedGraphs:
    """Looks things up in a store; every method reads, none writes."""

    def __init__(self, rdf: ox.Store, iris: Iris) -> None:
        """``unfinished`` is true while documents stand in the store that no transaction has made valid."""
        self._rdf: ox.Store | None = rdf
        self.iris = iris
        self.unfinished = False
        self._actors, self._events, self._relations = map(iris.graph, ("actors", "events", "relations"))

    @property
    def rdf(self) -> ox.Store:
        """The engine; raises StoreClosed after :meth:`close`."""
        if self._rdf is None:
            raise StoreClosed
        return self._rdf

    def close(self) -> None:
        """Lets go of the engine, which closes with the last who holds it: so nobody else should keep it."""
        self._rdf = None

    @property
    def reader(self) -> Reader:
        """Reads values from this store."""
        return Reader(self.describe, self.iris)

    def describe(self, node: ox.NamedNode, graph: ox.NamedNode) -> Properties:
        """The properties of ``node`` in ``graph``."""
        properties: defaultdict[ox.NamedNode, list[str]] = defaultdict(list)
        for quad in self.rdf.quads_for_pattern(node, None, None, graph):
            properties[quad.predicate].append(value_of(quad.object))
        return dict(properties)

    def content_hash(self, graph: ox.NamedNode) -> str | None:
        """The digest of what ``graph`` was made from; None for a graph that the store does not have."""
        found = self.rdf.quads_for_pattern(graph, terms().contentHash, None, graph)
        return next((value_of(quad.object) for quad in found), None)

    def mention_nodes(self, event: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
        """Each mention of an event, with the graph of its document."""
        for quad in self.rdf.quads_for_pattern(None, terms().mentionOf, event):
            yield node_of(quad.subject), node_of(quad.graph_name)

    # Of many nodes at once: a query asks for each in a tenth of the time that a call of its own takes.

    def content_hashes(self, graphs: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, str]:
        """The digests of those graphs that the store has."""
        found = self._ask(f"GRAPH ?node {{ ?node {terms().contentHash} ?digest }}", "?node ?digest", graphs)
        return {node_of(graph): value_of(digest) for graph, digest in found}

    def mentions_of(self, events: Iterable[ox.NamedNode]) -> Counter[ox.NamedNode]:
        """How many mentions there are of each of ``events``."""
        found = self._ask(f"GRAPH ?g {{ ?mention {terms().mentionOf} ?node }}", "?node", events)
        return Counter(node_of(event) for (event,) in found)

    def relations(self, nodes: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, Totals]:
        """The totals of those relations that the store knows."""
        found: dict[ox.NamedNode, dict[ox.NamedNode, list[str]]] = {}
        rows = self._ask(f"GRAPH {self._relations} {{ ?node ?p ?o }}", "?node ?p ?o", nodes)
        for relation, predicate, value in rows:
            has = found.setdefault(node_of(relation), {})
            has.setdefault(node_of(predicate), []).append(value_of(value))
        return {relation: totals_of(has) for relation, has in found.items()}

    def _ask(
        self, pattern: str, wanted: str, nodes: Iterable[ox.NamedNode]
    ) -> Iterator[tuple[ox.NamedNode | ox.Literal | None, ...]]:
        """The ``wanted`` variables of a pattern, in which ``?node`` is each of many nodes."""
        rest = iter(nodes)
        while some := list(islice(rest, ASKED_AT_ONCE)):
            values = " ".join(map(str, some))
            yield from select(self.rdf, f"SELECT {wanted} {{ VALUES ?node {{ {values} }} {pattern} }}")

    def mentions(self, event: ox.NamedNode) -> int:
        """How many mentions of ``event`` there are."""
        return sum(1 for _ in self.rdf.quads_for_pattern(None, terms().mentionOf, event))

    def confidence(self, event: ox.NamedNode) -> float:
        """The highest confidence among the mentions of ``event``."""
        nodes = self.mention_nodes(event)
        found = (self.rdf.quads_for_pattern(node, terms().confidence, None, graph) for node, graph in nodes)
        return max(float(value_of(quad.object)) for quads in found for quad in quads)

    def coded_document(self, document: ox.NamedNode) -> CodedDocument:
        """The document of that node, with its events."""
        mentions = self.rdf.quads_for_pattern(None, RDF_TYPE, terms().Mention, document)
        return self.reader.coded_document(document, [node_of(quad.subject) for quad in mentions])

    def uses(self, name: ox.NamedNode) -> int:
        """How often the name is used; 0 if the store does not know it."""
        counts = self.rdf.quads_for_pattern(name, terms().mentions, None, self._actors)
        return sum(int(value_of(quad.object)) for quad in counts)

    def names(self, actor_id: str) -> dict[Actor, int]:
        """The names of an actor, each with its uses."""
        bearers = self.rdf.quads_for_pattern(None, terms().nameOf, self.iris.actor(actor_id), self._actors)
        nodes = [node_of(quad.subject) for quad in bearers]
        return {self.reader.name(node): self.uses(node) for node in nodes}

    def relation(self, node: ox.NamedNode) -> Totals | None:
        """The totals of a relation, None if the store does not know it."""
        has = self.describe(node, self._relations)
        return totals_of(has) if has else None

    def events_of(self, relation: ox.NamedNode) -> Iterator[ox.NamedNode]:
        """The events of a relation, the negated and hypothetical too."""
        for quad in self.rdf.quads_for_pattern(None, terms().relation, relation, self._events):
            yield node_of(quad.subject)

    def days_of(self, relation: ox.NamedNode, *, leaving_out: AbstractSet[ox.NamedNode]) -> set[dt.date]:
        """The start dates of the events that the relation counts, but for some."""
        ww = terms()
        text = f"""SELECT ?event ?day {{ GRAPH {self._events} {{
            ?event {ww.relation} {relation} ; {ww.startDate} ?day ; {ww.negated} false ; {ww.modality} ?modality
            FILTER (?modality != "hypothetical") }} }}"""
        found = select(self.rdf, text)
        return {dt.date.fromisoformat(value_of(day)) for event, day in found if event not in leaving_out}

    def has_action(self, action: str, plover: str, *, leaving_out: AbstractSet[ox.NamedNode]) -> bool:
        """Whether any event, but for some, has the action and the PLOVER type."""
        ww, wanted = terms(), ids.concept("plover", plover)
        doers = self.rdf.quads_for_pattern(None, ww.action, ids.action_property(action), self._events)
        events = (node_of(quad.subject) for quad in doers)
        typed = (
            ox.Quad(event, ww.ploverType, wanted, self._events)
            for event in events
            if event not in leaving_out
        )
        return any(quad in self.rdf for quad in typed)

    def types_of(self, action: str) -> set[str]:
        """The PLOVER types that the action is declared below."""
        above = self.rdf.quads_for_pattern(
            ids.action_property(action), SUB_PROPERTY_OF, None, self._relations
        )
        return {ids.action_name(node_of(quad.object)).upper() for quad in above}


def totals_of(has: Properties) -> Totals:
    """The totals that the properties of a relation say."""
    ww = terms()
    first, last = (dt.date.fromisoformat(has[day][0]) if day in has else None for day in (ww.first, ww.last))
    events, mentions = int(has[ww.events][0]), int(has[ww.mentions][0])
    return Totals(events, mentions, first, last, Decimal(has[ww.goldsteinSum][0]))


def relation_lines(parts: tuple[str, str, str], totals: Totals, iris: Iris) -> list[str]:
    """The node of the relation of (source, action, target), and the plain edge if it counts any event."""
    ww, node = term_texts(), str(iris.relation(ids.relation_id(*parts)))
    source, action, target = nt.actor(parts[0], iris), nt.action(parts[1]), nt.actor(parts[2], iris)
    pairs = [
        (nt.TYPE, ww.Relation),
        (ww.source, source),
        (ww.action, action),
        (ww.target, target),
        (ww.events, nt.integer(totals.events)),
        (ww.mentions, nt.integer(totals.mentions)),
        (ww.goldsteinSum, nt.decimal(totals.goldstein)),
    ]
    pairs += [(ww.first, nt.date(totals.first))] if totals.first else []
    pairs += [(ww.last, nt.date(totals.last))] if totals.last else []
    return nt.lines(node, pairs) + (nt.lines(source, [(action, target)]) if totals.events else [])


def action_lines(action: str, plover_types: AbstractSet[str]) -> list[str]:
    """The property of a relation name, below those of its PLOVER types; none where no event has it.

    The properties of the types themselves (``rel:request``) are declared by the PLOVER scheme.
    """
    node = nt.action(action)
    above = [nt.action(type_.lower()) for type_ in sorted(plover_types)]
    pairs = [(str(SUB_PROPERTY_OF), type_) for type_ in above if type_ != node]
    if above and action.upper() not in PLOVER_TYPES:
        pairs += [(nt.TYPE, term_texts().Action), (nt.TYPE, str(PROPERTY)), (nt.LABEL, nt.literal(action))]
    return nt.lines(node, pairs)


def main_name(names: Mapping[Actor, int]) -> Actor:
    """The name that is used most; among equals the first of the alphabet."""
    return min(
        names, key=lambda actor: (-names[actor], actor.name, actor.type, actor.code, actor.sector or "")
    )


def actor_lines(names: Mapping[Actor, int], iris: Iris) -> list[str]:
    """The node of the actor that bears ``names``, described by the main one; none for an actor without name."""
    if not names:
        return []
    ww, main = term_texts(), main_name(names)
    pairs = [
        (nt.TYPE, ww[main.type]),
        (nt.LABEL, nt.literal(main.name)),
        (ww.code, nt.literal(main.code)),
    ]
    pairs += [(ww.sector, nt.literal(main.sector))] if main.sector is not None else []
    others = sorted({actor.name for actor in names} - {main.name})
    pairs += [(str(ALT_LABEL), nt.literal(name)) for name in others]
    return nt.lines(nt.actor(main.id, iris), pairs)
