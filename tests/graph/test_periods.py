"""The last period is the shortest that has enough to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.model import CodedDocument
from graph.network import Selection
from graph.periods import ENOUGH
from graph.store import Store

Reported = Callable[..., CodedDocument]


def stored(path: Path, report: Reported, days: list[dt.date | None]) -> Store:
    """A store with an event on each of ``days``."""
    store = Store.open(path, create=True)
    texts = [
        report(f"d{n}", "KOR", "pressure", "PRK", day=day.isoformat() if day else None, cameo=f"{n}")
        for n, day in enumerate(days)
    ]
    store.load(texts)
    return store


LAST = dt.date(2020, 12, 20)


@pytest.mark.parametrize(
    ("days", "start", "end"),
    [
        pytest.param([LAST], "2020-12-01", "2021-01-01", id="too-few-are-all"),
        pytest.param([dt.date(1990, 5, 7), LAST], "1990-05-01", "2021-01-01", id="all-of-long-ago"),
        pytest.param([LAST] * ENOUGH, "2020-01-01", "2021-01-01", id="one-year"),
        pytest.param([dt.date(2019, 2, 1)] * ENOUGH + [LAST], "2019-01-01", "2021-01-01", id="two-years"),
        pytest.param([dt.date(2013, 2, 1)] * ENOUGH + [LAST], "2011-01-01", "2021-01-01", id="ten-years"),
        pytest.param([None, LAST], "2020-12-01", "2021-01-01", id="without-a-date"),
        pytest.param([dt.date(9999, 12, 30)], "9999-12-01", "9999-12-31", id="the-end-of-days"),
    ],
)
def test_period(days: list[dt.date | None], start: str, end: str, report: Reported, tmp_path: Path) -> None:
    with stored(tmp_path / "store", report, days) as store:
        found = store.index.last_period(Selection())
    assert found is not None
    assert tuple(map(str, found)) == (start, end)


def test_no_date_no_period(report: Reported, tmp_path: Path) -> None:
    with stored(tmp_path / "store", report, [None]) as store:
        assert store.index.last_period(Selection()) is None
        assert store.index.last_period(Selection(quads=(1,))) is None
