"""Datelines: where, when and through which agency a report was filed, before its first words.

The forms are those of the agencies: ``SEOUL, Jan. 4 (Agency) --``, ``NAIROBI, Kenya —``, ``PARIS –``,
``MOSCOW, June 5. /AGENCY/.``, ``(Agency) -``, ``ISLAMABAD:``.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from extract.months import MONTH, likely_year, month_number

LONGEST = 160
"""Characters within which a dateline ends."""

AGENCIES = frozenset(
    "AFP ANI ANSA AP BBC BERNAMA CNN DPA EFE IANS IRNA ISNA KCNA KUNA KYODO LUSA PTI REUTERS RFE/RL TASS UPI VOA WAFA"
    " XINHUA YONHAP".split()
)
"""Agencies that may stand beside a place that is not in capitals, or after a comma ("BEIJING, Xinhua —")."""

BARE_AGENCIES = frozenset("AFP AP CNN KYODO REUTERS TASS UPI XINHUA YONHAP".split())
"""Agencies that may stand without any mark after them ("Seoul (CNN)The two sides")."""

LABELS = frozenset(
    "MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY ANALYSIS BREAKING BRIEF BRIEFING COLUMN COMMENTARY"
    " CORRECTED CORRECTION EDITORIAL EXCLUSIVE EXPLAINER FACTBOX INTERVIEW LIVE NOTE OPINION PHOTOS POSTED PROFILE"
    " PUBLISHED REPORT REVIEW STATEMENT SUMMARY SURVEY TIMELINE TRANSCRIPT UPDATE UPDATED URGENT VIDEO WATCH"
    " WRAPUP".split()
)
"""Words in capitals before a colon or a dash that are no places; they are cut as well."""

SHORT_CITIES = frozenset(
    "ADEN APIA BAKU BERN BONN CALI DILI DOHA GAZA GOMA HOMS JUBA KANO KIEV KYIV LIMA LOME LVIV MALE NICE OSLO RIGA ROME"
    " SANA SUVA".split()
)
"""Cities of four letters; other words in capitals as short as that are acronyms ("NATO — the alliance")."""

_WORD = r"[^\W\d_][\w.'’-]{0,24}"
_PLACE = rf"{_WORD}(?:[ /]{_WORD}){{0,3}}(?:,[ ]{_WORD}(?:[ ]{_WORD}){{0,3}}){{0,2}}"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_DATE = (
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{{0,6}}\.?,?[ ])?"
    rf"(?:(?P<month>{MONTH})[ ](?P<day>{_DAY})|(?P<day2>{_DAY})[ ](?P<month2>{MONTH}))(?:,?[ ](?P<year>{_YEAR}))?(?!\d)"
)
_AGENCY = r"\((?P<agency>[^()\n]{2,40})\)|/(?P<slashed>[A-Z][^/\n]{1,30})/\.?"
_WEEKDAY = re.compile(r",[ ](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?$")
_FORM = re.compile(
    rf"\s{{0,4}}(?P<place>{_PLACE})?(?:(?:,?[ ])?{_DATE})?"
    rf"(?:[.,]?\s{{0,2}}(?:{_AGENCY})(?P<mark>\s?(?:--+|—|–)\s{{0,2}}|[ ][-_][ ]|\s{{0,2}})"
    r"|(?P<bare_mark>[ ]?(?:--+|—|–)\s{0,2}|[ ]-[ ]|:[ ]))"
)
_SMALL = frozenset("al and au da de del des di do du el en es la las le los of on san sur the y".split())

_KEPT = frozenset("DC DRC UAE UK US USA".split())


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline says; ``end`` is where the first sentence begins. Any part may be missing."""

    end: int
    place: str | None
    date: dt.date | None
    agency: str | None


def find_dateline(text: str, start: int, end: int, *, reference: dt.date | None) -> Dateline | None:
    """The dateline with which ``text[start:end]`` begins, None where it begins with its first sentence.

    ``reference`` tells the year of a date without one; a date stays unknown where both are missing.

    >>> find_dateline("OSLO, March 4 (Fjord Wire) -- Norway left.", 0, 42, reference=dt.date(2024, 3, 5))
    Dateline(end=30, place='Oslo', date=datetime.date(2024, 3, 4), agency='Fjord Wire')
    """
    head = text[start : min(end, start + LONGEST)]
    match = _FORM.match(head)
    if match is None or match.end() == len(head):
        return None
    place, agency = _WEEKDAY.sub("", match["place"] or ""), match["agency"] or match["slashed"]
    if not agency and ", " in place and place.rsplit(", ", 1)[1].upper() in AGENCIES:
        place, agency = place.rsplit(", ", 1)
    if not _convinces(place, agency, match):
        return None
    # After "CITY (Agency) --" nothing else can follow than the report; after less, a sentence must.
    certain = agency and match["mark"] and not match["mark"].isspace() and place.isupper()
    if not certain and not _begins_a_sentence(head[match.end() :]):
        return None
    if place.upper() in LABELS:
        place = ""
    return Dateline(start + match.end(), _written(place), _date(match, reference), agency)


def _begins_a_sentence(after: str) -> bool:
    first = after.lstrip("\"'“‘«([")[:1]
    return first.isupper() or first.isdigit()


def _convinces(place: str, agency: str | None, match: re.Match[str]) -> bool:
    """Whether the parts are a dateline, not the first words of a sentence with a dash, colon or bracket."""
    words = re.split(r"[ ,/]+", place) if place else []
    if any(not word[0].isupper() and word not in _SMALL for word in words) or (words and words[-1] in _SMALL):
        return False
    city = place.split(",")[0]
    capitals = city.isupper() and len(city) > 1
    dated = bool(match["month"] or match["month2"])
    if agency:
        known = agency.split()[0].upper()
        if not match["mark"] or match["mark"].isspace():
            return bool(match["slashed"]) or known in BARE_AGENCIES
        return known in AGENCIES or (agency[0].isupper() and (capitals or dated or not words))
    if not words:
        return False
    acronym = len(re.sub(r"\W", "", city)) < 5 and city not in SHORT_CITIES and "," not in place
    return dated or (capitals and (not acronym or city in LABELS))


def _date(match: re.Match[str], reference: dt.date | None) -> dt.date | None:
    month, day = match["month"] or match["month2"], match["day"] or match["day2"]
    if not month:
        return None
    number, year = month_number(month), match["year"] and int(match["year"])
    if not year:
        # A report is not dated ahead of its publication, save by a time zone.
        year = reference and likely_year(number, int(day), reference + dt.timedelta(days=1), side="past")
    try:
        return dt.date(year, number, int(day)) if year else None
    except ValueError:
        return None


def _written(place: str) -> str | None:
    """The place as running text writes it; of several cities the first.

    >>> _written("RIO DE JANEIRO"), _written("N'DJAMENA, Chad"), _written("SEOUL/TOKYO")
    ('Rio de Janeiro', "N'Djamena, Chad", 'Seoul')
    """
    city = place.split("/")[0]
    return re.sub(r"[^\W\d_]{2,}", _letters, city) or None


def _letters(match: re.Match[str]) -> str:
    letters = match[0]
    if not letters.isupper() or letters in _KEPT:
        return letters
    return letters.lower() if letters.lower() in _SMALL and match.start() else letters.capitalize()
