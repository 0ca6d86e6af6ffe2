"""Actors, neighborhoods, events, evidence, exports and health over HTTP."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import networkx as nx
import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.export import FORMATS

META = {"query", "total", "returned", "truncated", "reason", "order", "next", "dataset"}


def get(client: FlaskClient, path: str, **query: Any) -> Any:
    response = client.get(path, query_string=query or None)
    assert response.status_code == 200, response.text
    return json.loads(response.data)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/api/v1/actors?q=nor", "meta"),
        ("/api/v1/events", "meta"),
        ("/api/v1/relations/NOR--accuse--BLR/events", "meta"),
        ("/api/v1/timeline", "meta"),
        ("/api/v1/ranking?rank=dyads", "meta"),
        ("/api/v1/neighborhood?actor=NOR", "attributes"),
        ("/api/v1/neighborhood?actor=NOR&format=node-link", "graph"),
        ("/api/v1/neighborhood?actor=NOR&format=cytoscape", "data"),
        ("/export.graphology", "attributes"),
    ],
)
def test_each_list_says_what_it_left_out(client: FlaskClient, path: str, place: str) -> None:
    meta = get(client, path)[place]
    assert meta.keys() >= META
    assert meta["truncated"] is False
    assert meta["dataset"]["generation"] == get(client, "/health")["generation"]


@pytest.mark.parametrize("words", ["norw", "NOR", "  norway  "])
def test_actors_by_name(client: FlaskClient, words: str) -> None:
    assert [hit["id"] for hit in get(client, "/api/v1/actors", q=words)["actors"]] == ["NOR"]


def test_a_cut_list_of_actors_says_so(client: FlaskClient) -> None:
    found = get(client, "/api/v1/actors", q="bel", limit=1)
    assert (len(found["actors"]), found["meta"]["truncated"]) == (1, True)
    assert (found["meta"]["total"], found["meta"]["reason"]) == (None, "limit of 1")


def test_one_actor(client: FlaskClient) -> None:
    assert get(client, "/api/v1/actors/BLR-COP") == {
        "id": "BLR-COP",
        "label": "Belarus: police",
        "actor_type": "StateOrgan",
        "country": "BLR",
        "sector": "COP",
        "events": 2,
        "iri": "https://w3id.org/whowhom/id/actor/BLR-COP",
        "aliases": [],
    }


def edges(client: FlaskClient, **query: Any) -> set[str]:
    return {edge["key"] for edge in get(client, "/api/v1/neighborhood", **query)["edges"]}


@pytest.mark.parametrize(
    ("query", "found", "period"),
    [
        pytest.param(
            {},
            {"NOR--accuse--BLR", "KOR--meet--NOR", "BLR-COP--arrest--unknown-img-src-x-onerror-alert-1"},
            ("2024-03-01", "2024-05-01"),
            id="last-period",
        ),
        pytest.param({"limit": 1}, {"NOR--accuse--BLR"}, ("2024-03-01", "2024-05-01"), id="strongest"),
        pytest.param({"quad": 1}, {"KOR--meet--NOR"}, ("2024-04-01", "2024-05-01"), id="of-one-quad-class"),
        pytest.param({"modality": "planned"}, {"KOR--pressure--BLR"}, (None, None), id="without-dates"),
        pytest.param({"from": "2024-04-01"}, {"KOR--meet--NOR"}, ("2024-04-01", None), id="period-given"),
    ],
)
def test_overview(
    client: FlaskClient, query: dict[str, Any], found: set[str], period: tuple[str | None, str | None]
) -> None:
    answer = get(client, "/api/v1/overview", **query)
    assert {edge["key"] for edge in answer["edges"]} == found
    told = answer["attributes"]["query"]
    assert (told.get("from"), told.get("to")) == period


def test_an_overview_has_months_and_no_actor(client: FlaskClient) -> None:
    answer = get(client, "/api/v1/overview", include="months", limit=1)
    assert answer["edges"][0]["attributes"]["months"] == [["2024-03", 1]]
    refused = client.get("/api/v1/overview?actor=NOR")
    assert (refused.status_code, refused.get_json()["parameter"]) == (400, "actor")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"actor": "NOR"}, {"NOR--accuse--BLR", "KOR--meet--NOR"}, id="both-ways"),
        pytest.param({"actor": "NOR", "direction": "out"}, {"NOR--accuse--BLR"}, id="out"),
        pytest.param({"actor": "NOR", "direction": "in"}, {"KOR--meet--NOR"}, id="in"),
        pytest.param({"actor": "NOR", "quad": "3"}, {"NOR--accuse--BLR"}, id="quad"),
        pytest.param({"actor": "NOR", "action": "CONSULT"}, {"KOR--meet--NOR"}, id="plover-type"),
        pytest.param({"actor": "NOR", "from": "2024-04-01"}, {"KOR--meet--NOR"}, id="from"),
        pytest.param({"actor": "NOR", "to": "2024-04-01"}, {"NOR--accuse--BLR"}, id="to-is-not-included"),
        pytest.param({"actor": "NOR", "min_confidence": "0.5"}, {"NOR--accuse--BLR"}, id="confidence"),
        pytest.param({"actor": "NOR", "min_weight": "2"}, set(), id="nothing-that-strong"),
        pytest.param({"actor": "KOR", "modality": "planned"}, {"KOR--pressure--BLR"}, id="planned"),
        pytest.param(
            {"actor": "NOR", "modality": "all"},
            {"NOR--accuse--BLR", "KOR--meet--NOR", "NOR--meet--BLR-COP"},
            id="the-supposed-too",
        ),
        pytest.param(
            {"actor": "NOR", "depth": "2", "modality": ["actual", "planned"]},
            {"NOR--accuse--BLR", "KOR--meet--NOR", "KOR--pressure--BLR"},
            id="two-steps",
        ),
        pytest.param(
            {"actor": ["NOR", "BLR-COP"], "direction": "out"},
            {"NOR--accuse--BLR", "BLR-COP--arrest--unknown-img-src-x-onerror-alert-1"},
            id="two-actors",
        ),
        pytest.param({"actor": "NOR,KOR", "quad": "1,2"}, {"KOR--meet--NOR"}, id="commas"),
    ],
)
def test_neighborhood(client: FlaskClient, query: dict[str, Any], found: set[str]) -> None:
    assert edges(client, **query) == found


def test_a_neighborhood_repeats_the_question(client: FlaskClient) -> None:
    meta = get(client, "/api/v1/neighborhood", actor="NOR", quad="3", to="2024-04-01", limit=1)["attributes"]
    asked = {"actor": ["NOR"], "quad": [3], "to": "2024-04-01", "limit": 1, "depth": 1, "direction": "both"}
    assert meta["query"].items() >= asked.items()


def test_a_cut_neighborhood_says_so(client: FlaskClient) -> None:
    meta = get(client, "/api/v1/neighborhood", actor="NOR", limit=1)["attributes"]
    assert (meta["total"], meta["returned"], meta["truncated"]) == (2, 1, True)
    assert "limit" in meta["reason"]


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_of_a_neighborhood(client: FlaskClient, name: str) -> None:
    response = client.get("/api/v1/neighborhood", query_string={"actor": "NOR", "format": name})
    assert (response.status_code, response.content_type) == (200, FORMATS[name].media_type)
    assert b"PAR1" in response.data if name.startswith("parquet") else "NOR" in response.text


def test_gexf_has_the_same_as_json(client: FlaskClient) -> None:
    response = client.get("/export.gexf?modality=actual,planned")
    assert response.headers["Content-Disposition"] == "attachment; filename=whowhom.gexf"
    network = nx.read_gexf(io.BytesIO(response.data))
    whole = get(client, "/export.graphology", modality="actual,planned")
    assert set(network.nodes) == {node["key"] for node in whole["nodes"]}
    assert network.number_of_edges() == len(whole["edges"]) == 4


def test_export_takes_filters(client: FlaskClient) -> None:
    response = client.get("/export.csv?quad=3&min_confidence=0.5&actor=NOR")
    assert [row["Id"] for row in csv.DictReader(io.StringIO(response.text))] == ["NOR--accuse--BLR"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"source": "NOR", "target": "BLR", "action": "accuse"}, ["NOR accuse BLR"], id="dyad"),
        pytest.param({"actor": "BLR-COP"}, ["NOR meet BLR-COP", "BLR-COP arrest"], id="either-side"),
        pytest.param({"action": "pressure"}, ["KOR pressure BLR"], id="undated"),
        pytest.param({"quad": "1", "from": "2024-03-31"}, ["KOR meet NOR"], id="quad-and-date"),
        pytest.param({"modality": "planned"}, ["KOR pressure BLR"], id="planned"),
    ],
)
def test_events(client: FlaskClient, query: dict[str, str], found: list[str]) -> None:
    events = get(client, "/api/v1/events", **query)["events"]
    told = [f"{e['source']['id']} {e['relation']} {e['target']['id']}" for e in events]
    assert len(told) == len(found)
    assert all(shown.startswith(start) for shown, start in zip(told, found, strict=True)), told


def test_pages_of_events(client: FlaskClient) -> None:
    whole = get(client, "/api/v1/events")
    seen, cursor = [], None
    while True:
        page = get(client, "/api/v1/events", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [event["id"] for event in page["events"]]
        assert page["meta"]["total"] == whole["meta"]["total"] == 6
        cursor = page["meta"]["next"]
        if not cursor:
            break
    assert seen == [event["id"] for event in whole["events"]]


def test_a_timeline(client: FlaskClient) -> None:
    answer = get(client, "/api/v1/timeline", actor="NOR")
    assert [(row["bucket"], row["quad"], row["events"], row["mentions"]) for row in answer["timeline"]] == [
        ("2024-03", 3, 1, 2),
        ("2024-04", 1, 1, 1),
    ]
    assert answer["timeline"][0] == {
        "bucket": "2024-03",
        "start": "2024-03-01",
        "end": "2024-04-01",
        "quad": 3,
        "events": 1,
        "mentions": 2,
        "goldstein_sum": -2.0,
        "goldstein_mean": -2.0,
        "spanning": 0,
    }
    days = get(client, "/api/v1/timeline", source="NOR", target="BLR", bucket="day")["timeline"]
    assert [row["bucket"] for row in days] == ["2024-03-12"]


def test_a_timeline_says_what_has_no_date(client: FlaskClient) -> None:
    answer = get(
        client, "/api/v1/timeline", modality="all", source="KOR", bucket="year", **{"from": "2024-01-01"}
    )
    assert [row["bucket"] for row in answer["timeline"]] == ["2024"]
    assert answer["meta"]["undated"] == {"events": 1, "mentions": 1}
    assert answer["meta"]["spanning"] == 0
    assert answer["meta"]["query"].items() >= {"bucket": "year", "from": "2024-01-01"}.items()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"rank": "targets", "actor": "NOR"}, ["BLR"], id="targets"),
        pytest.param(
            {"rank": "sources", "actor": "BLR", "modality": "all"}, ["NOR", "KOR"], id="sources-by-mentions"
        ),
        pytest.param({"rank": "partners", "actor": "NOR"}, ["BLR", "KOR"], id="partners"),
        pytest.param({"rank": "actions", "actor": "NOR"}, ["accuse", "meet"], id="actions"),
        pytest.param({"rank": "actors", "quad": "1"}, ["KOR", "NOR"], id="actors"),
        pytest.param({"rank": "actors", "modality": "hypothetical"}, ["BLR-COP", "NOR"], id="hypothetical"),
        pytest.param({"rank": "dyads", "action": "accuse"}, ["NOR BLR"], id="dyads"),
    ],
)
def test_rankings(client: FlaskClient, query: dict[str, str], found: list[str]) -> None:
    answer = get(client, "/api/v1/ranking", **query)
    shown = [
        row.get("id") or row.get("action") or f"{row['source']} {row['target']}" for row in answer["ranking"]
    ]
    assert shown == found
    assert answer["meta"]["total"] == len(found)


def test_a_cut_ranking_says_so(client: FlaskClient) -> None:
    meta = get(client, "/api/v1/ranking", rank="sources", actor="BLR", modality="all", limit=1)["meta"]
    assert (meta["total"], meta["returned"], meta["truncated"]) == (2, 1, True)
    assert meta["reason"] == "limit of 1"


@pytest.mark.parametrize(
    ("path", "parameter", "detail"),
    [
        (
            "ranking",
            "rank",
            "rank is missing. Give one of targets, sources, partners, actions, dyads, actors.",
        ),
        ("ranking?rank=best", "rank", "Allowed is one of targets, sources"),
        ("ranking?rank=partners", "actor", "actor is missing. Give the id of the actor"),
        ("ranking?rank=targets&actor=Oslo", "actor", "actor: No actor 'Oslo' in the store"),
        ("ranking?rank=dyads&limit=1001", "limit", "Allowed is a whole number from 1 to 1000"),
        ("timeline?bucket=week", "bucket", "Allowed is one of day, month, year"),
        ("timeline?source=Oslo", "source", "source: No actor 'Oslo' in the store"),
        ("timeline?limit=3", "limit", "There is no parameter 'limit'"),
    ],
)
def test_wrong_questions_for_counts(client: FlaskClient, path: str, parameter: str, detail: str) -> None:
    response = client.get(f"/api/v1/{path}")
    problem = response.get_json(force=True)
    assert (response.status_code, problem["parameter"]) == (400, parameter)
    assert detail in problem["detail"]


def test_an_event_with_all_who_reported_it(client: FlaskClient) -> None:
    (listed,) = get(client, "/api/v1/events", source="NOR", action="accuse")["events"]
    assert (listed["mentions"], listed["relation_id"]) == (2, "NOR--accuse--BLR")
    event = get(client, f"/api/v1/events/{listed['id']}")
    assert event["relation_id"] == "NOR--accuse--BLR"
    assert [mention["document"]["id"] for mention in event["mentions"]] == ["one.txt", "two.txt"]
    assert {mention["id"] for mention in event["mentions"]} == {listed["id"]}
    assert event["mentions"][0]["sentence"]["text"] == "Norway accused Belarus."


def test_the_evidence_behind_an_edge(client: FlaskClient) -> None:
    path = "/api/v1/relations/NOR--accuse--BLR/events"
    first = get(client, path, limit=1)
    assert (first["meta"]["total"], first["meta"]["truncated"]) == (2, True)
    second = get(client, path, limit=1, cursor=first["meta"]["next"])
    ids = [mention["document"]["id"] for page in (first, second) for mention in page["mentions"]]
    assert ids == ["one.txt", "two.txt"]
    assert second["meta"]["next"] is None


def test_each_edge_has_evidence(client: FlaskClient) -> None:
    for edge in get(client, "/export.graphology", modality="actual,planned")["edges"]:
        found = client.get(f"/api/v1/relations/{edge['key']}/events")
        assert found.get_json()["meta"]["total"] == edge["attributes"]["mentions"]


def test_names_are_data_and_never_markup(client: FlaskClient) -> None:
    response = client.get("/api/v1/actors?q=img")
    assert response.content_type == "application/json"
    assert response.get_json()["actors"][0]["label"] == "<img src=x onerror=alert(1)>"


def test_health(client: FlaskClient) -> None:
    health = get(client, "/health")
    assert (health["status"], health["writes"]) == ("ok", "off")
    assert health["generation"] == health["index_generation"] > 0
    assert health["columns"] in ("in memory", "being made", "none")


@pytest.mark.parametrize(
    "path", ["/health", "/api/v1/events", "/export.gexf", "/api/v1/neighborhood?actor=NOR"]
)
def test_head(client: FlaskClient, path: str) -> None:
    response = client.head(path)
    assert (response.status_code, response.data) == (200, b"")
    assert response.content_type == client.get(path).content_type


def test_an_answer_is_given_again_until_something_is_written(
    fresh: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(fresh).test_client()
    asked: list[object] = []
    network = fresh.network
    monkeypatch.setattr(fresh, "network", lambda chosen: asked.append(chosen) or network(chosen))
    path = "/api/v1/neighborhood?actor=NOR&format=csv&limit=7"
    first, again = client.get(path), client.get(path)
    assert (first.status_code, first.data) == (200, again.data)
    assert dict(first.headers) == dict(again.headers)
    assert len(asked) == 1
    assert client.get(path, headers={"Cache-Control": "no-store"}).data == first.data
    assert len(asked) == 2
    assert fresh.store.remove("two.txt")
    after = client.get(path)
    assert (after.status_code, len(asked)) == (200, 3)
    assert after.data != first.data


def test_brief_events_say_the_same_without_their_sentences(client: FlaskClient) -> None:
    whole = get(client, "/api/v1/events")["events"]
    brief = get(client, "/api/v1/events", brief="true")["events"]
    assert len(brief) == len(whole) > 5
    for short, long in zip(brief, whole, strict=True):
        for name in (
            "id",
            "relation",
            "event",
            "cameo",
            "quad",
            "goldstein",
            "modality",
            "negated",
            "relation_id",
        ):
            assert short[name] == long[name]
        assert short["mentions"] == long["mentions"]
        assert "sentence" not in short
        for end in ("source", "target"):
            shared = ("code", "sector", "name", "type")
            assert (short[end] is None) == (long[end] is None)
            assert short[end] is None or [short[end][n] for n in shared] == [long[end][n] for n in shared]
        if short["date"]:
            assert short["date"].items() <= long["date"].items()
