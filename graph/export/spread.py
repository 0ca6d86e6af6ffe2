"""Where nodes stand that hang together in several parts: each part by the spring model, and the parts side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from graph.arrays import Real
from graph.export.layout import placed
from graph.network import Edge, Network, Node

Point = tuple[float, float]

APART = 74.0
"""Between the middles of two discs at least."""

BETWEEN = 110.0
"""Between two parts."""

ROUNDS = 80
SHAPE = 1.5
"""Width of the whole over its height, about."""


def spread(network: Network, edges: Sequence[Edge]) -> dict[str, Point]:
    """A place for each node, the largest part first; raises what :func:`graph.export.layout.placed` does."""
    nodes = {node.id: node for node in network.nodes}
    parts = sorted(_parts(nodes, edges), key=lambda part: (-len(part), part[0]))
    sets = [_drawn([nodes[node] for node in part], edges) for part in parts]
    area = sum((width + BETWEEN) * (height + BETWEEN) for _, width, height in sets)
    widest = max([math.sqrt(area * SHAPE), *(width for _, width, _ in sets)], default=0.0)
    at: dict[str, Point] = {}
    x = y = tallest = 0.0
    for found, width, height in sets:
        if x and x + width > widest:
            x, y, tallest = 0.0, y + tallest + BETWEEN, 0.0
        at |= {node: (x + place[0], y + place[1]) for node, place in found.items()}
        x, tallest = x + width + BETWEEN, max(tallest, height)
    return at


def _parts(nodes: Mapping[str, Node], edges: Sequence[Edge]) -> list[list[str]]:
    """The nodes that hang together, sorted, by union and find."""
    root = {node: node for node in nodes}

    def top(node: str) -> str:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for edge in edges:
        root[top(edge.source)] = top(edge.target)
    parts: dict[str, list[str]] = {}
    for node in sorted(nodes):
        parts.setdefault(top(node), []).append(node)
    return list(parts.values())


def _drawn(nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[dict[str, Point], float, float]:
    """The places of a part, from (0, 0) on, its width and its height."""
    ids = [node.id for node in nodes]
    inside = set(ids)
    own = tuple(edge for edge in edges if edge.source in inside)
    found = placed(Network(tuple(nodes), own)).positions
    places = np.array([found[node] for node in ids], np.float64)
    places *= APART * math.sqrt(len(ids)) / 700
    places = _apart(places)
    places -= places.min(axis=0)
    width, height = places.max(axis=0)
    at = {node: (round(float(x), 1), round(float(y), 1)) for node, (x, y) in zip(ids, places, strict=True)}
    return at, float(width), float(height)


def _apart(places: Real) -> Real:
    """The places pushed away from each other until all are APART, or ROUNDS have passed."""
    rows, columns = np.triu_indices(len(places), 1)
    for _ in range(ROUNDS):
        steps = places[rows] - places[columns]
        distances = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-6)
        close = distances < APART
        if not close.any():
            break
        push = steps[close] * ((APART - distances[close]) / (2 * distances[close]))[:, None]
        np.add.at(places, rows[close], push)
        np.add.at(places, columns[close], -push)
    return places
