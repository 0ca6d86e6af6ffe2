"""Batches: files or standard input to documents and records, one at a time; what fails becomes a Failure."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from extract.errors import BadRecord
from extract.model import CodedDocument, Document
from extract.opening import DAMAGED, Opened, without_suffix
from extract.read import Failure, read_documents
from extract.record import Record, from_record, to_record
from graph.incoming import Unreadable

STDIN = "-"
MAX_LINE = 64 * 2**20
"""Bytes of a line of records: a document of the largest size, and what was read from it."""

UNREADABLE = (*DAMAGED, OSError)
"""What opening and reading a file raises."""

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


@dataclass(frozen=True, slots=True)
class Place:
    """How far files were read: the number of the file, and the bytes and lines of it, decompressed."""

    file: int = 0
    offset: int = 0
    line: int = 0


class RecordFiles:
    """The coded documents of files of record lines, one at a time; ``-`` is standard input.

    ``place`` is behind the last one that was given.
    """

    def __init__(self, paths: Sequence[str], stdin: BinaryIO, start: Place | None = None) -> None:
        """From ``start``, the place that an earlier reading of the same files came to."""
        self.place = start or Place()
        self._paths = paths
        self._stdin = stdin
        self._opened: Opened | None = None
        self._sizes = [_size(path) for path in paths]

    @property
    def share(self) -> float | None:
        """How much of the files was read, up to 1; None where that is not known."""
        total, number = sum(size or 0 for size in self._sizes), self.place.file
        if None in self._sizes or not total:
            return None
        before = sum(size or 0 for size in self._sizes[:number])
        return min(1.0, (before + (self._opened.read if self._opened else 0)) / total)

    def __iter__(self) -> Iterator[CodedDocument | Failure]:
        first = self.place
        for number in range(first.file, len(self._paths)):
            path = self._paths[number]
            name = _known_as(path)
            self.place = first if number == first.file else Place(number)
            try:
                with opened(path, self._stdin) as self._opened:
                    self._opened.skip(self.place.offset)
                    yield from self._records(self._opened.stream, name)
            except UNREADABLE as error:
                yield unread(path, error)

    def _records(self, stream: BinaryIO, name: str) -> Iterator[CodedDocument | Failure]:
        file, offset, before = self.place.file, self.place.offset, self.place.line
        number = before
        for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), before + 1):
            where = f"{name}:{number}"
            offset += len(line)
            too_long = len(line) > MAX_LINE
            if too_long:
                while (part := stream.readline(_SKIPPED_AT_ONCE)) and not part.endswith(b"\n"):
                    offset += len(part)
                offset += len(part)
            self.place = Place(file, offset, number)
            if too_long:
                yield Failure(where, f"{where}: the line is longer than {MAX_LINE} bytes. Split the document")
            elif line.strip():
                yield _record(line, where)
        if not number:
            yield Failure(name, f"{name}: no record: it is empty. `whowhom extract` makes lines of records")


def _size(path: str) -> int | None:
    try:
        return None if path == STDIN else Path(path).stat().st_size
    except OSError:
        return 0  # it cannot be read either


def _through(
    paths: Sequence[str], stdin: BinaryIO, read: Callable[[BinaryIO, str], Iterator[Item | Failure]]
) -> Iterator[Item | Failure]:
    """What ``read`` makes of each file, under its name without folders, by which its documents are known."""
    seen: dict[str, str] = {}
    for path in paths:
        name = _known_as(path)
        if name in seen:
            yield Failure(
                name,
                f"{path}: {seen[name]} has the same file name, by which its text would be known. Rename one, "
                "or give JSONL with ids",
            )
            continue
        seen[name] = path
        try:
            with opened(path, stdin) as file:
                yield from read(file.stream, without_suffix(name) if file.compressed else name)
        except UNREADABLE as error:
            yield unread(path, error)


@contextmanager
def opened(path: str, stdin: BinaryIO) -> Iterator[Opened]:
    """A file, or standard input, decompressed; raises one of UNREADABLE, as reading does."""
    with nullcontext(stdin) if path == STDIN else Path(path).open("rb") as file:
        yield Opened(file)


def _known_as(path: str) -> str:
    """The file name, which need not be UTF-8."""
    return "stdin" if path == STDIN else os.fsencode(Path(path).name).decode("utf-8", "replace")


def unread(path: str, error: Exception) -> Failure:
    """What is said of a file that raised one of UNREADABLE."""
    name = _known_as(path)
    if isinstance(error, DAMAGED):
        return Failure(
            name,
            f"{path}: its compression is damaged or cut off ({error}). What could be read before that place is "
            "used; take the file from its source again",
        )
    said = error.strerror if isinstance(error, OSError) else error
    return Failure(name, f"{path}: {said}. Give files of text or JSONL, or - for standard input")


def checked(item: CodedDocument | Unreadable) -> CodedDocument | Failure:
    """A document that was read from RDF, if it is one that a record could tell."""
    if isinstance(item, Unreadable):
        return Failure(item.id, item.problem)
    try:
        from_record(to_record(item))
    except BadRecord as error:
        return Failure(item.document.id, str(error))
    return item


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
