"""Texts with marks, ``{words|answer}``: whom the words stand for, as a reader would code it.

An answer is ``CODE`` or ``CODE/SECTOR``, several joined by ``+``; with ``=`` and the name where it matters; ``-``
where the words stand for no actor or nobody can tell; ``place`` where they are a place and act in no event.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract.boilerplate import segments
from extract.coreference import Cast
from extract.events import Coder
from extract.model import GENERIC_TYPES, UNKNOWN, ActorMention, Document, Event, Place
from extract.parsed import Parsed, Token, conjuncts
from extract.pipeline import Extractor
from extract.places import Places

_MARK = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a text, where they stand, and the answer to whom they stand for."""

    words: str
    start: int
    end: int
    answer: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the extractor says of a mark."""

    mark: Mark
    actors: tuple[ActorMention, ...]
    acting: bool
    """Whether the words are source or target of an event."""

    @property
    def given(self) -> str:
        return "+".join(sorted({_written(m) for m in self.actors})) or "-"

    @property
    def right(self) -> bool:
        answer = self.mark.answer
        if answer == "place":
            return not self.acting
        if answer == "-":
            return not any(m.actor.code != UNKNOWN for m in self.actors)
        wanted = answer.split("+")
        return (
            all(any(_fits(w, m) for m in self.actors) for w in wanted)
            and all(any(_fits(w, m) for w in wanted) for m in self.actors)
        ) or (wanted == [UNKNOWN] and not self.actors)


def unmarked(text: str) -> tuple[str, list[Mark]]:
    """The text without its marks, and the marks by their offsets in it.

    >>> unmarked("{It|PER} left.")
    ('It left.', [Mark(words='It', start=0, end=2, answer='PER')])
    """
    pieces, marks, done, length = [], [], 0, 0
    for match in _MARK.finditer(text):
        pieces += [text[done : match.start()], match[1]]
        start = length + match.start() - done
        length = start + len(match[1])
        marks.append(Mark(match[1], start, length, match[2]))
        done = match.end()
    return "".join([*pieces, text[done:]]), marks


def answers(extractor: Extractor, text: str, *, date: str = "", dateline: str = "") -> list[Found]:
    """Whom the extractor takes the marked words of a text to stand for, in a document of that date and place."""
    plain, marks = unmarked(text)
    day = dt.date.fromisoformat(date) if date else None
    document = Document("marked", plain, date=day, place=dateline or None)
    layout = segments(document)
    place = document.place or layout.place
    cast = Cast(extractor.finder, date=day or layout.date, place=place)
    found: dict[Mark, tuple[ActorMention, ...]] = {}
    events: list[Event] = []
    for block in layout.blocks:
        doc = extractor.parser.parse(plain[block.start : block.end])
        coder: Coder = extractor.enter(cast, replace(document, date=day or layout.date), block.start, doc)
        for number, sentence in enumerate(doc.sents, 1):
            events.extend(coder.code(sentence, number))
            inside = [
                m
                for m in marks
                if block.start + sentence.start_char <= m.start < block.start + sentence.end_char
            ]
            for mark in inside:
                found[mark] = tuple(
                    dict.fromkeys(
                        m
                        for head in _heads(doc, mark, block.start)
                        for m in cast.actors(head) or cast.owners(head)
                    )
                )
            cast.leave(sentence)
    return [Found(mark, found.get(mark, ()), _acts(mark, events)) for mark in marks]


def _heads(doc: Parsed, mark: Mark, offset: int) -> Iterator[Token]:
    words = doc.covering(mark.start - offset, mark.end - offset)
    yield from (t for t in conjuncts(words.root) if words.start <= t.i < words.end)


def _acts(mark: Mark, events: Sequence[Event]) -> bool:
    sides = (side for event in events for side in (event.source, event.target) if side is not None)
    return any(mark.start <= side.span.start and side.span.end <= mark.end for side in sides)


def _written(mention: ActorMention) -> str:
    actor = mention.actor
    return f"{actor.code}/{actor.sector or ''}={actor.name}"


def _fits(wanted: str, mention: ActorMention) -> bool:
    actor, _, name = wanted.partition("=")
    code, _, sector = actor.partition("/")
    same = mention.actor.code == code and (not sector or mention.actor.sector == sector)
    nameless = mention.actor.type in {"State", *GENERIC_TYPES}  # who holds an office is coded as its state
    return same and (not name or nameless or name.split()[-1] in mention.actor.name)


def place_at(
    extractor: Extractor, text: str, trigger: str, *, date: str = "", dateline: str = ""
) -> Place | None:
    """The place of the event that the word ``trigger`` reports, whether or not the lexicon knows the word."""
    day = dt.date.fromisoformat(date) if date else None
    document = Document("located", text, date=day, place=dateline or None)
    (coded,) = extractor.extract([document])
    words = trigger.split()
    for event in coded.events:
        if event.trigger.text in words and event.place is not None:
            return event.place
    cast = Cast(extractor.finder, date=day, place=document.place)
    doc = extractor.parser.parse(text)
    cast.enter(doc, 0)
    start = text.index(trigger)
    token = next(t for t in doc if t.idx <= start < t.idx + len(t))
    return Places(extractor.gazetteer, cast).of(token, type_="ASSAULT", offset=0)
