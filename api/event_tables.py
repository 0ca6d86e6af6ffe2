"""The events of an export, oldest first, read from index and store page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from api.parameters import EVENTS, Given, Parameters, event_list
from graph.export.events import EventFormat, ToldEvent
from graph.network import ASSERTED
from graph.selecting import MAX_PAGE, EventFilter, EventRow, cursor_after
from graph.store import Store

ALLOWED = EVENTS - {"cursor", "brief"}
MAX_EVENTS = 10**9

Key: TypeAlias = tuple[bool, dt.date, str]


def selected(given: Given, form: EventFormat) -> tuple[EventFilter, int | None]:
    """The events that parameters ask for in a table, and how many of the oldest at most, None for all."""
    limit = Parameters(given, ALLOWED).integer("limit", 1, MAX_EVENTS, 0) or None
    chosen = event_list({name: values for name, values in given.items() if name != "limit"}).chosen
    if form.plain:
        chosen = replace(chosen, negated=False, modalities=chosen.modalities or ASSERTED)
    return chosen, limit


def counted(store: Store, chosen: EventFilter, limit: int | None) -> int:
    """How many events a table has."""
    total = store.index.events(chosen, limit=1, cursor=None).total or 0
    return total if limit is None else min(total, limit)


def told(store: Store, chosen: EventFilter, limit: int | None) -> Iterator[ToldEvent]:
    """The events with their first reports, those without a date first, then the oldest; a page of each in memory."""
    rows = islice(_oldest_first(store, chosen), limit)
    while page := list(islice(rows, MAX_PAGE)):
        reports = store.first_reports(page)
        yield from (ToldEvent(row, reports[row.event]) for row in page if row.event in reports)


def _oldest_first(store: Store, chosen: EventFilter) -> Iterator[EventRow]:
    """The index gives pages with the latest first: a first pass remembers where each begins, a second takes them from
    the last to the first. What is written meanwhile stands in its place or is missing, and moves nothing else."""
    ends = [page[-1] for page in _pages(store, chosen, None)]
    for number in reversed(range(len(ends))):
        before, least = ends[number - 1] if number else None, _key(ends[number])
        part: list[EventRow] = []
        for page in _pages(store, chosen, before):
            part += [row for row in page if _key(row) >= least]
            if _key(page[-1]) <= least:
                break
        yield from reversed(part)


def _pages(store: Store, chosen: EventFilter, after: EventRow | None) -> Iterator[tuple[EventRow, ...]]:
    cursor = None if after is None else cursor_after(after)
    while True:
        page = store.index.events(chosen, limit=MAX_PAGE, cursor=cursor, counted=False)
        if page.rows:
            yield page.rows
        if page.next is None:
            return
        cursor = page.next


def _key(row: EventRow) -> Key:
    """What the index orders events by."""
    return row.start is not None, row.start or dt.date.min, row.event
