"""Counts over the events of the index: how they run over time, and who or what has most of them.

Negated events never count. A date range takes the events that *start* in it; an event of more than a day counts in
the bucket that it starts in.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from graph import asking_counts
from graph.conditions import Comparison, Conditions
from graph.errors import BadSelection
from graph.selecting import MICRO, EventFilter, Tables, filter_conditions

BUCKETS = ("day", "month", "year")
RANKS = ("targets", "sources", "partners", "actions", "dyads", "actors")
RANKED = 20
MAX_RANKED = 1000
RANKED_BY = "events, mentions, id"

# The events without a date make a row of their own, so that they are told and never silently left out.
_TIMELINE = """
SELECT {bucket} AS bucket, quad, count(*), sum(mentions)::BIGINT, round(sum({micro}) / 1e6, 6),
    count(*) FILTER (end_date > {bucket} + INTERVAL 1 {unit})
FROM events WHERE {conditions} GROUP BY 1, 2 ORDER BY 1, 2
"""

# What takes part in an event, once each: the parts that are ranked, by the name of the rank.
_PARTS = {
    "targets": "SELECT target AS id, mentions, goldstein FROM events WHERE {conditions} AND target NOT NULL",
    "sources": "SELECT source AS id, mentions, goldstein FROM events WHERE {conditions} AND source NOT NULL",
    "partners": """SELECT CASE source WHEN $ego THEN target ELSE source END AS id, mentions, goldstein
        FROM events WHERE {conditions} AND source NOT NULL AND target NOT NULL""",
    "actors": """SELECT source AS id, mentions, goldstein FROM events WHERE {conditions} AND source NOT NULL
        UNION ALL SELECT target, mentions, goldstein FROM events
        WHERE {conditions} AND target NOT NULL AND target IS DISTINCT FROM source""",
}

_RANKED_ACTORS = """
SELECT id, count(*) AS n, sum(mentions)::BIGINT AS reported, round(sum({micro}) / 1e6 / count(*), 6), count(*) OVER ()
FROM ({parts}) GROUP BY id ORDER BY n DESC, reported DESC, id LIMIT $limit
"""

_RANKED_DYADS = """
SELECT source, target, count(*) AS n, sum(mentions)::BIGINT AS reported,
    round(sum({micro}) / 1e6 / count(*), 6), count(*) OVER ()
FROM events WHERE {conditions} AND source NOT NULL AND target NOT NULL
GROUP BY source, target ORDER BY n DESC, reported DESC, source, target LIMIT $limit
"""

# An action may have events of several types: it is shown with the most frequent, as on edges.
_RANKED_ACTIONS = """
WITH parts AS (
    SELECT action, plover, quad, count(*) AS n, sum(mentions) AS mentions, sum({micro}) AS score
    FROM events WHERE {conditions} GROUP BY ALL)
SELECT action, arg_max(plover, (n, plover, quad)), arg_max(quad, (n, plover, quad)), sum(n)::BIGINT AS total,
    sum(mentions)::BIGINT AS reported, round(sum(score) / 1e6 / sum(n), 6), count(*) OVER ()
FROM parts GROUP BY action ORDER BY total DESC, reported DESC, action LIMIT $limit
"""


class Bucket(NamedTuple):
    """The events of one quad class that start in [start, end); ``goldstein_sum`` over events, each -10 to 10.

    ``spanning`` of them last beyond the end.
    """

    start: dt.date
    end: dt.date
    quad: int
    events: int
    mentions: int
    goldstein_sum: float
    spanning: int = 0

    @property
    def goldstein_mean(self) -> float:
        """The mean over the events."""
        return round(self.goldstein_sum / self.events, 6)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Buckets by time and quad class, those without events left out.

    ``undated`` are the events, and their mentions, that pass all but the date range and have no date: they stand in
    no bucket. ``spanning`` events are in their first bucket and last beyond it.
    """

    buckets: tuple[Bucket, ...]
    undated: tuple[int, int]
    spanning: int


@dataclass(frozen=True, slots=True)
class RankedActor:
    """An actor with its events in the ranking, their mentions, and the mean of their Goldstein scores."""

    id: str
    label: str
    actor_type: str
    country: str
    sector: str | None
    events: int
    mentions: int
    goldstein: float


@dataclass(frozen=True, slots=True)
class RankedDyad:
    """Source and target, ids and names, with the events of the one to the other."""

    source: str
    source_label: str
    target: str
    target_label: str
    events: int
    mentions: int
    goldstein: float


@dataclass(frozen=True, slots=True)
class RankedAction:
    """A relation name with its PLOVER type and quad class, and its events."""

    action: str
    plover: str
    quad: int
    events: int
    mentions: int
    goldstein: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first ones by events, then mentions, then id; ``total`` counts all that could be ranked."""

    rows: tuple[RankedActor | RankedDyad | RankedAction, ...]
    total: int


def timeline(tables: Tables, chosen: EventFilter, *, bucket: str) -> Timeline:
    """Events by ``bucket`` (one of BUCKETS) and quad class; raises BadSelection, UnknownAction, UnknownRelation."""
    if bucket not in BUCKETS:
        raise BadSelection("bucket", bucket, f"one of {', '.join(BUCKETS)}")
    conditions = filter_conditions(tables, replace(chosen, start=None, end=None, negated=False))
    undated = Comparison("start_date", "is missing")
    if chosen.start is not None:
        conditions.any_of((undated, Comparison("start_date", ">=", chosen.start)))
    if chosen.end is not None:
        conditions.any_of((undated, Comparison("start_date", "<", chosen.end)))
    rows = _by_time(tables, conditions, bucket)
    dated = [row for row in rows if row[0] is not None]
    none = [row for row in rows if row[0] is None]
    return Timeline(
        tuple(Bucket(day, _after(day, bucket), *measures) for day, *measures in dated),
        (sum(row[2] for row in none), sum(row[3] for row in none)),
        sum(row[-1] for row in dated),
    )


def _by_time(tables: Tables, conditions: Conditions, bucket: str) -> list[tuple[Any, ...]]:
    if tables.columns is not None:
        return asking_counts.timeline(tables.columns, conditions, bucket)
    start = "start_date" if bucket == "day" else f"date_trunc('{bucket}', start_date)::DATE"
    query = _TIMELINE.format(bucket=start, unit=bucket, micro=MICRO, conditions=conditions.sql)
    return tables.rows(query, conditions.values)


def bucket_record(one: Bucket, bucket: str) -> dict[str, object]:
    """The bucket for JSON; ``bucket`` names it as ``2017``, ``2017-01`` or ``2017-01-04``."""
    name, start, end = _named(one.start, one.end, bucket)
    return {
        "bucket": name,
        "start": start,
        "end": end,
        "quad": one.quad,
        "events": one.events,
        "mentions": one.mentions,
        "goldstein_sum": one.goldstein_sum,
        "goldstein_mean": one.goldstein_mean,
        "spanning": one.spanning,
    }


@functools.lru_cache(maxsize=4096)
def _named(start: dt.date, end: dt.date, bucket: str) -> tuple[str, str, str]:
    """The name of a bucket, and its days, as JSON has them."""
    first = start.isoformat()
    return first[: {"day": 10, "month": 7, "year": 4}[bucket]], first, end.isoformat()


@functools.lru_cache(maxsize=4096)
def _after(day: dt.date, bucket: str) -> dt.date:
    """The first day of the next bucket; the last day that dates can tell where there is none."""
    try:
        if bucket == "day":
            return day + dt.timedelta(1)
        if bucket == "month" and day.month < 12:
            return day.replace(month=day.month + 1)
        return dt.date(day.year + 1, 1, 1)
    except (OverflowError, ValueError):
        return dt.date.max


def ranking(tables: Tables, chosen: EventFilter, *, rank: str, limit: int = RANKED) -> Ranking:
    """The busiest of ``rank`` among the events that ``chosen`` lets pass.

    ``actor`` of the filter is the one that acts for ``targets``, that is acted on for ``sources``, and on either
    side for the others; ``partners`` are those on its other side, and need it. Raises BadSelection, UnknownAction
    and UnknownRelation.
    """
    if rank not in RANKS:
        raise BadSelection("rank", rank, f"one of {', '.join(RANKS)}")
    if not 1 <= limit <= MAX_RANKED:
        raise BadSelection("limit", limit, f"an integer from 1 to {MAX_RANKED}")
    if rank == "partners" and chosen.actor is None:
        raise BadSelection("actor", None, "an actor's id, whose partners they are")
    asked = replace(chosen, negated=False)
    own = {"targets": "source", "sources": "target"}.get(rank)
    if own is not None:
        asked = replace(asked, actor=None)
    conditions = filter_conditions(tables, asked)
    if own is not None and chosen.actor is not None:
        conditions.where(own, "=", chosen.actor)
    if tables.columns is not None:
        found = asking_counts.ranking(tables.columns, conditions, rank=rank, actor=chosen.actor, limit=limit)
    else:
        values = conditions.values | {"limit": limit} | ({"ego": chosen.actor} if rank == "partners" else {})
        found = tables.rows(_query(rank).format(conditions=conditions.sql, micro=MICRO), values)
    return Ranking(tuple(_ranked(rank, tables, found)), found[0][-1] if found else 0)


def _query(rank: str) -> str:
    if rank == "dyads":
        return _RANKED_DYADS
    return _RANKED_ACTIONS if rank == "actions" else _RANKED_ACTORS.replace("{parts}", _PARTS[rank])


def _ranked(
    rank: str, tables: Tables, rows: Sequence[tuple[Any, ...]]
) -> Iterator[RankedActor | RankedDyad | RankedAction]:
    """The rows of a query; the last value of each, the total, is left out."""
    if rank == "actions":
        yield from (RankedAction(*row[:-1]) for row in rows)
    elif rank == "dyads":
        known = tables.known({end for row in rows for end in row[:2]})
        for source, target, *measures, _ in rows:
            yield RankedDyad(source, known[source].label, target, known[target].label, *measures)
    else:
        known = tables.known([row[0] for row in rows])
        for actor, *measures, _ in rows:
            one = known[actor]
            yield RankedActor(actor, one.label, one.actor_type, one.country, one.sector, *measures)
