"""Ids and IRIs: stable, injective, reversible, and what makes two reports one event."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.model import Actor, CodedDocument, When
from graph import ids
from graph.errors import UnknownRelation
from graph.ids import Iris

IRIS = Iris("https://example.org/")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.text("-.%/a", max_size=6)


@given(texts, texts, texts)
def test_relation_id_is_reversible_and_fits_a_path(source: str, action: str, target: str) -> None:
    relation = ids.relation_id(source, action, target)
    assert ids.relation_parts(relation) == (source, action, target)
    assert not set(relation) & set("/?# ")
    assert IRIS.local("relation", IRIS.relation(relation)) == relation


@pytest.mark.parametrize("given", ["", "KOR", "KOR--x", "A--b--C--d", "A--b c--D", "-A--b--C", "%41--b--C"])
def test_what_is_no_relation_id(given: str) -> None:
    with pytest.raises(UnknownRelation, match="SOURCE--action--TARGET"):
        ids.relation_parts(given)


@given(texts)
def test_actor_and_document_iris_are_reversible(text: str) -> None:
    assert IRIS.local("actor", IRIS.actor(text)) == text
    assert IRIS.local("document", IRIS.document(text)) == text
    assert not IRIS.document(text).value.endswith(("/.", "/.."))
    assert ids.action_name(ids.action_property(text)) == text


def test_iris_in_full() -> None:
    assert IRIS.actor("KOR").value == "https://example.org/actor/KOR"
    assert IRIS.document("wire/2017 01").value == "https://example.org/document/wire%2F2017%2001"
    assert IRIS.relation("KOR--pressure--PRK").value == "https://example.org/relation/KOR--pressure--PRK"
    assert IRIS.graph("events").value == "https://example.org/graph/events"
    assert ids.concept("quad", 3).value == "https://w3id.org/whowhom/action/quad/3"
    assert ids.notation(ids.concept("cameo", "0233")) == "0233"


def test_names_of_one_actor_differ_and_share_its_iri() -> None:
    one, two = Actor("KOR", "GOV", "South Korea", "State"), Actor("KOR", None, "South Korea", "State")
    assert IRIS.name(one) != IRIS.name(two)
    assert IRIS.name(one).value.startswith(IRIS.actor("KOR").value + "#")


def test_event_id_never_changes(report: Any) -> None:
    """A new id for the same event would orphan every link to it: a change of this test needs a new store format."""
    (event,) = report("d1", "KOR", "pressure", "PRK").events
    assert ids.event_id(event, "d1") == "6fffd47524e52fa3c77d0b8a995ac72c"


@pytest.mark.parametrize(
    "change",
    [
        {"relation": "urge"},
        {"type": "THREATEN"},
        {"cameo": "105"},
        {"goldstein": -4.0},
        {"modality": "planned"},
        {"negated": True},
        {"target": None},
        {"date": When(dt.date(2017, 1, 5), dt.date(2017, 1, 6), "day", "expression")},
        {"date": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_tells_events_apart(report: Any, change: dict[str, Any]) -> None:
    (event,) = report("d1", "KOR", "pressure", "PRK").events
    assert ids.event_id(dataclasses.replace(event, **change), "d1") != ids.event_id(event, "d1")


def test_reports_in_other_words_are_of_one_event(report: Any) -> None:
    (one,) = report("d1", "KOR", "pressure", "PRK", confidence=0.4).events
    (two,) = report("d2", "KOR", "pressure", "PRK", words=("Seoul", "Pyongyang")).events
    assert ids.event_id(one, "d1") == ids.event_id(two, "d2")


def test_undated_events_of_two_documents_are_two(report: Any) -> None:
    (event,) = report("d1", "KOR", "pressure", "PRK", day=None).events
    assert ids.event_id(event, "d1") != ids.event_id(event, "d2")
    assert ids.event_id(event, "d1") == ids.event_id(event, "d1")


@given(st.from_type(CodedDocument))
def test_event_ids_are_plain(coded: CodedDocument) -> None:
    for event in coded.events:
        assert len(ids.event_id(event, coded.document.id)) == 32
        assert int(ids.event_id(event, coded.document.id), 16) >= 0
