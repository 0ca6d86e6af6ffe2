"""One query on one worker: from its request to the last piece of its answer."""

from __future__ import annotations

import math
import socket
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType

from graph import worker
from graph.query_errors import QueryTimeout
from graph.query_failures import failure
from graph.worker_process import WorkerProcess


class Answer:
    """The answer to a query: its media type, and an iterator over its bytes in pieces of some 64 KB.

    To iterate raises QueryTimeout, QueryMemory, QueryFailed or WorkerDied where an answer breaks off. Whoever does
    not read to the end must :meth:`close` it (or leave its ``with``), which ends the process that works on it.
    """

    def __init__(
        self,
        process: WorkerProcess,
        request: worker.Request,
        *,
        seconds: float,
        release: Callable[[bool], None],
        client: socket.socket | None = None,
    ) -> None:
        """Ask ``process`` and wait for the first piece, so that early errors are raised here.

        If ``client`` hangs up, the process is ended and ClientGone is raised.
        ``release`` is called once, when the worker is free: with True if it can take the next query, with False
        if it must be ended.
        """
        self._process = process
        self._text = request[2]
        self._accept = request[3]
        self._memory_limit = process.memory_limit
        self._seconds = seconds
        self._deadline = math.inf
        self._release = release
        self._held = True
        self._client = client
        self._pieces: deque[bytes] = deque()
        self.row_limit = request[8][3] if request[8] else None
        """Rows that the answer may have, None where that is not bounded."""
        self.cut = False
        """True once it is known that the limit has cut the answer."""
        try:
            process.wait_ready()
            self._deadline = time.monotonic() + seconds
            process.ask(request)
            self.media_type, _, mark = (self._receive() or b"").decode().partition(" ")
            self.cut = bool(mark)
            self._take()
            while self._held and process.buffered:  # a short answer has ended by now, and holds nobody
                self._take()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Answer:
        return self

    def __next__(self) -> bytes:
        if not self._pieces:
            self._take()
        if not self._pieces:
            raise StopIteration
        return self._pieces.popleft()

    @property
    def complete(self) -> bool:
        """True if all that is left of the answer is here already, and no worker works on it."""
        return not self._held

    def read(self) -> bytes:
        """The whole answer, or what is left of it."""
        return b"".join(self)

    def close(self) -> None:
        """Free the worker, by ending its process if it is not done."""
        self._pieces.clear()
        self._free(reusable=False)

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self._free(reusable=False)

    def _take(self) -> None:
        """Take the next piece, if there is one."""
        piece = self._receive() if self._held else None
        if piece is not None:
            self._pieces.append(piece)

    def _receive(self) -> bytes | None:
        """The payload of the next frame; None, and the worker is free, at the end."""
        try:
            kind, payload = self._process.receive(self._deadline, self._client)
        except TimeoutError as error:
            self._free(reusable=False)
            raise QueryTimeout(self._seconds) from error
        except BaseException:
            self._free(reusable=False)
            raise
        if kind == b"F":
            self.cut = self.cut or payload == b"cut"
            self._free(reusable=True)
            return None
        if kind == b"E":
            report = payload.decode("utf-8", "replace")
            self._free(reusable=not report.startswith("memory"))
            raise failure(report, text=self._text, accept=self._accept, memory_limit=self._memory_limit)
        return payload

    def _free(self, *, reusable: bool) -> None:
        if self._held:
            self._held = False
            self._release(reusable)
