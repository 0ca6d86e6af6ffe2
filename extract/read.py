"""Bytes to documents: a text file is one document, a JSONL file one a line; what fails becomes a Failure."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

from extract.decoding import decode
from extract.errors import BadInput, quote
from extract.model import Document

MAX_TEXT = 10 * 2**20
"""Bytes of a text file or of a line of JSONL; no more than this of one input is ever in memory."""

FORMATS = ("auto", "text", "jsonl")
LINE_NAMES = (".jsonl", ".ndjson", ".jsonlines", ".jl")

_CHUNK = 2**16
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_OPENS_A_LINE = re.compile(rb"\s*\{\s*[\"}]")
_FORM = 'a line is {"text": "…"}, if known with "id", "title", "date", "publisher", "url" and "place"'


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that became no document: its id, and a message that says why and what to do."""

    id: str
    error: str


def read_documents(
    stream: BinaryIO,
    *,
    name: str,
    input_format: str = "auto",
    date: dt.date | None = None,
    publisher: str | None = None,
) -> Iterator[Document | Failure]:
    """The documents of a stream, lazily and in order, a Failure for each that cannot be read.

    ``auto`` takes names in .jsonl, and else a stream whose first line opens a JSON object, for JSONL. ``date`` and
    ``publisher`` hold where the input gives none. A text is known by ``name``, a line without an id by
    ``name:line``. Blank lines of JSONL are passed over. Raises BadInput for an unknown format, at once.
    """
    if input_format not in FORMATS:
        raise BadInput(
            name, f"the input format {input_format!r} is unknown; allowed are {', '.join(FORMATS)}"
        )
    return _documents(stream, name, input_format, _Defaults(date, publisher))


def document_from(
    data: object, *, default_id: str, date: dt.date | None = None, publisher: str | None = None
) -> Document:
    """The document of one parsed JSON object; raises BadInput, named by its id, for what is missing or wrong."""
    if not isinstance(data, dict):
        raise BadInput(default_id, f"given is {quote(data)}; {_FORM}")
    id_ = data.get("id")
    if isinstance(id_, int) and not isinstance(id_, bool):
        id_ = str(id_)
    id_ = _SURROGATE.sub("\ufffd", _optional({"id": id_}, "id", default_id) or default_id)
    if not isinstance(data.get("text"), str):
        given = f"`text` is {quote(data['text'])}, not a string" if "text" in data else "`text` is missing"
        raise BadInput(id_, f"{given}; {_FORM}")
    fields = {key: _optional(data, key, id_) for key in ("title", "publisher", "url", "place", "date")}
    whole, notes = _whole({"text": data["text"]} | fields)
    text = whole["text"]
    if not text or text.isspace():
        raise BadInput(id_, "no text: `text` is empty")
    return Document(
        id=id_,
        text=text,
        title=whole["title"],
        date=_day(whole["date"], id_) if whole["date"] else date,
        publisher=whole["publisher"] or publisher,
        url=whole["url"],
        place=whole["place"],
        notes=notes,
    )


@dataclass(frozen=True, slots=True)
class _Defaults:
    date: dt.date | None
    publisher: str | None


def _documents(
    stream: BinaryIO, name: str, input_format: str, defaults: _Defaults
) -> Iterator[Document | Failure]:
    head = _head(stream)
    by_look = name.lower().endswith(LINE_NAMES) or _OPENS_A_LINE.match(head[-1])
    if input_format == "jsonl" or (input_format == "auto" and by_look):
        yield from _lines(stream, head, name, defaults)
    else:
        yield _text(stream, b"".join(head), name, defaults)


def _head(stream: BinaryIO) -> list[bytes]:
    """The first line with anything on it, and the blank ones before it."""
    head, size = [stream.readline(MAX_TEXT + 1)], 0
    while head[-1] and not head[-1].strip() and size < _CHUNK:
        size += len(head[-1])
        head.append(stream.readline(MAX_TEXT + 1))
    return head


def _text(stream: BinaryIO, head: bytes, name: str, defaults: _Defaults) -> Document | Failure:
    rest = stream.read(max(0, MAX_TEXT + 1 - len(head)))
    data = head + rest
    if len(data) > MAX_TEXT:
        return Failure(name, _too_long(f"{name}: the text"))
    try:
        text, notes = decode(data, name=name)
    except BadInput as error:
        return Failure(name, str(error))
    if not text or text.isspace():
        return Failure(name, f"{name}: no text: the file is empty")
    return Document(name, text, date=defaults.date, publisher=defaults.publisher, notes=notes)


def _too_long(what: str) -> str:
    return (
        f"{what} is longer than {MAX_TEXT // 2**20} MB ({MAX_TEXT} bytes), the most that one document may have; "
        "split it into documents, a file each or a line of JSONL each"
    )


def _lines(
    stream: BinaryIO, head: list[bytes], name: str, defaults: _Defaults
) -> Iterator[Document | Failure]:
    seen: dict[str, int] = {}
    rest = iter(lambda: stream.readline(MAX_TEXT + 1), b"")
    found = False
    for number, line in enumerate(chain(head, rest), 1):
        found = found or bool(line.strip())
        if len(line) > MAX_TEXT:
            if not line.endswith(b"\n"):
                _skip_line(stream)
            yield Failure(f"{name}:{number}", _too_long(f"{name}, line {number}: the line"))
        elif number == 1 and line.lstrip().startswith(b"["):
            yield Failure(
                name, f"{name}: it is a JSON array; {_FORM} (`jq -c '.[]'` makes lines of an array)"
            )
            return
        elif line.strip():
            yield _unique(_line(line.rstrip(), name, number, defaults), name, number, seen)
    if not found:
        yield Failure(name, f"{name}: no document: it has no line with anything on it")


def _skip_line(stream: BinaryIO) -> None:
    while (part := stream.readline(_CHUNK)) and not part.endswith(b"\n"):
        pass


def _unique(item: Document | Failure, name: str, number: int, seen: dict[str, int]) -> Document | Failure:
    """The item, or a Failure where an earlier line has its id: a later document would replace the earlier one."""
    if isinstance(item, Failure):
        return item
    if item.id in seen:
        where = f"lines {seen[item.id]} and {number} of {name}"
        return Failure(item.id, f"{where} have the same id {quote(item.id)}; the later one is left out")
    seen[item.id] = number
    return item


def _line(line: bytes, name: str, number: int, defaults: _Defaults) -> Document | Failure:
    where = f"{name}:{number}"
    try:
        text, notes = decode(line, name=where)
        document = document_from(
            json.loads(text), default_id=where, date=defaults.date, publisher=defaults.publisher
        )
    except BadInput as error:
        return Failure(error.name, f"{name}, line {number}: {error.problem}")
    except RecursionError:
        return Failure(where, f"{name}, line {number}: its JSON is nested too deep; {_FORM}")
    except json.JSONDecodeError as error:
        return Failure(
            where, f"{name}, line {number}: no JSON at column {error.colno} ({error.msg}); {_FORM}"
        )
    except ValueError as error:
        # A number of thousands of digits is JSON, but Python does not read it.
        return Failure(where, f"{name}, line {number}: its JSON cannot be read ({error}); {_FORM}")
    return replace(document, notes=(*notes, *document.notes))


def _optional(data: dict[str, object], key: str, id_: str) -> str | None:
    """The string, None where it is absent, null or blank."""
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise BadInput(id_, f"`{key}` is {quote(value)}, allowed is a string or null")
    return value if value and not value.isspace() else None


def _day(value: str, id_: str) -> dt.date:
    """A day; of a time stamp the day as it is written."""
    match = _DAY.fullmatch(value.strip())
    try:
        if match:
            return dt.date.fromisoformat(match[1])
        problem = "it is of another form"
    except ValueError as error:
        problem = str(error)
    raise BadInput(
        id_, f"`date` is {quote(value)}, allowed is YYYY-MM-DD, with or without a time ({problem})"
    )


def _whole(fields: dict[str, str | None]) -> tuple[dict[str, str | None], tuple[str, ...]]:
    """The fields with each half of a surrogate pair replaced, which JSON can write and no encoding can store."""
    whole, lost = dict(fields), 0
    for key, value in fields.items():
        if value and not value.isascii():
            whole[key], count = _SURROGATE.subn("\ufffd", value)
            lost += count
    return whole, (f"{lost} lone surrogates were replaced by U+FFFD",) if lost else ()
