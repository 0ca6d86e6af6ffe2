"""Where the nodes of a small drawing stand: around the selected actors in rings, one for each step from them.

Without selected actors they stand as :mod:`graph.export.spread` places them, and where a layout was asked for, as that
does.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.export.spread import Point, spread
from graph.network import Edge, Network

INNER = 185.0
"""Radius of the first ring at least."""

BETWEEN = 130.0
"""Between two rings at least."""

SPACING = 19.0
"""Between two neighbors on a ring at least."""

FEW = 6
"""Nodes on a ring that are never crowded."""

SPRING = 0.85
"""Of the extent of a layout."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the nodes stand, by their ids; ``outer`` are those with nothing beyond, whose names may run outward."""

    at: Mapping[str, Point]
    outer: frozenset[str]
    crowded: bool
    """The names of the outer ones need to run along the radius, as there are many."""


def places(
    network: Network, edges: Sequence[Edge], seeds: Sequence[str], room: Mapping[str, float]
) -> Places:
    """The places of all nodes, of which each needs ``room`` on its ring; raises what
    :func:`graph.export.layout.placed` does."""
    if network.positions:
        given = {node: (x * SPRING, y * SPRING) for node, (x, y) in network.positions.items()}
        return Places(given, frozenset(), False)
    if not seeds:
        return Places(spread(network, edges), frozenset(), False)
    ids = [node.id for node in network.nodes]
    ties = _ties(edges)
    rings = _rings(ids, ties, seeds)
    at: dict[str, Point] = _circle(seeds, _inmost(len(seeds)), _angles([1.0] * len(seeds)))
    strength: Counter[str] = Counter()
    for node, others in ties.items():
        strength[node] = sum(others.values())
    radius, before = _inmost(len(seeds)), list(seeds)
    for number, ring in enumerate(rings):
        least = INNER + radius if number == 0 else radius + BETWEEN
        needs = {node: max(SPACING, room[node]) for node in ring}
        radius = max(least, sum(needs.values()) / (2 * math.pi))
        if number == 0 and len(seeds) == 1:
            ordered = sorted(ring, key=lambda node: (-strength[node], node))
            angles = _angles([needs[node] for node in ordered])
        else:
            ordered, angles = _beside(ring, ties, [(node, at[node]) for node in before], needs)
        at |= _circle(ordered, radius, angles)
        before = ordered
    last = rings[-1] if rings else list(seeds)
    step = math.pi / max(len(last), 1)
    close = radius * (math.cos(step) - math.cos(3 * step)) < 0.85 * SPACING
    return Places(at, frozenset(last), crowded=close and len(last) > FEW)


def _inmost(seeds: int) -> float:
    """The radius on which the selected actors stand."""
    return 0.0 if seeds == 1 else max(70.0, seeds * 60.0 / (2 * math.pi))


def _angles(needs: Sequence[float]) -> list[float]:
    """Angles clockwise from the top, as far from each other as their needs, none at the top itself."""
    total = sum(needs)
    begins = itertools.accumulate(needs, initial=0.0)
    return [
        -math.pi / 2 + (begin + need / 2) * 2 * math.pi / total
        for begin, need in zip(begins, needs, strict=False)
    ]


def _circle(nodes: Sequence[str], radius: float, angles: Sequence[float]) -> dict[str, Point]:
    return {
        node: (radius * math.cos(angle), radius * math.sin(angle))
        for node, angle in zip(nodes, angles, strict=True)
    }


def _ties(edges: Sequence[Edge]) -> dict[str, Counter[str]]:
    """The events between neighbors, either way."""
    ties: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for edge in edges:
        if edge.source != edge.target:
            ties[edge.source][edge.target] += edge.weight
            ties[edge.target][edge.source] += edge.weight
    return ties


def _rings(ids: Sequence[str], ties: Mapping[str, Counter[str]], seeds: Sequence[str]) -> list[list[str]]:
    """The nodes by their steps from the selected actors; those that hang together with none come last."""
    seen, ring = set(seeds), list(seeds)
    rings = []
    while ring := sorted({other for node in ring for other in ties.get(node, ())} - seen):
        seen.update(ring)
        rings.append(ring)
    if alone := [node for node in ids if node not in seen]:
        rings.append(alone)
    return rings


def _beside(
    ring: Sequence[str],
    ties: Mapping[str, Counter[str]],
    before: Sequence[tuple[str, Point]],
    needs: Mapping[str, float],
) -> tuple[list[str], list[float]]:
    """The nodes of a ring in the order of their neighbors on the ring before, and turned towards these."""
    wanted = {node: _toward([point for one, point in before if one in ties.get(node, ())]) for node in ring}
    ordered = sorted(ring, key=lambda node: (wanted[node], node))
    even = _angles([needs[node] for node in ordered])
    turn = math.atan2(
        sum(math.sin(wanted[node] - angle) for node, angle in zip(ordered, even, strict=True)),
        sum(math.cos(wanted[node] - angle) for node, angle in zip(ordered, even, strict=True)),
    )
    return ordered, [angle + turn for angle in even]


def _toward(points: Sequence[Point]) -> float:
    """The direction of the middle of some points, from -π/2 on as angles run."""
    angle = math.atan2(sum(y for _, y in points), sum(x for x, _ in points))
    return round(angle if angle >= -math.pi / 2 else angle + 2 * math.pi, 9)
