"""Who is who: the names and agent nouns of the tables, by the forms in which a text writes them."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from extract.model import UNKNOWN
from extract.tables import Row, check_own, items, rows

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

SECTORS = frozenset(SECTOR_LABELS) | {""}
"""What the column ``sector`` may hold."""

STATE_SECTORS = frozenset({"MIL", "COP", "JUD", "LEG", "SPY"})
"""Sectors whose actors are organs of the state; those of the others are groups."""


ALIKE = 0.7
"""From which likeness on two whole names with the same surname are taken for one person's."""

CLOSE = 0.88
"""From which likeness on (difflib's ratio, 0 to 1) two spellings of a leader's whole name are taken for one."""


class Name(NamedTuple):
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
    """A state, and the short forms that hold once a text has named it ("the North").

    Before ``start`` its territory belonged to the state ``part_of``.
    """

    code: str
    name: str
    short: tuple[str, ...]
    start: dt.date | None = None
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All tables on actors: ``names`` by form, ``agents`` and ``modifiers`` by lower-case lemma.

    ``leaders`` are by their whole names and by their surnames, ``place_kinds`` (``city``, ``region`` …) by name,
    ``groups`` of states by the lower-case form that names them together, ``name_words`` are sectors by the lower-case
    word of an organization's name.
    """

    names: dict[str, tuple[Name, ...]]
    agents: dict[str, Agent]
    modifiers: dict[str, Modifier]
    countries: dict[str, Country]
    short_forms: dict[str, tuple[str, ...]]
    leaders: dict[str, tuple[Name, ...]]
    place_kinds: dict[str, str]
    groups: dict[str, tuple[str, ...]]
    name_words: dict[str, str]
    agent_heads: dict[str, int] = field(default_factory=dict)
    """The last words of the agent nouns, with how many words the longest of them has."""
    alias_heads: frozenset[str] = frozenset()
    """The last words of the short forms and of the names of groups."""
    leader_initials: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The forms of leaders' names by their first letter."""

    def leader(self, name: str, date: dt.date | None) -> Name | None:
        """The leader whom a text with a title calls ``name``: by surname, or by a spelling close to a known one.

        One who was in office on ``date`` comes first; None where leaders of different states are meant.
        """
        words = name.split()
        found = self.leaders.get(words[-1], ()) if words else ()
        if len(words) > 1:  # another given name is another person
            found = tuple(n for n in found if _likeness(name, n.name) >= ALIKE)
        if not found and len(words) > 1:
            alike = [f for f in self.leader_initials.get(name[0], ()) if abs(len(f) - len(name)) < 4]
            close = difflib.get_close_matches(name, alike, n=1, cutoff=CLOSE)
            found = self.leaders[close[0]] if close else ()
        found = tuple(leader for leader in found if leader.holds(date)) or found
        return found[0] if len({leader.code for leader in found}) == 1 else None

    def state_then(self, code: str, date: dt.date | None) -> str:
        """The state to which what is the territory of ``code`` today belonged on ``date``."""
        country = self.countries.get(code)
        while country and country.part_of and date and country.start and date < country.start:
            code, country = country.part_of, self.countries.get(country.part_of)
        return code

    def country_name(self, code: str) -> str:
        """The English short name of the state ``code``, else the code itself."""
        country = self.countries.get(code)
        return country.name if country else code


TABLES = {
    "countries.tsv": (
        "code name names adjectives demonyms capitals government region_short start end part_of source".split()
    ),
    "organizations.tsv": "id name names code sector type country source".split(),
    "leaders.tsv": "name names code sector office start end source".split(),
    "peoples.tsv": "name names code sector kind note".split(),
    "places.tsv": "name names code kind note".split(),
    "groups.tsv": "name names codes note".split(),
    "agents.tsv": "noun sector kind note".split(),
    "name_words.tsv": "word sector note".split(),
    "modifiers.tsv": "modifier sector effect note".split(),
}
"""The tables on actors with their columns."""

EFFECTS = frozenset({"former", "set", "weak"})


def load_knowledge(own: Sequence[Path] = ()) -> Knowledge:
    """Read the tables under ``extract/data``, and a user's own files with the columns of one of them.

    What a user's file says comes before what the tables say. Raises BadTable for what cannot be read.
    """
    check_own(own, TABLES)
    mine: defaultdict[str, list[Name]] = defaultdict(list)
    ours: defaultdict[str, list[Name]] = defaultdict(list)
    for form, name, own_row in _names(own):
        (mine if own_row else ours)[form].append(name)
    forms = {form: _distinct([*mine.get(form, ()), *names]) for form, names in ours.items()}
    forms |= {form: _distinct(names) for form, names in mine.items() if form not in ours}
    countries, short_forms = {}, defaultdict(list)
    for row in _table("countries.tsv", own):
        begun, part_of = row.day("start"), row["part_of"]
        country = Country(row["code"], row["name"], items(row["region_short"]), begun, part_of)
        countries[country.code] = country
        for short in country.short:
            short_forms[short.lower()].append(country.code)
    agents = {
        row["noun"]: Agent(row["noun"], _sector(row) or "", row["kind"]) for row in _table("agents.tsv", own)
    }
    leaders = _leaders(forms)
    initials: defaultdict[str, list[str]] = defaultdict(list)
    for form in leaders:
        if " " in form:
            initials[form[0]].append(form)
    groups = {
        form.lower(): items(row["codes"])
        for row in _table("groups.tsv", own)
        for form in (row["name"], *items(row["names"]))
    }
    return Knowledge(
        names=forms,
        agents=agents,
        agent_heads=_heads(agents),
        alias_heads=frozenset(form.rpartition(" ")[2] for form in (*short_forms, *groups)),
        leader_initials={initial: tuple(found) for initial, found in initials.items()},
        modifiers={
            row["modifier"]: Modifier(_sector(row) or "", row.one_of("effect", EFFECTS))
            for row in _table("modifiers.tsv", own)
        },
        countries=countries,
        short_forms={form: tuple(codes) for form, codes in short_forms.items()},
        leaders=leaders,
        groups=groups,
        name_words={row["word"]: _sector(row) or "" for row in _table("name_words.tsv", own)},
        place_kinds={
            form: row["kind"]
            for row in _table("places.tsv", own)
            for form in (row["name"], *items(row["names"]))
        },
    )


def _heads(nouns: Iterable[str]) -> dict[str, int]:
    """The last words, with how many words the longest that ends so has."""
    found: dict[str, int] = {}
    for noun in nouns:
        last = noun.rpartition(" ")[2]
        found[last] = max(found.get(last, 1), noun.count(" ") + 1)
    return found


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _distinct(names: list[Name]) -> tuple[Name, ...]:
    return tuple(names) if len(names) == 1 else tuple(dict.fromkeys(names))


def _leaders(forms: Mapping[str, Iterable[Name]]) -> dict[str, tuple[Name, ...]]:
    found: defaultdict[str, list[Name]] = defaultdict(list)
    for form, names in forms.items():
        for name in names:
            if name.kind == "leader":
                found[form].append(name)
                if " " in form:
                    found[form.rpartition(" ")[2]].append(name)
    return {form: _distinct(names) for form, names in found.items()}


def _table(name: str, own: Sequence[Path]) -> Iterator[Row]:
    return rows(name, TABLES[name], own=own)


def _sector(row: Row) -> str | None:
    return row.one_of("sector", SECTORS) or None


def _names(own: Sequence[Path]) -> Iterator[tuple[str, Name, bool]]:
    """Every form of every table with what it can stand for, and whether a user's file says so."""
    for row in _table("countries.tsv", own):
        yield from ((form, name, row.own) for form, name in _country_names(row))
    for row in _table("organizations.tsv", own):
        organization = Name("organization", row["code"], _sector(row), row["name"], row["type"])
        yield from _forms(row, organization)
    for row in _table("leaders.tsv", own):
        office = (row.day("start"), row.day("end", last=True))
        yield from _forms(row, Name("leader", row["code"], _sector(row), row["name"], "Person", *office))
    for row in _table("peoples.tsv", own):
        code = row["code"] or UNKNOWN
        yield from _forms(row, Name("people", code, _sector(row) or "CVL", row["name"], "Group"))
    for row in _table("places.tsv", own):
        yield from _forms(row, Name("place", row["code"] or UNKNOWN, None, row["name"], "Place"))


def _forms(row: Row, name: Name) -> Iterator[tuple[str, Name, bool]]:
    return ((form, name, row.own) for form in (row["name"], *items(row["names"])))


def _country_names(row: Row) -> Iterator[tuple[str, Name]]:
    kinds = {"names": "country", "adjectives": "adjective", "demonyms": "demonym"}
    kinds |= {"capitals": "capital", "government": "government"}
    span = (row.day("start"), row.day("end", last=True))
    yield row["name"], Name("country", row["code"], None, row["name"], "State", *span)
    for column, kind in kinds.items():
        for form in items(row[column]):
            yield form, Name(kind, row["code"], None, row["name"], "State", *span)
