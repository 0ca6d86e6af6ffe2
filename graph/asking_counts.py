"""Timelines and rankings from the columns in memory: the rows that :mod:`graph.counting` reads from the engine."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.asking import passing
from graph.codes import NOBODY, Codes, Real, rounded
from graph.columns import NO_DAY, Columns, Rows
from graph.conditions import Conditions

Whole: TypeAlias = NDArray[np.int64]
Row: TypeAlias = tuple[Any, ...]

UNITS = {"day": "D", "month": "M", "year": "Y"}
CALENDAR = 50_000
"""Days before and after 1970 of which months and years are kept: from 1833 to 2106."""

SPARSE = 4
"""Possible groups for each row, up to which the groups are counted in place; where there are more, rows are sorted."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The different ``keys`` in order, how many rows each has, and ``at``, the place in ``size`` of each row."""

    keys: Whole
    counts: Whole
    at: Whole
    size: int
    _present: Whole | slice

    @classmethod
    def of(cls, keys: Whole, bound: int) -> Groups:
        """Rows by their keys, which are from 0 to less than ``bound``."""
        if bound <= SPARSE * len(keys) + 1024:
            counts: Whole = np.bincount(keys, minlength=bound)
            present = np.flatnonzero(counts)
            return cls(present, counts[present], keys, bound, present)
        different, at, counts = np.unique(keys, return_inverse=True, return_counts=True)
        return cls(different, counts, at, len(different), slice(None))

    def sums(self, values: NDArray[Any]) -> Real:
        """The sum of the rows' values in each group; exact for whole numbers below 2**53."""
        totals = np.bincount(self.at, values.astype(np.float64), minlength=self.size).astype(np.float64)
        return totals[self._present]


def timeline(columns: Columns, conditions: Conditions, bucket: str) -> list[Row]:
    """First day (None for the undated), quad class, events, mentions, Goldstein score and events that last beyond."""
    rows = passing(columns, conditions)
    if not len(rows):
        return []
    to, unit = columns.arrays, UNITS[bucket]
    days, kinds = to.start[rows], to.kind[rows]
    dated = days != NO_DAY
    number = _of_days(np.where(dated, days, np.int32(0)), unit)
    least, most = (int(pick(number[dated])) if dated.any() else 0 for pick in (np.min, np.max))
    number[~dated] = least
    number -= least
    following = days + 1 if unit == "D" else _converted(np.arange(least, most + 1) + 1, unit, "D")[number]
    lasting = dated & (to.end[rows] > following)
    number[~dated] = most - least + 1
    quads = int(columns.kinds.quad.max()) + 1
    groups = Groups.of(number * quads + columns.kinds.quad[kinds], (most - least + 2) * quads)
    first, quad = np.divmod(groups.keys, quads)
    starts = (first + least).astype(f"M8[{unit}]").astype("M8[D]").tolist()
    scores = six_digits(groups.sums(columns.kinds.micro[kinds]) / 1e6)
    measures = (
        groups.counts,
        groups.sums(to.mentions[rows]).astype(int),
        scores,
        groups.sums(lasting).astype(int),
    )
    found = zip(first.tolist(), starts, quad.tolist(), *(column.tolist() for column in measures), strict=True)
    return [(None if place > most - least else start, *others) for place, start, *others in found]


def _of_days(days: Codes, unit: str) -> Whole:
    """The months or years of days since 1970, which are looked up where they are the usual ones."""
    if unit == "D" or days.min() < -CALENDAR or days.max() >= CALENDAR:
        return _converted(days.astype(np.int64), "D", unit)
    return _calendar(unit)[days]  # a negative place is one from the end


@functools.cache
def _calendar(unit: str) -> Whole:
    return _converted(np.roll(np.arange(-CALENDAR, CALENDAR), -CALENDAR), "D", unit)


def _converted(numbers: Whole, unit: str, other: str) -> Whole:
    """Numbers of days, months or years since 1970 as those of another unit."""
    converted: Whole = numbers.astype(f"M8[{unit}]").astype(f"M8[{other}]").astype(np.int64)
    return converted


def ranking(
    columns: Columns, conditions: Conditions, *, rank: str, actor: str | None, limit: int
) -> list[Row]:
    """What is ranked, its events, mentions and mean Goldstein score, and how many there are, the same in all rows."""
    rows = passing(columns, conditions)
    if rank == "actions":
        return _ranked_actions(columns, rows, limit)
    rows, ids = _ranked(columns, rows, rank, actor)
    if not len(rows):
        return []
    names = columns.names
    base = len(names.rank)
    to = columns.arrays
    groups = Groups.of(ids, base * base if rank == "dyads" else base)
    mentions = groups.sums(to.mentions[rows])
    parts = np.divmod(groups.keys, base) if rank == "dyads" else (groups.keys,)
    first = leading(limit, groups.counts, -mentions, *(names.rank[part] for part in parts))
    scores = groups.sums(columns.kinds.micro[to.kind[rows]])[first]
    counts = groups.counts[first]
    columns_of = [[names.ids[number] for number in part[first].tolist()] for part in parts]
    measures = (counts, mentions[first].astype(int), six_digits(scores / 1e6 / counts))
    total = [len(groups.keys)] * len(first)
    return list(zip(*columns_of, *(column.tolist() for column in measures), total, strict=True))


def _ranked(columns: Columns, rows: Rows, rank: str, actor: str | None) -> tuple[Rows, Whole]:
    """The rows that take part, and what each is ranked under: the number of an actor, or both of a dyad."""
    source, target = columns.arrays.source[rows], columns.arrays.target[rows]
    ids: NDArray[Any]
    match rank:
        case "targets":
            ids, kept = target, target != NOBODY
        case "sources":
            ids, kept = source, source != NOBODY
        case "partners":
            ids = np.where(source == columns.names.number(actor), target, source)
            kept = (source != NOBODY) & (target != NOBODY)
        case "dyads":
            ids = source.astype(np.int64) * len(columns.names.rank) + target
            kept = (source != NOBODY) & (target != NOBODY)
        case _:
            other = target != source
            ids, rows = np.concatenate([source, target[other]]), np.concatenate([rows, rows[other]])
            kept = ids != NOBODY
    return rows[kept], ids[kept]


def _ranked_actions(columns: Columns, rows: Rows, limit: int) -> list[Row]:
    """By action; with the PLOVER type and quad class of most of its events."""
    kinds, to = columns.kinds, columns.arrays
    groups = Groups.of(to.kind[rows].astype(np.int64), len(kinds.uses))
    measures = groups.counts, groups.sums(to.mentions[rows]), groups.counts * kinds.micro[groups.keys]
    totals: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    forms: defaultdict[str, defaultdict[tuple[str, int], int]] = defaultdict(lambda: defaultdict(int))
    for number, *values in zip(groups.keys.tolist(), *(part.tolist() for part in measures), strict=True):
        action, plover, _, quad, *_ = kinds.kinds[number]
        forms[action][plover, quad] += values[0]
        totals[action] = [total + value for total, value in zip(totals[action], values, strict=True)]
    ranked = sorted(totals, key=lambda action: (-totals[action][0], -totals[action][1], action))
    found = []
    for action in ranked[:limit]:
        n, mentions, score = totals[action]
        plover, quad = max(forms[action], key=lambda form: (forms[action][form], *form))
        mean = float(six_digits(np.array(score) / 1e6 / n))
        found.append((action, plover, quad, int(n), int(mentions), mean, len(ranked)))
    return found


def leading(limit: int, counts: NDArray[Any], *others: NDArray[Any]) -> Whole:
    """The first places by the greatest of ``counts``, then the least of ``others``."""
    places: Whole = np.arange(len(counts))
    if len(counts) > limit:  # the last count of those that are wanted is known without sorting all
        places = np.flatnonzero(counts >= np.partition(counts, len(counts) - limit)[len(counts) - limit])
    keys = [-counts[places].astype(np.int64), *(other[places] for other in others)]
    return places[np.lexsort(keys[::-1])[:limit]]


def six_digits(values: NDArray[Any]) -> Real:
    """Rounded to six digits behind the point, as the engine does it."""
    digits: Real = rounded(values * 1e6) / 1e6
    return digits
