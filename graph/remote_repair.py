"""Putting a remote store in order after a write that was cut short.

Documents that were being written or taken out, and have no content hash, go. What documents share is counted anew
from those that are left: events that nobody mentions go, and relations, actors and actions become what follows from
the rest. A document that was being replaced may so be gone: loading it again brings it back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import TypeVar

import pyoxigraph as ox

from extract.model import Actor
from graph import ids, remote_fill
from graph import ntriples as nt
from graph.ids import Iris, relation_parts
from graph.ontology import term_texts, terms
from graph.rdf import name_lines
from graph.remote_shared import RemoteShared
from graph.remote_update import delete, insert
from graph.selecting import EventRow
from graph.shared import Totals, action_lines, actor_lines, relation_lines
from graph.transaction import n_triples
from graph.vocabulary import decimal_literal, node_of, value_of

Key = tuple[str, str, str]
T = TypeVar("T")


def repair(shared: RemoteShared, listed: Sequence[ox.NamedNode]) -> tuple[int, int]:
    """Puts the store in order; ``listed`` are the documents that were being written. Harmless the second time.

    Returns how many triples of what documents share were deleted, and inserted.
    """
    _drop_unhashed(shared, listed)
    changed = [(_drop_unmentioned(shared), 0)]
    relations = _Relations(shared.iris, remote_fill.event_rows(shared))
    changed.append(_reconcile(shared, shared.iris.graph("relations"), relations.nodes(), relations.lines))
    actors = _Actors(shared)
    changed.append(_reconcile(shared, shared.iris.graph("actors"), actors.nodes(), actors.lines))
    deleted, inserted = map(sum, zip(*changed, strict=True))
    return deleted, inserted


def _drop_unmentioned(shared: RemoteShared) -> int:
    events, deleted = shared.iris.graph("events"), 0
    for some in _portions(remote_fill.subjects(shared, events), shared.remote.client.limits.rows):
        gone = sorted(set(some) - shared.mention_counts(some).keys(), key=str)
        deleted += sum(
            map(len, (has for known in shared.properties(gone, events).values() for has in known.values()))
        )
        _operate(shared, [f"DELETE WHERE {{ GRAPH {events} {{ {node} ?p ?o }} }}" for node in gone])
    return deleted


def _drop_unhashed(shared: RemoteShared, listed: Sequence[ox.NamedNode]) -> None:
    query = f"SELECT ?d {{{{ VALUES ?d {{{{ {{}} }}}} GRAPH ?d {{{{ ?d {terms().contentHash} ?h }}}} }}}}"
    whole = {node_of(node) for (node,) in shared.remote.lookup(listed, query.format)}
    _operate(shared, [f"DROP SILENT GRAPH {node}" for node in listed if node not in whole])


def _operate(shared: RemoteShared, operations: Sequence[str]) -> None:
    for some in _portions(iter(operations), shared.remote.client.limits.operations):
        shared.remote.update(";\n".join(some))


class _Relations:
    """What the graph of relations must hold: relation nodes, plain edges, and the actions."""

    def __init__(self, iris: Iris, rows: Iterable[EventRow]) -> None:
        self.iris = iris
        self._totals: dict[Key, Totals] = {}
        self._types: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            self._types[row.action].add(row.plover)
            if row.source is not None and row.target is not None:
                key = row.source, row.action, row.target
                self._totals[key] = _plus(self._totals.get(key, Totals()), row)
        self._edges: defaultdict[str, list[Key]] = defaultdict(list)
        for key, totals in self._totals.items():
            if totals.events:
                self._edges[key[0]].append(key)

    def nodes(self) -> Iterator[ox.NamedNode]:
        """All nodes of which the graph speaks."""
        yield from (self.iris.relation(ids.relation_id(*key)) for key in self._totals)
        yield from map(self.iris.actor, self._edges)
        yield from map(ids.action_property, self._types)

    def lines(self, node: ox.NamedNode) -> list[str]:
        """N-Triples of a node, none for one that should not be there."""
        if node.value.startswith(self.iris.relation("").value):
            key = relation_parts(self.iris.local("relation", node))
            totals = self._totals.get(key)
            lines = relation_lines(key, totals, self.iris) if totals else []
            return [line for line in lines if line.startswith(f"{node} ")]
        if node.value.startswith(self.iris.actor("").value):
            keys = self._edges.get(self.iris.local("actor", node), [])
            edges = [(nt.action(action), nt.actor(target, self.iris)) for _, action, target in keys]
            return nt.lines(str(node), edges)
        action = ids.action_name(node)
        return action_lines(action, self._types.get(action, set()))


class _Actors:
    """What the graph of actors must hold: the names that are used, and who bears them."""

    def __init__(self, shared: RemoteShared) -> None:
        self.iris = shared.iris
        known = {node: actor for node, actor, _ in remote_fill.names(shared)}
        query = f"""SELECT ?name (COUNT(*) AS ?uses) {{{{ VALUES ?name {{{{ {{}} }}}}
            GRAPH ?g {{{{ {remote_fill.used("?name")} }}}} }}}} GROUP BY ?name"""
        self._names: dict[ox.NamedNode, tuple[Actor, int]] = {}
        self._bearing: defaultdict[str, dict[Actor, int]] = defaultdict(dict)
        for name, uses in shared.remote.lookup(known, query.format):
            actor = known[node_of(name)]
            self._names[node_of(name)] = actor, int(value_of(uses))
            self._bearing[actor.id][actor] = int(value_of(uses))

    def nodes(self) -> Iterator[ox.NamedNode]:
        """All nodes of which the graph speaks."""
        yield from self._names
        yield from map(self.iris.actor, self._bearing)

    def lines(self, node: ox.NamedNode) -> list[str]:
        """N-Triples of a node, none for one that should not be there."""
        if node in self._names:
            actor, uses = self._names[node]
            return name_lines(actor, self.iris) + nt.lines(
                str(node), [(term_texts().mentions, nt.integer(uses))]
            )
        return actor_lines(self._bearing.get(self.iris.local("actor", node), {}), self.iris)


def _reconcile(
    shared: RemoteShared,
    graph: ox.NamedNode,
    nodes: Iterable[ox.NamedNode],
    lines: Callable[[ox.NamedNode], list[str]],
) -> tuple[int, int]:
    """Makes ``graph`` hold exactly what ``lines`` gives for each node; returns triples deleted and inserted."""
    deleted = inserted = 0
    stored = remote_fill.subjects(shared, graph)
    everything = dict.fromkeys(stored) | dict.fromkeys(nodes)
    query = f"SELECT ?s ?p ?o {{{{ VALUES ?s {{{{ {{}} }}}} GRAPH {graph} {{{{ ?s ?p ?o }}}} }}}}"
    for some in _portions(iter(everything), shared.remote.client.limits.rows):
        held = {ox.Triple(*row) for row in shared.remote.lookup(some, query.format)}  # type: ignore[arg-type]
        wanted = _triples(line for node in some for line in lines(node))
        delete(shared.remote, {graph: [n_triples(held - wanted)]})
        insert(shared.remote, {graph: [n_triples(wanted - held)]})
        deleted, inserted = deleted + len(held - wanted), inserted + len(wanted - held)
    return deleted, inserted


def _plus(totals: Totals, row: EventRow) -> Totals:
    """The totals with one more event; the negated and hypothetical do not count."""
    if row.negated or row.modality == "hypothetical":
        return totals
    days = [day for day in (totals.first, totals.last, row.start) if day]
    return Totals(
        events=totals.events + 1,
        mentions=totals.mentions + row.mentions,
        first=min(days, default=None),
        last=max(days, default=None),
        goldstein=totals.goldstein + Decimal(decimal_literal(row.goldstein).value),
    )


def _triples(lines: Iterable[str]) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse("".join(lines), ox.RdfFormat.N_TRIPLES)}


def _portions(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while some := list(islice(items, size)):
        yield some
