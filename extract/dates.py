"""When: the dates that a text names, resolved to intervals of days.

What is relative ("on Wednesday", "in November", "last year") is resolved against a reference, the day on which
the text was written, and left out where there is none. What hangs on another event ("the next day") is not a
date of its own and is left out as well, as is what names no single time ("every Friday", "the 2015 treaty").
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extract import intervals
from extract.intervals import Interval, Reading
from extract.model import Span, When
from extract.months import FULL_MONTH, MONTH

LOOK_BACK = 90
"""Characters before a date in which a word may say that it lies ahead."""

Rule = Callable[[Reading], Interval | None]

# Spaces are bounded, so that no text makes a pattern slow.
_S = r"\s{1,3}"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)"
_YEAR = r"(?:1[5-9]|20)\d\d(?![\d:%]|[.,]\d)"
_SHORT_DAY = rf"(?:(?=[MTWFS])(?i:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[A-Za-z]{{0,6}}[.,]{{0,2}}{_S})?"
_PART = rf"(?:(?i:early|earlier|mid|late|later)[-\s]{{1,2}}(?:(?i:in){_S})?)?"
_OF = rf"(?:(?i:of){_S})?"
_THE = rf"(?:(?i:the){_S})?"
_OF_YEAR = rf",?{_S}{_OF}(?:(?P<year>{_YEAR})|(?i:(?P<which>last|this|next){_S}year))"
_NUMBER = rf"(?i:(?P<number>\d{{1,3}}|{'|'.join(intervals.NUMBERS)}|an?(?:{_S}couple{_S}of)?))"
_NEAR = rf"(?i:(?P<near>last|this|next|coming|past|this{_S}past|this{_S}coming))"
_UNIT = r"(?i:(?P<unit>week|month|quarter|year))"
_UNIT_OR_DAY = r"(?i:(?P<unit>day|week|month|quarter|year))"
_UNITS = r"(?i:(?P<unit>minute|hour|day|week|month|quarter|year)(?P<plural>s)?)"
_SEASON = rf"(?i:(?P<season>{'|'.join(intervals.SEASONS)}))"
_ORDINAL = rf"(?i:(?P<ordinal>{'|'.join(' '.join(intervals.ORDINALS).split())}))"
_IN = r"(?i:in|since|by|until|till|during|from|before|after|of|for|through|between|to|and)"
_IN_YEAR = rf"(?i:in|since|by|until|till|during|from|before|after|through|between|year|(?:end|start|beginning){_S}of)"
_COUNTED = (
    rf"(?!{_S}(?i:people|persons|men|women|children|soldiers|troops|civilians|fighters|protesters|prisoners"
    r"|refugees|migrants|workers|families|homes|houses|villages|countries|states|cases|deaths|members|tons"
    r"|tonnes|miles|kilometers|kilometres|km|meters|metres|euros|dollars|percent|per|million|billion|gmt|hours)\b)"
)

_TELLING = re.compile(
    r"\b(?:(?P<ahead>will|shall|would|upcoming|ahead\s+of|(?:is|are|due|set|scheduled|expected|plans?|planned|planning"
    r"|going|agreed|vowed|pledged|wants?|hopes?|ready)\s+to|(?:due|scheduled|planned|expected|slated)\s+(?:for|on|in)"
    r"|(?:by|until|till|starting|beginning)\s+(?:in\s+|on\s+)?$)"
    r"|said|says|told|tells|added|was|were|had|did|since|after)(?:\b|$)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;]\s+(?=[A-Z“\"])")


_OPENING = re.compile(r"\b(since|from|between|until|till)\s{1,3}(?:late\s|early\s|the\s)?$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s{1,3}(?:to|until|till|through|and)\s{1,3}(?:on\s)?", re.IGNORECASE)
ANNIVERSARIES = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ANNIVERSARY = re.compile(
    rf"\b(?:the\s)?(?:(?P<number>\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(ANNIVERSARIES)})\s)?anniversary\sof\b",
    re.IGNORECASE,
)
_OF_A_THING = re.compile(
    r"(?:\bborn|\bsince\s(?:his|her|its|their)\s[^,.;]{1,40})\s(?:in|on)\s$", re.IGNORECASE
)
"""Words before the date of something else than the event: a birth, an election."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A date in a text: where its words stand, and its interval."""

    start: int
    end: int
    interval: Interval


def _pattern(words: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """``words`` are what the date covers; ``before`` and ``after`` must stand beside it."""
    return re.compile(rf"(?<![\w$€£#]){before}(?P<date>{words})(?!\w){after}")


_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_pattern(r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d\d)(?P=sep)(?P<day>\d\d)"), intervals.iso_day),
    (
        _pattern(r"(?P<one>\d{1,2})(?P<sep>[-/.])(?P<two>\d{1,2})(?P=sep)(?P<year>\d{4})"),
        intervals.slashed_day,
    ),
    (_pattern(rf"{_THE}(?P<decade>(?:1[5-9]|20)\d0)s"), intervals.decade),
    (
        _pattern(rf"{_THE}(?i:(?P<near>first|last)){_S}{_NUMBER}{_S}(?i:months)(?:{_OF_YEAR})"),
        intervals.months_of_year,
    ),
    (_pattern(rf"(?i:the){_S}{_UNIT}{_S}(?i:before){_S}(?i:last)"), intervals.before_last),
    (
        _pattern(
            rf"{_SHORT_DAY}(?P<month>{MONTH}){_S}(?P<day>{_DAY})(?:\s?[-–]\s?(?P<to>{_DAY}))?{_COUNTED}(?:{_OF_YEAR})?"
        ),
        intervals.day_of_month,
    ),
    (
        _pattern(
            rf"{_SHORT_DAY}{_THE}(?P<day>{_DAY})(?:\s?[-–]\s?(?P<to>{_DAY}))?{_S}{_OF}(?P<month>{MONTH})(?:{_OF_YEAR})?"
        ),
        intervals.day_of_month,
    ),
    (_pattern(rf"{_PART}(?P<month>{MONTH}){_OF_YEAR}", after=_COUNTED), intervals.month),
    (
        _pattern(rf"{_PART}(?:{_NEAR}{_S})?(?P<month>{FULL_MONTH})", before=rf"(?P<prep>{_IN}){_S}"),
        intervals.month,
    ),
    (_pattern(rf"(?i:early|mid|late)[-\s](?P<month>{FULL_MONTH})"), intervals.month),
    (_pattern(rf"{_NEAR}{_S}(?P<month>{FULL_MONTH})"), intervals.month),
    (
        _pattern(
            rf"{_PART}(?P<year>{_YEAR})(?:\s?[-–]\s?(?P<last>{_YEAR}|\d\d(?!\d)))?",
            before=_IN_YEAR + _S,
            after=_COUNTED,
        ),
        intervals.plain_year,
    ),
    (
        _pattern(
            rf"(?P<year>{_YEAR}){_S}(?:to|and|until|through){_S}(?P<last>{_YEAR})",
            before=rf"(?i:from|between){_S}",
        ),
        intervals.plain_year,
    ),
    (_pattern(rf"(?i:early|mid|late)[-\s](?P<year>{_YEAR})", after=_COUNTED), intervals.plain_year),
    (
        _pattern(
            rf"{_THE}{_ORDINAL}{_S}(?i:(?P<unit>half|quarter))(?:{_OF_YEAR}|(?P<same>{_S}(?i:of{_S}the{_S}year)))?",
            after=rf"(?!{_S}(?i:of)\b)",
        ),
        intervals.part_of_year,
    ),
    (_pattern(rf"(?i:(?P<near>last|this|next)){_S}{_SEASON}"), intervals.season),
    (_pattern(rf"{_THE}{_SEASON}{_S}{_OF}(?P<year>{_YEAR})"), intervals.season),
    (
        _pattern(
            rf"(?i:today|tonight|overnight|yesterday|tomorrow|last{_S}night|this{_S}(?:morning|afternoon|evening)"
            rf"|the{_S}day{_S}before{_S}yesterday|the{_S}day{_S}after{_S}tomorrow)"
        ),
        intervals.near_day,
    ),
    (
        _pattern(
            rf"(?:{_NEAR}{_S})?(?P<weekday>(?=[MTWFS])(?i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))(?![A-Za-z])"
            rf"(?:{_S}(?i:morning|afternoon|evening|night))?",
            before=rf"(?:(?i:(?P<odd>every|each|a|one|most|bloody|black|good|easter|palm|super)){_S})?",
            after=rf"(?P<name>{_S}(?:Times|Telegraph|Mail|Express|Mirror|Post|Herald|Observer|Independent))?",
        ),
        intervals.weekday,
    ),
    (_pattern(rf"{_PART}(?i:(?P<near>last|this|next|coming)){_S}{_UNIT}"), intervals.near_period),
    (
        _pattern(
            rf"{_THE}(?i:beginning|start|middle|end){_S}(?i:of){_S}(?i:(?P<near>the|last|this|next)){_S}{_UNIT_OR_DAY}"
        ),
        intervals.near_period,
    ),
    (_pattern(rf"(?i:earlier|later){_S}(?i:in){_S}(?i:the){_S}{_UNIT_OR_DAY}"), intervals.near_period),
    (_pattern(rf"(?i:(?P<near>last|this|next|coming|the)){_S}(?i:weekend)"), intervals.weekend),
    (_pattern(rf"{_NUMBER}{_S}{_UNITS}{_S}(?i:(?P<way>ago|from{_S}now))"), intervals.counted),
    (
        _pattern(rf"(?i:the){_S}(?i:(?P<near>past|last|next|coming)){_S}(?:{_NUMBER}{_S})?{_UNITS}"),
        intervals.stretch,
    ),
)
_WITHOUT_REFERENCE = (
    intervals.iso_day,
    intervals.slashed_day,
    intervals.decade,
    intervals.months_of_year,
    intervals.day_of_month,
    intervals.month,
    intervals.plain_year,
    intervals.part_of_year,
    intervals.season,
)
"""What needs no reference where the year is written."""


def find_dates(text: str, *, reference: dt.date | None, offset: int = 0) -> list[tuple[Span, When]]:
    """The dates of ``text`` in order, each with its words; ``offset`` is added to their positions.

    A preposition is not part of the words ("November" in "in November"). Where two readings overlap, the one that
    begins first and then the longer one holds.

    >>> found = find_dates("It met on Monday and in May 2023.", reference=dt.date(2024, 3, 6))
    >>> [(span.text, str(when.start), when.granularity) for span, when in found]
    [('Monday', '2024-03-04', 'day'), ('May 2023', '2023-05-01', 'month')]
    """
    found: list[_Found] = []
    reached = 0
    for start, _, match, rule in sorted(_matches(text), key=lambda candidate: candidate[:2]):
        if start < reached:
            continue
        reached = match.end("date")
        interval = _interval(match, rule, reference)
        if interval and not _OF_A_THING.search(text, max(0, start - LOOK_BACK), start):
            found.append(_Found(start, reached, interval))
    return [
        (
            Span(text[one.start : one.end], one.start + offset, one.end + offset),
            When(*one.interval, "expression"),
        )
        for one in _joined(found, text, reference)
    ]


def _joined(found: list[_Found], text: str, reference: dt.date | None) -> Iterator[_Found]:
    """The dates with those made one that bound a stretch of time: "from May 2 to June 4", "since March"."""
    waiting = iter(range(len(found)))
    for i in waiting:
        one, other = found[i], found[i + 1] if i + 1 < len(found) else None
        before = text[max(0, one.start - LOOK_BACK) : one.start]
        opening = _OPENING.search(before)
        word = opening[1].lower() if opening else ""
        if (
            opening
            and other
            and _BETWEEN.fullmatch(text, one.end, other.start)
            and word in {"from", "between"}
        ):
            next(waiting)
            yield _stretched(one, other, opening)
        elif opening and word == "since" and reference is not None and one.interval[0] <= reference:
            interval = (one.interval[0], reference + intervals.ONE_DAY, one.interval[2])
            yield _Found(one.start - len(opening[0]), one.end, interval)
        elif opening and word in {"until", "till"} and reference is not None and one.interval[0] > reference:
            yield _Found(one.start - len(opening[0]), one.end, (reference, one.interval[1], one.interval[2]))
        else:
            yield _commemorated(one, text, reference)


def _stretched(one: _Found, other: _Found, opening: re.Match[str]) -> _Found:
    """From the beginning of one date to the end of another; a weekday is the next one after the first."""
    end = other.interval[1]
    week = dt.timedelta(days=7)
    while other.interval[2] == "day" and end - week > one.interval[0] and end - one.interval[0] > week:
        if (end - one.interval[0]).days > 14:
            break
        end -= week
    if end <= one.interval[0]:
        return one
    return _Found(one.start - len(opening[0]), other.end, (one.interval[0], end, one.interval[2]))


def _commemorated(one: _Found, text: str, reference: dt.date | None) -> _Found:
    """The day of an anniversary: of "the 20th anniversary of the coup of September 1, 1969" one in 1989."""
    matches = list(_ANNIVERSARY.finditer(text, max(0, one.start - LOOK_BACK), one.start))
    match = matches[-1] if matches else None
    start, end, granularity = one.interval
    if match is None or granularity != "day" or _SENTENCE_END.search(text, match.end(), one.start):
        return one
    number = re.match(r"\d+", match["number"] or "")
    words = (match["number"] or "").lower()
    if number:
        years = int(number[0])
    elif words in ANNIVERSARIES:
        years = ANNIVERSARIES.index(words) + 1
    elif reference is not None:
        years = reference.year - start.year
    else:
        return one
    moved = start.replace(year=start.year + years)
    return _Found(match.start(), one.end, (moved, moved + (end - start), "day"))


def _matches(text: str) -> Iterator[tuple[int, int, re.Match[str], Rule]]:
    lower = text.lower()
    there = {need: any(word in lower for word in need) for need in _NEEDS}
    for pattern, rule, need in _NEEDED:
        if need is None or there[need]:
            for match in pattern.finditer(text):
                yield match.start("date"), -match.end("date"), match, rule


_DIGITS = tuple("0123456789")
_UNITS_NAMED = tuple("week month quarter year half day hour minute".split())
_MONTHS_NAMED = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_WEEKDAYS_NAMED = ("day",)
_SEASONS_NAMED = tuple(intervals.SEASONS)
_NEEDS = (_DIGITS, _UNITS_NAMED, _MONTHS_NAMED, _WEEKDAYS_NAMED, _SEASONS_NAMED)
"""Of which a text must hold one for some rule to match at all; most sentences hold few of them."""


def _need(pattern: re.Pattern[str]) -> tuple[str, ...] | None:
    """Which of :data:`_NEEDS` the named parts of a rule ask for."""
    parts = pattern.groupindex.keys()
    if parts & {"sep", "decade"}:
        return _DIGITS
    for part, need in (
        ("weekday", _WEEKDAYS_NAMED),
        ("season", _SEASONS_NAMED),
        ("unit", _UNITS_NAMED),
        ("month", _MONTHS_NAMED),
        ("year", _DIGITS),
    ):
        if part in parts:
            return need
    return None


_NEEDED = tuple((pattern, rule, _need(pattern)) for pattern, rule in _RULES)


def _interval(match: re.Match[str], rule: Rule, reference: dt.date | None) -> Interval | None:
    """None where the reference is missing, the calendar has no such day ("June 31") or the words are no date."""
    if reference is None and rule not in _WITHOUT_REFERENCE:
        return None
    parts = {name: " ".join(words.lower().split()) for name, words in match.groupdict().items() if words}
    side = _side(match.string, match.start("date"))
    try:
        return rule(Reading(parts, reference or dt.date.min, side, reference is not None))
    except (ValueError, OverflowError):
        return None


def _side(text: str, start: int) -> str | None:
    """``ahead`` where the last telling word before ``start`` in its sentence looks ahead ("will meet on Friday")."""
    before = _SENTENCE_END.split(text[max(0, start - LOOK_BACK) : start])[-1]
    telling = [match["ahead"] for match in _TELLING.finditer(before)]
    return "ahead" if telling and telling[-1] else None
