"""Questions to the index: which events a filter lets pass.

A date range takes the events that *start* in it, so that adjacent ranges add up; while it is given, undated events
are left out.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import difflib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from extract.model import MODALITIES, PLOVER_TYPES, QUAD_CLASSES
from graph import asking
from graph.cast import Cast, Known
from graph.codes import Kinds
from graph.columns import Columns, NotHeld
from graph.conditions import Comparison, Conditions
from graph.errors import BadCursor, BadSelection, UnknownAction
from graph.ids import relation_id, relation_parts
from graph.network import Selection

MAX_PAGE = 1000
"""Events on a page at most."""

MAX_NEAR = 3

ENDS = ("source", "target")

MICRO = "round(goldstein * 1e6)"
"""Goldstein scores in millionths: whole numbers, whose sums, and so the last digits of means, are the same in any
order."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as the index has it; ``start`` and ``end`` are half-open, ``confidence`` is that of the best mention."""

    event: str
    source: str | None
    target: str | None
    action: str
    plover: str
    cameo: str
    quad: int
    goldstein: float
    start: dt.date | None
    end: dt.date | None
    granularity: str | None
    modality: str
    negated: bool
    mentions: int
    confidence: float

    @property
    def relation(self) -> str | None:
        """The id of the event's relation; None where source or target is unknown."""
        if self.source is None or self.target is None:
            return None
        return relation_id(self.source, self.action, self.target)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; empty tuples and None let everything pass. ``actor`` is source or target, ``start`` and ``end``
    are half-open, ``relation`` is a relation's id."""

    source: str | None = None
    target: str | None = None
    actor: str | None = None
    relation: str | None = None
    actions: tuple[str, ...] = ()
    quads: tuple[int, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None
    modalities: tuple[str, ...] = ()
    negated: bool | None = None
    min_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events, the latest first; ``next`` is the cursor of the page after, None on the last.

    ``total`` counts all that match, None where nobody wanted to know.
    """

    rows: tuple[EventRow, ...]
    total: int | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of the index for one question: a connection of its own, and what is known beforehand.

    Where ``columns`` are there, they are asked, and there is no connection: what they cannot answer raises NotHeld,
    and is asked again of tables with a connection.
    """

    connected: DuckDBPyConnection | None
    kinds: Kinds
    cast: Cast
    generation: int
    columns: Columns | None = None

    @property
    def connection(self) -> DuckDBPyConnection:
        """The engine; raises NotHeld."""
        if self.connected is None:
            raise NotHeld
        return self.connected

    def known(self, actors: Collection[str]) -> dict[str, Known]:
        """Who ``actors`` are, by their ids; without those that the index does not have."""
        return self.cast.known(lambda: self.connection, actors)

    def rows(self, query: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(query, values).fetchall()

    def stream(self, query: str, values: Mapping[str, object], piece: int) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, so many at a time in memory; nothing else may be asked before they end."""
        result = self.connection.execute(query, values)
        while rows := result.fetchmany(piece):
            yield from rows


def events(
    tables: Tables, chosen: EventFilter, *, limit: int, cursor: str | None, counted: bool = True
) -> EventPage:
    """A page of events, with their total if it is to be ``counted``.

    Raises BadSelection, BadCursor, UnknownAction and UnknownRelation.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise BadSelection("limit", limit, f"an integer from 1 to {MAX_PAGE}")
    every = filter_conditions(tables, chosen)
    conditions = every.copy()
    if cursor is not None:
        _add_cursor(conditions, cursor)
    found = _latest(tables, conditions, limit + 1)
    rows = tuple(EventRow(*row) for row in found[:limit])
    more = len(found) > limit
    total: int | None = len(rows)
    if more or cursor is not None:
        total = _count(tables, every) if counted else None
    return EventPage(rows, total, cursor_after(rows[-1]) if more else None)


def _latest(tables: Tables, conditions: Conditions, limit: int) -> Sequence[tuple[Any, ...]]:
    if tables.columns is not None:
        return asking.latest(tables.columns, conditions, limit)
    # Sorted by columns alone, so that the engine reads all other columns for the rows of the page only.
    query = f"""SELECT * FROM events WHERE {conditions.sql}
        ORDER BY start_date DESC NULLS LAST, event DESC LIMIT $limit"""  # noqa: S608 - values are parameters
    return tables.rows(query, conditions.values | {"limit": limit})


def _count(tables: Tables, conditions: Conditions) -> int:
    if tables.columns is not None:
        return asking.count(tables.columns, conditions)
    query = f"SELECT count(*) FROM events WHERE {conditions.sql}"  # noqa: S608
    return int(tables.rows(query, conditions.values)[0][0])


def cursor_after(row: EventRow) -> str:
    """The cursor of the page that begins after ``row``."""
    mark = json.dumps([row.start.isoformat() if row.start else None, row.event])
    return base64.urlsafe_b64encode(mark.encode()).decode().rstrip("=")


def _add_cursor(conditions: Conditions, given: str) -> None:
    try:
        day, event = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
        if not isinstance(event, str):
            raise BadCursor(given)
        start = None if day is None else dt.date.fromisoformat(day)
    except (ValueError, TypeError, binascii.Error):
        raise BadCursor(given) from None
    conditions.after(start, event)


def filter_conditions(tables: Tables, chosen: EventFilter) -> Conditions:
    """The conditions of an event list; raises BadSelection, UnknownAction and UnknownRelation."""
    conditions = Conditions()
    if chosen.source is not None:
        conditions.where("source", "=", chosen.source)
    if chosen.target is not None:
        conditions.where("target", "=", chosen.target)
    if chosen.actor is not None:
        conditions.any_of(Comparison(end, "=", chosen.actor) for end in ENDS)
    if chosen.relation is not None:
        for column, part in zip(("source", "action", "target"), relation_parts(chosen.relation), strict=True):
            conditions.where(column, "=", part)
    if chosen.negated is not None:
        conditions.where("negated", "=", chosen.negated)
    add_common(tables, conditions, chosen)
    return conditions


def add_common(tables: Tables, conditions: Conditions, chosen: EventFilter | Selection) -> None:
    """Adds the conditions that event lists and networks share."""
    _check("quads", chosen.quads, QUAD_CLASSES)
    _check("modalities", chosen.modalities, MODALITIES)
    if chosen.quads:
        conditions.where("quad", "in", tuple(chosen.quads))
    others = [modality for modality in MODALITIES if modality not in chosen.modalities]
    if chosen.modalities and others:
        few = len(chosen.modalities) <= len(others)
        listed = tuple(chosen.modalities if few else others)
        conditions.where("modality", "in" if few else "not in", listed)
    if chosen.start is not None:
        conditions.where("start_date", ">=", chosen.start)
    if chosen.end is not None:
        conditions.where("start_date", "<", chosen.end)
    if chosen.min_confidence > 0:
        conditions.where("confidence", ">=", chosen.min_confidence)
    if chosen.actions:
        _add_actions(tables.kinds, conditions, chosen.actions)


def _check(name: str, given: Sequence[object], allowed: Sequence[object] | dict[int, str]) -> None:
    for value in given:
        if value not in allowed:
            raise BadSelection(name, value, f"any of {', '.join(map(str, allowed))}")


def _add_actions(stored: Kinds, conditions: Conditions, actions: Sequence[str]) -> None:
    """A relation name of the store, a PLOVER type in either case, or the first digits of a CAMEO code."""
    tests = []
    for action in actions:
        if action in stored:
            tests.append(Comparison("action", "=", action))
        elif action.upper() in PLOVER_TYPES:
            tests.append(Comparison("plover", "=", action.upper()))
        elif action.isascii() and action.isdigit() and len(action) <= 4:
            tests.append(Comparison("cameo", "begins with", action))
        else:
            raise UnknownAction(action, _near_actions(action, stored))
    conditions.any_of(tests)


def _near_actions(given: str, stored: Iterable[str]) -> list[str]:
    words = {word.casefold(): word for word in [*PLOVER_TYPES, *sorted(stored)]}
    return [words[near] for near in difflib.get_close_matches(given.casefold(), words, MAX_NEAR)]
