"""SPARQL from outside, answered by a pool of worker processes over snapshots of the store.

A query can run without end, take all memory or crash the engine: here that costs a process, which is replaced.
"""

from __future__ import annotations

import logging
import math
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from graph.answers import Answer
from graph.guard import MAX_CHARACTERS, MAX_NESTING, check_graphs, check_query
from graph.mends import mend
from graph.plan import Plan, plan
from graph.query_errors import PoolClosed, QueryError, QueryRefused, QueueFull
from graph.row_limit import Bound, bound
from graph.snapshots import remove_folder
from graph.worker import Changed
from graph.worker_process import WorkerProcess

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What queries may take: so many ``workers`` answer one each.

    ``seconds`` by default, ``longest`` if it asks for more; the reading of the answer counts, so that a slow
    reader does not hold a worker for ever. ``rows`` of a SELECT at most, 0 for any number. ``memory`` in bytes.
    ``waiting`` queries may wait for a worker, each for ``patience`` seconds.
    """

    workers: int = 2
    seconds: float = 30.0
    longest: float = 300.0
    rows: int = 1_000_000
    memory: int = 1024 * 2**20
    characters: int = MAX_CHARACTERS
    nesting: int = MAX_NESTING
    waiting: int = 16
    patience: float = 10.0


@dataclass(slots=True, eq=False)
class _Snapshot:
    """A snapshot folder, and how many queries read it now."""

    folder: Path
    readers: int = 0


class QueryPool:
    """Answers queries from any number of threads; a context manager that ends all workers."""

    def __init__(
        self,
        snapshot: Callable[[], Path],
        *,
        limits: QueryLimits | None = None,
        prefixes: Mapping[str, str] | None = None,
        union: bool = True,
        discard: Callable[[Path], object] = remove_folder,
    ) -> None:
        """Start nothing yet: the first query, or :meth:`refresh`, does.

        ``snapshot`` is called before each query, by one thread at a time, and gives the folder with the newest
        state; ``discard`` is called with each folder that was replaced and has no reader any more. ``prefixes``
        need not be declared. ``union`` makes all graphs together the default graph, where a query names none.
        """
        self.limits = limits or QueryLimits()
        self.size = self.limits.workers
        self._snapshot = snapshot
        self._prefixes = dict(prefixes or {})
        self._union = union
        self._discard = discard
        self._refreshing = threading.Lock()
        self._changed = threading.Condition()  # guards all below
        self._current: _Snapshot | None = None
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._slots = 0  # idle, busy, or just being started or ended
        self._waiting = 0
        self._closed = False

    @property
    def workers(self) -> list[int]:
        """The process ids of the workers, busy or idle."""
        with self._changed:
            return sorted(process.pid for process in (*self._idle, *self._busy))

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        with self._changed:
            return self._waiting

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
    ) -> Answer:
        """The answer to a SELECT, ASK, CONSTRUCT or DESCRIBE, as the first media type of ``accept`` that fits.

        Without ``accept`` it is JSON for rows and Turtle for graphs. ``default_graphs`` and ``named_graphs`` are
        the protocol's, and take the place of the query's FROM. Relative IRIs need a ``base``. If ``client`` hangs
        up, the query ends at once. Raises each of graph.query_errors.
        """
        limits = self.limits
        scan = check_query(
            text, prefixes=self._prefixes, max_characters=limits.characters, max_nesting=limits.nesting
        )
        check_graphs([*default_graphs, *named_graphs])
        mended = mend(text, self._prefixes)
        return self._ask(
            ("query", text),
            accept,
            union=self._union and not scan.dataset,
            graphs=(tuple(default_graphs), tuple(named_graphs)),
            bound=bound(mended.text, limits.rows) if limits.rows else None,
            base=base,
            mended=mended.as_changed(text),
            seconds=self._seconds(timeout),
            client=client,
        )

    def explain(self, text: str, *, timeout: float | None = None) -> Plan:
        """How the engine carries out a query as it is mended, over the newest snapshot, in a query's place in the pool.

        Functions that it does not know are errors here. Raises each of graph.query_errors.
        """
        limits = self.limits
        scan = check_query(
            text, prefixes=self._prefixes, max_characters=limits.characters, max_nesting=limits.nesting
        )
        seconds = self._seconds(timeout)
        mended = mend(text, self._prefixes)
        process, snapshot = self._acquire()
        try:
            return plan(
                snapshot.folder,
                mended.text,
                notes=(*mended.notes, *mended.doubts),
                prefixes=self._prefixes,
                union=self._union and not scan.dataset,
                seconds=seconds,
                memory=limits.memory,
            )
        finally:
            self._release(process, snapshot, reusable=True)

    def dump(
        self, *, accept: Sequence[str] = (), timeout: float | None = None, client: socket.socket | None = None
    ) -> Answer:
        """All quads of the store, as the first media type of ``accept`` that fits, by default N-Quads."""
        seconds = self._seconds(self.limits.longest if timeout is None else timeout)
        return self._ask(("dump", ""), accept, seconds=seconds, client=client)

    def _ask(
        self,
        question: tuple[str, str],
        accept: Sequence[str],
        *,
        union: bool = False,
        graphs: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
        bound: Bound | None = None,
        base: str | None = None,
        mended: Changed = None,
        seconds: float,
        client: socket.socket | None,
    ) -> Answer:
        process, snapshot = self._acquire()
        wanted = (accept,) if isinstance(accept, str) else tuple(accept)
        request = (
            str(snapshot.folder),
            *question,
            wanted,
            union,
            *graphs,
            self._prefixes,
            bound,
            base,
            mended,
        )

        def release(reusable: bool) -> None:
            self._release(process, snapshot, reusable=reusable)

        return Answer(process, request, seconds=seconds, release=release, client=client)

    def refresh(self) -> None:
        """Take the newest snapshot now, and start all workers, so that the next query need not wait for either."""
        self._switch()
        while True:
            with self._changed:
                if self._closed or self._slots >= self.size:
                    return
                self._slots += 1
            self._start()

    def close(self) -> None:
        """End all workers; answers that are still read break off. The last snapshot is discarded."""
        with self._changed:
            self._closed = True
            idle = [*self._idle]
            self._idle.clear()
            for process in self._busy:
                process.stop()
            unread = self._current if self._current and not self._current.readers else None
            self._current = None
            self._changed.notify_all()
        for process in idle:
            process.kill()
        if unread:
            self._discard(unread.folder)

    def __enter__(self) -> QueryPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _seconds(self, timeout: float | None) -> float:
        if timeout is None:
            return self.limits.seconds
        if not 0 < timeout <= self.limits.longest:
            raise QueryRefused(
                "timeout",
                f"The time limit is {timeout:g} s, and allowed is more than 0 and at most {self.limits.longest:g} s.",
            )
        return timeout

    def _switch(self) -> None:
        """Go over to the newest snapshot; what runs on an older one stays there."""
        with self._refreshing:
            folder = self._snapshot()
            unread = None
            with self._changed:
                if self._closed:
                    raise PoolClosed
                old = self._current
                if old is None or old.folder != folder:
                    self._current = _Snapshot(folder)
                    unread = old if old and not old.readers else None
                    for process in self._idle:
                        self._open_ahead(process)
        if unread:
            self._discard(unread.folder)

    def _acquire(self) -> tuple[WorkerProcess, _Snapshot]:
        """A worker for one query, and the snapshot that it is to read."""
        self._switch()
        with self._changed:
            self._wait_for_slot()
            snapshot = self._current
            if snapshot is None:
                raise PoolClosed
            snapshot.readers += 1
            process = self._idle.pop() if self._idle else None
            if process is None:
                self._slots += 1
            else:
                self._busy.add(process)
        if process is None or not process.alive:
            process = self._start_for(snapshot, process)
        return process, snapshot

    def _wait_for_slot(self) -> None:
        """Return when a worker is idle or may be started; the caller has the condition's lock."""
        end = time.monotonic() + self.limits.patience
        while not self._closed and not self._idle and self._slots >= self.size:
            remaining = end - time.monotonic()
            if remaining <= 0 or self._waiting >= self.limits.waiting:
                raise QueueFull(self._waiting, math.ceil(self.limits.patience))
            self._waiting += 1
            try:
                self._changed.wait(remaining)
            finally:
                self._waiting -= 1
        if self._closed:
            raise PoolClosed

    def _start_for(self, snapshot: _Snapshot, ended: WorkerProcess | None) -> WorkerProcess:
        """A new busy worker in the slot that the caller holds, in the place of one that ended while it was idle."""
        process = None
        try:
            if ended is not None:
                ended.kill()
            process = WorkerProcess(self.limits.memory)
        finally:
            with self._changed:
                if ended is not None:
                    self._busy.discard(ended)
                if process is not None:
                    self._busy.add(process)
                else:
                    self._slots -= 1
                    snapshot.readers -= 1
                    self._changed.notify()
        return process

    def _release(self, process: WorkerProcess, snapshot: _Snapshot, *, reusable: bool) -> None:
        """Take a worker back, or put a new one in its place."""
        with self._changed:
            self._busy.discard(process)
            snapshot.readers -= 1
            unread = not snapshot.readers and snapshot is not self._current
            reusable = reusable and not self._closed
            if reusable:
                self._idle.append(process)
                if snapshot is not self._current:
                    self._open_ahead(process)
                self._changed.notify()
        if not reusable:
            process.kill()
            self._start()
        if unread:
            self._discard(snapshot.folder)

    def _start(self) -> None:
        """Put a new idle worker into the slot that the caller holds, and do not wait until it is ready."""
        process = None
        try:
            if not self._closed:
                process = WorkerProcess(self.limits.memory)
        except OSError:
            log.exception("no query worker can be started; the next query tries again")
        with self._changed:
            kept = process is not None and not self._closed
            if process is not None and kept:
                self._idle.append(process)
                self._open_ahead(process)
            else:
                self._slots -= 1
            self._changed.notify()
        if process is not None and not kept:
            process.kill()

    def _open_ahead(self, process: WorkerProcess) -> None:
        """Let an idle worker open the newest snapshot; the caller has the condition's lock."""
        if self._current:
            with suppress(
                QueryError
            ):  # a worker that has died is found out, and replaced, when it is to be used
                process.ask((str(self._current.folder), "open", "", (), False, (), (), {}, None, None, None))
