"""One module a group of routes."""

from __future__ import annotations

from flask import request


def given() -> dict[str, list[str]]:
    """The parameters of the query string, each with all its values."""
    return dict(request.args.lists())
