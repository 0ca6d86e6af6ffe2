"""Texts stored over HTTP, given back and taken out again; a fake stands for the model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.access import Access
from api.app import create_app
from api.service import Service
from extract.record import from_record

TOKEN = "0123456789abcdef"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TEXT = "Norway accused Belarus. Nobody answered."
URL = "/api/v1/documents"
STORED = "SELECT (COUNT(*) AS ?n) { ?document a ww:Document }"


@pytest.fixture
def ours(fresh: Service) -> FlaskClient:
    return create_app(fresh, Access(TOKEN)).test_client()


def documents(client: FlaskClient) -> int:
    """How many documents a query finds."""
    answer = client.post("/sparql", data={"query": STORED}).get_json(force=True)
    return int(answer["results"]["bindings"][0]["n"]["value"])


def test_a_text_is_stored_and_found_at_once(ours: FlaskClient) -> None:
    before = documents(ours)
    response = ours.post(URL + "?date=2024-03-13", data=TEXT, content_type="text/plain", headers=BEARER)
    body = response.get_json()
    assert response.status_code == 201
    assert body["meta"] == {"total": 1, "returned": 1, "failed": 0, "events": 1}
    assert body["stored"] == {"added": 1, "replaced": 0, "unchanged": 0, "events": 0, "mentions": 1}
    (record,) = body["documents"]
    assert record["id"].startswith("text-")
    assert response.headers["Location"] == f"{URL}/{record['id']}"
    assert ours.get(response.headers["Location"]).get_json() == record
    assert documents(ours) == before + 1


def test_the_same_text_again_is_one_and_another_is_another(ours: FlaskClient) -> None:
    before = documents(ours)
    sent: dict[str, Any] = {"json": {"text": TEXT}, "headers": BEARER}
    assert ours.post(URL, **sent).status_code == 201
    again = ours.post(URL, **sent)
    assert again.status_code == 200
    assert again.get_json()["stored"]["unchanged"] == 1
    ours.post(URL, json={"text": TEXT + " It rained."}, headers=BEARER)
    assert documents(ours) == before + 2


def test_a_document_with_an_id_replaces_the_one_that_has_it(ours: FlaskClient) -> None:
    ours.post(URL, json={"id": "a/ä 1", "text": TEXT, "title": "Oslo"}, headers=BEARER)
    response = ours.post(URL, json={"id": "a/ä 1", "text": "It rained.", "title": "Oslo"}, headers=BEARER)
    assert response.get_json()["stored"] | {"mentions": 0} == {
        **{"added": 0, "replaced": 1, "unchanged": 0, "events": 0, "mentions": 0}
    }
    record = ours.get(response.headers["Location"]).get_json()
    assert (record["id"], record["text"], record["events"]) == ("a/ä 1", "It rained.", [])


def test_of_several_those_that_fail_are_left_out(ours: FlaskClient) -> None:
    before = documents(ours)
    given = {"documents": [{"text": TEXT}, {"text": ""}, {"id": "c", "text": "Rain."}]}
    body = ours.post(URL, json=given, headers=BEARER).get_json()
    assert body["meta"] == {"total": 3, "returned": 2, "failed": 1, "events": 1}
    assert body["documents"][1]["id"] == "request:2"
    assert "no text" in body["documents"][1]["error"]
    assert documents(ours) == before + 2


def test_lines_and_what_is_no_json_in_them(ours: FlaskClient) -> None:
    lines = json.dumps({"id": "a", "text": TEXT}) + "\n{\n" + json.dumps({"text": "Rain in Côte."})
    response = ours.post(URL, data=lines.encode(), content_type="application/x-ndjson", headers=BEARER)
    first, second, third = response.get_json()["documents"]
    assert from_record(first).document.id == "a"
    assert second["error"].startswith("request, line 2: no JSON")
    assert third["id"].startswith("text-")


def test_a_document_is_taken_out_with_what_it_told(ours: FlaskClient) -> None:
    before = documents(ours)
    assert ours.delete(f"{URL}/five%2F%C3%A4", headers=BEARER).status_code == 204
    assert documents(ours) == before - 1
    planned = ours.get("/api/v1/events", query_string={"modality": "planned"}).get_json()
    assert planned["meta"]["total"] == 0
    for gone in (ours.get(f"{URL}/five%2F%C3%A4"), ours.delete(f"{URL}/five%2F%C3%A4", headers=BEARER)):
        assert gone.status_code == 404
        assert gone.get_json()["detail"].startswith("No document 'five/ä' in the store.")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"json": {"text": " "}}, 400, "no text"),
        ({"json": {"documents": []}}, 400, "Allowed is a list of 1 to 1000"),
        ({"data": b"{", "content_type": "application/json"}, 400, "no JSON"),
        ({"data": b"x", "content_type": "image/png"}, 415, "Send text/plain"),
        ({"json": {"text": TEXT}, "query_string": {"explain": "true"}}, 400, "Allowed are date, publisher"),
    ],
    ids=["empty", "no-document", "no-json", "type", "parameter"],
)
def test_what_cannot_be_stored_is_told_and_nothing_is_written(
    ours: FlaskClient, body: dict[str, Any], status: int, words: str
) -> None:
    before = documents(ours)
    response = ours.post(URL, headers=BEARER, **body)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert words in response.get_json(force=True)["detail"]
    assert documents(ours) == before


@pytest.mark.parametrize("method", ["post", "delete"])
def test_who_may_not_write_writes_nothing(client: FlaskClient, ours: FlaskClient, method: str) -> None:
    where = URL if method == "post" else f"{URL}/one.txt"
    sent: dict[str, Any] = {"json": {"text": TEXT}} if method == "post" else {}
    off = getattr(client, method)(where, **sent)
    assert (off.status_code, off.get_json()["type"].rpartition("/")[2]) == (403, "updates-off")
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        refused = getattr(ours, method)(where, headers=headers, **sent)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert ours.get(f"{URL}/one.txt").status_code == 200
