"""Which parts of a text are the report: its headline and paragraphs, without what the page puts around them.

Works on plain text alone: lines, the blank lines between them, and the look of each line (``extract.furniture``).
Nothing is changed or moved: a block is a pair of offsets into the text as it is given.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.datelines import Dateline, find_dateline
from extract.furniture import Kind, kind_of, stamp_date
from extract.model import Document, Span
from extract.paragraphs import paragraphs

MAX_BLOCK = 20_000
"""Characters of a block; a longer paragraph is cut, for a parser takes a gigabyte for 100,000."""

PROSE_WORDS = 8
"""Words of a paragraph that shows that the text is an article, not a list of headlines."""

REACH = 12
"""Lines between a headline and the first paragraph: buttons, a byline, a time stamp."""


@dataclass(frozen=True, slots=True)
class Block:
    """Part of a document that is parsed as one; ``kind`` is ``title`` for a headline, else ``prose``."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a document in order, and what its headline, dateline and time stamp tell."""

    blocks: tuple[Block, ...]
    title: Span | None = None
    place: str | None = None
    date: dt.date | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A line, or the lines of a wrapped paragraph, without the white space around it."""

    start: int
    end: int
    kind: Kind
    words: int


def segments(document: Document) -> Layout:
    """What of ``document.text`` is to be parsed.

    A text of one paragraph is one prose block, whatever it looks like. In an article the paragraphs are prose and
    the line above them is the headline; a text without paragraphs is a list of headlines. A dateline is cut from
    the start of its block, credits from its end. A date without a year takes it from the document's date or a time
    stamp.
    """
    text = document.text
    parts = list(_parts(text))
    stamps = (stamp_date(text[part.start : part.end]) for part in parts if part.kind is Kind.TIMESTAMP)
    stamped = next((date for date in stamps if date), None)
    titles, prose = _chosen(document, parts) if len(parts) > 1 else ([], parts)
    datelines: list[Dateline] = []
    blocks = [Block(*_headline(text, part), "title") for part in titles]
    for part in prose:
        blocks.extend(_prose(text, part, document.date or stamped, datelines))
    blocks.sort(key=lambda block: block.start)
    title = next((block for block in blocks if block.kind == "title"), None)
    first = datelines[0] if datelines else Dateline(0, None, None, None)
    return Layout(
        blocks=tuple(blocks),
        title=Span(text[title.start : title.end], title.start, title.end) if title else None,
        place=first.place,
        date=first.date or stamped,
        agency=first.agency,
    )


def _chosen(document: Document, parts: Sequence[_Part]) -> tuple[list[_Part], list[_Part]]:
    """The headlines and the paragraphs of a text of several lines."""
    prose = _before_the_end(document.text, parts)
    headlines = [part for part in parts if part.kind is Kind.HEADLINE]
    long = [part for part in prose if part.words >= PROSE_WORDS]
    # One sentence above twenty headlines is no article, forty links below a short article are no list.
    if not long or 4 * sum(p.words for p in prose) < sum(p.words for p in headlines):
        if not headlines and not prose:
            headlines = [part for part in parts if part.kind is Kind.FRAGMENT and part.words >= 3]
        return headlines, prose
    titles = _titles(document, parts, long[0])
    return titles, [part for part in prose if part not in titles]


def _before_the_end(text: str, parts: Sequence[_Part]) -> list[_Part]:
    """The paragraphs up to the end mark of the report; what follows it is another page's, unless it is more."""
    kept: list[_Part] = []
    later: list[_Part] = []
    ended = False
    for part in parts:
        if part.kind is Kind.END:
            ended = bool(kept)
        elif part.kind is Kind.PROSE:
            if ended and find_dateline(text, part.start, part.end, reference=None):
                kept.append(part)
                ended = False
            else:
                (later if ended else kept).append(part)
    if sum(part.words for part in later) > sum(part.words for part in kept):
        return sorted(kept + later, key=lambda part: part.start)
    return kept


def _titles(document: Document, parts: Sequence[_Part], first: _Part) -> list[_Part]:
    """The headline of an article, and a second one right under it, by the first paragraph ``first``."""
    text = document.text
    if document.title:
        wanted = _plain(document.title)
        named = [part for part in parts if _plain(text[slice(*_headline(text, part))]) == wanted]
        if named:
            return named[:1]
    above = [part for part in parts if part.start < first.start][-REACH:]
    headlines = [i for i, part in enumerate(above) if part.kind is Kind.HEADLINE]
    if not headlines:
        # "Kenya, Ethiopia Sign Pact": too short to tell from a menu, but alone above the report.
        last = next((part for part in reversed(above) if part.kind not in _BETWEEN), None)
        return [last] if last and last.kind is Kind.FRAGMENT and last.words >= 3 else []
    run = [headlines[-1]]
    while run[0] - 1 in headlines:
        run.insert(0, run[0] - 1)
    # Three headlines in a row are links, of which the last may be the report's own.
    chosen = [above[i] for i in (run if len(run) <= 2 else run[-1:])]
    repeated = len(chosen) == 2 and len({_plain(text[part.start : part.end]) for part in chosen}) == 1
    return chosen[:1] if repeated else chosen


_BETWEEN = frozenset({Kind.TIMESTAMP, Kind.BYLINE, Kind.FURNITURE, Kind.END})


def _plain(line: str) -> str:
    return " ".join(re.findall(r"\w+", line.casefold()))


_BEFORE_TITLE = re.compile(
    r"(?:\s?\((?:\d\w\w )?(?:LEAD|LD|URGENT|UPDATE|EDITORIAL|News Focus|Yonhap[\w ]{1,20}|\w{2,4} LEAD|\w{2,4} LD)\)"
    r"|(?:UPDATE|WRAPUP|RPT|REFILE|CORRECTED) ?\d{0,2}-|(?:BREAKING|EXCLUSIVE|UPDATE|LIVE|URGENT|WATCH):)\s?",
    re.IGNORECASE,
)
_AFTER_TITLE = re.compile(
    r"\s(?:\|\s[^|]{2,40}|[-–—]\s[^-–—|]{0,30}\b(?:News|Times|Post|Agency|Herald|Guardian|Tribune|Journal|Reuters"
    r"|AP|AFP|BBC|CNN|Online|Wire|Daily|Today|Monitor|Observer|Chronicle|Gazette|Ledger)(?: [A-Z]\w{1,15})?)$"
)


def _headline(text: str, part: _Part) -> tuple[int, int]:
    """The headline without "(LEAD)" before it and the site's name after it."""
    start, end = part.start, part.end
    if before := _BEFORE_TITLE.match(text, start, end):
        start = before.end() if before.end() < end else start
    if end - start <= 300 and (after := _AFTER_TITLE.search(text[start:end])):
        end = start + after.start() if after.start() else end
    return start, end


_BULLET = re.compile(r"[•*▲△■□◆●▶-]\s{1,3}")
_CREDITS = re.compile(
    r"\s{0,4}(?:\((?:(?:Additional |Further )?(?:Reporting|Writing|Editing|Compiled|Translated|Edited|Written) by\b"
    r"[^()]{0,300}|END|ENDS|Yonhap|AP|AFP|Reuters|Xinhua|TASS|Kyodo|EPA|PHOTO NOT FOR SALE)\)"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,20})\s{0,4}$"
)


def _prose(text: str, part: _Part, reference: dt.date | None, datelines: list[Dateline]) -> Iterator[Block]:
    """The blocks of a paragraph; a dateline among the first paragraphs is added to ``datelines``."""
    start, end = part.start, part.end
    if bullet := _BULLET.match(text, start, end):
        start = bullet.end()
    found = find_dateline(text, start, end, reference=reference)
    # A word in capitals before a colon is a place only once, at the head of a report; else it is a speaker.
    if found and not (datelines and text[start : found.end].rstrip().endswith(":")):
        datelines.append(found)
        start = found.end
    while start < end:
        cut = _cut(text, start, end)
        if not text[start:cut].isspace():
            yield Block(start, cut, "prose")
        start = cut


def _cut(text: str, start: int, end: int) -> int:
    """Where a block from ``start`` on ends: at ``end``, or where a sentence or at least a word ends before it."""
    if end - start <= MAX_BLOCK:
        return end
    last = start + MAX_BLOCK
    for mark in (". ", ".\n", "\n", " "):
        if (at := text.rfind(mark, last - MAX_BLOCK // 2, last)) >= 0:
            return at + len(mark)
    return last


def _parts(text: str) -> Iterator[_Part]:
    """The lines of ``text``, the lines of a wrapped paragraph as one."""
    known: dict[str, tuple[Kind, int, int]] = {}
    for start, end in paragraphs(text):
        line = text[start:end]
        if line not in known:
            known[line] = _seen(line)
        kind, words, length = known[line]
        yield _Part(start, start + length, kind, words)


def _seen(line: str) -> tuple[Kind, int, int]:
    """The kind of a paragraph, its words, and its length without the credits at its end."""
    bare = line
    while bare.endswith((")", "END", *"abcdefghijklmnopqrstuvwxyz")) and (
        credit := _CREDITS.search(bare[-400:])
    ):
        bare = bare[: max(len(bare) - 400, 0) + credit.start()].rstrip()
    bare = bare or line
    kind = kind_of(" ".join(bare.split()))
    if kind in (Kind.HEADLINE, Kind.FRAGMENT) and "(" in bare:
        found = find_dateline(bare, 0, len(bare), reference=None)
        kind = Kind.PROSE if found and found.agency else kind
    return kind, bare.count(" ") + bare.count("\n") + 1, len(bare)
