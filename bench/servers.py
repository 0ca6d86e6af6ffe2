"""The servers that ``bench.store`` compares, each started on a free port of the loopback and stopped at the end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

START_SECONDS = 120
STOP_SECONDS = 60

VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 3
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 20
CheckpointInterval = 0
DirsAllowed = {data}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxQueryMem = 2G
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60
MaxClientConnections = 20
[Client]
SQL_QUERY_TIMEOUT = 0
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 600
"""
BUFFERS = 170_000
"""Pages of 8 KB that Virtuoso keeps in memory: what its manual advises for 2 GB."""


@dataclass
class Server:
    """A server that answers; ``sparql`` is the path of its query operation, with what goes before the query."""

    name: str
    port: int
    pid: int
    sparql: str

    def query_path(self, text: str) -> str:
        """The request of a query by GET."""
        return f"{self.sparql}{'&' if '?' in self.sparql else '?'}{urlencode({'query': text})}"


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def whowhom(store: Path) -> Iterator[Server]:
    """``whowhom serve`` over a store."""
    command = [sys.executable, "-m", "api.cli", "serve", "--store", str(store), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with _ended(process):
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found is None:
            raise RuntimeError(f"whowhom serve did not start: {line}")
        _until_warm(f"http://127.0.0.1:{found[1]}/health")
        yield Server("whowhom", int(found[1]), process.pid, "/sparql")


def _until_warm(health: str) -> None:
    """Returns when the columns of the index are in memory, or will not be."""
    while True:
        with urlopen(health) as answer:
            if json.load(answer)["columns"] != "being made":
                return
        time.sleep(0.1)


@contextlib.contextmanager
def oxigraph(program: str, location: Path) -> Iterator[Server]:
    """``oxigraph serve`` over a store of its own."""
    port = free_port()
    command = [program, "serve", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    command.append("--union-default-graph")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with _ended(process):
        _wait(port, process)
        yield Server("oxigraph serve", port, process.pid, "/query")


@contextlib.contextmanager
def virtuoso(folder: Path, data: Path) -> Iterator[tuple[Server, int]]:
    """Virtuoso over a database in ``folder``, which may load files from ``data``; with the port for :func:`isql`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "virtuoso.lck").unlink(missing_ok=True)
    http, sql = free_port(), free_port()
    text = VIRTUOSO.format(
        folder=folder, data=data, http=http, sql=sql, buffers=BUFFERS, dirty=BUFFERS * 3 // 4
    )
    (folder / "virtuoso.ini").write_text(text, "utf-8")
    process = subprocess.Popen(
        [_found("virtuoso-t"), "+foreground", "+configfile", str(folder / "virtuoso.ini")],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with _ended(process):
        _wait(http, process)
        yield Server("Virtuoso 7", http, process.pid, "/sparql"), sql


def isql(port: int, statements: str) -> str:
    """What Virtuoso says to SQL statements."""
    command = [_found("isql-vt"), f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT", f"exec={statements}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(program)
    return path


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        with contextlib.suppress(OSError, HTTPException):
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        connection.close()
        time.sleep(0.1)
    raise RuntimeError(f"{process.args} does not answer")


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def processes(pid: int) -> set[int]:
    """A process and all below it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int(_stat(entry)[1])
    tree = {pid}
    while more := {child for child, parent in parents.items() if parent in tree} - tree:
        tree |= more
    return tree


def _stat(entry: Path) -> list[str]:
    """The fields of ``/proc/PID/stat`` from the third on."""
    return (entry / "stat").read_text().rpartition(")")[2].split()


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and all below it have used: on a busy machine it tells more than the clock."""
    ticks = 0
    for each in processes(pid):
        with contextlib.suppress(OSError):
            ticks += sum(map(int, _stat(Path(f"/proc/{each}"))[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> dict[str, float]:
    """Resident MB of a process and all below it: ``pss`` counts shared pages once, ``rss`` for each process."""
    tree = processes(pid)
    total = {"pss": 0.0, "rss": 0.0, "processes": float(len(tree))}
    for each in tree:
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{each}/smaps_rollup").read_text()
            for name in ("Pss", "Rss"):
                found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
                total[name.lower()] += int(found[1]) / 1024 if found else 0.0
    return total


def oxigraph_program() -> str | None:
    """The program beside this Python, or on the path; None where there is none."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if os.access(beside, os.X_OK) else shutil.which("oxigraph")
