"""Which rows of the columns in memory pass the conditions of a question, and what lists and counts are made of them.

Each answer has the values that the same question to the engine has, in the same order; what cannot be answered here
raises NotHeld.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.codes import KIND_COLUMNS, NOBODY, Codes, KindTest, Truth
from graph.columns import NO_DAY, Columns, NotHeld, Rows, day_number, day_of, halves
from graph.conditions import After, AnyOf, Comparison, Condition, Conditions

_ID = re.compile(r"[0-9a-f]{32}")
ENDS = ("source", "target")

MAX_MASKS = 4
"""Filters on kinds of which the rows that pass are kept, a byte a row."""

FEW = 5
"""Values from which on a look-up in many is faster than one comparison each."""

MANY = 64
"""Actors from which on all rows are gone through: those of one have to be looked for, and are in no order together."""


@dataclass(frozen=True, slots=True)
class Split:
    """Tests by what they need: ``anchors`` fix an actor and so leave few rows, ``kinds`` are the same for a kind."""

    anchors: tuple[Comparison | AnyOf, ...]
    kinds: tuple[KindTest, ...]
    others: tuple[Condition, ...]


def split(tests: Sequence[Condition]) -> Split:
    """The tests by what they need."""
    anchors: list[Comparison | AnyOf] = []
    kinds: list[KindTest] = []
    others: list[Condition] = []
    for test in tests:
        parts = test.tests if isinstance(test, AnyOf) else (test,)
        if isinstance(test, Comparison | AnyOf) and all(map(_fixes, parts)):
            anchors.append(test)
        elif isinstance(test, Comparison | AnyOf) and all(map(_of_kind, parts)):
            kinds.append(test)
        else:
            others.append(test)
    anchors.sort(
        key=lambda test: isinstance(test, AnyOf) or test.operator != "="
    )  # those first that leave least
    return Split(tuple(anchors), tuple(kinds), tuple(others))


def _fixes(test: Condition) -> bool:
    return isinstance(test, Comparison) and test.column in ENDS and test.operator in ("=", "in")


def _of_kind(test: Condition) -> bool:
    return isinstance(test, Comparison) and test.column in KIND_COLUMNS


def passing(columns: Columns, conditions: Conditions) -> Rows:
    """The rows that pass, in no order."""
    parts = split(conditions.tests)
    if _fixes_many(parts.anchors):
        mask = ordered_mask(columns, conditions)
        for test in parts.anchors:
            mask &= _holds(columns, test, slice(0, columns.ordered))
        rows = np.flatnonzero(mask)
    elif parts.anchors:
        rows = _near(columns, parts.anchors)
        rows = rows[_mask(columns, (*parts.anchors, *parts.others), parts.kinds, rows)]
    else:
        rows = np.flatnonzero(ordered_mask(columns, conditions))
    added = passing_added(columns, conditions)
    return np.concatenate([rows, added]) if len(added) else rows


def _fixes_many(anchors: Sequence[Comparison | AnyOf]) -> bool:
    """Whether all rows are gone through sooner than those of each actor are put together."""
    tests = [part for test in anchors for part in (test.tests if isinstance(test, AnyOf) else (test,))]
    return any(isinstance(test.value, tuple) and len(test.value) > MANY for test in tests)


def passing_added(columns: Columns, conditions: Conditions) -> Rows:
    """The rows that pass of those that writes have added."""
    rows = np.arange(columns.ordered, columns.size)
    parts = split(conditions.tests)
    for test in parts.anchors:  # these leave few
        rows = rows[_holds(columns, test, rows)]
    return rows[_mask(columns, parts.others, parts.kinds, rows)]


def ordered_mask(columns: Columns, conditions: Conditions) -> Truth:
    """Which of the rows in order pass, without the conditions that fix an actor."""
    parts = split(conditions.tests)
    rows = slice(0, columns.ordered)
    known = tuple(
        test for test in parts.others if isinstance(test, Comparison) and test.operator == "is known"
    )
    mask = _steady(columns, parts.kinds, known) & columns.alive[rows]
    for test in parts.others:
        if test not in known:
            mask &= _holds(columns, test, rows)
    return mask


def _steady(columns: Columns, kinds: tuple[KindTest, ...], known: tuple[Comparison, ...]) -> Truth:
    """Which of the rows in order are of kinds that pass, and have the ends that are to be known; kept, as it is the
    same for all states of the arrays."""
    masks = columns.arrays.masks
    found = masks.get((kinds, known))
    if found is None:
        rows = slice(0, columns.ordered)
        found = columns.kinds.allowed(kinds)[columns.arrays.kind[rows]]
        for test in known:
            found &= _holds(columns, test, rows)
        if len(masks) >= MAX_MASKS:
            masks.clear()
        masks[kinds, known] = found
    return found


def _near(columns: Columns, anchors: Sequence[Comparison | AnyOf]) -> Rows:
    """Few rows in order, among them those that pass all of the anchors."""
    fixed = {
        test.column: test.value for test in anchors if isinstance(test, Comparison) and test.operator == "="
    }
    if len(fixed) < len(ENDS):
        return anchored(columns, anchors[0])
    source, target = (columns.names.number(fixed[end]) for end in ENDS)
    rows = columns.of_source(source)
    ends = np.searchsorted(columns.arrays.target[rows], np.array([target, target + 1], np.int32)) + rows.start
    return np.arange(*ends.tolist())


def anchored(columns: Columns, test: Comparison | AnyOf) -> Rows:
    """The rows in order that pass a test that fixes actors."""
    wanted = {end: set[int]() for end in ENDS}
    for part in test.tests if isinstance(test, AnyOf) else (test,):
        wanted[part.column] |= _numbers(columns, part.value)
    outgoing = [np.arange(rows.start, rows.stop) for rows in map(columns.of_source, wanted["source"])]
    incoming = [columns.of_target(number) for number in wanted["target"]]
    if not wanted["source"]:
        return np.concatenate([np.empty(0, np.int64), *incoming])
    new = [rows[~_one_of(columns.arrays.source[rows], wanted["source"])] for rows in incoming]
    return np.concatenate([np.empty(0, np.int64), *outgoing, *new])


def _numbers(columns: Columns, value: object) -> set[int]:
    return {columns.names.number(one) for one in (value if isinstance(value, tuple) else (value,))}


def _mask(columns: Columns, others: Sequence[Condition], kinds: tuple[KindTest, ...], rows: Rows) -> Truth:
    mask: Truth = columns.alive[rows]
    mask &= columns.kinds.allowed(kinds)[columns.arrays.kind[rows]]
    for test in others:
        mask &= _holds(columns, test, rows)
    return mask


def _holds(columns: Columns, test: Condition, rows: Rows | slice) -> Truth:
    """Which of the rows pass one test."""
    if isinstance(test, AnyOf):
        first, *more = (_holds(columns, part, rows) for part in test.tests)
        for mask in more:
            first |= mask
        return first
    if isinstance(test, After):
        return _after(columns, test, rows)
    if not isinstance(test, Comparison):
        raise NotHeld
    if test.column in KIND_COLUMNS:
        passed: Truth = columns.kinds.allowed((test,))[columns.arrays.kind[rows]]
        return passed
    if test.column in ENDS:
        return _of_end(columns, test, getattr(columns.arrays, test.column)[rows])
    if test.column == "start_date":
        return _of_day(test, columns.arrays.start[rows])
    if test.column == "confidence" and test.operator == ">=":
        sure: Truth = columns.arrays.confidence[rows] >= np.float64(str(test.value))
        return sure
    raise NotHeld


def _of_end(columns: Columns, test: Comparison, ends: Codes) -> Truth:
    mask: Truth
    if test.operator == "is known":
        mask = ends != NOBODY
    elif test.operator in ("=", "in"):
        numbers = _numbers(columns, test.value)
        mask = _one_of(ends, numbers) if len(numbers) <= MANY else _one_of_many(columns, ends, numbers)
    else:
        raise NotHeld
    return mask


def _one_of(ends: Codes, numbers: Collection[int]) -> Truth:
    if len(numbers) >= FEW:
        return np.isin(ends, list(numbers))
    found: Truth = np.logical_or.reduce([ends == number for number in numbers])
    return found


def _one_of_many(columns: Columns, ends: Codes, numbers: Collection[int]) -> Truth:
    """The same by a table of all actors, in which the last place, that of a negative number, stands for nobody."""
    table = np.zeros(len(columns.names.rank) + 1, bool)
    table[[number for number in numbers if number > NOBODY]] = True
    found: Truth = table[ends]
    return found


def _of_day(test: Comparison, days: Codes) -> Truth:
    mask: Truth
    if test.operator == "is missing":
        mask = days == NO_DAY
    elif test.operator == ">=" and isinstance(test.value, dt.date):
        mask = days >= day_number(test.value)
    elif test.operator == "<" and isinstance(test.value, dt.date):
        mask = (days < day_number(test.value)) & (days != NO_DAY)
    else:
        raise NotHeld
    return mask


def _after(columns: Columns, test: After, rows: Rows | slice) -> Truth:
    if not _ID.fullmatch(test.event):
        raise NotHeld
    to = columns.arrays
    high, low = map(np.uint64, halves(test.event))
    days, of_row = to.start[rows], to.high[rows]
    earlier = (of_row < high) | ((of_row == high) & (to.low[rows] < low))
    day = day_number(test.start)
    mask: Truth = (days == day) & earlier | (days < day)
    return mask


def count(columns: Columns, conditions: Conditions) -> int:
    """How many events pass."""
    return len(passing(columns, conditions))


def latest(columns: Columns, conditions: Conditions, limit: int) -> Sequence[tuple[Any, ...]]:
    """The first events that pass, the latest first: the values of an EventRow each."""
    rows = passing(columns, conditions)
    to = columns.arrays
    days = to.start[rows]
    if len(rows) > limit:  # the last day of the page is known without sorting all
        kept = days >= np.partition(days, len(rows) - limit)[len(rows) - limit]
        rows, days = rows[kept], days[kept]
    rows = rows[np.lexsort((to.low[rows], to.high[rows], days))[::-1][:limit]]
    return [_event(columns, row) for row in rows.tolist()]


def _event(columns: Columns, row: int) -> tuple[Any, ...]:
    to, ids = columns.arrays, columns.names.ids
    source, target = int(to.source[row]), int(to.target[row])
    action, plover, cameo, quad, goldstein, granularity, modality, negated = columns.kinds.kinds[to.kind[row]]
    return (
        columns.event(row),
        None if source == NOBODY else ids[source],
        None if target == NOBODY else ids[target],
        action,
        plover,
        cameo,
        quad,
        goldstein,
        day_of(int(to.start[row])),
        day_of(int(to.end[row])),
        granularity,
        modality,
        negated,
        int(to.mentions[row]),
        float(to.confidence[row]),
    )
