"""HTTP to a store that speaks the SPARQL 1.1 Protocol: one request, one whole answer or one clear error.

All that is sent can be sent twice: queries, and updates of data without blank nodes (INSERT DATA, DELETE DATA,
DROP SILENT). So every request is tried again where the connection fails or the store is busy for the moment; only
one that took too long is not. No redirection is followed: credentials go to the address that was given.
"""

from __future__ import annotations

import ipaddress
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util import Retry, Timeout, make_headers

from graph.errors import BadSelection
from graph.remote_errors import (
    AnswerCut,
    AnswerUnreadable,
    StoreDown,
    StoreRefuses,
    StoreSlow,
)

USER, PASSWORD, TOKEN = "WHOWHOM_STORE_USER", "WHOWHOM_STORE_PASSWORD", "WHOWHOM_STORE_TOKEN"
"""Variables of the environment with the credentials; a token goes before user and password."""

CONNECTIONS = 8
CHUNK_BYTES = 64 * 1024
EXCERPT_LINES, EXCERPT_CHARACTERS = 3, 300
BUSY = (429, 502, 503, 504)
PARTIAL_STATE = "S1TAT"
"""Virtuoso's word for an answer that its time limit has cut."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a remote store is: its query endpoint; those for updates and for graphs, where they are others.

    ``index`` is the folder for the index beside it, by default one in the user's cache.
    """

    url: str
    update_url: str | None = None
    graph_store_url: str | None = None
    index: Path | None = None

    def __str__(self) -> str:
        return self.url


def is_address(place: object) -> bool:
    """Whether ``place`` is meant as an address, and not as a folder."""
    return "://" in str(place)


@dataclass(frozen=True, slots=True)
class RemoteLimits:
    """What one request may be and take.

    ``connect`` and ``seconds`` are times in s. ``triples``, ``characters`` and ``operations`` bound an update:
    Virtuoso 7 refuses 4,990 triples and some 1,000 operations. ``values`` are nodes that one query asks about, and
    ``rows`` those of a page.
    """

    connect: float = 10.0
    seconds: float = 300.0
    tries: int = 4
    backoff: float = 0.25
    triples: int = 2000
    characters: int = 2_000_000
    operations: int = 100
    values: int = 500
    rows: int = 5000


class _Retry(Retry):
    """Tries again what failed, but not what took too long: it would again."""

    def increment(self, method: str | None = None, url: str | None = None, **known: Any) -> Retry:  # type: ignore[override]
        error = known.get("error")
        if isinstance(error, ReadTimeoutError):
            raise error
        return super().increment(method, url, **known)


class Body:
    """The body of an answer as it comes, until a deadline; raises AnswerCut, StoreSlow and StoreDown."""

    def __init__(self, response: urllib3.BaseHTTPResponse, url: str, seconds: float, deadline: float) -> None:
        self.media_type = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        self._response, self._url = response, url
        self._seconds, self._deadline = seconds, deadline

    def __iter__(self) -> Iterator[bytes]:
        try:
            while piece := self._response.read1(CHUNK_BYTES):
                if time.monotonic() > self._deadline:
                    self.close()
                    raise StoreSlow(self._url, self._seconds)
                yield piece
        except ReadTimeoutError:
            self.close()
            raise StoreSlow(self._url, self._seconds) from None
        except HTTPError as error:
            self.close()
            raise AnswerCut(
                self._url, f"the connection broke off ({error})", "See the log of the store."
            ) from error
        self._response.release_conn()

    def read(self) -> bytes:
        """All of it."""
        return b"".join(self)

    def close(self) -> None:
        """Breaks off, by closing the connection; harmless after the end."""
        self._response.close()


class Client:
    """The connections to one store; for several threads."""

    def __init__(
        self,
        address: Address,
        *,
        limits: RemoteLimits | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """Connects to nothing yet.

        Raises BadSelection for addresses that are none, and for credentials that would go over a network in the clear.
        """
        self.address = address
        self.limits = limits or RemoteLimits()
        self.url = _checked("--store", address.url)
        self.update_url = _checked("--update-url", address.update_url or address.url)
        self.graph_store_url = (
            _checked("--graph-store-url", address.graph_store_url) if address.graph_store_url else None
        )
        authorization = _authorization(environment)
        if authorization:
            _check_private("--store", self.url)
            _check_private("--update-url", self.update_url)
            _check_private("--graph-store-url", self.graph_store_url or "")
        self._headers = {"User-Agent": "whowhom", **authorization}
        self._pool = urllib3.PoolManager(CONNECTIONS, maxsize=CONNECTIONS, block=False)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Closes all connections; harmless the second time."""
        self._pool.clear()

    def query(
        self, text: str, accept: str, *, others: Iterable[tuple[str, str]] = (), seconds: float | None = None
    ) -> Body:
        """The answer to a query, in the media type ``accept``; ``others`` are further fields of the protocol.

        Raises StoreDown, StoreSlow, StoreRefuses, AnswerCut and AnswerUnreadable.
        """
        body = self._send("POST", self.url, _form("query", text, others), accept=accept, seconds=seconds)
        if body.media_type != accept:
            body.close()
            raise AnswerUnreadable(self.url, f"it gave {body.media_type or 'no type'} and not {accept}")
        return body

    def update(self, text: str) -> None:
        """Carries out an update that does no harm the second time; raises as :meth:`query`."""
        self._send("POST", self.update_url, _form("update", text), accept="*/*").read()

    def add(self, graph: str, n_triples: str) -> None:
        """Adds triples to a graph by the Graph Store Protocol; raises as :meth:`query`."""
        if self.graph_store_url is None:
            raise BadSelection("--graph-store-url", None, "the address of the store's graphs")
        joint = "&" if "?" in self.graph_store_url else "?"
        url = f"{self.graph_store_url}{joint}{urlencode({'graph': graph})}"
        self._send("POST", url, n_triples.encode(), accept="*/*", content_type="application/n-triples").read()

    def _send(
        self,
        method: str,
        url: str,
        data: bytes,
        *,
        accept: str,
        content_type: str = "application/x-www-form-urlencoded",
        seconds: float | None = None,
    ) -> Body:
        seconds = seconds or self.limits.seconds
        deadline = time.monotonic() + seconds
        tries = self.limits.tries - 1
        retry = _Retry(
            total=tries,
            redirect=0,
            allowed_methods=None,
            status_forcelist=BUSY,
            backoff_factor=self.limits.backoff,
            backoff_max=8,
            raise_on_redirect=False,
            raise_on_status=False,
            respect_retry_after_header=False,  # it may ask for hours
        )
        shown = url.partition("?")[0]
        try:
            response = self._pool.request(
                method,
                url,
                body=data,
                headers={**self._headers, "Accept": accept, "Content-Type": content_type},
                redirect=False,
                retries=retry,
                timeout=Timeout(connect=min(self.limits.connect, seconds), read=seconds),
                preload_content=False,
            )
        except MaxRetryError as error:
            raise self._failed(error.reason or error, shown, seconds) from error
        except HTTPError as error:
            raise self._failed(error, shown, seconds) from error
        body = Body(response, shown, seconds, deadline)
        self._check(response, body, shown)
        return body

    def _failed(self, error: Exception, url: str, seconds: float) -> Exception:
        if isinstance(error, ReadTimeoutError):
            return StoreSlow(url, seconds)
        if isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError):
            return StoreDown(url, f"no connection within {min(self.limits.connect, seconds):g} s")
        reason = re.sub(r"^.*?(?:Failed to establish a new connection: |object at 0x\w+>: )", "", str(error))
        if isinstance(error, SSLError):
            reason = f"the connection is not safe ({reason})"
        return StoreDown(url, reason)

    def _check(self, response: urllib3.BaseHTTPResponse, body: Body, url: str) -> None:
        status, headers = response.status, response.headers
        if 300 <= status < 400:
            body.close()
            raise StoreRefuses(
                url, status, f"it points to {headers.get('Location')}", "Give that address, if you trust it."
            )
        if status >= 400:
            raise StoreRefuses(url, status, _excerpt(body), _advice(status))
        cut = None
        if status == 206:
            cut = "HTTP 206", "Raise the limits of the store."
        elif "X-SPARQL-MaxRows" in headers:
            limit = headers["X-SPARQL-MaxRows"]
            cut = f"it ends after {limit} rows (X-SPARQL-MaxRows)", "Raise ResultSetMaxRows in virtuoso.ini."
        elif PARTIAL_STATE in headers.get("X-SQL-State", ""):
            said = headers.get("X-SQL-Message", "its time was over")
            cut = f"{said} (X-SQL-State)", "Raise MaxQueryExecutionTime in virtuoso.ini."
        if cut:
            body.close()
            raise AnswerCut(url, *cut)


def _form(name: str, text: str, others: Iterable[tuple[str, str]] = ()) -> bytes:
    return urlencode([(name, text), *others]).encode()


def _checked(option: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise BadSelection(option, url, "the http:// or https:// address of a SPARQL endpoint")
    if parts.username or parts.password:
        shown = url.replace(parts.netloc, f"…@{parts.hostname}", 1)
        raise BadSelection(option, shown, f"an address without user and password: set {USER} and {PASSWORD}")
    return url


def _check_private(option: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "http" and not _is_here(parts.hostname or ""):
        raise BadSelection(
            option, url, f"an https:// address, as {TOKEN} or {USER} is set and would be sent in the clear"
        )


def _is_here(host: str) -> bool:
    """Whether ``host`` is this machine, by an address or name that nothing can turn into another one."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _authorization(environment: Mapping[str, str]) -> dict[str, str]:
    """The header that carries the credentials of the environment, if there are any."""
    token, user, password = (environment.get(name) for name in (TOKEN, USER, PASSWORD))
    if token:
        return {"Authorization": f"Bearer {token}"}
    if not user:
        return {}
    basic = make_headers(basic_auth=f"{user}:{password or ''}")
    return {"Authorization": basic["authorization"]}


def _excerpt(body: Body) -> str:
    """The first lines of an error message, without the tags of a page."""
    pieces: list[bytes] = []
    for piece in body:
        pieces.append(piece)
        if sum(map(len, pieces)) > CHUNK_BYTES:
            body.close()
            break
    text = b"".join(pieces).decode("utf-8", "replace")
    if "html" in body.media_type:
        text = re.sub(r"<(style|script|title)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join([line for line in lines if line][:EXCERPT_LINES])[:EXCERPT_CHARACTERS]


def _advice(status: int) -> str:
    match status:
        case 401:
            return f"Set {USER} and {PASSWORD}, or {TOKEN}, in the environment."
        case 403:
            return "The account may not do this. Ask who runs the store for the right to query, or to update."
        case 404 | 405 | 501:
            return "Give the address of the SPARQL endpoint; --update-url, if updates have one of their own."
        case 408 | 504:
            return "The store took too long. Raise its limits of time."
        case _:
            return "See the log of the store."
