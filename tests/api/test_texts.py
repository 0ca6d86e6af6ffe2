"""Texts in, event records out, over HTTP; a fake stands for the model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.service import Service
from extract.errors import ModelMissing
from extract.record import from_record

TEXT = "Norway accused Belarus. Nobody answered."
URL = "/api/v1/extract"


def test_plain_text(client: FlaskClient) -> None:
    response = client.post(URL + "?date=2024-03-13&publisher=Wire", data=TEXT, content_type="text/plain")
    (record,) = response.get_json()["documents"]
    assert (record["id"], record["date"], record["publisher"]) == ("request", "2024-03-13", "Wire")
    assert record["text"] == TEXT
    assert [event["relation"] for event in record["events"]] == ["accuse"]


def test_a_document_with_what_is_known_of_it(client: FlaskClient) -> None:
    given = {"id": "a/1", "text": TEXT, "title": "Oslo", "date": "2024-03-13", "url": "https://example.org"}
    (record,) = client.post(URL, json=given).get_json()["documents"]
    assert record.items() >= given.items()


def test_documents_of_which_one_fails(client: FlaskClient) -> None:
    response = client.post(
        URL, json={"documents": [{"text": TEXT}, {"text": ""}, {"id": "c", "text": "Rain."}]}
    )
    body = response.get_json()
    assert response.status_code == 200
    assert body["meta"] == {"total": 3, "returned": 2, "failed": 1, "events": 1}
    assert [record["id"] for record in body["documents"]] == ["request:1", "request:2", "c"]
    assert "no text" in body["documents"][1]["error"]


def test_lines(client: FlaskClient) -> None:
    lines = json.dumps({"id": "a", "text": TEXT}) + "\n{\n" + json.dumps({"id": "b", "text": "Rain in Côte."})
    response = client.post(URL, data=lines.encode(), content_type="application/x-ndjson")
    assert response.content_type == "application/x-ndjson"
    records = [json.loads(line) for line in response.text.splitlines()]
    assert [record["id"] for record in records] == ["a", "request:2", "b"]
    assert "no JSON" in records[1]["error"]
    assert len(from_record(records[0]).events) == 1
    assert records[2]["text"] == "Rain in Côte."


def test_explanations_where_they_are_asked_for(client: FlaskClient) -> None:
    (record,) = client.post(URL + "?explain=true", json={"text": TEXT}).get_json()["documents"]
    assert record["explain"] == [{"sentence": 1, "text": TEXT}]
    assert len(record["events"]) == 1
    (plain,) = client.post(URL + "?explain=false", json={"text": TEXT}).get_json()["documents"]
    assert "explain" not in plain
    wrong = client.post(URL + "?explain=yes", json={"text": TEXT})
    assert wrong.status_code == 400
    assert "Allowed is one of true, false" in wrong.get_json()["detail"]


def test_nothing_is_stored(client: FlaskClient, service: Service) -> None:
    before = service.info()
    client.post(URL, json={"id": "new", "text": TEXT})
    assert {**service.info(), "bytes": 0} == {**before, "bytes": 0}


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"\x00\x01\x02\xff\xfe" * 50], ids=["empty", "blank", "binary"]
)
def test_no_text(client: FlaskClient, body: bytes) -> None:
    response = client.post(URL, data=body, content_type="text/plain")
    assert response.status_code == 400
    assert response.get_json()["type"].endswith("/bad-body")


def test_a_missing_model_is_said(
    client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Any:
        raise ModelMissing("en_core", "it is not installed")

    monkeypatch.setattr(service.coding, "load", missing)
    response = client.post(URL, json={"text": TEXT})
    assert response.status_code == 503
    assert "en_core" in response.get_json()["detail"]
