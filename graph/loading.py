"""Documents into the store and out of it, a batch at a time.

A large batch writes the graphs of new documents and the nodes of new events ahead, by the engine's bulk loader and
while the next ones are being made, and then makes them valid by one transaction, which also changes the shared
graphs and gives each document its content hash. What a batch that was cut short has left is told by the file
``unfinished``, by documents without hash and by events without mention, and is cleared away.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

import pyoxigraph as ox

from extract.model import CodedDocument
from graph import recount
from graph.batch import Batch
from graph.folder import UNFINISHED, sync
from graph.index import Index
from graph.ontology import terms
from graph.rdf import document_triples, ids_of_events
from graph.shared import SharedGraphs
from graph.transaction import Transaction, block

BATCH = 10_000
"""Events that one transaction takes at most, by default."""

BULK_CHUNK = 1_000_000
"""Characters of TriG that the bulk loader gets at once; a batch with less goes into its transaction."""

CLEARED_AT_ONCE = 1000
"""Graphs or events that are cleared away in one transaction."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of documents: ``added``, ``unchanged`` and ``replaced`` count them, ``events`` those that no
    document had reported before, ``mentions`` the reports in the documents added and replaced."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    events: int = 0
    mentions: int = 0

    def __add__(self, other: LoadReport) -> LoadReport:
        return LoadReport(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Provenance:
    """What read the events: program and language model, each with its version, or None."""

    extractor: str | None = None
    model: str | None = None


def batches(coded: Iterable[CodedDocument], size: int) -> Iterator[list[CodedDocument]]:
    """The documents in batches of some ``size`` events, each document at most once in a batch."""
    batch: list[CodedDocument] = []
    taken: set[str] = set()
    events = 0
    for one in coded:
        if batch and (events >= size or one.document.id in taken):
            yield batch
            batch, taken, events = [], set(), 0
        batch.append(one)
        taken.add(one.document.id)
        events += len(one.events) + 1  # a document without events is work, too
    if batch:
        yield batch


class Loader:
    """Writes batches; one at a time, which is the caller's care."""

    def __init__(self, shared: SharedGraphs, index: Index, folder: Path) -> None:
        self.shared = shared
        self.rdf = shared.rdf
        self.iris = shared.iris
        self.index = index
        self.marker = folder / UNFINISHED

    @property
    def generation(self) -> int:
        """How many writes the store has committed."""
        return sum(int(quad.object.value) for quad in self._generation_quads())

    def _generation_quads(self) -> list[ox.Quad]:
        node = self.iris.graph("store")
        return list(self.rdf.quads_for_pattern(node, terms().generation, None, node))

    def content_hash(self, graph: ox.NamedNode) -> str | None:
        """The digest of what ``graph`` was made from; None for a graph that the store does not have."""
        found = self.rdf.quads_for_pattern(graph, terms().contentHash, None, graph)
        return next((quad.object.value for quad in found), None)

    def load(self, batch: Sequence[CodedDocument], provenance: Provenance) -> LoadReport:
        """Loads a batch, whole or not at all."""
        changes, transaction = Batch(self.shared), Transaction()
        ahead = _WriteAhead(self.rdf, self.iris.graph("events"), self.marker)
        counts: Counter[str] = Counter()
        try:
            for coded in batch:
                done = self._take(coded, provenance, changes, transaction, ahead)
                counts[done] += 1
                counts["mentions"] += len(coded.events) if done != "unchanged" else 0
                ahead.events(changes.take_fresh())
            transaction.texts += ahead.finish()
            if counts["added"] or counts["replaced"]:
                self._commit(changes, transaction)
        except BaseException:
            ahead.abandon()
            self.clear()
            raise
        self.marker.unlink(missing_ok=True)
        return LoadReport(**counts, events=changes.appeared)

    def _take(
        self,
        coded: CodedDocument,
        provenance: Provenance,
        changes: Batch,
        transaction: Transaction,
        ahead: _WriteAhead,
    ) -> str:
        """Takes up a document; returns whether it is ``added``, ``unchanged`` or ``replaced``."""
        node = self.iris.document(coded.document.id)
        event_ids = ids_of_events(coded)
        extractor, model = provenance.extractor, provenance.model
        text = block(node, document_triples(coded, event_ids, self.iris, extractor=extractor, model=model))
        digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        known = self.content_hash(node)
        if known == digest:
            return "unchanged"
        transaction.inserts.append(ox.Quad(node, terms().contentHash, ox.Literal(digest), node))
        if known is None:
            ahead.document(text)
        else:
            self._withdraw(node, changes, transaction)
            transaction.texts.append(text)
        changes.add(coded.events, event_ids)
        return "added" if known is None else "replaced"

    def remove(self, document_id: str) -> bool:
        """Takes a document out with all that it alone told; False if the store does not have it."""
        node = self.iris.document(document_id)
        if self.content_hash(node) is None:
            return False
        changes, transaction = Batch(self.shared), Transaction()
        self._withdraw(node, changes, transaction)
        self._commit(changes, transaction)
        return True

    def _withdraw(self, node: ox.NamedNode, changes: Batch, transaction: Transaction) -> None:
        coded = self.shared.coded_document(node)
        changes.remove(coded.events, ids_of_events(coded))
        transaction.drops.append(node)

    def _commit(self, changes: Batch, transaction: Transaction) -> None:
        rows = changes.settle(transaction)
        before = self.generation
        self.raise_generation(transaction)
        transaction.commit(self.rdf)
        self.marker.unlink(missing_ok=True)
        if self.index.generation != before:
            self.rebuild_index()
            return
        for event_id in changes.recounted:
            event = self.iris.event(event_id)
            rows.recounted.append((event_id, self.shared.mentions(event), self.shared.confidence(event)))
        self.index.apply(rows, generation=before + 1)

    def raise_generation(self, transaction: Transaction) -> None:
        """Makes the transaction the next generation of the store."""
        node = self.iris.graph("store")
        new = ox.Quad(node, terms().generation, ox.Literal(self.generation + 1), node)
        transaction.replace(self._generation_quads(), [new])

    def rebuild_index(self) -> None:
        """Makes the index anew from the RDF store."""
        self.index.rebuild(
            recount.event_rows(self.shared),
            recount.presented_actors(self.shared),
            recount.aliases(self.shared),
            generation=self.generation,
        )

    def clear(self) -> None:
        """Clears away what a batch that was cut short has written ahead."""
        if not self.marker.exists():
            return
        graphs = [node for node in self.rdf.named_graphs() if isinstance(node, ox.NamedNode)]
        documents = [node for node in graphs if node.value.startswith(self.iris.document("").value)]
        without_hash = [node for node in documents if self.content_hash(node) is None]
        for start in range(0, len(without_hash), CLEARED_AT_ONCE):
            Transaction(drops=without_hash[start : start + CLEARED_AT_ONCE]).commit(self.rdf)
        events, graph = list(recount.unmentioned_events(self.shared)), self.iris.graph("events")
        for start in range(0, len(events), CLEARED_AT_ONCE):
            chosen = events[start : start + CLEARED_AT_ONCE]
            quads = [q for event in chosen for q in self.rdf.quads_for_pattern(event, None, None, graph)]
            Transaction(deletes=quads).commit(self.rdf)
        self.marker.unlink()


class _WriteAhead:
    """Hands new documents and events to the bulk loader, in the background, once there are enough of them."""

    def __init__(self, rdf: ox.Store, event_graph: ox.NamedNode, marker: Path) -> None:
        self._rdf = rdf
        self._event_graph = event_graph
        self._marker = marker
        self._texts: list[str] = []
        self._events: list[ox.Triple] = []
        self._size = 0
        self._executor: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None

    def document(self, text: str) -> None:
        self._texts.append(text)
        self._size += len(text)
        if self._size > BULK_CHUNK:
            self._hand_over()

    def events(self, quads: Iterable[ox.Quad]) -> None:
        self._events += [quad.triple for quad in quads]

    def finish(self) -> list[str]:
        """Waits for the bulk loader; returns what it did not get, for the transaction."""
        if self._executor is None:
            return self._take()
        self._hand_over()
        self._executor.shutdown()
        self._wait()
        return []

    def abandon(self) -> None:
        """Waits for the bulk loader, whatever becomes of it."""
        if self._executor is not None:
            self._executor.shutdown()

    def _take(self) -> list[str]:
        texts = self._texts
        if self._events:
            texts.append(block(self._event_graph, self._events))
        self._texts, self._events, self._size = [], [], 0
        return texts

    def _hand_over(self) -> None:
        if self._executor is None:
            self._marker.touch()
            sync(self._marker.parent)
            self._executor = ThreadPoolExecutor(max_workers=1)
        self._wait()
        data = "".join(self._take()).encode()
        self._running = self._executor.submit(self._rdf.bulk_load, data, ox.RdfFormat.TRIG, lenient=True)

    def _wait(self) -> None:
        if self._running is not None:
            self._running.result()
            self._running = None
