"""Reports of many events, read from the store in a few queries instead of some ten reads a report.

A read of one node takes 70 µs and more however little it gives; a query for all of them gives each at half of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from graph import ids
from graph.ontology import terms
from graph.reports import Properties, Reader, Report, mention_number
from graph.selecting import EventRow
from graph.shared import SharedGraphs, select
from graph.vocabulary import ISSUED, RDF_TYPE, node_of, value_of

Place: TypeAlias = tuple[ox.NamedNode, ox.NamedNode]
"""A node, and the graph in which it is described."""


def mentions(shared: SharedGraphs, events: Sequence[str]) -> dict[str, list[Place]]:
    """The mentions of each event with their graphs, those of the oldest document first, those of documents without
    a date before all; none where the store does not know the event."""
    nodes = {shared.iris.event(event): event for event in events}
    if not nodes:
        return {}
    query = f"""SELECT ?event ?mention ?graph {{
        VALUES ?event {{ {" ".join(map(str, nodes))} }} GRAPH ?graph {{ ?mention {terms().mentionOf} ?event }} }}"""
    found: dict[str, list[Place]] = {event: [] for event in events}
    for event, mention, graph in select(shared.rdf, query):
        if shared.unfinished and shared.content_hash(node_of(graph)) is None:
            continue  # a document that is being loaded
        found[nodes[node_of(event)]].append((node_of(mention), node_of(graph)))
    several = [places for places in found.values() if len(places) > 1]
    days = _days(shared, {graph for places in several for _, graph in places})

    def key(place: Place) -> tuple[str, str, int]:
        mention, graph = place
        return days.get(graph, ""), shared.iris.local("document", graph), mention_number(mention)

    for places in several:
        places.sort(key=key)
    return found


def _days(shared: SharedGraphs, documents: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, str]:
    """The dates of those documents that have one."""
    values = " ".join(map(str, documents))
    query = f"SELECT ?document ?day {{ VALUES ?document {{ {values} }} GRAPH ?document {{ ?document {ISSUED} ?day }} }}"
    return {node_of(node): value_of(day) for node, day in select(shared.rdf, query)} if values else {}


def reports(
    shared: SharedGraphs, found: Iterable[Place], rows: Mapping[str, EventRow] | None = None
) -> list[Report]:
    """The reports of mentions, in their order, without the text of their documents.

    ``rows`` are rows of the index by the events' ids; events without one are read from the store.
    """
    wanted = list(found)
    ww, iris = terms(), shared.iris
    known = _described(shared, [*wanted, *((graph, graph) for _, graph in wanted)])
    events = {iris.event(event): properties_of(row) for event, row in (rows or {}).items()}
    parts: set[Place] = set()
    for mention, graph in wanted:
        has = known[mention]
        parts.update(
            (ox.NamedNode(value), graph)
            for predicate in (ww.sentence, ww.sourceMention, ww.targetMention, ww.attribution, ww.place)
            for value in has.get(predicate, ())
        )
        event = ox.NamedNode(has[ww.mentionOf][0])
        if event not in events:
            parts.add((event, iris.graph("events")))
    known |= events | _described(shared, parts)
    names: dict[ox.NamedNode, Properties] = {}

    def describe(node: ox.NamedNode, graph: ox.NamedNode) -> Properties:
        has = known.get(node) or names.get(node)
        if has is None:
            has = names[node] = shared.describe(node, graph)
        return has

    reader = Reader(describe, iris)
    return [
        Report(reader.document(graph, with_text=False), mention_number(mention), reader.event(mention, graph))
        for mention, graph in wanted
    ]


def properties_of(row: EventRow) -> Properties:
    """What the store says of the event of a row, as far as reports need it."""
    ww = terms()
    has: dict[ox.NamedNode, list[str]] = {
        ww.action: [ids.action_property(row.action).value],
        ww.ploverType: [ids.concept("plover", row.plover).value],
        ww.cameoCode: [ids.concept("cameo", row.cameo).value],
        ww.quadClass: [ids.concept("quad", row.quad).value],
        ww.goldstein: [repr(row.goldstein)],
        ww.modality: [row.modality],
        ww.negated: ["true" if row.negated else "false"],
    }
    if row.start and row.end and row.granularity:
        has |= {ww.startDate: [row.start.isoformat()], ww.endDate: [row.end.isoformat()]}
        has[ww.granularity] = [row.granularity]
    return has


def _described(shared: SharedGraphs, places: Iterable[Place]) -> dict[ox.NamedNode, Properties]:
    """The properties of nodes by which reports are told; not the text of documents, which can be long."""
    ww = terms()
    nodes = list(dict.fromkeys(places))
    # A number for each node: to read an IRI a row would take the engine as long as to find the row.
    values = " ".join(f'("{number}" {node} {graph})' for number, (node, graph) in enumerate(nodes))
    query = f"""SELECT ?number ?predicate ?object {{
        VALUES (?number ?node ?graph) {{ {values} }} GRAPH ?graph {{ ?node ?predicate ?object }}
        FILTER (?predicate NOT IN ({RDF_TYPE}, {ww.document}, {ww.contentHash}))
        FILTER (?node != ?graph || ?predicate != {ww.text}) }}"""
    found: defaultdict[str, defaultdict[ox.NamedNode, list[str]]] = defaultdict(lambda: defaultdict(list))
    for number, predicate, value in select(shared.rdf, query) if values else ():
        found[value_of(number)][node_of(predicate)].append(value_of(value))
    return {nodes[int(number)][0]: dict(has) for number, has in found.items()}
