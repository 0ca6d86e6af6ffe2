"""Coded documents for the tests: hypothesis makes them by ``st.from_type(CodedDocument)``, and a hand-made story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from extract.model import (
    MODALITIES,
    PLOVER_TYPES,
    PRECISIONS,
    Actor,
    ActorMention,
    Attribution,
    CodedDocument,
    Document,
    Event,
    Place,
    Sentence,
    Span,
    When,
)

# Several names for one id, and one with a letter of another script: what stores must keep apart, or together.
ACTORS = (
    Actor("KOR", "GOV", "South Korea", "State"),
    Actor("KOR", "GOV", "Republic of Korea", "State"),
    Actor("KOR", None, "Republic of Korea", "State"),
    Actor("PRK", "GOV", "North Korea", "State"),
    Actor("PRK", "MIL", "North Korea (military)", "StateOrgan"),
    Actor("CIV", "GOV", "Côte d'Ivoire", "State"),
    Actor("IGO", None, "Лига", "InternationalOrganization"),
    Actor("---", "REB", "gunmen", "UnknownActor"),
)
ACTIONS = (
    ("pressure", "REQUEST"),
    ("request", "REQUEST"),
    ("aid", "SUPPORT"),
    ("aid", "AID"),
    ("shell", "ASSAULT"),
)

letters = st.characters(exclude_categories=["Cs"])
words = st.text(letters, min_size=1, max_size=8)


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    return Span(text[start:end], start, end)


def mentions(text: str) -> st.SearchStrategy[ActorMention]:
    return st.builds(ActorMention, st.sampled_from(ACTORS), spans(text), st.none() | words)


def places(text: str) -> st.SearchStrategy[Place]:
    return st.builds(
        Place,
        words,
        st.none() | words,
        st.none() | spans(text),
        precision=st.none() | st.sampled_from(PRECISIONS),
        geonames=st.none() | st.integers(1, 10**8),
        latitude=st.none() | st.integers(-900_000, 900_000).map(lambda n: n / 10_000),
        longitude=st.none() | st.integers(-1_800_000, 1_800_000).map(lambda n: n / 10_000),
    )


@st.composite
def whens(draw: st.DrawFn) -> When:
    start = draw(st.dates(dt.date(1, 1, 1), dt.date(9998, 1, 1)))
    days, granularity = draw(st.sampled_from([(1, "day"), (7, "week"), (31, "month"), (365, "year")]))
    basis = draw(st.sampled_from(["expression", "document"]))
    return When(start, start + dt.timedelta(days), granularity, basis)


@st.composite
def events(draw: st.DrawFn, text: str) -> Event:
    source, target = draw(
        st.tuples(st.none() | mentions(text), st.none() | mentions(text)).filter(lambda pair: any(pair))
    )
    relation, type_ = draw(st.sampled_from(ACTIONS))
    return Event(
        source=source,
        relation=relation,
        type=type_,
        mode=draw(st.none() | words),
        contexts=tuple(sorted(draw(st.sets(words, max_size=2)))),
        cameo=draw(st.sampled_from(["104", "0233"])),
        quad=PLOVER_TYPES[type_],
        goldstein=draw(st.sampled_from([-10.0, 0.0, 3.4]) | st.floats(-10, 10)),
        target=target,
        modality=draw(st.sampled_from(MODALITIES)),
        negated=draw(st.booleans()),
        date=draw(st.none() | whens()),
        place=draw(st.none() | places(text)),
        attribution=draw(st.none() | st.builds(Attribution, st.none() | mentions(text), words)),
        sentence=Sentence(draw(st.integers(1, 3)), draw(spans(text))),
        trigger=draw(spans(text)),
        rule=draw(words),
        confidence=draw(st.floats(0, 1)),
        reciprocal=draw(st.none() | words),
    )


@st.composite
def coded_documents(draw: st.DrawFn) -> CodedDocument:
    text = draw(st.text(letters, max_size=30))
    document = Document(
        id=draw(words),
        text=text,
        title=draw(st.none() | words),
        date=draw(st.none() | st.dates()),
        publisher=draw(st.none() | words),
        url=draw(st.none() | words),
        place=draw(st.none() | words),
        notes=tuple(draw(st.lists(words, max_size=2))),
    )
    return CodedDocument(document, tuple(draw(st.lists(events(text), max_size=3))))


st.register_type_strategy(CodedDocument, coded_documents())

Report = Callable[..., CodedDocument]


@pytest.fixture(scope="session")
def report() -> Report:
    """Makes a document with one event: ``report("d1", "KOR", "pressure", "PRK", day="2017-01-04", …)``."""
    return make_report


def make_report(
    document_id: str,
    source: str | None,
    relation: str,
    target: str | None,
    *,
    type_: str = "REQUEST",
    cameo: str = "104",
    goldstein: float = -5.0,
    day: str | None = "2017-01-04",
    modality: str = "actual",
    negated: bool = False,
    confidence: float = 0.8,
    published: str | None = "2017-01-05",
    words: tuple[str, str] | None = None,
    names: dict[str, Actor] | None = None,
) -> CodedDocument:
    known = {"KOR": ACTORS[0], "PRK": ACTORS[3], "PRK-MIL": ACTORS[4]} | (names or {})
    actors = [
        code and (known.get(code) or Actor(code, "GOV", code.title(), "State")) for code in (source, target)
    ]
    said = words or tuple(actor.name if actor else "" for actor in actors)
    text = f"{said[0]} {relation}s {said[1]}."
    begin = text.rindex(said[1])
    spans = Span(said[0], 0, len(said[0])), Span(said[1], begin, begin + len(said[1]))
    ends = [ActorMention(actor, span) if actor else None for actor, span in zip(actors, spans, strict=True)]
    start = dt.date.fromisoformat(day) if day else None
    event = Event(
        source=ends[0],
        relation=relation,
        type=type_,
        mode=None,
        contexts=(),
        cameo=cameo,
        quad=PLOVER_TYPES[type_],
        goldstein=goldstein,
        target=ends[1],
        modality=modality,
        negated=negated,
        date=When(start, start + dt.timedelta(1), "day", "expression") if start else None,
        place=None,
        attribution=None,
        sentence=Sentence(1, Span(text, 0, len(text))),
        trigger=Span(relation, len(said[0]) + 1, len(said[0]) + 1 + len(relation)),
        rule=f"{relation}.v.1",
        confidence=confidence,
    )
    date = dt.date.fromisoformat(published) if published else None
    return CodedDocument(Document(document_id, text, date=date), (event,))
