"""The process that computes one measure; :mod:`graph.measure_process` starts it by the path of this file.

A line of JSON on standard input says what to compute, and of how many bytes the arrays are that follow it. Standard
input then stays open: when it ends, so does the process, whatever it does. On standard output come lines of JSON:
``progress`` and ``words`` some times a second, and at the end ``result``, ``not_computable`` or ``memory``.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

PROGRESS_SECONDS = 0.1


def _write(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _limit(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Telling:
    """Says how far it is, some times a second."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, progress: float, words: str) -> None:
        now = time.monotonic()
        if now - self._last >= PROGRESS_SECONDS:
            self._last = now
            _write({"progress": round(progress, 4), "words": words})


def main() -> None:
    """Reads, computes, writes."""
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read(asked["bytes"])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit(asked["memory"])
    if asked["root"] not in sys.path:  # where whowhom is not installed
        sys.path.insert(0, asked["root"])
    import numpy as np

    from graph.arrays import EdgeArrays
    from graph.measure_errors import NotComputable
    from graph.measures import MEASURES

    cells = np.frombuffer(data, np.int64).reshape(6, -1)
    arrays = EdgeArrays(tuple(asked["actors"]), cells[0], cells[1], np.ascontiguousarray(cells[2:].T))
    try:
        found = MEASURES[asked["measure"]].compute(arrays, _Telling())
    except NotComputable as error:
        _write({"not_computable": [error.measure, error.reason]})
    except MemoryError:
        _write({"memory": True})
    else:
        _write({"result": [found.actors, found.columns, found.summary, found.method]})


if __name__ == "__main__":
    main()
