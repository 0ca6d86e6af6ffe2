"""Where an event happened: what of a place reaches the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from extract.model import Event, Place

Code = Callable[..., list[Event]]


def place_of(events: list[Event]) -> Place:
    (place,) = {e.place for e in events if e.place is not None}
    return place


def test_a_city_has_its_geonames_id_and_coordinates(code: Code) -> None:
    place = place_of(code("Gunmen attacked a Malian convoy in Gao."))
    assert (place.name, place.code, place.precision, place.geonames) == ("Gao", "MLI", "city", 2457163)
    assert place.latitude == pytest.approx(16.27, abs=0.05)
    assert place.longitude == pytest.approx(-0.04, abs=0.05)


def test_the_words_are_those_of_the_document(code: Code) -> None:
    text = "OSLO, May 2 (Fjord Wire) -- Israeli troops killed two Palestinians in Ramallah."
    place = place_of(code(text))
    assert place.span is not None
    assert text[place.span.start : place.span.end] == place.span.text == "Ramallah"


def test_a_region_has_coordinates_and_no_id(code: Code) -> None:
    place = place_of(code("The Taliban killed ten Afghan soldiers in Helmand province."))
    assert (place.code, place.precision, place.geonames) == ("AFG", "region", None)
    assert place.latitude is not None


@pytest.mark.parametrize(
    ("date", "state"),
    [(dt.date(2009, 5, 2), "SDN"), (dt.date(2015, 5, 2), "SSD")],
    ids=["before-independence", "after-it"],
)
def test_a_place_is_of_the_state_to_which_it_belonged(date: dt.date, state: str, code: Code) -> None:
    assert place_of(code("Gunmen killed three Kenyan soldiers in Juba.", date=date)).code == state


def test_the_sea_is_of_no_state(code: Code) -> None:
    place = place_of(code("Chinese ships attacked Vietnamese fishermen in the South China Sea."))
    assert (place.code, place.precision) == (None, "sea")


def test_a_country_that_is_attacked_is_no_place(code: Code) -> None:
    assert all(e.place is None for e in code("Peru attacked Chile."))


def test_an_unknown_target_is_of_the_country_of_the_place_and_says_so(code: Code) -> None:
    (event,) = code("French troops attacked a convoy in Gao.")
    assert event.target is not None
    assert (event.target.actor.code, event.target.actor.sector) == ("MLI", "MIL")
    assert event.target.resolution == "place"


def test_strangers_are_not_of_the_country_where_they_are(code: Code) -> None:
    (event,) = code("Malian gunmen attacked tourists near Gao.")
    assert event.target is not None
    assert event.target.actor.code == "---"


@pytest.mark.parametrize(
    ("date", "modality"),
    [(dt.date(2005, 3, 4), "historical"), (dt.date(1990, 3, 4), "actual")],
    ids=["long-past", "of-these-years"],
)
def test_what_the_text_dates_long_before_its_day_is_history(date: dt.date, modality: str, code: Code) -> None:
    (event,) = code("Indonesian troops attacked Timorese villagers in the 1980s.", date=date)
    assert event.modality == modality
