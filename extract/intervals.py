"""From the parts of a date to its interval of days; weeks begin on Monday.

Each function takes a :class:`Reading` and gives the interval, or None where its words name no date of their own
or the reference that they need is missing. ValueError and OverflowError say that the calendar has no such day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from extract.months import likely_year, month_after, month_number

Interval = tuple[dt.date, dt.date, str]
"""First day, the day after the last, granularity."""

NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = ("first 1st", "second 2nd latter", "third 3rd", "fourth 4th")
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
ONE_DAY = dt.timedelta(days=1)

_NAMES_THAT_LOOK_LIKE_MAY = frozenset({"of", "for", "from", "by", "to", "and", "between"})
"""Prepositions after which "May" is as likely a person as a month."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The named parts of a match in lower case, the reference, and the side of it on which the date lies.

    ``side`` is ``ahead`` where the words before the date look ahead, else None.
    """

    parts: Mapping[str, str]
    reference: dt.date
    side: str | None
    has_reference: bool

    @property
    def year(self) -> int | None:
        """The year that is written, or counted from the reference ("of last year")."""
        if "year" in self.parts:
            return int(self.parts["year"])
        if "which" in self.parts and self.has_reference:
            return self.reference.year + {"last": -1, "this": 0, "next": 1}[self.parts["which"]]
        return None

    @property
    def near(self) -> str:
        """``last``, ``this``, ``next``, ``past``, ``coming``, ``the`` or an empty string."""
        return self.parts.get("near", "").split(" ")[-1]

    @property
    def unit(self) -> str:
        return self.parts.get("unit", "").removesuffix("s")


def iso_day(reading: Reading) -> Interval:
    """ "2024-03-06"."""
    return _days(dt.date(*(int(reading.parts[part]) for part in ("year", "month", "day"))))


def slashed_day(reading: Reading) -> Interval | None:
    """ "23/05/2016", "05/23/2016"; None where day and month cannot be told apart."""
    one, two, year = (int(reading.parts[part]) for part in ("one", "two", "year"))
    if one != two and one <= 12 and two <= 12:
        return None
    return _days(dt.date(year, two, one) if one > 12 else dt.date(year, one, two))


def decade(reading: Reading) -> Interval:
    """ "the 1990s"."""
    first = int(reading.parts["decade"])
    return dt.date(first, 1, 1), dt.date(first + 10, 1, 1), "decade"


def months_of_year(reading: Reading) -> Interval | None:
    """ "the first six months of 2024"; six are a half, three a quarter."""
    count, year = _number(reading.parts["number"]), reading.year
    if year is None or not 1 <= count <= 12:
        return None
    first = 1 if reading.parts["near"] == "first" else 13 - count
    return _months(dt.date(year, first, 1), count, {3: "quarter", 6: "half", 12: "year"}.get(count, "month"))


def before_last(reading: Reading) -> Interval:
    """ "the week before last"."""
    reference = reading.reference
    if reading.unit == "week":
        return _week(reference - dt.timedelta(days=14))
    return _months_from(reading, -2)


def day_of_month(reading: Reading) -> Interval | None:
    """ "March 6", "6 March 2024", "March 4-6"."""
    month, first = month_number(reading.parts["month"]), _number(reading.parts["day"])
    last = _number(reading.parts.get("to", reading.parts["day"]))
    year = reading.year
    if year is None and reading.has_reference:
        year = likely_year(month, first, reading.reference, side=reading.side)
    if year is None or last < first:
        return None
    start, end = dt.date(year, month, first), dt.date(year, month, last)
    return _days(start, (end - start).days + 1)


def month(reading: Reading) -> Interval | None:
    """ "November", "last May", "March 2024", "November of last year"."""
    name, preposition = reading.parts["month"], reading.parts.get("prep")
    if name == "may" and preposition in _NAMES_THAT_LOOK_LIKE_MAY and not reading.near:
        return None
    number, year, reference = month_number(name), reading.year, reading.reference
    if year is None and reading.has_reference:
        if reading.near == "this":
            year = reference.year
        elif reading.near in ("last", "past"):
            # "last March" said in March is not the month that runs.
            before = month_after(reference.year, reference.month, 0) - ONE_DAY
            year = likely_year(number, None, before, side="past")
        elif reading.near in ("next", "coming"):
            after = month_after(reference.year, reference.month)
            year = likely_year(number, None, after, side="ahead")
        else:
            year = likely_year(
                number, None, reference, side="past" if preposition == "since" else reading.side
            )
    return None if year is None else _months(dt.date(year, number, 1), 1, "month")


def plain_year(reading: Reading) -> Interval | None:
    """ "2014", "2014-15", "2014 to 2016"."""
    first, last = int(reading.parts["year"]), reading.parts.get("last")
    if last is None:
        return _year(first)
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return _year(first, end) if end >= first else None


def part_of_year(reading: Reading) -> Interval | None:
    """A half or a quarter; without a year it is the last that has begun, or the next if the words look ahead."""
    length = 6 if reading.unit == "half" else 3
    index = next(i for i, words in enumerate(ORDINALS) if reading.parts["ordinal"] in words.split())
    first, year, reference = index * length + 1, reading.year, reading.reference
    if first > 12:
        return None
    if year is None:
        if not reading.has_reference:
            return None
        year = reference.year
        if "same" not in reading.parts:
            if reading.side == "ahead":
                year += month_after(year, first, length) <= reference
            else:
                year -= dt.date(year, first, 1) > reference
    return _months(dt.date(year, first, 1), length, reading.unit)


def season(reading: Reading) -> Interval | None:
    """ "last summer", "the spring of 2014": three whole months, of the granularity of a quarter."""
    first, year = SEASONS[reading.parts["season"]], reading.year
    if year is None:
        if not reading.has_reference:
            return None
        year = reading.reference.year
        if reading.near == "last":
            year -= month_after(year, first, 3) > reading.reference
        elif reading.near == "next":
            year += dt.date(year, first, 1) <= reading.reference
    return _months(dt.date(year, first, 1), 3, "quarter")


def near_day(reading: Reading) -> Interval:
    """ "today", "last night", "tomorrow"."""
    steps = {"yesterday": -1, "last night": -1, "overnight": -1, "tomorrow": 1}
    steps |= {"the day before yesterday": -2, "the day after tomorrow": 2}
    return _days(reading.reference + steps.get(reading.parts["date"], 0) * ONE_DAY)


def weekday(reading: Reading) -> Interval | None:
    """ "Wednesday", "last Friday": the last one up to the reference, or the next if the words look ahead."""
    if "odd" in reading.parts or "name" in reading.parts:
        return None
    reference, number = reading.reference, WEEKDAYS.index(reading.parts["weekday"])
    back = (reference.weekday() - number) % 7
    if reading.near == "this":
        return _days(_week(reference)[0] + number * ONE_DAY)
    if reading.near in ("next", "coming"):
        return _days(reference + (7 - back) * ONE_DAY)
    if reading.near in ("last", "past"):
        return _days(reference - (back or 7) * ONE_DAY)
    # Of the reference's own day a text says "on Wednesday" too, be it past or to come.
    return _days(reference + (-back % 7 if reading.side == "ahead" else -back) * ONE_DAY)


def near_period(reading: Reading) -> Interval:
    """ "last week", "earlier this year", "the end of the month"."""
    reference = reading.reference
    step = {"last": -1, "next": 1, "coming": 1}.get(reading.near, 0)
    if reading.unit == "day":
        return _days(reference)
    if reading.unit == "week":
        return _week(reference + dt.timedelta(days=7 * step))
    if reading.unit == "month":
        return _months(month_after(reference.year, reference.month, step), 1, "month")
    if reading.unit == "quarter":
        first = (reference.month - 1) // 3 * 3 + 1
        return _months(month_after(reference.year, first, 3 * step), 3, "quarter")
    return _year(reference.year + step)


def weekend(reading: Reading) -> Interval:
    """ "the weekend", "next weekend": Saturday and Sunday."""
    saturday = _week(reading.reference)[0] + 5 * ONE_DAY
    if reading.near == "next":
        saturday += 7 * ONE_DAY
    elif reading.near == "last" or (
        reading.near == "the" and reading.side != "ahead" and reading.reference < saturday
    ):
        saturday -= 7 * ONE_DAY
    return _days(saturday, 2)


def counted(reading: Reading) -> Interval:
    """ "two weeks ago": the day, week, month or year that the count falls on."""
    steps = _number(reading.parts["number"]) * (-1 if reading.parts["way"] == "ago" else 1)
    if reading.unit in ("minute", "hour"):
        return _days(reading.reference)
    if reading.unit == "day":
        return _days(reading.reference + steps * ONE_DAY)
    if reading.unit == "week":
        return _week(reading.reference + 7 * steps * ONE_DAY)
    return _months_from(reading, steps)


def _months_from(reading: Reading, steps: int) -> Interval:
    reference = reading.reference
    if reading.unit == "year":
        return _year(reference.year + steps)
    first = month_after(reference.year, reference.month, steps * (3 if reading.unit == "quarter" else 1))
    return _months(first, 1, "month")


def stretch(reading: Reading) -> Interval | None:
    """ "the past two weeks": the time up to the reference, its day included, or from it on."""
    reference, unit = reading.reference, reading.unit
    if "number" not in reading.parts and (unit in ("minute", "hour", "day") or "plural" in reading.parts):
        return None  # "the coming weeks" are no certain time
    count, past = _number(reading.parts.get("number", "a")), reading.near in ("past", "last")
    if unit in ("month", "quarter", "year"):
        months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
        first = month_after(reference.year, reference.month, -months if past else months)
        length = (month_after(first.year, first.month) - first).days
        edge = first + (min(reference.day, length) - 1) * ONE_DAY
        return (edge, reference + ONE_DAY, unit) if past else (reference, edge, unit)
    days = {"week": 7 * count, "day": count, "hour": -(-count // 24), "minute": 1}[unit]
    start = reference + (1 - days) * ONE_DAY if past else reference
    return start, start + max(days, 1) * ONE_DAY, "week" if unit == "week" else "day"


def _days(start: dt.date, days: int = 1) -> Interval:
    return start, start + days * ONE_DAY, "day"


def _week(day: dt.date) -> Interval:
    start = day - day.weekday() * ONE_DAY
    return start, start + 7 * ONE_DAY, "week"


def _months(start: dt.date, count: int, granularity: str) -> Interval:
    return start, month_after(start.year, start.month, count), granularity


def _year(year: int, last: int | None = None) -> Interval:
    return dt.date(year, 1, 1), dt.date((last or year) + 1, 1, 1), "year"


def _number(words: str) -> int:
    """The value of digits, of an ordinal in digits, of a number word, of "a" or "a couple of"."""
    if digits := re.match(r"\d+", words):
        return int(digits[0])
    return NUMBERS.index(words) + 1 if words in NUMBERS else 2 if "couple" in words else 1
