"""Rows of the tab-separated tables under ``extract/data``, checked as they are read."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable

from extract.errors import BadTable

DATA = resources.files("extract") / "data"


def rows(name: str, columns: Sequence[str], *, folder: Traversable = DATA) -> Iterator[dict[str, str]]:
    """The rows of table ``name`` as dicts by column, cells stripped; lines that start with ``#`` are comments.

    Raises BadTable with file and line where the header is not ``columns`` or a row has another number of cells.
    """
    with (folder / name).open(encoding="utf-8") as stream:
        lines = ((number, line) for number, line in enumerate(stream, 1) if not line.startswith("#"))
        number, header = next(lines, (1, ""))
        if header.rstrip("\r\n").split("\t") != list(columns):
            raise BadTable(
                name, number, f"the header is {header.rstrip()!r}, it must be {chr(9).join(columns)!r}"
            )
        for number, line in lines:
            cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
            if len(cells) != len(columns):
                raise BadTable(name, number, f"{len(cells)} cells, the header has {len(columns)} columns")
            yield dict(zip(columns, (cell.strip() for cell in cells), strict=True))


def items(cell: str) -> tuple[str, ...]:
    """The values of a list cell.

    >>> items("Seoul; the Blue House")
    ('Seoul', 'the Blue House')
    """
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
