"""The events of one state of the index as arrays in memory, in which those of an actor or a dyad are found at once.

A :class:`Columns` never changes: a write makes another one, which shares the arrays. Most rows are in the order of
source and target; those that writes have added since stand behind them, in room that is kept for it, and those that
are gone are marked. What is not the same for very many events has an array; the rest is a kind (:mod:`graph.codes`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.codes import KIND_COLUMNS, NOBODY, Codes, KindTable, Names, Real, Truth, kind_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from graph.selecting import EventRow

Rows: TypeAlias = NDArray[np.int64]
Digits: TypeAlias = NDArray[np.uint64]

MOST_ROWS = 4_000_000
"""Events of which columns are made at most: some 60 bytes each, 240 MB."""

SPARE = 65_536
"""Rows that writes may add before the arrays are made anew; an eighth of all where that is more."""

PIECE = 131_072
"""Rows that are read from the index at once."""

NO_DAY = np.int32(-(2**31))
"""Stands for the day of an event without a date: before all days."""

EPOCH = dt.date(1970, 1, 1).toordinal()
_ID = re.compile(r"[0-9a-f]{32}")

_NAMES = """
SELECT id FROM (SELECT source AS id FROM events UNION SELECT target FROM events) WHERE id NOT NULL ORDER BY id
"""
_KINDS = """
SELECT DISTINCT action, plover, cameo, quad, goldstein, granularity, modality, negated, signbit(goldstein) AS minus
FROM events
"""
_ROWS = f"""
WITH names AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM ({_NAMES})),
kinds AS (
    SELECT unnest($action::VARCHAR[]) AS action, unnest($plover::VARCHAR[]) AS plover,
        unnest($cameo::VARCHAR[]) AS cameo, unnest($quad::TINYINT[]) AS quad,
        unnest($goldstein::DOUBLE[]) AS goldstein, unnest($granularity::VARCHAR[]) AS granularity,
        unnest($modality::VARCHAR[]) AS modality, unnest($negated::BOOLEAN[]) AS negated,
        unnest($number::INTEGER[]) AS number)
SELECT coalesce(s.number, {NOBODY})::INTEGER AS source, coalesce(t.number, {NOBODY})::INTEGER AS target,
    k.number::INTEGER AS kind, coalesce(start_date - DATE '1970-01-01', {NO_DAY})::INTEGER AS start,
    coalesce(end_date - DATE '1970-01-01', {NO_DAY})::INTEGER AS "end", mentions, confidence,
    ('0x' || event[1:16])::UBIGINT AS high, ('0x' || event[17:32])::UBIGINT AS low
FROM events e JOIN kinds k ON k.action = e.action AND k.plover = e.plover AND k.cameo = e.cameo AND k.quad = e.quad
    AND k.goldstein = e.goldstein AND signbit(k.goldstein) = signbit(e.goldstein)
    AND k.granularity IS NOT DISTINCT FROM e.granularity AND k.modality = e.modality AND k.negated = e.negated
LEFT JOIN names s ON s.id = e.source LEFT JOIN names t ON t.id = e.target
WHERE e.rowid BETWEEN $first AND $last
"""  # noqa: S608 - constants
_ODD = "SELECT count(*) FROM events WHERE NOT regexp_full_match(event, '[0-9a-f]{32}')"


class NotHeld(Exception):  # noqa: N818 - no error: it says where to ask
    """What is asked cannot be answered from the columns in memory."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """A value of each event: numbers of ``source``, ``target`` and ``kind``, days since 1970, the two halves of the id.

    The arrays have room behind the rows that are in use. ``by_target`` and ``by_event`` are the rows that are in
    order, by those; the rows of an actor are from its place in ``…_begins`` to the next one. ``loops`` are those of an
    actor with itself. ``masks`` keeps for tests which of the rows in order pass.
    """

    source: Codes
    target: Codes
    kind: Codes
    start: Codes
    end: Codes
    mentions: Codes
    confidence: Real
    high: Digits
    low: Digits
    by_target: Codes
    by_event: Codes
    source_begins: Codes
    target_begins: Codes
    loops: Codes
    masks: dict[object, Truth] = field(default_factory=dict)


TYPES = dict.fromkeys(("source", "target", "kind", "start", "end", "mentions"), np.int32) | {
    "confidence": np.float64,
    "high": np.uint64,
    "low": np.uint64,
}
"""The arrays with a value of each event."""


@dataclass(frozen=True, slots=True)
class Columns:
    """``ordered`` rows in order of source and target, then those added since, up to ``size``; not all are ``alive``."""

    arrays: Arrays
    ordered: int
    size: int
    alive: Truth
    dead: int
    names: Names
    kinds: KindTable

    @property
    def worn(self) -> bool:
        """Whether so much was written that the arrays should be made anew."""
        room = len(self.alive) - self.ordered
        return self.size - self.ordered > room // 2 or self.dead > max(SPARE, self.ordered // 4)

    def after(
        self,
        added: Sequence[EventRow],
        removed: Sequence[str],
        recounted: Sequence[tuple[str, int, float]],
    ) -> Columns | None:
        """The columns after a write; None where it does not fit in. Only one thread at a time may follow writes."""
        recounts = {event: measures for event, *measures in recounted}
        written = [row.event for row in added]
        old = [*removed, *(event for event in recounts if event not in written)]
        if self.size + len(added) + len(recounts) > len(self.alive) or not all(
            map(_ID.fullmatch, (*written, *old))
        ):
            return None
        gone = self._rows_of(removed)
        changed = self._rows_of(event for event in recounts if event not in set(removed) | set(written))
        first, last = self.size, self.size + len(changed)
        for name in TYPES:
            column = getattr(self.arrays, name)
            column[first:last] = column[changed]
        for place in range(first, last):
            self.arrays.mentions[place], self.arrays.confidence[place] = recounts[self.event(place)]
        names = self.names.with_actors(end for row in added for end in (row.source, row.target))
        kinds, numbers = self.kinds.with_kinds([kind_values(row) for row in added])
        for place, (row, kind) in enumerate(zip(added, numbers, strict=True), last):
            self._write(place, row, names, kind, recounts.get(row.event, (row.mentions, row.confidence)))
        gone_kinds = self.arrays.kind[gone]
        alive = self.alive
        if len(gone) or len(changed):
            alive = alive.copy()
            alive[gone] = alive[changed] = False
        return replace(
            self,
            size=last + len(added),
            alive=alive,
            dead=self.dead + len(gone) + len(changed),
            names=names,
            kinds=kinds.used(np.array(numbers, np.int32), gone_kinds),
        )

    def _write(self, place: int, row: EventRow, names: Names, kind: int, measures: Sequence[Any]) -> None:
        to = self.arrays
        to.source[place] = NOBODY if row.source is None else names.numbers[row.source]
        to.target[place] = NOBODY if row.target is None else names.numbers[row.target]
        to.kind[place] = kind
        to.start[place], to.end[place] = day_number(row.start), day_number(row.end)
        to.mentions[place], to.confidence[place] = measures
        to.high[place], to.low[place] = halves(row.event)

    def _rows_of(self, events: Iterable[str]) -> Rows:
        """The rows of events that are there, those of an event that is not left out."""
        wanted = np.array([halves(event) for event in dict.fromkeys(events)], np.uint64).reshape(-1, 2)
        if not len(wanted):
            return np.empty(0, np.int64)
        to, added = self.arrays, slice(self.ordered, self.size)
        high = to.high[: self.ordered]
        beginnings = np.unique(wanted[:, 0])
        begins = np.searchsorted(high, beginnings, side="left", sorter=to.by_event)
        ends = np.searchsorted(high, beginnings, side="right", sorter=to.by_event)
        near = np.isin(to.high[added], beginnings).nonzero()[0] + self.ordered
        places = [to.by_event[a:b] for a, b in zip(begins, ends, strict=True)]
        found = np.concatenate([*places, near]).astype(np.int64)
        known = {(high, low) for high, low in wanted.tolist()}
        pairs = zip(to.high[found].tolist(), to.low[found].tolist(), strict=True)
        rows: Rows = found[self.alive[found] & np.array([pair in known for pair in pairs], bool)]
        return rows

    def event(self, row: int) -> str:
        """The id of a row's event."""
        return f"{int(self.arrays.high[row]):016x}{int(self.arrays.low[row]):016x}"

    def of_source(self, number: int) -> slice:
        """The rows in order of a source."""
        return _run(self.arrays.source_begins, number)

    def of_target(self, number: int) -> Codes:
        """The rows in order of a target."""
        return self.arrays.by_target[_run(self.arrays.target_begins, number)]


def _run(begins: Codes, number: int) -> slice:
    """Where the rows of an actor are; nowhere those of one that has come since."""
    return (
        slice(int(begins[number]), int(begins[number + 1])) if 0 <= number < len(begins) - 1 else slice(0, 0)
    )


def load(connection: DuckDBPyConnection) -> Columns | None:
    """The columns of the index that a connection sees; None where there are too many events, or ids of another form."""
    ((size,),) = connection.execute("SELECT count(*) FROM events").fetchall()
    if size > MOST_ROWS or connection.execute(_ODD).fetchall() != [(0,)]:
        return None
    names = Names.of([actor for (actor,) in connection.execute(_NAMES).fetchall()])
    kinds, numbers = KindTable.empty().with_kinds(
        [kind[:-1] for kind in connection.execute(_KINDS).fetchall()]
    )
    given: dict[str, object] = {
        name: [kind[n] for kind in kinds.kinds] for n, name in enumerate(KIND_COLUMNS)
    }
    columns = _read(connection, {**given, "number": numbers}, size)
    actors = np.arange(len(names.rank) + 1, dtype=np.int32)
    source, target, kind = (columns[name][:size] for name in ("source", "target", "kind"))
    by_target = np.argsort(target, kind="stable").astype(np.int32)
    return Columns(
        Arrays(
            **columns,
            by_target=by_target,
            by_event=np.argsort(columns["high"][:size]).astype(np.int32),
            source_begins=np.searchsorted(source, actors).astype(np.int32),
            loops=np.flatnonzero((source == target) & (source != NOBODY)).astype(np.int32),
            target_begins=np.searchsorted(target, actors, sorter=by_target).astype(np.int32),
        ),
        ordered=size,
        size=size,
        alive=np.ones(len(columns["source"]), bool),
        dead=0,
        names=names,
        kinds=kinds.used(kind, kind[:0]),
    )


def _read(connection: DuckDBPyConnection, given: dict[str, object], size: int) -> dict[str, Any]:
    """The arrays by their names, sorted, with room behind them; read piece by piece, as little is held twice."""
    room = size + max(SPARE, size // 8)
    columns = {name: np.empty(room, kind) for name, kind in TYPES.items()}
    ((last,),) = connection.execute("SELECT coalesce(max(rowid), -1) FROM events").fetchall()
    filled = 0
    for first in range(0, last + 1, PIECE):
        found = connection.execute(_ROWS, {**given, "first": first, "last": first + PIECE - 1}).fetchnumpy()
        rows = slice(filled, filled + len(found["source"]))
        for name, column in columns.items():
            column[rows] = found[name]
        filled = rows.stop
    order = np.lexsort((columns["target"][:size], columns["source"][:size]))
    for column in columns.values():
        column[:size] = column[order]
    return columns


def day_number(day: dt.date | None) -> int:
    """Days since 1970, or what stands for none."""
    return int(NO_DAY) if day is None else day.toordinal() - EPOCH


def day_of(number: int) -> dt.date | None:
    """The way back from :func:`day_number`."""
    return None if number == NO_DAY else dt.date.fromordinal(number + EPOCH)


def halves(event: str) -> tuple[int, int]:
    """The two halves of an event's id as numbers, which have its order."""
    return int(event[:16], 16), int(event[16:], 16)
