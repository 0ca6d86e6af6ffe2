"""Documents into the store and out of it, a batch at a time.

A large batch writes what is new ahead (:mod:`graph.ahead`), while the next documents are being made; then one
transaction makes it valid, changes the shared graphs and gives each document its content hash.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import pyoxigraph as ox

from extract.model import CodedDocument
from graph import ntriples as nt
from graph.ahead import WriteAhead, clear
from graph.batch import Batch
from graph.counts import Counts
from graph.derive import Derivation, Rebuilt, repair
from graph.folder import JOURNAL, UNFINISHED
from graph.index import Index, IndexChanges
from graph.journal import Journal
from graph.ontology import term_texts, terms
from graph.rdf import document_text, ids_of_events
from graph.recount import MEMORY, Faults, Progress, Recount, silent
from graph.shared import SharedGraphs
from graph.transaction import Transaction
from graph.trouble import check_room
from graph.vocabulary import value_of

BATCH = 50_000
"""Events that one transaction takes at most, by default."""

LOOKED_UP = 500
"""Documents of which the store is asked at once what it has of them."""


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


class Batches:
    """The documents in batches of some ``size`` events, each document at most once in a batch.

    While a batch is loaded, :meth:`read` can gather the next.
    """

    def __init__(self, coded: Iterable[CodedDocument], size: int) -> None:
        self._coded = iter(coded)
        self._size = size
        self._gathered: dict[str, CodedDocument] = {}
        self._events = 0
        self._first_of_next: CodedDocument | None = None
        self._ended = False
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[list[CodedDocument]]:
        """Raises what reading the documents raises; what was gathered for that batch is lost."""
        while True:
            while self.read():
                pass
            if self._error is not None:
                raise self._error
            if not self._gathered:
                return
            batch = list(self._gathered.values())
            self._gathered, self._events = {}, 0
            if self._first_of_next is not None:
                self._add(self._first_of_next)
                self._first_of_next = None
            yield batch

    def read(self) -> bool:
        """Reads a document into the batch that is gathered; False if that is complete or nothing comes any more."""
        if self._ended or self._first_of_next is not None:
            return False
        try:
            one = next(self._coded)
        except StopIteration:
            self._ended = True
            return False
        except Exception as error:  # not here, where the batch before may be half written: __iter__ raises it
            self._ended, self._error = True, error
            return False
        if self._gathered and (self._events >= self._size or one.document.id in self._gathered):
            self._first_of_next = one
            return False
        self._add(one)
        return True

    def _add(self, one: CodedDocument) -> None:
        self._gathered[one.document.id] = one
        self._events += len(one.events) + 1  # a document without events is work, too


class Loader:
    """Writes batches; one at a time, which is the caller's care."""

    def __init__(self, shared: SharedGraphs, index: Index, folder: Path) -> None:
        """``on_ahead`` is called with True before anything is written that no transaction has made valid, and
        with False when nothing such is left."""
        self.on_ahead: Callable[[bool], object] = lambda _: None
        self.shared = shared
        self.iris = shared.iris
        self.index = index
        self.marker = folder / UNFINISHED
        self.journal = Journal(folder / JOURNAL)
        self.work_folder: Path | None = folder
        self.counts = Counts(shared)
        self._generation: int | None = None

    @property
    def generation(self) -> int:
        """How many writes the store has committed."""
        if self._generation is None:
            self._generation = self.read_generation()
        return self._generation

    def read_generation(self) -> int:
        """The same as the store has it; who writes past :meth:`write` reads it again."""
        node = self.iris.graph("store")
        found = self.shared.rdf.quads_for_pattern(node, terms().generation, None, node)
        return max((int(n) for n in map(value_of, (q.object for q in found)) if n.isdecimal()), default=0)

    def load(
        self,
        batch: Sequence[CodedDocument],
        provenance: Provenance,
        meanwhile: Callable[[], bool] = lambda: False,
    ) -> LoadReport:
        """Loads a batch, whole or not at all; ``meanwhile`` is called while the engine is waited for, until it
        returns False."""
        ahead = WriteAhead(self.shared, self.marker, begin=lambda: self.on_ahead(True), meanwhile=meanwhile)
        try:
            report = self._load(batch, provenance, ahead)
        except BaseException:
            ahead.abandon()
            self.clear()
            raise
        finally:
            if not self.marker.exists():
                self.shared.unfinished = False
                self.on_ahead(False)
        self.marker.unlink(missing_ok=True)
        return report

    def _load(self, batch: Sequence[CodedDocument], provenance: Provenance, ahead: WriteAhead) -> LoadReport:
        """Takes up a batch and commits it; what is new goes to ``ahead``."""
        changes, transaction = Batch(self.shared, self.counts), Transaction()
        counts: Counter[str] = Counter()
        for start in range(0, len(batch), LOOKED_UP):
            some = batch[start : start + LOOKED_UP]
            event_ids = [ids_of_events(coded) for coded in some]
            known = self.shared.content_hashes(self.iris.document(coded.document.id) for coded in some)
            changes.expect(itertools.chain.from_iterable(event_ids))
            for coded, its_events in zip(some, event_ids, strict=True):
                done = self._take(coded, its_events, known, provenance, changes, transaction, ahead)
                counts[done] += 1
                counts["mentions"] += len(coded.events) if done != "unchanged" else 0
                ahead.add(changes.take_fresh())
        if counts["added"] or counts["replaced"]:
            ahead.push()
            rows = changes.settle(transaction)
            ahead.add(changes.take_fresh())
            ahead.finish(transaction)
            self._commit(transaction, changes, rows)
        return LoadReport(**counts, events=changes.appeared)

    def _take(
        self,
        coded: CodedDocument,
        event_ids: Sequence[str],
        known: Mapping[ox.NamedNode, str],
        provenance: Provenance,
        changes: Batch,
        transaction: Transaction,
        ahead: WriteAhead,
    ) -> str:
        """Takes up a document; returns whether it is ``added``, ``unchanged`` or ``replaced``.

        ``known`` are the digests of documents that the store has.
        """
        node = self.iris.document(coded.document.id)
        extractor, model = provenance.extractor, provenance.model
        text = document_text(coded, event_ids, self.iris, extractor=extractor, model=model)
        digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        had = known.get(node)
        if had == digest:
            return "unchanged"
        transaction.inserts[node] += nt.lines(str(node), [(term_texts().contentHash, nt.literal(digest))])
        if had is None:
            ahead.add({node: [text]})
        else:
            self._withdraw(node, changes, transaction)
            transaction.inserts[node].append(text)
        changes.add(coded.events, event_ids)
        return "added" if had is None else "replaced"

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
        check_room(self.marker.parent)
        before = self.generation
        in_step = self.index.generation == before
        if in_step:
            self.journal.write(rows, changes.recounted, before=before, after=before + 1)
        self.write_next(transaction)
        self.counts.remember(changes.settled_totals, changes.settled_names)
        self.marker.unlink(missing_ok=True)
        if not in_step:
            self.rebuild_index()
            return
        self._follow(rows, changes.recounted, generation=before + 1)
        self.journal.clear()

    def write(self, transaction: Transaction) -> None:
        """Carries out a transaction, whole or not at all."""
        try:
            transaction.commit(self.shared.rdf)
        finally:
            self._generation = None

    def write_next(self, transaction: Transaction) -> None:
        """Carries out a transaction as the next generation of the store."""
        self.raise_generation(transaction)
        self.write(transaction)

    def _follow(self, rows: IndexChanges, recounted: Iterable[str], *, generation: int) -> None:
        """Brings the index to the generation that was committed."""
        for event_id in recounted:
            event = self.iris.event(event_id)
            rows.recounted.append((event_id, self.shared.mentions(event), self.shared.confidence(event)))
        self.index.apply(rows, generation=generation)

    def catch_up(self) -> None:
        """Brings the index to the store's generation: by the journal if it fits, or by making it anew."""
        generation = self.generation
        if self.index.generation != generation:
            kept = self.journal.read(before=self.index.generation, after=generation)
            if kept is None:
                self.rebuild_index()
            else:
                self._follow(*kept, generation=generation)
        self.journal.clear()

    def catch_up_in_memory(self, old: Path, old_generation: int | None) -> None:
        """The same for an index in memory, from the file ``old`` if the journal fits it; writes nothing."""
        generation = self.generation
        kept = self.journal.read(before=old_generation, after=generation)
        if kept is None or old_generation is None:
            self.rebuild_index()
        else:
            self.index.rebuild(old, generation=old_generation, memory=MEMORY)
            self._follow(*kept, generation=generation)

    def raise_generation(self, transaction: Transaction) -> None:
        """Makes the transaction the next generation of the store."""
        node = self.iris.graph("store")
        old, new = (
            nt.lines(str(node), [(term_texts().generation, nt.integer(number))])
            for number in (self.generation, self.generation + 1)
        )
        transaction.replace(node, old if self.generation else [], new)

    def set_generation(self, number: int) -> None:
        """Makes ``number`` the store's generation, whatever others have written there."""
        node = self.iris.graph("store")
        mark = nt.lines(str(node), [(term_texts().generation, nt.integer(number))])
        self.shared.rdf.update(
            f"DELETE WHERE {{ GRAPH {node} {{ {node} {terms().generation} ?old }} }};\n"
            f"INSERT DATA {{ GRAPH {node} {{ {''.join(mark)} }} }}"
        )
        self._generation = None
        self.shared.rdf.flush()

    def rebuild_index(self, progress: Progress = silent) -> Faults:
        """Makes the index anew from the RDF store; returns what had to be left out."""
        if self._nothing_told():
            self.index.empty(generation=self.generation)
            return Faults()
        with self.recount(progress) as counted:
            return self.fill_index(counted, progress)

    def _nothing_told(self) -> bool:
        """Whether the store has neither events nor mentions, as a new one."""
        ww, rdf = terms(), self.shared.rdf
        told = itertools.chain(
            rdf.quads_for_pattern(None, ww.mentionOf, None),
            rdf.quads_for_pattern(None, None, None, self.iris.graph("events")),
        )
        return next(told, None) is None

    def fill_index(self, counted: Recount, progress: Progress = silent) -> Faults:
        """Makes the index anew from what was counted; nothing else can be asked of ``counted`` then."""
        faults = counted.faults
        progress("writing the index", 0, 1)
        self.index.rebuild(counted.save(), generation=self.generation, memory=MEMORY)
        progress("writing the index", 1, 1)
        return faults

    def rebuild(self, progress: Progress = silent) -> Rebuilt:
        """Makes the shared graphs and the index anew from documents and events."""
        with self.recount(progress) as counted:
            derivation = Derivation(counted, progress)
            strangers = derivation.strangers
            try:
                deleted, inserted = repair(derivation, self.write_next, progress)
            finally:
                self.counts.forget()
            return Rebuilt(deleted, inserted, self.fill_index(counted, progress), strangers)

    def recount(self, progress: Progress = silent) -> Recount:
        """Counts documents and events."""
        return Recount(self.shared, self.work_folder, progress=progress, known=self.index.names)

    def clear(self) -> None:
        """Clears away what a batch that was cut short has written ahead."""
        clear(self.shared, self.marker)
