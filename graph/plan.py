"""How the engine carries out a query: its plan with rows and time at each operator.

pyoxigraph does not tell; the engine's own program does. It runs over the same snapshot as the workers, limited as they
are: time by kill, memory, no network. It takes the place of a worker's query.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph import worker
from graph.guard import first_word
from graph.query_errors import QueryError, QueryMemory, QueryTimeout, WorkerDied
from graph.query_failures import failure
from graph.worker_process import LIBRARIES, OUT_OF_MEMORY

PROGRAM = Path(sys.executable).with_name("oxigraph")
"""The program of the package ``oxigraph``."""

MAX_ANSWER = 2**30
"""Bytes of the answer, which is written to a file and thrown away."""

MAX_NAME = 500
"""Characters of an operator's description that are shown."""

_POSITION = re.compile(r"(?<=error at )\d+(?=:)")


@dataclass(frozen=True, slots=True)
class Operator:
    """A step of a plan: what it does, how many ``rows`` it gave, in how many ``seconds``, those below it included."""

    name: str
    rows: int
    seconds: float
    children: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a query, with the seconds that it took to make it, and to do all.

    ``notes`` say how ``text`` was mended, see :mod:`graph.mends`.
    """

    text: str
    notes: tuple[str, ...]
    root: Operator
    planning: float
    total: float


def plan(
    snapshot: Path,
    text: str,
    *,
    prefixes: Mapping[str, str],
    union: bool,
    seconds: float,
    memory: int,
    notes: tuple[str, ...] = (),
) -> Plan:
    """Carry out the query over ``snapshot`` and tell how; its answer is thrown away.

    The text must have passed the guard. Raises QuerySyntax, QueryTimeout, QueryMemory, QueryFailed and WorkerDied.
    """
    declared = "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes.items())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        explained = folder / "plan.json"
        command = [
            *(sys.executable, "-I", "-S", worker.__file__, LIBRARIES, "run", memory, MAX_ANSWER),
            *(PROGRAM, "query", "--location", snapshot, "--stats", "--explain-file", explained),
            *("--results-file", folder / "answer", "--results-format", _form(text)),
            *(["--union-default-graph"] if union else []),
        ]
        began = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 - the query goes by standard input
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                _, words = process.communicate(f"{declared}\n{text}".encode(), timeout=seconds)
            except subprocess.TimeoutExpired as error:
                raise QueryTimeout(seconds) from error
            finally:
                process.kill()
        total = time.perf_counter() - began
        if process.returncode or not explained.exists():
            raise _failure(process.returncode, words.decode("utf-8", "replace"), text, memory)
        found = json.loads(explained.read_text(encoding="utf-8"))
    return Plan(text, notes, _operator(found["plan"]), found["planning duration in seconds"], total)


def _form(text: str) -> str:
    """A format for the answer, which depends on the form of the query."""
    return "nt" if first_word(text) in ("CONSTRUCT", "DESCRIBE") else "tsv"


def _operator(found: Mapping[str, Any]) -> Operator:
    name = found["name"]
    return Operator(
        name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]} …",
        found["number of results"],
        found["duration in seconds"],
        tuple(map(_operator, found["children"])),
    )


def _failure(status: int, words: str, text: str, memory: int) -> QueryError:
    """Why the program has ended, by its exit status and its words, which count the line of prefixes too."""
    said = words.partition("\n\nStack backtrace")[0].removeprefix("Error: ")
    if any(sign in words for sign in OUT_OF_MEMORY):
        return QueryMemory(memory)
    if status < 0:
        return WorkerDied(signal.Signals(-status).name)
    kind = "syntax" if _POSITION.search(said) else "failed"
    said = _POSITION.sub(lambda line: str(int(line[0]) - 1), said)
    return failure(f"{kind}\n{said}", text=text, accept=(), memory_limit=memory)
