"""SPARQL and graphs for others, over any store: the pool that answers, the updates that are allowed, what it is."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cached_property

import pyoxigraph as ox

from api.errors import BadBody, BadParameter
from extract.errors import quote
from extract.record import Record
from graph import folder
from graph.answers import Answer
from graph.description import describe
from graph.errors import UnknownGraph
from graph.plain import PlainStore
from graph.remote_errors import NotOffered
from graph.remote_query import RemoteAnswer, RemoteQueries
from graph.remote_store import RemoteStore
from graph.snapshots import remove_folder
from graph.store import Store
from graph.updates import Graph, UpdateLimits, Updates
from graph.workers import QueryLimits, QueryPool

SNAPSHOTS = "snapshots"
"""The folder of a store in which query workers find their snapshots."""

SCRATCH = "scratch"
"""The folder of a store for copies that updates are rehearsed on."""

RDF_BODIES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
"""Media types of graphs that can be sent."""

VOLATILE = ("rand", "now", "uuid", "bnode")
"""Functions whose value is another at each call; STRUUID holds one of them."""


class Endpoint:
    """What the SPARQL protocols offer over an open store, which it does not close; for several threads."""

    def __init__(
        self,
        store: Store | PlainStore,
        *,
        limits: QueryLimits | None = None,
        update_limits: UpdateLimits | None = None,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        """``changed`` is called after each write from outside."""
        self.store = store
        self.limits = limits or QueryLimits()
        self._changed = changed
        self.instance = secrets.token_hex(8)
        self._update_limits = update_limits

    def close(self) -> None:
        """Ends the query workers; harmless the second time."""
        pool = self.__dict__.pop("pool", None)
        if pool is not None:
            pool.close()
        updates = self.__dict__.pop("updates", None)
        if updates is not None:
            updates.close()

    @property
    def tag(self) -> str:
        """Names the state of the store: another one after each write, and after each start."""
        tag = f"{self.instance}-{self.store.generation}"
        # The index of a remote store can follow later than the store is written.
        return f"{tag}-{self.store.index.generation}" if isinstance(self.store, RemoteStore) else tag

    @property
    def untold(self) -> bool:
        """Whether others may change what queries find, and :attr:`tag` stay as it is."""
        return isinstance(self.store, RemoteStore)

    @property
    def union(self) -> bool:
        """Whether all graphs together are the default graph."""
        return isinstance(self.store, Store)

    @cached_property
    def pool(self) -> QueryPool | RemoteQueries:
        """Who answers queries from outside: workers over snapshots of the store, or the remote store itself.

        Whoever shares this between threads calls ``pool.refresh()`` first, in one of them.
        """
        store = self.store
        if isinstance(store, RemoteStore):
            return RemoteQueries(store.remote, limits=self.limits, prefixes=store.prefixes)
        if store.read_only:  # nobody writes, so the files themselves are the snapshot
            return QueryPool(
                lambda: store.path / folder.RDF,
                limits=self.limits,
                prefixes=store.prefixes,
                union=self.union,
                discard=lambda _: None,
            )
        snapshots = store.snapshots(store.path / SNAPSHOTS)
        return QueryPool(
            snapshots, limits=self.limits, prefixes=store.prefixes, union=self.union, discard=remove_folder
        )

    @cached_property
    def updates(self) -> Updates:
        """Writes from outside; raises NotOffered for a remote store."""
        if isinstance(self.store, RemoteStore):
            raise NotOffered(self.store.address.url, "Writing from outside")
        scratch = self.store.path / SCRATCH
        if scratch.exists():  # of a process that crashed
            remove_folder(scratch)
        scratch.mkdir()
        return Updates(self.store, scratch, self._update_limits)

    def query(
        self,
        text: str,
        *,
        accept: Sequence[str] = (),
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        timeout: float | None = None,
        client: socket.socket | None = None,
    ) -> Answer | RemoteAnswer:
        """The answer to a SPARQL query, streamed; raises each of graph.query_errors and, here and below, of
        graph.remote_errors.

        Relative IRIs are refused as the slips that they are, unless there is a ``base``.
        """
        self._check_timeout(timeout)
        return self.pool.query(
            text,
            accept=accept,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            base=base,
            timeout=timeout,
            client=client,
        )

    def explain(self, text: str, *, timeout: float | None = None) -> Record:
        """How the engine carries out a query: ``meta`` with times in seconds, and ``plan``, a tree of operators."""
        self._check_timeout(timeout)
        explained = self.pool.explain(text, timeout=timeout)
        meta = {
            "query": explained.text,
            "notes": list(explained.notes),
            "generation": self.store.generation,
            "planning_seconds": explained.planning,
            "evaluation_seconds": explained.root.seconds,
            "total_seconds": explained.total,
            "rows": explained.root.rows,
        }
        return {"meta": meta, "plan": asdict(explained.root)}

    def is_volatile(self, text: str) -> bool:
        """Whether the same query may have another answer though nothing was written."""
        folded = text.casefold()
        return self.untold or any(word in folded for word in VOLATILE)

    def update(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
    ) -> None:
        """Carries out a SPARQL update, whole or not at all; raises each of graph.query_errors."""
        self.updates.update(text, default_graphs=default_graphs, named_graphs=named_graphs, base=base)
        self._changed()

    def graph(
        self, iri: str | None, *, accept: Sequence[str] = (), client: socket.socket | None = None
    ) -> Answer | RemoteAnswer:
        """The triples of a graph, None for the default graph; raises UnknownGraph."""
        if iri is None:
            return self.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", accept=accept, client=client)
        node = named(iri)
        if not self.store.rdf.contains_named_graph(node):
            raise UnknownGraph(iri)
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }}"
        return self.query(text, accept=accept, client=client)

    def dataset(self, *, accept: Sequence[str] = (), client: socket.socket | None = None) -> Answer:
        """All quads."""
        return self.pool.dump(accept=accept, client=client)

    def put_graph(self, iri: str | None, bodies: Sequence[tuple[bytes, str]], base: str) -> bool:
        """Makes the triples of ``bodies`` (bytes and media type) all that the graph holds; True if it is new.

        Raises BadBody, with nothing of it stored, and GraphRefused.
        """
        new = self.updates.put(_node(iri), _triples(bodies, iri or base))
        self._changed()
        return new

    def add_to_graph(self, iri: str | None, bodies: Sequence[tuple[bytes, str]], base: str) -> bool:
        """Adds the triples of ``bodies`` to the graph; True if it is new. Raises as :meth:`put_graph`."""
        new = self.updates.add(_node(iri), _triples(bodies, iri or base))
        self._changed()
        return new

    def delete_graph(self, iri: str | None) -> None:
        """Deletes the graph, or empties the default graph; raises UnknownGraph."""
        if not self.updates.delete(_node(iri)):
            raise UnknownGraph(iri or "")
        self._changed()

    def description(self, url: str, *, updates: bool, accept: Sequence[str] = ()) -> tuple[bytes, str]:
        """The service description of the endpoint at ``url``, and its media type."""
        return describe(url, union=self.union, updates=updates, accept=accept)

    def disk(self) -> dict[str, int]:
        """Snapshots on the disk, and the bytes that only they still hold."""
        return folder.snapshot_use(self.store.path / SNAPSHOTS)

    def _check_timeout(self, timeout: float | None) -> None:
        longest = self.limits.longest
        if timeout is not None and not 0 < timeout <= longest:
            raise BadParameter.value(
                "timeout", f"{timeout:g}", f"a number of seconds above 0 and up to {longest:g}"
            )


def named(iri: str) -> ox.NamedNode:
    """The node of a graph's IRI; raises BadParameter for what is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise BadParameter.value("graph", iri, "an absolute IRI, such as http://example.org/graph") from error


def _node(iri: str | None) -> Graph:
    return ox.DefaultGraph() if iri is None else named(iri)


def _triples(bodies: Sequence[tuple[bytes, str]], base: str) -> list[ox.Triple]:
    return [triple for data, media_type in bodies for triple in _parsed(data, media_type, base)]


def _parsed(data: bytes, media_type: str, base: str) -> list[ox.Triple]:
    """The triples of a body; all are read before any is stored."""
    if media_type not in RDF_BODIES:
        raise BadBody(f"The body is {quote(media_type)}. Send a graph as one of {', '.join(RDF_BODIES)}.")
    try:
        quads = ox.parse(data, RDF_BODIES[media_type], base_iri=base, rename_blank_nodes=True)
        return [quad.triple for quad in quads]
    except (SyntaxError, ValueError) as error:
        raise BadBody(f"The body is no {media_type}: {error}. Nothing of it was stored.") from error
