"""The two pages for people, explorer and workbench, as ``web/`` is built into ``api/pages``."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from api.errors import PagesMissing

PAGES = Path(__file__).resolve().parents[1] / "pages"

YEAR = 365 * 24 * 3600
"""Seconds that a browser may keep an asset: its name holds a hash of what it is."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""What a page may load: from its server only, no script or style in the HTML, no code out of text."""

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def routes(folder: Path = PAGES) -> Blueprint:
    """The blueprint over the built pages in ``folder``."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/")
    def explorer() -> Response:
        return _page(folder, "index.html", POLICY)

    @blueprint.get("/workbench")
    def workbench() -> Response:
        return _page(folder, "workbench.html", POLICY)

    @blueprint.get("/assets/<name>")
    def asset(name: str) -> Response:
        file = folder / "assets" / name  # the name holds no slash
        if not file.is_file():
            raise NotFound(f"There is no asset {name!r}. Load the page again: it names those there are.")
        response = Response(
            file.read_bytes(), content_type=TYPES.get(file.suffix, "application/octet-stream")
        )
        response.cache_control.public = True
        response.cache_control.max_age = YEAR
        response.cache_control.immutable = True
        response.headers.update(COMMON)
        return response

    return blueprint


def _page(folder: Path, name: str, policy: dict[str, str]) -> Response:
    """A page, which is asked for anew each time, and answered by 304 where it is the same; raises PagesMissing."""
    try:
        response = Response((folder / name).read_bytes(), content_type="text/html; charset=utf-8")
    except FileNotFoundError:
        raise PagesMissing from None
    response.headers.update(COMMON)
    response.headers["Content-Security-Policy"] = "; ".join(f"{key} {value}" for key, value in policy.items())
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response
