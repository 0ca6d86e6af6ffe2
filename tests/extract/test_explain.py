"""An explanation tells the parse, the actors, the rules of the tables, and what became of each reading."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.explain import lines
from extract.model import Event
from extract.pipeline import Extractor

WHY = {
    "statement": ("Chad is considering an attack on Sudan.", "a statement (CAMEO 01) is no event"),
    "circumstance": ("Mali waited after Chad attacked Sudan.", "only says when, why or on what condition"),
    "private-visit": ("Pupils in Chad went to schools in Sudan.", "a private visit is no event"),
    "actor-lacking": ("Somebody attacked Sudan.", None),
}


@pytest.mark.parametrize(("text", "reason"), WHY.values(), ids=WHY)
def test_it_says_why_there_is_no_event(text: str, reason: str | None, extractor: Extractor) -> None:
    (explained,) = extractor.explain(text)
    told = "\n".join(lines(explained))
    assert reason is None or reason in told
    assert all(step.why for step in explained.steps if not step.events)


def test_without_appeals_an_appeal_is_said_to_be_one() -> None:
    extractor = Extractor()
    (explained,) = extractor.explain("Chad urged Sudan to wait.")
    assert "an appeal (CAMEO 02) is no event without --appeals" in "\n".join(lines(explained))
    assert list(explained.steps[0].events) == []


def test_its_events_are_those_of_extraction(extractor: Extractor, code: Callable[..., list[Event]]) -> None:
    text = "Chad attacked Sudan and condemned Mali."
    (explained,) = extractor.explain(text)
    assert {e for step in explained.steps for e in step.events} == set(code(text))


def test_the_lines_hold_tree_actors_rules_and_readings(extractor: Extractor) -> None:
    (explained,) = extractor.explain("The ministry condemned Mali.", country="PER")
    told = list(lines(explained))
    assert "  condemned (ROOT, VBD, condemn)" in told
    assert "    ministry (nsubj, NN, ministry)" in told
    assert "  'ministry' is PER/GOV (Peru), by dateline" in told
    assert any(
        line.startswith("  condemned: rule condemn.v.1 asks for anything, target in obj") for line in told
    )
    assert any(line.startswith("  condemned: ministry → Mali, ACCUSE, CAMEO 111") for line in told)


def test_what_was_said_before_counts(extractor: Extractor) -> None:
    _, second = extractor.explain("Peru waited. It condemned Mali.")
    assert [(m.actor.code, m.resolution) for m in second.actors] == [("PER", "pronoun"), ("MLI", None)]
