"""Two actors: what each does to the other, how it runs over the months, and where it turns.

Events count by quad class: 1 and 2 are cooperation, 3 and 4 conflict. ``net`` is cooperation minus conflict, both
directions together, and ``balance`` is net over all events, from -1 to 1. Negated events never count, and those
without a date stand in no month.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.conditions import Conditions
from graph.ids import relation_id
from graph.selecting import EventFilter, Tables, filter_conditions
from graph.turning import MAX_VALUES, turning_points

WEIGHTY = 3
"""Events that are named for a turning point."""

_ACTIONS = """
SELECT source = $a AS forth, action, quad, count(*) AS n, sum(mentions)::BIGINT AS reported, sum(goldstein)
FROM events WHERE {conditions} GROUP BY ALL ORDER BY n DESC, reported DESC, action, quad
"""

_MONTHS = """
SELECT date_trunc('month', start_date)::DATE AS month, source = $a AS forth, quad, count(*), sum(goldstein)
FROM events WHERE {conditions} GROUP BY ALL ORDER BY month NULLS LAST
"""

_WEIGHTY = """
SELECT event, source, action, target, start_date, quad, goldstein, mentions FROM events
WHERE {conditions} AND start_date >= $month AND start_date < $month::DATE + INTERVAL 1 MONTH
    AND goldstein * $sign > 0
ORDER BY abs(goldstein) * mentions DESC, event LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class Score:
    """Events by quad class 1 to 4, and the sum of their Goldstein scores."""

    quads: tuple[int, int, int, int] = (0, 0, 0, 0)
    goldstein_sum: float = 0.0

    def and_more(self, quad: int, events: int, goldstein: float) -> Score:
        """With ``events`` more of a quad class."""
        quads = tuple(n + events * (place == quad) for place, n in enumerate(self.quads, 1))
        return Score((quads[0], quads[1], quads[2], quads[3]), self.goldstein_sum + goldstein)

    def __add__(self, other: Score) -> Score:
        one, two, three, four = (a + b for a, b in zip(self.quads, other.quads, strict=True))
        return Score((one, two, three, four), self.goldstein_sum + other.goldstein_sum)

    @property
    def events(self) -> int:
        """All of them."""
        return sum(self.quads)

    @property
    def cooperation(self) -> int:
        """Events of quad class 1 and 2."""
        return self.quads[0] + self.quads[1]

    @property
    def conflict(self) -> int:
        """Events of quad class 3 and 4."""
        return self.quads[2] + self.quads[3]

    @property
    def net(self) -> int:
        """Cooperation minus conflict."""
        return self.cooperation - self.conflict

    @property
    def balance(self) -> float | None:
        """Net over all events: 1 where all is cooperation, -1 where all is conflict; None without events."""
        return round(self.net / self.events, 6) if self.events else None

    @property
    def goldstein(self) -> float | None:
        """The mean of the Goldstein scores; None without events."""
        return round(self.goldstein_sum / self.events, 6) if self.events else None


@dataclass(frozen=True, slots=True)
class DyadAction:
    """The events of one action and quad class, of one direction."""

    relation: str
    action: str
    quad: int
    events: int
    mentions: int
    goldstein: float


@dataclass(frozen=True, slots=True)
class Direction:
    """What ``source`` does to ``target``; the strongest of all ``kinds`` of actions."""

    source: str
    target: str
    score: Score
    mentions: int
    kinds: int
    actions: tuple[DyadAction, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month, by its first day, of both directions."""

    month: dt.date
    forth: Score
    back: Score

    @property
    def both(self) -> Score:
        """The two together."""
        return self.forth + self.back


@dataclass(frozen=True, slots=True)
class WeightyEvent:
    """An event that weighs in a turning point."""

    event: str
    relation: str
    source: str
    action: str
    target: str
    start: dt.date
    quad: int
    goldstein: float
    mentions: int


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """The first month of a new level; ``before`` and ``after`` are the means of net a month, empty months counted,
    up to the turning points (or ends) beside it."""

    month: dt.date
    before: float
    after: float
    events: tuple[WeightyEvent, ...]


@dataclass(frozen=True, slots=True)
class Dyad:
    """``months`` are those with events, in order; ``span`` counts all from the first to the last.

    ``undated`` are the events that stand in no month. ``turns`` is None where the months are too many to be searched.
    """

    forth: Direction
    back: Direction
    months: tuple[Month, ...]
    span: int
    undated: int
    turns: tuple[TurningPoint, ...] | None

    @property
    def both(self) -> Score:
        """The two directions together."""
        return self.forth.score + self.back.score


def dyad(tables: Tables, chosen: EventFilter, source: str, target: str, *, limit: int) -> Dyad:
    """What the events that ``chosen`` lets pass say of two actors; ``limit`` actions of each direction are shown.

    Raises BadSelection and UnknownAction.
    """
    conditions = filter_conditions(tables, replace(chosen, negated=False))
    conditions.add("source = $a AND target = $b OR source = $b AND target = $a", a=source, b=target)
    forth, back = _directions(tables, conditions, source, target, limit)
    months, undated = _months(tables, conditions)
    span = _number(months[-1].month) - _number(months[0].month) + 1 if months else 0
    turns = _turns(tables, conditions, months) if span <= MAX_VALUES else None
    return Dyad(forth, back, months, span, undated, turns)


def _directions(
    tables: Tables, conditions: Conditions, source: str, target: str, limit: int
) -> tuple[Direction, Direction]:
    rows = tables.rows(_ACTIONS.format(conditions=conditions.sql), conditions.values)

    def direction(one: str, other: str, *, forth: bool) -> Direction:
        own = [row[1:] for row in rows if row[0] is forth or source == target]
        score, mentions = Score(), 0
        for _, quad, events, reported, goldstein in own:
            score = score.and_more(quad, events, goldstein)
            mentions += reported
        actions = tuple(
            DyadAction(
                relation_id(one, action, other), action, quad, events, reported, round(goldstein / events, 6)
            )
            for action, quad, events, reported, goldstein in own[:limit]
        )
        return Direction(one, other, score, mentions, len(own), actions)

    return direction(source, target, forth=True), direction(target, source, forth=False)


def _months(tables: Tables, conditions: Conditions) -> tuple[tuple[Month, ...], int]:
    found: defaultdict[dt.date, dict[bool, Score]] = defaultdict(lambda: {True: Score(), False: Score()})
    undated = 0
    rows = tables.rows(_MONTHS.format(conditions=conditions.sql), conditions.values)
    for month, forth, quad, events, goldstein in rows:
        if month is None:
            undated += events
        else:
            found[month][forth] = found[month][forth].and_more(quad, events, goldstein)
    return tuple(Month(month, scores[True], scores[False]) for month, scores in found.items()), undated


def _turns(tables: Tables, conditions: Conditions, months: Sequence[Month]) -> tuple[TurningPoint, ...]:
    if not months:
        return ()
    first = _number(months[0].month)
    net = [0] * (_number(months[-1].month) - first + 1)
    for one in months:
        net[_number(one.month) - first] = one.both.net
    places = turning_points(net)
    turns = []
    for before, place, after in zip([0, *places], places, [*places[1:], len(net)], strict=False):
        means = _mean(net[before:place]), _mean(net[place:after])
        month = dt.date(*_year_and_month(first + place), 1)
        turns.append(
            TurningPoint(month, *means, _weighty(tables, conditions, month, 1 if means[1] > means[0] else -1))
        )
    return tuple(turns)


def _weighty(tables: Tables, conditions: Conditions, month: dt.date, sign: int) -> tuple[WeightyEvent, ...]:
    values = conditions.values | {"month": month, "sign": sign, "limit": WEIGHTY}
    rows = tables.rows(_WEIGHTY.format(conditions=conditions.sql), values)
    return tuple(
        WeightyEvent(event, relation_id(source, action, target), source, action, target, *others)
        for event, source, action, target, *others in rows
    )


def _mean(values: Sequence[int]) -> float:
    return round(sum(values) / len(values), 6)


def _number(month: dt.date) -> int:
    return month.year * 12 + month.month - 1


def _year_and_month(number: int) -> tuple[int, int]:
    return number // 12, number % 12 + 1
