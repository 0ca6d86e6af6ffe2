"""Updates, the graph store, the service description, ETags and limits, over HTTP."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from api.access import Access, access
from api.app import create_app
from api.errors import NotSupported
from api.raw import RawService
from api.service import Service
from graph.workers import QueryLimits

TOKEN = "0123456789abcdef"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
GRAPH = {"graph": "http://mine/g"}
TURTLE = "<http://s> <http://p> 1 ."
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a plain store that takes writes."""
    with RawService(tmp_path / "raw") as service:
        yield create_app(service, Access(open=True)).test_client()


@pytest.fixture
def ours(fresh: Service) -> FlaskClient:
    """A client of a store of whowhom's that takes writes with a token."""
    return create_app(fresh, Access(TOKEN)).test_client()


def count(client: FlaskClient) -> int:
    answer = client.post("/sparql", data={"query": COUNT}).get_json(force=True)
    return int(answer["results"]["bindings"][0]["n"]["value"])


class TestAccess:
    def test_nobody_writes_by_default(self, client: FlaskClient) -> None:
        for response in (
            client.post("/update", data={"update": "DROP ALL"}),
            client.put("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle"),
            client.post("/graph-store", data=TURTLE, content_type="text/turtle"),
            client.delete("/graph-store", query_string=GRAPH),
        ):
            assert response.status_code == 403
            assert "--allow-update" in response.get_json()["detail"]

    @pytest.mark.parametrize(
        "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}]
    )
    def test_a_token_is_needed(self, ours: FlaskClient, headers: dict[str, str]) -> None:
        response = ours.post("/update", data={"update": "DROP ALL"}, headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert count(ours) > 0

    def test_no_page_of_another_origin_writes_without_token(self, raw: FlaskClient) -> None:
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            response = raw.post("/update", data={"update": "DROP ALL"}, headers=headers)
            assert response.status_code == 401

    def test_options(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("WHOWHOM_UPDATE_TOKEN", raising=False)
        assert access(allow_update=False, raw=True, host="127.0.0.1") == Access()
        assert access(allow_update=True, raw=True, host="127.0.0.1") == Access(open=True)
        for raw_, host in ((False, "127.0.0.1"), (True, "0.0.0.0")):
            with pytest.raises(NotSupported, match="WHOWHOM_UPDATE_TOKEN is not set"):
                access(allow_update=True, raw=raw_, host=host)
        monkeypatch.setenv("WHOWHOM_UPDATE_TOKEN", "short")
        with pytest.raises(NotSupported, match="5 characters"):
            access(allow_update=True, raw=True, host="127.0.0.1")
        monkeypatch.setenv("WHOWHOM_UPDATE_TOKEN", TOKEN)
        assert access(allow_update=True, raw=False, host="0.0.0.0") == Access(TOKEN)


class TestUpdate:
    @pytest.mark.parametrize("way", ["form", "body"])
    def test_two_ways(self, raw: FlaskClient, way: str) -> None:
        text = "INSERT DATA { <http://s> <http://p> 1 }"
        if way == "form":
            response = raw.post("/update", data={"update": text})
        else:
            response = raw.post("/update", data=text, content_type="application/sparql-update")
        assert (response.status_code, response.data) == (204, b"")
        assert count(raw) == 1

    def test_what_is_wrong_is_said(self, raw: FlaskClient) -> None:
        assert raw.get("/update?update=DROP%20ALL").status_code == 405
        assert raw.post("/update", data="DROP ALL", content_type="text/plain").status_code == 415
        assert raw.post("/update", data={"updat": "DROP ALL"}).status_code == 400
        assert raw.post("/update", data={"update": ["DROP ALL", "DROP ALL"]}).status_code == 400
        body = raw.post("/update", data="DROP ALL".encode("utf-16"), content_type="application/sparql-update")
        assert body.status_code == 400
        problem = raw.post("/update", data={"update": "INSERT DATA {\n<http://s> }"}).get_json()
        assert (problem["status"], problem["line"]) == (400, 2)
        both = {
            "update": "INSERT { ?s ?p 1 } USING <http://g> WHERE { ?s ?p ?o }",
            "using-graph-uri": "http://h",
        }
        assert raw.post("/update", data=both).get_json()["status"] == 400

    def test_what_is_derived_is_made_anew(self, ours: FlaskClient, fresh: Service) -> None:
        damage = "DELETE WHERE { GRAPH <https://w3id.org/whowhom/id/graph/events> { ?e ww:source actor:NOR ; ?p ?o } }"
        assert ours.post("/update", data={"update": damage}, headers=BEARER).status_code == 204
        fresh.finish()
        assert ours.get("/health").get_json()["status"] == "ok"
        meta = ours.get("/api/v1/events?actor=KOR").get_json()["meta"]
        assert "stale" not in meta["dataset"]
        assert ours.get("/api/v1/neighborhood?actor=BLR").status_code == 200


class TestGraphStore:
    def test_a_graph_comes_and_goes(self, raw: FlaskClient) -> None:
        put = raw.put("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle")
        assert put.status_code == 201
        got = raw.get("/graph-store", query_string=GRAPH, headers={"Accept": "application/n-triples"})
        assert got.data.decode().split() == [
            "<http://s>",
            "<http://p>",
            '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
            ".",
        ]
        more = raw.post("/graph-store", query_string=GRAPH, data="<s> <p> 2 .", content_type="text/turtle")
        assert more.status_code == 204
        assert b"http://mine/s" in raw.get("/graph-store", query_string=GRAPH).data
        assert raw.head("/graph-store", query_string=GRAPH).status_code == 200
        assert raw.delete("/graph-store", query_string=GRAPH).status_code == 204
        assert raw.get("/graph-store", query_string=GRAPH).status_code == 404
        assert raw.head("/graph-store", query_string=GRAPH).status_code == 404
        assert raw.delete("/graph-store", query_string=GRAPH).status_code == 404

    def test_a_new_graph_has_a_name_that_answers(self, raw: FlaskClient) -> None:
        made = raw.post("/graph-store", data=TURTLE, content_type="text/turtle")
        assert made.status_code == 201
        assert b"http://s" in raw.get(made.headers["Location"]).data
        assert b"http://s" in raw.get("/graph-store", query_string={"graph": made.headers["Location"]}).data

    def test_several_parts(self, raw: FlaskClient) -> None:
        parts = {
            "a": (io.BytesIO(TURTLE.encode()), "a.ttl", "text/turtle"),
            "b": (io.BytesIO(b"<http://s> <http://p> <http://o> ."), "b.nt", "application/n-triples"),
        }
        assert raw.put("/graph-store", query_string="default", data=parts).status_code == 204
        assert count(raw) == 2

    @pytest.mark.parametrize("accept", ["application/n-quads", "application/trig"])
    def test_the_whole_store(self, raw: FlaskClient, accept: str) -> None:
        raw.put("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle")
        raw.put("/graph-store", query_string="default", data=TURTLE, content_type="text/turtle")
        got = raw.get("/graph-store", headers={"Accept": accept})
        assert got.mimetype == accept
        assert len(list(ox.parse(got.data, ox.RdfFormat.from_media_type(accept)))) == 2

    @pytest.mark.parametrize(
        ("body", "media_type", "said"),
        [
            (f"{TURTLE}\n<http://s> <http://p>", "text/turtle", "line 2"),
            (TURTLE, "application/pdf", "Send a graph as one of"),
            ("<s> <p>", "application/rdf+xml", "Nothing of it was stored"),
        ],
    )
    def test_nothing_of_a_broken_body_is_stored(
        self, raw: FlaskClient, body: str, media_type: str, said: str
    ) -> None:
        response = raw.put("/graph-store", query_string=GRAPH, data=body, content_type=media_type)
        assert response.status_code == 400
        assert said in response.get_json()["detail"]
        assert count(raw) == 0

    def test_which_graph_must_be_said(self, raw: FlaskClient) -> None:
        for query in ("graph=http://g&default", "grahp=http://g"):
            assert (
                raw.put(f"/graph-store?{query}", data=TURTLE, content_type="text/turtle").status_code == 400
            )

    def test_graphs_of_ours_are_refused(self, ours: FlaskClient) -> None:
        graph = {"graph": "https://w3id.org/whowhom/id/graph/relations"}
        assert ours.get("/graph-store", query_string=graph).status_code == 200
        response = ours.delete("/graph-store", query_string=graph, headers=BEARER)
        assert response.status_code == 403
        assert "whowhom's own" in response.get_json()["detail"]


class TestDescription:
    @pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/n-triples"])
    def test_it_says_what_it_is(self, ours: FlaskClient, accept: str) -> None:
        response = ours.get("/sparql", headers={"Accept": accept})
        assert response.mimetype == accept
        found = {
            (quad.predicate.value.rpartition("#")[2], getattr(quad.object, "value", ""))
            for quad in ox.parse(response.data, ox.RdfFormat.from_media_type(accept))
        }
        assert ("endpoint", "http://localhost/sparql") in found
        sd = "http://www.w3.org/ns/sparql-service-description#"
        assert ("supportedLanguage", f"{sd}SPARQL11Update") in found
        assert ("feature", f"{sd}UnionDefaultGraph") in found

    def test_a_store_that_takes_no_writes_says_so(self, client: FlaskClient) -> None:
        assert b"SPARQL11Update" not in client.get("/sparql").data

    def test_not_as_a_picture(self, client: FlaskClient) -> None:
        assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406


class TestCaching:
    @pytest.mark.parametrize(
        "path",
        [
            "/sparql?query=ASK%20%7B%7D",
            "/api/v1/neighborhood?actor=NOR",
            "/api/v1/events",
            "/graph-store?default",
        ],
    )
    def test_what_is_known_is_not_sent_again(self, ours: FlaskClient, path: str) -> None:
        first = ours.get(path)
        assert first.status_code == 200
        tag = first.headers["ETag"]
        again = ours.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert ours.get(path, headers={"If-None-Match": tag, "Accept": "text/csv, */*"}).status_code == 200
        ours.post("/update", data={"update": "INSERT DATA { <http://s> <http://p> 1 }"}, headers=BEARER)
        after = ours.get(path, headers={"If-None-Match": tag})
        assert after.status_code == 200
        assert after.headers["ETag"] != tag

    def test_chance_has_no_tag(self, client: FlaskClient) -> None:
        response = client.get("/sparql", query_string={"query": "SELECT (RAND() AS ?x) {}"})
        assert "ETag" not in response.headers

    def test_an_error_has_no_tag(self, client: FlaskClient) -> None:
        assert "ETag" not in client.get("/api/v1/neighborhood?actor=XXX").headers


def test_answers_are_compressed_for_whoever_takes_it(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 2000"}
    plain = client.get("/sparql", query_string=query)
    packed = client.get("/sparql", query_string=query, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 4
    assert sorted(gzip.decompress(packed.data)) == sorted(plain.data)


def test_head_is_get_without_body(client: FlaskClient) -> None:
    for path in ("/sparql?query=ASK%20%7B%7D", "/api/v1/events", "/health"):
        response = client.head(path)
        assert (response.status_code, response.data) == (200, b"")


class TestRowLimit:
    @pytest.fixture
    def limited(self, tmp_path: Path) -> Iterator[FlaskClient]:
        with RawService(tmp_path / "raw", limits=QueryLimits(rows=10)) as service:
            service.store.rdf.extend(
                ox.Quad(ox.NamedNode("http://s"), ox.NamedNode("http://p"), ox.Literal(n)) for n in range(12)
            )
            yield create_app(service).test_client()

    @pytest.mark.parametrize(("rows", "cut"), [(9, False), (10, False), (11, True), (12, True)])
    @pytest.mark.parametrize(
        "accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"]
    )
    def test_an_answer_that_was_cut_says_so(
        self, limited: FlaskClient, rows: int, cut: bool, accept: str
    ) -> None:
        query = {"query": f"SELECT * {{ ?s ?p ?o FILTER (?o < {rows}) }}"}
        response = limited.get("/sparql", query_string=query, headers={"Accept": accept})
        assert response.headers["X-Whowhom-Row-Limit"] == "10"
        assert ("X-Whowhom-Truncated" in response.headers) is cut
        if "json" in accept:
            answer = json.loads(response.data)
            assert len(answer["results"]["bindings"]) == min(rows, 10)
            assert answer.get("meta", {}).get("truncated", False) is cut

    def test_what_asks_for_less_is_not_cut(self, limited: FlaskClient) -> None:
        response = limited.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 10"})
        assert "X-Whowhom-Truncated" not in response.headers


def test_explain(client: FlaskClient) -> None:
    answer = client.post(
        "/sparql?explain=1", data={"query": "SELECT * { ?s rel:accuse ?t } LIMIT 5"}
    ).get_json()
    assert answer["meta"]["rows"] == 1
    assert answer["meta"]["evaluation_seconds"] < answer["meta"]["total_seconds"]
    operator = answer["plan"]
    while operator["children"]:
        operator = operator["children"][0]
    assert operator["name"].startswith("QuadPattern(?s <https://w3id.org/whowhom/relation/accuse>")
    assert client.get("/sparql?query=ASK+%7B%7D&explain=1&default-graph-uri=http://g").status_code == 400


def test_relative_iris_have_a_base_in_plain_stores_only(raw: FlaskClient, client: FlaskClient) -> None:
    raw.post("/update", data={"update": "INSERT DATA { <s> <p> 1 }"})
    assert b"http://localhost/s" in raw.get("/graph-store?default").data
    problem = client.get("/sparql", query_string={"query": "ASK { <s> ?p ?o }"}).get_json()
    assert "<s> is relative" in problem["detail"]


def test_a_plain_store_has_the_protocols_only(raw: FlaskClient) -> None:
    assert raw.get("/health").get_json()["status"] == "ok"
    assert count(raw) == 0
    assert raw.get("/api/v1/events").status_code == 404
