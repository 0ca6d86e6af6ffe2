"""An explanation tells the parse, the actors, the frames with their rules, and what became of each reading."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest

from extract.explain import lines
from extract.model import Document, Event
from extract.pipeline import Extractor
from extract.record import Record, event_to_record

Explain = Callable[..., list[Record]]

WHY = {
    "statement": ("Chad is considering an attack on Sudan.", "a statement (CAMEO 01) is no event"),
    "circumstance": ("Mali waited after Chad attacked Sudan.", "only says when, why or on what condition"),
    "private-visit": ("Pupils in Chad went to schools in Sudan.", "a private visit is no event"),
    "actor-lacking": ("Somebody attacked Sudan.", None),
    "part-of-another": (
        "Chad refused to attack Sudan.",
        "it is part of what 'refused' says, by refuse+assault",
    ),
}


@pytest.fixture
def explain(extractor: Extractor) -> Explain:
    """The explanations of a text's sentences, in a document that may have a place."""
    return lambda text, place=None: list(extractor.explain(Document("x", text, place=place)))


@pytest.mark.parametrize(("text", "reason"), WHY.values(), ids=WHY)
def test_it_says_why_there_is_no_event(text: str, reason: str | None, explain: Explain) -> None:
    (explained,) = explain(text)
    told = "\n".join(lines(explained))
    assert reason is None or reason in told
    assert all(bool(reading["why"]) != bool(reading["events"]) for reading in explained["readings"])


def test_without_appeals_an_appeal_is_said_to_be_one() -> None:
    (explained,) = Extractor().explain(Document("x", "Chad urged Sudan to wait."))
    assert "an appeal (CAMEO 02) is no event without --appeals" in "\n".join(lines(explained))
    assert explained["readings"][0]["events"] == []


def test_its_events_are_those_of_extraction(explain: Explain, code: Callable[..., list[Event]]) -> None:
    text = "Chad attacked Sudan and condemned Mali."
    (explained,) = explain(text)
    found = [event for reading in explained["readings"] for event in reading["events"]]
    wanted = [event_to_record(event) for event in code(text)]
    assert sorted(found, key=json.dumps) == sorted(wanted, key=json.dumps)


def test_the_lines_hold_tree_actors_frames_and_readings(explain: Explain) -> None:
    (explained,) = explain("The ministry condemned Mali.", "Peru")
    told = list(lines(explained))
    assert "  condemned (ROOT, VBD, condemn)" in told
    assert "    ministry (nsubj, NN, ministry)" in told
    assert "  'ministry' is PER/GOV (Peru), by dateline" in told
    assert "  condemned (condemn_mali or condemn): agents ministry; objects Mali" in told
    assert any(
        line.startswith("    rule condemn.v.1 asks for anything, target in obj") and line.endswith(": holds")
        for line in told
    )
    assert any(line.startswith("  condemned: ministry → Mali, ACCUSE, CAMEO 111") for line in told)


def test_a_frame_tells_which_rules_hold(explain: Explain) -> None:
    (explained,) = explain("Chad held talks with Mali.")
    (frame,) = [frame for frame in explained["frames"] if frame["predicate"] == "held"]
    assert (frame["agents"], frame["objects"], frame["phrases"]) == (["Chad"], ["talks"], [["with", "Mali"]])
    assert {rule["rule"]: rule["holds"] for rule in frame["rules"]}["hold.v.1"] is False
    assert {"complement": "obj", "class": "light"} in frame["operators"]


def test_what_was_said_before_counts(explain: Explain) -> None:
    first, second = explain("Peru waited. It condemned Mali.")
    assert (first["sentence"], second["sentence"]) == (1, 2)
    assert [(m["code"], m.get("resolution")) for m in second["actors"]] == [("PER", "pronoun"), ("MLI", None)]


def test_a_whole_document_is_explained_with_its_dateline(extractor: Extractor) -> None:
    text = "LIMA, Jan 5 (Wire) - The government condemned Mali.\n\nThe police arrested two Malians."
    explained = list(extractor.explain(Document("x", text, date=dt.date(2024, 1, 5))))
    assert [e["sentence"] for e in explained] == [1, 2]
    assert explained[0]["actors"][0]["code"] == "PER"
    assert json.loads(json.dumps(explained)) == explained
