"""The partners of actors: whom several actors have in common, and how one actor's change over time."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from graph.counting import BUCKETS
from graph.errors import BadSelection
from graph.selecting import EventFilter, Tables, filter_conditions

LEAST_ACTORS, MOST_ACTORS = 2, 10

Quads = tuple[int, int, int, int]

# Each event between one of the actors and a third one; forth where the actor is the source.
_COMMON = """
WITH cells AS (
    SELECT target AS third, source AS actor, true AS forth, quad, count(*) AS n FROM events
    WHERE {conditions} AND source IN ({actors}) AND target NOT IN ({actors})
    GROUP BY ALL
    UNION ALL
    SELECT source, target, false, quad, count(*) FROM events
    WHERE {conditions} AND target IN ({actors}) AND source NOT IN ({actors})
    GROUP BY ALL),
ties AS (SELECT third, actor, sum(n)::BIGINT AS tie FROM cells GROUP BY ALL),
ranked AS (
    SELECT third, min(tie) AS least, sum(tie)::BIGINT AS total, count(*) OVER () AS every FROM ties
    GROUP BY third HAVING count(*) = $number ORDER BY least DESC, total DESC, third LIMIT $limit)
SELECT every, third, least, total, actor, forth, quad, n FROM ranked JOIN cells USING (third)
ORDER BY least DESC, total DESC, third, actor, forth, quad
"""

_EGO = """
SELECT {bucket} AS bucket, CASE source WHEN $ego THEN target ELSE source END AS partner, {counts}
FROM events WHERE {conditions} AND source NOT NULL AND target NOT NULL AND source <> target
GROUP BY ALL ORDER BY bucket NULLS LAST
"""

_EGO_COUNTS = ", ".join(
    f"count(*) FILTER (quad = {quad} AND {end} = $ego)"
    for end in ("source", "target")
    for quad in (1, 2, 3, 4)
)


@dataclass(frozen=True, slots=True)
class Tie:
    """The events of quad class 1 to 4 that an actor directs at another (``out``), and the other at it (``into``)."""

    out: Quads = (0, 0, 0, 0)
    into: Quads = (0, 0, 0, 0)

    @property
    def events(self) -> int:
        """Of both directions."""
        return sum(self.out) + sum(self.into)


@dataclass(frozen=True, slots=True)
class Shared:
    """A third actor; ``ties`` are those of each given actor, in their order, to it.

    ``least`` are the events of the weakest tie, ``events`` of all.
    """

    actor: str
    least: int
    events: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Common:
    """The first ones by the weakest tie, then all ties, then id; ``total`` counts all."""

    shared: tuple[Shared, ...]
    total: int


@dataclass(frozen=True, slots=True)
class EgoBucket:
    """An actor in [start, ...): its tie to all others together, and its partners by their events.

    ``partners`` are the strongest of ``number``. ``entered`` are partners now that were none in the bucket with events
    before, ``left`` those of then that are none now, by their events then; each cut, and counted in full.
    """

    start: dt.date
    tie: Tie
    number: int
    partners: tuple[tuple[str, int], ...]
    entered_number: int
    entered: tuple[tuple[str, int], ...]
    left_number: int
    left: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Ego:
    """The buckets with events, in order, and the events that have no date and stand in none."""

    buckets: tuple[EgoBucket, ...]
    undated: int


def common(tables: Tables, chosen: EventFilter, actors: Sequence[str], *, limit: int) -> Common:
    """The actors that have events with each of ``actors``, of those that ``chosen`` lets pass.

    Raises BadSelection and UnknownAction.
    """
    if not LEAST_ACTORS <= len(set(actors)) == len(actors) <= MOST_ACTORS:
        raise BadSelection("actor", ",".join(actors), f"{LEAST_ACTORS} to {MOST_ACTORS} different ids")
    conditions = filter_conditions(tables, replace(chosen, negated=False))
    given = {f"actor{number}": actor for number, actor in enumerate(actors)}
    listed = ", ".join(f"${name}" for name in given)  # a list, as a subquery costs a join
    values = conditions.values | given | {"number": len(actors), "limit": limit}
    rows = tables.rows(_COMMON.format(conditions=conditions.sql, actors=listed), values)
    thirds: dict[str, tuple[int, int]] = {}
    ties: defaultdict[tuple[str, str], Tie] = defaultdict(Tie)
    for _, third, least, total, actor, forth, quad, events in rows:
        thirds[third] = least, total
        ties[third, actor] = _with(ties[third, actor], quad, events, forth=forth)
    shared = tuple(
        Shared(third, least, total, tuple(ties[third, actor] for actor in actors))
        for third, (least, total) in thirds.items()
    )
    return Common(shared, rows[0][0] if rows else 0)


def ego(tables: Tables, chosen: EventFilter, actor: str, *, bucket: str, limit: int) -> Ego:
    """An actor over time; ``limit`` partners of each list are named. Raises BadSelection and UnknownAction."""
    if bucket not in BUCKETS:
        raise BadSelection("bucket", bucket, f"one of {', '.join(BUCKETS)}")
    conditions = filter_conditions(tables, replace(chosen, negated=False))
    conditions.add("source = $ego OR target = $ego", ego=actor)
    start = "start_date" if bucket == "day" else f"date_trunc('{bucket}', start_date)::DATE"
    query = _EGO.format(bucket=start, counts=_EGO_COUNTS, conditions=conditions.sql)
    rows = tables.rows(query, conditions.values)
    buckets = []
    undated = 0
    before: dict[str, int] = {}
    for day, group in itertools.groupby(rows, key=itemgetter(0)):
        ties = [(partner, quads) for _, partner, *quads in group]
        if day is None:
            undated = sum(sum(quads) for _, quads in ties)
            continue
        now = {partner: sum(quads) for partner, quads in ties}
        buckets.append(
            _bucket(
                day, [sum(n) for n in zip(*(quads for _, quads in ties), strict=True)], now, before, limit
            )
        )
        before = now
    return Ego(tuple(buckets), undated)


def _bucket(
    day: dt.date, quads: Sequence[int], now: dict[str, int], before: dict[str, int], limit: int
) -> EgoBucket:
    entered = {partner: events for partner, events in now.items() if partner not in before}
    left = {partner: events for partner, events in before.items() if partner not in now}
    out1, out2, out3, out4, in1, in2, in3, in4 = quads
    return EgoBucket(
        day,
        Tie((out1, out2, out3, out4), (in1, in2, in3, in4)),
        len(now),
        _strongest(now, limit),
        len(entered),
        _strongest(entered, limit),
        len(left),
        _strongest(left, limit),
    )


def _strongest(partners: dict[str, int], limit: int) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(partners.items(), key=lambda one: (-one[1], one[0]))[:limit])


def _with(tie: Tie, quad: int, events: int, *, forth: bool) -> Tie:
    own = tie.out if forth else tie.into
    one, two, three, four = (n + events * (place == quad) for place, n in enumerate(own, 1))
    changed: Quads = one, two, three, four
    return Tie(changed, tie.into) if forth else Tie(tie.out, changed)
