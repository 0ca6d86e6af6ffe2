"""The edges around actors, and the events of nodes, from the columns in memory: as :mod:`graph.edges` reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extract.model import QUAD_CLASSES
from graph.asking import ENDS, ordered_mask, passing, passing_added
from graph.asking_counts import Row, Whole, leading, six_digits
from graph.codes import NOBODY, Codes, KindTable
from graph.columns import NO_DAY, Columns, NotHeld, Rows, day_of
from graph.conditions import Comparison, Conditions

MOST_KEYS = 2**62
"""Different edges that there could be at most, as an edge is told by one number."""

ENDS_OF = {"both": ENDS, "out": ENDS[:1], "in": ENDS[1:]}


@dataclass(frozen=True, slots=True)
class Grouped:
    """The rows in the order of the edges, where the rows of each edge begin, and the numbers that tell the edge."""

    rows: Rows
    begins: Whole
    source: Whole
    target: Whole
    key: Whole

    def only(self, chosen: Whole, sizes: Whole) -> Grouped:
        """Some of the edges, with their rows alone; ``sizes`` tells how many rows each edge has."""
        each = sizes[chosen]
        begins = np.cumsum(each) - each
        rows = np.repeat(self.begins[chosen] - begins, each) + np.arange(each.sum())
        return Grouped(self.rows[rows], begins, self.source[chosen], self.target[chosen], self.key[chosen])


def edges(
    columns: Columns,
    conditions: Conditions,
    around: Collection[str],
    *,
    direction: str,
    aggregate: str,
    order: str,
    min_weight: int,
    limit: int,
    offset: int,
) -> tuple[list[Row], int]:
    """The rows of the edges with an end in ``around``, and how many there are."""
    found = _grouped(columns, _near(columns, conditions, around, direction), aggregate)
    if not len(found.begins):
        return [], 0
    to = columns.arrays
    weight = np.diff(found.begins, append=len(found.rows))
    mentions = np.add.reduceat(to.mentions[found.rows].astype(np.int64), found.begins)
    chosen = np.flatnonzero(weight >= min_weight)
    by: list[Whole] = [weight[chosen], mentions[chosen]]
    if order == "recent":
        by.insert(0, np.maximum.reduceat(to.start[found.rows], found.begins)[chosen])
    first, *more = by
    rank = columns.names.rank
    key = columns.kinds.rank[found.key[chosen]] if aggregate == "action" else found.key[chosen]
    ties = rank[found.source[chosen]], key, rank[found.target[chosen]]
    page = chosen[leading(offset + limit, first, *(-measure for measure in more), *ties)[offset:]]
    shown = found.only(page, weight)
    days = to.start[shown.rows]
    last = np.maximum.reduceat(days, shown.begins) if len(page) else days
    dated = np.where(days == NO_DAY, np.int32(2**31 - 1), days)
    first_days = np.minimum.reduceat(dated, shown.begins) if len(page) else days
    micro = columns.kinds.micro[to.kind[shown.rows]]
    micro = np.add.reduceat(micro, shown.begins) if len(page) else micro
    measures = six_digits(micro / 1e6 / weight[page]), weight[page], mentions[page]
    numbers = zip(*(measure.tolist() for measure in measures), strict=True)
    dates = zip(np.where(last == NO_DAY, last, first_days).tolist(), last.tolist(), strict=True)
    parts = _parts(columns, shown, aggregate)
    return [
        (*part, *row, *map(day_of, days)) for part, row, days in zip(parts, numbers, dates, strict=True)
    ], len(chosen)


def ends(
    columns: Columns,
    conditions: Conditions,
    around: Collection[str],
    *,
    direction: str,
    aggregate: str,
    min_weight: int,
) -> set[str]:
    """The actors at the edges with an end in ``around``."""
    rows = _near(columns, conditions, around, direction)
    to, ids = columns.arrays, columns.names.ids
    pairs: tuple[NDArray[Any], NDArray[Any]] = to.source[rows], to.target[rows]
    if min_weight > 1:
        found = _grouped(columns, rows, aggregate)
        heavy = np.diff(found.begins, append=len(rows)) >= min_weight
        pairs = found.source[heavy], found.target[heavy]
    return {ids[number] for numbers in pairs for number in np.unique(numbers).tolist()}


def _near(columns: Columns, conditions: Conditions, around: Collection[str], direction: str) -> Rows:
    """The rows that pass and have an end in ``around``."""
    near = conditions.copy()
    near.any_of(Comparison(end, "in", tuple(around)) for end in ENDS_OF[direction])
    return passing(columns, near)


def _grouped(columns: Columns, rows: Rows, aggregate: str) -> Grouped:
    """The rows by source, target and what else tells edges apart."""
    to, kinds = columns.arrays, columns.kinds
    actors = len(columns.names.rank)
    bound = {"action": len(kinds.actions), "quad": 128, "dyad": 1}[aggregate]
    if actors * actors * max(bound, 1) > MOST_KEYS:
        raise NotHeld
    key = to.source[rows].astype(np.int64) * actors + to.target[rows]
    if aggregate != "dyad":
        key = key * bound + (kinds.action if aggregate == "action" else kinds.quad)[to.kind[rows]]
    order = np.argsort(key)
    key = key[order]
    begins = (
        np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.empty(0, np.int64)
    )
    ends, rest = np.divmod(key[begins], max(bound, 1))
    return Grouped(rows[order], begins, *np.divmod(ends, max(actors, 1)), rest)


def _parts(columns: Columns, found: Grouped, aggregate: str) -> list[tuple[Any, ...]]:
    """Source, target, key, PLOVER type and quad class of edges, of a dyad the events of each quad class."""
    ids, kinds = columns.names.ids, columns.kinds
    ends = [[ids[number] for number in numbers.tolist()] for numbers in (found.source, found.target)]
    key = found.key.tolist()
    if aggregate == "quad":
        return [(*pair, quad, None, quad) for *pair, quad in zip(*ends, key, strict=True)]
    of_rows = columns.arrays.kind[found.rows]
    if aggregate == "action":
        actions = [kinds.actions[number] for number in key]
        forms = _forms(kinds, kinds.form[of_rows], found.begins)
        return [(*part, *form) for *part, form in zip(*ends, actions, forms, strict=True)]
    if not key:
        return []
    quads = [np.add.reduceat(kinds.quad[of_rows] == quad, found.begins).tolist() for quad in QUAD_CLASSES]
    return [(*pair, 0, None, list(each)) for *pair, each in zip(*ends, zip(*quads, strict=True), strict=True)]


def _forms(kinds: KindTable, numbers: Codes, begins: Whole) -> Iterator[tuple[str, int]]:
    """The PLOVER type and quad class of most of the rows of each edge."""
    if not len(begins):
        return
    least, most = (pick.reduceat(numbers, begins).tolist() for pick in (np.minimum, np.maximum))
    stops = np.append(begins[1:], len(numbers)).tolist()
    for one, other, begin, stop in zip(least, most, begins.tolist(), stops, strict=True):
        if one == other:
            yield kinds.forms[one]
        else:
            counts = Counter(numbers[begin:stop].tolist())
            yield kinds.forms[max(counts, key=lambda number: (counts[number], *kinds.forms[number]))]


def events_of(columns: Columns, conditions: Conditions, wanted: Collection[str]) -> dict[str, int]:
    """How many of the events that pass each of the ``wanted`` actors takes part in; both ends must be known."""
    mask = ordered_mask(columns, conditions)
    to = columns.arrays
    added = passing_added(columns, conditions)
    source, target = to.source[added], to.target[added]
    loops = to.loops[mask[to.loops]]
    more = np.concatenate([source, target[target != source]]).astype(np.int64)
    size = len(columns.names.rank)
    counts = np.bincount(more, minlength=size) - np.bincount(
        to.source[loops].astype(np.int64), minlength=size
    )
    found = {}
    for actor in wanted:
        number = columns.names.number(actor)
        if number < NOBODY:
            continue
        forth = np.count_nonzero(mask[columns.of_source(number)])
        back = np.count_nonzero(mask[columns.of_target(number)])
        found[actor] = int(counts[number]) + int(forth) + int(back)
    return found
