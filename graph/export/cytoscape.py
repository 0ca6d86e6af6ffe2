"""Cytoscape's JSON, for Cytoscape.js (``cytoscape({elements})``), Cytoscape Desktop and networkx."""

from __future__ import annotations

from collections.abc import Iterator

from graph.export.attributes import edge_attributes, lists_of, node_attributes, position_of, to_json
from graph.export.listing import listing
from graph.export.text import portable
from graph.network import Edge, Network, Node


def chunks(network: Network) -> Iterator[str]:
    """The file in pieces of a line or some; ``data`` is the network's meta."""
    yield f'{{"data":{to_json(network.meta)},"directed":true,"multigraph":true,"elements":{{"nodes":'
    yield from listing(_node(network, node) for node in network.nodes)
    yield ',"edges":'
    yield from listing({"data": _edge(edge)} for edge in network.edges)
    yield "}}\n"


def _node(network: Network, node: Node) -> dict[str, object]:
    actor, label = portable(node.id), portable(node.label)
    # Cytoscape Desktop shows the name; networkx takes the value for its node.
    data = {"id": actor, "label": label, "name": label, "value": actor, **node_attributes(node)}
    position = position_of(network, node)
    return {"data": data, "position": position} if position else {"data": data}


def _edge(edge: Edge) -> dict[str, object]:
    relation = portable(edge.id)
    return {
        "id": relation,
        "source": portable(edge.source),
        "target": portable(edge.target),
        "key": relation,  # by which networkx tells parallel edges apart
        "label": portable(edge.label),
        **edge_attributes(edge),
        **lists_of(edge),
    }
