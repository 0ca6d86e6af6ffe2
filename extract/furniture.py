"""What a line of a saved news page is: prose, a headline, or the furniture around them.

A line is judged by its look (length, last mark, small words) and by the phrases that sites use, of the table
``data/furniture.tsv``; there is no parse yet. Every pattern is anchored or bounded, and a long line is prose.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import Enum
from functools import cache

from extract.months import MONTH, month_number
from extract.tables import rows

LONGEST_FURNITURE = 240
"""Characters; a longer line is prose whatever it says."""

LONGEST_STAMP = 16
"""Words of a time stamp or a byline."""

LONGEST_HEADLINE = 25
"""Words; a longer line is prose even without a full stop."""

_WORDS = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE_END = re.compile(r"[.!?][\"'”’»)\]]{0,3}$")
_INNER_END = re.compile(r"[a-z]{3}[.!?][\"”’]? [A-Z\"“]")
_TEASER = re.compile(r"(?:…|\.\.\.|\[…\]|»|>>|\b(?:[Rr]ead|[Ss]ee|[Vv]iew|[Ll]earn) more)$|(?:[|·»].*){2}")
_ABBREVIATION = re.compile(r"(?:\b[A-Z]\.){1,4}$|\b(?:Inc|Co|Ltd|Corp|Jr|Sr|St|Mr|Mrs|Dr|Gov|Gen|Sen|Rep)\.$")
_MARKS = re.compile(r"[\s|•·●■□▲▼△▶►▷◀◁→←↑↓»«›‹>*#:!?.,…–—\-\[\](){}\"“”'’]+")
_SMALL_WORDS = frozenset(
    "a an and as at by for from in into of off on onto or our over per the this to up us via with you your".split()
)
_MENU_STARTS = frozenset(
    "about add all back click close contact copy download email enter find follow get go hide home join latest"
    " learn leave listen load log login manage menu more most my next open our photo photos pick play popular previous"
    " print read recommended register related report save search see select send share show sign skip sort submit"
    " subscribe support terms top trending tweet use video view visit watch what why write your".split()
)

_CREDIT = re.compile(
    r"[(\[]?\s?(?:(?i:(?:(?:file|handout|undated) )?(?:photo|image|picture|photograph|video|graphic|illustration)s?"
    r"(?: credit| courtesy)?\s?(?::|/|©|courtesy ))"
    r"|(?i:(?:file |handout )?(?:photo|image|picture|photograph|video|graphic|illustration)s? by )[A-Z]"
    r"|(?i:(?:additional |further )?(?:reporting|writing|editing|compiled|translated|edited) by )[A-Z]"
    r"|(?i:sources?|credits?):\s|©|\(c\) ?\d{4}|(?i:copyright)\s{1,2}(?:©|\([cC]\)|\d{4})|(?i:all rights reserved))"
)
_ADDRESS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,20}|\bhttps?://|\bwww\.\w|^(?:tel|phone|fax|e-?mail|contact)\b.{0,3}:",
    re.IGNORECASE,
)
_SITE_WORD = re.compile(
    r"\b(?:cookies?|newsletters?|java ?script|ad ?blocker|browser|subscri(?:be|ption|bers?)|privacy policy|inbox"
    r"|terms of (?:use|service)|log ?in|signed in|sign (?:in|up)|click|apps?|follow us"
    r"|(?:this|our) (?:site|website|page|journalism)|comments? (?:section|policy)|feedback|e ?mail address|password)\b"
)
# "US" and "U.S." are no "us".
_TO_THE_READER = re.compile(
    r"\b(?:[Yy]ou|[Yy]our|[Ww]e use|us|[Oo]ur|[Pp]lease)\b|^(?:Click|Enable|Download|Subscribe|Sign|Log|Follow)\b"
)
_END = re.compile(
    r"[(\[\s]*(?:end|ends)[)\]\s]*|#{2,}|-\s?30\s?-|\(?yonhap\)?"
    r"|(?:©|\(c\)|copyright\b).{0,120}(?:all )?rights reserved\b.{0,120}|all rights reserved\b.{0,120}"
    r"|copyright (?:©|\(c\)).{0,160}"
    r"|.{0,80}\bmay not be (?:published|reproduced|copied|redistributed)\b.{0,160}",
    re.IGNORECASE,
)
_ZONE = r"(?:GMT|UTC|KST|JST|IST|CET|CEST|EET|MSK|BST|EST|EDT|PST|PDT|ET|PT|[ECMP][SD]T)(?:\s?[+-]\d{1,2}(?::?\d\d)?)?"
_STAMP_DATE = re.compile(
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{{0,6}}\.?,?\s)?(?:"
    rf"(?P<month>{MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<month2>{MONTH}),?\s(?P<year2>\d{{4}})"
    r"|(?P<year3>\d{4})[-/.](?P<month3>\d{1,2})[-/.](?P<day3>\d{1,2})T?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})"
)
_STAMP_TIME = re.compile(
    rf"\d{{1,2}}[:.]\d\d(?::\d\d)?(?:\.\d+)?Z?(?:\s?[ap]\.?m\.?)?(?:\s?\(?{_ZONE}\)?)?|\d{{1,2}}\s?[ap]\.?m\.?"
    rf"|\b\d{{4}}\s?(?:hrs|GMT|UTC)\b|\b\d{{1,3}} (?:minutes?|hours?|days?) ago\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_STAMP_LABEL = re.compile(
    r"(?:(?:last|first|article|story|date|time|news)[\s-]{1,2}){0,2}"
    r"(?:published|updated?|posted|modified|created|issued|released|edited|revised|input|date|time)\b"
    r"(?: on| at|:){0,2}",
    re.IGNORECASE,
)
_STAMP_SMALL = re.compile(r"\b(?:updated|published|on|at|last|first|local|time)\b", re.IGNORECASE)
_BYLINE = re.compile(
    r"(?i:(?:written |story |text |report |words )?by)\s+[A-Z]|(?:[A-Z][\w.'-]+ ){2,3}\|"
    r"|.*\b(?:Reporter|Correspondent|Staff Writer)s?$"
)
_BYLINE_SMALL = frozenset("and by for in of with the de da van von der den bin al el la le at".split())


class Kind(Enum):
    """What a line is."""

    PROSE = "prose"
    HEADLINE = "headline"
    FRAGMENT = "fragment"
    """A few words without a sentence: a menu item, a heading, a button."""
    FURNITURE = "furniture"
    """What sites say to their readers, credits, addresses."""
    TIMESTAMP = "timestamp"
    BYLINE = "byline"
    END = "end"
    """The end of a report: "(END)", a line of rights."""


def kind_of(line: str) -> Kind:
    """The kind of a line, which is given without white space at its ends.

    >>> [kind_of(line).value for line in ("He resigned.", "Send Feedback", "Norway expels two Belarus diplomats")]
    ['prose', 'furniture', 'headline']
    """
    if len(line) > LONGEST_FURNITURE:
        return Kind.PROSE
    words = _WORDS.findall(line)
    if _END.fullmatch(line):
        return Kind.END
    if len(words) <= LONGEST_STAMP and _DIGIT.search(line) and _is_timestamp(line):
        return Kind.TIMESTAMP
    if not words:
        return Kind.FURNITURE
    if _is_furniture(line, words):
        return Kind.FURNITURE
    if _is_byline(line, words):
        return Kind.BYLINE
    return _by_look(line, words)


def _by_look(line: str, words: list[str]) -> Kind:
    small = [word for word in words if word[0].islower()]
    if _ends_a_sentence(line, words):
        # "Breaking News!", "Who We Are?": a call in capitals is no sentence.
        call = len(words) <= 4 and not small and not line.endswith((".", '"', "”", "’"))
        return Kind.FRAGMENT if call or len(words) < 2 else Kind.PROSE
    if (
        len(words) > LONGEST_HEADLINE
        or _INNER_END.search(line)
        or (len(words) >= 8 and line.endswith((":", ";", ",")))
    ):
        return Kind.PROSE
    if _TEASER.search(line):
        return Kind.FRAGMENT
    if len(words) >= 5:
        return Kind.HEADLINE
    # A short headline has a verb, and that is written small: "Norway expels diplomats", not "World News".
    verbs = [word for word in words[1:] if word[0].islower() and word not in _SMALL_WORDS]
    named = words[0][0].isupper() and words[0].lower() not in _MENU_STARTS
    return Kind.HEADLINE if len(words) >= 3 and verbs and named else Kind.FRAGMENT


def _ends_a_sentence(line: str, words: list[str]) -> bool:
    if not _SENTENCE_END.search(line):
        return False
    # "U.S.", "Washington, D.C." in a menu.
    return not (len(words) <= 4 and _ABBREVIATION.search(line) and all(word[0].isupper() for word in words))


def _is_furniture(line: str, words: list[str]) -> bool:
    plain = _MARKS.sub(" ", line.casefold()).strip()
    if _phrases().fullmatch(plain):
        return True
    if _CREDIT.match(line) and not (len(words) > 12 and _SENTENCE_END.search(line)):
        return True
    if len(words) <= 12 and _ADDRESS.search(line):
        return True
    quoted = '"' in line or "“" in line
    return (
        len(words) <= 40
        and not quoted
        and bool(_SITE_WORD.search(plain))
        and bool(_TO_THE_READER.search(line))
    )


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile(
        "|".join(f"(?:{row['pattern']})" for row in rows("furniture.tsv", ("pattern", "example")))
    )


def _is_timestamp(line: str) -> bool:
    """A date or a time with hardly a word beside it."""
    label = _STAMP_LABEL.match(line)
    rest, dates = _STAMP_DATE.subn(" ", line[label.end() :] if label else line)
    rest, times = _STAMP_TIME.subn(" ", rest)
    if not dates and not times:
        return False
    left = len(_WORDS.findall(_STAMP_SMALL.sub(" ", rest)))
    if line.endswith(".") and not label:
        return left == 0
    return left <= (4 if label else 2 if dates else 0)


def stamp_date(line: str) -> dt.date | None:
    """The first day that a time stamp names in full; None where it names none or day and month are not told apart.

    >>> stamp_date("All News 09:30 January 04, 2017")
    datetime.date(2017, 1, 4)
    """
    for match in _STAMP_DATE.finditer(line):
        year = match["year"] or match["year2"] or match["year3"]
        month, day = match["month"] or match["month2"], match["day"] or match["day2"]
        try:
            if month:
                return dt.date(int(year), month_number(month), int(day))
            if match["year3"]:
                return dt.date(int(year), int(match["month3"]), int(match["day3"]))
        except ValueError:
            continue
    return None


def _is_byline(line: str, words: list[str]) -> bool:
    if not _BYLINE.match(line) or len(words) > LONGEST_STAMP or line.endswith((".", "!", "?")):
        return False
    return all(word[0].isupper() or word in _BYLINE_SMALL for word in words)
