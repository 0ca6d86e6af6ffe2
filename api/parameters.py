"""Names and values of parameters, read and checked: the same for a query string and for command-line options."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.errors import BadParameter
from extract.model import MODALITIES, QUAD_CLASSES
from graph.counting import BUCKETS, MAX_RANKED, RANKED, RANKS
from graph.network import (
    ACTORS_BY,
    ACTUAL,
    AGGREGATES,
    DEFAULT_LIMIT,
    DIRECTIONS,
    MAX_DEPTH,
    MAX_EVIDENCE,
    MAX_LIMIT,
    ORDERS,
    Selection,
)
from graph.selecting import MAX_PAGE, EventFilter

Given = Mapping[str, Iterable[str]]

COMMON = frozenset({"action", "quad", "from", "to", "modality", "min_confidence", "limit"})
NETWORK = COMMON | {
    "actor",
    "depth",
    "direction",
    "sector",
    "min_weight",
    "aggregate",
    "by",
    "order",
    "include",
}
OVERVIEW = (NETWORK - {"actor", "depth", "direction"}) | {"cursor"}
NEIGHBORHOOD = NETWORK | {"sentences", "cursor"}
INCLUDED = ("months", "evidence")
SENTENCES = 3
ENDS = frozenset({"actor", "source", "target"})
EVENTS = COMMON | ENDS | {"cursor", "brief"}
TIMELINE = (COMMON | ENDS | {"bucket"}) - {"limit"}
RANKING = COMMON | ENDS | {"rank"}
PAGE = 50
MAX_WEIGHT = 10**9

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = re.compile(r"\d{1,12}", re.ASCII)
_SECTOR = re.compile(r"[A-Z]{3}")


class Parameters:
    """Given parameters by name, each possibly several times; a comma separates values as well."""

    def __init__(self, given: Given, allowed: frozenset[str]) -> None:
        """Raises BadParameter for a name that is not ``allowed``."""
        self._given = {name: [v for v in values if v != ""] for name, values in given.items()}
        for name in self._given:
            if name not in allowed:
                raise BadParameter.unknown(name, allowed)

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be given once."""
        values = self._given.get(name) or []
        if len(values) > 1:
            raise BadParameter.value(name, values, "one value")
        return values[0] if values else None

    def many(self, name: str) -> tuple[str, ...]:
        """All values, those after a comma too, each once."""
        values = (v.strip() for value in self._given.get(name, ()) for v in value.split(","))
        return tuple(dict.fromkeys(filter(None, values)))

    def choice(self, name: str, allowed: Iterable[str], default: str) -> str:
        """A value out of ``allowed``."""
        value = self.one(name)
        if value is not None and value not in allowed:
            raise BadParameter.value(name, value, f"one of {', '.join(allowed)}")
        return value or default

    def integer(self, name: str, least: int, most: int, default: int) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self.one(name)
        if value is None:
            return default
        if not _WHOLE.fullmatch(value) or not least <= int(value) <= most:
            raise BadParameter.value(name, value, f"a whole number from {least} to {most}")
        return int(value)

    def number(self, name: str, allowed: str) -> float | None:
        """A finite number; ``allowed`` says which, for the message."""
        value = self.one(name)
        if value is None:
            return None
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not abs(number) < float("inf"):
            raise BadParameter.value(name, value, allowed)
        return number

    def fraction(self, name: str) -> float:
        """A number from 0 to 1, 0 where none is given."""
        number = self.number(name, "a number from 0 to 1") or 0.0
        if not 0 <= number <= 1:
            raise BadParameter.value(name, self.one(name), "a number from 0 to 1")
        return number

    def day(self, name: str) -> dt.date | None:
        """A day as YYYY-MM-DD."""
        value = self.one(name)
        if value is None:
            return None
        try:
            if _DAY.fullmatch(value):
                return dt.date.fromisoformat(value)
            reason = ""
        except ValueError as error:
            reason = f" ({error})"
        raise BadParameter.value(name, value, f"a day as YYYY-MM-DD, e.g. 2017-01-04{reason}")

    def days(self) -> tuple[dt.date | None, dt.date | None]:
        """``from`` and ``to``: the first day and the day after the last."""
        first, last = self.day("from"), self.day("to")
        if first and last and first >= last:
            allowed = f"a day after from={first} (the day of to= is not included)"
            raise BadParameter.value("to", last.isoformat(), allowed)
        return first, last

    def quads(self) -> tuple[int, ...]:
        """Quad classes."""
        values = self.many("quad")
        for value in values:
            if value not in map(str, QUAD_CLASSES):
                classes = ", ".join(f"{number} ({name})" for number, name in QUAD_CLASSES.items())
                raise BadParameter.value("quad", value, classes)
        return tuple(map(int, values))

    def sectors(self) -> tuple[str, ...]:
        """Roles of actors."""
        values = self.many("sector")
        for value in values:
            if not _SECTOR.fullmatch(value):
                raise BadParameter.value("sector", value, "a role in three capitals, such as GOV, MIL or REB")
        return values

    def included(self, allowed: Sequence[str]) -> tuple[str, ...]:
        """What an answer is to have besides."""
        values = self.many("include")
        for value in values:
            if value not in allowed:
                raise BadParameter.value("include", value, " or ".join(allowed))
        return values

    def modalities(self, default: tuple[str, ...]) -> tuple[str, ...]:
        """Modalities; ``all`` stands for every one."""
        values = self.many("modality")
        if values == ("all",):
            return MODALITIES
        for value in values:
            if value not in MODALITIES:
                raise BadParameter.value("modality", value, f"all, {', '.join(MODALITIES)}")
        return values or default


def selection(
    given: Given, *, extra: frozenset[str] = frozenset(), limit: int | None = DEFAULT_LIMIT
) -> Selection:
    """The part of the network that parameters ask for; ``limit`` is the default, None for no limit."""
    p = Parameters(given, NETWORK | extra)
    start, end = p.days()
    included = p.included(INCLUDED if "sentences" in extra else ("months",))
    return Selection(
        actors=p.many("actor"),
        depth=p.integer("depth", 1, MAX_DEPTH, 1),
        direction=p.choice("direction", DIRECTIONS, "both"),
        actions=p.many("action"),
        quads=p.quads(),
        sectors=p.sectors(),
        start=start,
        end=end,
        modalities=p.modalities(ACTUAL),
        min_weight=p.integer("min_weight", 1, MAX_WEIGHT, 1),
        min_confidence=p.fraction("min_confidence"),
        limit=p.integer("limit", 1, MAX_LIMIT, limit or 0) or None,
        aggregate=p.choice("aggregate", AGGREGATES, AGGREGATES[0]),
        by=p.choice("by", ACTORS_BY, ACTORS_BY[0]),
        order=p.choice("order", ORDERS, ORDERS[0]),
        months="months" in included,
        evidence=p.integer("sentences", 1, MAX_EVIDENCE, SENTENCES) if "evidence" in included else 0,
        cursor=p.one("cursor"),
    )


def overview(given: Given) -> Selection:
    """The part of the whole network that parameters ask for."""
    Parameters(given, OVERVIEW)
    return selection(given, extra=frozenset({"cursor"}))


@dataclass(frozen=True, slots=True)
class EventList:
    """A page of events: which, how many, after which mark; ``brief`` leaves out their sentences."""

    chosen: EventFilter
    limit: int
    cursor: str | None
    brief: bool


def event_list(given: Given) -> EventList:
    """The page of events that parameters ask for."""
    p = Parameters(given, EVENTS)
    brief = p.choice("brief", ("true", "false"), "false") == "true"
    return EventList(_events(p, ()), p.integer("limit", 1, MAX_PAGE, PAGE), p.one("cursor"), brief)


def timeline(given: Given) -> tuple[EventFilter, str]:
    """The events that parameters ask for, and the bucket in which they are counted."""
    p = Parameters(given, TIMELINE)
    return _events(p, ACTUAL), p.choice("bucket", BUCKETS, "month")


def ranking(given: Given) -> tuple[EventFilter, str, int]:
    """The events that parameters ask for, what of them is ranked, and how much of it is shown."""
    p = Parameters(given, RANKING)
    rank = p.choice("rank", RANKS, "")
    if not rank:
        raise BadParameter.missing("rank", f"one of {', '.join(RANKS)}")
    chosen = _events(p, ACTUAL)
    if rank == "partners" and chosen.actor is None:
        raise BadParameter.missing("actor", "the id of the actor whose partners they are")
    return chosen, rank, p.integer("limit", 1, MAX_RANKED, RANKED)


def _events(p: Parameters, modalities: tuple[str, ...]) -> EventFilter:
    start, end = p.days()
    return EventFilter(
        source=p.one("source"),
        target=p.one("target"),
        actor=p.one("actor"),
        actions=p.many("action"),
        quads=p.quads(),
        start=start,
        end=end,
        modalities=p.modalities(modalities),
        min_confidence=p.fraction("min_confidence"),
    )


def described(chosen: Selection | EventFilter) -> dict[str, object]:
    """The parameters that ask for ``chosen``, defaults included, as ``meta.query`` repeats them."""
    query: dict[str, object] = {
        "actor": list(chosen.actors) if isinstance(chosen, Selection) else chosen.actor,
        "action": list(chosen.actions),
        "quad": list(chosen.quads),
        "from": chosen.start.isoformat() if chosen.start else None,
        "to": chosen.end.isoformat() if chosen.end else None,
        "modality": list(chosen.modalities),
        "min_confidence": chosen.min_confidence,
    }
    if isinstance(chosen, Selection):
        query |= {"depth": chosen.depth, "direction": chosen.direction, "sector": list(chosen.sectors)}
        query |= {"min_weight": chosen.min_weight, "aggregate": chosen.aggregate, "by": chosen.by}
        included = [name for name in INCLUDED if getattr(chosen, name)]
        query |= {"order": chosen.order, "include": included, "sentences": chosen.evidence or None}
        query |= {"limit": chosen.limit, "cursor": chosen.cursor}
    else:
        query |= {"source": chosen.source, "target": chosen.target}
    return {name: value for name, value in query.items() if value not in (None, [])}
