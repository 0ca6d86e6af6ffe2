"""``/api/v1/extract``: texts in, event records out, nothing stored."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from api.batch import line_of
from api.errors import BadBody
from api.parameters import Parameters
from api.routes import given
from api.service import Service
from extract.errors import BadInput, quote
from extract.model import CodedDocument, Document
from extract.read import Failure, document_from, read_documents
from extract.record import Record

LINES = "application/x-ndjson"
MAX_DOCUMENTS = 1000
NAME = "request"
"""Names a document of which the request gives no id."""

ALLOWED = frozenset({"date", "publisher", "explain"})


def routes(service: Service) -> Blueprint:
    """The blueprint."""
    blueprint = Blueprint("texts", __name__)

    @blueprint.post("/api/v1/extract")
    def extract() -> Response:
        parameters = Parameters(given(), ALLOWED)
        read = documents(parameters.day("date"), parameters.one("publisher"))
        explaining = parameters.choice("explain", ("true", "false"), "false") == "true"
        records = [_record(item, service, explaining=explaining) for item in service.extract(read)]
        if request.mimetype == LINES:
            lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            return Response(lines, content_type=LINES)
        failed = sum("error" in record for record in records)
        if failed == len(records) == 1:
            raise BadBody(records[0]["error"])
        return jsonify({"meta": meta(records, failed), "documents": records})

    return blueprint


def _record(item: CodedDocument | Failure, service: Service, *, explaining: bool) -> Record:
    record = line_of(item)
    if explaining and isinstance(item, CodedDocument):
        record["explain"] = service.explain(item.document)
    return record


def meta(records: list[Record], failed: int) -> Record:
    """How many documents there are, how many of them could be read, and their events."""
    events = sum(len(record.get("events", ())) for record in records)
    return {"total": len(records), "returned": len(records) - failed, "failed": failed, "events": events}


def documents(date: dt.date | None, publisher: str | None, name: str = NAME) -> Iterator[Document | Failure]:
    """The documents of the body: text, lines of JSON, or a JSON object with ``text`` or ``documents``.

    Those without an id are called by ``name``, with a number where they are several.
    """
    if request.mimetype in ("text/plain", LINES):
        kind = "jsonl" if request.mimetype == LINES else "text"
        body = io.BytesIO(request.get_data())
        return read_documents(body, name=name, input_format=kind, date=date, publisher=publisher)
    if request.mimetype != "application/json":
        given_type = request.mimetype or "of no type"
        raise UnsupportedMediaType(f"The body is {given_type}. Send text/plain, application/json or {LINES}.")
    items = _items()
    names = [name] if len(items) == 1 else [f"{name}:{number}" for number in range(1, len(items) + 1)]
    return (_document(item, one, date, publisher) for item, one in zip(items, names, strict=True))


def _items() -> list[object]:
    try:
        data = json.loads(request.get_data())
    except RecursionError:
        raise BadBody("The JSON is nested too deep. Send an object with text, or with documents.") from None
    except ValueError as error:
        raise BadBody(f"The body is no JSON: {error}. Send an object with text, or with documents.") from None
    if not isinstance(data, dict) or "documents" not in data:
        return [data]
    items = data["documents"]
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_DOCUMENTS:
        raise BadBody(
            f"documents is {quote(items)}. Allowed is a list of 1 to {MAX_DOCUMENTS} objects with text."
        )
    return items


def _document(item: object, name: str, date: dt.date | None, publisher: str | None) -> Document | Failure:
    try:
        return document_from(item, default_id=name, date=date, publisher=publisher)
    except BadInput as error:
        return Failure(error.name, error.problem)
