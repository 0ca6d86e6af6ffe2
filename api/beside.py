"""Commands beside a running server: where it says who it is, and what they ask of it over HTTP.

A server that is ready writes the file ``server`` into the folder of its store. The file counts only while the store
is locked by the process that it names and the server there says on ``/health`` that it is the one: so a file that a
crash has left behind misleads nobody.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from api.errors import PROBLEMS, BadParameter, JobEnded, Problem, Told
from api.event_tables import selected
from api.exporting import HEADERS, Exported, check_whole, network_selected
from api.parameters import Given, described
from api.reading import EDGE_COLUMNS, Relations
from graph import folder
from graph.errors import StoreLocked
from graph.export import FORMATS
from graph.export.events import EVENT_FORMATS
from graph.ids import Iris
from graph.network import Selection, edge_label

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 900.0
"""How long the server may be silent: more than any query may take and wait."""

JOB_SECONDS = 0.5
"""Between two looks at a job."""

PIECE_BYTES = 64 * 1024
MAX_TARGET = 8000
"""Bytes of a path with its parameters, somewhat less than the server reads of a request line."""

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - who listens everywhere is asked on this machine


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the file ``server`` says; ``instance`` is drawn anew for each process that serves."""

    pid: int
    host: str
    port: int
    instance: str

    @property
    def address(self) -> str:
        """Where to ask, on this machine."""
        host = _LOOPBACK.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def announce(store: Path, announcement: Announcement) -> None:
    """Writes the file ``server``, for its owner only to read."""
    folder.write_whole(store / folder.SERVER, json.dumps(asdict(announcement)) + "\n", mode=0o600)


def withdraw(store: Path) -> None:
    """Removes the file; harmless where there is none."""
    (store / folder.SERVER).unlink(missing_ok=True)


def find(store: Path, locked: StoreLocked) -> Beside:
    """The server that holds the lock of ``store``; raises ``locked``, with what to do, if none is to be had."""
    try:
        announcement = Announcement(**json.loads((store / folder.SERVER).read_text(encoding="utf-8")))
    except FileNotFoundError:
        announcement = None
    except OSError as error:
        raise locked.because(f"Its server cannot be found: {error.filename}: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise locked.because(
            f"Its file {folder.SERVER} cannot be read ({error}). Start the server anew."
        ) from error
    if announcement is None or announcement.pid != locked.pid:
        if locked.command == "serve":
            raise locked.because("That server is starting or stopping. Try again in a moment.") from locked
        raise locked
    beside = Beside(store, announcement)
    try:
        instance = beside.health().get("instance")
        reason = "another server answers there"
    except Told as error:
        instance, reason = None, error.problem.detail
    if instance != announcement.instance:
        beside.close()
        raise locked.because(
            f"Its server is said to answer at {announcement.address}, but does not: {reason}. Try again, or start "
            "it anew."
        ) from locked
    return beside


class Beside:
    """What :class:`api.reading.Here` offers, asked of the server that owns the store; a context manager.

    Raises :class:`api.errors.Told` with the problem that the server names, or with what became of the server.
    """

    def __init__(self, store: Path, announcement: Announcement) -> None:
        self._store = store
        self._address = announcement.address
        self._pool = urllib3.connection_from_url(
            self._address,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS),
            retries=False,
        )

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections."""
        self._pool.close()

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that queries may use undeclared."""
        return Iris(folder.read_metadata(self._store).base).prefixes

    def health(self) -> dict[str, Any]:
        """The state of the server."""
        return self._json("/health")

    def info(self) -> dict[str, object]:
        """What the store holds; its path, which the server does not tell, is the one given here."""
        version, *facts = self._json("/api/v1/info").items()
        return dict([version, ("path", str(self._store)), *facts])

    @contextmanager
    def query(self, text: str, *, accept: Sequence[str], timeout: float | None) -> Iterator[Answered]:
        """The answer to a SPARQL query, streamed."""
        if timeout is not None and not math.isfinite(timeout):
            raise BadParameter.value("timeout", f"{timeout:g}", "a number of seconds")
        with self._answer(
            "POST",
            "/sparql",
            {} if timeout is None else {"timeout": repr(timeout)},
            body=text.encode("utf-8", "surrogatepass"),
            headers={"Content-Type": "application/sparql-query", "Accept": ", ".join(accept)},
        ) as response:
            yield Answered(response.headers["Content-Type"].partition(";")[0], self._pieces(response))

    def relations(self, chosen: Selection) -> Relations:
        """The edges of a network, for a table."""
        network = self._json("/api/v1/neighborhood", described(chosen))
        rows = [edge | edge["attributes"] for edge in network["edges"]]
        for row in rows:
            row["label"] = edge_label(row.get("action"), row["quad"], dyad=chosen.aggregate == "dyad")
        meta = network["attributes"]
        edges = [tuple(row.get(name) for name in EDGE_COLUMNS) for row in rows]
        evidence = [row.get("evidence", []) for row in rows] if chosen.evidence else []
        return Relations(edges, evidence, meta["returned"], meta["total"], meta["next"])

    def analysis(self, name: str, given: Mapping[str, Iterable[str]]) -> dict[str, Any]:
        """The answer of an analysis to parameters; where the server makes a job of it, once that is done."""
        parameters = {key: list(values) for key, values in given.items()}
        with self._answer("GET", f"/api/v1/{name}", parameters, allowed=(200, 202)) as response:
            job = response.headers["Location"] if response.status == 202 else None
            answer: dict[str, Any] = json.loads(b"".join(self._pieces(response)))
        try:
            while job is not None and answer["state"] == "running":
                time.sleep(JOB_SECONDS)
                answer = self._json(job)
        except KeyboardInterrupt:
            with self._answer("DELETE", str(job).partition("?")[0], {}, allowed=(204,)):
                raise
        return answer if job is None else _result(answer)

    @contextmanager
    def network(self, chosen: Selection, form: str, *, layout: bool = False) -> Iterator[Exported]:
        """A network as a file of that format, streamed."""
        asked = described(chosen) | {"format": form} | ({"layout": "true"} if layout else {})
        with self._file("/api/v1/neighborhood", asked) as file:
            yield file

    @contextmanager
    def export(self, name: str, given: Given) -> Iterator[Exported]:
        """An export of what parameters select, streamed."""
        if name in FORMATS:  # what is wrong with them is told before the server is asked
            network_selected(given)
        elif name in EVENT_FORMATS:
            selected(given, EVENT_FORMATS[name])
        else:
            check_whole(name, given)
        with self._file(f"/export.{name}", given) as file:
            yield file

    @contextmanager
    def _file(self, path: str, parameters: Mapping[str, object]) -> Iterator[Exported]:
        with self._answer("GET", path, parameters) as response:
            headers = response.headers
            counts = {noun: int(headers[header]) for noun, header in HEADERS.items() if header in headers}
            yield Exported(self._pieces(response), headers["Content-Type"], counts)

    def _json(self, path: str, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        with self._answer("GET", path, parameters or {}) as response:
            body = b"".join(self._pieces(response))
        try:
            answer: dict[str, Any] = json.loads(body)
        except ValueError as error:
            raise self._lost(f"its answer to {path} is no JSON ({error})") from error
        return answer

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, object],
        *,
        allowed: Sequence[int] = (200,),
        **request: Any,
    ) -> Iterator[BaseHTTPResponse]:
        target = path + (f"?{urlencode(parameters, doseq=True)}" if parameters else "")
        if len(target) > MAX_TARGET:
            raise BadParameter(
                "actor",
                f"The options make a request of {len(target)} bytes, and a server is asked {MAX_TARGET} at most. "
                "Name fewer actors at a time, or stop the server.",
            )
        try:
            response = self._pool.urlopen(method, target, preload_content=False, **request)
        except HTTPError as error:
            raise self._lost(str(error)) from error
        try:
            if response.status not in allowed:
                raise Told(self._problem(response))
            yield response
        finally:
            response.close()  # not back to the pool: who stops early leaves an answer unread

    def _problem(self, response: BaseHTTPResponse) -> Problem:
        body = b"".join(self._pieces(response))
        try:
            told = json.loads(body)
            slug = told["type"].removeprefix(PROBLEMS)
            return Problem(response.status, slug, told["title"], told["detail"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._lost(
                f"it answered with status {response.status} and no problem that is known"
            ).problem

    def _pieces(self, response: BaseHTTPResponse) -> Iterator[bytes]:
        try:
            yield from response.stream(PIECE_BYTES)
        except HTTPError as error:
            raise self._lost(
                f"the answer broke off ({error}), so that what came of it is not the whole. The server's log says why; "
                "mostly a query took too long or too much memory"
            ) from error

    def _lost(self, reason: str) -> Told:
        return Told(Problem(502, "server-lost", "Server lost", f"The server at {self._address}: {reason}."))


def _result(job: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a job that has ended; raises Told with its problem, JobEnded for one that was cancelled."""
    if "result" in job:
        result: dict[str, Any] = job["result"]
        return result
    if "problem" not in job:
        raise JobEnded(job["id"])
    told = job["problem"]
    slug = told["type"].removeprefix(PROBLEMS)
    raise Told(Problem(told["status"], slug, told["title"], told["detail"]))


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it comes: its media type, and its bytes in pieces."""

    media_type: str
    pieces: Iterator[bytes]

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces

    def read(self) -> bytes:
        """The whole answer, or what is left of it."""
        return b"".join(self.pieces)
