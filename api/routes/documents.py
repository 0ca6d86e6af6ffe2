"""``/api/v1/documents``: texts in, read and stored; a document back, or out of the store."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from api.access import Access
from api.batch import line_of
from api.errors import BadBody
from api.parameters import Parameters
from api.routes import given
from api.routes.texts import NAME, documents, meta
from api.service import Service
from extract.model import Document
from extract.read import Failure
from extract.record import Record, to_record

ROUTE = "/api/v1/documents"
ONE = "/api/v1/documents/<path:document>"
ALLOWED = frozenset({"date", "publisher"})
NOTHING: frozenset[str] = frozenset()


def routes(service: Service, access: Access) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("documents", __name__)

    @blueprint.post(ROUTE)
    def ingest() -> Response:
        access.check_write(request)
        parameters = Parameters(given(), ALLOWED)
        unnamed = secrets.token_hex(8)
        read = documents(parameters.day("date"), parameters.one("publisher"), unnamed)
        loaded, coded = service.keep(_named(read, unnamed))
        records = [line_of(item) for item in coded]
        failed = len(loaded.failures)
        if failed == len(records) == 1:
            raise BadBody(records[0]["error"])
        answer = jsonify({"meta": meta(records, failed), "stored": _stored(loaded), "documents": records})
        answer.status_code = 201 if loaded.added else 200
        if len(records) == 1:
            answer.headers["Location"] = f"{ROUTE}/{quote(records[0]['id'], safe='')}"
        return answer

    @blueprint.get(ONE)
    def get(document: str) -> Response:
        Parameters(given(), NOTHING)
        return jsonify(to_record(service.document(document)))

    @blueprint.delete(ONE)
    def delete(document: str) -> Response:
        access.check_write(request)
        Parameters(given(), NOTHING)
        service.remove(document)
        return Response(status=204)

    return blueprint


def _stored(loaded: object) -> Record:
    names = ("added", "replaced", "unchanged", "events", "mentions")
    return {name: getattr(loaded, name) for name in names}


def _named(read: Iterator[Document | Failure], unnamed: str) -> Iterator[Document | Failure]:
    """A document without an id is known by its text: else the next such request would replace it."""
    for item in read:
        if not item.id.startswith(unnamed):
            yield item
        elif isinstance(item, Document):
            digest = hashlib.blake2b(item.text.encode(), digest_size=10).hexdigest()
            yield replace(item, id=f"text-{digest}")
        else:
            shown = {"id": item.id.replace(unnamed, NAME), "error": item.error.replace(unnamed, NAME)}
            yield Failure(**shown)
