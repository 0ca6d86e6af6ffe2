"""The embedded store: the RDF store in a folder, and the index beside it, opened by one writer at a time.

Every write is one transaction of the RDF store, which raises its generation by one and is on the disk when it is
acknowledged; the index follows. If the process dies between the two, the next opening catches up from a journal.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox

from extract.model import CodedDocument
from graph import folder, ontology, reading, recount
from graph.derive import Rebuilt
from graph.errors import BadCursor, IndexDamaged, StoreReadOnly, UnknownEvent, UnknownRelation
from graph.folder import Lock, Metadata
from graph.ids import Iris, relation_parts
from graph.index import Index, remove
from graph.loading import BATCH, Batches, Loader, LoadReport, Provenance
from graph.network import ASSERTED
from graph.recount import Faults, Progress, silent
from graph.reports import Report, StoredEvent
from graph.selecting import EventFilter, EventRow, cursor_after
from graph.shared import SharedGraphs
from graph.snapshots import Snapshots
from graph.transaction import Transaction, n_triples
from graph.trouble import check_room, told
from graph.validation import Finding, findings
from graph.vocabulary import RDF_TYPE

if TYPE_CHECKING:
    import rdflib


class Held(Protocol):
    """What a store gives back when it is closed: a lock, or connections."""

    def release(self) -> None:
        """Gives it back; harmless the second time."""


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Reports of a relation's events, the latest events first.

    ``total`` counts all reports of the events that the relation counts (neither negated nor hypothetical),
    ``next`` is the cursor of the page after, None on the last.
    """

    reports: tuple[Report, ...]
    total: int
    next: str | None


class Store:
    """An open store, made by :meth:`open`; a context manager that closes it.

    Reading is safe from several threads. Writes wait for each other.
    """

    def __init__(self, path: Path, metadata: Metadata, lock: Held, *, read_only: bool) -> None:
        """Takes over ``lock``; use :meth:`open`."""
        self.path = path
        self.metadata = metadata
        self.read_only = read_only
        self.iris = Iris(metadata.base)
        self._writing = threading.RLock()
        self._own_graphs = frozenset(graph.value for graph in ontology.seeds())
        self._dataset: rdflib.Dataset | None = None
        self._behind: tuple[int | None, int] | None = None
        with contextlib.ExitStack() as undo:
            undo.callback(lock.release)
            self._open(undo)
            self._undo = undo.pop_all()

    def _open(self, undo: contextlib.ExitStack) -> None:
        """Opens graphs and index, and puts them in order; what is to be closed goes to ``undo``."""
        path, read_only = self.path, self.read_only
        with told(path):
            self.metadata = folder.migrate(path, self.metadata, read_only=read_only)
            if not read_only:
                check_room(path)
            self._shared = SharedGraphs(folder.open_rdf(path, read_only=read_only), self.iris)
            undo.callback(self._shared.close)
            self.index = _open_index(path / folder.INDEX, read_only=read_only)
            undo.callback(self._close_index)
            self._loader = Loader(self._shared, self.index, path)
            if read_only:
                self._loader.work_folder = None
            else:
                recount.clear(path)
                self._loader.clear()
                self._seed()
            if self.stale and not read_only:
                self.rebuild()
            else:
                self._catch_up()

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        create: bool = False,
        read_only: bool = False,
        base: str | None = None,
        command: str | None = None,
    ) -> Store:
        """Opens the store in the folder ``path``; ``create`` makes one in an empty or missing folder.

        ``base`` is the base of the data's IRIs, which a store keeps for life. Any number may read, or one may
        write; ``command`` tells the others what the writer does. Raises NotAStore, StoreVersion, StoreLocked,
        StoreDamaged, StoreUnwritable and BadSelection.
        """
        place = Path(path)
        metadata = folder.prepare(place, create=create and not read_only, base=base)
        lock = Lock(place, shared=read_only, command=command)
        return cls(place, metadata, lock, read_only=read_only)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the store and gives its lock back; harmless the second time."""
        if self._dataset is not None:
            self._dataset.store.close()
            self._dataset = None
        self._undo.close()

    @property
    def rdf(self) -> ox.Store:
        """The engine, for reading; writing past :meth:`load` breaks the totals and the index."""
        return self._shared.rdf

    @property
    def dataset(self) -> rdflib.Dataset:
        """The store as an rdflib Dataset, for reading, with the union of all graphs as its default graph.

        Queries given as text are answered by the engine, with the prefixes of :attr:`prefixes` bound.
        """
        if self._dataset is None:
            import rdflib
            from oxrdflib import OxigraphStore

            dataset = rdflib.Dataset(store=OxigraphStore(store=self.rdf), default_union=True)
            for prefix, namespace in self.prefixes.items():
                dataset.bind(prefix, namespace)
            self._dataset = dataset
        return self._dataset

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that queries may use undeclared."""
        return self.iris.prefixes

    @property
    def generation(self) -> int:
        """How many writes the store has committed."""
        return self._loader.generation

    @property
    def stale(self) -> bool:
        """True while what is derived may not fit what others have written; :meth:`rebuild` makes it fit."""
        return (self.path / folder.STALE).exists()

    def is_own(self, graph: str) -> bool:
        """Whether the graph of that IRI is one of those that hold documents, what is derived, and the ontology."""
        base = self.iris.base
        return graph.startswith((f"{base}document/", f"{base}graph/")) or graph in self._own_graphs

    @contextlib.contextmanager
    def writing(self, *, own: bool) -> Iterator[ox.Store]:
        """Gives the engine to one writer from outside; what it did is a generation of its own, and on the disk.

        ``own`` says that it may have changed whowhom's own graphs: then the store is :attr:`stale`. Raises
        StoreReadOnly.
        """
        self._check_writable()
        with self._one_write():
            before, stale = self.generation, self.stale
            in_step = self.index.generation == before
            if own:
                folder.mark_stale(self.path)
            try:
                yield self.rdf
            except BaseException:
                if not stale:  # nothing has changed
                    (self.path / folder.STALE).unlink(missing_ok=True)
                raise
            self._loader.set_generation(before + 1)
            if own:
                self._loader.counts.forget()
            elif in_step:
                self.index.stamp(before + 1)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Answers a query of our own, in process, over the union of all graphs.

        Not for queries from outside, which can kill or fill the process.
        """
        return self.rdf.query(text, prefixes=self.prefixes, use_default_graph_as_union=True)

    def snapshots(self, parent: Path) -> Snapshots:
        """Snapshots of the RDF store in the folder ``parent``, for readers that wait for no writer.

        To be made while nothing is written.
        """
        made = Snapshots(parent, generation=lambda: self.generation, backup=self._backup)
        self._loader.on_ahead = lambda begins: made.hold() if begins else made.release()
        return made

    def load(
        self,
        coded: Iterable[CodedDocument],
        *,
        batch: int = BATCH,
        extractor: str | None = None,
        model: str | None = None,
        committed: Callable[[int], object] = lambda _: None,
    ) -> LoadReport:
        """Loads documents with their events; a document that the store has is replaced, unless it is the same.

        Some ``batch`` events at a time become visible together, and are on the disk then; ``committed`` is told of how
        many documents. If ``coded`` raises, the batches before stay. ``extractor`` and ``model`` say what read the
        events. Raises StoreReadOnly.
        """
        self._check_writable()
        report, provenance = LoadReport(), Provenance(extractor, model)
        batches = Batches(coded, batch)
        for documents in batches:
            with self._one_write():
                report += self._loader.load(documents, provenance, batches.read)
            committed(len(documents))
        return report

    def take_in(self, portions: Iterable[Sequence[ox.Quad]]) -> int:
        """Puts quads into graphs that are not whowhom's own, each portion whole or not at all; returns how many.

        Raises StoreReadOnly.
        """
        taken = 0
        for some in portions:
            with self.writing(own=False) as rdf:
                rdf.extend(some)
            taken += len(some)
        return taken

    def remove(self, document_id: str) -> bool:
        """Takes a document out with all that it alone told; False if the store does not have it."""
        self._check_writable()
        with self._one_write():
            return self._loader.remove(document_id)

    def rebuild(self, progress: Progress = silent) -> Rebuilt:
        """Makes all that is derived anew from documents and events: the shared graphs, the seeds and the index.

        What differs is written in bounded transactions; if that is cut short, do it again. ``progress`` is told what
        is done, and how many of how many steps. Raises StoreReadOnly.
        """
        self._check_writable()
        with self._one_write():
            try:
                rebuilt = self._loader.rebuild(progress)
            except IndexDamaged:
                self._renew_index()
                rebuilt = self._loader.rebuild(progress)
            (self.path / folder.STALE).unlink(missing_ok=True)
            return rebuilt

    def rebuild_index(self, progress: Progress = silent) -> Faults:
        """Makes the index alone anew; returns what had to be left out of it. Raises StoreReadOnly."""
        self._check_writable()
        with self._writing, told(self.path):
            try:
                return self._loader.rebuild_index(progress)
            except IndexDamaged:
                self._renew_index()
                return self._loader.rebuild_index(progress)

    def validate(self, progress: Progress = silent) -> Iterator[Finding]:
        """What is not as a recount of documents and events finds it; meanwhile nothing is written."""
        if self._behind is not None:
            had, has = self._behind
            yield Finding("index", "generation", None if had is None else str(had), str(has))
        with self._writing, self._loader.recount(progress) as counted:
            yield from findings(counted, self.index, progress)

    def document(self, document_id: str) -> CodedDocument | None:
        """A document with its text and events, None if the store does not have it."""
        node = self.iris.document(document_id)
        with told(self.path):
            return self._shared.coded_document(node) if self._shared.content_hash(node) is not None else None

    def event(self, event_id: str, *, limit: int | None = None) -> StoredEvent:
        """An event with its reports, the first ``limit`` of them; raises UnknownEvent."""
        found = self._mentions([event_id])[event_id]
        if not found:
            raise UnknownEvent(event_id)
        with told(self.path):
            has = self._shared.describe(self.iris.event(event_id), self.iris.graph("events"))
        reports = self._reports(found[:limit])
        relation = has.get(ontology.terms().relation)
        relation_id = self.iris.local("relation", ox.NamedNode(relation[0])) if relation else None
        return StoredEvent(event_id, relation_id, len(found), tuple(reports))

    def first_reports(self, rows: Sequence[EventRow]) -> dict[str, Report]:
        """The first report of each event, by its id; without those that the store has no more."""
        found = self._mentions([row.event for row in rows])
        known = {row.event: row for row in rows if found[row.event]}
        first = self._reports([found[event][0] for event in known], known)
        return dict(zip(known, first, strict=True))

    def evidence(self, relation_id: str, *, limit: int = 20, cursor: str | None = None) -> EvidencePage:
        """The sentences behind an edge, page by page; raises UnknownRelation, BadCursor and BadSelection."""
        relation_parts(relation_id)
        totals = self._shared.relation(self.iris.relation(relation_id))
        if totals is None:
            raise UnknownRelation(relation_id)
        chosen = EventFilter(relation=relation_id, modalities=ASSERTED, negated=False)
        skip, place = _read_cursor(cursor)
        page = self.index.events(chosen, limit=limit, cursor=place, counted=False)
        mentions = self._mentions([row.event for row in page.rows])
        shown: list[reading.Place] = []
        following: str | None = None
        for row in page.rows:
            found = mentions[row.event][skip:]
            taken = found[: limit - len(shown)]
            shown += taken
            if len(taken) < len(found):
                following = f"{skip + len(taken)}.{place or ''}"
                break
            skip, place = 0, cursor_after(row)
            if len(shown) == limit:
                more = page.next is not None or row is not page.rows[-1]
                following = f"0.{place}" if more else None
                break
        else:
            following = f"0.{page.next}" if page.next else None
        reports = self._reports(shown, {row.event: row for row in page.rows})
        return EvidencePage(tuple(reports), totals.mentions, following)

    def info(self) -> dict[str, object]:
        """What the store is and how much it holds; ``bytes`` on the disk."""
        with told(self.path):
            # Not by COUNT in SPARQL, which never ends where a file is damaged.
            documents = self.rdf.quads_for_pattern(None, RDF_TYPE, ontology.terms().Document)
            return {
                "path": str(self.path),
                "format": self.metadata.format,
                "base": self.metadata.base,
                "created": self.metadata.created,
                "generation": self.generation,
                "documents": sum(1 for _ in documents),
                **self.index.counts(),
                "quads": len(self.rdf),
                "bytes": _bytes(self.path),
            }

    def _mentions(self, events: Sequence[str]) -> dict[str, list[reading.Place]]:
        with told(self.path):
            return reading.mentions(self._shared, events)

    def _reports(
        self, found: Sequence[reading.Place], rows: Mapping[str, EventRow] | None = None
    ) -> list[Report]:
        with told(self.path):
            return reading.reports(self._shared, found, rows)

    @contextlib.contextmanager
    def _one_write(self) -> Iterator[None]:
        """While one writes, others wait; raises StoreUnwritable where there is no room for it."""
        with self._writing, told(self.path):
            check_room(self.path)
            yield

    def _backup(self, target: Path) -> None:  # a bound method of the engine would keep it open
        self.rdf.backup(target)

    def _close_index(self) -> None:
        self.index.close()  # that of now: it may be another than the one that was opened first

    def _check_writable(self) -> None:
        if self.read_only:
            raise StoreReadOnly(self.path)

    def _seed(self) -> None:
        """Puts in the ontology and the action schemes, or their new versions."""
        transaction, generation = Transaction(), self.generation
        for graph, (digest, triples) in ontology.seeds().items():
            if self._shared.content_hash(graph) != digest:
                mark = ox.Triple(graph, ontology.terms().contentHash, ox.Literal(digest))
                transaction.drops.append(graph)
                transaction.inserts[graph].append(n_triples([*triples, mark]))
        if transaction.inserts:
            self._loader.write_next(transaction)
            if self.index.generation == generation:
                self.index.stamp(self.generation)

    def _catch_up(self) -> None:
        with contextlib.suppress(IndexDamaged):
            if not self.read_only:
                self._loader.catch_up()
                return
            if self.index.generation == self.generation:
                return
            # Nothing may be written beside a store that others read.
            self._behind = self.index.generation, self.generation
            self._renew_index()
            self._loader.catch_up_in_memory(self.path / folder.INDEX, self._behind[0])
            return
        self._renew_index()
        self._loader.rebuild_index()

    def _renew_index(self) -> None:
        in_memory = self.index.columns.started
        self.index.close()
        place = self.path / folder.INDEX
        self.index = self._loader.index = Index(None) if self.read_only else _fresh_index(place)
        if in_memory:
            self.index.columns.start()


def _open_index(path: Path, *, read_only: bool) -> Index:
    """The index; an empty one, to be filled, where there is none or none that can be read."""
    if read_only and not path.exists():
        return Index(None)
    try:
        return Index(path, read_only=read_only)
    except IndexDamaged:
        return Index(None) if read_only else _fresh_index(path)


def _fresh_index(path: Path) -> Index:
    remove(path)
    return Index(path)


def _bytes(path: Path) -> int:
    """The sizes of the files below ``path``, one that has several names counted once."""
    sizes: dict[int, int] = {}
    for entry in path.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # the engine merges its files in the background
            if entry.is_file():
                found = entry.stat()
                sizes[found.st_ino] = found.st_size
    return sum(sizes.values())


def _read_cursor(given: str | None) -> tuple[int, str | None]:
    if given is None:
        return 0, None
    skip, dot, place = given.partition(".")
    if not dot or not skip.isdecimal() or not skip.isascii() or len(skip) > 9:
        raise BadCursor(given)
    return int(skip), place or None
