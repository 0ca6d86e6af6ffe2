"""``/sparql`` and ``/update``: the SPARQL 1.1 Protocol."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, jsonify, request

from api.access import Access
from api.caching import conditional
from api.endpoint import Endpoint
from api.errors import BadParameter
from api.parameters import Parameters
from api.routes import accepted, client, given, operation
from graph.answers import Answer
from graph.query_errors import QueryError
from graph.remote_errors import RemoteError
from graph.remote_query import RemoteAnswer

GRAPHS = ("default-graph-uri", "named-graph-uri")
USING = ("using-graph-uri", "using-named-graph-uri")
ALLOWED = frozenset({"query", "timeout", "explain", *GRAPHS})
ALLOWED_UPDATE = frozenset({"update", *USING})
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

log = logging.getLogger(__name__)


def routes(endpoint: Endpoint, access: Access) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("sparql", __name__)
    conditional(
        blueprint,
        lambda: endpoint.tag,
        leave_out=lambda: any(map(endpoint.is_volatile, given().get("query", ()))),
    )

    def base() -> str | None:
        """What relative IRIs stand below, where they are allowed; to tell it takes as long as a short query."""
        return None if endpoint.union else request.base_url

    @blueprint.route("/sparql", methods=["GET", "POST"])
    def sparql() -> Response:
        texts, others = operation("query", QUERY_TYPE)
        parameters = Parameters(others, ALLOWED - {"query"})
        if not texts and request.method != "POST" and not others:
            description = endpoint.description(request.base_url, updates=access.updates, accept=accepted())
            return Response(description[0], content_type=content_type(description[1]))
        text = one("query", texts, "a SPARQL query: by GET ?query=, or by POST as form or body")
        timeout = parameters.number("timeout", "a number of seconds")
        if parameters.choice("explain", ("1", "0", "true", "false"), "0") in ("1", "true"):
            Parameters(others, frozenset({"timeout", "explain"}))
            return jsonify(endpoint.explain(text, timeout=timeout))
        # What the result is, and with it what it can be given as, is only known where it is made.
        answer = endpoint.query(
            text,
            accept=accepted(),
            default_graphs=others.get(GRAPHS[0], []),
            named_graphs=others.get(GRAPHS[1], []),
            base=base(),
            timeout=timeout,
            client=client(),
        )
        return streamed(answer)

    @blueprint.post("/update")
    def update() -> Response:
        access.check_write(request)
        Parameters(given(), ALLOWED_UPDATE)
        texts, others = operation("update", UPDATE_TYPE)
        Parameters(others, ALLOWED_UPDATE)
        text = one("update", texts, "a SPARQL update, by POST as form or body")
        default_graphs, named_graphs = (others.get(name, []) for name in USING)
        endpoint.update(text, default_graphs=default_graphs, named_graphs=named_graphs, base=base())
        return Response(status=204)

    return blueprint


def one(name: str, texts: list[str], allowed: str) -> str:
    """The text of a request that must have one."""
    if not texts:
        raise BadParameter.missing(name, allowed)
    if len(texts) > 1:
        raise BadParameter.value(name, texts, "one at a time")
    return texts[0]


def streamed(answer: Answer | RemoteAnswer) -> Response:
    """The response that an answer makes, sent as it comes."""
    body = answer.read() if answer.complete else unbroken(answer)
    response = Response(body, content_type=content_type(answer.media_type))
    response.call_on_close(answer.close)
    response.headers["Vary"] = "Accept"
    if answer.row_limit is not None:
        response.headers["X-Whowhom-Row-Limit"] = str(answer.row_limit)
    if answer.cut:
        response.headers["X-Whowhom-Truncated"] = "true"
    return response


def unbroken(answer: Iterable[bytes]) -> Iterator[bytes]:
    """The answer; where it breaks off, the connection is cut, so that nobody takes a part for the whole."""
    try:
        yield from answer
    except (QueryError, RemoteError) as error:
        log.warning("an answer broke off: %s", error)
        raise ConnectionResetError(errno.ECONNRESET, "the answer broke off") from error


def content_type(media_type: str) -> str:
    """The header's value: texts say that they are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
