"""A store that another program serves over the SPARQL 1.1 Protocol, with the index in a folder of this machine."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyoxigraph as ox

from graph import folder, ontology
from graph.endpoint import Address, Endpoint, RemoteLimits
from graph.errors import BadSelection, NotAStore, StoreReadOnly, StoreVersion, UnknownEvent
from graph.folder import FORMAT, Metadata
from graph.ids import DEFAULT_BASE, Iris
from graph.index import Index
from graph.ontology import DCTERMS, terms
from graph.remote import UNION, RemoteRdf
from graph.remote_errors import NotOffered
from graph.remote_shared import RemoteShared
from graph.remote_write import RemoteLoader
from graph.reports import Report
from graph.store import Store, report_key
from graph.vocabulary import node_of, value_of

if TYPE_CHECKING:
    import rdflib

CACHE = "whowhom"
VERSION = ox.NamedNode(f"{DCTERMS}hasVersion")

log = logging.getLogger(__name__)


class RemoteStore(Store):
    """An open remote store, made by :meth:`connect`."""

    def __init__(self, remote: RemoteRdf, metadata: Metadata, *, read_only: bool) -> None:
        """Takes over the connections of ``remote``; use :meth:`connect`."""
        self.remote = remote
        self.address = remote.endpoint.address
        super().__init__(
            index_folder(self.address, metadata.base), metadata, remote.endpoint, read_only=read_only
        )

    @classmethod
    def connect(
        cls,
        address: Address,
        *,
        create: bool = False,
        read_only: bool = False,
        base: str | None = None,
        limits: RemoteLimits | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> RemoteStore:
        """Opens the store at ``address``; ``create`` puts whowhom's data into one that has none yet.

        ``base`` is the base of the data's IRIs, needed only where the store holds data of several. Credentials
        come from ``environment``. Raises NotAStore, StoreVersion, BadSelection and the errors of
        graph.remote_errors.
        """
        with contextlib.ExitStack() as undo:
            endpoint = undo.enter_context(Endpoint(address, limits=limits, environment=environment))
            remote = RemoteRdf(endpoint)
            metadata = _metadata(remote, create=create and not read_only, base=base)
            _learn_union(remote, Iris(metadata.base))
            store = cls(remote, metadata, read_only=read_only)
            undo.pop_all()
            return store

    @property
    def dataset(self) -> rdflib.Dataset:
        """Not to be had."""
        raise NotOffered(self.address.url, "The face of rdflib")

    def snapshot(self, target: Path) -> None:
        """Not to be had."""
        raise NotOffered(self.address.url, f"A snapshot in {target}")

    def first_reports(self, event_ids: Iterable[str]) -> dict[str, Report]:
        """The first report of each of some events, by their ids; raises UnknownEvent."""
        shared = RemoteShared(self.remote, self.iris)
        found = shared.reports_of(map(self.iris.event, event_ids))
        by_id = {self.iris.local("event", node): reports for node, reports in found.items()}
        for event_id, reports in by_id.items():
            if not reports:
                raise UnknownEvent(event_id)
        return {event_id: min(reports, key=report_key) for event_id, reports in by_id.items()}

    def info(self) -> dict[str, object]:
        """What the store is and how much it holds; ``quads`` are those below its base, and the ontology's."""
        made = f"?g {terms().contentHash} ?hash"
        documents = f"FILTER (STRSTARTS(STR(?g), {ox.Literal(self.iris.document('').value)}))"
        seeds = ", ".join(map(str, ontology.seeds()))
        shared = " ".join(str(self.iris.graph(name)) for name in ("actors", "events", "relations", "store"))
        quads = (  # each finds its graphs by itself: what others keep in the store is not read
            self.remote.count(f"{made} . ?s ?p ?o", documents),
            self.remote.count(f"{made} . ?s ?p ?o", f"FILTER (?g IN ({seeds}))"),
            self.remote.count("?s ?p ?o", f"VALUES ?g {{ {shared} }}"),
        )
        return {
            "store": self.address.url,
            "format": self.metadata.format,
            "base": self.metadata.base,
            "generation": self.generation,
            "documents": self.remote.count(made, documents),
            **self.index.counts(),
            "quads": sum(quads),
            "index": str(self.path / folder.INDEX),
        }

    def _open_graphs(self) -> RemoteShared:
        return RemoteShared(self.remote, self.iris)

    def _open_index(self) -> Index:
        """The file in the index folder; where another process has it, tables in memory."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            return _index_file(self.path / folder.INDEX)
        except (OSError, duckdb.IOException) as error:
            log.warning("the index is kept in memory: %s", error)
            return Index(None)

    def _open_loader(self) -> RemoteLoader:
        return RemoteLoader(RemoteShared(self.remote, self.iris), self.index)

    def _check_writable(self) -> None:
        if self.read_only:
            raise StoreReadOnly(self.address.url)

    def _catch_up(self) -> None:
        if self.index.generation != self.generation:
            self._loader.rebuild_index()


def open_store(place: str | Path | Address, *, create: bool = False, read_only: bool = False) -> Store:
    """The store in a folder, or behind an address; raises what Store.open and RemoteStore.connect do."""
    if isinstance(place, Address) or "://" in str(place):
        address = place if isinstance(place, Address) else Address(str(place))
        return RemoteStore.connect(address, create=create, read_only=read_only)
    return Store.open(place, create=create, read_only=read_only)


def index_folder(address: Address, base: str) -> Path:
    """The folder of the index: a name for each address and base, below the folder that was given or the cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / CACHE
    name = hashlib.blake2b(f"{address.url} {base}".encode(), digest_size=8).hexdigest()
    return (address.index or cache) / name


def _index_file(path: Path) -> Index:
    try:
        return Index(path)
    except (duckdb.SerializationException, duckdb.InternalException):
        pass
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)
    return Index(path)


def _metadata(remote: RemoteRdf, *, create: bool, base: str | None) -> Metadata:
    if base is not None:
        folder.check_base(base)
    found = {}
    for (graph,) in remote.rows(f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?g {terms().generation} ?n }} }}"):
        iri = node_of(graph).value
        if iri.endswith("graph/store"):
            found[iri.removesuffix("graph/store")] = node_of(graph)
    url = remote.endpoint.url
    if base is None and len(found) > 1 and DEFAULT_BASE not in found:
        raise BadSelection("base", None, f"one of those that {url} holds: {', '.join(sorted(found))}")
    chosen = base or (DEFAULT_BASE if DEFAULT_BASE in found or not found else next(iter(found)))
    if chosen in found:
        node = found[chosen]
        versions = remote.quads_for_pattern(node, VERSION, None, node)
        version = max((int(value_of(quad.object)) for quad in versions), default=FORMAT)
        if version != FORMAT:
            raise StoreVersion(url, version, FORMAT)
    elif create:
        node = Iris(chosen).graph("store")
        remote.update(f'INSERT DATA {{ GRAPH {node} {{ {node} {VERSION} "{FORMAT}" }} }}')
    else:
        raise NotAStore(url, f"it holds no data of whowhom. `whowhom load --store {url}` puts some there")
    return Metadata(FORMAT, chosen, "")


def _learn_union(remote: RemoteRdf, iris: Iris) -> None:
    """Finds out how the store is told that the default graph is the union of all."""
    node = iris.graph("store")
    text = f"SELECT (1 AS ?found) {{ {node} {VERSION} ?n }} LIMIT 1"
    if len(remote.rows(text)):
        return
    remote.union = UNION
    if not len(remote.rows(text, union=True)):
        remote.union = ()
        log.warning(
            "%s answers from its default graph alone, and the data is in named graphs: set it up to take them together",
            remote.endpoint.url,
        )
