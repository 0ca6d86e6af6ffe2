"""Events as records: when, where, how sure, in pairs, each once, and every span true to the text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from extract.events import MAX_PAIRS, is_event
from extract.lexicon import Action, load_lexicon
from extract.model import MODALITIES, PLOVER_TYPES, CodedDocument, Document, Event
from extract.pipeline import Extractor

Code = Callable[..., list[Event]]
Told = Callable[..., list[str]]

TUESDAY = dt.date(2020, 3, 10)
TEXTS = {
    "plain": "Chad attacked Sudan. Peru held talks with Mali in Geneva.",
    "dateline": "LIMA, May 2 (Andes Press) -- The army arrested 12 gunmen.\n\nIt will meet Mali.",
    "typographic": "Kenya’s “brave” navy —  the pride\nof the coast — attacked\tSudan… on Monday.",
    "astral-letters": "🙂🙂 Chad condemned Sudan. 𝔄 Peru praised Mali 🙂.",
    "combining-accents": "Cote d'Ivoire e\u0301crit: Peru condemned Sa\u0303o Tome and Principe.",
    "carriage-returns": "Chad attacked Sudan.\r\n\r\nPeru condemned Mali.\r\n",
    "leading-blank": "\n\n   Chad attacked Sudan.",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_span_is_true_to_the_text(text: str, code: Code) -> None:
    events = code(text)
    assert events
    for event in events:
        mentions = [m for m in (event.source, event.target) if m is not None]
        spans = [event.trigger, event.sentence.span, *(m.span for m in mentions)]
        if event.place is not None and event.place.span is not None:
            spans.append(event.place.span)
        if event.attribution is not None and event.attribution.actor is not None:
            spans.append(event.attribution.actor.span)
        for span in spans:
            assert text[span.start : span.end] == span.text != ""
        whole = event.sentence.span
        for span in (event.trigger, *(m.span for m in mentions)):
            assert whole.start <= span.start < span.end <= whole.end


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_event_is_of_the_schemes(text: str, code: Code) -> None:
    lexicon = load_lexicon()
    for event in code(text):
        assert event.quad == PLOVER_TYPES[event.type]
        assert event.cameo in lexicon.codes
        assert event.modality in MODALITIES
        assert -10 <= event.goldstein <= 10
        assert 0 < event.confidence <= 1
        assert event.source is not None or event.target is not None


def test_sentences_are_numbered_through_the_document(code: Code) -> None:
    events = code("LIMA, May 2 (Andes Press) -- Rain fell. Chad attacked Sudan.\n\nIt snowed. Chad met Mali.")
    assert [(e.sentence.number, e.sentence.span.text) for e in events if e.reciprocal is None] == [
        (2, "Chad attacked Sudan.")
    ]
    assert {e.sentence.number for e in events if e.reciprocal} == {4}


DATES = {
    "weekday": ("Chad attacked Sudan on Monday.", dt.date(2020, 3, 9), "day", "expression"),
    "year": ("Chad attacked Sudan in 2018.", dt.date(2018, 1, 1), "year", "expression"),
    "month": ("Chad attacked Sudan in February 2011.", dt.date(2011, 2, 1), "month", "expression"),
    "document": ("Chad attacked Sudan.", TUESDAY, "day", "document"),
}


@pytest.mark.parametrize(("text", "start", "granularity", "basis"), DATES.values(), ids=DATES)
def test_date(text: str, start: dt.date, granularity: str, basis: str, code: Code) -> None:
    (event,) = code(text, date=TUESDAY)
    assert event.date is not None
    assert (event.date.start, event.date.granularity, event.date.basis) == (start, granularity, basis)
    assert event.date.start < event.date.end


def test_no_date_where_neither_text_nor_document_tells_one(code: Code) -> None:
    (event,) = code("Chad attacked Sudan.")
    assert event.date is None


def test_a_date_holds_for_its_own_clause(code: Code) -> None:
    attacked, condemned = code("Chad, which attacked Sudan in 2018, condemned Mali.", date=TUESDAY)
    assert attacked.date is not None
    assert condemned.date is not None
    assert (attacked.date.start.year, condemned.date.start) == (2018, TUESDAY)


PLACES = {
    "in-a-city": ("Chad met Sudan in Geneva.", "Geneva", "CHE"),
    "first": ("In Nairobi, Chad met Sudan.", "Nairobi", "KEN"),
    "near": ("Chad attacked Sudan near Lagos.", "Lagos", "NGA"),
    "in-a-country": ("Chad met Sudan in Peru.", "Peru", "PER"),
    "nowhere": ("Chad met Sudan on Monday.", None, None),
}


@pytest.mark.parametrize(("text", "name", "country"), PLACES.values(), ids=PLACES)
def test_place(text: str, name: str | None, country: str | None, code: Code) -> None:
    place = code(text)[0].place
    assert (place.name if place else None, place.code if place else None) == (name, country)


CONTEXTS = {
    "human-rights": ("Chad condemned Sudan over human rights abuses.", "human_rights"),
    "weapons-of-mass-destruction": ("Chad tested a nuclear weapon.", "cbrn"),
    "military": ("Chad held talks with Sudan on military cooperation.", "military"),
}


@pytest.mark.parametrize(("text", "context"), CONTEXTS.values(), ids=CONTEXTS)
def test_context(text: str, context: str, code: Code) -> None:
    assert context in code(text)[0].contexts


def test_an_act_said_twice_in_a_sentence_is_one_event(told: Told) -> None:
    assert told("Chad attacked Sudan and attacked Sudan again.") == ["TCD/GOV attack SDN/GOV"]


def test_an_act_said_in_two_sentences_is_two_reports(told: Told) -> None:
    assert told("Chad attacked Sudan. Chad attacked Sudan.") == ["TCD/GOV attack SDN/GOV"] * 2


def test_a_denied_act_and_the_act_are_two_events(code: Code) -> None:
    events = code("Chad attacked Sudan, but Chad did not attack Sudan in May.")
    assert sorted(e.negated for e in events) == [False, True]


def test_triggers_stand_in_the_order_of_the_text(code: Code) -> None:
    events = code("Chad, which attacked Sudan, condemned Mali and praised Peru.")
    starts = [e.trigger.start for e in events]
    assert starts == sorted(starts)
    assert [e.trigger.text for e in events] == ["attacked", "condemned", "praised"]


def test_each_pair_of_a_meeting_has_its_own_two_records(code: Code) -> None:
    events = code("Peru, Chile and Mali met.")
    pairs = {(e.source.actor.code, e.target.actor.code) for e in events if e.source and e.target}
    assert pairs == {(a, b) for a in ("PER", "CHL", "MLI") for b in ("PER", "CHL", "MLI") if a != b}
    assert all(e.reciprocal for e in events)


def test_meetings_of_two_sentences_do_not_share_an_id(code: Code) -> None:
    ids = [e.reciprocal for e in code("Peru met Chile. Mali met Chad.")]
    assert ids[0] == ids[1] != ids[2] == ids[3]


def test_one_sided_acts_have_no_reciprocal_id(code: Code) -> None:
    (event,) = code("Chad attacked Sudan.")
    assert event.reciprocal is None


def test_a_list_past_the_limit_is_a_parse_gone_wrong(code: Code) -> None:
    names = "Chad Mali Niger Togo Benin Ghana Kenya Uganda Rwanda Burundi Malawi Zambia Angola".split()
    assert len(names) > MAX_PAIRS
    assert code(f"Peru condemned {', '.join(names[:-1])} and {names[-1]}.") == []


SOURCELESS = {
    "victims-of-a-known-state": ("Two Kenyan villagers were killed in Sudan.", ["- kill KEN/CVL"]),
    "victims-of-no-known-state": ("Three villagers were killed.", []),
    "nobody-meets-nobody": ("A meeting was held.", []),
    "targetless-protest": ("Chad's opposition boycotted the election.", ["TCD/OPP boycott -"]),
    "targetless-resignation": ("A Chadian minister resigned.", ["TCD/GOV resign -"]),
    "reporter-without-target": ("Reuters protested.", []),
}


@pytest.mark.parametrize(("text", "expected"), SOURCELESS.values(), ids=SOURCELESS)
def test_events_without_source_or_target(text: str, expected: list[str], told: Told) -> None:
    assert told(text) == expected


def test_a_claim_of_ones_own_act_is_a_statement(told: Told) -> None:
    assert told("The Kenyan rebels claimed that they had attacked Sudan.") == []


SURER = {
    "named-over-resolved": ("Chad attacked Sudan.", "Peru waited. It attacked Sudan."),
    "named-over-unknown": ("Chad attacked Sudan.", "Rebels attacked Sudan."),
    "named-over-nobody": ("Chad condemned Sudan.", "Sudan was condemned."),
    "fact-over-possibility": ("Chad attacked Sudan.", "Chad may attack Sudan."),
}


@pytest.mark.parametrize(("more", "less"), SURER.values(), ids=SURER)
def test_each_uncertain_step_costs_confidence(more: str, less: str, code: Code) -> None:
    assert code(more)[0].confidence > code(less)[0].confidence


APPEAL = Action("REQUEST", None, "020", "urge", "x")


@pytest.mark.parametrize(
    ("action", "appeals", "expected"),
    [
        (APPEAL, True, True),
        (APPEAL, False, False),
        (Action("", None, "010", "state", "x"), True, False),
        (Action("REQUEST", None, "104", "demand", "x"), False, True),
    ],
    ids=["appeal-counted-in", "appeal-left-out", "statement", "demand"],
)
def test_what_is_an_event(action: Action, appeals: bool, expected: bool) -> None:
    assert is_event(action, appeals=appeals) is expected


def test_appeals_are_left_out_unless_asked_for(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.pipeline.load", lambda _: extractor.parser.nlp)
    (coded,) = Extractor().extract([Document("d", "Chad urged Sudan to wait. Chad attacked Sudan.")])
    assert isinstance(coded, CodedDocument)
    assert [e.relation for e in coded.events] == ["attack"]


def test_the_same_input_gives_the_same_events(code: Code) -> None:
    for text in TEXTS.values():
        assert code(text) == code(text)
