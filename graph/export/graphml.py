"""GraphML, for networkx, igraph, yEd, Cytoscape and Gephi, written node by node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.export.attributes import (
    EDGE_TYPES,
    NODE_TYPES,
    POSITION_TYPES,
    Value,
    description,
    edge_attributes,
    node_attributes,
    position_of,
)
from graph.export.text import xml
from graph.network import Network

LABEL = {"label": "string"}

_TYPES = {"string": "string", "integer": "int", "double": "double"}


def chunks(network: Network) -> Iterator[str]:
    """The file in pieces of a line or some."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        f"{_keys('node', LABEL | NODE_TYPES | (POSITION_TYPES if network.positions else {}))}"
        f"{_keys('edge', LABEL | EDGE_TYPES)}"
        f'<graph id="whowhom" edgedefault="directed">\n<desc>{xml(description(network))}</desc>\n'
    )
    for node in network.nodes:
        values = {"label": node.label, **node_attributes(node), **position_of(network, node)}
        yield f'<node id="{xml(node.id)}">{_data("node", values)}</node>\n'
    for edge in network.edges:
        yield (
            f'<edge id="{xml(edge.id)}" source="{xml(edge.source)}" target="{xml(edge.target)}">'
            f"{_data('edge', {'label': edge.label, **edge_attributes(edge)})}</edge>\n"
        )
    yield "</graph>\n</graphml>\n"


def _keys(owner: str, types: Mapping[str, str]) -> str:
    return "".join(
        f'<key id="{owner}_{name}" for="{owner}" attr.name="{name}" attr.type="{_TYPES[kind]}"/>\n'
        for name, kind in types.items()
    )


def _data(owner: str, attributes: Mapping[str, Value]) -> str:
    return "".join(
        f'<data key="{owner}_{name}">{xml(value) if isinstance(value, str) else value}</data>'
        for name, value in attributes.items()
    )
