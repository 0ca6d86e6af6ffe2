"""Every format of one network holds the same nodes and edges, as independent readers see them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from graph.errors import BadSelection, PackageMissing
from graph.export import FORMATS, Format, dot, format_named, layout, parquet, write_file
from graph.export.attributes import (
    EDGE_TYPES,
    NODE_TYPES,
    QUAD_NAMES,
    description,
    edge_attributes,
    lists_of,
    node_attributes,
)
from graph.export.tables import neutral
from graph.export.text import portable
from graph.network import Edge, Network, Node

KOREA = Network(
    nodes=(
        Node("KOR", "South Korea", "State", "KOR", "GOV", 3),
        Node("PRK", "North Korea", "State", "PRK", None, 3),
        Node("unknown-gunmen", "gunmen", "UnknownActor", "---", "REB", 1),
    ),
    edges=(
        Edge("KOR--pressure--PRK", "KOR", "PRK", "pressure", "REQUEST", 3, -5.0, 2, 4,
             dt.date(2017, 1, 4), dt.date(2017, 3, 1)),
        Edge("KOR--aid--PRK", "KOR", "PRK", "aid", "AID", 2, 7.4, 1, 1, None, None),
        Edge("PRK--accuse--KOR", "PRK", "KOR", "accuse", "ACCUSE", 3, -2.0, 1, 1, dt.date(2016, 12, 31), None),
        Edge("unknown-gunmen--attack--unknown-gunmen", "unknown-gunmen", "unknown-gunmen", "attack", "ASSAULT",
             4, -9.5, 1, 1, dt.date(1950, 6, 25), dt.date(1950, 6, 25)),
    ),
    meta={"total": 9, "returned": 4, "truncated": True, "reason": "limit of 4 edges", "generation": 7,
          "order": "weight", "query": {"from": dt.date(2017, 1, 1), "actor": ["KOR"]}},
)  # fmt: skip
DYADS = Network(
    nodes=(Node("KOR", "KOR", "Country", "KOR", None, 5), Node("KOR;GOV", "KOR: GOV", "Sector", "KOR", "GOV", 3)),
    edges=(
        Edge("KOR--KOR;GOV", "KOR", "KOR;GOV", None, None, 3, -5.0, 5, 9, dt.date(2017, 1, 4), dt.date(2017, 4, 1),
             quads=(1, 0, 4, 0), months=((dt.date(2017, 1, 1), 3), (dt.date(2017, 4, 1), 2)),
             evidence=({"id": "e1", "sentence": {"text": "Seoul \x00 said"}, "date": dt.date(2017, 1, 4)},)),
        Edge("KOR;GOV--2--KOR", "KOR;GOV", "KOR", None, None, 2, 7.0, 1, 1, None, None),
    ),
    positions={"KOR": (-1.5, 2.0), "KOR;GOV": (0.0, 500.0)},
)  # fmt: skip
EMPTY = Network((), ())

# What breaks writers: markup, quotes, white space, right-to-left, astral, forbidden in XML, formulas, surrogates.
ODD = [
    "a&b<c>d", "\"'`", "]]>", " lead and trail ", "line\nbreak\r\nand\ttab", "\u202bעִברית العربية\u202c",
    "\U0001f54a 𝔎𝔬𝔯𝔢𝔞", "nul\x00bell\x07esc\x1b", "\ufffe\uffff", "half \ud800 pair", "=cmd|' /C calc'!A0",
    "+1", "-1", "@sum", "---", "＝1", "\u0085\u2028", "", "e\u0301", "100%", "x" * 300,
]  # fmt: skip
texts = st.sampled_from(ODD) | st.text(max_size=12)
# Ids that differ in a forbidden character alone are one id in a file; graph.ids makes no such ids, nor an empty one.
ids = texts.map(portable).filter(bool)
counts = st.integers(0, 2**31 - 1)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    nodes = draw(
        st.lists(
            st.builds(Node, ids, texts, texts, texts, st.none() | texts, counts),
            max_size=4,
            unique_by=lambda n: n.id,
        )
    )
    if not nodes:
        return EMPTY
    ends = st.sampled_from([node.id for node in nodes])
    dates = st.none() | st.dates()
    months = st.tuples(st.dates().map(lambda day: day.replace(day=1)), st.integers(1, 99))
    edges = st.builds(
        Edge,
        ids,
        ends,
        ends,
        st.none() | texts,
        st.none() | texts,
        st.integers(1, 4),
        st.floats(-10, 10),
        counts,
        counts,
        dates,
        dates,
        st.none() | st.tuples(counts, counts, counts, counts),
        st.lists(months, max_size=3, unique_by=lambda month: month[0]).map(lambda ms: tuple(sorted(ms))),
        st.lists(st.dictionaries(st.sampled_from(["id", "text"]), texts), max_size=2).map(tuple),
    )
    places = st.floats(-500, 500).map(lambda x: round(x, 2))
    positions = draw(st.just({}) | st.fixed_dictionaries({n.id: st.tuples(places, places) for n in nodes}))
    meta = draw(
        st.dictionaries(
            st.sampled_from(["reason", "total", "truncated"]), texts | counts | st.booleans() | st.none()
        )
    )
    return Network(
        tuple(nodes),
        tuple(draw(st.lists(edges, max_size=5, unique_by=lambda edge: edge.id))),
        meta,
        positions,
    )


Nodes = dict[str, dict[str, Any]]
Edges = dict[str, dict[str, Any]]


def expected(network: Network, name: str) -> tuple[Nodes, Edges]:
    """Nodes and edges by id, with their attributes in that format; an edge has its ends among them."""
    nodes: Nodes = {
        node.id: {"label": portable(node.label), **node_attributes(node)} for node in network.nodes
    }
    for node, (x, y) in network.positions.items():
        nodes[node] |= {"x": x, "y": y}
    edges: Edges = {}
    for edge in network.edges:
        attributes: dict[str, Any] = {"label": portable(edge.label), **edge_attributes(edge)}
        if name not in ("gexf", "graphml"):
            attributes |= without_odd(lists_of(edge))
        edges[edge.id] = {"source": edge.source, "target": edge.target, **attributes}
    return nodes, edges


def without_odd(value: Any) -> Any:
    """The value as JSON gives it back."""
    if isinstance(value, str):
        return portable(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return [without_odd(one) for one in value]
    return {name: without_odd(one) for name, one in value.items()} if isinstance(value, dict) else value


def of_networkx(network: nx.MultiDiGraph, *, drop: tuple[str, ...] = ()) -> tuple[Nodes, Edges]:
    assert network.is_directed()
    nodes: Nodes = {
        node: {name: value for name, value in data.items() if name not in drop}
        for node, data in network.nodes(data=True)
    }
    edges: Edges = {}
    for source, target, key, data in network.edges(keys=True, data=True):
        attributes = {name: value for name, value in data.items() if name not in drop}
        assert attributes.pop("id", key) == key
        edges[key] = {**attributes, "source": source, "target": target}
    return nodes, edges


def read_gexf(data: bytes) -> tuple[Nodes, Edges]:
    network = nx.MultiDiGraph(nx.read_gexf(io.BytesIO(data)))  # a DiGraph where no edges are parallel
    edges_by_id = nx.MultiDiGraph()
    edges_by_id.add_nodes_from(network.nodes(data=True))
    edges_by_id.add_edges_from(
        (a, b, attributes["id"], attributes) for a, b, attributes in network.edges(data=True)
    )
    nodes, edges = of_networkx(edges_by_id, drop=("spells",))
    for node in nodes.values():
        position = node.pop("viz").get("position", {})
        node |= {axis: position[axis] for axis in ("x", "y") if position}
    for edge in edges.values():
        assert (edge.pop("start", None), edge.pop("end", None)) == (edge.get("first"), edge.get("last"))
    return nodes, edges


def read_graphml(data: bytes) -> tuple[Nodes, Edges]:
    return of_networkx(nx.read_graphml(io.BytesIO(data), edge_key_type=str, force_multigraph=True))


def read_node_link(data: bytes) -> tuple[Nodes, Edges]:
    network = nx.node_link_graph(json.loads(data), edges="edges")
    assert isinstance(network, nx.MultiDiGraph)
    return of_networkx(network)


def read_cytoscape(data: bytes) -> tuple[Nodes, Edges]:
    form = json.loads(data)
    network = nx.cytoscape_graph(form)
    assert isinstance(network, nx.MultiDiGraph)
    for node in form["elements"]["nodes"]:
        network.nodes[node["data"]["id"]].update(node.get("position", {}))
    nodes, edges = of_networkx(network, drop=("value", "name", "key"))
    for node, attributes in nodes.items():
        assert attributes.pop("id") == node
    return nodes, edges


def read_graphology(data: bytes) -> tuple[Nodes, Edges]:
    form = json.loads(data)
    assert form["options"] == {"type": "directed", "multi": True, "allowSelfLoops": True}
    nodes: Nodes = {node["key"]: node["attributes"] for node in form["nodes"]}
    edges: Edges = {
        edge["key"]: {**edge["attributes"], "source": edge["source"], "target": edge["target"]}
        for edge in form["edges"]
    }
    return nodes, edges


READERS: dict[str, Callable[[bytes], tuple[Nodes, Edges]]] = {
    "gexf": read_gexf,
    "graphml": read_graphml,
    "graphology": read_graphology,
    "cytoscape": read_cytoscape,
    "node-link": read_node_link,
}


def written(form: Format | str, network: Network) -> bytes:
    stream = io.BytesIO()
    (FORMATS[form] if isinstance(form, str) else form).write(network, stream)
    return stream.getvalue()


def rows(form: str, network: Network) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(form, network).decode(), newline="")))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("network", [KOREA, DYADS, EMPTY], ids=["korea", "dyads", "empty"])
def test_reads_back(name: str, network: Network) -> None:
    assert READERS[name](written(name, network)) == expected(network, name)


@pytest.mark.parametrize("name", READERS)
@given(network=networks())
def test_reads_back_whatever_the_texts(name: str, network: Network) -> None:
    assert READERS[name](written(name, network)) == expected(network, name)


@pytest.mark.parametrize("name", ["graphology", "cytoscape", "node-link"])
def test_json_tells_what_was_left_out(name: str) -> None:
    form = json.loads(written(name, KOREA))
    meta = form[{"graphology": "attributes", "cytoscape": "data", "node-link": "graph"}[name]]
    assert meta == {**KOREA.meta, "query": {"from": "2017-01-01", "actor": ["KOR"]}}


@pytest.mark.parametrize("name", ["gexf", "graphml"])
def test_xml_tells_what_was_left_out(name: str) -> None:
    root = etree.fromstring(written(name, KOREA))
    [text] = [node.text for node in root.iter("{*}description", "{*}desc")]
    assert text == (
        "Who did what to whom: 3 actors and 4 relations. Cut from 9 relations (limit of 4 edges). "
        "Generation 7 of the store."
    )
    assert description(EMPTY) == "Who did what to whom: 0 actors and 0 relations."


def test_parallel_edges_and_loops_stay() -> None:
    network = nx.read_gexf(io.BytesIO(written("gexf", KOREA)))
    assert network.number_of_edges("KOR", "PRK") == 2
    assert network.number_of_edges("unknown-gunmen", "unknown-gunmen") == 1


@given(network=networks())
def test_csv_of_edges(network: Network) -> None:
    """A text that may be a formula has an apostrophe more; all else is as in the other formats."""
    _, edges = expected(network, "csv")
    read = rows("csv", network)
    assert len(read) == len(edges)
    for row, (key, edge) in zip(read, edges.items(), strict=True):
        assert row == {
            "Source": neutral(edge["source"]),
            "Target": neutral(edge["target"]),
            "Type": "Directed",
            "Id": neutral(key),
            "Label": neutral(edge["label"]),
            "Weight": str(edge["weight"]),
            **{name: str(neutral(edge.get(name, ""))) for name in EDGE_TYPES if name != "weight"},
        }


@given(network=networks())
def test_csv_of_nodes(network: Network) -> None:
    nodes, _ = expected(network, "csv")
    read = rows("csv-nodes", network)
    assert len(read) == len(nodes)
    for row, (key, node) in zip(read, nodes.items(), strict=True):
        columns = [*NODE_TYPES, *(("x", "y") if network.positions else ())]
        values = {name: str(neutral(node.get(name, ""))) for name in columns}
        assert row == {"Id": neutral(key), "Label": neutral(node["label"]), **values}


def test_csv_has_the_columns_that_gephi_reads() -> None:
    assert written("csv", EMPTY) == (
        b"Source,Target,Type,Id,Label,Weight,action,plover,quad,goldstein,events,mentions,first,last,"
        b"first_month,last_month,verbal_cooperation,material_cooperation,verbal_conflict,material_conflict\r\n"
    )
    assert written("csv-nodes", KOREA).splitlines()[:2] == [
        b"Id,Label,actor_type,country,sector,events",
        b"KOR,South Korea,State,KOR,GOV,3",
    ]
    assert written("csv", KOREA).splitlines()[1] == (
        b"KOR,PRK,Directed,KOR--pressure--PRK,pressure,2,pressure,REQUEST,3,-5.0,2,4,2017-01-04,2017-03-01,"
        b"2017-01,2017-03,,,,"
    )
    assert written("csv", DYADS).splitlines()[1].endswith(b",2017-01,2017-04,1,0,4,0")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd", "'-cmd"),
        ("@cmd", "'@cmd"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("---", "---"),
        ("-", "-"),
        ("a=1", "a=1"),
        ("'=1", "'=1"),
        (-5.0, -5.0),
        (-5, -5),
    ],
)  # fmt: skip
def test_formulas_in_csv(text: str | float, cell: str | float) -> None:
    assert neutral(text) == cell


def test_a_number_that_is_none_is_null_in_json() -> None:
    edge = Edge("a--b--a", "a", "a", "b", "AID", 2, math.nan, 1, 1, None, None)
    text = written("graphology", Network((Node("a", "a", "State", "AAA", None, 1),), (edge,)))
    (read,) = json.loads(text)["edges"]
    assert read["attributes"]["goldstein"] is None


def test_meta_that_json_does_not_have() -> None:
    with pytest.raises(TypeError, match="Encoding objects of type object is unsupported"):
        written("graphology", Network((), (), {"path": object()}))


@pytest.mark.parametrize("name", FORMATS)
def test_equal_networks_give_equal_bytes(name: str) -> None:
    assert written(name, KOREA) == b"".join(FORMATS[name].stream(KOREA))


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "svg"])  # which is never long
def test_long_files_come_in_pieces(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 500)
    nodes = tuple(Node(f"N{n:05}", "x" * 90, "State", "XXX", None, n) for n in range(2_000))
    edges = tuple(
        Edge(f"{n:080}", nodes[n].id, nodes[n - 1].id, "aid", "AID", 2, 1.0, 1, 1, None, None)
        for n in range(2_000)
    )
    pieces = list(FORMATS[name].stream(Network(nodes, edges)))
    assert len(pieces) > 2
    assert max(map(len, pieces)) < 70_000


def test_months_dyads_and_evidence_in_json() -> None:
    (dyad, quad) = json.loads(written("graphology", DYADS))["edges"]
    assert dyad["attributes"] == {
        "label": "mostly verbal conflict",
        "quad": 3,
        "weight": 5,
        "goldstein": -5.0,
        "events": 5,
        "mentions": 9,
        "first": "2017-01-04",
        "last": "2017-04-01",
        "first_month": "2017-01",
        "last_month": "2017-04",
        "verbal_cooperation": 1,
        "material_cooperation": 0,
        "verbal_conflict": 4,
        "material_conflict": 0,
        "months": [["2017-01", 3], ["2017-04", 2]],
        "evidence": [{"id": "e1", "sentence": {"text": "Seoul \ufffd said"}, "date": "2017-01-04"}],
    }
    assert quad["attributes"]["label"] == "material cooperation"
    assert not {"action", "months", "evidence", *QUAD_NAMES} & quad["attributes"].keys()


def test_headers_of_neo4j() -> None:
    assert written("csv-neo4j", DYADS).splitlines()[:2] == [
        b":START_ID,:END_ID,:TYPE,id,action,plover,quad:int,weight:double,goldstein:double,events:int,mentions:int,"
        b"first:date,last:date,first_month,last_month,verbal_cooperation:int,material_cooperation:int,"
        b"verbal_conflict:int,material_conflict:int",
        b"KOR,KOR;GOV,mostly_verbal_conflict,KOR--KOR;GOV,,,3,5,-5.0,5,9,2017-01-04,2017-04-01,2017-01,2017-04,1,0,4,0",
    ]
    assert written("csv-neo4j-nodes", KOREA).splitlines()[:2] == [
        b"id:ID,:LABEL,name,actor_type,country,sector,events:int",
        b"KOR,Actor;State,South Korea,State,KOR,GOV,3",
    ]


def test_too_many_relations_for_dot_are_told_before_the_file_begins() -> None:
    edge = KOREA.edges[0]  # type: ignore[index]
    network = Network(KOREA.nodes, (edge,) * (dot.MAX_EDGES + 1))
    with pytest.raises(
        BadSelection, match="'dot', and allowed is for 2000 relations at most, and these are 2001"
    ):
        FORMATS["dot"].stream(network)


def test_parquet_without_its_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(PackageMissing, match=r"not installed: pip install 'whowhom\[parquet\]'"):
        FORMATS["parquet"].stream(KOREA)


@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_named(name: str) -> None:
    form = format_named(name)
    assert form.name == name
    assert form.suffix.startswith(".")
    assert "/" in form.media_type


def test_an_unknown_format_is_told() -> None:
    with pytest.raises(BadSelection, match="format is 'pajek', and allowed is one of gexf, graphml, "):
        format_named("pajek")


class TestFile:
    def test_is_written_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "korea.gexf"
        path.write_text("old")
        write_file(KOREA, path, FORMATS["gexf"])
        assert path.read_bytes() == written("gexf", KOREA)
        assert list(tmp_path.iterdir()) == [path]

    def test_or_not_at_all(self, tmp_path: Path) -> None:
        def breaks(_: Network) -> Any:
            yield "x" * 100_000
            raise OSError(28, "No space left on device")

        path = tmp_path / "korea.gexf"
        path.write_text("old")
        with pytest.raises(OSError, match="No space left"):
            write_file(KOREA, path, Format("broken", "text/plain", ".txt", breaks))
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_into_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            write_file(KOREA, tmp_path / "none" / "korea.gexf", FORMATS["gexf"])

    def test_has_the_permissions_of_a_new_file(self, tmp_path: Path) -> None:
        (tmp_path / "plain").touch()
        write_file(EMPTY, tmp_path / "korea.gexf", FORMATS["gexf"])
        assert (tmp_path / "korea.gexf").stat().st_mode == (tmp_path / "plain").stat().st_mode


class Lazy:
    """Rows that are made as they are needed, any number of times, and nothing but counted and gone through."""

    def __init__(self, rows: Any) -> None:
        self._rows = tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Any:
        return iter(self._rows)


@pytest.mark.parametrize("name", FORMATS)
def test_rows_may_be_read_as_they_are_needed(name: str) -> None:
    lazy = Network(Lazy(KOREA.nodes), Lazy(KOREA.edges), KOREA.meta)
    assert written(name, lazy) == written(name, KOREA)
    assert written(name, layout.placed(lazy)) == written(name, layout.placed(KOREA))


def test_a_layout_places_all_and_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    places = layout.placed(KOREA).positions
    assert places.keys() == {node.id for node in KOREA.nodes}
    assert len(set(places.values())) == 3
    assert layout.placed(EMPTY).positions == {}
    near = math.dist(places["KOR"], places["PRK"])
    assert near < math.dist(places["KOR"], places["unknown-gunmen"])
    monkeypatch.setattr(layout, "MAX_NODES", 2)
    with pytest.raises(
        BadSelection, match="layout is True, and allowed is for 2 actors at most, and these are 3"
    ):
        layout.placed(KOREA)
