"""DOT, for Graphviz: small networks only, since no drawing of its programs shows more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from graph.errors import BadSelection
from graph.export.attributes import Value, edge_attributes, node_attributes
from graph.export.text import portable
from graph.network import Network
from graph.palette import color_of, hexadecimal, is_bright, quad_color

MAX_EDGES = 2000

THICKEST = 8.0
"""The ``penwidth``, in points, of the edge with most events; the others' grow with the square root."""


def check(network: Network) -> None:
    """Raises BadSelection where there are too many edges."""
    if len(network.edges) > MAX_EDGES:
        raise BadSelection(
            "format",
            "dot",
            f"for {MAX_EDGES} relations at most, and these are {len(network.edges)}: give a limit, or take gexf",
        )


def chunks(network: Network) -> Iterator[str]:
    """The file in pieces of a line; an edge has the id of its relation as ``id``."""
    yield 'digraph whowhom {\ngraph [charset="UTF-8", outputorder="edgesfirst", overlap="false"];\n'
    yield 'node [shape="box", style="rounded,filled", fontname="sans-serif"];\nedge [fontname="sans-serif"];\n'
    for node in network.nodes:
        color = color_of(node.actor_type)
        values: dict[str, Value] = {"label": portable(node.label), **node_attributes(node)}
        values |= {"fillcolor": hexadecimal(color), "fontcolor": "black" if is_bright(color) else "white"}
        if place := network.positions.get(node.id):
            values["pos"] = f"{place[0]},{place[1]}"
        yield f"{quoted(node.id)} [{_listed(values)}];\n"
    most = max((edge.weight for edge in network.edges), default=1) or 1
    for edge in network.edges:
        values = {"id": portable(edge.id), "label": portable(edge.label), **edge_attributes(edge)}
        values["color"] = hexadecimal(quad_color(edge.quad))
        values["penwidth"] = round(max(1.0, THICKEST * math.sqrt(edge.weight / most)), 2)
        yield f"{quoted(edge.source)} -> {quoted(edge.target)} [{_listed(values)}];\n"
    yield "}\n"


def quoted(text: str) -> str:
    r"""A text as DOT has it: a backslash is doubled, and a new line is ``\n``, as labels have it.

    >>> quoted('a "b" \\ c')
    '"a \\"b\\" \\\\ c"'
    """
    plain = portable(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n") + '"'


def _listed(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={quoted(str(value))}" for name, value in values.items())
