"""``/graph-store``: the SPARQL 1.1 Graph Store HTTP Protocol, with graphs named by ``?graph=`` or ``?default``, or
by the path itself."""

from __future__ import annotations

import secrets
from urllib.parse import urljoin

from flask import Blueprint, Response, request

from api.access import Access
from api.caching import conditional
from api.endpoint import Endpoint
from api.errors import BadBody, BadParameter
from api.parameters import Parameters
from api.routes import accepted, client, given
from api.routes.sparql import streamed

ROUTE = "/graph-store"
DIRECT = "/graph-store/<path:name>"
ALLOWED = frozenset({"graph", "default"})
MULTIPART = "multipart/form-data"


def routes(endpoint: Endpoint, access: Access) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("graph_store", __name__)
    conditional(blueprint, lambda: endpoint.tag, leave_out=lambda: endpoint.untold)

    @blueprint.get(ROUTE)
    @blueprint.get(DIRECT)
    def get(name: str | None = None) -> Response:
        if name is None and not given():
            return streamed(endpoint.dataset(accept=accepted(), client=client()))
        return streamed(endpoint.graph(_graph(name), accept=accepted(), client=client()))

    @blueprint.put(ROUTE)
    @blueprint.put(DIRECT)
    def put(name: str | None = None) -> Response:
        access.check_write(request)
        new = endpoint.put_graph(_graph(name), _bodies(), request.base_url)
        return Response(status=201 if new else 204)

    @blueprint.post(ROUTE)
    @blueprint.post(DIRECT)
    def post(name: str | None = None) -> Response:
        access.check_write(request)
        if name is None and not given():
            fresh = f"{request.base_url}/{secrets.token_hex(8)}"
            endpoint.put_graph(fresh, _bodies(), fresh)
            return Response(status=201, headers={"Location": fresh})
        new = endpoint.add_to_graph(_graph(name), _bodies(), request.base_url)
        return Response(status=201 if new else 204)

    @blueprint.delete(ROUTE)
    @blueprint.delete(DIRECT)
    def delete(name: str | None = None) -> Response:
        access.check_write(request)
        endpoint.delete_graph(_graph(name))
        return Response(status=204)

    return blueprint


def _graph(name: str | None) -> str | None:
    """The graph that the request names, None for the default graph; ``name`` is that of its path."""
    if name is not None:
        Parameters(given(), frozenset())
        return request.base_url
    parameters = Parameters(given(), ALLOWED)
    named = parameters.one("graph")
    if named is not None and "default" not in given():
        return urljoin(request.base_url, named)
    if named is None and "default" in given():
        return None
    raise BadParameter.missing("graph or default", "?graph= with an IRI, or ?default for the default graph")


def _bodies() -> list[tuple[bytes, str]]:
    """The graphs that the request sends, each with its media type."""
    if request.mimetype == MULTIPART:
        parts = [(part.read(), part.mimetype) for part in request.files.values()]
        if not parts:
            raise BadBody(
                "The body has no part that is a file. Send each graph as a part with its Content-Type."
            )
        return parts
    return [(request.get_data(), request.mimetype)]
