"""SPARQL from outside, passed on to a remote store: checked first, and the answer streamed back as it comes.

The face of :class:`graph.workers.QueryPool`. The store's own account decides what else a query may do there: give
it one that may only read.
"""

from __future__ import annotations

import re
import socket
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import NoReturn

import pyoxigraph as ox

from graph.guard import check_graphs, check_query, first_word
from graph.query_errors import (
    NotAcceptable,
    PoolClosed,
    QueryFailed,
    QueryRefused,
    QueryTimeout,
    QueueFull,
)
from graph.query_failures import QUERIES, UPDATES, update_refused
from graph.remote import SOLUTIONS_TYPE, RemoteRdf, with_prefixes
from graph.remote_client import Body
from graph.remote_errors import AnswerCut, NotOffered, StoreRefuses, StoreSlow
from graph.worker import SOLUTIONS, TRIPLES, UnacceptableError, negotiate
from graph.workers import QueryLimits

AT_ONCE = 8
"""Queries from outside that a remote store is asked at a time."""

RETRY_AFTER = 5
_CANONICAL = {  # no others: not every store has TriG or N-Quads for a graph
    "JSON": SOLUTIONS_TYPE,
    "XML": "application/sparql-results+xml",
    "CSV": "text/csv",
    "TSV": "text/tab-separated-values",
    "TURTLE": "text/turtle",
    "N_TRIPLES": "application/n-triples",
    "RDF_XML": "application/rdf+xml",
    "JSON_LD": "application/ld+json",
}
_ENDS = {
    SOLUTIONS_TYPE: re.compile(rb"\}\s*\Z"),
    "application/sparql-results+xml": re.compile(rb"</([\w.-]+:)?sparql>\s*\Z"),
    "application/rdf+xml": re.compile(rb"(</[\w.-]+:RDF|</RDF|/)>\s*\Z"),
}
"""How an answer ends that is whole, by its media type, where that can be known."""


class RemoteAnswer:
    """The answer to a query: its media type, and an iterator over its bytes; see :class:`graph.answers.Answer`."""

    row_limit: int | None = None
    cut = False
    """False: what the store has cut is an error."""

    def __init__(
        self, body: Body, media_type: str, *, seconds: float, release: threading.Semaphore, url: str
    ) -> None:
        """Takes the first piece, so that early errors are raised here; ``release`` is told of the end, once."""
        self.media_type = media_type
        self._body, self._pieces = body, iter(body)
        self._seconds, self._url = seconds, url
        self._release: threading.Semaphore | None = release
        self._tail = b""
        self._first: deque[bytes] = deque()
        try:
            self._first.extend(self._take())
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> RemoteAnswer:
        return self

    def __next__(self) -> bytes:
        pieces = [self._first.popleft()] if self._first else self._take()
        for piece in pieces:
            return piece
        raise StopIteration

    @property
    def complete(self) -> bool:
        """True if all that is left of the answer is here already."""
        return self._release is None

    def read(self) -> bytes:
        """The whole answer, or what is left of it."""
        return b"".join(self)

    def close(self) -> None:
        """Breaks off, where the answer has not ended."""
        self._body.close()
        self._free()

    def __enter__(self) -> RemoteAnswer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self) -> list[bytes]:
        """The next piece, none at the end."""
        try:
            piece = next(self._pieces, None)
        except StoreSlow:
            self.close()
            raise QueryTimeout(self._seconds) from None
        except BaseException:
            self.close()
            raise
        if piece is not None:
            self._tail = (self._tail + piece)[-64:]
            return [piece]
        self._free()
        end = _ENDS.get(self._body.media_type)
        if end and not end.search(self._tail):
            raise AnswerCut(self._url, "it has no end", "See the log of the store.")
        return []

    def _free(self) -> None:
        if self._release is not None:
            self._release.release()
            self._release = None


class TextAnswer(RemoteAnswer):
    """An answer that is here already."""

    def __init__(self, data: bytes, media_type: str) -> None:
        self.media_type = media_type
        self._first = deque([data])
        self._release = None

    def close(self) -> None:
        """Nothing."""

    def _take(self) -> list[bytes]:
        return []


class RemoteQueries:
    """Answers queries from any number of threads."""

    def __init__(
        self,
        remote: RemoteRdf,
        *,
        limits: QueryLimits | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        """``prefixes`` need not be declared; of ``limits`` memory and waiting are the store's own care."""
        self.limits = limits or QueryLimits()
        self._remote = remote
        self._prefixes = dict(prefixes or {})
        self._slots = threading.Semaphore(AT_ONCE)
        self._closed = False

    def refresh(self) -> None:
        """Nothing: the store shows what it has."""

    def close(self) -> None:
        """Takes no more queries."""
        self._closed = True

    def query(
        self,
        text: str,
        *,
        accept: Sequence[str] = (),
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,  # noqa: ARG002 - the store's own
        timeout: float | None = None,
        client: socket.socket | None = None,  # noqa: ARG002 - who hangs up is noticed when something is sent
    ) -> RemoteAnswer:
        """The answer to a query; see :meth:`graph.workers.QueryPool.query`. Rows are limited by the store alone.

        Raises those of graph.query_errors that fit, and the errors of graph.remote_errors.
        """
        if self._closed:
            raise PoolClosed
        limits = self.limits
        scan = check_query(
            text, prefixes=self._prefixes, max_characters=limits.characters, max_nesting=limits.nesting
        )
        check_graphs([*default_graphs, *named_graphs])
        form = _checked_form(text)
        media_type, asked = _media_types(form, accept)
        others = [("default-graph-uri", iri) for iri in default_graphs]
        others += [("named-graph-uri", iri) for iri in named_graphs]
        if not (others or scan.dataset):
            others += self._remote.union
        # Where a comment ends must not be a matter of opinion: what follows might be an update.
        sent = with_prefixes(text.replace("\r\n", "\n").replace("\r", "\n"), self._prefixes)
        seconds = timeout or limits.seconds
        if not self._slots.acquire(timeout=limits.patience):
            raise QueueFull(AT_ONCE, RETRY_AFTER)
        try:
            return self._asked(form, sent, asked, media_type, others, seconds)
        except StoreSlow:
            raise QueryTimeout(seconds) from None
        except StoreRefuses as error:
            if error.status == 400:
                raise QueryFailed(error.said.rstrip(". ")) from error
            raise

    def explain(self, text: str, *, timeout: float | None = None) -> NoReturn:  # noqa: ARG002
        """Not to be had."""
        raise NotOffered(self._remote.client.url, "Explaining a query")

    def dump(
        self,
        *,
        accept: Sequence[str] = (),  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        client: socket.socket | None = None,  # noqa: ARG002
    ) -> NoReturn:
        """Not to be had."""
        raise NotOffered(self._remote.client.url, "A dump of all graphs")

    def _asked(
        self,
        form: str,
        text: str,
        asked: str,
        media_type: str,
        others: Sequence[tuple[str, str]],
        seconds: float,
    ) -> RemoteAnswer:
        client = self._remote.client
        try:
            if form == "ASK":  # Virtuoso 7 gives a table where the standard has true or false
                body = client.query(text, SOLUTIONS_TYPE, others=others, seconds=seconds)
                truth = self._remote.truth(body.read())
            else:
                body = client.query(text, asked, others=others, seconds=seconds)
        except BaseException:
            self._slots.release()
            raise
        if form == "ASK":
            self._slots.release()
            return TextAnswer(_serialized(truth, SOLUTIONS[media_type]), media_type)
        return RemoteAnswer(body, media_type, seconds=seconds, release=self._slots, url=client.url)


def _checked_form(text: str) -> str:
    form = first_word(text)
    if form in UPDATES:
        raise update_refused()
    if form not in QUERIES:
        raise QueryRefused(
            "form",
            f"A query begins with {', '.join(QUERIES[:-1])} or {QUERIES[-1]}, not with {form or 'this'}.",
        )
    return form


def _media_types(form: str, accept: Sequence[str]) -> tuple[str, str]:
    """The media type to give, and the one to ask the store for."""
    known = SOLUTIONS if form in ("SELECT", "ASK") else TRIPLES
    offered = {media_type: name for media_type, name in known.items() if name in _CANONICAL}
    try:
        media_type = negotiate(accept, offered)
    except UnacceptableError as error:
        raise NotAcceptable(accept, error.args) from None
    return media_type, _CANONICAL[offered[media_type]]


def _serialized(truth: bool, name: str) -> bytes:
    answer = ox.parse_query_results(
        f'{{"head":{{}},"boolean":{str(truth).lower()}}}', ox.QueryResultsFormat.JSON
    )
    return answer.serialize(format=getattr(ox.QueryResultsFormat, name)) or b""
