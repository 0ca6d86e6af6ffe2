"""The parent's side of a process that computes a measure: start it, send the arrays, read what it says, end it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, cast

import numpy as np

from graph import measure_worker
from graph.arrays import EdgeArrays
from graph.measure_errors import MeasureDied, MeasureMemory, MeasureSlow, NotComputable
from graph.measures import Measured, Tell

MEMORY = 2048 * 2**20
"""Bytes that a measure may have; 10,000 actors and 45,000 dyads take some 200 MB."""

SECONDS = 900.0
"""That a measure may take."""

OUT_OF_MEMORY = ("memoryerror", "memory allocation", "bad_alloc", "allocate memory")
"""Last words of Python, of Rust and OpenBLAS, of C++ and of the C library, in small letters."""

MAX_LOG_BYTES = 64 * 1024

log = logging.getLogger(__name__)


class MeasureProcess:
    """A process of its own for one measure. One thread runs it, any other may :meth:`stop` it."""

    def __init__(self, *, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        """Starts the process: a new interpreter and no fork, since this process has threads."""
        self._memory, self._seconds = memory, seconds
        self._late = self._stopped = False
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by _close()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - nothing of the question is on the command line
                [sys.executable, "-I", measure_worker.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,  # Ctrl-C in the terminal is for the parent
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except BaseException:
            self._log.close()
            raise
        self._input = cast(IO[bytes], self._process.stdin)
        self._output = cast(IO[bytes], self._process.stdout)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def run(self, measure: str, arrays: EdgeArrays, tell: Tell) -> Measured:
        """The figures; ``tell`` is told how far it is. The process has ended when it returns or raises.

        Raises NotComputable, MeasureMemory, MeasureSlow, and MeasureDied where the process ended or was stopped.
        """
        timer = threading.Timer(self._seconds, self._too_late)
        timer.daemon = True
        timer.start()
        try:
            self._send(measure, arrays)
            return self._read(tell)
        finally:
            timer.cancel()
            self._close()

    def stop(self) -> None:
        """Ends the process, whatever it does; whoever runs it gets MeasureDied."""
        self._stopped = True
        self._process.kill()

    def _too_late(self) -> None:
        self._late = True
        self.stop()

    def _send(self, measure: str, arrays: EdgeArrays) -> None:
        cells = np.concatenate([arrays.source[None], arrays.target[None], arrays.quads.T]).astype(np.int64)
        data = cells.tobytes()
        head = {
            "root": str(Path(__file__).resolve().parents[1]),
            "measure": measure,
            "memory": self._memory,
            "bytes": len(data),
            "actors": arrays.actors,
        }
        try:
            self._input.write(json.dumps(head).encode() + b"\n" + data)
            self._input.flush()
        except BrokenPipeError as error:
            raise self._death() from error

    def _read(self, tell: Tell) -> Measured:
        for line in self._output:
            said = json.loads(line)
            if "progress" in said:
                tell(said["progress"], said["words"])
            elif "result" in said:
                return Measured(*said["result"])
            elif "not_computable" in said:
                raise NotComputable(*said["not_computable"])
            else:
                raise MeasureMemory(self._memory)
        raise self._death()

    def _death(self) -> MeasureDied | MeasureMemory | MeasureSlow:
        """Why the process ended, as far as its exit status and its last words tell."""
        status = self._process.wait()
        words = os.pread(self._log.fileno(), MAX_LOG_BYTES, 0).decode("utf-8", "replace").strip()
        if self._late:
            return MeasureSlow(self._seconds)
        if not self._stopped:
            log.warning("measuring process %d ended with status %d: %s", self.pid, status, words[-2000:])
        if any(sign in words.lower() for sign in OUT_OF_MEMORY):
            return MeasureMemory(self._memory)
        return MeasureDied(signal.Signals(-status).name if status < 0 else f"exit status {status}")

    def _close(self) -> None:
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(BrokenPipeError):  # what was not sent needs no sending
            self._input.close()
        self._output.close()
        self._log.close()
