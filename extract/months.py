"""The names of months, and the year of a day or month that is written without one."""

from __future__ import annotations

import datetime as dt

MONTH = (
    r"(?=[JFMASOND])(?i:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|Jun(?:e|\.)?|Jul(?:y|\.)?"
    r"|Aug(?:ust|\.)?|Sep(?:tember|t\.?|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![A-Za-z])"
)
"""Pattern of a month as news text writes it: in full, short, with or without full stop, never lower case."""

FULL_MONTH = (
    r"(?=[JFMASOND])(?i:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?![A-Za-z])"
)

AHEAD_WEIGHT = 3
"""Without a word that decides, a day ahead counts as three days past: up to a quarter of a year lies ahead."""


def month_number(name: str) -> int:
    """1 to 12 for a match of :data:`MONTH`.

    >>> month_number("Sept."), month_number("MAY")
    (9, 5)
    """
    return "janfebmaraprmayjunjulaugsepoctnovdec".index(name[:3].lower()) // 3 + 1


def month_after(year: int, month: int, months: int = 1) -> dt.date:
    """The first day of the month that stands ``months`` after a month (negative: before).

    >>> month_after(2024, 11, 3)
    datetime.date(2025, 2, 1)
    """
    years, index = divmod(month - 1 + months, 12)
    return dt.date(year + years, index + 1, 1)


def likely_year(month: int, day: int | None, reference: dt.date, *, side: str | None = None) -> int | None:
    """The year that a writer of ``reference`` leaves out; ``day`` None asks for a whole month.

    ``side`` is ``past`` (begins on or before the reference), ``ahead`` (ends after it) or None, for the nearer
    one, where days ahead count :data:`AHEAD_WEIGHT` times. None for a day that no near year has ("June 31").
    """
    best, least = None, 0
    # Four years each way, for the 29th of February.
    for year in range(max(reference.year - 4, 1), min(reference.year + 5, 9999)):
        try:
            start = dt.date(year, month, day or 1)
        except ValueError:
            continue
        last = start if day else month_after(year, month) - dt.timedelta(days=1)
        before, after = (reference - last).days, (start - reference).days
        if (side == "past" and after > 0) or (side == "ahead" and before > 0):
            continue
        distance = max(before, after * AHEAD_WEIGHT, 0)
        if best is None or distance < least:
            best, least = year, distance
    return best
