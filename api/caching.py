"""ETags from the state of the store: what was asked before is answered with 304 until something is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Blueprint, Response, g, request


def conditional(blueprint: Blueprint, tag: Callable[[], str], *, leave_out: Callable[[], bool]) -> None:
    """Give the GET routes of ``blueprint`` an ETag that follows from ``tag`` and the request.

    Not those for which ``leave_out`` says that the same request may have another answer.
    """

    def before() -> Response | None:
        if request.method not in ("GET", "HEAD") or leave_out():
            return None
        asked = "\n".join((tag(), request.full_path, request.headers.get("Accept", "")))
        g.etag = hashlib.blake2b(asked.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        if request.if_none_match.contains_weak(g.etag):
            response = Response(status=304)
            response.set_etag(g.etag, weak=True)
            return response
        return None

    def after(response: Response) -> Response:
        etag = g.get("etag")
        if etag is not None and response.status_code == 200:
            response.set_etag(etag, weak=True)
            response.headers["Cache-Control"] = "no-cache"
        return response

    blueprint.before_request(before)
    blueprint.after_request(after)
