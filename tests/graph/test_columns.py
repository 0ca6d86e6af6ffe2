"""The columns in memory: the same answers as the tables, whatever was written and whatever is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.model import MODALITIES, PLOVER_TYPES, Actor
from graph import columns, keeping
from graph.columns import NotHeld
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


modalities = st.lists(st.sampled_from(MODALITIES), max_size=4, unique=True).map(tuple)
quads = st.lists(st.integers(1, 4), max_size=2, unique=True).map(tuple)
actions = st.lists(
    st.sampled_from(["urge", "aid", "Shell", "émeute", "assault", "10", "104", "nothing"]), max_size=2
).map(tuple)
common = {
    "actions": actions,
    "quads": quads,
    "start": st.none() | days,
    "end": st.none() | days,
    "modalities": modalities,
    "min_confidence": st.sampled_from([0.0, 0.5, 0.51]),
}
relations = st.none() | st.builds(
    relation_id, st.sampled_from(ACTORS), st.sampled_from(["urge", "aid"]), st.sampled_from(ACTORS)
)
filters = st.builds(
    EventFilter,
    source=names,
    target=names,
    actor=names,
    relation=relations,
    negated=st.none() | st.booleans(),
    **common,
)
selections = st.builds(
    Selection,
    actors=st.lists(st.sampled_from(ACTORS), max_size=6, unique=True).map(tuple),
    direction=st.sampled_from(DIRECTIONS),
    depth=st.sampled_from([1, 1, 1, 2]),
    min_weight=st.sampled_from([1, 1, 2]),
    limit=st.sampled_from([1, 2, 200]),
    aggregate=st.sampled_from(AGGREGATES),
    order=st.sampled_from(ORDERS),
    **common,
)
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
    lambda one: (network_pages(one), one.depth == 1 and len(one.actors) > 0)
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


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(histories(), st.lists(questions, min_size=1, max_size=8), st.integers(0, 4))
def test_the_columns_answer_as_the_tables_do(
    writes: list[IndexChanges], asked: list[tuple[Question, bool]], started: int
) -> None:
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
    index.columns.start()
    index.columns.finish()
    for question, held in asked:
        same(question, index, held=held)
    index.close()
