"""The last period of the graph that has something to show."""

from __future__ import annotations

import datetime as dt

from graph.conditions import Conditions
from graph.network import Selection
from graph.selecting import Tables, add_common

YEARS = (1, 2, 5, 10)
ENOUGH = 100
"""Events that a period must have to be shown; else a longer one is tried."""


def last_period(tables: Tables, selection: Selection) -> tuple[dt.date, dt.date] | None:
    """The shortest of YEARS up to the month of the last selected event that has ENOUGH of them, else all up to it.

    Half-open, from the first day of a month to one; None where no selected event has a date. Raises BadSelection and
    UnknownAction.
    """
    conditions = Conditions()
    conditions.add("NOT negated")
    add_common(tables, conditions, selection)
    query = f"SELECT min(start_date), max(start_date) FROM events WHERE {conditions.sql}"  # noqa: S608 - parameters
    ((first, last),) = tables.rows(query, conditions.values)
    if last is None:
        return None
    end = _month_after(last)
    starts = [_years_before(end, years) for years in YEARS]
    counts = ", ".join(f"count(*) FILTER (start_date >= $start{n})" for n in range(len(starts)))
    values = conditions.values | {f"start{n}": start for n, start in enumerate(starts)}
    (found,) = tables.rows(f"SELECT {counts} FROM events WHERE {conditions.sql}", values)  # noqa: S608 - parameters
    for start, events in zip(starts, found, strict=True):
        if events >= ENOUGH:
            return start, end
    return first.replace(day=1), end


def _month_after(day: dt.date) -> dt.date:
    if (day.year, day.month) == (dt.MAXYEAR, 12):
        return dt.date.max
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _years_before(day: dt.date, years: int) -> dt.date:
    return day.replace(year=max(day.year - years, dt.MINYEAR), day=1)
