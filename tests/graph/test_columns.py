"""The columns in memory: the same answers as the tables, whatever was written and whatever is asked."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from extract.model import MODALITIES, PLOVER_TYPES, Actor
from graph import asking, columns, keeping, selecting
from graph.counting import BUCKETS, RANKS
from graph.errors import GraphError
from graph.ids import relation_id
from graph.index import Index, IndexChanges
from graph.network import AGGREGATES, DIRECTIONS, ORDERS, Selection
from graph.selecting import EventFilter, EventRow

ACTORS = ("KOR", "PRK", "CIV", "Лига", "Éire", "a")
ACTIONS = (
    ("urge", "REQUEST"),
    ("aid", "AID"),
    ("aid", "SUPPORT"),
    ("Shell", "ASSAULT"),
    ("émeute", "PROTEST"),
)
DAYS = [dt.date(1, 1, 1), dt.date(1969, 12, 31), *(dt.date(2016, 12, 30) + dt.timedelta(n) for n in range(4))]
days = st.sampled_from(DAYS)
names = st.none() | st.sampled_from(ACTORS)
scores = st.sampled_from([-10.0, -0.0, 0.0, 3.4, 0.0000005, -7.0000015]) | st.floats(-10, 10)


@st.composite
def rows(draw: st.DrawFn) -> EventRow:
    action, plover = draw(st.sampled_from(ACTIONS))
    start = draw(st.none() | days)
    length, granularity = draw(st.sampled_from([(1, "day"), (31, "month"), (365, "year")]))
    return EventRow(
        event=f"{draw(st.integers(0, 3)):016x}{draw(st.integers(0, 2**64 - 1)):016x}",
        source=draw(names),
        target=draw(names),
        action=action,
        plover=plover,
        cameo=draw(st.sampled_from(["10", "104", "0233"])),
        quad=PLOVER_TYPES[plover],
        goldstein=draw(scores),
        start=start,
        end=start + dt.timedelta(length) if start else None,
        granularity=granularity if start else None,
        modality=draw(st.sampled_from(MODALITIES)),
        negated=draw(st.integers(0, 4)) == 0,
        mentions=draw(st.integers(1, 3)),
        confidence=draw(st.sampled_from([0.2, 0.5, 0.9])),
    )


several = st.lists(rows(), max_size=25, unique_by=lambda row: row.event)


@st.composite
def histories(draw: st.DrawFn) -> list[IndexChanges]:
    """Writes one after another: events come, go, and are told again."""
    there: dict[str, EventRow] = {}
    writes = []
    for _ in range(draw(st.integers(1, 4))):
        changes = IndexChanges()
        changes.removed = (
            draw(st.lists(st.sampled_from(sorted(there)), unique=True, max_size=5)) if there else []
        )
        for event in changes.removed:
            del there[event]
        told = draw(st.lists(st.sampled_from(sorted(there)), unique=True, max_size=5)) if there else []
        changes.recounted = [(event, draw(st.integers(1, 9)), draw(st.floats(0, 1))) for event in told]
        changes.added = [row for row in draw(several) if row.event not in there]
        there |= {row.event: row for row in changes.added}
        actors = {end for row in changes.added for end in (row.source, row.target) if end}
        actors |= set(ACTORS) if not writes else set()
        changes.actors = {
            actor: Actor(actor, "GOV", f"Land {draw(st.integers(1, 2))}", "State") for actor in actors
        }
        writes.append(changes)
    return writes


_T = TypeVar("_T")


def seldom(usual: _T, strategy: st.SearchStrategy[_T]) -> st.SearchStrategy[_T]:
    """Mostly the usual, as of several conditions at once hardly an event passes."""
    return st.integers(0, 3).flatmap(lambda number: strategy if number == 0 else st.just(usual))


def some(*values: object, most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return seldom((), st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple))


common = {
    "actions": some("urge", "aid", "Shell", "émeute", "assault", "10", "104", "nothing"),
    "quads": some(1, 2, 3, 4),
    "start": seldom(None, days),
    "end": seldom(None, days),
    "modalities": seldom(MODALITIES[:5], some(*MODALITIES, most=4)),
    "min_confidence": seldom(0.0, st.sampled_from([0.5, 0.51])),
}
relations = st.builds(
    relation_id, st.sampled_from(ACTORS), st.sampled_from(["urge", "aid"]), st.sampled_from(ACTORS)
)
filters = st.builds(
    EventFilter,
    source=seldom(None, names),
    target=seldom(None, names),
    actor=seldom(None, names),
    relation=seldom(None, relations),
    negated=seldom(None, st.booleans()),
    **common,
)
selections = st.builds(
    Selection,
    actors=st.lists(st.sampled_from(ACTORS), max_size=6, unique=True).map(tuple),
    direction=st.sampled_from(DIRECTIONS),
    depth=seldom(1, st.sampled_from([2, 3])),
    min_weight=seldom(1, st.just(2)),
    limit=st.sampled_from([1, 2, 200]),
    aggregate=st.sampled_from(AGGREGATES),
    order=st.sampled_from(ORDERS),
    **common,
)
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]  # shrinking takes minutes
Question = Callable[[Index], Any]


def event_pages(chosen: EventFilter, limit: int) -> Question:
    def asked(index: Index) -> list[Any]:
        pages = [index.named_events(chosen, limit=limit)]
        while (cursor := pages[-1][0].next) is not None:
            pages.append(index.named_events(chosen, limit=limit, cursor=cursor))
        return pages

    return asked


def network_pages(selection: Selection) -> Question:
    def asked(index: Index) -> list[Any]:
        pages = [index.network(selection)]
        while (cursor := pages[-1].meta["next"]) is not None:
            pages.append(index.network(replace(selection, cursor=str(cursor))))
        return pages

    return asked


counts = (
    st.builds(event_pages, filters, st.sampled_from([1, 3, 50]))
    | st.builds(
        lambda chosen, bucket: lambda index: index.timeline(chosen, bucket=bucket),
        filters,
        st.sampled_from(BUCKETS),
    )
    | st.builds(
        lambda chosen, rank, limit: lambda index: index.ranking(chosen, rank=rank, limit=limit),
        filters,
        st.sampled_from(RANKS),
        st.sampled_from([1, 2, 20]),
    )
)
questions = st.tuples(counts, st.just(True)) | selections.map(
    lambda one: (network_pages(one), len(one.actors) > 0)
)
"""Each with whether the columns answer it themselves."""


def told(question: Question, index: Index) -> Any:
    """The answer, or the error: also of what is written as JSON, where 0.0 is not -0.0."""
    try:
        return repr(question(index))
    except GraphError as error:
        return type(error), str(error)


def same(question: Question, index: Index, *, held: bool = True) -> None:
    """The columns answer as the tables do, and do so themselves where they are to."""
    assert index.columns.now is not None
    with mock.patch.object(index, "_tables", autospec=True, side_effect=index._tables) as asked:
        from_columns = told(question, index)
        assert not (held and asked.called)
    with mock.patch.object(index.columns, "now", None):
        assert from_columns == told(question, index)


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(
    histories(),
    st.lists(questions, min_size=1, max_size=8),
    st.integers(0, 4),
    st.sampled_from([0, asking.MANY]),
)
def test_the_columns_answer_as_the_tables_do(
    writes: list[IndexChanges], asked: list[tuple[Question, bool]], started: int, many: int
) -> None:
    with mock.patch.object(asking, "MANY", many):
        _answer_alike(writes, asked, started)


def _answer_alike(writes: list[IndexChanges], asked: list[tuple[Question, bool]], started: int) -> None:
    index = Index(None)
    index.empty(generation=0)
    for generation, changes in enumerate(writes, 1):
        if generation == started:
            index.columns.start()
            index.columns.finish()
        index.apply(changes, generation=generation)
        if generation >= started > 0:
            for question, held in asked[:2]:
                same(question, index, held=held)
            same(event_pages(EventFilter(), 100), index)
            same(network_pages(Selection(actors=ACTORS, modalities=())), index)
    index.columns.start()
    index.columns.finish()
    for question, held in asked:
        same(question, index, held=held)
    index.close()


def row(number: int, source: str | None = "KOR", target: str | None = "PRK", **more: Any) -> EventRow:
    values = {
        "event": f"{number:032x}",
        "source": source,
        "target": target,
        "action": "urge",
        "plover": "REQUEST",
        "cameo": "104",
        "quad": 3,
        "goldstein": -5.0,
        "start": dt.date(2017, 1, 4),
        "end": dt.date(2017, 1, 5),
        "granularity": "day",
        "modality": "actual",
        "negated": False,
        "mentions": 1,
        "confidence": 0.8,
    }
    return EventRow(**values | more)


def writes(*added: EventRow, removed: tuple[str, ...] = ()) -> IndexChanges:
    actors = {name: Actor(name, "GOV", name.title(), "State") for name in ACTORS}
    return IndexChanges(added=list(added), removed=list(removed), actors=dict(actors))


@pytest.fixture
def index() -> Iterator[Index]:
    """An index with two events."""
    index = Index(None)
    index.empty(generation=0)
    index.apply(writes(row(1), row(2, "PRK", "KOR")), generation=1)
    yield index
    index.close()


def test_their_state_is_told(index: Index) -> None:
    states = [index.columns.state]
    index.columns.start()
    assert index.columns.state in ("being made", "in memory")
    index.columns.finish()
    states.append(index.columns.state)
    assert states == ["none", "in memory"]


def events_of(index: Index) -> int | None:
    return index.events(EventFilter()).total


def asked_of_tables(index: Index) -> bool:
    """Whether a question needs the engine."""
    with mock.patch.object(index, "_tables", autospec=True, side_effect=index._tables) as asked:
        events_of(index)
    return asked.called


def test_nothing_is_held_unless_it_is_told_to(index: Index) -> None:
    index.apply(writes(row(3)), generation=2)
    assert index.columns.now is None
    assert asked_of_tables(index)


def test_while_the_columns_are_made_the_tables_answer_and_writes_are_not_lost(index: Index) -> None:
    reading, written = threading.Event(), threading.Event()

    def slowly(connection: Any) -> keeping.Held | None:
        held = read(connection)
        reading.set()
        assert written.wait(60)
        return held

    read = keeping.read
    with mock.patch.object(keeping, "read", slowly):
        index.columns.start()
        assert reading.wait(60)
        index.apply(writes(row(3), row(4), removed=(row(1).event,)), generation=2)
        index.stamp(3)
        assert asked_of_tables(index)
        written.set()
        index.columns.finish()
    assert not asked_of_tables(index)
    assert events_of(index) == 3
    assert index.columns.now is not None
    assert index.columns.now.generation == 3


def test_a_question_sees_one_state_whatever_is_written(index: Index) -> None:
    index.columns.start()
    index.columns.finish()
    before = index.columns.now
    assert before is not None
    index.apply(writes(row(3, "CIV"), removed=(row(1).event,)), generation=2)
    chosen = EventFilter(actor="CIV")
    assert selecting.events(before.tables, chosen, limit=9, cursor=None).total == 0
    assert selecting.events(before.tables, EventFilter(), limit=9, cursor=None).total == 2
    assert index.events(chosen).total == 1


def test_arrays_without_room_are_made_anew(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "SPARE", 8)
    index.columns.start()
    for generation in range(2, 20):
        index.columns.finish()
        index.apply(writes(row(generation + 10)), generation=generation)
        assert events_of(index) == generation + 1
    index.columns.finish()
    assert index.columns.now is not None
    assert index.columns.now.columns.ordered > 2
    index.apply(writes(*(row(number) for number in range(100, 120))), generation=20)  # more than fits
    index.columns.finish()
    assert not asked_of_tables(index)
    assert events_of(index) == 40


def test_writes_for_which_the_background_is_too_slow_make_it_begin_again(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SPARE", 2)
    read, times = keeping.read, [0]

    def with_writes(connection: Any) -> keeping.Held | None:
        held = read(connection)
        times[0] += 1
        if times[0] == 1:
            index.apply(writes(row(3), row(4), row(5)), generation=2)
        return held

    with mock.patch.object(keeping, "read", with_writes):
        index.columns.start()
        index.columns.finish()
    assert times == [2]
    assert not asked_of_tables(index)
    assert events_of(index) == 5


def test_all_that_is_replaced_is_read_anew(index: Index) -> None:
    index.columns.start()
    index.columns.finish()
    index.empty(generation=2)
    index.columns.finish()
    assert not asked_of_tables(index)
    assert events_of(index) == 0


@pytest.mark.parametrize(
    ("limit", "event"), [(1, row(3)), (9, row(3, event="an id of another form"))], ids=["rows", "ids"]
)
def test_what_does_not_fit_is_left_to_the_tables(
    index: Index, monkeypatch: pytest.MonkeyPatch, limit: int, event: EventRow
) -> None:
    monkeypatch.setattr(columns, "MOST_ROWS", limit)
    index.apply(writes(event), generation=2)
    index.columns.start()
    index.columns.finish()
    assert index.columns.now is None
    assert events_of(index) == 3


def test_an_id_of_another_form_ends_the_columns(index: Index) -> None:
    index.columns.start()
    index.columns.finish()
    index.apply(writes(row(3, event="an id of another form")), generation=2)
    index.columns.finish()
    assert index.columns.now is None
    assert events_of(index) == 3


def test_a_fault_in_the_columns_is_logged_and_costs_no_write(
    index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    index.columns.start()
    index.columns.finish()
    with (
        mock.patch.object(columns.Columns, "after", side_effect=RuntimeError("a fault")),
        mock.patch.object(keeping, "read", side_effect=RuntimeError("another")),
    ):
        index.apply(writes(row(3)), generation=2)
        index.columns.finish()
    assert "could not follow a write" in caplog.text
    assert "could not be made" in caplog.text
    assert events_of(index) == 3


@pytest.mark.parametrize(
    ("chosen", "total"),
    [
        (EventFilter(source="KOR", relation="KOR--urge--PRK"), 1),
        (EventFilter(source="CIV", relation="KOR--urge--PRK"), 0),
        (EventFilter(relation="KOR--urge--PRK", target="KOR"), 0),
        (EventFilter(source="KOR", target="PRK", actor="CIV"), 0),
        (EventFilter(actor="CIV", target="PRK"), 1),
        (EventFilter(actor="PRK", source="PRK"), 1),
    ],
    ids=["same", "other-source", "other-target", "neither", "actor-and-target", "actor-is-source"],
)
def test_several_conditions_on_actors_hold_together(index: Index, chosen: EventFilter, total: int) -> None:
    index.apply(writes(row(3, "CIV", "PRK")), generation=2)
    index.columns.start()
    index.columns.finish()
    same(lambda one: one.events(chosen), index)
    assert index.events(chosen).total == total


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(actors=("KOR",), by="country"),
        Selection(actors=("KOR",), sectors=("GOV",)),
        Selection(actors=("KOR",), months=True),
    ],
    ids=["no-actor", "countries", "sectors", "months"],
)
def test_the_rest_is_asked_of_the_tables(index: Index, selection: Selection) -> None:
    index.columns.start()
    index.columns.finish()
    same(lambda one: one.network(selection), index, held=False)
