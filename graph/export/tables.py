"""CSV tables of edges and of nodes, in the columns that Gephi's import reads, for spreadsheets, pandas and R too.

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
    Value,
    edge_attributes,
    node_attributes,
)
from graph.export.text import portable
from graph.network import Edge, Network, Node

EDGE_COLUMNS = [name for name in EDGE_TYPES if name != "weight"]

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠](?=.*\w)", re.DOTALL)
"""How a formula may begin. What holds no letter or digit, such as the code ``---``, computes nothing."""


def edge_chunks(network: Network) -> Iterator[str]:
    """The edges, a line each."""
    yield from _lines([["Source", "Target", "Type", "Id", "Label", "Weight", *EDGE_COLUMNS]])
    yield from _lines(map(_edge, network.edges))


def node_chunks(network: Network) -> Iterator[str]:
    """The nodes, a line each."""
    yield from _lines([["Id", "Label", *NODE_TYPES]])
    yield from _lines(map(_node, network.nodes))


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


def _node(node: Node) -> list[Value]:
    attributes = node_attributes(node)
    return [node.id, node.label, *(attributes.get(name, "") for name in NODE_TYPES)]


def _lines(rows: Iterable[list[Value]] | Iterable[list[str]]) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([neutral(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
