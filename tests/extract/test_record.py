"""The JSON form of events: its keys and their order, the way there and back, and every refusal."""

import contextlib
import copy
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import BadRecord
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
from extract.record import ACTOR_TYPES, BASES, GRANULARITIES, event_to_record, from_record, to_record

GENERATOR = Path(__file__).parents[3] / "shared" / "tools" / "generate_events.py"

TEXT = "On Monday Norway condemned Belarus in Geneva, the ministry said."


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(words, start, start + len(words))


def mention(words: str, code: str, *, resolution: str | None = None) -> ActorMention:
    return ActorMention(Actor(code, "GOV", words, "State"), span(words), resolution)


FULL = Event(
    source=mention("Norway", "NOR"),
    relation="condemn",
    type="ACCUSE",
    mode="disapprove",
    contexts=("human_rights", "military"),
    cameo="111",
    quad=3,
    goldstein=-2.0,
    target=mention("Belarus", "BLR"),
    modality="actual",
    negated=False,
    date=When(dt.date(2024, 3, 4), dt.date(2024, 3, 5), "day", "expression"),
    place=Place("Geneva", "CHE", span("Geneva"), "city", 2660646, 46.2022, 6.1457),
    attribution=Attribution(mention("the ministry", "NOR", resolution="document-country"), "said"),
    sentence=Sentence(1, Span(TEXT, 0, len(TEXT))),
    trigger=span("condemned"),
    rule="condemn.v.1",
    confidence=0.9,
    reciprocal="r1",
)
DOCUMENT = Document(
    "doc-1", TEXT, "A title", dt.date(2024, 3, 5), "Fjord Wire", "https://a.example/1", "Oslo"
)
CODED = CodedDocument(DOCUMENT, (FULL,))


def record() -> dict:
    """A record as a JSON reader gives it, free to be spoilt."""
    return json.loads(json.dumps(to_record(CODED)))


def test_keys_stand_in_the_order_of_the_design():
    data = to_record(CODED)
    assert list(data) == ["id", "title", "date", "publisher", "url", "place", "text", "events"]
    event = data["events"][0]
    assert list(event) == [
        *(
            "source",
            "relation",
            "event",
            "mode",
            "contexts",
            "cameo",
            "quad",
            "goldstein",
            "target",
            "modality",
        ),
        *(
            "negated",
            "date",
            "place",
            "attribution",
            "sentence",
            "trigger",
            "rule",
            "confidence",
            "reciprocal",
        ),
    ]
    assert list(event["source"]) == ["code", "sector", "name", "type", "text", "start", "end", "id"]
    assert list(event["attribution"]) == ["actor", "cue"]
    assert list(event["attribution"]["actor"])[-2:] == ["id", "resolution"]
    assert list(event["date"]) == ["start", "end", "granularity", "basis"]
    assert list(event["sentence"]) == ["number", "start", "end", "text"]
    assert list(event["trigger"]) == ["text", "start", "end"]
    assert list(event["place"]) == [
        "name",
        "code",
        "text",
        "start",
        "end",
        "precision",
        "geonames",
        "latitude",
        "longitude",
    ]


def test_what_is_not_known_of_a_document_is_left_out():
    assert to_record(CodedDocument(Document("d", "Rain."), ())) == {"id": "d", "text": "Rain.", "events": []}


def test_notes_stand_before_the_text():
    data = to_record(CodedDocument(Document("d", "Rain.", notes=("the byte-order mark was removed",)), ()))
    assert list(data) == ["id", "notes", "text", "events"]


def test_what_an_event_lacks_is_null_and_reciprocal_is_absent():
    bare = Event(
        **{name: getattr(FULL, name) for name in Event.__slots__}
        | {"target": None, "mode": None, "date": None, "place": None, "attribution": None, "reciprocal": None}
    )
    data = event_to_record(bare)
    assert [data[key] for key in ("target", "mode", "date", "place", "attribution")] == [None] * 5
    assert "reciprocal" not in data


def test_there_and_back_is_the_same():
    assert from_record(record()) == CODED


def test_a_record_of_the_design_needs_neither_text_nor_actor_ids():
    data = record()
    for key in ("title", "date", "publisher", "url", "place", "text"):
        del data[key]
    del data["events"][0]["source"]["id"]
    data["events"][0]["a key of tomorrow"] = {"any": "thing"}
    coded = from_record(data)
    assert coded.document == Document("doc-1", "")
    assert coded.events == (FULL,)
    assert "text" not in to_record(coded)


def test_a_place_without_words_of_its_own():
    data = record()
    data["events"][0]["place"] = {"name": "Geneva", "code": None}
    assert from_record(data).events[0].place == Place("Geneva", None, None)
    written = event_to_record(from_record(data).events[0])["place"]
    assert {key: value for key, value in written.items() if value is not None} == {"name": "Geneva"}


def test_whole_numbers_are_read_as_floats():
    data = record()
    data["events"][0] |= {"goldstein": -2, "confidence": 1}
    event = from_record(data).events[0]
    assert (type(event.goldstein), type(event.confidence)) == (float, float)


MISSING = object()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("id", "", r"\$\.id: given is '', allowed is a string, not empty"),
        ("id", MISSING, r"\$\.id: given is None, .*the key is missing"),
        ("id", 7, r"\$\.id: given is 7, allowed is a string"),
        ("text", 7, r"\$\.text: given is 7, allowed is a string"),
        ("text", "bad \ud800", "without lone surrogates"),
        ("notes", ["bad \ud800"], "without lone surrogates"),
        ("date", "4 March", r"\$\.date: given is '4 March', allowed is a date, YYYY-MM-DD"),
        ("date", "20240304", "YYYY-MM-DD"),
        ("date", "2024-02-30", "a day of the calendar"),
        ("notes", "one", r"\$\.notes: .*a list of strings"),
        ("events", MISSING, r"\$\.events: given is None, allowed is a list of events"),
        ("events", {}, r"\$\.events: .*a list of events"),
        ("events.0", "x", r"\$\.events\[0\]: given is 'x', allowed is a JSON object"),
        ("events.0.source", [], r"\$\.events\[0\]\.source: given is \[\], allowed is a JSON object"),
        ("events.0.source.code", "Norway", "ISO 3166-1 alpha-3"),
        ("events.0.source.code", "NOR\n", "ISO 3166-1 alpha-3"),
        ("events.0.source.sector", "government", "three capital letters"),
        ("events.0.source.name", None, r"source\.name: .*a string, not empty"),
        ("events.0.source.type", "Nation", "allowed is one of State, StateOrgan, Group"),
        ("events.0.source.type", [], "allowed is one of State, StateOrgan, Group"),
        ("events.0.source.start", -1, "an integer of at least 0"),
        ("events.0.source.start", True, "an integer of at least 0"),
        ("events.0.source.start", 1.0, "an integer of at least 0"),
        ("events.0.source.end", 3, "an integer of at least 10"),
        ("events.0.source.end", 20, "start plus the length of its text, 16"),
        ("events.0.source.text", "Sweden", r"what stands in the document at 10:16, 'Norway'"),
        ("events.0.source.text", None, "the words between start and end"),
        ("events.0.relation", "two words", "without white space"),
        ("events.0.event", "INVADE", "allowed is one of AGREE, CONSULT"),
        ("events.0.mode", 3, "a string, not empty, or null"),
        ("events.0.contexts", [1], "a list of strings"),
        ("events.0.cameo", 111, "a CAMEO code"),
        ("events.0.cameo", "21", "a CAMEO code"),
        ("events.0.quad", 0, r"\$\.events\[0\]\.quad: given is 0, allowed is an integer from 1 to 4"),
        ("events.0.quad", True, "an integer from 1 to 4"),
        ("events.0.goldstein", 10.5, "a number from -10 to 10"),
        ("events.0.goldstein", float("nan"), "a number from -10 to 10"),
        ("events.0.goldstein", "3", "a number from -10 to 10"),
        ("events.0.confidence", 1.01, "a number from 0 to 1"),
        ("events.0.confidence", True, "a number from 0 to 1"),
        ("events.0.modality", "likely", "allowed is one of actual, planned"),
        ("events.0.negated", 0, "true or false"),
        ("events.0.date.end", "2024-03-04", r"a day after the start, 2024-03-04 \(half-open\)"),
        ("events.0.date.granularity", "century", "allowed is one of day, week"),
        ("events.0.date.basis", "guess", "allowed is one of expression, document"),
        ("events.0.place.code", 5, r"place\.code: .*or null"),
        ("events.0.attribution.cue", MISSING, r"attribution\.cue: .*the key is missing"),
        ("events.0.sentence", None, r"sentence: given is None, allowed is a JSON object"),
        ("events.0.sentence.number", 0, "an integer of at least 1"),
        ("events.0.trigger.end", MISSING, r"trigger\.end: .*the key is missing"),
        ("events.0.rule", "", "a string, not empty"),
    ],
)
def test_what_is_wrong_is_named_with_path_value_and_what_is_allowed(path, value, message):
    data = record()
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = data
    for step in way:
        place = place[step]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    with pytest.raises(BadRecord, match=message):
        from_record(data)


def test_an_event_needs_one_actor():
    data = record()
    data["events"][0] |= {"source": None, "target": None}
    with pytest.raises(BadRecord, match=r"\$\.events\[0\]: .*at least one actor: source or target"):
        from_record(data)


@pytest.mark.parametrize("data", [None, [], "text", 3], ids=repr)
def test_a_line_that_is_no_object(data):
    with pytest.raises(BadRecord, match=r"^\$: given is .*, allowed is a JSON object"):
        from_record(data)


def test_the_line_of_a_failed_extraction_is_called_that():
    with pytest.raises(BadRecord, match="this line reports an input that could not be extracted"):
        from_record({"id": "a", "error": "no text"})


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",)),
    min_size=1,
    max_size=12,
).filter(str.strip)
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


@st.composite
def coded_documents(draw):
    """Documents with arbitrary texts, and events whose spans are cut from them."""
    text = draw(st.text(min_size=1, max_size=60))

    def any_span():
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        return Span(text[start:end], start, end)

    def any_mention():
        code = draw(st.sampled_from(["NOR", "KEN", "IGO", "NGO", "MNC", "---"]))
        sector = draw(st.sampled_from([None, "GOV", "MIL", "REB"]))
        actor = Actor(code, sector, draw(words), draw(st.sampled_from(ACTOR_TYPES)))
        return ActorMention(actor, any_span(), draw(st.none() | words))

    def maybe(make):
        return make() if draw(st.booleans()) else None

    def any_place():
        return Place(
            draw(words),
            draw(st.none() | words),
            maybe(any_span),
            precision=draw(st.none() | st.sampled_from(PRECISIONS)),
            geonames=draw(st.none() | st.integers(1, 10**8)),
            latitude=draw(st.none() | st.floats(-90, 90)),
            longitude=draw(st.none() | st.floats(-180, 180)),
        )

    def any_when():
        start, length = draw(days), draw(st.integers(1, 366))
        end = start + dt.timedelta(days=length)
        return When(start, end, draw(st.sampled_from(GRANULARITIES)), draw(st.sampled_from(BASES)))

    def any_event():
        source = maybe(any_mention)
        kind = draw(st.sampled_from(sorted(PLOVER_TYPES)))
        return Event(
            source=source,
            relation=draw(st.from_regex(r"[a-z]+(-[a-z]+)?", fullmatch=True)),
            type=kind,
            mode=draw(st.none() | words),
            contexts=tuple(draw(st.lists(words, max_size=2))),
            cameo=draw(st.from_regex(r"(0[1-9]|1[0-9]|20)[0-9]{0,2}", fullmatch=True).filter(str.isascii)),
            quad=PLOVER_TYPES[kind],
            goldstein=draw(st.floats(-10, 10)),
            target=any_mention() if source is None else maybe(any_mention),
            modality=draw(st.sampled_from(MODALITIES)),
            negated=draw(st.booleans()),
            date=maybe(any_when),
            place=maybe(any_place),
            attribution=maybe(lambda: Attribution(maybe(any_mention), draw(words))),
            sentence=Sentence(draw(st.integers(1, 10**6)), any_span()),
            trigger=any_span(),
            rule=draw(words),
            confidence=draw(st.floats(0, 1)),
            reciprocal=draw(st.none() | words),
        )

    optional = [draw(st.none() | words) for _ in range(4)]
    title, publisher, url, place = optional
    notes = tuple(draw(st.lists(words, max_size=2)))
    document = Document(draw(words), text, title, draw(st.none() | days), publisher, url, place, notes)
    return CodedDocument(document, tuple(any_event() for _ in range(draw(st.integers(0, 2)))))


@given(coded_documents())
def test_every_document_survives_json(coded):
    assert from_record(json.loads(json.dumps(to_record(coded)))) == coded


@given(coded_documents(), st.data())
def test_a_spoilt_record_is_refused_or_read_but_never_crashes(coded, data):
    spoilt = copy.deepcopy(to_record(coded))
    part = data.draw(st.sampled_from([spoilt, *spoilt["events"]]))
    key = data.draw(st.sampled_from(sorted(part)))
    part[key] = data.draw(st.sampled_from([None, [], {}, "", 0, -1, True, "x", [None], {"start": 0}]))
    with contextlib.suppress(BadRecord):
        assert isinstance(from_record(spoilt), CodedDocument)


@pytest.mark.skipif(not GENERATOR.exists(), reason="the event generator is not beside this clone")
def test_the_generated_events_are_read_and_written_as_they_are():
    run = subprocess.run([sys.executable, GENERATOR, "50"], capture_output=True, check=True, text=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    read = [from_record(line) for line in lines]
    assert sum(len(coded.events) for coded in read) == 50
    for line, coded in zip(lines, read, strict=True):
        written = to_record(coded)
        assert list(written) == list(line)
        for event in written["events"]:
            for role in ("source", "target"):
                assert list(event[role])[-1] == "id"
                del event[role]["id"]
        assert written == line
