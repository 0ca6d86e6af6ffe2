"""Writing ahead of a transaction, by the engine's bulk loader, and clearing away what no transaction made valid.

The bulk loader is some three times as fast as transactions, but not atomic. So only what is new is written ahead: the
graphs of new documents, nodes of new events and relations. The file ``unfinished`` stands while such are in the store
and not valid yet: documents without content hash, events without mention, relations without event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from graph.folder import sync
from graph.ontology import terms
from graph.shared import SharedGraphs
from graph.transaction import Transaction, blocks, n_triples
from graph.trouble import check_room
from graph.vocabulary import RDF_TYPE, node_of

BULK_CHUNK = 64_000_000
"""Characters of TriG that the bulk loader gets at once, some 500,000 quads: it takes 600 MB for them. With less at once
the engine has more files to merge, which at a sixth of this costs it a third of its time."""

BULK_LEAST = 10_000_000
"""A batch with fewer characters goes into its transaction."""

CLEARED_AT_ONCE = 1000
"""Graphs or nodes that are cleared away in one transaction."""


class WriteAhead:
    """Hands what is new to the bulk loader, in the background, once there is enough of it."""

    def __init__(
        self,
        shared: SharedGraphs,
        marker: Path,
        *,
        begin: Callable[[], object] = lambda: None,
        meanwhile: Callable[[], bool] = lambda: False,
        chunk: int | None = None,
    ) -> None:
        """``begin`` is called before the first is written; ``meanwhile`` again and again while the bulk loader is
        waited for, until it returns False; ``chunk`` is BULK_CHUNK by default."""
        self._begin = begin
        self._meanwhile = meanwhile
        self._chunk = BULK_CHUNK if chunk is None else chunk
        self._least = min(BULK_LEAST, self._chunk)
        self._shared = shared
        self._marker = marker
        self._fresh: defaultdict[ox.NamedNode, list[str]] = defaultdict(list)
        self._size = 0
        self._executor: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None

    def add(self, fresh: Mapping[ox.NamedNode, Iterable[str]]) -> None:
        """Takes N-Triples of new nodes, by their graphs."""
        for graph, texts in fresh.items():
            mine = self._fresh[graph]
            for text in texts:
                mine.append(text)
                self._size += len(text)
        if self._size > self._chunk:
            self._hand_over()

    def push(self) -> None:
        """Hands over what there is, if it is half of what can be: the bulk loader may as well work now."""
        if 2 * self._size > self._chunk:
            self._hand_over()

    def finish(self, transaction: Transaction) -> None:
        """Waits for the bulk loader; what it did not get goes into the transaction."""
        if self._executor is None and self._size <= self._least:
            for graph, texts in self._fresh.items():
                transaction.inserts[graph] += texts
            return
        self._hand_over()
        self._wait()
        self.abandon()

    def abandon(self) -> None:
        """Waits for the bulk loader, whatever becomes of it."""
        if self._executor is not None:
            self._executor.shutdown()

    def _hand_over(self) -> None:
        if self._executor is None:
            self._mark()
            self._executor = ThreadPoolExecutor(max_workers=1)
        work = self._work(self._fresh)
        self._fresh.clear()
        self._size = 0
        self._wait()
        self._running = self._executor.submit(work)

    def _mark(self) -> None:
        """Says, before the first is written, that there is what no transaction has made valid."""
        self._begin()
        self._shared.unfinished = True
        self._marker.touch()
        sync(self._marker.parent)

    def _work(self, fresh: Mapping[ox.NamedNode, Iterable[str]]) -> Callable[[], None]:
        """What writes ``fresh`` as it is now."""
        check_room(self._marker.parent)
        data = blocks(fresh).encode()
        return partial(self._shared.rdf.bulk_load, data, ox.RdfFormat.TRIG, lenient=True)

    def _wait(self) -> None:
        if self._running is not None:
            while not self._running.done() and self._meanwhile():
                pass
            self._running.result()
            self._running = None


def clear(shared: SharedGraphs, marker: Path) -> None:
    """Clears away what was written ahead and never made valid, if ``marker`` says that there may be some."""
    if not marker.exists():
        return
    for some in _portions(_unhashed_documents(shared)):
        Transaction(drops=some).commit(shared.rdf)
    for some in _portions(_unmentioned_events(shared)):
        graph = shared.iris.graph("events")
        quads = [quad for event in some for quad in shared.rdf.quads_for_pattern(event, None, None, graph)]
        _delete(shared, graph, quads)
    for some in _portions(_eventless_relations(shared)):
        quads = [quad for relation in some for quad in _relation_with_plain_edge(shared, relation)]
        _delete(shared, shared.iris.graph("relations"), quads)
    marker.unlink()


def _delete(shared: SharedGraphs, graph: ox.NamedNode, quads: Iterable[ox.Quad]) -> None:
    transaction = Transaction()
    transaction.deletes[graph].append(n_triples(quad.triple for quad in quads))
    transaction.commit(shared.rdf)


def _portions(nodes: Iterator[ox.NamedNode]) -> Iterator[list[ox.NamedNode]]:
    while some := list(islice(nodes, CLEARED_AT_ONCE)):
        yield some


def _unhashed_documents(shared: SharedGraphs) -> Iterator[ox.NamedNode]:
    prefix = shared.iris.document("").value
    graphs = [node_of(graph) for graph in shared.rdf.named_graphs()]
    return (graph for graph in graphs if graph.value.startswith(prefix) and not shared.content_hash(graph))


def _unmentioned_events(shared: SharedGraphs) -> Iterator[ox.NamedNode]:
    nodes = shared.rdf.quads_for_pattern(None, RDF_TYPE, terms().Event, shared.iris.graph("events"))
    return (node_of(quad.subject) for quad in nodes if not shared.mentions(node_of(quad.subject)))


def _eventless_relations(shared: SharedGraphs) -> Iterator[ox.NamedNode]:
    nodes = shared.rdf.quads_for_pattern(None, RDF_TYPE, terms().Relation, shared.iris.graph("relations"))
    relations = (node_of(quad.subject) for quad in nodes)
    return (relation for relation in relations if not any(shared.events_of(relation)))


def _relation_with_plain_edge(shared: SharedGraphs, relation: ox.NamedNode) -> list[ox.Quad]:
    ww, graph = terms(), shared.iris.graph("relations")
    quads = list(shared.rdf.quads_for_pattern(relation, None, None, graph))
    has = {quad.predicate: quad.object for quad in quads}
    if {ww.source, ww.action, ww.target} <= set(has):
        source, action, target = (node_of(has[part]) for part in (ww.source, ww.action, ww.target))
        quads += shared.rdf.quads_for_pattern(source, action, target, graph)
    return quads
