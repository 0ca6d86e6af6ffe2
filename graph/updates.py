"""Writes from outside: SPARQL updates and whole graphs, each carried out as a whole or not at all.

An update is rehearsed in a worker process over a copy of the store (hard links, some milliseconds), which is killed at
its deadline: what runs without end, takes all memory or crashes the engine costs that process. Only what came to its
end there is carried out on the store itself. INSERT DATA and DELETE DATA need no rehearsal, what else has
no WHERE only in a large store.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from graph import folder
from graph.foreign import is_data_only, is_without_where, may_change, with_datasets
from graph.guard import MAX_NESTING, MAX_OPERATIONS, MAX_UPDATE_CHARACTERS, check_graphs, check_update
from graph.mends import mend
from graph.query_errors import GraphRefused, QueryTimeout
from graph.query_failures import failure
from graph.snapshots import remove_folder
from graph.transaction import n_triples
from graph.worker import Changed, carry_out
from graph.worker_process import WorkerProcess

SMALL = 256 * 2**20
"""Bytes on the disk of a store in which even dropping or copying all takes little time and memory."""

Graph = ox.NamedNode | ox.DefaultGraph


@dataclass(frozen=True, slots=True)
class UpdateLimits:
    """What an update may take: ``seconds``, ``memory`` and ``disk`` (a file that it writes) in bytes; its text."""

    seconds: float = 30.0
    memory: int = 1024 * 2**20
    disk: int = 2 * 2**30
    characters: int = MAX_UPDATE_CHARACTERS
    nesting: int = MAX_NESTING
    operations: int = MAX_OPERATIONS


class Writable(Protocol):
    """A store that lets others write, :class:`graph.store.Store` or :class:`graph.plain.PlainStore`."""

    path: Path

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Prefixes that an update need not declare."""

    def is_own(self, graph: str) -> bool:
        """Whether the graph of that IRI is whowhom's."""

    def writing(self, *, own: bool) -> AbstractContextManager[ox.Store]:
        """Gives the engine to one writer, then makes a generation of what it did. ``own``: it may have changed
        whowhom's own graphs, so that what is derived from them is stale."""


class Updates:
    """Carries out writes from outside; for several threads, which wait for each other."""

    def __init__(self, store: Writable, scratch: Path, limits: UpdateLimits | None = None) -> None:
        """Take the folder ``scratch`` for copies of the store; it must be on the store's file system."""
        self._store = store
        self._scratch = scratch
        self.limits = limits or UpdateLimits()
        self._spare: WorkerProcess | None = None

    def close(self) -> None:
        """Ends the process that waits for the next update."""
        if self._spare is not None:
            self._spare.kill()
            self._spare = None

    def update(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
    ) -> None:
        """Carry out a SPARQL update; the graphs are the protocol's ``using-graph-uri`` and ``using-named-graph-uri``.

        Raises QueryRefused, QuerySyntax, QueryTimeout, QueryMemory, QueryFailed, WorkerDied and BadSelection.
        """
        limits, prefixes = self.limits, dict(self._store.prefixes)
        check_update(
            text,
            prefixes=prefixes,
            max_characters=limits.characters,
            max_nesting=limits.nesting,
            max_operations=limits.operations,
        )
        check_graphs([*default_graphs, *named_graphs])
        completed = with_datasets(text, default_graphs, named_graphs)
        own = may_change(completed, prefixes, self._store.is_own)
        bounded = (is_without_where if self._store_is_small() else is_data_only)(completed)
        changed = None if bounded else mend(completed, prefixes).as_changed(completed)
        with self._store.writing(own=own) as rdf:
            if not bounded:
                self._rehearse(rdf, completed, changed, prefixes, base)
            try:
                carry_out(rdf, completed, changed, prefixes, base)
            except SyntaxError as error:
                raise self._failure(f"syntax\n{error}", completed) from error
            except (OSError, RuntimeError, ValueError) as error:
                raise self._failure(f"failed\n{error}", completed) from error

    def put(self, graph: Graph, triples: Iterable[ox.Triple]) -> bool:
        """Make ``triples`` all that the graph holds; True if it is new. Raises GraphRefused."""
        return self._write_graph(graph, list(triples), clear=True)

    def add(self, graph: Graph, triples: Iterable[ox.Triple]) -> bool:
        """Add ``triples`` to the graph; True if it is new. Raises GraphRefused."""
        return self._write_graph(graph, list(triples), clear=False)

    def delete(self, graph: Graph) -> bool:
        """Delete the graph; False if the store does not have it. Raises GraphRefused."""
        self._check(graph)
        with self._store.writing(own=False) as rdf:
            known = _exists(rdf, graph)
            if known:
                rdf.update(_drop(graph))
        return known

    def _write_graph(self, graph: Graph, triples: list[ox.Triple], *, clear: bool) -> bool:
        self._check(graph)
        with self._store.writing(own=False) as rdf:
            known = _exists(rdf, graph)
            steps = [_drop(graph)] if clear else []
            if isinstance(graph, ox.NamedNode):
                steps.append(f"CREATE SILENT GRAPH {graph}")
            data = n_triples(triples)
            if data:
                steps.append(f"INSERT DATA {{ {_within(graph, data)} }}")
            rdf.update(";\n".join(steps))
        return not known

    def _check(self, graph: Graph) -> None:
        if isinstance(graph, ox.NamedNode) and self._store.is_own(graph.value):
            raise GraphRefused(graph.value)

    def _rehearse(
        self, rdf: ox.Store, text: str, mended: Changed, prefixes: dict[str, str], base: str | None
    ) -> None:
        """Carry out the update on a copy, in a process that can be killed; raises what comes of it."""
        copy = self._scratch / f"rehearsal-{secrets.token_hex(4)}"
        rdf.backup(copy)
        process = self._process()
        try:
            process.wait_ready()
            process.ask((str(copy), "update", text, (), False, (), (), prefixes, None, base, mended))
            kind, payload = process.receive(time.monotonic() + self.limits.seconds)
        except TimeoutError as error:
            raise QueryTimeout(self.limits.seconds) from error
        finally:
            process.kill()
            remove_folder(copy)
            self._spare = WorkerProcess(self.limits.memory, disk_limit=self.limits.disk)
        if kind == b"E":
            raise self._failure(payload.decode("utf-8", "replace"), text)

    def _store_is_small(self) -> bool:
        return folder.size(self._store.path / folder.RDF) < SMALL

    def _process(self) -> WorkerProcess:
        """The process that was started ahead, if it has not died since."""
        spare, self._spare = self._spare, None
        if spare is not None and spare.alive:
            return spare
        if spare is not None:
            spare.kill()
        return WorkerProcess(self.limits.memory, disk_limit=self.limits.disk)

    def _failure(self, report: str, text: str) -> Exception:
        return failure(report, text=text, accept=(), memory_limit=self.limits.memory, update=True)


def _exists(rdf: ox.Store, graph: Graph) -> bool:
    return isinstance(graph, ox.DefaultGraph) or rdf.contains_named_graph(graph)


def _drop(graph: Graph) -> str:
    return "DROP DEFAULT" if isinstance(graph, ox.DefaultGraph) else f"DROP SILENT GRAPH {graph}"


def _within(graph: Graph, data: str) -> str:
    return data if isinstance(graph, ox.DefaultGraph) else f"GRAPH {graph} {{\n{data}}}"
