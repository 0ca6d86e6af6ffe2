"""``/sparql``: the query operation of the SPARQL 1.1 Protocol."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from api.errors import BadBody, BadParameter
from api.parameters import Parameters
from api.routes import given
from api.service import Service
from graph.answers import Answer
from graph.query_errors import QueryError
from graph.remote_errors import RemoteError
from graph.remote_query import RemoteAnswer

GRAPHS = ("default-graph-uri", "named-graph-uri")
ALLOWED = frozenset({"query", "timeout", *GRAPHS})
QUERY_TYPE = "application/sparql-query"
FORM_TYPE = "application/x-www-form-urlencoded"

log = logging.getLogger(__name__)


def routes(service: Service) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.route("/sparql", methods=["GET", "POST"])
    def sparql() -> Response:
        text, others = _request()
        parameters = Parameters(others, ALLOWED - {"query"})
        # What the result is, and with it what it can be given as, is only known where it is made.
        accept = [media_type for media_type, quality in request.accept_mimetypes if quality > 0]
        default_graphs, named_graphs = (others.get(name, []) for name in GRAPHS)
        answer = service.query(
            text,
            accept=accept,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            timeout=parameters.number("timeout", "a number of seconds"),
        )
        response = Response(_pieces(answer), content_type=_content_type(answer.media_type))
        response.call_on_close(answer.close)
        response.headers["Vary"] = "Accept"
        return response

    return blueprint


def _request() -> tuple[str, dict[str, list[str]]]:
    """The query text and the other parameters, by the protocol's three ways to send them."""
    others = given()
    queries = others.pop("query", [])
    if request.method == "POST":
        if request.mimetype == QUERY_TYPE:
            queries.append(_body())
        elif request.mimetype == FORM_TYPE:
            for name, values in request.form.lists():
                (queries if name == "query" else others.setdefault(name, [])).extend(values)
        else:
            given_type = request.mimetype or "of no type"
            raise UnsupportedMediaType(
                f"The body is {given_type}. Send {QUERY_TYPE}, or a form ({FORM_TYPE}) with query=."
            )
    if not queries:
        raise BadParameter.missing("query", "a SPARQL query: by GET ?query=, or by POST as form or body")
    if len(queries) > 1:
        raise BadParameter.value("query", queries, "one SPARQL query at a time")
    return queries[0], others


def _body() -> str:
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBody(f"The query is not UTF-8 ({error}). Send it in UTF-8.") from None


def _pieces(answer: Answer | RemoteAnswer) -> Iterator[bytes]:
    """The answer; where it breaks off, the connection is cut, so that nobody takes a part for the whole."""
    try:
        yield from answer
    except (QueryError, RemoteError) as error:
        log.warning("an answer broke off: %s", error)
        raise ConnectionResetError(errno.ECONNRESET, "the answer broke off") from error


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
