"""``/health``: the state of the service."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from api.parameters import Parameters
from api.routes import given
from extract.record import Record


def routes(health: Callable[[], Record]) -> Blueprint:
    """The blueprint; ``health`` gives the state."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/health")
    def state() -> Response:
        Parameters(given(), frozenset())
        return jsonify(health())

    return blueprint
