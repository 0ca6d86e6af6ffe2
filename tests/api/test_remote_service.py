"""The faces over a remote store: commands against Oxigraph's server, routes, and errors as problems."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from api.access import Access
from api.app import create_app
from api.errors import problem_of
from api.service import Service
from extract.model import CodedDocument, Document
from graph.remote_client import Address
from graph.remote_errors import (
    AnswerCut,
    AnswerUnreadable,
    NotOffered,
    RemoteError,
    StoreConflict,
    StoreDown,
    StoreRefuses,
    StoreSlow,
)

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def options(oxigraph_server: str, tmp_path: Path) -> list[str]:
    return [
        *("--store", f"{oxigraph_server}/query"),
        *("--update-url", f"{oxigraph_server}/update"),
        *("--graph-store-url", f"{oxigraph_server}/store"),
        *("--index", str(tmp_path / "index")),
    ]


def test_commands_over_a_remote_store(whowhom: Run, options: list[str], record_file: Path) -> None:
    missing = whowhom("info", *options)
    assert missing.returncode == 1
    assert "holds no data of whowhom. `whowhom load --store http://127.0.0.1" in missing.stderr
    loaded = whowhom("load", *options, record_file)
    assert loaded.returncode == 0, loaded.stderr
    assert "7 documents (7 added, 0 replaced, 0 unchanged), 6 new events, 7 mentions" in loaded.stderr
    info = json.loads(whowhom("info", *options, "--format", "json").stdout)
    assert (info["documents"], info["events"], info["store"]) == (7, 6, options[1])
    assert info["index"].startswith(options[-1])
    answer = whowhom("query", *options, "SELECT ?s ?t { ?s rel:accuse ?t }", "--format", "csv")
    assert answer.stdout.splitlines()[1:] == [
        "https://w3id.org/whowhom/id/actor/NOR,https://w3id.org/whowhom/id/actor/BLR"
    ]
    table = whowhom("query", *options, "SELECT ?s { ?s rel:accuse ?t }")
    assert table.stdout.splitlines()[2].strip() == "actor:NOR"
    broken = whowhom("query", *options, "SELECT ?s { ?s rel:accuse")
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "The query cannot be evaluated" in broken.stderr
    around = whowhom("neighborhood", *options, "NOR")
    assert "NOR     accuse  BLR          1         2" in around.stdout
    exported = whowhom("export", *options, "--format", "csv")
    assert len(exported.stdout.splitlines()) > 3
    drawn = whowhom("plot", "dyad", *options, "KOR", "NOR")
    assert "South Korea → Norway: 1 event" in drawn.stdout
    assert 'data-source="NOR" data-target="BLR"' in whowhom("plot", "ego", *options, "BLR").stdout
    again = whowhom("load", *options, record_file)
    assert "7 unchanged" in again.stderr
    rebuilt = whowhom("rebuild", *options)
    assert "0 triples deleted, 0 inserted, index made anew" in rebuilt.stderr
    assert "index made anew" in whowhom("rebuild", *options, "--index-only").stderr


@pytest.mark.parametrize("command", [["backup", "copy"], ["restore", "copy"], ["validate"]])
def test_commands_that_need_a_folder(
    whowhom: Run, options: list[str], tmp_path: Path, command: list[str]
) -> None:
    refused = whowhom(*command, *options)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"is possible with a store in a folder only, and {options[1]} is none" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_a_server_over_a_remote_store(
    whowhom: Run, start: Callable[..., Any], options: list[str], record_file: Path, tmp_path: Path
) -> None:
    assert whowhom("load", *options, record_file).returncode == 0
    server = start(options[1], *options[2:], "--max-seconds", "60")
    assert f"whowhom serves {options[1]} at" in server.line
    assert server.get("/health")["status"] == "ok"
    info = server.get("/api/v1/info")
    assert info["documents"] == 7
    assert not {"path", "store", "index"} & info.keys()
    # A command beside it asks the store, and needs no server.
    assert not list(tmp_path.rglob("server"))
    beside = whowhom("neighborhood", *options, "NOR")
    assert "NOR     accuse  BLR          1         2" in beside.stdout
    assert server.stop()[0] == 0


@pytest.mark.parametrize(
    "given", [["--raw"], ["--allow-update"], ["--max-rows", "5"], ["--max-memory", "64"], ["--workers", "3"]]
)
def test_options_of_a_server_that_need_a_folder(whowhom: Run, given: list[str]) -> None:
    refused = whowhom("serve", "--store", "http://127.0.0.1:9/sparql", *given)
    assert refused.returncode == 2
    assert f"{given[0]}: only for a store in a folder" in refused.stderr


def test_options_of_a_remote_store_do_not_fit_a_folder(whowhom: Run, tmp_path: Path) -> None:
    wrong = whowhom("info", "--store", tmp_path / "s", "--update-url", "http://host/update")
    assert wrong.returncode == 2
    assert "belong to a store at an http:// or https:// address" in wrong.stderr


def test_a_store_that_is_down_is_told_in_a_line(whowhom: Run, port_of: Callable[[], int]) -> None:
    environment = os.environ | {"WHOWHOM_STORE_TOKEN": "s3cret"}
    down = whowhom("info", "--store", f"http://127.0.0.1:{port_of()}/sparql", env=environment)
    assert down.returncode == 1
    assert "does not answer" in down.stderr.splitlines()[-1]
    assert "s3cret" not in down.stderr


def test_routes_over_a_remote_store(
    oxigraph_server: str, tmp_path: Path, sample_event: CodedDocument, service: Service
) -> None:
    address = Address(f"{oxigraph_server}/query", f"{oxigraph_server}/update", index=tmp_path)
    texts = type(service.coding)()
    with Service(address, create=True, coding=texts) as remote:
        remote.warm()
        client = create_app(remote).test_client()
        assert remote.load(_only(sample_event)).documents == 1
        assert remote.ingest([Document("new", "Norway accused Belarus. Rain.")]).added == 1
        assert client.get("/health").get_json()["status"] == "ok"
        network = client.get("/api/v1/neighborhood?actor=NOR").get_json()
        (edge,) = [edge for edge in network["edges"] if edge["key"] == "NOR--accuse--BLR"]
        evidence = client.get(f"/api/v1/relations/{edge['key']}/events").get_json()
        assert evidence["meta"]["total"] == len(evidence["mentions"]) >= 1
        (first, *_) = client.get("/api/v1/events?source=NOR&target=BLR&action=accuse").get_json()["events"]
        assert client.get(f"/api/v1/events/{first['id']}").status_code == 200
        assert client.get("/api/v1/actors?q=norw").get_json()["actors"][0]["id"] == "NOR"
        found = client.get("/sparql", query_string={"query": "SELECT ?t { ?s rel:accuse ?t }"})
        assert found.content_type == "application/sparql-results+json"
        assert "actor/BLR" in found.text
        made = client.get(
            "/sparql",
            query_string={"query": "CONSTRUCT { ?s rel:accuse ?t } { ?s rel:accuse ?t }"},
            headers={"Accept": "application/n-triples"},
        )
        assert made.text.strip().endswith("actor/BLR> .")
        refused = client.get("/sparql", query_string={"query": "DROP ALL"})
        assert (refused.status_code, refused.get_json()["rule"]) == (400, "update")
        assert client.get("/api/v1/timeline").get_json()["timeline"]
        assert client.get("/api/v1/ranking?rank=actors").get_json()["ranking"]


def test_the_protocols_over_a_remote_store(
    oxigraph_server: str, tmp_path: Path, sample_event: CodedDocument
) -> None:
    address = Address(f"{oxigraph_server}/query", f"{oxigraph_server}/update", index=tmp_path)
    with Service(address, create=True) as remote:
        remote.load(_only(sample_event))
        token = "0123456789abcdef"
        client = create_app(remote, Access(token)).test_client()
        given = {"headers": {"Authorization": f"Bearer {token}"}}
        graph = remote.store.iris.document(sample_event.document.id).value
        turtle = {"data": "<http://x/1> <http://x/2> 3 .", "content_type": "text/turtle"}
        for answer, what in (
            (client.post("/update", data={"update": "CLEAR ALL"}, **given), "Writing from outside"),
            (client.put("/graph-store?graph=http://x/g", **turtle, **given), "Writing from outside"),
            (client.post("/graph-store?graph=http://x/g", **turtle, **given), "Writing from outside"),
            (client.delete(f"/graph-store?graph={graph}", **given), "Writing from outside"),
            (client.get("/graph-store"), "A dump of all graphs"),
            (client.get("/sparql?query=ASK{}&explain=1"), "Explaining a query"),
        ):
            assert answer.status_code == 501, answer.text
            assert answer.get_json()["type"].endswith("/not-offered")
            assert answer.get_json()["detail"].startswith(f"{what} is possible with a store in a folder only")
        held = client.get("/graph-store", query_string={"graph": graph})
        assert held.content_type == "text/turtle; charset=utf-8"
        assert "Norway accused Belarus." in held.text
        assert "ETag" not in held.headers
        assert client.get("/graph-store?graph=http://x/g").status_code == 404
        assert "UnionDefaultGraph" in client.get("/sparql").text
        asked = client.get("/sparql", query_string={"query": "ASK { ?s rel:accuse ?t }"})
        assert asked.get_json(force=True)["boolean"] is True
        assert "ETag" not in asked.headers


def test_an_answer_is_tagged_by_what_store_and_index_hold(
    oxigraph_server: str, tmp_path: Path, sample_event: CodedDocument
) -> None:
    address = Address(f"{oxigraph_server}/query", f"{oxigraph_server}/update", index=tmp_path / "one")
    other = dataclasses.replace(address, index=tmp_path / "two")
    with Service(address, create=True) as remote, Service(other) as second:
        remote.load(_only(sample_event))
        client = create_app(remote).test_client()
        tag = client.get("/api/v1/events").headers["ETag"]
        assert client.get("/api/v1/events", headers={"If-None-Match": tag}).status_code == 304
        assert second.store.remove(sample_event.document.id)
        behind = client.get("/api/v1/events").headers["ETag"]
        assert client.get("/health").get_json()["status"] == "index behind"
        remote.load([])
        remote.store.rebuild_index()
        assert len({tag, behind, client.get("/api/v1/events").headers["ETag"]}) == 3


def _only(*documents: CodedDocument) -> Iterable[CodedDocument]:
    return documents


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (StoreDown("http://x", "refused"), 503, "store-down"),
        (StoreSlow("http://x", 5), 504, "store-slow"),
        (StoreConflict("http://x", "y"), 503, "store-conflict"),
        (NotOffered("http://x", "y"), 501, "not-offered"),
        (StoreRefuses("http://x", 403, "no", ""), 502, "store-answer"),
        (AnswerCut("http://x", "y", "z"), 502, "store-answer"),
        (AnswerUnreadable("http://x", "y"), 502, "store-answer"),
    ],
)
def test_what_goes_wrong_is_a_problem(error: RemoteError, status: int, slug: str) -> None:
    problem: Any = problem_of(error)
    assert (problem.status, problem.slug) == (status, slug)
    assert problem.retry_after == (10 if slug == "store-down" else None)
