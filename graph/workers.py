"""SPARQL from outside, answered by a pool of worker processes over snapshots of the store.

A query can run without end, take all memory or crash the engine: here that costs a process, which is replaced.
"""

from __future__ import annotations

import logging
import math
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
from graph.query_errors import PoolClosed, QueryError, QueryRefused, QueueFull
from graph.snapshots import remove_folder
from graph.worker_process import WorkerProcess

POOL_SIZE = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What a query may take.

    ``seconds`` by default, ``longest`` if it asks for more; the reading of the answer counts, so that a slow
    reader does not hold a worker for ever. ``memory`` in bytes. ``waiting`` queries may wait for a worker, each
    for ``patience`` seconds.
    """

    seconds: float = 30.0
    longest: float = 300.0
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
        size: int = POOL_SIZE,
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
        self.size = size
        self.limits = limits or QueryLimits()
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
        timeout: float | None = None,
    ) -> Answer:
        """The answer to a SELECT, ASK, CONSTRUCT or DESCRIBE, as the first media type of ``accept`` that fits.

        Without ``accept`` it is JSON for rows and Turtle for graphs. ``default_graphs`` and ``named_graphs`` are
        the protocol's, and take the place of the query's FROM. Raises each of graph.query_errors.
        """
        seconds = self._seconds(timeout)
        limits = self.limits
        scan = check_query(
            text, prefixes=self._prefixes, max_characters=limits.characters, max_nesting=limits.nesting
        )
        check_graphs([*default_graphs, *named_graphs])
        mended = mend(text, self._prefixes)
        process, snapshot = self._acquire()
        request = (
            str(snapshot.folder),
            text,
            (accept,) if isinstance(accept, str) else tuple(accept),
            self._union and not scan.dataset,
            tuple(default_graphs),
            tuple(named_graphs),
            self._prefixes,
            (mended.text, mended.functions) if mended.text != text or mended.functions else None,
        )

        def release(reusable: bool) -> None:
            self._release(process, snapshot, reusable=reusable)

        return Answer(process, request, seconds=seconds, release=release)

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
                process.ask((str(self._current.folder), None, (), False, (), (), {}, None))
