"""Actors, neighborhoods, events, and the state of the service."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from api import parameters as read
from api.caching import Answers, conditional
from api.errors import BadParameter
from api.exporting import LAYOUT, network_file, wants_layout
from api.parameters import NEIGHBORHOOD, NETWORK, PAGE, Parameters, event_list, selection
from api.routes import given
from api.routes.exports import sent
from api.service import Service
from graph.export import FORMATS
from graph.selecting import MAX_PAGE

MAX_HITS = 100
HITS = 10
NONE: frozenset[str] = frozenset()
FORMAT = frozenset({"format"})


def routes(service: Service) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("graph", __name__)
    conditional(
        blueprint,
        # The index can follow the store a moment later, and does not while it is stale.
        lambda: f"{service.sparql.tag} {service.store.index.generation} {service.store.stale}",
        leave_out=lambda: False,
        answers=None if service.sparql.untold else Answers(),
    )

    @blueprint.get("/api/v1/actors")
    def actors() -> Response:
        parameters = Parameters(given(), frozenset({"q", "limit"}))
        words = parameters.one("q")
        if words is None:
            raise BadParameter.missing("q", "the beginnings of words of a name, as in q=south ko")
        return jsonify(service.actors(words, limit=parameters.integer("limit", 1, MAX_HITS, HITS)))

    @blueprint.get("/api/v1/actors/<actor>")
    def actor(actor: str) -> Response:
        Parameters(given(), NONE)
        return jsonify(service.actor(actor))

    @blueprint.get("/api/v1/neighborhood")
    def neighborhood() -> Response:
        name = Parameters(given(), NEIGHBORHOOD | FORMAT | LAYOUT).choice("format", FORMATS, "graphology")
        chosen = selection(given(), extra=(NEIGHBORHOOD - NETWORK) | FORMAT | LAYOUT)
        if not chosen.actors:
            raise BadParameter.missing("actor", "an actor's id; /api/v1/actors?q= finds it by name")
        # The network is in memory, so that its file can be, and be given again.
        return sent(network_file(service.network(chosen), name, layout=wants_layout(given())), whole=True)

    @blueprint.get("/api/v1/overview")
    def overview() -> Response:
        network = service.overview(read.overview(given()))
        return sent(network_file(network, "graphology"), whole=True)

    @blueprint.get("/api/v1/events")
    def events() -> Response:
        asked = event_list(given())
        return jsonify(
            service.events(asked.chosen, limit=asked.limit, cursor=asked.cursor, brief=asked.brief)
        )

    @blueprint.get("/api/v1/timeline")
    def timeline() -> Response:
        chosen, bucket = read.timeline(given())
        return jsonify(service.timeline(chosen, bucket=bucket))

    @blueprint.get("/api/v1/ranking")
    def ranking() -> Response:
        chosen, rank, limit = read.ranking(given())
        return jsonify(service.ranking(chosen, rank=rank, limit=limit))

    @blueprint.get("/api/v1/events/<event>")
    def event(event: str) -> Response:
        Parameters(given(), NONE)
        return jsonify(service.event(event))

    @blueprint.get("/api/v1/relations/<relation>/events")
    def evidence(relation: str) -> Response:
        parameters = Parameters(given(), frozenset({"limit", "cursor"}))
        limit = parameters.integer("limit", 1, MAX_PAGE, PAGE)
        return jsonify(service.evidence(relation, limit=limit, cursor=parameters.one("cursor")))

    @blueprint.get("/api/v1/info")
    def info() -> Response:
        Parameters(given(), NONE)
        facts = service.info()
        for place in ("path", "store", "index"):  # where these are is the server's own affair
            facts.pop(place, None)
        return jsonify(facts)

    return blueprint
