"""Examples of queries, and the names that a query can use."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from api import queries
from api.caching import Answers, conditional
from api.parameters import Parameters
from api.routes import given
from api.service import Service

NONE: frozenset[str] = frozenset()


def routes(service: Service) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("queries", __name__)
    conditional(
        blueprint,
        lambda: f"{service.sparql.tag} {service.store.index.generation} {service.store.stale}",
        leave_out=lambda: False,
        answers=None if service.sparql.untold else Answers(),
    )

    @blueprint.get("/api/v1/examples")
    def examples() -> Response:
        Parameters(given(), NONE)
        return jsonify({"examples": [asdict(example) for example in queries.examples()]})

    @blueprint.get("/api/v1/vocabulary")
    def vocabulary() -> Response:
        Parameters(given(), NONE)
        return jsonify(queries.vocabulary(service.store))

    return blueprint
