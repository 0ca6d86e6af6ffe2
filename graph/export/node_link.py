"""networkx's node-link JSON: ``networkx.node_link_graph(data, edges="edges")`` gives a MultiDiGraph."""

from __future__ import annotations

from collections.abc import Iterator

from graph.export.attributes import edge_attributes, lists_of, node_attributes, position_of, to_json
from graph.export.listing import listing
from graph.export.text import portable
from graph.network import Network


def chunks(network: Network) -> Iterator[str]:
    """The file in pieces of a line or some; ``graph`` is the network's meta."""
    yield f'{{"directed":true,"multigraph":true,"graph":{to_json(network.meta)},"nodes":'
    yield from listing(
        {
            "id": portable(node.id),
            "label": portable(node.label),
            **node_attributes(node),
            **position_of(network, node),
        }
        for node in network.nodes
    )
    yield ',"edges":'
    yield from listing(
        {
            "source": portable(edge.source),
            "target": portable(edge.target),
            "key": portable(edge.id),
            "label": portable(edge.label),
            **edge_attributes(edge),
            **lists_of(edge),
        }
        for edge in network.edges
    )
    yield "}\n"
