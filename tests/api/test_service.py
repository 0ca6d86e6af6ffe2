"""The service without a face."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api import service as service_module
from api.parameters import EVENTS, NETWORK, described, event_list, selection
from api.service import Coding, Service
from extract.model import Document
from extract.read import Failure
from graph.errors import BadSelection, StoreReadOnly

TEXT = "Norway accused Belarus. Rain."


@pytest.fixture
def coding(service: Service) -> Coding:
    return type(service.coding)()


def test_an_address_that_is_no_endpoints_is_refused() -> None:
    with pytest.raises(
        BadSelection, match=r"--store is 'ftp://example.org/sparql', and allowed is the http://"
    ):
        Service("ftp://example.org/sparql", create=True)


def test_a_batch_lists_its_failures(tmp_path: Path, coding: Coding) -> None:
    items = [Document("a", TEXT), Failure("b", "empty"), Document("c", "Rain.")]
    with Service(tmp_path / "s", create=True, coding=coding) as service:
        loaded = service.ingest(items)
        assert (loaded.documents, loaded.added, loaded.events) == (2, 2, 1)
        assert loaded.failures == [Failure("b", "empty")]


def test_what_was_stored_before_an_interruption_stays(
    tmp_path: Path, coding: Coding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "INGEST_BATCH", 1)
    documents = [Document(f"d{number}", TEXT) for number in range(4)]

    def interrupted() -> Iterator[Document]:
        yield from documents[:3]
        raise KeyboardInterrupt

    with Service(tmp_path / "s", create=True, coding=coding) as service:
        with pytest.raises(KeyboardInterrupt):
            service.ingest(interrupted())
        assert service.info()["documents"] == 2
        again = service.ingest(documents)
        assert (again.unchanged, again.added) == (2, 2)


def test_queries_see_what_was_written_before_them(tmp_path: Path, coding: Coding) -> None:
    count = "SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d a ww:Document }"
    with Service(tmp_path / "s", create=True, coding=coding) as service:
        for number in range(1, 4):
            service.ingest([Document(f"d{number}", TEXT)])
            assert service.sparql.query(count, accept=["text/csv"]).read().split() == [
                b"n",
                str(number).encode(),
            ]
        assert len(list((tmp_path / "s" / "snapshots").iterdir())) == 1


def test_a_reading_service_writes_nothing(stored: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in stored.rglob("*")}
    with Service(stored, read_only=True) as one, Service(stored, read_only=True) as other:
        for reader in (one, other):
            assert (
                json.loads(reader.sparql.query("ASK { actor:NOR rel:accuse ?t }").read())["boolean"] is True
            )
        with pytest.raises(StoreReadOnly, match="for reading only"):
            one.load([])
    assert {path: path.stat().st_mtime_ns for path in stored.rglob("*")} == before


def test_only_who_is_warmed_holds_columns_in_memory(stored: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(stored, tmp_path / "copy")
    with Service(copy) as service:
        columns = service.store.index.columns
        service.events(event_list({}).chosen, limit=2, cursor=None)
        assert not columns.started
        service.warm()
        columns.finish()
        assert columns.now is not None
        assert columns.now.generation == service.store.generation


def test_closing_twice_does_no_harm(tmp_path: Path) -> None:
    service = Service(tmp_path / "s", create=True)
    service.warm()
    service.close()
    service.close()


def test_many_threads(service: Service) -> None:
    def work(number: int) -> tuple[Any, ...]:
        coded = list(service.extract([Document(f"t{number}", TEXT)]))
        answer = json.loads(service.sparql.query("ASK { actor:NOR rel:accuse ?t }").read())
        page = service.events(event_list({}).chosen, limit=2, cursor=None)
        network = service.network(selection({"actor": ["NOR"]}))
        return len(coded), answer["boolean"], page["meta"]["total"], len(network.edges)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(work, range(40))) == {(1, True, 6, 2)}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="nothing"),
        pytest.param(
            {
                "actor": ["KOR", "PRK"],
                "action": ["pressure", "10"],
                "quad": ["3", "4"],
                "from": ["2017-01-01"],
                "to": ["2018-01-01"],
                "modality": ["planned"],
                "min_confidence": ["0.5"],
                "limit": ["7"],
                "depth": ["2"],
                "direction": ["out"],
                "sector": ["GOV"],
                "min_weight": ["3"],
            },
            id="all",
        ),
    ],
)
def test_a_repeated_question_is_the_same_question(given: dict[str, list[str]]) -> None:
    def again(query: dict[str, object]) -> dict[str, list[str]]:
        return {k: list(map(str, v)) if isinstance(v, list) else [str(v)] for k, v in query.items()}

    chosen = selection(given)
    assert selection(again(described(chosen))) == chosen
    assert given.keys() <= NETWORK
    of_events = {
        name: values[:1] if name == "actor" else values for name, values in given.items() if name in EVENTS
    }
    asked = event_list(of_events).chosen
    assert event_list(again(described(asked))).chosen == asked
