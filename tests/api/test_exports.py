"""Exports over both faces: tables of events, the whole graph as RDF, layouts, and what can go wrong with a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import resource
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pandas
import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from lxml import etree
from pyarrow import parquet

from api import event_tables, exporting
from api.exports import EVENT_FORMATS, EXPORT_FORMATS, RDF_FORMATS, _watched
from api.render import Progress
from api.service import Service
from extract.model import (
    Actor,
    ActorMention,
    CodedDocument,
    Document,
    Event,
    Place,
    Sentence,
    Span,
    When,
)
from graph.export import FORMATS
from graph.export.events import COLUMNS, ICEWS_COLUMNS, POLECAT_COLUMNS
from graph.export.layout import MAX_NODES
from graph.remote_client import Address
from graph.remote_errors import NotOffered
from graph.selecting import EventFilter

Whowhom = Callable[..., subprocess.CompletedProcess[str]]


def rows(client: FlaskClient, name: str, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/export.{name}{query}")
    assert response.status_code == 200, response.text
    tabs = name != "events-csv"
    read = csv.DictReader(io.StringIO(response.text, newline=""), delimiter="\t" if tabs else ",")
    found = list(read)
    assert response.headers["Whowhom-Events"] == str(len(found))
    return found


def test_events_come_oldest_first_those_without_a_date_before(client: FlaskClient) -> None:
    told = [
        (row["start"], row["source"], row["action"], row["target"], row["negated"])
        for row in rows(client, "events-csv")
    ]
    assert [start for start, *_ in told] == ["", "2024-03-10", *["2024-03-12"] * 3, "2024-04-01"]
    assert told[0] == ("", "KOR", "pressure", "BLR", "false")
    assert sorted(told[2:5]) == [
        ("2024-03-12", "NOR", "accuse", "BLR", "false"),
        ("2024-03-12", "NOR", "meet", "BLR", "true"),
        ("2024-03-12", "NOR", "meet", "BLR-COP", "false"),
    ]


def test_a_row_of_our_own_table(client: FlaskClient) -> None:
    (row,) = rows(client, "events-csv", "?action=accuse")
    assert tuple(row) == COLUMNS
    assert {name: value for name, value in row.items() if value} == {
        "id": row["id"],
        "start": "2024-03-12",
        "end": "2024-03-13",
        "granularity": "day",
        "source": "NOR",
        "source_name": "Norway",
        "source_country": "NOR",
        "source_sector": "GOV",
        "source_type": "State",
        "action": "accuse",
        "plover": "ACCUSE",
        "cameo": "111",
        "quad": "3",
        "goldstein": "-2.0",
        "target": "BLR",
        "target_name": "Belarus",
        "target_country": "BLR",
        "target_sector": "GOV",
        "target_type": "State",
        "modality": "actual",
        "negated": "false",
        "confidence": "0.8",
        "mentions": "2",
        "relation": "NOR--accuse--BLR",
        "document": "one.txt",
        "published": "2024-03-13",
        "publisher": "Fjord Wire",
        "sentence_number": "1",
        "sentence": "Norway accused Belarus.",
    }


@pytest.mark.parametrize("name", ["events-icews", "events-polecat"])
def test_plain_tables_have_neither_what_is_denied_nor_what_is_supposed(
    client: FlaskClient, name: str
) -> None:
    actor = {"events-icews": "Source Name", "events-polecat": "Actor Name"}[name]
    assert [row[actor] for row in rows(client, name)] == [
        "South Korea",
        "Belarus: police",
        "Norway",
        "South Korea",
    ]
    supposed = rows(client, name, "?modality=hypothetical")
    assert [row[actor] for row in supposed] == ["Norway"]


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One event with all that a table can hold of it, and what breaks tables in its texts."""
    text = 'Rebels\tshot "at" police\nin Aden.'
    rebels = ActorMention(Actor("YEM", "REB", "=Rebels\tof\nYemen", "ArmedGroup"), Span("Rebels", 0, 6))
    police = ActorMention(Actor("YEM", "COP", 'Yemen: "police"', "StateOrgan"), Span("police", 17, 23))
    day = dt.date(2015, 3, 2)
    aden = Place("Aden", "YEM", Span("Aden", 27, 31), "city", 415189, 12.7794, 45.0367)
    event = Event(
        *(rebels, "shoot at", "ASSAULT", "firearms", ("military", "terrorism"), "190", 4, -10.0, police),
        *("actual", False, When(day, day + dt.timedelta(1), "day", "expression"), aden, None),
        *(Sentence(2, Span(text, 0, len(text))), Span("shot", 7, 11), "shoot.v.1", 0.9),
    )
    document = Document(
        "wire/1", text, date=dt.date(2015, 3, 3), publisher="Gulf\tWire", url="https://e.org/1"
    )
    with Service(tmp_path_factory.mktemp("placed") / "store", create=True) as service:
        service.load([CodedDocument(document, (event,))])
        yield service


def table(service: Service, name: str) -> list[list[str]]:
    text = b"".join(service.event_table(name, {}).pieces).decode()
    return list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))


def test_icews_column_by_column(placed: Service) -> None:
    header, row = table(placed, "events-icews")
    assert tuple(header) == ICEWS_COLUMNS
    assert row[1:] == [
        *("2015-03-02", "'=Rebels of Yemen", "REB", "YEM", "unspecified fight", "190", "-10.0"),
        *('Yemen: "police"', "COP", "YEM", "wire/1", "2", "Gulf Wire"),
        *("Aden", "", "", "YEM", "12.7794", "45.0367"),
    ]


def test_polecat_column_by_column(placed: Service) -> None:
    header, row = table(placed, "events-polecat")
    assert tuple(header) == POLECAT_COLUMNS
    assert row[1:] == [
        *("2015-03-02", "ASSAULT", "firearms", "-10.0", "MATERIAL CONFLICT", "military;terrorism"),
        *("'=Rebels of Yemen", "YEM", "", "REB", "REB", "", "Rebels", ""),
        *('Yemen: "police"', "YEM", "", "COP", "COP", "", "police", ""),
        *("Aden", "Aden", "", "", "YEM", "12.7794", "45.0367", "415189", "Aden", "city"),
        *("Gulf Wire", "2015-03-03", "", "", "", "English", "whowhom"),
    ]


@pytest.mark.parametrize("name", ["events-icews", "events-polecat"])
def test_pandas_reads_the_table_as_scripts_do(placed: Service, name: str) -> None:
    text = b"".join(placed.event_table(name, {}).pieces).decode()
    frame = pandas.read_csv(io.StringIO(text, newline=""), sep="\t", parse_dates=["Event Date"])
    assert tuple(frame.columns) == {"events-icews": ICEWS_COLUMNS, "events-polecat": POLECAT_COLUMNS}[name]
    (row,) = frame.to_dict("records")
    assert (row["Event Date"], row["Intensity"]) == (pandas.Timestamp(2015, 3, 2), -10.0)
    assert (row["Latitude"], row["Longitude"]) == (12.7794, 45.0367)


def test_events_of_many_pages_are_each_there_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [told.row for told in event_tables.told(service.store, EventFilter(), None)]
    for size in (1, 2, 4, 6):
        monkeypatch.setattr(event_tables, "MAX_PAGE", size)
        assert [told.row for told in event_tables.told(service.store, EventFilter(), None)] == whole
        assert [told.row for told in event_tables.told(service.store, EventFilter(), 3)] == whole[:3]
    latest_first = service.store.index.events(EventFilter()).rows
    assert whole == list(reversed(latest_first))


def test_what_is_written_meanwhile_moves_nothing_else(
    fresh: Service, sample_event: CodedDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_tables, "MAX_PAGE", 2)
    before = [told.row.event for told in event_tables.told(fresh.store, EventFilter(), None)]
    events = event_tables.told(fresh.store, EventFilter(), None)
    seen = [next(events).row.event]
    fresh.store.remove("three.txt")
    (event,) = sample_event.events
    more = [
        CodedDocument(Document(f"m{n}", sample_event.document.text, date=day), (changed(event, day),))
        for n, day in enumerate([dt.date(2024, 3, 11), dt.date(2024, 3, 12), dt.date(2024, 5, 1)])
    ]
    fresh.load(more)
    seen += [told.row.event for told in events]
    assert len(seen) == len(set(seen))
    assert set(before) - set(seen) <= {before[1]}  # the arrest, which was removed
    assert [event for event in seen if event in before] == [event for event in before if event in seen]


def changed(event: Event, day: dt.date) -> Event:
    from dataclasses import replace

    return replace(event, date=When(day, day + dt.timedelta(7), "week", "expression"))


@pytest.mark.parametrize(
    ("path", "parameter", "said"),
    [
        ("/export.events-csv?depth=2", "depth", "There is no parameter 'depth'"),
        ("/export.events-csv?limit=0", "limit", "a whole number from 1 to"),
        ("/export.events-icews?cursor=x", "cursor", "There is no parameter 'cursor'"),
        ("/export.nquads?actor=KOR", "actor", "hold the whole graph. A part of it is selected by CONSTRUCT"),
        ("/export.gexf?source=KOR", "source", "There is no parameter 'source'"),
        ("/export.gexf?layout=maybe", "layout", "Allowed is one of true, false"),
    ],
)
def test_wrong_parameters(client: FlaskClient, path: str, parameter: str, said: str) -> None:
    response = client.get(path)
    problem = response.get_json(force=True)
    assert (response.status_code, problem["parameter"]) == (400, parameter)
    assert said in problem["detail"]


@pytest.mark.parametrize("query", ["?source=NOR", "?target=BLR&action=accuse", "?limit=1", "?quad=4"])
def test_filters_of_events(client: FlaskClient, query: str) -> None:
    found = {row["id"] for row in rows(client, "events-csv", query)}
    if query != "?limit=1":
        listed = client.get(f"/api/v1/events{query}").get_json()["events"]
        assert found == {event["id"] for event in listed}
    assert found


# --- what can go wrong with a network

EMPTY = "from=1990-01-01&to=1990-02-01"


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_network_is_a_file_in_every_format(client: FlaskClient, name: str) -> None:
    response = client.get(f"/export.{name}?{EMPTY}")
    assert (response.status_code, response.headers["Whowhom-Actors"]) == (200, "0")
    read = {
        "gexf": lambda data: len(nx.read_gexf(io.BytesIO(data))),
        "graphml": lambda data: len(nx.read_graphml(io.BytesIO(data))),
        "graphology": lambda data: len(json.loads(data)["nodes"]),
        "cytoscape": lambda data: len(nx.cytoscape_graph(json.loads(data))),
        "node-link": lambda data: len(nx.node_link_graph(json.loads(data), edges="edges")),
        "dot": lambda data: data.count(b"->"),
        "svg": lambda data: len(etree.fromstring(data).findall(".//*[@data-actor]")),
        "parquet": lambda data: parquet.read_table(io.BytesIO(data)).num_rows,
        "parquet-nodes": lambda data: parquet.read_table(io.BytesIO(data)).num_rows,
    }.get(name, lambda data: len(list(csv.DictReader(io.StringIO(data.decode(), newline="")))))
    assert read(response.data) == 0


WRONG = [
    ("actor=NORR", "actor", "actor: No actor 'NORR' in the store. Did you mean NOR"),
    ("from=2024-02-01&to=2024-01-01", "to", "Allowed is a day after from=2024-02-01"),
    ("quad=5", "quad", "Allowed is 1 (verbal cooperation)"),
    ("action=acuse", None, "No action 'acuse' in the store. Did you mean"),
    ("modality=maybe", "modality", "Allowed is all, actual"),
    ("limit=10001", "limit", "a whole number from 1 to 10000"),
    ("depth=4", "depth", "a whole number from 1 to 3"),
    ("min_weight=0", "min_weight", "a whole number from 1 to"),
    ("min_confidence=2", "min_confidence", "a number from 0 to 1"),
    ("sector=gov", "sector", "a role in three capitals"),
    ("include=evidence", "include", "Allowed is months"),
]


@pytest.mark.parametrize(("query", "parameter", "said"), WRONG, ids=[query for query, *_ in WRONG])
def test_an_export_that_cannot_be(client: FlaskClient, query: str, parameter: str | None, said: str) -> None:
    for name in ("gexf", "svg", "csv"):
        response = client.get(f"/export.{name}?{query}")
        problem = response.get_json(force=True)
        assert (response.status_code, problem.get("parameter")) == (400, parameter)
        assert said in problem["detail"]


# --- RDF


def parsed(client: FlaskClient, name: str) -> rdflib.Dataset:
    response = client.get(f"/export.{name}")
    assert response.status_code == 200
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=response.data, format={"nquads": "nquads", "trig": "trig", "turtle": "turtle"}[name])
    return dataset


def graph_of(dataset: rdflib.Dataset) -> set[tuple[str, ...]]:
    return {tuple(term.n3() for term in triple) for triple in dataset.triples((None, None, None))}


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning")
def test_rdf_is_the_whole_store_as_rdflib_reads_it(client: FlaskClient, service: Service) -> None:
    quads = {
        tuple(str(part) for part in (quad.subject, quad.predicate, quad.object, quad.graph_name))
        for quad in service.store.rdf.quads_for_pattern(None, None, None)
    }
    for name in ("nquads", "trig"):
        read = {
            tuple(str(ox_of(term)) for term in (s, p, o, g))
            for s, p, o, g in parsed(client, name).quads((None, None, None, None))
        }
        assert read == quads
    assert graph_of(parsed(client, "turtle")) == graph_of(parsed(client, "nquads"))


def ox_of(term: Any) -> object:
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return (
            ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
            if term.datatype
            else ox.Literal(str(term))
        )
    return ox.NamedNode(str(term))


def test_turtle_in_several_batches_declares_prefixes_once(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def text() -> bytes:
        return b"".join(exporting.exported(service, "turtle", {}).pieces)

    def triples(data: bytes) -> set[str]:
        return {str(quad.triple) for quad in ox.parse(data, ox.RdfFormat.TURTLE)}

    whole = text()
    monkeypatch.setattr(exporting, "BATCH", 100)
    parts = text()
    assert parts != whole
    assert triples(parts) == triples(whole)
    assert parts.count(b"@prefix ww:") == 1


# --- layouts


@pytest.mark.parametrize(
    "path", ["/export.graphology?layout=true", "/api/v1/neighborhood?actor=NOR&depth=3&layout=true"]
)
def test_a_layout_repeats_itself(client: FlaskClient, path: str) -> None:
    first, second = (json.loads(client.get(path).data)["nodes"] for _ in range(2))
    assert first == second
    places = {(node["attributes"]["x"], node["attributes"]["y"]) for node in first}
    assert len(places) == len(first) > 2
    assert max(abs(x) for place in places for x in place) <= 500


def test_too_many_actors_for_a_layout(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_NODES == 1500
    monkeypatch.setattr("graph.export.layout.MAX_NODES", 2)
    response = client.get("/export.gexf?layout=true")
    assert response.status_code == 400
    assert "for 2 actors at most, and these are 5" in response.get_json(force=True)["detail"]


# --- the command


@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_the_command_writes_what_the_route_sends(
    whowhom: Whowhom, stored: Path, tmp_path: Path, name: str
) -> None:
    done = whowhom("export", "--store", stored, "--format", name, "-o", "x")
    counted = "events" if name in EVENT_FORMATS else "bytes" if name in RDF_FORMATS else "relations"
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("x: ")
    assert done.stderr.endswith(f"{counted}\n")
    with Service(stored, read_only=True) as service:
        assert (tmp_path / "x").read_bytes() == b"".join(exporting.exported(service, name, {}).pieces)


@pytest.mark.parametrize("name", ["gexf", "parquet", "events-csv", "trig"])
def test_a_disk_that_fills_leaves_no_part_of_a_file(
    whowhom: Whowhom, stored: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "x").write_text("old")

    def small() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))

    done = whowhom("export", "--store", stored, "--format", name, "-o", "x", preexec_fn=small)
    assert done.returncode == 1
    assert done.stderr == "whowhom: x: File too large\n"
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"x": "old"}


def test_a_disk_that_fills_leaves_no_part_of_a_plot(whowhom: Whowhom, stored: Path, tmp_path: Path) -> None:
    def small() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))

    done = whowhom("plot", "ego", "--store", stored, "NOR", "-o", "x.svg", preexec_fn=small)
    assert (done.returncode, done.stderr) == (1, "whowhom: x.svg: File too large\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["/export.nquads", "/export.gexf", "/export.events-csv"])
def test_a_server_goes_on_when_a_client_hangs_up(start: Any, stored: Path, path: str, tmp_path: Path) -> None:
    import shutil

    server = start(Path(shutil.copytree(stored, tmp_path / "store")))
    for _ in range(6):
        with socket.create_connection(("127.0.0.1", int(server.port))) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert client.recv(10) == b"HTTP/1.1 2"
    assert server.get("/health")["status"] == "ok"
    status, errors = server.stop()
    assert (status, "Traceback" in errors) == (0, False), errors


def test_progress_counts_lines_on_a_terminal_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("api.render.PROGRESS_SECONDS", 0)
    file = exporting.Exported(iter([b"a\nb\n", b"c\n"]), "text/csv")
    with Progress("lines") as progress:
        assert list(_watched(file, progress)) == [b"a\nb\n", b"c\n"]
    said = capsys.readouterr().err
    assert "\r2 lines, 4 bytes, " in said
    assert "\r3 lines, 6 bytes, " in said
    assert said.endswith("\r\x1b[K")


def test_rdf_of_a_remote_store_is_not_offered(oxigraph_server: str, tmp_path: Path) -> None:
    address = Address(
        f"{oxigraph_server}/query",
        f"{oxigraph_server}/update",
        f"{oxigraph_server}/store",
        tmp_path,
    )
    with Service(address, create=True) as remote:
        with pytest.raises(NotOffered, match="A dump of all graphs"):
            exporting.exported(remote, "trig", {})
        assert exporting.exported(remote, "events-csv", {}).counts == {"event": 0}
