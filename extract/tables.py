"""Rows of the tab-separated tables under ``extract/data``, checked as they are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from extract.errors import BadTable, quote

DATA = resources.files("extract") / "data"


class Row(dict[str, str]):
    """The cells of a row by column, and where it stands; ``own`` is true for a row of a user's file."""

    def __init__(self, cells: Iterable[tuple[str, str]], *, table: str, line: int, own: bool) -> None:
        super().__init__(cells)
        self.table = table
        self.line = line
        self.own = own

    def fault(self, column: str, allowed: str) -> BadTable:
        """The error of a cell that holds something else than ``allowed``."""
        return BadTable(
            self.table, self.line, f"column {column}: given is {self[column]!r}, allowed is {allowed}"
        )

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        """The cell, which must be one of ``allowed``; raises BadTable."""
        if self[column] not in allowed:
            raise self.fault(column, ", ".join(sorted(value or "nothing" for value in allowed)))
        return self[column]

    def day(self, column: str, *, last: bool = False) -> dt.date | None:
        """The date of a cell, see :func:`day`; raises BadTable."""
        try:
            return day(self[column], last=last)
        except ValueError:
            raise self.fault(column, "YYYY, YYYY-MM, YYYY-MM-DD or nothing") from None

    def number(self, column: str) -> float:
        """The number of a cell, 0 for an empty one; raises BadTable."""
        try:
            return float(self[column] or 0)
        except ValueError:
            raise self.fault(column, "a number") from None


def rows(
    name: str, columns: Sequence[str], *, folder: Traversable = DATA, own: Sequence[Path] = ()
) -> Iterator[Row]:
    """The rows of table ``name``, cells stripped, then those of the user's files ``own`` that have its columns.

    Lines that start with ``#`` are comments. Raises BadTable with file and line where the header is not ``columns``
    or a row has another number of cells.
    """
    with (folder / name).open(encoding="utf-8") as stream:
        yield from _rows(stream, name, columns, own=False)
    for path in own:
        with path.open(encoding="utf-8") as stream:
            if _header(stream) == list(columns):
                stream.seek(0)
                yield from _rows(stream, str(path), columns, own=True)


def check_own(own: Sequence[Path], tables: Mapping[str, Sequence[str]]) -> None:
    """Raises BadTable for a user's file that cannot be read or has the columns of none of ``tables``."""
    for path in own:
        try:
            with path.open(encoding="utf-8") as stream:
                header = _header(stream)
        except (OSError, UnicodeDecodeError) as error:
            raise BadTable(str(path), 1, f"it cannot be read: {error}") from None
        if header not in [list(columns) for columns in tables.values()]:
            allowed = "; ".join(f"{' '.join(columns)} ({table})" for table, columns in tables.items())
            raise BadTable(
                str(path),
                1,
                f"the columns are {quote(' '.join(header))}, allowed are, tab-separated: {allowed}",
            )


def _header(stream: Iterable[str]) -> list[str]:
    return next((line for line in stream if not line.startswith("#")), "").rstrip("\r\n").split("\t")


def _rows(stream: Iterable[str], name: str, columns: Sequence[str], *, own: bool) -> Iterator[Row]:
    lines = ((number, line) for number, line in enumerate(stream, 1) if not line.startswith("#"))
    number, header = next(lines, (1, ""))
    if header.rstrip("\r\n").split("\t") != list(columns):
        raise BadTable(
            name, number, f"the header is {header.rstrip()!r}, it must be {chr(9).join(columns)!r}"
        )
    for number, line in lines:
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != len(columns):
            raise BadTable(name, number, f"{len(cells)} cells, the header has {len(columns)} columns")
        yield Row(zip(columns, map(str.strip, cells), strict=True), table=name, line=number, own=own)


def items(cell: str) -> tuple[str, ...]:
    """The values of a list cell, which is stripped.

    >>> items("Seoul; the Blue House")
    ('Seoul', 'the Blue House')
    """
    if ";" not in cell:
        return (cell,) if cell else ()
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def day(cell: str, *, last: bool = False) -> dt.date | None:
    """A date that may be given to the day, month or year only; ``last`` takes the end of a month or year.

    >>> day("1998-02"), day("2003", last=True), day("")
    (datetime.date(1998, 2, 1), datetime.date(2003, 12, 31), None)
    """
    if not cell:
        return None
    parts = [int(part) for part in cell.split("-")]
    if len(parts) == 3:
        return dt.date(*parts)
    year, month = parts[0], parts[1] if len(parts) == 2 else (12 if last else 1)
    if not last:
        return dt.date(year, month, 1)
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
