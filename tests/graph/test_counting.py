"""Timelines and rankings: the same as a naive recount, whatever is in the index and whatever is asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from extract.model import MODALITIES, PLOVER_TYPES, Actor
from graph.counting import (
    BUCKETS,
    RANKS,
    Bucket,
    RankedAction,
    RankedActor,
    RankedDyad,
    bucket_record,
)
from graph.errors import BadSelection, UnknownAction
from graph.index import Index, IndexChanges
from graph.selecting import EventFilter, EventRow

ACTORS = {code: Actor(code, "GOV", f"Land of {code}", "State") for code in ("AAA", "BBB", "CCC")}
ACTIONS = (("urge", "REQUEST"), ("aid", "AID"), ("aid", "SUPPORT"), ("shell", "ASSAULT"))
DAYS = st.integers(0, 800).map(lambda day: dt.date(2016, 12, 25) + dt.timedelta(day))
SCORES = st.integers(-1000, 1000).map(lambda score: score / 100)


@st.composite
def event_rows(draw: st.DrawFn) -> list[EventRow]:
    rows = []
    for number in range(draw(st.integers(0, 12))):
        action, plover = draw(st.sampled_from(ACTIONS))
        start = draw(st.none() | DAYS)
        source, target = draw(
            st.tuples(*[st.none() | st.sampled_from(list(ACTORS))] * 2).filter(lambda ends: any(ends))
        )
        days, granularity = draw(st.sampled_from([(1, "day"), (7, "week"), (31, "month"), (365, "year")]))
        rows.append(
            EventRow(
                event=f"{number:032x}",
                source=source,
                target=target,
                action=action,
                plover=plover,
                cameo="104",
                quad=PLOVER_TYPES[plover],
                goldstein=draw(SCORES),
                start=start,
                end=start + dt.timedelta(days) if start else None,
                granularity=granularity if start else None,
                modality=draw(st.sampled_from(MODALITIES)),
                negated=draw(st.booleans()),
                mentions=draw(st.integers(1, 3)),
                confidence=draw(st.sampled_from([0.2, 0.5, 0.9])),
            )
        )
    return rows


actors = st.none() | st.sampled_from(list(ACTORS))
filters = st.builds(
    EventFilter,
    source=actors,
    target=actors,
    actor=actors,
    quads=st.lists(st.integers(1, 4), max_size=2, unique=True).map(tuple),
    start=st.none() | DAYS,
    end=st.none() | DAYS,
    modalities=st.lists(st.sampled_from(MODALITIES), max_size=2, unique=True).map(tuple),
    min_confidence=st.sampled_from([0.0, 0.5]),
)


def index_of(rows: Iterable[EventRow]) -> Index:
    index = Index(None)
    index.empty(generation=0)
    changes = IndexChanges(added=list(rows), actors={actor.id: actor for actor in ACTORS.values()})
    index.apply(changes, generation=1)
    return index


def passes(row: EventRow, chosen: EventFilter, *, dates: bool = True) -> bool:
    """Whether the filter lets a row pass that is not negated."""
    tests = [
        not row.negated,
        chosen.source in (None, row.source),
        chosen.target in (None, row.target),
        chosen.actor in (None, row.source, row.target),
        not chosen.quads or row.quad in chosen.quads,
        not chosen.modalities or row.modality in chosen.modalities,
        row.confidence >= chosen.min_confidence,
    ]
    if dates and (chosen.start or chosen.end):
        day = row.start
        tests.append(day is not None and (chosen.start or day) <= day < (chosen.end or dt.date.max))
    return all(tests)


def bucket_of(day: dt.date, bucket: str) -> tuple[dt.date, dt.date]:
    match bucket:
        case "day":
            return day, day + dt.timedelta(1)
        case "month":
            return day.replace(day=1), (day.replace(day=1) + dt.timedelta(31)).replace(day=1)
        case _:
            return dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(event_rows(), filters, st.sampled_from(BUCKETS))
def test_a_timeline_is_a_recount(rows: list[EventRow], chosen: EventFilter, bucket: str) -> None:
    expected: defaultdict[tuple[dt.date, dt.date, int], list[EventRow]] = defaultdict(list)
    for row in rows:
        if row.start and passes(row, chosen):
            expected[*bucket_of(row.start, bucket), row.quad].append(row)
    undated = [row for row in rows if not row.start and passes(row, chosen, dates=False)]
    index = index_of(rows)
    found = index.timeline(chosen, bucket=bucket)
    index.close()
    assert [(one.start, one.end, one.quad) for one in found.buckets] == sorted(expected)
    for one in found.buckets:
        counted = expected[one.start, one.end, one.quad]
        scores = [row.goldstein for row in counted]
        assert (one.events, one.mentions) == (len(counted), sum(row.mentions for row in counted))
        assert one.goldstein_sum == pytest.approx(sum(scores), abs=1e-6)
        assert one.goldstein_mean == pytest.approx(sum(scores) / len(scores), abs=1e-6)
    assert found.undated == (len(undated), sum(row.mentions for row in undated))
    beyond = [
        row for (_, end, _), counted in expected.items() for row in counted if row.end and row.end > end
    ]
    assert found.spanning == len(beyond) == sum(one.spanning for one in found.buckets)


def partners(row: EventRow, actor: str | None) -> list[str]:
    if row.source is None or row.target is None:
        return []
    return [row.target if row.source == actor else row.source]


RANKED: dict[str, Callable[[EventRow, str | None], list[Any]]] = {
    "targets": lambda row, actor: [row.target] if row.target and actor in (None, row.source) else [],
    "sources": lambda row, actor: [row.source] if row.source and actor in (None, row.target) else [],
    "partners": partners,
    "actions": lambda row, _: [row.action],
    "dyads": lambda row, _: [(row.source, row.target)] if row.source and row.target else [],
    "actors": lambda row, _: sorted({end for end in (row.source, row.target) if end}),
}


def key_of(row: RankedActor | RankedDyad | RankedAction) -> Any:
    match row:
        case RankedActor():
            return row.id
        case RankedDyad():
            return row.source, row.target
        case RankedAction():
            return row.action


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(event_rows(), filters, st.sampled_from(RANKS), st.integers(1, 5))
def test_a_ranking_is_a_recount(rows: list[EventRow], chosen: EventFilter, rank: str, limit: int) -> None:
    assume(rank != "partners" or chosen.actor is not None)
    expected: defaultdict[Any, list[EventRow]] = defaultdict(list)
    for row in rows:
        if passes(row, chosen):
            for key in RANKED[rank](row, chosen.actor):
                expected[key].append(row)
    index = index_of(rows)
    found = index.ranking(chosen, rank=rank, limit=limit)
    index.close()
    order = sorted(expected.items(), key=lambda item: (-len(item[1]), -mentions(item[1]), item[0]))
    assert [key_of(row) for row in found.rows] == [key for key, _ in order][:limit]
    assert found.total == len(expected)
    for row in found.rows:
        counted = expected[key_of(row)]
        assert (row.events, row.mentions) == (len(counted), mentions(counted))
        assert row.goldstein == pytest.approx(sum(r.goldstein for r in counted) / len(counted), abs=2e-6)
        if isinstance(row, RankedAction):
            kinds = Counter((one.plover, one.quad) for one in counted)
            assert (row.plover, row.quad) in kinds
            assert kinds[row.plover, row.quad] == max(kinds.values())


def mentions(rows: list[EventRow]) -> int:
    return sum(row.mentions for row in rows)


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    opened = index_of([])
    yield opened
    opened.close()


def test_ranked_actors_and_dyads_have_their_names() -> None:
    row = EventRow("e", "AAA", "BBB", "aid", "AID", "073", 2, 7.0, None, None, None, "actual", False, 2, 0.5)
    index = index_of([row])
    (actor,) = index.ranking(EventFilter(actor="AAA"), rank="targets", limit=20).rows
    assert actor == RankedActor("BBB", "Land of BBB", "State", "BBB", "GOV", 1, 2, 7.0)
    (dyad,) = index.ranking(EventFilter(), rank="dyads", limit=20).rows
    assert dyad == RankedDyad("AAA", "Land of AAA", "BBB", "Land of BBB", 1, 2, 7.0)
    (action,) = index.ranking(EventFilter(), rank="actions", limit=20).rows
    assert action == RankedAction("aid", "AID", 2, 1, 2, 7.0)
    index.close()


@pytest.mark.parametrize(("bucket", "name"), [("day", "2017-02-03"), ("month", "2017-02"), ("year", "2017")])
def test_a_bucket_has_a_name(bucket: str, name: str) -> None:
    start, end = bucket_of(dt.date(2017, 2, 3), bucket)
    record = bucket_record(Bucket(dt.date(2017, 2, 3), end, 3, 3, 4, -10.0), bucket)
    assert (record["bucket"], record["goldstein_mean"]) == (name, -3.333333)
    assert start <= dt.date(2017, 2, 3) < end


def test_values_that_are_not_allowed(index: Index) -> None:
    with pytest.raises(BadSelection, match="bucket is 'week', and allowed is one of day, month, year"):
        index.timeline(EventFilter(), bucket="week")
    with pytest.raises(BadSelection, match="rank is 'best', and allowed is one of targets, sources"):
        index.ranking(EventFilter(), rank="best", limit=20)
    with pytest.raises(BadSelection, match="limit is 1001, and allowed is an integer from 1 to 1000"):
        index.ranking(EventFilter(), rank="dyads", limit=1001)
    with pytest.raises(BadSelection, match="actor is None, and allowed is an actor's id"):
        index.ranking(EventFilter(), rank="partners", limit=20)
    with pytest.raises(UnknownAction, match="No action 'presure'"):
        index.timeline(EventFilter(actions=("presure",)), bucket="day")
