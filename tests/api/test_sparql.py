"""The query operation of the SPARQL 1.1 Protocol."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

SELECT = "SELECT ?t { actor:NOR rel:accuse ?t }"
CONSTRUCT = "CONSTRUCT WHERE { ?s rel:accuse ?t }"
BELARUS = "https://w3id.org/whowhom/id/actor/BLR"
JSON = "application/sparql-results+json"
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.mark.parametrize("way", ["get", "form", "body"])
def test_three_ways_to_ask(client: FlaskClient, way: str) -> None:
    if way == "get":
        response = client.get("/sparql", query_string={"query": SELECT})
    elif way == "form":
        response = client.post("/sparql", data={"query": SELECT})
    else:
        response = client.post("/sparql", data=SELECT, content_type="application/sparql-query; charset=utf-8")
    assert response.status_code == 200
    assert response.content_type == JSON
    assert "Accept" in response.headers["Vary"]
    assert [row["t"]["value"] for row in response.get_json(force=True)["results"]["bindings"]] == [BELARUS]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param("*/*", JSON, id="anything"),
        pytest.param("", JSON, id="no-header"),
        pytest.param(JSON, JSON, id="json"),
        pytest.param("application/sparql-results+xml", "application/sparql-results+xml", id="xml"),
        pytest.param("text/csv", "text/csv; charset=utf-8", id="csv"),
        pytest.param("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", id="tsv"),
        pytest.param(
            "text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml", id="quality"
        ),
        pytest.param("image/png, text/*;q=0.1", "text/csv; charset=utf-8", id="range"),
        pytest.param("text/csv;q=0, */*;q=0.1", JSON, id="not-csv"),
    ],
)
def test_rows_as_they_are_wanted(client: FlaskClient, accept: str, media_type: str) -> None:
    response = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (200, media_type)
    assert BELARUS in response.text


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_graphs_as_they_are_wanted(client: FlaskClient, accept: str, form: ox.RdfFormat) -> None:
    response = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": accept})
    assert response.content_type.startswith(accept)
    (triple,) = ox.parse(response.data, form)
    assert triple.object == ox.NamedNode(BELARUS)


def test_ask(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "ASK { actor:BLR rel:accuse actor:NOR }"})
    assert response.get_json(force=True)["boolean"] is False


def test_no_plain_edge_for_what_is_denied_or_supposed(client: FlaskClient) -> None:
    response = client.get("/sparql?query=SELECT * {?s rel:meet ?t}", headers={"Accept": "text/csv"})
    assert [row["s"].rpartition("/")[2] for row in csv.DictReader(io.StringIO(response.text))] == ["KOR"]


def test_graph_parameters_take_the_place_of_the_union(client: FlaskClient) -> None:
    of_one = {"query": "SELECT DISTINCT ?g { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } }"}
    one = "https://w3id.org/whowhom/id/document/one.txt"
    given = {"default-graph-uri": one, "named-graph-uri": one}
    response = client.post("/sparql", data=of_one | given)
    assert [row["g"]["value"] for row in json.loads(response.data)["results"]["bindings"]] == [one]


def test_head_has_no_body(client: FlaskClient) -> None:
    response = client.head("/sparql", query_string={"query": SELECT})
    assert (response.status_code, response.content_type, response.data) == (200, JSON, b"")


def test_an_answer_that_nobody_reads_frees_its_worker(client: FlaskClient) -> None:
    for _ in range(4):  # more than there are workers
        response = client.get("/sparql", query_string={"query": MANY})
        next(response.iter_encoded())
        response.close()
    assert client.get("/sparql", query_string={"query": "ASK {}"}).status_code == 200


def test_an_answer_that_breaks_off_cuts_the_connection(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": MANY, "timeout": "0.3"}, buffered=False)
    assert response.status_code == 200
    with pytest.raises(ConnectionResetError, match="broke off"):
        for _ in response.iter_encoded():
            pass


def test_a_query_in_the_address_and_in_the_body(client: FlaskClient) -> None:
    response = client.post("/sparql?query=ASK{}", data=SELECT, content_type="application/sparql-query")
    assert response.status_code == 400
    assert "one at a time" in response.get_json()["detail"]


def test_a_body_that_is_not_utf8(client: FlaskClient) -> None:
    response = client.post("/sparql", data=b"ASK { ?s ?p '\xff' }", content_type="application/sparql-query")
    assert response.status_code == 400
    assert "UTF-8" in response.get_json()["detail"]
