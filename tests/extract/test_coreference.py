"""Whom words stand for that only the discourse can tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from extract.model import Event

Code = Callable[..., list[Event]]

SOURCES = {
    "dateline-ministry": (
        "OSLO, May 2 (Fjord Wire) -- The foreign ministry condemned Mali.",
        "NOR",
        "dateline",
    ),
    "same-noun": ("The Peruvian army is small. The army attacked Mali.", "PER", "same noun"),
    "subject-before": ("Peru waited. The government condemned Mali.", "PER", "subject before"),
    "possessor": ("Peru waited, and its president condemned Mali.", "PER", "possessor"),
    "it": ("Peru waited. It condemned Mali.", "PER", "pronoun"),
    "it-in-speech": ("Peru said it condemned Mali.", "PER", "speaker"),
    "we-in-a-quotation": ('"We condemn Mali," Peru said.', "PER", "speaker"),
    "short-form": ("North Korea waited. The North condemned Mali.", "PRK", "short form"),
    "institution-after-institution": (
        "OSLO, May 2 (Fjord Wire) -- Peru waited. The government met. The ministry condemned Mali.",
        "PER",
        "institution before",
    ),
}


@pytest.mark.parametrize(("text", "code_", "resolution"), SOURCES.values(), ids=SOURCES)
def test_source_is_resolved(text: str, code_: str, resolution: str, code: Code) -> None:
    event = next(e for e in code(text) if e.target and e.target.actor.code == "MLI")
    assert event.source is not None
    assert (event.source.actor.code, event.source.resolution) == (code_, resolution)


def test_a_short_form_means_nothing_before_its_country_is_named(code: Code) -> None:
    assert not any(e.source and e.source.actor.code == "PRK" for e in code("The North condemned Mali."))


def test_an_object_pronoun_is_what_was_undergoing_before(code: Code) -> None:
    attack = next(e for e in code("Peru condemned Mali and attacked it.") if e.type == "ASSAULT")
    assert attack.target is not None
    assert (attack.target.actor.code, attack.target.resolution) == ("MLI", "object before")


def test_a_pair_is_the_dyad_of_the_events_before(code: Code) -> None:
    events = code("Peru held talks with Mali about Chad. The two countries signed an agreement.")
    signed = [e for e in events if e.relation == "sign"]
    assert {(e.source.actor.code, e.target.actor.code) for e in signed if e.source and e.target} == {
        ("PER", "MLI"),
        ("MLI", "PER"),
    }


def test_a_state_does_not_press_its_own_government(code: Code) -> None:
    (event,) = code("OSLO, May 2 (Fjord Wire) -- Norway pressed the government to free them.")
    assert event.target is not None
    assert event.target.actor.code != "NOR"


def test_counted_people_are_of_the_place_not_of_the_dateline(code: Code) -> None:
    (event,) = code("OSLO, May 2 (Fjord Wire) -- Police in Lima arrested the two reporters.")
    assert event.target is not None
    assert (event.target.actor.code, event.target.resolution) == ("PER", "place")


def test_the_agency_of_the_dateline_is_no_actor(code: Code) -> None:
    events = code("SEOUL, May 2 (Yonhap) -- Peru condemned Mali, Yonhap said.")
    assert [(e.source.actor.code, e.target.actor.code) for e in events if e.source and e.target] == [
        ("PER", "MLI")
    ]


@pytest.mark.parametrize(
    ("date", "sector"),
    [(dt.date(2005, 6, 1), "GOV"), (dt.date(2015, 6, 1), None)],
    ids=["in-office", "a-former-president-is-no-government"],
)
def test_a_leader_is_the_government_while_in_office(date: dt.date, sector: str | None, code: Code) -> None:
    (event,) = code("Jacques Chirac condemned Mali.", date=date)
    assert event.source is not None
    assert event.source.actor.code == "FRA"
    assert (event.source.actor.sector == "GOV") == (sector == "GOV")
