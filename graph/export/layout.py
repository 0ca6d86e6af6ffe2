"""Where the nodes of a drawing stand: the spring model of rustworkx, from a fixed start, so that it repeats itself."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from graph.errors import BadSelection
from graph.network import Network

MAX_NODES = 1500
"""The time grows with the square: 500 nodes take 0.2 s, 1,500 already 1.5 s."""

SEED = 7
EXTENT = 500
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
    import rustworkx as rx

    events: Counter[tuple[str, str]] = Counter()
    for edge in network.edges:
        if edge.source != edge.target:
            events[min(edge.source, edge.target), max(edge.source, edge.target)] += edge.weight
    drawn: rx.PyGraph[str, float] = rx.PyGraph()
    ids = [node.id for node in network.nodes]
    places = dict(zip(ids, drawn.add_nodes_from(ids), strict=True))
    for (one, other), weight in sorted(events.items()):
        drawn.add_edge(places[one], places[other], 1 + math.log1p(weight))
    found = rx.spring_layout(drawn, seed=SEED, weight_fn=float, scale=EXTENT)
    positions = {node: (round(x, 2), round(y, 2)) for node, (x, y) in zip(ids, found.values(), strict=True)}
    return replace(network, positions=positions)
