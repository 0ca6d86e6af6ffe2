"""The tables on actors: what a form can stand for, when it holds, and what a broken row says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest

from extract.errors import BadTable
from extract.knowledge import SECTOR_LABELS, STATE_SECTORS, Name, load_knowledge
from extract.model import UNKNOWN

KNOWLEDGE = load_knowledge()
NAMES = [name for names in KNOWLEDGE.names.values() for name in names]
OF_NO_STATE = {"IGO", "NGO", "MNC", UNKNOWN}
TYPES = {
    *("State", "StateOrgan", "Group", "Person", "Party", "Company", "Media", "Place"),
    *("InternationalOrganization", "ArmedGroup", "NonGovernmentalOrganization", "UnknownActor"),
}

OFFICE = Name("leader", "KEN", "GOV", "X", "Person", dt.date(2002, 12, 30), dt.date(2013, 4, 9))


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (dt.date(2002, 12, 29), False),
        (dt.date(2002, 12, 30), True),
        (dt.date(2013, 4, 9), True),
        (dt.date(2013, 4, 10), False),
        (None, True),
    ],
    ids=["day-before", "first-day", "last-day", "day-after", "no-date"],
)
def test_an_office_holds_from_its_first_to_its_last_day(day: dt.date | None, holds: bool) -> None:
    assert OFFICE.holds(day) is holds


@pytest.mark.parametrize(
    ("form", "kind", "code"),
    [
        ("Kenya", "country", "KEN"),
        ("Kenyan", "adjective", "KEN"),
        ("Kenyans", "demonym", "KEN"),
        ("Nairobi", "capital", "KEN"),
        ("Kremlin", "government", "RUS"),
        ("UN", "organization", "IGO"),
        ("Reagan", "leader", "USA"),
        ("Kurdish", "people", UNKNOWN),
        ("Bagram", "place", "AFG"),
    ],
)
def test_what_a_form_can_stand_for(form: str, kind: str, code: str) -> None:
    assert (kind, code) in {(name.kind, name.code) for name in KNOWLEDGE.names[form]}


def test_names_of_states_leaders_and_places_belong_to_a_known_state() -> None:
    stray = {n.code for n in NAMES if n.kind != "organization"} - set(KNOWLEDGE.countries)
    assert stray <= {UNKNOWN, "IGO"}


def test_organizations_have_a_primary_or_a_state() -> None:
    codes = {n.code for n in NAMES if n.kind == "organization"}
    assert codes - set(KNOWLEDGE.countries) == OF_NO_STATE & codes


def test_types_of_names_are_the_models() -> None:
    assert {n.type for n in NAMES} <= TYPES


def test_sectors_are_known() -> None:
    used = {n.sector for n in NAMES} | {m.sector or None for m in KNOWLEDGE.modifiers.values()}
    assert used - {None} <= set(SECTOR_LABELS)
    assert set(SECTOR_LABELS) >= STATE_SECTORS


def test_offices_do_not_end_before_they_start() -> None:
    assert [n for n in NAMES if n.start and n.end and n.end < n.start] == []


def test_agents_and_modifiers_are_of_a_known_kind() -> None:
    assert {a.kind for a in KNOWLEDGE.agents.values()} <= {"person", "group", "institution", "force"}
    assert {m.effect for m in KNOWLEDGE.modifiers.values()} <= {"former", "set", "weak"}
    assert [m for m in KNOWLEDGE.modifiers.values() if m.effect == "set" and not m.sector] == []


def test_agents_are_lower_case() -> None:
    assert [noun for noun in KNOWLEDGE.agents if noun != noun.lower()] == []


def test_the_last_word_of_an_agent_tells_how_far_back_to_look() -> None:
    assert KNOWLEDGE.agent_heads["affairs"] == max(
        len(noun.split()) for noun in KNOWLEDGE.agents if noun.endswith(" affairs")
    )


def test_no_form_is_empty_or_padded() -> None:
    assert [form for form in KNOWLEDGE.names if not form or form != " ".join(form.split())] == []


def test_short_forms_name_the_states_that_have_them() -> None:
    assert KNOWLEDGE.short_forms["the north"]
    for form, codes in KNOWLEDGE.short_forms.items():
        assert form == form.lower()
        assert all(form in {short.lower() for short in KNOWLEDGE.countries[code].short} for code in codes)


@pytest.mark.parametrize(("code", "name"), [("KEN", "Kenya"), ("ZZZ", "ZZZ")], ids=["known", "unknown"])
def test_the_name_of_a_state_else_its_code(code: str, name: str) -> None:
    assert KNOWLEDGE.country_name(code) == name


TABLES = "countries organizations leaders peoples places agents modifiers".split()


@pytest.mark.parametrize("table", TABLES)
def test_a_row_with_a_missing_cell_names_file_line_and_what_is_allowed(
    table: str, spoil: Callable[[str, str], int]
) -> None:
    line = spoil(f"{table}.tsv", "Nowhere\tX")
    message = rf"^{re.escape(table)}\.tsv, line {line}: 2 cells, the header has \d+ columns$"
    with pytest.raises(BadTable, match=message):
        load_knowledge()


def test_a_new_row_is_read(spoil: Callable[[str, str], int]) -> None:
    spoil("agents.tsv", "lighthouse keeper\tLAB\tperson\t")
    assert load_knowledge().agents["lighthouse keeper"].sector == "LAB"


@pytest.mark.parametrize(
    ("table", "row"),
    [
        pytest.param("leaders.tsv", "Ann\t\tKEN\tGOV\tpresident\t2004-13-01\t\town", id="no-such-month"),
        pytest.param("leaders.tsv", "Ann\t\tKEN\tGOV\tpresident\tspring\t\town", id="no-date"),
        pytest.param("agents.tsv", "lighthouse keeper\tXYZ\tperson\t", id="unknown-sector"),
        pytest.param("modifiers.tsv", "rusty\tGOV\tpaint\t", id="unknown-effect"),
    ],
)
def test_a_value_that_is_not_allowed_names_file_and_line(
    table: str, row: str, spoil: Callable[[str, str], int]
) -> None:
    line = spoil(table, row)
    with pytest.raises(BadTable, match=rf"^{table}, line {line}:"):
        load_knowledge()
