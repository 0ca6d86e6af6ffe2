"""The paragraphs of plain text: its lines, the lines of a paragraph that was wrapped as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extract.datelines import find_dateline
from extract.furniture import Kind, kind_of

Line = tuple[int, int]
"""Start and end of a line, or of a paragraph, without the white space around it."""

WIDTHS = range(45, 111)
"""Characters of the longest line of a text that was wrapped by hand or program."""

SHORTEST_WRAPPED = 40
"""Characters of a line that is not the last of its paragraph."""


_LINE = re.compile(r"[^\s](?:[^\r\n]*[^\s])?")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@|https?:|www\.")
_OPEN_END = frozenset(
    "a an and are as at be been but by for from had has have her his if in is its not of on or said that the their to"
    " was were when where which while who will with".split()
)


def paragraphs(text: str) -> Iterator[Line]:
    """The lines of ``text``, those joined that only a line width has parted.

    A line was wrapped if the first word of the next would not have fitted on it. That holds of many a list as well,
    so the lines of a run are joined only where in it, or in the rest of the text, sentences run over the breaks.
    """
    runs = list(_runs(text))
    going_on = [
        [_goes_on(text, *pair) for pair in pairwise(run)] if _width(run) in WIDTHS else [] for run in runs
    ]
    wrapped = [_is_wrapped(run, breaks) for run, breaks in zip(runs, going_on, strict=True)]
    widest = max(
        (_width(run) for run, is_wrapped in zip(runs, wrapped, strict=True) if is_wrapped), default=0
    )
    for run, breaks, is_wrapped in zip(runs, going_on, wrapped, strict=True):
        width = _width(run) if is_wrapped else widest
        start = run[0][0]
        for i, (above, below) in enumerate(pairwise(run)):
            if not (breaks and (breaks[i] or _is_full(text, above, below, width))):
                yield start, above[1]
                start = below[0]
        yield start, run[-1][1]


def _runs(text: str) -> Iterator[list[Line]]:
    """The lines between blank or indented ones."""
    run: list[Line] = []
    for match in _LINE.finditer(text):
        start, end = match.span()
        if run:
            gap = text[run[-1][1] : start]
            new_lines = max(gap.count("\n"), gap.count("\r"))
            indent = len(gap) - max(gap.rfind("\n"), gap.rfind("\r")) - 1
            if new_lines > 1 or indent > 1:
                yield run
                run = []
        run.append((start, end))
    if run:
        yield run


def _width(run: list[Line]) -> int:
    return max(end - start for start, end in run)


def _is_wrapped(run: list[Line], breaks: list[bool]) -> bool:
    """Whether sentences run over many of the breaks after lines that are long enough to be wrapped."""
    long = sum(end - start >= SHORTEST_WRAPPED for start, end in run[:-1])
    return sum(breaks) > 0.25 * long


def _goes_on(text: str, above: Line, below: Line) -> bool:
    """Whether a sentence runs over the break between two lines."""
    start, end = above
    if end - start < SHORTEST_WRAPPED or text[end - 1] in ".!?:":
        return False
    last = text[start:end].rsplit(" ", 1)[-1]
    small = text[below[0]].islower() and not _ADDRESS.match(text, *below)
    return small or last.endswith(",") or last in _OPEN_END


def _is_full(text: str, above: Line, below: Line, width: int) -> bool:
    """Whether the first word of ``below`` would not have fitted on the line above, and no report begins there."""
    line = text[slice(*below)]
    fits = above[1] - above[0] + 1 + len(line.split(" ", 1)[0]) <= width
    if fits or not width or kind_of(line) not in (Kind.PROSE, Kind.HEADLINE, Kind.FRAGMENT):
        return False
    found = find_dateline(text, *below, reference=None)
    return not (found and (found.agency or found.date))
