"""A plain HTTP client that takes times: one connection kept open, or several at once."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from bench.servers import Server, cpu_seconds

WARM = 20
TIMEOUT = 600


@dataclass
class Timing:
    """Milliseconds: by the clock, and of processor time in the mean."""

    median: float
    p95: float
    cpu: float
    requests: int


def timing(seconds: Sequence[float], *, cpu: float) -> Timing:
    """Median and 95th percentile of times in seconds, and the mean of the processor time ``cpu`` of all."""
    ordered = sorted(seconds)
    middle, high = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return Timing(middle * 1000, high * 1000, cpu * 1000 / len(ordered), len(ordered))


class Client:
    """One connection, opened anew where the server has closed it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection = self._connect()

    def _connect(self) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=TIMEOUT)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def get(self, path: str, accept: str = "*/*", *, kept: bool = False) -> bytes:
        """The body of the answer, made anew unless it may be ``kept`` from before; raises RuntimeError where the status
        is none of success."""
        headers = {"Accept": accept} | ({} if kept else {"Cache-Control": "no-store"})
        for again in (True, False):
            try:
                self._connection.request("GET", path, headers=headers)
                response = self._connection.getresponse()
                break
            except (HTTPException, ConnectionError):
                self.close()
                self._connection = self._connect()
                if not again:
                    raise
        body = response.read()
        if response.status // 100 != 2:
            raise RuntimeError(f"{path[:200]} was answered {response.status}: {body[:300]!r}")
        return body

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


Request = tuple[str, str]
"""A path and what is accepted."""


def measure(server: Server, requests: Sequence[Request]) -> Timing:
    """The requests one after the other, after some to warm up."""
    client = Client(server)
    for path, accept in requests[-WARM:]:
        client.get(path, accept)
    times = []
    cpu = cpu_seconds(server.pid)
    for path, accept in requests:
        start = time.perf_counter()
        client.get(path, accept)
        times.append(time.perf_counter() - start)
    client.close()
    return timing(times, cpu=cpu_seconds(server.pid) - cpu)


def mixed(
    server: Server,
    requests: Sequence[Request],
    *,
    connections: int = 8,
    seconds: float = 10,
    kept: bool = False,
) -> tuple[float, list[str]]:
    """Requests a second over several connections for some time, and what went wrong.

    Each is one of ``requests`` by chance, so that most come several times; answers may be ``kept`` or are made anew.
    """
    done = [0] * connections
    errors: list[str] = []
    end = time.monotonic() + seconds

    def work(number: int) -> None:
        rng = random.Random(number)
        client = Client(server)
        while time.monotonic() < end:
            try:
                client.get(*rng.choice(requests), kept=kept)
                done[number] += 1
            except (RuntimeError, OSError, HTTPException) as error:
                errors.append(str(error))
        client.close()

    start = time.monotonic()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - start), errors
