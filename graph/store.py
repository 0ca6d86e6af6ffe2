"""The embedded store: the RDF store in a folder, and the index beside it, opened by one writer at a time.

Every write is one transaction of the RDF store, which raises its generation by one and is on the disk when it is
acknowledged; the index follows. If the process dies between the two, the next opening makes the index anew.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

import duckdb
import pyoxigraph as ox

from extract.model import CodedDocument
from graph import folder, ontology
from graph.errors import BadCursor, StoreDamaged, StoreReadOnly, UnknownEvent, UnknownRelation
from graph.folder import Lock, Metadata
from graph.ids import Iris, relation_parts
from graph.index import Index
from graph.loading import BATCH, Loader, LoadReport, Provenance, batches
from graph.network import ASSERTED
from graph.reports import Report, StoredEvent
from graph.selecting import EventFilter, cursor_after
from graph.shared import SharedGraphs, select
from graph.transaction import Transaction, n_triples
from graph.vocabulary import RDF_TYPE, value_of

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
        self._dataset: rdflib.Dataset | None = None
        with contextlib.ExitStack() as undo:
            undo.callback(lock.release)
            self._shared = self._open_graphs()
            undo.callback(self._shared.close)
            self.index = self._open_index()
            undo.callback(self._close_index)
            self._loader = self._open_loader()
            if not read_only:
                self._loader.clear()
                self._seed()
            self._catch_up()
            self._undo = undo.pop_all()

    @classmethod
    def open(
        cls, path: str | Path, *, create: bool = False, read_only: bool = False, base: str | None = None
    ) -> Store:
        """Opens the store in the folder ``path``; ``create`` makes one in an empty or missing folder.

        ``base`` is the base of the data's IRIs, which a store keeps for life. Any number may read, or one may
        write. Raises NotAStore, StoreVersion, StoreLocked, StoreDamaged and BadSelection.
        """
        place = Path(path)
        metadata = folder.prepare(place, create=create and not read_only, base=base)
        return cls(place, metadata, Lock(place, shared=read_only), read_only=read_only)

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
        kinds = ("actor", "event", "relation", "document")
        return ontology.PREFIXES | {kind: f"{self.iris.base}{kind}/" for kind in kinds}

    @property
    def generation(self) -> int:
        """How many writes the store has committed."""
        return self._loader.generation

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Answers a query of our own, in process, over the union of all graphs.

        Not for queries from outside, which can kill or fill the process.
        """
        return self.rdf.query(text, prefixes=self.prefixes, use_default_graph_as_union=True)

    def snapshot(self, target: Path) -> None:
        """Copies the RDF store, by hard links where it can, into the folder ``target``, which must not exist."""
        with self._writing:
            self.rdf.backup(target)

    def load(
        self,
        coded: Iterable[CodedDocument],
        *,
        batch: int = BATCH,
        extractor: str | None = None,
        model: str | None = None,
    ) -> LoadReport:
        """Loads documents with their events; a document that the store has is replaced, unless it is the same.

        Some ``batch`` events at a time become visible together, and are on the disk then. If ``coded`` raises,
        the batches before stay. ``extractor`` and ``model`` say what read the events. Raises StoreReadOnly.
        """
        self._check_writable()
        report, provenance = LoadReport(), Provenance(extractor, model)
        for documents in batches(coded, batch):
            with self._writing:
                report += self._loader.load(documents, provenance)
        return report

    def remove(self, document_id: str) -> bool:
        """Takes a document out with all that it alone told; False if the store does not have it."""
        self._check_writable()
        with self._writing:
            return self._loader.remove(document_id)

    def rebuild(self) -> None:
        """Makes the index anew from the RDF store."""
        self._check_writable()
        with self._writing:
            self._loader.rebuild_index()

    def document(self, document_id: str) -> CodedDocument | None:
        """A document with its text and events, None if the store does not have it."""
        node = self.iris.document(document_id)
        return self._shared.coded_document(node) if self._shared.content_hash(node) is not None else None

    def event(self, event_id: str, *, limit: int | None = None) -> StoredEvent:
        """An event with its reports, the first ``limit`` of them; raises UnknownEvent."""
        node = self.iris.event(event_id)
        found = sorted(self._shared.reports(node), key=report_key)
        if not found:
            raise UnknownEvent(event_id)
        has = self._shared.describe(node, self.iris.graph("events"))
        relation = has.get(ontology.terms().relation)
        relation_id = self.iris.local("relation", ox.NamedNode(relation[0])) if relation else None
        return StoredEvent(event_id, relation_id, len(found), tuple(found[:limit]))

    def first_reports(self, event_ids: Iterable[str]) -> dict[str, Report]:
        """The first report of each of some events, by their ids; raises UnknownEvent."""
        return {event_id: self.event(event_id, limit=1).reports[0] for event_id in event_ids}

    def evidence(self, relation_id: str, *, limit: int = 20, cursor: str | None = None) -> EvidencePage:
        """The sentences behind an edge, page by page; raises UnknownRelation, BadCursor and BadSelection."""
        relation_parts(relation_id)
        totals = self._shared.relation(self.iris.relation(relation_id))
        if totals is None:
            raise UnknownRelation(relation_id)
        chosen = EventFilter(relation=relation_id, modalities=ASSERTED, negated=False)
        skip, place = _read_cursor(cursor)
        page = self.index.events(chosen, limit=limit, cursor=place)
        reports: list[Report] = []
        following: str | None = None
        for row in page.rows:
            found = self.event(row.event).reports[skip:]
            taken = found[: limit - len(reports)]
            reports += taken
            if len(taken) < len(found):
                following = f"{skip + len(taken)}.{place or ''}"
                break
            skip, place = 0, cursor_after(row)
            if len(reports) == limit:
                more = page.next is not None or row is not page.rows[-1]
                following = f"0.{place}" if more else None
                break
        else:
            following = f"0.{page.next}" if page.next else None
        return EvidencePage(tuple(reports), totals.mentions, following)

    def info(self) -> dict[str, object]:
        """What the store is and how much it holds; ``bytes`` on the disk."""
        kind = f"{RDF_TYPE} {ontology.terms().Document}"
        ((documents,),) = select(self.rdf, f"SELECT (COUNT(*) AS ?n) {{ ?document {kind} }}")
        return {
            "path": str(self.path),
            "format": self.metadata.format,
            "base": self.metadata.base,
            "created": self.metadata.created,
            "generation": self.generation,
            "documents": int(value_of(documents)),
            **self.index.counts(),
            "quads": len(self.rdf),
            "bytes": sum(_size(entry) for entry in self.path.rglob("*")),
        }

    def _open_graphs(self) -> SharedGraphs:
        return SharedGraphs(_open_rdf(self.path, read_only=self.read_only), self.iris)

    def _open_index(self) -> Index:
        return _open_index(self.path / folder.INDEX, read_only=self.read_only)

    def _open_loader(self) -> Loader:
        return Loader(self._shared, self.index, self.path)

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
            self._loader.raise_generation(transaction)
            self._loader.write(transaction)
            self._loader.finish()
            if self.index.generation == generation:
                self.index.stamp(self.generation)

    def _catch_up(self) -> None:
        if self.index.generation == self.generation:
            return
        if self.read_only:  # nothing may be written beside a store that others read
            self.index.close()
            self.index = self._loader.index = Index(None)
        self._loader.rebuild_index()


def _open_rdf(path: Path, *, read_only: bool) -> ox.Store:
    place = path / folder.RDF
    try:
        return ox.Store.read_only(str(place)) if read_only else ox.Store(place)
    except OSError as error:
        raise StoreDamaged(path, str(error)) from error


def _open_index(path: Path, *, read_only: bool) -> Index:
    """The index; an empty one, to be filled, where there is none or none that can be read."""
    if read_only and not path.exists():
        return Index(None)
    try:
        return Index(path, read_only=read_only)
    except (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException):
        if read_only:
            return Index(None)
        for leftover in (path, path.with_name(f"{path.name}.wal")):
            leftover.unlink(missing_ok=True)
        return Index(path)


def _size(entry: Path) -> int:
    try:
        return entry.stat().st_size if entry.is_file() else 0
    except FileNotFoundError:  # the engine merges its files in the background
        return 0


def report_key(report: Report) -> tuple[str, str, int]:
    """The order of reports: by date and id of the documents, and by place in them."""
    day = report.document.date
    return day.isoformat() if day else "", report.document.id, report.number


def _read_cursor(given: str | None) -> tuple[int, str | None]:
    if given is None:
        return 0, None
    skip, dot, place = given.partition(".")
    if not dot or not skip.isdecimal() or not skip.isascii() or len(skip) > 9:
        raise BadCursor(given)
    return int(skip), place or None
