"""Text for terminals: tables, highlighted sentences, a progress line. Nothing here prints but Progress."""

from __future__ import annotations

import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GAP = "  "
MIN_COLUMN = 8
PROGRESS_SECONDS = 0.5

SOURCE, ACTION, TARGET = "36;1", "33;1", "35;1"
"""ANSI styles of the words that name the source, the action and the target."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words to highlight, half-open in the text that they are part of, and an ANSI style."""

    start: int
    end: int
    style: str


def plain(text: str) -> str:
    """``text`` in one line, without characters that would move the cursor or turn the writing direction.

    >>> plain("a\\n\\x1b[31mb")
    'a [31mb'
    """
    return _UNPRINTABLE.sub(" ", text).strip()


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns, with an ellipsis where it was cut.

    >>> cut("sanctions", 6)
    'sanct…'
    """
    if columns(text) <= width:
        return text
    while text and columns(text) > width - 1:
        text = text[:-1]
    return text + "…"


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, width: int | None = None) -> list[str]:
    """The lines of a table: columns aligned, numbers to the right, None empty.

    ``width`` is that of the terminal: the widest columns are cut until a line fits. None cuts nothing.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    number = [bool(rows_) and all(_is_number(c) for c in rows_) for rows_ in zip(*cells, strict=True)]
    number = number or [False] * len(headers)
    sizes = [max(map(columns, column)) for column in zip(headers, *cells, strict=True)]
    if width is not None:
        _shrink(sizes, width - len(GAP) * (len(sizes) - 1))
    lines = [headers, ["-" * size for size in sizes], *cells]
    return [
        GAP.join(
            _pad(cut(c, size), size, right) for c, size, right in zip(line, sizes, number, strict=True)
        ).rstrip()
        for line in lines
    ]


def _cell(value: object) -> str:
    return "" if value is None else plain(str(value))


def _is_number(text: str) -> bool:
    return not text or bool(re.fullmatch(r"[-+]?[\d.,]+", text))


def _shrink(sizes: list[int], width: int) -> None:
    while sum(sizes) > width and max(sizes) > MIN_COLUMN:
        sizes[sizes.index(max(sizes))] -= 1


def _pad(text: str, size: int, right: bool) -> str:
    space = " " * (size - columns(text))
    return space + text if right else text + space


def shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI with the prefix of the longest namespace that fits, whole in angle brackets where none does.

    >>> shorten("http://e/a/x", {"e": "http://e/", "a": "http://e/a/"})
    'a:x'
    """
    fitting = [(len(space), name) for name, space in prefixes.items() if iri.startswith(space)]
    if not fitting:
        return f"<{iri}>"
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"


def highlight(text: str, marks: Iterable[Mark], *, colour: bool) -> str:
    """``text`` in one line with the marks coloured, or in square brackets; of marks that overlap the first counts.

    >>> highlight("Norway accused Belarus", [Mark(0, 6, SOURCE), Mark(15, 22, TARGET)], colour=False)
    '[Norway] accused [Belarus]'
    """
    pieces, place = [], 0
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        if place <= mark.start < mark.end <= len(text):
            words = _UNPRINTABLE.sub(" ", text[mark.start : mark.end])
            pieces.append(_UNPRINTABLE.sub(" ", text[place : mark.start]))
            pieces.append(f"\x1b[{mark.style}m{words}\x1b[0m" if colour else f"[{words}]")
            place = mark.end
    pieces.append(_UNPRINTABLE.sub(" ", text[place:]))
    return "".join(pieces).strip()


def duration(seconds: float) -> str:
    """So many seconds in words.

    >>> duration(7.6), duration(125), duration(8000)
    ('8 s', '2 min 5 s', '2 h 13 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Progress:
    """A line on standard error that counts; only on a terminal. A context manager that clears it."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._start = self._last = time.monotonic()
        self.count = 0
        self.events = 0
        self.share: Callable[[], float | None] = lambda: None
        """How much of the whole is done, up to 1; None where that is not known."""

    @property
    def seconds(self) -> float:
        """Since it was made."""
        return time.monotonic() - self._start

    def add(self, events: int, *, count: int = 1, noun: str = "events") -> None:
        """So many more, one by default, with so many events, or whatever ``noun`` names."""
        self.count += count
        self.events += events
        now = time.monotonic()
        if self._shown and now - self._last >= PROGRESS_SECONDS:
            self._last = now
            rate = self.count / self.seconds
            said = f"{self.count} {self._what}, {self.events} {noun}, {rate:.0f} a second{self._rest()}"
            sys.stderr.write(f"\r{said}\x1b[K")
            sys.stderr.flush()

    def _rest(self) -> str:
        """How much is done, and how long the rest will take."""
        share = self.share()
        if not share:
            return ""
        left = self.seconds * (1 - share) / share
        return f", {share:.0%}, {duration(left)} left"

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def evidence_lines(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each event record: day, publisher, and the sentence."""
    lines = []
    for record in records:
        document = record["document"]
        day = (record["date"] or {}).get("start") or "no date"
        publisher = document["publisher"] or document["id"]
        lines.append(f"  {day}  {plain(publisher)}: {plain(record['sentence']['text'])}")
    return lines


def answer_table(answer: Mapping[str, Any], prefixes: Mapping[str, str], *, width: int | None) -> list[str]:
    """The lines for an answer in SPARQL's JSON form: a table of the solutions, or ``yes`` or ``no``."""
    if "boolean" in answer:
        return ["yes" if answer["boolean"] else "no"]
    names = answer["head"]["vars"]
    bindings = answer["results"]["bindings"]
    rows = [[_term(row[name], prefixes) if name in row else None for name in names] for row in bindings]
    return table(names, rows, width=width)


def _term(term: Mapping[str, str], prefixes: Mapping[str, str]) -> str:
    match term["type"]:
        case "uri":
            return shorten(term["value"], prefixes)
        case "bnode":
            return f"_:{term['value']}"
        case _:
            return term["value"]
