"""Reports of many events from a remote store, by few requests: what :mod:`graph.reading` reads from an embedded one.

Each step looks nodes up that the one before has found, so that no engine can choose a bad order for a join.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from graph.ontology import terms
from graph.reading import Place, properties_of
from graph.remote_shared import Known, RemoteShared, merged
from graph.reports import Properties, Reader, Report, mention_number
from graph.selecting import EventRow
from graph.vocabulary import ISSUED, node_of, value_of


def mentions(shared: RemoteShared, events: Sequence[str]) -> dict[str, list[Place]]:
    """The mentions of each event in documents with a content hash, in the order of :func:`graph.reading.mentions`."""
    ww, nodes = terms(), {shared.iris.event(event): event for event in events}
    query = f"SELECT ?e ?m ?g {{{{ VALUES ?e {{{{ {{}} }}}} GRAPH ?g {{{{ ?m {ww.mentionOf} ?e }}}} }}}}"
    told = [(node_of(e), node_of(m), node_of(g)) for e, m, g in shared.remote.lookup(nodes, query.format)]
    query = f"""SELECT ?d ?day {{{{ VALUES ?d {{{{ {{}} }}}}
        GRAPH ?d {{{{ ?d {ww.contentHash} ?h OPTIONAL {{{{ ?d {ISSUED} ?day }}}} }}}} }}}}"""
    documents = shared.remote.lookup((graph for *_, graph in told), query.format)
    days = {node_of(document): value_of(day) if day else "" for document, day in documents}

    def key(place: Place) -> tuple[str, str, int]:
        mention, graph = place
        return days[graph], shared.iris.local("document", graph), mention_number(mention)

    found: dict[str, list[Place]] = {event: [] for event in events}
    for node, mention, graph in told:
        if graph in days:
            found[nodes[node]].append((mention, graph))
    for places in found.values():
        places.sort(key=key)
    return found


def reports(
    shared: RemoteShared, wanted: Sequence[Place], rows: Mapping[str, EventRow] | None = None
) -> list[Report]:
    """The reports of mentions, in their order, without the text of their documents.

    ``rows`` are rows of the index by the events' ids; events without one are read from the store.
    """
    ww, iris = terms(), shared.iris
    known = _found(shared, (mention for mention, _ in wanted))
    near = (ww.sentence, ww.sourceMention, ww.targetMention, ww.attribution, ww.place)
    parts = _objects(known, near)
    known |= _found(shared, parts)
    known |= _found(shared, (graph for _, graph in wanted), f"FILTER (?p != {ww.text})")
    places = iris.graph("events"), iris.graph("actors")
    told: dict[tuple[ox.NamedNode, ox.NamedNode], Properties] = {
        (iris.event(event), places[0]): properties_of(row) for event, row in (rows or {}).items()
    }
    others = (node for node in _objects(known, [ww.mentionOf]) if (node, places[0]) not in told)
    everything = (
        known
        | told
        | shared.properties(others, places[0])
        | shared.properties(_objects(known, [ww.presentedAs]), places[1])
    )
    reader = Reader(lambda node, graph: everything.get((node, graph), {}), iris)
    return [
        Report(reader.document(graph, with_text=False), mention_number(mention), reader.event(mention, graph))
        for mention, graph in wanted
    ]


def _objects(known: Known, predicates: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    """The IRIs to which some properties lead."""
    wanted = list(predicates)
    return {ox.NamedNode(iri) for has in known.values() for link in wanted for iri in has.get(link, [])}


def _found(shared: RemoteShared, nodes: Iterable[ox.NamedNode], condition: str = "") -> Known:
    """The properties of nodes, in whatever graph they are."""
    pattern = f"GRAPH ?g {{{{ ?s ?p ?o {condition} }}}}"
    query = f"SELECT ?g ?s ?p ?o {{{{ VALUES ?s {{{{ {{}} }}}} {pattern} }}}}"
    known: Known = {}
    for graph, *row in shared.remote.lookup(nodes, query.format):
        merged(known, [row], node_of(graph))
    return known
