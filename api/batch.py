"""Batches: files or standard input to documents and records, one at a time; what fails becomes a Failure."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, TypeVar

from extract.errors import BadRecord
from extract.model import CodedDocument, Document
from extract.read import Failure, read_documents
from extract.record import Record, from_record, to_record

STDIN = "-"
MAX_LINE = 64 * 2**20
"""Bytes of a line of records: a document of the largest size, and what was read from it."""

_SKIPPED_AT_ONCE = 2**16

Item = TypeVar("Item")


def line_of(item: CodedDocument | Failure) -> Record:
    """What stands in the output for an input: its record, or ``{"id": …, "error": …}``."""
    return {"id": item.id, "error": item.error} if isinstance(item, Failure) else to_record(item)


def documents(
    paths: Sequence[str],
    stdin: BinaryIO,
    *,
    input_format: str = "auto",
    date: dt.date | None = None,
    publisher: str | None = None,
) -> Iterator[Document | Failure]:
    """The documents of files; ``-`` is standard input. Raises BadInput for an unknown format."""

    def read(stream: BinaryIO, name: str) -> Iterator[Document | Failure]:
        return read_documents(stream, name=name, input_format=input_format, date=date, publisher=publisher)

    return _through(paths, stdin, read)


def records(paths: Sequence[str], stdin: BinaryIO) -> Iterator[CodedDocument | Failure]:
    """The coded documents of files of record lines; ``-`` is standard input."""
    return _through(paths, stdin, _records)


def _through(
    paths: Sequence[str], stdin: BinaryIO, read: Callable[[BinaryIO, str], Iterator[Item | Failure]]
) -> Iterator[Item | Failure]:
    """What ``read`` makes of each file, under its name without folders, by which its documents are known."""
    seen: dict[str, str] = {}
    for path in paths:
        name = "stdin" if path == STDIN else _name(path)
        if name in seen:
            yield Failure(
                name,
                f"{path}: {seen[name]} has the same file name, by which its text would be known. Rename one, "
                "or give JSONL with ids",
            )
            continue
        seen[name] = path
        try:
            with nullcontext(stdin) if path == STDIN else Path(path).open("rb") as stream:
                yield from read(stream, name)
        except OSError as error:
            yield Failure(
                name, f"{path}: {error.strerror}. Give files of text or JSONL, or - for standard input"
            )


def _name(path: str) -> str:
    """The file name, which need not be UTF-8."""
    return os.fsencode(Path(path).name).decode("utf-8", "replace")


def _records(stream: BinaryIO, name: str) -> Iterator[CodedDocument | Failure]:
    number = 0
    for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
        where = f"{name}:{number}"
        if len(line) > MAX_LINE:
            while (part := stream.readline(_SKIPPED_AT_ONCE)) and not part.endswith(b"\n"):
                pass
            yield Failure(where, f"{where}: the line is longer than {MAX_LINE} bytes. Split the document")
        elif line.strip():
            yield _record(line, where)
    if not number:
        yield Failure(name, f"{name}: no record: it is empty. `whowhom extract` makes lines of records")


def _record(line: bytes, where: str) -> CodedDocument | Failure:
    try:
        data = json.loads(line)
        return from_record(data)
    except BadRecord as error:
        id_ = data.get("id") if isinstance(data, dict) else None
        return Failure(id_ if isinstance(id_, str) and id_ else where, f"{where}: {error}")
    except RecursionError:
        return Failure(where, f"{where}: its JSON is nested too deep for a record")
    except ValueError as error:
        return Failure(
            where, f"{where}: no JSON in UTF-8 ({error}). `whowhom extract` makes lines of records"
        )


def counted(items: Iterable[Item], count: Callable[[Item], object]) -> Iterator[Item]:
    """The items, each shown to ``count`` as it goes by."""
    for item in items:
        count(item)
        yield item
