"""CSV tables of edges and of nodes: in the columns that Gephi's import reads, for spreadsheets, pandas and R too, and
with the headers that ``neo4j-admin database import`` asks for.

A text that a spreadsheet would run as a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from graph.export.attributes import (
    EDGE_TYPES,
    NODE_TYPES,
    POSITION_TYPES,
    Value,
    edge_attributes,
    node_attributes,
    position_of,
)
from graph.export.text import portable
from graph.network import Edge, Network, Node

EDGE_COLUMNS = [name for name in EDGE_TYPES if name != "weight"]

NEO4J_TYPES = {"integer": ":int", "double": ":double", "string": ""}
NEO4J_DATES = frozenset({"first", "last"})

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠](?=.*\w)", re.DOTALL)
"""How a formula may begin. What holds no letter or digit, such as the code ``---``, computes nothing."""


def edge_chunks(network: Network) -> Iterator[str]:
    """The edges, a line each."""
    yield from _lines([["Source", "Target", "Type", "Id", "Label", "Weight", *EDGE_COLUMNS]])
    yield from _lines(map(_edge, network.edges))


def node_chunks(network: Network) -> Iterator[str]:
    """The nodes, a line each."""
    places = POSITION_TYPES if network.positions else {}
    yield from _lines([["Id", "Label", *NODE_TYPES, *places]])
    yield from _lines(_node(network, node, places) for node in network.nodes)


def neo4j_edge_chunks(network: Network) -> Iterator[str]:
    """The edges as relationships: the type is the action, or what the edge is in place of it, with ``_`` for spaces."""
    yield from _lines(
        [[":START_ID", ":END_ID", ":TYPE", "id", *(_neo4j(name, kind) for name, kind in EDGE_TYPES.items())]]
    )
    yield from _lines(map(_relationship, network.edges))


def neo4j_node_chunks(network: Network) -> Iterator[str]:
    """The nodes, each with the labels ``Actor`` and its type."""
    places = POSITION_TYPES if network.positions else {}
    properties = [_neo4j(name, kind) for name, kind in (NODE_TYPES | places).items()]
    yield from _lines([["id:ID", ":LABEL", "name", *properties]])
    for node in network.nodes:
        actor, name, *values = _node(network, node, places)
        yield from _lines([[actor, f"Actor;{portable(node.actor_type)}", name, *values]])


def neutral(value: Value) -> Value:
    """``value``, with an apostrophe in front of a text that may be a formula.

    >>> neutral("=1+1"), neutral("---"), neutral(-5.0)
    ("'=1+1", '---', -5.0)
    """
    if isinstance(value, str):
        text = portable(value)
        return f"'{text}" if _FORMULA.match(text) else text
    return value


def _edge(edge: Edge) -> list[Value]:
    attributes = edge_attributes(edge)
    return [
        *(edge.source, edge.target, "Directed", edge.id, edge.label, attributes["weight"]),
        *(attributes.get(name, "") for name in EDGE_COLUMNS),
    ]


def _node(network: Network, node: Node, places: Iterable[str]) -> list[Value]:
    attributes = node_attributes(node) | position_of(network, node)
    return [node.id, node.label, *(attributes.get(name, "") for name in (*NODE_TYPES, *places))]


def _relationship(edge: Edge) -> list[Value]:
    attributes = edge_attributes(edge)
    kind = "_".join(edge.label.split()) or "none"
    return [edge.source, edge.target, kind, edge.id, *(attributes.get(name, "") for name in EDGE_TYPES)]


def _neo4j(name: str, kind: str) -> str:
    return f"{name}:date" if name in NEO4J_DATES else name + NEO4J_TYPES[kind]


def _lines(rows: Iterable[list[Value]] | Iterable[list[str]]) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([neutral(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
