"""A network as a drawing: discs, arrows and words with their places, for SVG and for pictures in dots.

An arrow stands for what one actor did to another in one quad class, which may be several relations; its title names
them. Its width grows with the events, as the area of a disc does. What can be said of a disc or an arrow but has no
room is in its title.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.export.arrows import Arrow, Disc, Lane, Pair, arrows_of, lanes_of, points_of
from graph.export.captions import counted, line
from graph.export.labels import Label, Named, labels
from graph.export.page import HEAD, MARGIN, Sample, Words, heading, page, source_of
from graph.export.rings import places
from graph.export.spread import Point
from graph.network import Edge, Network, Node
from graph.palette import color_of

LEAST_RADIUS, MOST_RADIUS = 5.0, 24.0
LEAST_PAGE = 640.0
"""Width of a page without its margins."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of a drawing. The places of arrows, discs and labels are from ``origin`` on, those of words and samples from
    the upper left corner of the page; ``title`` and ``about`` say what it shows."""

    width: float
    height: float
    origin: Point
    title: str
    about: str
    arrows: tuple[Arrow, ...]
    discs: tuple[Disc, ...]
    labels: tuple[Label, ...]
    words: tuple[Words, ...]
    samples: tuple[Sample, ...]


def drawing(network: Network) -> Drawing:
    """The drawing of a network; equal networks have equal ones."""
    nodes, edges = list(network.nodes), list(network.edges)
    ids = {node.id for node in nodes}
    given = network.meta.get("seeds")
    seeds = [str(seed) for seed in given if seed in ids] if isinstance(given, list | tuple) else []
    most = max((node.events for node in nodes), default=0)
    radii = {node.id: _radius(node.events, most) for node in nodes}
    lanes = lanes_of(edges)
    found = places(network, edges, seeds, _room(radii, lanes))
    discs = tuple(_disc(node, found.at[node.id], radii[node.id]) for node in nodes)
    arrows = tuple(arrows_of(lanes, {disc.id: disc for disc in discs}))
    names = {node.id: node.label or node.id for node in nodes}
    named = [Named(d.id, d.at, d.radius, names[d.id], selected=d.id in seeds) for d in _by_size(discs)]
    shown = labels(named, found, points_of(arrows))
    return _page(network, nodes, edges, [names[seed] for seed in seeds], discs, arrows, shown)


def _by_size(discs: Iterable[Disc]) -> list[Disc]:
    return sorted(discs, key=lambda disc: (-disc.radius, disc.id))


def _radius(events: int, most: int) -> float:
    share = math.sqrt(events / most) if most else 0.0
    return round(LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * share, 1)


def _room(radii: Mapping[str, float], lanes: Mapping[Pair, Sequence[Lane]]) -> dict[str, float]:
    """What each node needs: its disc with a gap, or most of the arrows between it and another one side by side."""
    room = {node: 2 * radius + 8 for node, radius in radii.items()}
    for pair, beside in lanes.items():
        for node in pair:
            room[node] = max(room[node], 0.8 * sum(2 * lane.half for lane in beside))
    return room


def _disc(node: Node, at: Point, radius: float) -> Disc:
    about = [node.actor_type, node.country, node.sector or ""]
    title = f"{node.label} ({node.id}): {counted(node.events, 'event')}; {', '.join(filter(None, about))}"
    return Disc(node.id, at, radius, color_of(node.actor_type), line(title, 400))


def _page(
    network: Network,
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    seeds: Sequence[str],
    discs: tuple[Disc, ...],
    arrows: tuple[Arrow, ...],
    shown: tuple[Label, ...],
) -> Drawing:
    boxes = [label.box for label in shown] + [disc.box for disc in discs]
    boxes += [(x, y, x, y) for arrow in arrows for x, y in (*arrow.curve, *arrow.head)]
    left, top = min((b[0] for b in boxes), default=0.0), min((b[1] for b in boxes), default=0.0)
    right, bottom = max((b[2] for b in boxes), default=0.0), max((b[3] for b in boxes), default=0.0)
    width = max(right - left, LEAST_PAGE) + 2 * MARGIN
    events: defaultdict[int, int] = defaultdict(int)
    for arrow in arrows:
        events[arrow.quad] += arrow.events
    head = heading(network.meta, nodes, edges, seeds, width - 2 * MARGIN)
    source = source_of(network.meta, edges)
    types = sorted({node.actor_type for node in nodes})
    widest = max((arrow.events for arrow in arrows), default=0)
    made = page(width, bottom - top, head, source, sorted(events.items()), types, widest)
    return Drawing(
        width,
        made.bottom,
        (width / 2 - (left + right) / 2, HEAD + MARGIN - top),
        head[0],
        f"{head[1]} {source}",
        arrows,
        discs,
        shown,
        tuple(made.words),
        tuple(made.samples),
    )
