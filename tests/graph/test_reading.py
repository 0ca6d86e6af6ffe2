"""Reports read many at a time are those that the documents make, in their order, one by one or by pages."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.model import CodedDocument
from graph import ids, reading
from graph.errors import UnknownEvent
from graph.reports import Report
from graph.selecting import EventFilter
from graph.store import Store


def told(documents: Iterable[CodedDocument]) -> dict[str, list[Report]]:
    """The reports of each event, recounted from the documents."""
    found: defaultdict[str, list[Report]] = defaultdict(list)
    for coded in documents:
        document = dataclasses.replace(coded.document, text="")
        for number, event in enumerate(coded.events, 1):
            found[ids.event_id(event, document.id)].append(Report(document, number, event))
    for reports in found.values():
        reports.sort(key=lambda r: (str(r.document.date or ""), r.document.id, r.number))
    return found


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.from_type(CodedDocument), max_size=5, unique_by=lambda coded: coded.document.id))
def test_reports_are_those_of_the_documents(documents: list[CodedDocument]) -> None:
    expected = told(documents)
    folder = Path(tempfile.mkdtemp())
    try:
        with Store.open(folder / "store", create=True) as store:
            store.load(documents)
            rows = store.index.events(EventFilter(), limit=1000).rows
            assert {row.event for row in rows} == set(expected)
            assert store.first_reports(rows) == {event: reports[0] for event, reports in expected.items()}
            for event, reports in expected.items():
                assert store.event(event).reports == tuple(reports)
                assert store.event(event, limit=1).reports == (reports[0],)
    finally:
        shutil.rmtree(folder)


def test_an_event_of_several_papers(tmp_path: Path, report: Any) -> None:
    papers = {"b": "2017-01-06", "c": "2017-01-05", "a": "2017-01-06", "undated": None}
    documents = [report(name, "KOR", "pressure", "PRK", published=day) for name, day in papers.items()]
    with Store.open(tmp_path / "store", create=True) as store:
        store.load([*documents, report("other", "PRK", "shell", "KOR", type_="ASSAULT")])
        page = store.evidence("KOR--pressure--PRK")
        assert [one.document.id for one in page.reports] == ["undated", "c", "a", "b"]
        (row,) = store.index.events(EventFilter(source="KOR")).rows
        assert store.first_reports([row])[row.event].document.id == "undated"
        store.remove("undated")
        assert store.first_reports([row])[row.event].document.id == "c"
        for name in papers:
            store.remove(name)
        assert store.first_reports([row]) == {}
        with pytest.raises(UnknownEvent):
            store.event(row.event)


def test_nothing_is_read_for_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store", create=True) as store:
        assert store.first_reports([]) == {}
        assert reading.mentions(store._shared, []) == {}
        assert reading.reports(store._shared, []) == []
