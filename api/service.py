"""What whowhom does, without a face: the one place where extractor, store and query workers meet.

The command line and the HTTP routes both call a :class:`Service`; it imports no web framework.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import extract
from api.analyses import Analyses
from api.endpoint import Endpoint
from api.errors import BadParameter, NotSupported
from api.parameters import Given, described
from extract.model import CodedDocument, Document
from extract.read import Failure
from extract.record import Record, event_to_record
from graph import ids
from graph.cast import Known
from graph.counting import RANKED_BY, RankedAction, RankedActor, RankedDyad, bucket_record
from graph.errors import UnknownActor, UnknownDocument
from graph.loading import BATCH, Provenance
from graph.network import MAX_RECORDS, Network, Selection
from graph.remote_client import Address
from graph.remote_store import open_store
from graph.reports import Report
from graph.search import ActorHit
from graph.selecting import EventFilter, EventRow
from graph.workers import QueryLimits

if TYPE_CHECKING:
    from api.exporting import Exported
    from extract.pipeline import Extractor

EXTRACTOR = f"whowhom {extract.__version__}"
INGEST_BATCH = 500
"""Events that are stored at once while texts are read, which takes seconds: an interruption costs no more."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Loaded:
    """What became of a batch: counts of documents, events and mentions, and the inputs that failed."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    events: int = 0
    mentions: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """Documents that are in the store now."""
        return self.added + self.unchanged + self.replaced

    def plus(self, more: Loaded) -> Loaded:
        """The sums of both."""
        return Loaded(*(getattr(self, one.name) + getattr(more, one.name) for one in fields(self)))


class Coding:
    """Extraction with one model, loaded at the first need, in one process or several; threads take turns."""

    def __init__(
        self,
        model: str | None = None,
        *,
        appeals: bool = False,
        actors: Sequence[str] = (),
        actions: Sequence[str] = (),
        processes: int = 1,
    ) -> None:
        """Raises NotSupported for more than one process on a system that cannot fork."""
        if processes > 1 and "fork" not in multiprocessing.get_all_start_methods():
            raise NotSupported("--processes needs a system that can fork (Linux, macOS). Leave it out.")
        self._processes = processes
        self._model = model
        self._appeals = appeals
        self._actors = tuple(map(Path, actors))
        self._actions = tuple(map(Path, actions))
        self._turn = threading.RLock()
        self._extractor: Extractor | None = None

    @property
    def loaded(self) -> bool:
        """True once the model is in memory."""
        return self._extractor is not None

    def load(self) -> Extractor:
        """The extractor; raises ModelMissing."""
        with self._turn:
            if self._extractor is None:
                from extract.nlp import DEFAULT_MODEL
                from extract.pipeline import Extractor

                self._extractor = Extractor(
                    self._model or DEFAULT_MODEL,
                    appeals=self._appeals,
                    actors=self._actors,
                    actions=self._actions,
                )
            return self._extractor

    def extract(self, documents: Iterable[Document | Failure]) -> Iterator[CodedDocument | Failure]:
        """Each document coded, in order, lazily; a Failure goes through. Raises ModelMissing."""
        with self._turn:
            extractor = self.load()
            if self._processes == 1:
                yield from extractor.extract(documents)
                return
            from extract.parallel import extract_in_processes

            yield from extract_in_processes(extractor, documents, self._processes)

    def explain(self, document: Document) -> list[Record]:
        """How each sentence of a document is read. Raises ModelMissing."""
        with self._turn:
            return list(self.load().explain(document))


class Service:
    """An open store with all that is asked of it; a context manager. For several threads."""

    def __init__(
        self,
        path: str | Path | Address,
        *,
        create: bool = False,
        read_only: bool = False,
        coding: Coding | None = None,
        limits: QueryLimits | None = None,
        base: str | None = None,
        command: str | None = None,
    ) -> None:
        """Opens the store in the folder, or at the address, ``path``; raises what open_store does.

        ``base`` is that of the data's IRIs, for a new store. ``command`` is told to others who want the folder
        meanwhile.
        """
        self.store = open_store(path, create=create, read_only=read_only, base=base, command=command)
        self.coding = coding or Coding()
        self.sparql = Endpoint(self.store, limits=limits, changed=self._rebuild_if_stale)
        self.analyses = Analyses(self.store, self._dataset)
        self._background = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the query workers and the jobs and closes the store; harmless the second time."""
        self._background.shutdown()
        self.analyses.close()
        self.sparql.close()
        self.store.close()

    def warm(self) -> None:
        """Starts what answers much asked questions sooner: query workers, and columns of the index in memory."""
        self.store.index.columns.start()
        self.sparql.pool.refresh()

    def _rebuild_if_stale(self) -> None:
        """Makes anew, in the background, what no longer fits what others have written."""
        if self.store.stale:
            self._background.submit(self._rebuild)

    def finish(self) -> None:
        """Returns when what is done in the background now is done."""
        self._background.submit(lambda: None).result()

    def _rebuild(self) -> None:
        try:
            if self.store.stale:
                self.store.rebuild()
        except Exception:
            log.exception("what is derived could not be made anew; it stays marked as stale")

    # --- texts and records in

    def extract(self, documents: Iterable[Document | Failure]) -> Iterator[CodedDocument | Failure]:
        """Each document coded, in order, lazily, nothing stored; a Failure goes through."""
        return self.coding.extract(documents)

    def explain(self, document: Document) -> list[Record]:
        """How each sentence of a document is read."""
        return self.coding.explain(document)

    def load(
        self,
        coded: Iterable[CodedDocument | Failure],
        *,
        model: str | None = None,
        read_by: Provenance | None = None,
        batch: int = BATCH,
        committed: Callable[[int], object] = lambda _: None,
    ) -> Loaded:
        """Stores coded documents as they come, some ``batch`` events at a time; failures are only listed.

        A document that the store has is replaced, or unchanged. ``model`` is what read the events, where this program
        did, ``read_by`` where another; ``committed`` is told how many documents are on the disk now. Raises
        StoreReadOnly.
        """
        failures: list[Failure] = []
        by = read_by or Provenance(EXTRACTOR if model else None, model)
        kept = _kept(coded, failures)
        report = self.store.load(
            kept, batch=batch, extractor=by.extractor, model=by.model, committed=committed
        )
        return Loaded(**asdict(report), failures=failures)

    def ingest(self, documents: Iterable[Document | Failure]) -> Loaded:
        """Extracts and stores; what was stored before an interruption is unchanged the next time."""
        model = self.coding.load().model
        return self.load(self.extract(documents), model=model, batch=INGEST_BATCH)

    def keep(self, documents: Iterable[Document | Failure]) -> tuple[Loaded, list[CodedDocument | Failure]]:
        """Extracts and stores, and what was read: for as many documents as one request has."""
        model = self.coding.load().model
        coded = list(self.extract(documents))
        return self.load(coded, model=model, batch=INGEST_BATCH), coded

    def document(self, document_id: str) -> CodedDocument:
        """A document with its text and events; raises UnknownDocument."""
        found = self.store.document(document_id)
        if found is None:
            raise UnknownDocument(document_id)
        return found

    def remove(self, document_id: str) -> None:
        """Takes a document out with all that it alone told; raises UnknownDocument."""
        if not self.store.remove(document_id):
            raise UnknownDocument(document_id)

    # --- answers out

    def actors(self, words: str, *, limit: int) -> Record:
        """Actors by the beginnings of words of their names, with ``meta``; ``total`` is None where it was cut."""
        hits = self.store.index.search(words, limit=limit + 1)
        shown, cut = hits.actors[:limit], len(hits.actors) > limit
        meta = self._meta({"q": words, "limit": limit}, None if cut else len(shown), len(shown), cut)
        order = {"order": "exact matches, then events", "match": "near" if hits.near else "beginnings"}
        return {"meta": meta | order, "actors": [flat(hit) for hit in shown]}

    def actor(self, actor_id: str) -> Record:
        """An actor with the other names and wordings that texts have for it; raises UnknownActor."""
        known = flat(self.store.index.actor(actor_id))
        del known["matched"]
        aliases = sorted(set(self.store.index.names(actor_id)) - {known["label"], actor_id})
        return known | {"iri": self.store.iris.actor(actor_id).value, "aliases": aliases}

    def network(self, chosen: Selection) -> Network:
        """The part of the network that a selection asks for, its ``meta`` completed.

        Raises BadParameter for an unknown actor, and UnknownAction.
        """
        with _unknown_actor_as("actor"):
            network = self.store.index.network(chosen)
        if chosen.evidence:
            network = self._with_evidence(network, chosen)
        return replace(network, meta=self._network_meta(network, chosen))

    def overview(self, chosen: Selection) -> Network:
        """The first relations of the whole graph, those of its last period unless the selection has one.

        Raises UnknownAction.
        """
        if chosen.start is None and chosen.end is None:
            period = self.store.index.last_period(chosen)
            if period is not None:
                chosen = replace(chosen, start=period[0], end=period[1])
        return self.network(chosen)

    @contextmanager
    def whole(self, chosen: Selection) -> Iterator[Network]:
        """The same without a limit, read as it is needed and before the context ends."""
        with _unknown_actor_as("actor"), self.store.index.whole(chosen) as network:
            yield replace(network, meta=self._network_meta(network, chosen))

    def _network_meta(self, network: Network, chosen: Selection) -> Record:
        dataset = self._dataset() | {"generation": network.meta["generation"]}
        return {"query": described(chosen), **network.meta, "dataset": dataset}

    def _with_evidence(self, network: Network, chosen: Selection) -> Network:
        """The network with the latest event records of its first edges."""
        edges = tuple(network.edges)
        shown = edges[: MAX_RECORDS // chosen.evidence]
        latest = self.store.index.latest(chosen, shown)
        reports = self.store.first_reports([row for rows in latest.values() for row in rows])
        told = {
            edge: tuple(_record(reports[row.event]) for row in rows if row.event in reports)
            for edge, rows in latest.items()
        }
        with_records = tuple(replace(edge, evidence=told.get(edge.id, ())) for edge in edges)
        meta = network.meta | {"evidence": {"edges": len(shown), "records": sum(map(len, told.values()))}}
        return replace(network, edges=with_records, meta=meta)

    def events(self, chosen: EventFilter, *, limit: int, cursor: str | None, brief: bool = False) -> Record:
        """A page of event records with ``meta``; each with its first mention, and how many there are.

        ``brief`` leaves out what the mention says, and is answered from the index alone.

        Raises BadParameter for an unknown actor, UnknownAction and BadCursor.
        """
        page, known = self.store.index.named_events(chosen, limit=limit, cursor=cursor)
        if not page.total:
            self._check_ends(chosen)
        query = described(chosen) | {"limit": limit, "brief": brief}
        meta = self._meta(query, page.total, len(page.rows), page.next is not None, following=page.next)
        if brief:
            return {"meta": meta, "events": [brief_record(row, known) for row in page.rows]}
        first = self.store.first_reports(page.rows)
        shown = [
            _record(first[row.event]) | {"relation_id": row.relation, "mentions": row.mentions}
            for row in page.rows
            if row.event in first
        ]
        return {"meta": meta, "events": shown}

    def event_table(self, name: str, given: Given) -> Exported:
        """A table of the events that parameters select; see :mod:`api.event_tables`.

        Raises BadParameter, and UnknownAction.
        """
        from api.exporting import event_file

        return event_file(self, name, given)

    def timeline(self, chosen: EventFilter, *, bucket: str) -> Record:
        """Events over time by quad class, with ``meta``.

        Raises BadParameter for an unknown actor, and UnknownAction.
        """
        found = self.store.index.timeline(chosen, bucket=bucket)
        if not found.buckets:
            self._check_ends(chosen)
        rows = [bucket_record(one, bucket) for one in found.buckets]
        meta = self._meta(described(chosen) | {"bucket": bucket}, len(rows), len(rows), cut=False)
        undated, mentions = found.undated
        told = {"undated": {"events": undated, "mentions": mentions}, "spanning": found.spanning}
        return {"meta": meta | {"order": "start, quad"} | told, "timeline": rows}

    def ranking(self, chosen: EventFilter, *, rank: str, limit: int) -> Record:
        """The busiest actors, dyads or actions, with ``meta``.

        Raises BadParameter for an unknown actor, and UnknownAction.
        """
        found = self.store.index.ranking(chosen, rank=rank, limit=limit)
        if not found.total:
            self._check_ends(chosen)
        shown = len(found.rows)
        query = described(chosen) | {"rank": rank, "limit": limit}
        meta = self._meta(query, found.total, shown, shown < found.total)
        return {"meta": meta | {"order": RANKED_BY}, "ranking": [flat(row) for row in found.rows]}

    def event(self, event_id: str) -> Record:
        """An event with every mention and its sentence; raises UnknownEvent."""
        stored = self.store.event(event_id)
        meta = self._meta({"id": event_id}, stored.total, len(stored.reports), cut=False)
        return {
            "id": stored.id,
            "relation_id": stored.relation,
            "meta": meta | {"order": "oldest document first"},
            "mentions": [_record(report) for report in stored.reports],
        }

    def evidence(self, relation_id: str, *, limit: int, cursor: str | None) -> Record:
        """The sentences behind an edge; raises UnknownRelation and BadCursor."""
        page = self.store.evidence(relation_id, limit=limit, cursor=cursor)
        query = {"id": relation_id, "limit": limit}
        cut = page.next is not None
        return {
            "relation_id": relation_id,
            "meta": self._meta(query, page.total, len(page.reports), cut, following=page.next),
            "mentions": [_record(report) for report in page.reports],
        }

    def info(self) -> dict[str, object]:
        """What the store holds, and the version of the program."""
        return {"whowhom": extract.__version__, **self.store.info()}

    def health(self) -> Record:
        """Whether all is in order: the store answers, and the index shows what it holds.

        ``stale`` while what is derived is made anew after an update from outside.
        """
        generation, indexed = self.store.generation, self.store.index.generation
        return {
            "status": self._status(generation, indexed),
            "version": extract.__version__,
            "generation": generation,
            "index_generation": indexed,
            "columns": self.store.index.columns.state,
            "model": "loaded" if self.coding.loaded else "loads with the first text",
            **self.sparql.disk(),
            "instance": self.sparql.instance,
        }

    def _status(self, generation: int, indexed: int | None) -> str:
        if self.store.stale:
            return "stale"
        return "ok" if generation == indexed else "index behind"

    def _check_ends(self, chosen: EventFilter) -> None:
        """Raises BadParameter where nothing was found for want of such an actor: a look-up that others are spared."""
        for name in ("source", "target", "actor"):
            if actor_id := getattr(chosen, name):
                with _unknown_actor_as(name):
                    self.store.index.actor(actor_id)

    def _meta(
        self, query: Record, total: int | None, returned: int, cut: bool, *, following: str | None = None
    ) -> Record:
        return {
            "query": query,
            "total": total,
            "returned": returned,
            "truncated": cut,
            "reason": f"limit of {query['limit']}" if cut else None,
            "order": "latest first",
            "next": following,
            "dataset": self._dataset(),
        }

    def _dataset(self) -> Record:
        known: Record = {"base": self.store.metadata.base, "generation": self.store.generation}
        return known | ({"stale": True} if self.store.stale else {})


@contextmanager
def _unknown_actor_as(name: str) -> Iterator[None]:
    """Raises BadParameter, with the names that are near, where parameter ``name`` holds no actor of the store."""
    try:
        yield
    except UnknownActor as error:
        raise BadParameter(name, f"{name}: {error}", error.near) from error


def _kept(coded: Iterable[CodedDocument | Failure], failures: list[Failure]) -> Iterator[CodedDocument]:
    for item in coded:
        if isinstance(item, Failure):
            failures.append(item)
        else:
            yield item


def flat(one: ActorHit | RankedActor | RankedDyad | RankedAction) -> Record:
    """The fields by their names: ``asdict`` copies each value, and takes ten times as long."""
    return {field.name: getattr(one, field.name) for field in fields(one)}


def brief_record(row: EventRow, known: Mapping[str, Known]) -> Record:
    """What the index says of an event, under the names of the event record."""

    def actor(actor_id: str | None) -> Record | None:
        if actor_id is None:
            return None
        one = known[actor_id]
        names = {"code": one.country, "sector": one.sector, "name": one.label, "type": one.actor_type}
        return {"id": actor_id, **names}

    dated = row.start is not None and row.end is not None
    return {
        "id": row.event,
        "source": actor(row.source),
        "relation": row.action,
        "event": row.plover,
        "cameo": row.cameo,
        "quad": row.quad,
        "goldstein": row.goldstein,
        "target": actor(row.target),
        "modality": row.modality,
        "negated": row.negated,
        "date": {"start": str(row.start), "end": str(row.end), "granularity": row.granularity}
        if dated
        else None,
        "confidence": row.confidence,
        "relation_id": row.relation,
        "mentions": row.mentions,
    }


def _record(report: Report) -> Record:
    """The record of a report: the event's id first, the document at the end, without its text."""
    document = report.document
    return {
        "id": ids.event_id(report.event, document.id),
        **event_to_record(report.event),
        "document": {
            "id": document.id,
            "title": document.title,
            "date": document.date.isoformat() if document.date else None,
            "publisher": document.publisher,
            "url": document.url,
        },
    }
