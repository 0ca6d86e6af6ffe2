"""The HTTP face: parse the request, one call of the service, render."""

from __future__ import annotations

import json
import logging
from typing import Any

import flask
import msgspec
from flask import Flask, current_app, request
from flask.json.provider import JSONProvider
from flask_compress import Compress
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response

from api.access import Access
from api.errors import Problem, problem_of
from api.raw import RawService
from api.routes import (
    analysis,
    documents,
    exports,
    graph,
    graph_store,
    health,
    pages,
    queries,
    sparql,
    texts,
)
from api.service import Service

MAX_BODY = 32 * 2**20
"""Bytes of a request's body at most."""

log = logging.getLogger(__name__)


COMPRESSED = (
    "application/json",
    "application/problem+json",
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "application/rdf+xml",
    "application/ld+json",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/gexf+xml",
    "application/graphml+xml",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
    "text/tab-separated-values",
    "text/turtle",
    "text/vnd.graphviz",
    "text/xml",
)
"""Media types that are sent compressed to whoever takes it."""


class Json(JSONProvider):
    """JSON by msgspec, several times as fast as the standard library's; the members in the order of the records."""

    _encoder = msgspec.json.Encoder()

    def dumps(self, obj: Any, **_: Any) -> str:
        """The JSON text; raises TypeError for what has none."""
        return self._encoder.encode(obj).decode()

    def response(self, *args: Any, **kwargs: Any) -> flask.Response:
        """The response of one JSON text and a line's end."""
        text = self._encoder.encode(self._prepare_response_obj(args, kwargs)) + b"\n"
        return flask.Response(text, mimetype="application/json")

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """What a JSON text says."""
        return json.loads(s)


def create_app(service: Service | RawService, access: Access | None = None) -> Flask:
    """The application over an open service, which it does not close; by default nobody may write."""
    app = Flask("whowhom", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["COMPRESS_MIMETYPES"] = COMPRESSED
    app.config["COMPRESS_ALGORITHM"] = app.config["COMPRESS_ALGORITHM_STREAMING"] = ["gzip"]
    app.config["COMPRESS_LEVEL"] = 1
    Compress(app)
    app.json = Json(app)
    app.url_map.strict_slashes = False
    allowed = access or Access()
    for group in (sparql, graph_store):
        app.register_blueprint(group.routes(service.sparql, allowed))
    if isinstance(service, Service):
        for group in (texts, graph, analysis, exports, queries):
            app.register_blueprint(group.routes(service))
        app.register_blueprint(documents.routes(service, allowed))
        app.register_blueprint(pages.routes())
    app.register_blueprint(health.routes(lambda: service.health() | {"writes": allowed.writes}))
    app.register_error_handler(Exception, _failed)
    return app


def problem_response(problem: Problem) -> Response:
    """RFC 9457: the one form of every error."""
    response = Response(
        json.dumps(problem.as_dict(), ensure_ascii=False) + "\n",
        status=problem.status,
        content_type="application/problem+json",
    )
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _failed(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return _http_problem(error)
    problem = problem_of(error)
    if problem is None:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        detail = "This is a fault of the server, and its log has the details."
        problem = Problem(500, "internal", "Internal error", detail)
    elif problem.status >= 500:
        log.warning("%s %s: %s", request.method, request.path, problem.detail)
    return problem_response(problem)


def _http_problem(error: HTTPException) -> Response:
    """werkzeug's own errors (404, 405, 413 …) in our form, with what helps the caller."""
    status = error.code or 500
    if status < 400:  # a redirection
        return error.get_response()
    detail = error.description or error.name
    if status == 404 and detail == NotFound.description:
        detail = f"There is nothing at {request.path}. {_routes()}"
    elif status == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        detail = f"{request.method} is not possible at {request.path}. Allowed are {allowed}."
    elif status == 413:
        detail = f"The body is larger than {MAX_BODY} bytes. Send less at a time."
    response = problem_response(Problem(status, f"http-{status}", error.name, detail))
    for name, value in error.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def _routes() -> str:
    return f"There are {', '.join(sorted(rule.rule for rule in current_app.url_map.iter_rules()))}."
