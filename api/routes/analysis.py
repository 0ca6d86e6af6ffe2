"""Paths, common partners, dyads, an actor over time, matrices, measures, and the jobs that compute what takes long."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from api import asking
from api.analyses import ANSWERS, WAIT_SECONDS
from api.caching import conditional
from api.jobs import Job
from api.parameters import Parameters
from api.routes import given
from api.service import Service

JOBS = "/api/v1/jobs/"


def routes(service: Service) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("analysis", __name__)
    conditional(
        blueprint,
        lambda: f"{service.sparql.tag} {service.store.stale}",
        leave_out=lambda: request.path.startswith(JOBS),
    )

    def answer(name: str) -> Response:
        read, found = ANSWERS[name]
        return jsonify(found(service.analyses, read(given())))

    @blueprint.get("/api/v1/paths")
    def paths() -> Response:
        return answer("paths")

    @blueprint.get("/api/v1/common")
    def common() -> Response:
        return answer("common")

    @blueprint.get("/api/v1/dyad")
    def dyad() -> Response:
        return answer("dyad")

    @blueprint.get("/api/v1/ego")
    def ego() -> Response:
        return answer("ego")

    @blueprint.get("/api/v1/matrix")
    def matrix() -> Response:
        return answer("matrix")

    @blueprint.get("/api/v1/measures")
    def measures() -> Response:
        asked = asking.measures(given())
        found = service.analyses.measures(asked, wait=WAIT_SECONDS)
        if not isinstance(found, Job):
            return jsonify(found)
        how = {"order": asked.order, "limit": asked.limit}
        response = jsonify(service.analyses.job(found.id, asking.given_of(how)))
        response.status_code = 202
        response.headers["Location"] = f"{JOBS}{found.id}?{urlencode(how)}"
        return response

    @blueprint.route(f"{JOBS}<job>", methods=["GET", "DELETE"])
    def job(job: str) -> Response:
        if request.method == "DELETE":
            Parameters(given(), frozenset())
            service.analyses.jobs.cancel(job)
            return Response(status=204)
        Parameters(given(), asking.OF_JOBS)
        return jsonify(service.analyses.job(job, given()))

    return blueprint
