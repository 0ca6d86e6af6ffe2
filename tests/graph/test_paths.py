"""Paths: the same as all simple paths that there are, sorted; and in the order of time where that is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.model import PLOVER_TYPES, Actor
from graph.arrays import from_cells
from graph.errors import BadSelection
from graph.index import Index, IndexChanges
from graph.network import Selection
from graph.paths import MAX_LENGTH, MAX_PATHS, Paths, check, shortest, tightest
from graph.selecting import EventRow

NAMES = "ABCDE"
Told = tuple[str, str, str, int]
"""Source, action, target, and the day of January 2020 on which an event begins; 0 for none."""

ACTIONS = {"meet": "CONSULT", "aid": "AID", "urge": "REQUEST", "shell": "ASSAULT"}


def row(number: int, told: Told) -> EventRow:
    source, action, target, day = told
    start = dt.date(2020, 1, day) if day else None
    plover = ACTIONS[action]
    return EventRow(
        event=f"{number:032x}",
        source=source,
        target=target,
        action=action,
        plover=plover,
        cameo="104",
        quad=PLOVER_TYPES[plover],
        goldstein=-2.0,
        start=start,
        end=start + dt.timedelta(1) if start else None,
        granularity="day" if start else None,
        modality="actual",
        negated=False,
        mentions=1,
        confidence=0.8,
    )


def index_of(events: Iterable[Told]) -> Index:
    index = Index(None)
    index.empty(generation=0)
    rows = [row(number, told) for number, told in enumerate(events)]
    actors = {end for one in rows for end in (one.source, one.target)} | {"A", "E"}
    known = {name: Actor(name, "GOV", name, "State") for name in actors if name}
    index.apply(IndexChanges(added=rows, actors=dict(known)), generation=1)
    return index


Ask = Callable[..., Paths]


@pytest.fixture
def ask() -> Iterator[Callable[[Iterable[Told]], Ask]]:
    opened: list[Index] = []

    def over(events: Iterable[Told]) -> Ask:
        index = index_of(events)
        opened.append(index)

        def paths(source: str, target: str, *, ordered: bool = False, **options: object) -> Paths:
            selection = Selection(limit=None)
            if ordered:
                arrays, days = index.dated_arrays(selection)
                return index.paths(selection, source, target, arrays=arrays, days=days, **options)
            arrays = index.edge_arrays(selection)
            return index.paths(selection, source, target, arrays=arrays, days=None, **options)

        return paths

    yield over
    for index in opened:
        index.close()


SMALL: list[Told] = [
    *[("A", "meet", "B", day) for day in (3, 5)],
    ("A", "urge", "B", 9),
    ("B", "aid", "E", 4),
    ("B", "shell", "E", 2),
    ("A", "meet", "E", 1),
    ("C", "meet", "A", 1),
    ("C", "meet", "E", 8),
    ("A", "meet", "A", 1),
]


def test_costs_add_up_like_resistances(ask: Callable[..., Ask]) -> None:
    found = ask(SMALL)("A", "E")
    assert [(path.actors, path.cost) for path in found.paths] == [
        (("A", "B", "E"), pytest.approx(1 / 3 + 1 / 2, abs=1e-6)),
        (("A", "E"), 1.0),
    ]
    assert (found.cut, found.more) == (False, False)
    first, second = found.paths[0].steps
    assert [(one.relation, one.events) for one in first.actions] == [("A--meet--B", 2), ("A--urge--B", 1)]
    assert (first.weight, first.relations, first.event) == (3, 2, None)
    assert [one.action for one in second.actions] == ["aid", "shell"]


def test_any_direction_goes_against_relations_too(ask: Callable[..., Ask]) -> None:
    found = ask(SMALL)("A", "E", direction="any")
    assert [path.actors for path in found.paths] == [("A", "B", "E"), ("A", "E"), ("A", "C", "E")]
    (against, _) = found.paths[2].steps
    assert [(one.source, one.target) for one in against.actions] == [("C", "A")]


def test_the_length_and_the_number_are_bounds(ask: Callable[..., Ask]) -> None:
    assert [path.actors for path in ask(SMALL)("A", "E", max_length=1).paths] == [("A", "E")]
    one = ask(SMALL)("A", "E", k=1)
    assert ([path.actors for path in one.paths], one.more) == ([("A", "B", "E")], True)


def test_a_limit_of_the_search_gives_what_was_found(ask: Callable[..., Ask]) -> None:
    none = ask(SMALL)("A", "E", limit=0)
    assert (none.paths, none.cut, none.expansions) == ((), True, 0)
    one = ask(SMALL)("C", "E", limit=1)
    assert ([path.actors for path in one.paths], one.cut) == ([("C", "E")], True)


def test_ordered_paths_name_the_events_that_take_the_least_time(ask: Callable[..., Ask]) -> None:
    found = ask(SMALL)("A", "E", ordered=True)
    assert [path.actors for path in found.paths] == [("A", "B", "E"), ("A", "E")]
    events = [step.event for step in found.paths[0].steps]
    assert [(event.relation, event.start.day) for event in events if event] == [
        ("A--meet--B", 3),
        ("B--aid--E", 4),
    ]
    assert found.paths[0].steps[0].event.event == f"{0:032x}"  # type: ignore[union-attr]


def test_a_path_whose_events_come_in_the_wrong_order_is_none(ask: Callable[..., Ask]) -> None:
    backwards = ask([("A", "meet", "B", 5), ("B", "meet", "E", 4)])
    assert backwards("A", "E", ordered=True).paths == ()
    assert len(backwards("A", "E").paths) == 1
    assert len(ask([("A", "meet", "B", 5), ("B", "meet", "E", 5)])("A", "E", ordered=True).paths) == 1
    undated = ask([("A", "meet", "B", 0), ("B", "meet", "E", 4)])
    assert undated("A", "E", ordered=True).paths == ()


def test_actors_without_relations_have_no_paths(ask: Callable[..., Ask]) -> None:
    assert ask([])("A", "E").paths == ()
    assert ask([("A", "meet", "B", 1)])("E", "A").paths == ()


told = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(sorted(ACTIONS)), st.sampled_from(NAMES), st.integers(0, 6)
)


def brute(events: list[Told], steps: int, *, either: bool, ordered: bool) -> list[float]:
    """The costs of all simple paths from A to E with so many steps at most, by networkx."""
    counted = [one for one in events if one[0] != one[2] and (one[3] or not ordered)]
    days: dict[tuple[str, str], list[int]] = {}
    for source, _, target, day in counted:
        for pair in {(source, target), *([(target, source)] if either else [])}:
            days.setdefault(pair, []).append(day)
    graph = nx.DiGraph(list(days))
    graph.add_nodes_from("AE")
    found = []
    for path in nx.all_simple_paths(graph, "A", "E", cutoff=steps):
        choices = [days[pair] for pair in pairwise(path)]
        in_order = any(list(choice) == sorted(choice) for choice in product(*choices))
        if in_order or not ordered:
            found.append(round(sum(1 / len(choice) for choice in choices), 6))
    return sorted(found)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.lists(told, max_size=16), st.integers(1, 4), st.booleans(), st.booleans())
def test_paths_are_those_of_a_search_through_all(
    events: list[Told], steps: int, either: bool, ordered: bool
) -> None:
    index = index_of(events)
    selection = Selection(limit=None)
    arrays, days = index.dated_arrays(selection) if ordered else (index.edge_arrays(selection), None)
    direction = "any" if either else "out"
    found = index.paths(
        selection, "A", "E", arrays=arrays, days=days, max_length=steps, k=MAX_PATHS, direction=direction
    )
    index.close()
    costs = [path.cost for path in found.paths]
    assert costs == pytest.approx(brute(events, steps, either=either, ordered=ordered), abs=2e-6)
    assert costs == sorted(costs)
    assert len({path.actors for path in found.paths}) == len(costs)
    for path in found.paths:
        assert len(set(path.actors)) == len(path.actors) == len(path.steps) + 1
        assert sum(1 / step.weight for step in path.steps) == pytest.approx(path.cost, abs=2e-6)
        if ordered:
            chosen = [step.event.start for step in path.steps if step.event]
            assert chosen == sorted(chosen)
            assert len(chosen) == len(path.steps)


def test_the_search_looks_at_few_of_many_actors() -> None:
    """A star of a thousand leaves beside a way of two steps: the leaves lead nowhere."""
    source = ["A"] * 1000 + ["A", "M"]
    target = [f"L{n}" for n in range(1000)] + ["M", "E"]
    arrays = from_cells(source, target, [1] * 1002, [5] * 1000 + [1, 1])
    left = [100]
    found = list(shortest(arrays, "A", "E", max_length=3, expansions=left))
    assert [cost for cost, _ in found] == [2.0]
    assert left[0] >= 98


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"max_length": 0}, "max_length"),
        ({"max_length": MAX_LENGTH + 1}, "max_length"),
        ({"k": 0}, "k"),
        ({"k": MAX_PATHS + 1}, "k"),
        ({"direction": "in"}, "direction"),
    ],
    ids=lambda value: str(value),
)
def test_wrong_options_are_told(options: dict[str, int], name: str) -> None:
    with pytest.raises(BadSelection, match=name):
        check(**({"max_length": 3, "k": 5, "direction": "out"} | options))  # type: ignore[arg-type]


def test_days_that_are_not_in_order_are_an_error() -> None:
    with pytest.raises(ValueError, match="in order"):
        tightest([np.array([3]), np.array([1, 2])])
    assert tightest([np.array([1, 5, 8]), np.array([3, 6, 9])]) == [5, 6]
    assert tightest([np.array([1]), np.array([4]), np.array([2, 5])]) == [1, 4, 5]
