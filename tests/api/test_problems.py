"""The contract of errors: each is problem+json, says what was given, what is allowed and what to do."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import MAX_BODY, create_app
from api.errors import BadParameter, problem_of
from api.service import Service
from extract import errors as extract_errors
from graph import errors as graph_errors
from graph import query_errors
from graph.query_errors import QueueFull

TYPE = "https://w3id.org/whowhom/problem/"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

NEIGHBORS = "/api/v1/neighborhood?actor=NOR&"
EVENTS = "/api/v1/events?"


def problem(response: TestResponse) -> dict[str, Any]:
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert body["status"] == response.status_code
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["type"].startswith(TYPE)
    assert "Traceback" not in body["detail"]
    return body


@pytest.mark.parametrize(
    ("path", "status", "slug", "said"),
    [
        pytest.param("/nope", 404, "http-404", ("/nope", "/api/v1/events"), id="no-such-path"),
        pytest.param("/export.doc", 404, "http-404", ("'doc'", "gexf"), id="no-such-export"),
        pytest.param("/api/v1/actors", 400, "bad-parameter", ("q is missing",), id="q-missing"),
        pytest.param("/api/v1/actors?q=no&limit=0", 400, "bad-parameter", ("'0'", "1 to 100"), id="limit-0"),
        pytest.param("/api/v1/actors?q=a&limit=" + "9" * 5000, 400, "bad-parameter", ("…",), id="limit-huge"),
        pytest.param("/api/v1/actors/NORR", 404, "not-found", ("'NORR'", "NOR"), id="actor-unknown"),
        pytest.param("/api/v1/neighborhood", 400, "bad-parameter", ("actor is missing",), id="no-actor"),
        pytest.param("/api/v1/neighborhood?actor=NORR", 400, "bad-parameter", ("'NORR'", "NOR"), id="near"),
        pytest.param(NEIGHBORS + "dept=2", 400, "bad-parameter", ("'dept'", "'depth'"), id="misspelt-name"),
        pytest.param(NEIGHBORS + "depth=4", 400, "bad-parameter", ("'4'", "1 to 3"), id="depth-4"),
        pytest.param(NEIGHBORS + "depth=1&depth=2", 400, "bad-parameter", ("one value",), id="depth-twice"),
        pytest.param(NEIGHBORS + "direction=up", 400, "bad-parameter", ("both, out, in",), id="direction"),
        pytest.param(NEIGHBORS + "quad=5", 400, "bad-parameter", ("3 (verbal conflict)",), id="quad-5"),
        pytest.param(NEIGHBORS + "sector=army", 400, "bad-parameter", ("'army'", "MIL"), id="sector"),
        pytest.param(NEIGHBORS + "action=hug", 400, "unknown-action", ("'hug'",), id="action-unknown"),
        pytest.param(NEIGHBORS + "modality=sure", 400, "bad-parameter", ("hypothetical",), id="modality"),
        pytest.param(NEIGHBORS + "min_confidence=nan", 400, "bad-parameter", ("0 to 1",), id="not-a-number"),
        pytest.param(NEIGHBORS + "min_weight=-1", 400, "bad-parameter", ("'-1'",), id="negative"),
        pytest.param(NEIGHBORS + "from=2024", 400, "bad-parameter", ("YYYY-MM-DD",), id="no-day"),
        pytest.param(
            NEIGHBORS + "from=2024-02-30", 400, "bad-parameter", ("day is out of range",), id="feb-30"
        ),
        pytest.param(
            NEIGHBORS + "from=2024-02-02&to=2024-02-02",
            400,
            "bad-parameter",
            ("not included",),
            id="empty-range",
        ),
        pytest.param(NEIGHBORS + "format=doc", 400, "bad-parameter", ("'doc'", "graphology"), id="format"),
        pytest.param(EVENTS + "source=XXX", 400, "bad-parameter", ("'XXX'",), id="events-of-unknown"),
        pytest.param(EVENTS + "cursor=abc", 400, "bad-cursor", ("'abc'",), id="cursor"),
        pytest.param(
            EVENTS + "depth=1", 400, "bad-parameter", ("'depth'", "cursor"), id="no-depth-of-events"
        ),
        pytest.param("/api/v1/events/none", 404, "not-found", ("'none'",), id="event-unknown"),
        pytest.param(
            "/api/v1/relations/A--b--C/events", 404, "not-found", ("A--b--C",), id="relation-unknown"
        ),
        pytest.param(
            "/api/v1/relations/A/events", 404, "not-found", ("SOURCE--action--TARGET",), id="no-relation"
        ),
        pytest.param("/health?x=1", 400, "bad-parameter", ("'x'", "None is allowed"), id="no-parameters"),
        pytest.param("/sparql?timeout=5", 400, "bad-parameter", ("query is missing",), id="no-query"),
        pytest.param(
            "/sparql?query=ASK{}&query=ASK{}", 400, "bad-parameter", ("one at a time",), id="two-queries"
        ),
        pytest.param(
            "/sparql?query=ASK{}&q=1", 400, "bad-parameter", ("'q'", "timeout"), id="sparql-parameter"
        ),
        pytest.param(
            "/sparql?query=ASK{}&timeout=soon", 400, "bad-parameter", ("seconds",), id="timeout-word"
        ),
        pytest.param(
            "/sparql?query=ASK{}&timeout=1e9", 400, "bad-parameter", ("up to 300",), id="timeout-long"
        ),
        pytest.param("/sparql?query=SELEC", 400, "query-syntax", ("line 1", "SELECT"), id="syntax"),
        pytest.param(
            "/sparql?query=ASK{SERVICE<http://x/>{}}", 400, "query-refused", ("SERVICE",), id="service"
        ),
        pytest.param(
            "/sparql?query=ASK FROM<file:///etc/hosts>{}", 400, "query-refused", ("file",), id="file"
        ),
        pytest.param(
            "/sparql?query=ASK{}&default-graph-uri=file:///etc/hosts",
            400,
            "query-refused",
            ("file",),
            id="graph-file",
        ),
        pytest.param(
            "/sparql?query=INSERT DATA{<a:a><a:a><a:a>}", 400, "query-refused", ("update",), id="update"
        ),
        pytest.param(
            f"/sparql?query={CROSS}&timeout=0.2", 504, "query-timeout", ("0.2 s", "LIMIT"), id="timeout"
        ),
    ],
)
def test_a_wrong_request(
    client: FlaskClient, path: str, status: int, slug: str, said: tuple[str, ...]
) -> None:
    response = client.get(path)
    body = problem(response)
    assert (body["status"], body["type"]) == (status, TYPE + slug)
    for words in said:
        assert words in body["detail"]


def test_syntax_says_where(client: FlaskClient) -> None:
    body = problem(client.get("/sparql", query_string={"query": "SELECT *\n{ ?s ?p }"}))
    assert body["line"] == 2
    assert body["detail"].splitlines()[1:] == ["{ ?s ?p }", " " * (body["column"] - 1) + "^"]


def test_near_names_are_data_too(client: FlaskClient) -> None:
    body = problem(client.get("/api/v1/neighborhood?actor=NORR"))
    assert (body["parameter"], body["near"]) == ("actor", ["NOR"])


def test_method_not_allowed(client: FlaskClient) -> None:
    response = client.delete("/health")
    assert "GET, HEAD, OPTIONS" in problem(response)["detail"]
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_not_acceptable(client: FlaskClient) -> None:
    response = client.get("/sparql?query=ASK{}", headers={"Accept": "image/png, text/turtle;q=0"})
    body = problem(response)
    assert body["status"] == 406
    assert "application/sparql-results+json" in body["detail"]


def test_too_large(client: FlaskClient) -> None:
    response = client.post("/api/v1/extract", data=b"a" * (MAX_BODY + 1), content_type="text/plain")
    body = problem(response)
    assert body["status"] == 413
    assert str(MAX_BODY) in body["detail"]


@pytest.mark.parametrize("path", ["/sparql", "/api/v1/extract"])
def test_wrong_media_type(client: FlaskClient, path: str) -> None:
    body = problem(client.post(path, data=b"x", content_type="image/png"))
    assert body["status"] == 415
    assert "image/png" in body["detail"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"{", "no JSON", id="broken"),
        pytest.param(b"[" * 100_000, "nested too deep", id="nested"),
        pytest.param(b"[1]", "text", id="array"),
        pytest.param(b'{"text": 1}', "`text` is 1", id="number-as-text"),
        pytest.param(b'{"documents": []}', "1 to 1000", id="no-documents"),
        pytest.param(b'{"documents": "x"}', "1 to 1000", id="documents-no-list"),
        pytest.param(b'{"text": "a", "date": "soon"}', "YYYY-MM-DD", id="date"),
    ],
)
def test_wrong_json(client: FlaskClient, body: bytes, said: str) -> None:
    answer = problem(client.post("/api/v1/extract", data=body, content_type="application/json"))
    assert (answer["status"], answer["type"]) == (400, TYPE + "bad-body")
    assert said in answer["detail"]


def test_a_fault_of_ours_tells_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr(service, "health", fail)
    with caplog.at_level(logging.ERROR):
        body = problem(create_app(service).test_client().get("/health"))
    assert body["status"] == 500
    assert "secret" not in body["detail"]
    assert "RuntimeError: the secret" in caplog.text


def test_a_full_queue_says_when_to_come_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise QueueFull(16, 10)

    monkeypatch.setattr(service.sparql, "query", full)
    response = create_app(service).test_client().get("/sparql?query=ASK{}")
    assert problem(response)["status"] == 503
    assert response.headers["Retry-After"] == "10"


def test_slashes_are_merged_not_refused(client: FlaskClient) -> None:
    response = client.get("/api//v1/events")
    assert (response.status_code, response.location) == (308, "http://localhost/api/v1/events")


def _kinds(*modules: Any) -> set[type[Exception]]:
    return {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == module.__name__
    }


@pytest.mark.parametrize(
    "kind",
    sorted(_kinds(extract_errors, graph_errors, query_errors), key=lambda kind: kind.__name__),
    ids=lambda kind: kind.__name__,
)
def test_each_expected_error_has_a_status(kind: type[Exception]) -> None:
    problem = problem_of(kind.__new__(kind))
    ours = {"GraphError", "UnknownTerm"}  # a base class, and a fault of the code
    assert (problem is None) == (kind.__name__ in ours)


def test_where_a_store_is_locked(tmp_path: Path) -> None:
    error = graph_errors.StoreLocked(tmp_path, tmp_path / "lock", "process 1")
    assert problem_of(error) is not None
    assert problem_of(error).status == 503  # type: ignore[union-attr]


def test_unknown_parameter_without_near_name() -> None:
    assert str(BadParameter.unknown("zzz", {"from", "to"})) == (
        "There is no parameter 'zzz'. Allowed are from, to."
    )
