"""Where the nodes of a drawing stand: the spring model of networkx, from a fixed start, so that it repeats itself."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from graph.errors import BadSelection
from graph.network import Network

MAX_NODES = 1000
"""More take the model longer than anybody waits: 1,000 nodes some 6 s, 2,000 already 17 s."""

SEED = 7
EXTENT = 500.0
"""Positions are from -EXTENT to EXTENT, which suits Gephi's and sigma's canvas."""


def placed(network: Network) -> Network:
    """The network with ``positions``; raises BadSelection where it has more than MAX_NODES nodes.

    What an edge pulls with grows with the logarithm of the events between its ends, whatever their direction.
    """
    if len(network.nodes) > MAX_NODES:
        raise BadSelection(
            "layout",
            True,
            f"for {MAX_NODES} actors at most, and these are {len(network.nodes)}: give a limit, or let the program "
            "that shows them lay them out",
        )
    import networkx as nx

    events: Counter[tuple[str, str]] = Counter()
    for edge in network.edges:
        if edge.source != edge.target:
            events[min(edge.source, edge.target), max(edge.source, edge.target)] += edge.weight
    drawn: nx.Graph[str] = nx.Graph()
    drawn.add_nodes_from(node.id for node in network.nodes)
    drawn.add_weighted_edges_from((*pair, 1 + math.log1p(weight)) for pair, weight in sorted(events.items()))
    found = nx.spring_layout(drawn, seed=SEED, scale=EXTENT)
    positions = {node: (round(float(x), 2), round(float(y), 2)) for node, (x, y) in found.items()}
    return replace(network, positions=positions)
