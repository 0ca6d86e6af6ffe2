"""The examples give what they promise over the demo's store, and the vocabulary names what a query can use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from api import demo
from api.app import create_app
from api.queries import Example, examples
from api.service import Service
from extract.model import MODALITIES, PLOVER_TYPES
from extract.pipeline import Extractor
from graph.ontology import PREFIXES, terms
from graph.query_names import query_names, shortened

LINES = 15
EXPECTED: Mapping[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "who-presses-whom": (("s", "t"), {"s": "{actor}KOR", "t": "{actor}PRK"}),
    "names": (("source", "target"), {"source": "Norway", "target": "Belarus"}),
    "one-actor": (("action", "target"), {"action": "summon", "target": "Belarus"}),
    "kinds-of-action": (
        ("source", "action", "target"),
        {"source": "South Korea", "action": "urge", "target": "China"},
    ),
    "strongest-relations": (
        ("source", "action", "target", "weight"),
        {"source": "Japan", "action": "aid", "target": "Mozambique", "weight": "3"},
    ),
    "most-active": (("actor", "events"), {"actor": "Norway", "events": "8"}),
    "cooperation-and-conflict": (("class", "events"), {"class": "verbal conflict"}),
    "timeline": (("month", "class", "events"), {"month": "2024-03", "class": "verbal conflict"}),
    "tone-by-day": (("day", "tone", "events"), {"day": "2024-04-08", "tone": "-8", "events": "1"}),
    "a-dyad": (
        ("day", "source", "action", "target", "modality"),
        {
            "day": "2024-03-12",
            "source": "Belarus",
            "action": "threaten",
            "target": "Norway",
            "modality": "actual",
        },
    ),
    "evidence": (
        ("action", "word", "sentence", "publisher"),
        {
            "word": "summoned",
            "sentence": "The ministry summoned the ambassador of Belarus and demanded an explanation.",
        },
    ),
    "not-yet-done": (
        ("modality", "source", "action", "target"),
        {"modality": "planned", "source": "South Korea", "action": "pressure", "target": "North Korea"},
    ),
    "denied": (
        ("source", "action", "target", "sentence"),
        {
            "source": "Indonesia",
            "target": "North Korea",
            "sentence": "Indonesia did not criticize North Korea.",
        },
    ),
    "who-says-so": (
        ("speaker", "cue", "source", "action", "target"),
        {"speaker": "Mali: military", "cue": "said", "source": "Mali: rebels", "action": "attack"},
    ),
    "paths": (("reached",), {"reached": "Norway"}),
    "common-target": (
        ("source", "target", "weight", "opponent"),
        {"source": "Belarus", "target": "Russia", "weight": "1", "opponent": "European Union"},
    ),
    "places": (
        ("where", "country", "latitude", "longitude", "events"),
        {"where": "Jakarta", "country": "IDN"},
    ),
    "sectors": (("source", "target", "weight"), {"source": "REB", "target": "COP", "weight": "2"}),
}
"""The columns of each table, and values of one of its rows."""


@pytest.fixture(scope="module")
def demo_service(extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the demo's store."""
    with Service(tmp_path_factory.mktemp("examples") / "store", create=True) as service:
        coded = list(extractor.extract(demo._packaged()))
        assert service.load(coded, model=extractor.model).failures == []
        yield service


@pytest.fixture(scope="module")
def demo_client(demo_service: Service) -> FlaskClient:
    return create_app(demo_service).test_client()


def table(client: FlaskClient, query: str) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The columns and rows of an answer."""
    answer = client.get("/sparql", query_string={"query": query})
    assert answer.status_code == 200, answer.text
    found = json.loads(answer.data)
    rows = [{name: term["value"] for name, term in row.items()} for row in found["results"]["bindings"]]
    return tuple(found["head"]["vars"]), rows


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_an_example_is_short_and_told(example: Example) -> None:
    assert len(example.query.splitlines()) <= LINES
    assert max(map(len, example.query.splitlines())) <= 110
    assert 3 < len(example.title) < 60
    assert example.explanation.endswith(".")
    assert len(example.explanation) <= 240
    assert "PREFIX" not in example.query


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_gives_what_it_says(name: str, demo_client: FlaskClient) -> None:
    (example,) = (one for one in examples() if one.name == name)
    columns, values = EXPECTED[name]
    found, rows = table(demo_client, example.query)
    assert found == columns
    wanted = {column: value.format(actor=f"{BASE}actor/") for column, value in values.items()}
    assert any(wanted.items() <= row.items() for row in rows), rows


BASE = "https://w3id.org/whowhom/id/"


def test_the_graph_that_an_example_makes_holds_a_conflict_and_no_cooperation(
    demo_client: FlaskClient,
) -> None:
    (example,) = (one for one in examples() if one.query.startswith("CONSTRUCT"))
    answer = demo_client.get(
        "/sparql", query_string={"query": example.query}, headers={"Accept": "application/n-triples"}
    )
    assert f"<{BASE}actor/PRK> <{terms().actsOn.value}> <{BASE}actor/KOR> ." in answer.text
    assert f"<{BASE}actor/JPN> <{terms().actsOn.value}> <{BASE}actor/MOZ> ." not in answer.text


def test_every_example_is_tested_and_the_first_is_the_simplest() -> None:
    names = [one.name for one in examples()]
    assert len(names) == len(set(names)) >= 12
    assert {*EXPECTED, "graph-of-conflict"} == set(names)
    lengths = [len(one.query.splitlines()) for one in examples()]
    assert lengths[0] == min(lengths) == 1


def test_every_term_in_an_example_is_declared() -> None:
    declared = {one.name for one in query_names()}
    used = {
        term for one in examples() for term in re.findall(r"\b(?:ww|skos|rdfs|dcterms|quad):\w+", one.query)
    }
    assert used
    assert used <= declared


def test_the_route_gives_the_examples(client: FlaskClient) -> None:
    given = client.get("/api/v1/examples").get_json()["examples"]
    assert [one["name"] for one in given] == [one.name for one in examples()]
    assert given[0] == {
        "name": "who-presses-whom",
        "title": "Who presses whom",
        "explanation": examples()[0].explanation,
        "query": "SELECT ?s ?t { ?s rel:pressure ?t }",
    }


# --- the vocabulary


@pytest.fixture(scope="module")
def vocabulary(client: FlaskClient) -> Any:
    return client.get("/api/v1/vocabulary").get_json()


def test_the_vocabulary_has_every_term_of_the_ontology_with_label_and_comment(vocabulary: Any) -> None:
    told = {one["name"]: one for one in vocabulary["terms"]}
    assert {f"ww:{name}" for name in terms().names} <= set(told)
    own = [one for name, one in told.items() if name.startswith("ww:")]
    assert [one["name"] for one in own if not (one["label"] and one["comment"])] == []
    assert told["ww:target"]["domain"] == "ww:Interaction"
    assert told["ww:target"]["range"] == "ww:Actor"
    assert told["ww:Event"]["kind"] == "class"
    assert told["plover:REQUEST"]["kind"] == "concept"
    assert told["quad:4"]["label"] == "material conflict"


def test_the_vocabulary_has_the_prefixes_and_values(vocabulary: Any) -> None:
    assert PREFIXES.items() <= vocabulary["prefixes"].items()
    assert vocabulary["prefixes"]["actor"] == f"{BASE}actor/"
    assert vocabulary["values"] == {"ww:modality": list(MODALITIES)}


def test_the_vocabulary_has_the_actions_of_the_store_and_the_wider_ones(vocabulary: Any) -> None:
    events = {one["action"]: one["events"] for one in vocabulary["actions"]}
    assert events["arrest"] == 1
    assert {name.lower() for name in PLOVER_TYPES} <= set(events)
    assert events["assault"] == 0
    assert list(events.values()) == sorted(events.values(), reverse=True)
    (arrest,) = (one for one in vocabulary["actions"] if one["action"] == "arrest")
    assert arrest == {
        "action": "arrest",
        "iri": f"{PREFIXES['rel']}arrest",
        "plover": "COERCE",
        "quad": 4,
        "events": 1,
    }


@pytest.mark.parametrize("path", ["/api/v1/examples", "/api/v1/vocabulary"])
def test_they_are_answered_by_304_to_who_has_them(path: str, client: FlaskClient) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert client.get(path, query_string={"x": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://w3id.org/whowhom/ontology#Event", "ww:Event"),
        ("https://w3id.org/whowhom/action/cameo/104", "cameo:104"),
        ("https://example.org/x", "https://example.org/x"),
    ],
    ids=["ours", "concept", "unknown"],
)
def test_an_iri_is_shortened(iri: str, name: str) -> None:
    assert shortened(iri) == name
