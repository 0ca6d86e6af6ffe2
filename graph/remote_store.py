"""A store that another program serves over the SPARQL 1.1 Protocol, with the index in a folder of this machine."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pyoxigraph as ox

from graph import folder, ontology, remote_reading
from graph.errors import (
    BadSelection,
    IndexDamaged,
    NotAStore,
    StoreReadOnly,
    StoreUnwritable,
    StoreVersion,
)
from graph.folder import FORMAT, Metadata
from graph.ids import DEFAULT_BASE, Iris
from graph.index import Index, remove
from graph.ontology import DCTERMS, terms
from graph.reading import Place
from graph.recount import Progress, silent
from graph.remote import UNION, RemoteRdf
from graph.remote_client import Address, Client, RemoteLimits, is_address
from graph.remote_errors import NotOffered
from graph.remote_shared import RemoteShared
from graph.remote_write import RemoteLoader
from graph.reports import Report
from graph.selecting import EventRow
from graph.store import Store
from graph.vocabulary import node_of, value_of

if TYPE_CHECKING:
    import rdflib

CACHE = "whowhom"
TAKEN = "Could not set lock"
"""What DuckDB says of a file that another process has."""

VERSION = ox.NamedNode(f"{DCTERMS}hasVersion")

log = logging.getLogger(__name__)


class RemoteStore(Store):
    """An open remote store, made by :meth:`connect`."""

    def __init__(self, remote: RemoteRdf, metadata: Metadata, *, read_only: bool) -> None:
        """Takes over the connections of ``remote``; use :meth:`connect`."""
        self.remote = remote
        self.address = remote.client.address
        super().__init__(
            index_folder(self.address, metadata.base), metadata, remote.client, read_only=read_only
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
            client = undo.enter_context(Client(address, limits=limits, environment=environment))
            remote = RemoteRdf(client)
            metadata = _metadata(remote, create=create and not read_only, base=base)
            _learn_union(remote, Iris(metadata.base))
            store = cls(remote, metadata, read_only=read_only)
            undo.pop_all()
            return store

    @property
    def dataset(self) -> rdflib.Dataset:
        """Not to be had."""
        raise NotOffered(self.address.url, "The face of rdflib")

    @property
    def stale(self) -> bool:
        """False: nobody is let past :meth:`load`, and what others change in the store is theirs to know."""
        return False

    def writing(self, *, own: bool) -> NoReturn:  # noqa: ARG002
        """Not to be had."""
        raise NotOffered(self.address.url, "An update")

    def take_in(self, portions: Iterable[Sequence[ox.Quad]]) -> int:
        """Raises NotOffered if there are any: who serves the store has ways of its own."""
        if next(iter(portions), None) is not None:
            raise NotOffered(self.address.url, "A load of graphs that are not whowhom's")
        return 0

    def snapshots(self, parent: Path) -> NoReturn:  # noqa: ARG002
        """Not to be had."""
        raise NotOffered(self.address.url, "A snapshot")

    def validate(self, progress: Progress = silent) -> NoReturn:  # noqa: ARG002
        """Not to be had."""
        raise NotOffered(self.address.url, "A comparison with a recount")

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

    def _open(self, undo: contextlib.ExitStack) -> None:
        self._shared = self._remote_shared = RemoteShared(self.remote, self.iris)
        undo.callback(self._shared.close)
        self.index = self._open_index()
        undo.callback(self._close_index)
        self._loader = RemoteLoader(RemoteShared(self.remote, self.iris), self.index, self.path)
        if not self.read_only:
            self._loader.clear()
            self._seed()
        self._catch_up()

    def _open_index(self) -> Index:
        """The file in the index folder; where another process has it, tables in memory."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            return _index_file(self.path / folder.INDEX)
        except (OSError, IndexDamaged, StoreUnwritable) as error:
            log.warning("the index is kept in memory: %s", error)
            return Index(None)

    def _renew_index(self) -> None:
        self.index.close()
        with contextlib.suppress(OSError):  # then it is kept in memory
            remove(self.path / folder.INDEX)
        self.index = self._loader.index = self._open_index()

    def _mentions(self, events: Sequence[str]) -> dict[str, list[Place]]:
        return remote_reading.mentions(self._remote_shared, events)

    def _reports(self, found: Sequence[Place], rows: Mapping[str, EventRow] | None = None) -> list[Report]:
        return remote_reading.reports(self._remote_shared, found, rows)

    @contextlib.contextmanager
    def _one_write(self) -> Iterator[None]:
        with self._writing:
            yield

    def _check_writable(self) -> None:
        if self.read_only:
            raise StoreReadOnly(self.address.url)

    def _catch_up(self) -> None:
        if self.index.generation == self.generation:
            return
        try:
            self._loader.rebuild_index()
        except IndexDamaged:
            self._renew_index()
            self._loader.rebuild_index()


def open_store(
    place: str | Path | Address,
    *,
    create: bool = False,
    read_only: bool = False,
    base: str | None = None,
    command: str | None = None,
) -> Store:
    """The store in a folder, or behind an address; raises what Store.open and RemoteStore.connect do.

    ``base`` is that of the data's IRIs, for a new one. ``command`` is told to others who want the folder meanwhile.
    """
    if isinstance(place, Address) or is_address(place):
        address = place if isinstance(place, Address) else Address(str(place))
        return RemoteStore.connect(address, create=create, read_only=read_only, base=base)
    return Store.open(place, create=create, read_only=read_only, base=base, command=command)


def local(place: str | Path | Address, what: str) -> Path:
    """The folder of a store; raises NotOffered for one behind an address, as ``what`` needs a folder."""
    if isinstance(place, Address) or is_address(place):
        raise NotOffered(str(place), what)
    return Path(place)


def index_folder(address: Address, base: str) -> Path:
    """The folder of the index: a name for each address and base, below the folder that was given or the cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / CACHE
    name = hashlib.blake2b(f"{address.url} {base}".encode(), digest_size=8).hexdigest()
    return (address.index or cache) / name


def _index_file(path: Path) -> Index:
    try:
        return Index(path)
    except IndexDamaged as error:
        if TAKEN in error.reason:
            raise
    remove(path)
    return Index(path)


def _metadata(remote: RemoteRdf, *, create: bool, base: str | None) -> Metadata:
    if base is not None:
        folder.check_base(base)
    found = {}
    for (graph,) in remote.rows(f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?g {terms().generation} ?n }} }}"):
        iri = node_of(graph).value
        if iri.endswith("graph/store"):
            found[iri.removesuffix("graph/store")] = node_of(graph)
    url = remote.client.url
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
            remote.client.url,
        )
