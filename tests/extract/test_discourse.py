"""Whom later words stand for, over sentences and paragraphs: what test_coreference.py does not hold.

A row is a text and the sources of the events that are directed at Chad.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.model import ActorMention, Event

Code = Callable[..., list[Event]]

SOURCES = {
    "parliament-without-article": ("OSLO, May 2 (Fjord Wire) -- Parliament condemned Chad.", "NOR/LEG"),
    "police-of-the-dateline": ("OSLO, May 2 (Fjord Wire) -- Police arrested 12 Chadian students.", "NOR/COP"),
    "opposition-of-the-dateline": ("LIMA, May 2 (Andes Press) -- The opposition condemned Chad.", "PER/OPP"),
    "capital-answers": ("Peru sent troops to Chile. Santiago condemned Chad.", "CHL/GOV"),
    "he": ("Peru's president arrived in Mali. He condemned Chad.", "PER/GOV"),
    "they-are-the-soldiers": ("Peruvian soldiers crossed the border. They attacked Chad.", "PER/MIL"),
    "the-country": ("Peru condemned Mali.\n\nThe country expelled the ambassador of Chad.", "PER/GOV"),
    "same-ministry": ("Peru's foreign ministry met. The ministry condemned Chad.", "PER/GOV"),
    "the-south": ("South Korea and North Korea waited. The South condemned Chad.", "KOR/GOV"),
    "the-north-in-a-later-paragraph": (
        "North Korea waited.\n\nRain fell. The North condemned Chad.",
        "PRK/GOV",
    ),
    "security-council": ("The UN waited. The Security Council condemned Chad.", "IGO"),
    "it-in-a-quotation-said": ('Peru waited. "Our patience is gone," it said, condemning Chad.', "PER/GOV"),
    "i-in-a-quotation": ('"I condemn Chad," the Peruvian president said.', "PER/GOV"),
    "its-forces": ("Sudan said its soldiers attacked Chad.", "SDN/MIL"),
    "his-country": ("Kenya's president said on Friday that his country had condemned Chad.", "KEN/GOV"),
    "who": ("The president of Peru, who visited Mali, condemned Chad.", "PER/GOV"),
    "they-are-both": ("Peru and Chile waited. They condemned Chad.", "CHL/GOV PER/GOV"),
    "the-three-countries": (
        "Peru, Chile and Mali met. The three countries condemned Chad.",
        "CHL/GOV MLI/GOV PER/GOV",
    ),
    "the-organization": ("The United Nations waited. The organization condemned Chad.", "IGO"),
    "the-lawmakers-are-of-the-parliament-before": (
        "LIMA, May 2 (Andes Press) -- Norway's parliament met. The lawmakers condemned Chad.",
        "NOR/LEG",
    ),
    "gunmen-stay-unknown": ("Two gunmen fled. The gunmen attacked Chad.", "---/UAF"),
}
KNOWN_FAILURES = {
    "the-south-of-south-sudan": (
        ("South Sudan waited. The South condemned Chad.", "SSD/GOV"),
        "South Sudan has no short form: ---",
    ),
}


def _told(mention: ActorMention | None) -> str:
    if mention is None:
        return "-"
    actor = mention.actor
    return f"{actor.code}/{actor.sector}" if actor.sector else actor.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(pytest.param(*row, id=key) for key, row in SOURCES.items()),
        *(
            pytest.param(*row, id=key, marks=pytest.mark.xfail(strict=True, reason=reason))
            for key, (row, reason) in KNOWN_FAILURES.items()
        ),
    ],
)
def test_source(text: str, expected: str, code: Code) -> None:
    found = {_told(e.source) for e in code(text) if e.target and e.target.actor.code == "TCD"}
    assert found == set(expected.split())


def test_its_soldiers_are_the_speakers_not_the_attackers(code: Code) -> None:
    (event,) = code("Peru attacked Mali and its soldiers.")[:1]
    assert _told(event.target) == "MLI/GOV"


def test_a_possessor_under_speech_is_the_speaker(code: Code) -> None:
    (event,) = code("Mali said Peru had attacked its soldiers.")
    assert (_told(event.source), _told(event.target)) == ("PER/GOV", "MLI/MIL")


def test_nobody_acts_on_himself_by_two_pronouns(code: Code) -> None:
    events = code("Peru's president met Mali's prime minister. She praised him.")
    assert not any(e.source and e.target and e.source.actor == e.target.actor for e in events)


def test_both_sides_are_those_who_dealt_with_each_other(code: Code) -> None:
    events = code("Chad and Mali signed a truce. Both sides withdrew troops.")
    assert {_told(e.source) for e in events if e.type == "RETREAT"} == {"TCD/GOV", "MLI/GOV"}


def test_a_place_after_a_group_does_not_make_it_the_state(code: Code) -> None:
    (event,) = code("Rebels in Mali freed a hostage.")
    assert _told(event.source) == "MLI/REB"


def test_resolved_mentions_say_by_which_rule_and_named_ones_do_not(code: Code) -> None:
    named, resolved = code("Peru condemned Mali. It condemned Chad.")
    assert named.source is not None
    assert resolved.source is not None
    assert named.source.resolution is None
    assert resolved.source.resolution
    assert resolved.source.span.text == "It"
