"""Exports as files, streamed."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from api.caching import conditional
from api.exporting import HEADERS, SUFFIXES, Exported, exported
from api.routes import client, given
from api.routes.sparql import content_type, unbroken
from api.service import Service


def routes(service: Service) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("exports", __name__)
    conditional(blueprint, lambda: f"{service.sparql.tag} {service.store.stale}", leave_out=lambda: False)

    @blueprint.get("/export.<name>")
    def export(name: str) -> Response:
        if name not in SUFFIXES:
            raise NotFound(f"There is no format {name!r}. Allowed are {', '.join(SUFFIXES)}.")
        response = sent(exported(service, name, given(), client=client()))
        response.headers["Content-Disposition"] = f"attachment; filename=whowhom{SUFFIXES[name]}"
        return response

    return blueprint


def sent(file: Exported, *, whole: bool = False) -> Response:
    """The response with a file, sent as it is made unless it is to be ``whole`` first, and how much it holds."""
    headers = {HEADERS[noun]: str(count) for noun, count in file.counts.items()}
    kind = file.media_type if ";" in file.media_type else content_type(file.media_type)
    body = b"".join(file.pieces) if whole else unbroken(file.pieces)
    response = Response(body, content_type=kind, headers=headers)
    response.call_on_close(file.close)
    return response
