"""The shortest ways from one actor to another over relations, and the events that make a way in the order of time.

A step costs ``1 / weight``, weight being its events: costs add up like resistances in a row, so that a path is as
good as its weak steps, and what a step costs follows from its own events alone. (The negative logarithm of the share
of the source's events would change with all else that the source does.)

The search is best first. The cost of the rest of a path is never less than the cheapest walk of as many steps as are
left, which is known beforehand for every actor; so that paths come out in the order of their cost, and few actors
are looked at that lie on none of them.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from graph.arrays import EdgeArrays, Real, Whole, dyads, pair_conditions, starts_of
from graph.conditions import Conditions
from graph.errors import BadSelection
from graph.ids import relation_id
from graph.network import Selection
from graph.selecting import Tables

MAX_LENGTH, LENGTH = 6, 3
MAX_PATHS, PATHS = 100, 5
PATH_DIRECTIONS = ("out", "any")
MAX_EXPANSIONS = 20_000
"""Beginnings of paths that are continued at most."""

SHOWN_ACTIONS = 3
"""Of a step: the strongest."""

# In the order of dyads: text is compared by its bytes in UTF-8, which is the order of code points.
_DAYS = """
SELECT (start_date - DATE '1970-01-01')::BIGINT AS day FROM events
WHERE {conditions} AND source <> target ORDER BY source, target, day
"""

_STEPS = """
SELECT source, target, action, count(*) AS n, sum(mentions)::BIGINT AS reported, round(avg(goldstein), 6)
FROM events WHERE {conditions}
GROUP BY source, target, action ORDER BY n DESC, reported DESC, source, action, target
"""

_CHOSEN = """
SELECT event, source, target, action, start_date FROM events WHERE {conditions}
ORDER BY mentions DESC, event LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Days:
    """When the events of each dyad begin: ``day`` since 1970, sorted within a dyad, which begins at ``start``."""

    start: Whole
    day: Whole

    def of(self, dyad: int) -> Whole:
        """The days of a dyad, in order."""
        return self.day[self.start[dyad] : self.start[dyad + 1]]


@dataclass(frozen=True, slots=True)
class StepAction:
    """What a step is made of: a relation, its events and mentions, and the mean of their Goldstein scores."""

    relation: str
    source: str
    target: str
    action: str
    events: int
    mentions: int
    goldstein: float


@dataclass(frozen=True, slots=True)
class StepEvent:
    """The event that is chosen for a step where paths are in the order of time."""

    event: str
    relation: str
    start: dt.date


@dataclass(frozen=True, slots=True)
class Step:
    """From ``source`` to ``target``; ``actions`` are the strongest of ``relations`` relations."""

    source: str
    target: str
    weight: int
    relations: int
    actions: tuple[StepAction, ...]
    event: StepEvent | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """Actors from the source to the target, none twice, the cost, and the steps between them."""

    actors: tuple[str, ...]
    cost: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """The cheapest first; ``cut`` says that the search was given up, so that there may be more, and cheaper ones
    than the last. ``more`` is True where there is at least one more."""

    paths: tuple[Path, ...]
    expansions: int
    cut: bool
    more: bool


def check(*, max_length: int, k: int, direction: str) -> None:
    """Raises BadSelection."""
    if not 1 <= max_length <= MAX_LENGTH:
        raise BadSelection("max_length", max_length, f"an integer from 1 to {MAX_LENGTH}")
    if not 1 <= k <= MAX_PATHS:
        raise BadSelection("k", k, f"an integer from 1 to {MAX_PATHS}")
    if direction not in PATH_DIRECTIONS:
        raise BadSelection("direction", direction, f"one of {', '.join(PATH_DIRECTIONS)}")


def dated_arrays(tables: Tables, selection: Selection) -> tuple[EdgeArrays, Days]:
    """The dyads of a selection by their dated events only, and the days of these."""
    conditions = pair_conditions(tables, selection)
    conditions.add("start_date IS NOT NULL")
    arrays = dyads(tables, conditions)
    found = tables.connection.execute(_DAYS.format(conditions=conditions.sql), conditions.values)
    day = np.asarray(found.fetchnumpy()["day"], np.int64)
    return arrays, Days(np.concatenate([[0], np.cumsum(arrays.weight)]), day)


def shortest(
    arrays: EdgeArrays,
    source: str,
    target: str,
    *,
    max_length: int,
    direction: str = "out",
    days: Days | None = None,
    expansions: list[int],
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Costs and paths (places of actors) with at most ``max_length`` steps, the cheapest first.

    With ``days``, only paths whose steps have events in the order of time. ``expansions`` holds one number: how many
    beginnings of paths may still be continued; once it is 0, the search ends.
    """
    ways = _Ways.of(arrays, any_direction=direction == "any")
    places = {name: place for place, name in enumerate(arrays.actors)}
    if source not in places or target not in places or source == target:
        return
    rest = ways.rest(places[target], max_length)
    search = _Search(ways, rest, places[target], days)
    yield from search.run(places[source], max_length, expansions)


@dataclass(frozen=True, slots=True)
class _Ways:
    """Arcs sorted by where they begin: the dyads, and where any direction will do, these turned round too.

    ``forth`` and ``back`` are the dyads that an arc stands for, -1 for none.
    """

    start: Whole
    begin: Whole
    end: Whole
    cost: Real
    forth: Whole
    back: Whole

    @classmethod
    def of(cls, arrays: EdgeArrays, *, any_direction: bool) -> _Ways:
        size = arrays.size
        every = np.arange(len(arrays.source))
        key, cell = arrays.source * size + arrays.target, arrays.target * size + arrays.source
        if not any_direction:
            none = np.full(len(every), -1)
            return cls(
                starts_of(arrays.source, size), arrays.source, arrays.target, 1 / arrays.weight, every, none
            )
        arcs = np.union1d(key, cell)
        forth, back = _found(key, arcs), _found(key, (arcs % size) * size + arcs // size if size else arcs)
        weight = np.where(forth >= 0, arrays.weight[forth], 0) + np.where(back >= 0, arrays.weight[back], 0)
        begin, end = np.divmod(arcs, max(size, 1))
        return cls(starts_of(begin, size), begin, end, 1 / weight, forth, back)

    def rest(self, target: int, steps: int) -> Real:
        """``rest[n, a]``: the cost of the cheapest walk from ``a`` to the target in at most ``n`` steps."""
        size = len(self.start) - 1
        rest = np.full((steps + 1, size), np.inf)
        rest[0, target] = 0
        for n in range(1, steps + 1):
            rest[n] = rest[n - 1]
            np.minimum.at(rest[n], self.begin, self.cost + rest[n - 1][self.end])
        return rest


def _found(keys: Whole, wanted: Whole) -> Whole:
    """Where ``wanted`` stand in ``keys``, which are sorted; -1 where they do not."""
    if not len(keys):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: Whole = np.where(keys[place] == wanted, place, -1)
    return found


@dataclass(slots=True)
class _Search:
    ways: _Ways
    rest: Real
    target: int
    days: Days | None

    def run(self, source: int, steps: int, expansions: list[int]) -> Iterator[tuple[float, tuple[int, ...]]]:
        """A heap of beginnings of paths. Of the continuations of one, sorted by what they may come to, only the
        best is in the heap; when it leaves, the next one takes its place."""
        heap: list[tuple[float, tuple[int, ...], float, int | None, Any, int]] = []
        arrival = None if self.days is None else int(np.iinfo(np.int64).min)
        if np.isfinite(self.rest[steps, source]):
            self._offer(heap, (source,), 0.0, arrival, steps)
        while heap:
            bound, path, cost, arrival, others, place = heapq.heappop(heap)
            self._next(heap, others, place + 1)
            if path[-1] == self.target:
                yield bound, path
                continue
            if not expansions[0]:
                return
            expansions[0] -= 1
            self._offer(heap, path, cost, arrival, steps - len(path) + 1)

    def _offer(
        self, heap: list[Any], path: tuple[int, ...], cost: float, arrival: int | None, left: int
    ) -> None:
        """Puts the best continuation of a path into the heap, with what the others are."""
        if left < 1:
            return
        ways = self.ways
        arcs = np.arange(ways.start[path[-1]], ways.start[path[-1] + 1])
        ends = ways.end[arcs]
        costs = cost + ways.cost[arcs]
        bounds = np.round(costs + self.rest[left - 1][ends], 12)
        arcs = arcs[np.isfinite(bounds) & ~np.isin(ends, path)]
        if not len(arcs):
            return
        first = ways.start[path[-1]]
        bounds, costs = bounds[arcs - first], costs[arcs - first]
        order = np.lexsort((ways.end[arcs], bounds))
        self._next(heap, (path, arcs[order], bounds[order], costs[order], arrival), 0)

    def _next(self, heap: list[Any], others: Any, place: int) -> None:
        path, arcs, bounds, costs, arrival = others
        while place < len(arcs):
            arc = int(arcs[place])
            reached = None if self.days is None else self._earliest(self.days, arc, arrival)
            if self.days is None or reached is not None:
                longer = (*path, int(self.ways.end[arc]))
                entry = (float(bounds[place]), longer, float(costs[place]), reached, others, place)
                heapq.heappush(heap, entry)
                return
            place += 1

    def _earliest(self, days: Days, arc: int, since: int) -> int | None:
        """The first day from ``since`` on on which an event of the arc begins."""
        both = (int(self.ways.forth[arc]), int(self.ways.back[arc]))
        found = [_first(days.of(dyad), since) for dyad in both if dyad >= 0]
        return min((day for day in found if day is not None), default=None)


def _first(days: Whole, since: int) -> int | None:
    place = int(np.searchsorted(days, since))
    return int(days[place]) if place < len(days) else None


def tightest(steps: Sequence[Whole]) -> list[int]:
    """A day of each step, none before the one of the step before it: those that lie closest together.

    ``steps`` have sorted days. Of several choices, the one that begins first. Raises ValueError where there is none.

    >>> tightest([np.array([1, 5]), np.array([3, 6, 9])])
    [5, 6]
    """
    chosen = [steps[0]]
    alive = np.ones(len(steps[0]), bool)
    for days in steps[1:]:
        place = np.searchsorted(days, chosen[-1])
        alive &= place < len(days)
        chosen.append(days[np.minimum(place, len(days) - 1)])
    if not alive.any():
        raise ValueError("no days of these are in order")
    span = np.where(alive, chosen[-1] - chosen[0], np.iinfo(np.int64).max)
    best = int(np.argmin(span))
    return [int(days[best]) for days in chosen]


def paths(
    tables: Tables,
    selection: Selection,
    source: str,
    target: str,
    *,
    arrays: EdgeArrays,
    days: Days | None,
    max_length: int = LENGTH,
    k: int = PATHS,
    direction: str = "out",
    limit: int = MAX_EXPANSIONS,
) -> Paths:
    """The ``k`` cheapest paths over ``arrays``, which are those of the selection.

    With ``days``, each step has an event that begins not before the one of the step before; of the choices of such
    events that there are, the one that takes the least time, and of several events of a day the most reported.
    Raises BadSelection and UnknownAction.
    """
    check(max_length=max_length, k=k, direction=direction)
    left = [limit]
    found = []
    for path in shortest(
        arrays, source, target, max_length=max_length, direction=direction, days=days, expansions=left
    ):
        found.append(path)
        if len(found) > k:
            break
    shown = [(cost, tuple(arrays.actors[place] for place in path)) for cost, path in found[:k]]
    told = _Telling(tables, selection, direction == "any", arrays, days)
    return Paths(
        told.told(shown),
        limit - left[0],
        cut=left[0] == 0 and len(found) <= k,
        more=len(found) > k,
    )


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the steps of paths consist of."""

    tables: Tables
    selection: Selection
    any_direction: bool
    arrays: EdgeArrays
    days: Days | None

    def told(self, found: Sequence[tuple[float, tuple[str, ...]]]) -> tuple[Path, ...]:
        pairs = sorted({pair for _, path in found for pair in pairwise(path)})
        if not pairs:
            return ()
        known = self._steps(pairs)
        return tuple(
            Path(path, round(cost, 6), self._dated([known[pair] for pair in pairwise(path)]))
            for cost, path in found
        )

    def _conditions(self, pairs: Sequence[tuple[str, str]]) -> Conditions:
        """Those of the events of some pairs. The ends by themselves are enough to read few of the events."""
        turned = [(b, a) for a, b in pairs] if self.any_direction else []
        both = sorted({*pairs, *turned})
        conditions = pair_conditions(self.tables, self.selection)
        conditions.where("source", "in", tuple(sorted({a for a, _ in both})))
        conditions.where("target", "in", tuple(sorted({b for _, b in both})))
        conditions.add(
            "(source, target) IN (SELECT unnest($froms), unnest($tos))",
            froms=[a for a, _ in both],
            tos=[b for _, b in both],
        )
        return conditions

    def _steps(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Step]:
        conditions = self._conditions(pairs)
        if self.days is not None:
            conditions.add("start_date IS NOT NULL")
        rows = self.tables.rows(_STEPS.format(conditions=conditions.sql), conditions.values)
        actions = [
            StepAction(relation_id(source, action, target), source, target, action, events, mentions, score)
            for source, target, action, events, mentions, score in rows
        ]
        known = {}
        for pair in pairs:
            ends = {pair, pair[::-1]} if self.any_direction else {pair}
            own = tuple(one for one in actions if (one.source, one.target) in ends)
            known[pair] = Step(*pair, sum(one.events for one in own), len(own), own[:SHOWN_ACTIONS])
        return known

    def _dated(self, steps: list[Step]) -> tuple[Step, ...]:
        """The steps with an event each, where these are in the order of time."""
        days = self.days
        if days is None:
            return tuple(steps)
        chosen = tightest([self._days_of(step, days) for step in steps])
        return tuple(
            replace(step, event=self._event(step, day)) for step, day in zip(steps, chosen, strict=True)
        )

    def _days_of(self, step: Step, days: Days) -> Whole:
        places = [self.arrays.actors.index(end) for end in (step.source, step.target)]
        size = self.arrays.size
        keys = self.arrays.source * size + self.arrays.target
        one, other = places
        wanted = [one * size + other] + ([other * size + one] if self.any_direction else [])
        found = [int(dyad) for dyad in _found(keys, np.array(wanted)) if dyad >= 0]
        return np.sort(np.concatenate([days.of(dyad) for dyad in found]))

    def _event(self, step: Step, day: int) -> StepEvent:
        conditions = self._conditions([(step.source, step.target)])
        conditions.add("start_date = $day", day=dt.date(1970, 1, 1) + dt.timedelta(day))
        query = _CHOSEN.format(conditions=conditions.sql)
        ((event, source, target, action, begun),) = self.tables.rows(query, conditions.values)
        return StepEvent(event, relation_id(source, action, target), begun)
