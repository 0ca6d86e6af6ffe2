"""Dyads, turning points, common partners and actors over time: figures counted by hand, and a recount of anything."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.model import PLOVER_TYPES, Actor
from graph.dyads import Score
from graph.errors import BadSelection
from graph.index import Index, IndexChanges
from graph.network import DIRECTIONS, Selection
from graph.partners import Tie
from graph.selecting import EventFilter, EventRow
from graph.turning import LEAST_MONTHS, MAX_VALUES, PENALTY, noise, tamed, turning_points

ACTIONS = {
    "meet": ("CONSULT", 4.0),
    "aid": ("AID", 7.0),
    "urge": ("REQUEST", -2.0),
    "shell": ("ASSAULT", -9.0),
}


def event(
    number: int,
    source: str | None,
    action: str,
    target: str | None,
    day: str | None,
    mentions: int = 1,
    **more: object,
) -> EventRow:
    plover, goldstein = ACTIONS[action]
    start = dt.date.fromisoformat(day) if day else None
    fields: dict[str, object] = {
        "event": f"{number:032x}",
        "source": source,
        "target": target,
        "action": action,
        "plover": plover,
        "cameo": "104",
        "quad": PLOVER_TYPES[plover],
        "goldstein": goldstein,
        "start": start,
        "end": start + dt.timedelta(1) if start else None,
        "granularity": "day" if start else None,
        "modality": "actual",
        "negated": False,
        "mentions": mentions,
        "confidence": 0.8,
    }
    return EventRow(**(fields | more))  # type: ignore[arg-type]


def index_of(rows: Iterable[EventRow]) -> Index:
    index = Index(None)
    index.empty(generation=0)
    rows = list(rows)
    names = {end for row in rows for end in (row.source, row.target) if end}
    actors = {name: Actor(name, "GOV" if name < "C" else "MIL", name, "State") for name in names}
    # The id of an actor follows from code and role: the table is filled by the ids of the rows.
    index.apply(IndexChanges(added=rows, actors=dict(actors)), generation=1)
    return index


ROWS = [
    event(1, "A", "meet", "B", "2020-01-03"),
    event(2, "A", "meet", "B", "2020-01-20", mentions=4),
    event(3, "B", "shell", "A", "2020-01-25"),
    event(4, "B", "aid", "A", "2020-03-01"),
    event(5, "A", "urge", "B", None),
    event(6, "A", "meet", "B", "2020-03-02", negated=True),
    event(7, "A", "meet", "C", "2020-03-02"),
    event(8, "C", "urge", "B", "2020-03-09"),
    event(9, "C", "urge", "A", "2021-05-05"),
    event(10, "D", "meet", "B", "2021-01-01"),
    event(11, "B", "meet", "D", "2021-01-01"),
    event(12, "D", "shell", "A", "2021-01-01"),
    event(13, "A", "meet", None, "2021-01-01"),
    event(14, "A", "meet", "A", "2021-01-01"),
]


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    index = index_of(ROWS)
    yield index
    index.close()


def test_a_dyad_counts_both_directions(index: Index) -> None:
    found = index.dyad(EventFilter(), "A", "B", limit=1)
    assert (found.forth.source, found.forth.score.quads) == ("A", (2, 0, 1, 0))
    assert found.forth.mentions == 6
    assert (found.forth.kinds, [one.relation for one in found.forth.actions]) == (2, ["A--meet--B"])
    assert found.back.score == Score((0, 1, 0, 1), -2.0)
    assert (found.both.cooperation, found.both.conflict, found.both.net) == (3, 2, 1)
    assert (found.both.balance, found.both.goldstein) == (0.2, pytest.approx((8 - 2 - 2) / 5))
    assert found.undated == 1


def test_months_of_a_dyad(index: Index) -> None:
    found = index.dyad(EventFilter(), "B", "A", limit=5)
    assert [one.month.isoformat() for one in found.months] == ["2020-01-01", "2020-03-01"]
    january = found.months[0]
    assert (january.forth.quads, january.back.quads) == ((0, 0, 0, 1), (2, 0, 0, 0))
    assert (january.both.net, january.both.balance) == (1, pytest.approx(1 / 3, abs=1e-6))
    assert (found.span, found.turns) == (3, ())


def test_a_dyad_of_nothing(index: Index) -> None:
    found = index.dyad(EventFilter(quads=(2,)), "A", "D", limit=5)
    assert (found.both.events, found.both.balance, found.both.goldstein) == (0, None, None)
    assert (found.months, found.span, found.turns) == ((), 0, ())


def monthly(numbers: Iterable[tuple[int, int]]) -> list[EventRow]:
    """So many meetings and shellings a month, from January 2020 on."""
    rows: list[EventRow] = []
    for month, (good, bad) in enumerate(numbers):
        day = f"{2020 + month // 12}-{month % 12 + 1:02d}-05"
        for action, times in (("meet", good), ("shell", bad)):
            for _ in range(times):
                rows.append(event(len(rows), "A", action, "B", day, mentions=len(rows) + 1))
    return rows


def test_a_turning_point_has_the_means_beside_it_and_the_events_that_weigh_most() -> None:
    index = index_of(monthly([(4, 0), (5, 0), (4, 0), (5, 0), (1, 6), (0, 6), (0, 5), (0, 6)]))
    found = index.dyad(EventFilter(), "A", "B", limit=5)
    index.close()
    assert found.turns is not None
    (turn,) = found.turns
    assert (turn.month, turn.before, turn.after) == (dt.date(2020, 5, 1), 4.5, -5.5)
    # Meetings 0 to 17, in May meeting 18 and shellings 19 to 24: those with most mentions weigh most.
    assert [int(one.event, 16) for one in turn.events] == [24, 23, 22]
    assert {one.relation for one in turn.events} == {"A--shell--B"}


def test_empty_months_are_months_without_conflict() -> None:
    numbers = [(0, 6), (0, 5), (0, 6), (0, 5), (0, 0), (0, 0), (0, 0), (0, 1)]
    index = index_of(monthly(numbers))
    found = index.dyad(EventFilter(), "A", "B", limit=5)
    index.close()
    assert found.turns is not None
    assert [(turn.month.month, turn.before, turn.after) for turn in found.turns] == [(5, -5.5, -0.25)]
    assert found.turns[0].events == ()
    assert len(found.months) == 5


def test_more_months_than_can_be_searched_are_said_so() -> None:
    index = index_of([event(1, "A", "meet", "B", "1700-01-01"), event(2, "A", "meet", "B", "2020-01-01")])
    found = index.dyad(EventFilter(), "A", "B", limit=5)
    index.close()
    assert (found.turns, found.span) == (None, 320 * 12 + 1)


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ([], []),
        ([5] * 50, []),
        ([0, 0, 0, 5, 5, 5], [3]),
        ([0, 1, 0, 1, 0, 9, 8, 9, 8, 9, 0, 1, 0, 1], [5, 10]),
        ([0, 1, 0, 1, 0, 1, 20, 1, 0, 1, 0, 1], []),
        ([0, 1, 0, 1, 0, 20, 20, 20, 1, 0, 1, 0], [5, 8]),
        ([0, 0, 9, 9], []),
    ],
    ids=["nothing", "flat", "step", "there-and-back", "outlier", "three-months", "short"],
)
def test_turning_points_of_a_series(values: list[float], points: list[int]) -> None:
    assert turning_points(values) == points


def test_a_series_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match=str(MAX_VALUES)):
        turning_points([0.0] * (MAX_VALUES + 1))


def cuttings(n: int) -> Iterator[list[int]]:
    """All ways to cut ``n`` values into levels that are long enough."""

    def from_(start: int) -> Iterator[list[int]]:
        yield []
        for cut in range(start + LEAST_MONTHS, n - LEAST_MONTHS + 1):
            for rest in from_(cut):
                yield [cut, *rest]

    yield from from_(0)


@settings(deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=1, max_size=14))
def test_the_cuts_are_the_best_of_all(values: list[float]) -> None:
    raw = np.array(values, float)
    series = tamed(raw)
    penalty = PENALTY * noise(raw) ** 2 * np.log(len(series))

    def cost(cuts: list[int]) -> float:
        parts = [series[a:b] for a, b in pairwise([0, *cuts, len(series)])]
        return sum(float(((part - part.mean()) ** 2).sum()) for part in parts if len(part)) + penalty * len(
            cuts
        )

    assert cost(turning_points(values)) <= min(map(cost, cuttings(len(values)))) + 1e-6


def test_common_partners_are_ranked_by_the_weakest_tie(index: Index) -> None:
    found = index.common(EventFilter(), ["A", "B"], limit=5)
    assert [(one.actor, one.least, one.events) for one in found.shared] == [("C", 1, 3), ("D", 1, 3)]
    assert found.total == 2
    assert found.shared[0].ties == (
        Tie(out=(1, 0, 0, 0), into=(0, 0, 1, 0)),
        Tie(into=(0, 0, 1, 0)),
    )
    cut = index.common(EventFilter(), ["B", "A"], limit=1)
    assert ([one.actor for one in cut.shared], cut.total) == (["C"], 2)
    assert cut.shared[0].ties == found.shared[0].ties[::-1]


def test_common_partners_have_to_do_with_all(index: Index) -> None:
    assert [one.actor for one in index.common(EventFilter(), ["A", "C"], limit=5).shared] == ["B"]
    assert index.common(EventFilter(), ["A", "C", "D"], limit=5).total == 1
    assert index.common(EventFilter(quads=(1,)), ["A", "B"], limit=5).total == 0


@pytest.mark.parametrize("actors", [["A"], ["A", "A"], [f"A{n}" for n in range(11)]], ids=len)
def test_common_needs_several_actors(index: Index, actors: list[str]) -> None:
    with pytest.raises(BadSelection, match="2 to 10 different ids"):
        index.common(EventFilter(), actors, limit=5)


def test_an_actor_over_the_years(index: Index) -> None:
    found = index.ego(EventFilter(), "A", bucket="year", limit=5)
    first, second = found.buckets
    assert (first.start, first.number, first.partners) == (dt.date(2020, 1, 1), 2, (("B", 4), ("C", 1)))
    assert first.tie == Tie(out=(3, 0, 0, 0), into=(0, 1, 0, 1))
    assert (first.entered, first.left) == ((("B", 4), ("C", 1)), ())
    assert (second.number, second.partners) == (2, (("C", 1), ("D", 1)))
    assert (second.entered, second.left) == ((("D", 1),), (("B", 4),))
    assert found.undated == 1


def test_lists_of_partners_are_cut_and_counted(index: Index) -> None:
    (first, second) = index.ego(EventFilter(), "A", bucket="year", limit=1).buckets
    assert (first.number, first.entered_number, first.partners) == (2, 2, (("B", 4),))
    assert second.left_number == 1
    with pytest.raises(BadSelection, match="bucket"):
        index.ego(EventFilter(), "A", bucket="week", limit=1)


# --- arrays of a selection

NAMES = ("A", "B", "C", "D", "E")


@st.composite
def many(draw: st.DrawFn) -> list[EventRow]:
    ends = st.none() | st.sampled_from(NAMES)
    rows = []
    for number in range(draw(st.integers(0, 14))):
        source, target = draw(st.tuples(ends, ends).filter(any))
        action = draw(st.sampled_from(sorted(ACTIONS)))
        rows.append(event(number, source, action, target, "2020-01-01", negated=draw(st.booleans())))
    return rows


selections = st.builds(
    Selection,
    actors=st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    depth=st.integers(1, 3),
    direction=st.sampled_from(DIRECTIONS),
    quads=st.lists(st.integers(1, 4), max_size=3, unique=True).map(tuple),
    min_weight=st.integers(1, 2),
    limit=st.none(),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(many(), selections)
def test_arrays_hold_the_dyads_of_the_network(rows: list[EventRow], selection: Selection) -> None:
    index = index_of([*rows, *(event(90 + n, name, "meet", name, None) for n, name in enumerate(NAMES))])
    expected: Counter[tuple[str, str]] = Counter()
    for edge in index.network(selection).edges:
        if edge.source != edge.target:
            expected[edge.source, edge.target] += edge.weight
    arrays = index.edge_arrays(selection)
    index.close()
    pairs = [(arrays.actors[a], arrays.actors[b]) for a, b in zip(arrays.source, arrays.target, strict=True)]
    assert dict(zip(pairs, arrays.weight.tolist(), strict=True)) == expected
    assert pairs == sorted(pairs)
    assert set(arrays.actors) == {end for pair in pairs for end in pair}


def test_the_sector_is_that_of_the_others() -> None:
    rows = [
        event(1, "A", "meet", "D", None),
        event(2, "A", "meet", "B", None),
        event(3, "D", "meet", "E", None),
    ]
    index = index_of(rows)
    found = index.edge_arrays(Selection(actors=("A",), depth=2, sectors=("MIL",), limit=None))
    whole = index.edge_arrays(Selection(sectors=("MIL",), limit=None))
    index.close()
    ids = {row[0]: row[2] for row in [("A", 0, "GOV"), ("D", 0, "MIL")]}
    assert ids["D"] == "MIL"
    assert (found.actors, whole.actors) == (("A", "D", "E"), ("D", "E"))


@pytest.mark.parametrize(
    ("options", "name"),
    [({"direction": "up"}, "direction"), ({"depth": 4}, "depth"), ({"min_weight": 0}, "min_weight")],
    ids=lambda value: str(value),
)
def test_a_selection_that_is_none_is_told(index: Index, options: dict[str, int], name: str) -> None:
    with pytest.raises(BadSelection, match=name):
        index.edge_arrays(Selection(**options))  # type: ignore[arg-type]
