"""graphology's serialized form, for sigma.js and other pages: ``new Graph(...).import(data)``."""

from __future__ import annotations

from collections.abc import Iterator

from graph.export.attributes import edge_attributes, lists_of, node_attributes, position_of, to_json
from graph.export.listing import listing
from graph.export.text import portable
from graph.network import Network


def chunks(network: Network) -> Iterator[str]:
    """The file in pieces of a line or some; ``attributes`` of the graph are the network's meta."""
    options = {"type": "directed", "multi": True, "allowSelfLoops": True}
    yield f'{{"attributes":{to_json(network.meta)},"options":{to_json(options)},"nodes":'
    yield from listing(
        {
            "key": portable(node.id),
            "attributes": {
                "label": portable(node.label),
                **node_attributes(node),
                **position_of(network, node),
            },
        }
        for node in network.nodes
    )
    yield ',"edges":'
    yield from listing(
        {
            "key": portable(edge.id),
            "source": portable(edge.source),
            "target": portable(edge.target),
            "attributes": {"label": portable(edge.label), **edge_attributes(edge), **lists_of(edge)},
        }
        for edge in network.edges
    )
    yield "}\n"
