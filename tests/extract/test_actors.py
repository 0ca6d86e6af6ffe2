"""Whom a noun phrase names by its own words: every row is the source of an act against Togo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from extract.actors import NameFinder, Phrases, actor_of
from extract.knowledge import load_knowledge
from extract.model import Actor, Event
from extract.pipeline import Extractor

Code = Callable[..., list[Event]]
Who = Callable[..., list[str]]
Read = Callable[[str], Phrases]


@pytest.fixture(scope="module")
def phrases(extractor: Extractor) -> Read:
    """The noun phrases of a sentence, parsed."""
    finder = NameFinder(extractor.parser, load_knowledge())
    return lambda text: Phrases(extractor.parser.parse(text), finder, None)


STATES = {
    "abbreviation-with-dots": ("The U.S.", "USA/GOV"),
    "abbreviation": ("The UK", "GBR/GOV"),
    "official-form": ("Republic of Korea", "KOR/GOV"),
    "initials-of-the-official-form": ("The PRC", "CHN/GOV"),
    "foreign-form": ("Cote d'Ivoire", "CIV/GOV"),
    "short-form-of-a-double-name": ("Bosnia", "BIH/GOV"),
    "longest-name-wins": ("Guinea-Bissau", "GNB/GOV"),
    "longest-name-wins-over-a-neighbour": ("The Democratic Republic of Congo", "COD/GOV"),
    "country-that-is-also-a-person": ("Jordan", "JOR/GOV"),
    "country-that-is-also-a-region": ("Georgia", "GEO/GOV"),
    "capital": ("Pyongyang", "PRK/GOV"),
    "capital-of-two-words": ("Addis Ababa", "ETH/GOV"),
    "seat-of-government": ("Downing Street", "GBR/GOV"),
    "seat-of-government-with-accents": ("The Élysée", "FRA/GOV"),
    "seat-of-government-named-after-its-walls": ("The White House", "USA/GOV"),
    "people-as-state": ("The French", "FRA/GOV"),
    "coordinated-adjectives": ("Hungarian and Romanian officials", "HUN/GOV ROU/GOV"),
}

SECTORS = {
    "army": ("US troops", "USA/MIL"),
    "ship": ("A Kenyan warship", "KEN/MIL"),
    "court": ("A Kenyan court", "KEN/JUD"),
    "intelligence": ("The Kenyan intelligence service", "KEN/SPY"),
    "journalists": ("Kenyan journalists", "KEN/MED"),
    "nurses": ("Kenyan nurses", "KEN/HLH"),
    "clergy": ("Kenyan bishops", "KEN/REL"),
    "workers": ("Kenyan unions", "KEN/LAB"),
    "party": ("The ruling party of Kenya", "KEN/PTY"),
    "voters": ("Kenyan voters", "KEN/CVL"),
    "settlers": ("Israeli settlers", "ISR/CVL"),
    "faith": ("Kenyan Muslims", "KEN/CVL"),
    "city-after-the-noun": ("Residents of Lagos", "NGA/CVL"),
    "embassy": ("The Peruvian embassy in Nairobi", "PER/GOV"),
    "envoy-to-another-state": ("Kenya's ambassador to Peru", "KEN/GOV"),
    "title-before-a-name": ("Kenyan Vice President Amina Odhiambo", "KEN/GOV"),
    "title-before-and-country-after": ("Foreign Minister Kofi Mensah of Ghana", "GHA/GOV"),
    "title-in-apposition": ("Kofi Mensah, the Ghanaian foreign minister,", "GHA/GOV"),
    "deputy-is-still-government": ("The deputy prime minister of Kenya", "KEN/GOV"),
    "spokesman-of-a-person": ("The Kenyan president's spokesman", "KEN/GOV"),
    "spokesman-for-an-organ": ("A spokesman for the Ghanaian navy", "GHA/MIL"),
    "member-of-an-organ": ("Members of the Kenyan parliament", "KEN/LEG"),
    "suspected-militants": ("Suspected Kenyan militants", "KEN/REB"),
    "modifier-against-the-government": ("Anti-government protesters in Kenya", "KEN/OPP"),
    "people-of-several-states": ("Kurdish rebels in Turkey", "TUR/REB"),
}

ORGANIZATIONS = {
    "union-of-states": ("The European Union", "IGO", "InternationalOrganization"),
    "abbreviation": ("ASEAN", "IGO", "InternationalOrganization"),
    "court-of-many-states": ("The International Criminal Court", "IGO/JUD", "InternationalOrganization"),
    "agency": ("UNICEF", "IGO", "InternationalOrganization"),
    "head-of-an-organization": ("The United Nations secretary-general", "IGO", "InternationalOrganization"),
    "international-community": ("The international community", "IGO", "InternationalOrganization"),
    "relief-organization": ("Doctors Without Borders", "NGO", "NonGovernmentalOrganization"),
    "campaigners": ("Greenpeace", "NGO", "NonGovernmentalOrganization"),
    "multinational-company": ("ExxonMobil", "MNC/BUS", "Company"),
    "company-with-a-country-in-its-name": ("Kenya Airways", "KEN/BUS", "Company"),
    "armed-group": ("Al-Shabaab", "SOM/REB", "ArmedGroup"),
    "armed-group-by-initials": ("The FARC", "COL/REB", "ArmedGroup"),
    "fighters-of-an-armed-group": ("Taliban fighters", "AFG/REB", "ArmedGroup"),
    "official-of-an-armed-group": ("A senior Hamas official", "PSE/REB", "ArmedGroup"),
    "newspaper": ("The New York Times", "USA/MED", "Media"),
}


KNOWN_FAILURES = [
    pytest.param(
        "The Iranian-backed militia",
        "---/REB",
        id="backed-by-a-state-is-not-its-own",
    ),
    pytest.param(
        "The Bolivian-born singer",
        "---/CVL",
        id="born-elsewhere",
    ),
    pytest.param(
        "Kenya's neighbors",
        "---",
        id="neighbours-are-others",
        marks=pytest.mark.xfail(strict=True, reason="the possessor of what is no actor acts itself: KEN/GOV"),
    ),
    pytest.param(
        "The Hague",
        "NLD/GOV",
        id="seat-of-government-that-is-no-capital",
        marks=pytest.mark.xfail(strict=True, reason="a city of the places table has no sector: NLD"),
    ),
]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [*(pytest.param(*row, id=key) for key, row in (STATES | SECTORS).items()), *KNOWN_FAILURES],
)
def test_source(phrase: str, expected: str, who: Who) -> None:
    assert who(f"{phrase} condemned Togo.") == expected.split()


@pytest.mark.parametrize(("phrase", "expected", "type_"), ORGANIZATIONS.values(), ids=ORGANIZATIONS)
def test_organization(phrase: str, expected: str, type_: str, code: Code, who: Who) -> None:
    text = f"{phrase} condemned Togo."
    assert who(text) == [expected]
    (event,) = code(text)
    assert event.source is not None
    assert event.source.actor.type == type_


def test_a_sea_is_no_state(who: Who) -> None:
    assert who("The South China Sea condemned Togo.") == ["---"]


def test_a_gulf_named_after_a_state_is_not_that_state(who: Who) -> None:
    assert who("A tanker in the Gulf of Guinea attacked Togo.") == ["---/BUS"]


@pytest.mark.parametrize(
    ("phrase", "year", "expected"),
    [
        ("The Soviet Union", 1985, "SUN/GOV"),
        ("Yugoslavia", 1975, "YUG/GOV"),
        ("Czechoslovakia", 1980, "CSK/GOV"),
        ("President Jimmy Carter", 1978, "USA/GOV"),
        ("Jimmy Carter", 1999, "USA/ELI"),
        ("Former U.S. president Jimmy Carter", 1999, "USA/ELI"),
        ("Barack Obama", 2012, "USA/GOV"),
        ("Barack Obama", 2019, "USA/ELI"),
        ("Nelson Mandela", 1995, "ZAF/GOV"),
        ("Nelson Mandela", 2003, "ZAF/ELI"),
    ],
)
def test_source_by_the_documents_date(phrase: str, year: int, expected: str, who: Who) -> None:
    assert who(f"{phrase} condemned Togo.", date=dt.date(year, 6, 1)) == [expected]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The deputy foreign minister of Kenya condemned Togo.", "deputy foreign minister of Kenya"),
        ("The United Nations condemned Togo.", "United Nations"),
        ("Kenya's ruling party condemned Togo.", "Kenya's ruling party"),
        ("Kenyan soldiers condemned Togo.", "Kenyan soldiers"),
        ("Hundreds of Kenyan soldiers condemned Togo.", "Hundreds of Kenyan soldiers"),
    ],
    ids=["of-phrase", "name", "possessor", "adjective", "partitive"],
)
def test_a_mention_is_the_whole_phrase_without_its_article(text: str, words: str, code: Code) -> None:
    (event,) = code(text)
    assert event.source is not None
    assert event.source.span.text == words


@pytest.mark.parametrize(
    ("phrase", "name", "type_", "id_"),
    [
        ("Kenya", "Kenya", "State", "KEN"),
        ("The Kenyan government", "Kenya", "State", "KEN"),
        ("Kenyan soldiers", "Kenya: military", "StateOrgan", "KEN-MIL"),
        ("Kenyan farmers", "Kenya: farmers", "Group", "KEN-AGR"),
        ("Rebels", "rebel", "UnknownActor", "unknown-rebel"),
        ("Taliban fighters", "Taliban", "ArmedGroup", "AFG-taliban"),
    ],
    ids=["state", "government-is-the-state", "organ", "group", "unknown", "armed-group"],
)
def test_what_an_actor_is_called(phrase: str, name: str, type_: str, id_: str, code: Code) -> None:
    (event,) = code(f"{phrase} condemned Togo.")
    assert event.source is not None
    actor = event.source.actor
    assert (actor.name, actor.type, actor.id) == (name, type_, id_)


@pytest.mark.parametrize(
    ("text", "head", "owners"),
    [
        ("Haiti's efforts failed.", "efforts", ["HTI"]),
        ("An Indian proposal failed.", "proposal", ["IND"]),
        ("Ships of Iran sank.", "ships", ["IRN"]),
        ("The efforts failed.", "efforts", []),
    ],
    ids=["possessor", "adjective", "of", "nobody"],
)
def test_owners_of_what_is_no_actor(text: str, head: str, owners: list[str], phrases: Read) -> None:
    read = phrases(text)
    token = next(t for t in read.doc if t.lower_ == head)
    assert [reference.code for reference in read.owners(token)] == owners


def test_an_open_reference_is_closed_by_a_code_from_outside(phrases: Read) -> None:
    read = phrases("The ministry waited.")
    (reference,) = read.read(read.doc[1])
    assert (reference.code, reference.definite) == (None, True)
    assert actor_of(reference, read.knowledge, "KEN") == Actor("KEN", "GOV", "Kenya", "State")
    assert actor_of(reference, read.knowledge).code == "---"


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("The prime minister waited.", "minister", "prime minister"),
        ("The minister waited.", "minister", "minister"),
        ("The ministers waited.", "ministers", "minister"),
        ("The cat waited.", "cat", None),
    ],
    ids=["two-words", "one-word", "plural", "no-agent"],
)
def test_the_longest_agent_noun(text: str, word: str, expected: str | None, phrases: Read) -> None:
    read = phrases(text)
    found = read.agent_at(next(t for t in read.doc if t.text == word))
    assert (found[1].noun if found else None) == expected
