"""The parent's side of one query worker: start it, ask it, read its frames, end it."""

from __future__ import annotations

import logging
import marshal
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph

from graph import worker
from graph.query_errors import ClientGone, QueryError, QueryMemory, WorkerDied

LIBRARIES = Path(pyoxigraph.__file__).parent.parent
"""Where a worker, which has no path of its own, finds the engine."""

START_SECONDS = 20.0
"""How long a new process may take until it says that it is ready; usually it takes 0.05 s."""

OUT_OF_MEMORY = ("memory allocation", "bad_alloc", "allocate memory", "temporarily unavailable", "mmap")
"""Last words of Rust, of C++ and of the C library when there is no memory (or none for a thread)."""

RECEIVE_BYTES = 128 * 1024

log = logging.getLogger(__name__)


class WorkerProcess:
    """A process that answers one query at a time. Not for two threads at once: whoever asks reads to the end."""

    def __init__(self, memory_limit: int, *, disk_limit: int = worker.MAX_LOG_BYTES) -> None:
        """Start the process and do not wait for it; a query may have ``memory_limit`` bytes, and no file that it
        writes more than ``disk_limit``; by default it can write its last words only."""
        self.memory_limit = memory_limit
        self.sandboxed = False
        self._ready = False
        self._buffer = bytearray()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by kill()
        self._socket, its_socket = socket.socketpair()
        its_lifeline, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - nothing of the query is on the command line
                [
                    *(sys.executable, "-I", "-S", worker.__file__, str(LIBRARIES)),
                    *map(str, (its_socket.fileno(), its_lifeline, memory_limit, disk_limit)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                pass_fds=(its_socket.fileno(), its_lifeline),
                start_new_session=True,  # Ctrl-C in the terminal is for the parent
            )
        except BaseException:
            self._close()
            raise
        finally:
            its_socket.close()
            os.close(its_lifeline)

    @property
    def alive(self) -> bool:
        """False once the process has ended."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def wait_ready(self) -> None:
        """Return when the process can take a query; WorkerDied if it cannot."""
        if self._ready:
            return
        try:
            _, state = self.receive(time.monotonic() + START_SECONDS)
        except TimeoutError as error:
            raise WorkerDied(f"it did not start within {START_SECONDS:g} s") from error
        self.sandboxed = state == b"sandboxed"
        if not self.sandboxed:
            log.warning("this machine cannot take the network from query workers; SERVICE is still refused")
        self._ready = True

    def ask(self, request: worker.Request) -> None:
        """Send a request; its answer is what :meth:`receive` gives next."""
        data = marshal.dumps(request)
        self._socket.settimeout(START_SECONDS)
        try:
            self._socket.sendall(len(data).to_bytes(4, "big") + data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise self._death() from error

    def receive(self, deadline: float, client: socket.socket | None = None) -> tuple[bytes, bytes]:
        """The kind and payload of the next frame; TimeoutError if it is not there at ``deadline`` (monotonic).

        Raises ClientGone if ``client``, whom it is for, hangs up meanwhile.
        """
        buffer = self._buffer
        while True:
            if self.buffered:
                end = worker.FRAME_HEAD + int.from_bytes(buffer[1 : worker.FRAME_HEAD], "big")
                kind, payload = bytes(buffer[:1]), bytes(buffer[worker.FRAME_HEAD : end])
                del buffer[:end]
                return kind, payload
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            if client is not None and not self._wait_beside(client, remaining):
                raise TimeoutError
            self._socket.settimeout(remaining)
            try:
                data = self._socket.recv(RECEIVE_BYTES)
            except ConnectionResetError as error:
                raise self._death() from error
            if not data:
                raise self._death()
            buffer += data

    def _wait_beside(self, client: socket.socket, seconds: float) -> bool:
        """Wait until the process has sent something, and False if it has not; ClientGone if ``client`` hangs up."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        # Not POLLIN: a client may send its next request ahead.
        poll.register(client, select.POLLRDHUP)
        events = dict(poll.poll(seconds * 1000))
        if client.fileno() in events and self._socket.fileno() not in events:
            raise ClientGone
        return bool(events)

    @property
    def buffered(self) -> bool:
        """True if a whole frame is here already."""
        head = worker.FRAME_HEAD
        return len(self._buffer) >= head and len(self._buffer) >= head + int.from_bytes(
            self._buffer[1:head], "big"
        )

    def stop(self) -> None:
        """End the process; whoever reads from it gets WorkerDied, and has still to :meth:`kill` it."""
        self._process.kill()

    def hang_up(self) -> None:
        """Let go of the process as the end of this one would: it ends by itself."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def wait(self) -> int:
        """The exit status, once it has ended; minus the number of the signal that ended it."""
        return self._process.wait(START_SECONDS)

    def kill(self) -> None:
        """End the process, whatever it does, and wait until it is gone. Twice does no harm."""
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._socket.close()
        self._log.close()
        self.hang_up()

    def _death(self) -> QueryError:
        """Why the process ended, as far as its exit status and its last words tell."""
        status = self.wait()
        words = os.pread(self._log.fileno(), worker.MAX_LOG_BYTES, 0).decode("utf-8", "replace").strip()
        log.warning("query worker %d ended with status %d: %s", self.pid, status, words[-2000:])
        if status in (-signal.SIGABRT, 127) and any(sign in words for sign in OUT_OF_MEMORY):
            return QueryMemory(self.memory_limit)
        return WorkerDied(signal.Signals(-status).name if status < 0 else f"exit status {status}")
