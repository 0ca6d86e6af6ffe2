"""One module a group of routes."""

from __future__ import annotations

import socket
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from api.errors import BadBody

FORM_TYPE = "application/x-www-form-urlencoded"


def given() -> dict[str, list[str]]:
    """The parameters of the query string, each with all its values."""
    return dict(request.args.lists())


def accepted() -> list[str]:
    """The media types that the request wants, the most wanted first."""
    wanted = (media_type for media_type, quality in request.accept_mimetypes if quality > 0)
    return [media_type.partition(";")[0].strip() for media_type in wanted]


def client() -> socket.socket | None:
    """The socket of the request, where the server gives it."""
    found: Any = request.environ.get("gunicorn.socket")
    return found if isinstance(found, socket.socket) else None


def operation(name: str, media_type: str) -> tuple[list[str], dict[str, list[str]]]:
    """The texts that a request of the SPARQL protocol sends as ``name``, by its three ways, and its other parameters.

    By GET in the query string; by POST as the body, which is ``media_type``, or in a form.
    """
    others = given()
    texts = others.pop(name, [])
    if request.method == "POST":
        if request.mimetype == media_type:
            texts.append(_body())
        elif request.mimetype == FORM_TYPE:
            for key, values in request.form.lists():
                (texts if key == name else others.setdefault(key, [])).extend(values)
        else:
            given_type = request.mimetype or "of no type"
            raise UnsupportedMediaType(
                f"The body is {given_type}. Send {media_type}, or a form ({FORM_TYPE}) with {name}=."
            )
    return texts, others


def _body() -> str:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise BadBody(f"The body is said to be in {charset}. Send it in UTF-8.")
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBody(f"The body is not UTF-8 ({error}). Send it in UTF-8.") from None
