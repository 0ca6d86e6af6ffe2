"""Documents into the store and out of it, a batch at a time.

A large batch writes what is new ahead (:mod:`graph.ahead`), while the next documents are being made; then one
transaction makes it valid, changes the shared graphs and gives each document its content hash.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import pyoxigraph as ox

from extract.model import CodedDocument
from graph import ntriples as nt
from graph import recount
from graph.ahead import WriteAhead, clear
from graph.batch import Batch
from graph.counts import Counts
from graph.folder import UNFINISHED
from graph.index import Index, IndexChanges
from graph.ontology import term_texts, terms
from graph.rdf import document_text, ids_of_events
from graph.shared import SharedGraphs
from graph.transaction import Transaction
from graph.vocabulary import value_of

BATCH = 50_000
"""Events that one transaction takes at most, by default."""


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
        self.iris = shared.iris
        self.index = index
        self.marker = folder / UNFINISHED
        self.counts = Counts(shared)

    @property
    def generation(self) -> int:
        """How many writes the store has committed."""
        node = self.iris.graph("store")
        found = self.shared.rdf.quads_for_pattern(node, terms().generation, None, node)
        return sum(int(value_of(quad.object)) for quad in found)

    def load(self, batch: Sequence[CodedDocument], provenance: Provenance) -> LoadReport:
        """Loads a batch, whole or not at all."""
        changes, transaction = Batch(self.shared, self.counts), Transaction()
        ahead = self.write_ahead()
        counts: Counter[str] = Counter()
        try:
            for coded in batch:
                done = self._take(coded, provenance, changes, transaction, ahead)
                counts[done] += 1
                counts["mentions"] += len(coded.events) if done != "unchanged" else 0
                ahead.add(changes.take_fresh())
            if counts["added"] or counts["replaced"]:
                ahead.push()
                rows = changes.settle(transaction)
                ahead.add(changes.take_fresh())
                ahead.finish(transaction)
                self._commit(transaction, changes, rows)
        except BaseException:
            ahead.abandon()
            self.undo()
            raise
        self.finish()
        return LoadReport(**counts, events=changes.appeared)

    def _take(
        self,
        coded: CodedDocument,
        provenance: Provenance,
        changes: Batch,
        transaction: Transaction,
        ahead: WriteAhead,
    ) -> str:
        """Takes up a document; returns whether it is ``added``, ``unchanged`` or ``replaced``."""
        node = self.iris.document(coded.document.id)
        event_ids = ids_of_events(coded)
        extractor, model = provenance.extractor, provenance.model
        text = document_text(coded, event_ids, self.iris, extractor=extractor, model=model)
        digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        known = self.shared.content_hash(node)
        if known == digest:
            return "unchanged"
        transaction.inserts[node] += nt.lines(str(node), [(term_texts().contentHash, nt.literal(digest))])
        if known is None:
            ahead.add({node: [text]})
        else:
            self._withdraw(node, changes, transaction)
            transaction.inserts[node].append(text)
        changes.add(coded.events, event_ids)
        return "added" if known is None else "replaced"

    def remove(self, document_id: str) -> bool:
        """Takes a document out with all that it alone told; False if the store does not have it."""
        node = self.iris.document(document_id)
        if self.shared.content_hash(node) is None:
            return False
        changes, transaction = Batch(self.shared, self.counts), Transaction()
        self._withdraw(node, changes, transaction)
        self._commit(transaction, changes, changes.settle(transaction))
        return True

    def _withdraw(self, node: ox.NamedNode, changes: Batch, transaction: Transaction) -> None:
        coded = self.shared.coded_document(node)
        changes.remove(coded.events, ids_of_events(coded))
        transaction.drops.append(node)

    def _commit(self, transaction: Transaction, changes: Batch, rows: IndexChanges) -> None:
        before = self.generation
        self.raise_generation(transaction)
        self.write(transaction)
        self.counts.remember(changes.settled_totals, changes.settled_names)
        self.finish()
        if self.index.generation != before:
            self.rebuild_index()
            return
        rows.recounted += self.recount(changes.recounted)
        self.index.apply(rows, generation=before + 1)

    def write_ahead(self) -> WriteAhead:
        """What takes the new nodes of a batch before its transaction."""
        return WriteAhead(self.shared, self.marker)

    def write(self, transaction: Transaction) -> None:
        """Carries out a transaction."""
        transaction.commit(self.shared.rdf)

    def finish(self) -> None:
        """Notes that all that was written is valid."""
        self.marker.unlink(missing_ok=True)

    def undo(self) -> None:
        """Clears away what a batch that failed has written."""
        self.clear()

    def recount(self, event_ids: Iterable[str]) -> list[tuple[str, int, float]]:
        """Of each event its id, its mentions and the highest confidence among them."""
        events = ((event_id, self.iris.event(event_id)) for event_id in event_ids)
        return [
            (event_id, self.shared.mentions(event), self.shared.confidence(event))
            for event_id, event in events
        ]

    def raise_generation(self, transaction: Transaction) -> None:
        """Makes the transaction the next generation of the store."""
        node = self.iris.graph("store")
        old, new = (
            nt.lines(str(node), [(term_texts().generation, nt.integer(number))])
            for number in (self.generation, self.generation + 1)
        )
        transaction.replace(node, old if self.generation else [], new)

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
        clear(self.shared, self.marker)
