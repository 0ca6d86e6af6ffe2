"""Who is who: the names and agent nouns of the tables, by the forms in which a text writes them."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from extract.model import UNKNOWN
from extract.tables import day, items, rows

SECTOR_LABELS = {
    "GOV": "government",
    "MIL": "military",
    "REB": "rebels",
    "OPP": "opposition",
    "CVL": "civilians",
    "JUD": "judiciary",
    "LEG": "legislature",
    "COP": "police",
    "MED": "media",
    "BUS": "business",
    "EDU": "education",
    "LAB": "workers",
    "REF": "refugees",
    "SPY": "intelligence",
    "HLH": "health",
    "AGR": "farmers",
    "CRM": "criminals",
    "ELI": "elites",
    "REL": "clergy",
    "UAF": "armed men",
    "PTY": "party",
    "NGO": "organizations",
    "IGO": "international bodies",
}
"""The sectors of the agent table, as the name of a sector's actor says them ("Israel: military")."""

STATE_SECTORS = frozenset({"MIL", "COP", "JUD", "LEG", "SPY"})
"""Sectors whose actors are organs of the state; those of the others are groups."""


CLOSE = 0.88
"""From which likeness on (difflib's ratio, 0 to 1) two spellings of a leader's whole name are taken for one."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a form can stand for.

    ``kind``: ``country``, ``adjective``, ``demonym``, ``capital``, ``government`` (a metonym), ``organization``,
    ``leader``, ``people`` or ``place``. ``start`` and ``end`` bound a leader's office or a state's existence.
    """

    kind: str
    code: str
    sector: str | None
    name: str
    type: str
    start: dt.date | None = None
    end: dt.date | None = None

    def holds(self, date: dt.date | None) -> bool:
        """Whether the office or state exists on ``date``; None asks for no date."""
        if date is None:
            return True
        return (self.start is None or self.start <= date) and (self.end is None or date <= self.end)


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent noun or title: its sector, and what it is (``person``, ``group``, ``institution``, ``force``)."""

    noun: str
    sector: str
    kind: str


@dataclass(frozen=True, slots=True)
class Modifier:
    """A word before an agent noun: ``set`` changes the sector, ``weak`` fills it, ``former`` ends an office."""

    sector: str
    effect: str


@dataclass(frozen=True, slots=True)
class Country:
    """A state, and the short forms that hold once a text has named it ("the North")."""

    code: str
    name: str
    short: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All tables on actors: ``names`` by form, ``agents`` and ``modifiers`` by lower-case lemma.

    ``leaders`` are by their whole names and by their surnames.
    """

    names: dict[str, tuple[Name, ...]]
    agents: dict[str, Agent]
    modifiers: dict[str, Modifier]
    countries: dict[str, Country]
    short_forms: dict[str, tuple[str, ...]]
    leaders: dict[str, tuple[Name, ...]]

    def leader(self, name: str, date: dt.date | None) -> Name | None:
        """The leader whom a text with a title calls ``name``: by surname, or by a spelling close to a known one.

        One who was in office on ``date`` comes first; None where leaders of different states are meant.
        """
        words = name.split()
        found = self.leaders.get(words[-1], ()) if words else ()
        if not found and len(words) > 1:
            alike = [form for form in self.leaders if form[0] == name[0] and abs(len(form) - len(name)) < 4]
            close = difflib.get_close_matches(name, alike, n=1, cutoff=CLOSE)
            found = self.leaders[close[0]] if close else ()
        found = tuple(leader for leader in found if leader.holds(date)) or found
        return found[0] if len({leader.code for leader in found}) == 1 else None

    def country_name(self, code: str) -> str:
        """The English short name of the state ``code``, else the code itself."""
        country = self.countries.get(code)
        return country.name if country else code


def load_knowledge() -> Knowledge:
    """Read the tables under ``extract/data``; raises BadTable for a row that cannot be read."""
    forms: defaultdict[str, dict[Name, None]] = defaultdict(dict)
    countries, short_forms = {}, defaultdict(list)
    for form, name in _names():
        forms[form][name] = None
    for row in _country_rows():
        country = Country(row["code"], row["name"], items(row["region_short"]))
        countries[country.code] = country
        for short in country.short:
            short_forms[short.lower()].append(country.code)
    agents = {
        row["noun"]: Agent(row["noun"], row["sector"], row["kind"])
        for row in rows("agents.tsv", ("noun", "sector", "kind", "note"))
    }
    modifiers = {
        row["modifier"]: Modifier(row["sector"], row["effect"])
        for row in rows("modifiers.tsv", ("modifier", "sector", "effect", "note"))
    }
    return Knowledge(
        names={form: tuple(names) for form, names in forms.items()},
        agents=agents,
        modifiers=modifiers,
        countries=countries,
        short_forms={form: tuple(codes) for form, codes in short_forms.items()},
        leaders=_leaders(forms),
    )


def _leaders(forms: Mapping[str, Iterable[Name]]) -> dict[str, tuple[Name, ...]]:
    found: defaultdict[str, dict[Name, None]] = defaultdict(dict)
    for form, names in forms.items():
        for name in names:
            if name.kind == "leader":
                found[form][name] = None
                found[form.split()[-1]][name] = None
    return {form: tuple(names) for form, names in found.items()}


def _country_rows() -> Iterator[dict[str, str]]:
    columns = "code name names adjectives demonyms capitals government region_short start end source"
    return rows("countries.tsv", columns.split())


def _names() -> Iterator[tuple[str, Name]]:
    """Every form of every table with what it can stand for."""
    yield from _country_names()
    yield from _organization_names()
    for row in rows("leaders.tsv", "name names code sector office start end source".split()):
        office = (day(row["start"]), day(row["end"], last=True))
        leader = Name("leader", row["code"], row["sector"] or None, row["name"], "Person", *office)
        for form in (row["name"], *items(row["names"])):
            yield form, leader
    for row in rows("peoples.tsv", "name names code sector kind note".split()):
        people = Name("people", row["code"] or UNKNOWN, row["sector"] or "CVL", row["name"], "Group")
        for form in (row["name"], *items(row["names"])):
            yield form, people
    for row in rows("places.tsv", "name names code kind note".split()):
        place = Name("place", row["code"] or UNKNOWN, None, row["name"], "Place")
        for form in (row["name"], *items(row["names"])):
            yield form, place


def _country_names() -> Iterator[tuple[str, Name]]:
    kinds = {"names": "country", "adjectives": "adjective", "demonyms": "demonym"}
    kinds |= {"capitals": "capital", "government": "government"}
    for row in _country_rows():
        span = (day(row["start"]), day(row["end"], last=True))
        yield row["name"], Name("country", row["code"], None, row["name"], "State", *span)
        for column, kind in kinds.items():
            for form in items(row[column]):
                yield form, Name(kind, row["code"], None, row["name"], "State", *span)


def _organization_names() -> Iterator[tuple[str, Name]]:
    for row in rows("organizations.tsv", "id name names code sector type country source".split()):
        organization = Name("organization", row["code"], row["sector"] or None, row["name"], row["type"])
        for form in (row["name"], *items(row["names"])):
            yield form, organization
