"""The arrows of a drawing: what an actor did to another in one quad class, side by side where there are several."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from extract.model import QUAD_CLASSES
from graph.arrays import Real
from graph.export.captions import counted, line
from graph.export.spread import Point
from graph.network import Edge
from graph.palette import Color

Pair: TypeAlias = tuple[str, str]
"""Two actors, whatever the direction, or one twice."""

LEAST_WIDTH, MOST_WIDTH = 1.3, 7.0
NAMED = 12
"""Relations that the title of an arrow names."""

STEP = 12.0


@dataclass(frozen=True, slots=True)
class Disc:
    """An actor."""

    id: str
    at: Point
    radius: float
    color: Color
    title: str

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Its left, upper, right and lower end."""
        (x, y), r = self.at, self.radius
        return x - r, y - r, x + r, y + r


@dataclass(frozen=True, slots=True)
class Arrow:
    """What ``source`` did to ``target`` in a quad class: a quadratic or cubic curve, and the three corners of its
    head."""

    source: str
    target: str
    quad: int
    events: int
    curve: tuple[Point, ...]
    head: tuple[Point, Point, Point]
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """What is to be drawn from one end to the other, and how far beside the straight line between them."""

    source: str
    target: str
    quad: int
    events: int
    title: str
    width: float

    @property
    def half(self) -> float:
        """Half the width of its head."""
        return max(3.6, self.width / 2 + 2.4)


def lanes_of(edges: Sequence[Edge]) -> dict[Pair, list[Lane]]:
    """What is to be drawn between each two actors."""
    groups: defaultdict[tuple[str, str, int], list[Edge]] = defaultdict(list)
    for edge in edges:
        groups[edge.source, edge.target, edge.quad].append(edge)
    sums = {key: sum(edge.weight for edge in group) for key, group in groups.items()}
    most = max(sums.values(), default=1) or 1
    pairs: defaultdict[Pair, list[Lane]] = defaultdict(list)
    for (source, target, quad), group in sorted(groups.items()):
        events = sums[source, target, quad]
        width = LEAST_WIDTH + (MOST_WIDTH - LEAST_WIDTH) * math.sqrt(events / most)
        lane = Lane(source, target, quad, events, _title(group, events), round(width, 2))
        pairs[min(source, target), max(source, target)].append(lane)
    return pairs


def arrows_of(pairs: Mapping[Pair, Sequence[Lane]], discs: Mapping[str, Disc]) -> list[Arrow]:
    """The arrows, those of few events last, so that they lie on top."""
    drawn = [
        arrow
        for (one, other), lanes in pairs.items()
        for arrow in (_loops if one == other else _between)(lanes, discs[one], discs[other])
    ]
    return sorted(drawn, key=lambda arrow: (-arrow.events, arrow.source, arrow.target, arrow.quad))


def _title(group: Sequence[Edge], events: int) -> str:
    strongest = sorted(group, key=lambda edge: (-edge.weight, edge.id))
    named = [f"{edge.label} {edge.weight}" for edge in strongest[:NAMED]]
    more = f" and {len(group) - NAMED} more" if len(group) > NAMED else ""
    first = strongest[0]
    ends = f"{first.source} to {first.target}, {QUAD_CLASSES.get(first.quad, 'other')}"
    return line(f"{ends}, {counted(events, 'event')}: {', '.join(named)}{more}", 800)


def _between(lanes: Sequence[Lane], one: Disc, other: Disc) -> Iterable[Arrow]:
    """The arrows between two actors side by side, those of one direction on its right."""
    forth = [lane for lane in lanes if lane.source == one.id]
    back = [lane for lane in lanes if lane.source != one.id]
    ordered = [*reversed(back), *forth]
    total = sum(2 * lane.half for lane in ordered)
    beside = -total / 2
    along = _unit(one.at, other.at)
    across = -along[1], along[0]
    for lane in ordered:
        middle = beside + lane.half
        beside += 2 * lane.half
        ends = (one, other) if lane.source == one.id else (other, one)
        yield _arrow(lane, *ends, across, middle)


def _arrow(lane: Lane, start: Disc, end: Disc, across: Point, beside: float) -> Arrow:
    control = _moved(_middle(start.at, end.at), across, 1.5 * beside)
    tip = _on_edge(end, across, beside, control, 1.5)
    begin = _on_edge(start, across, beside, control, 0.0)
    head, base = _head(tip, control, lane)
    return Arrow(lane.source, lane.target, lane.quad, lane.events, _rounded((begin, control, base)), head,
                 lane.width, lane.title)  # fmt: skip


def _on_edge(disc: Disc, across: Point, beside: float, toward: Point, gap: float) -> Point:
    """Where an arrow that runs ``beside`` the middle meets a disc."""
    most = 0.8 * disc.radius
    lane = max(-most, min(most, beside))
    radius = disc.radius + gap
    direction = _unit(disc.at, toward)
    forward = math.sqrt(max(radius**2 - lane**2, 0.0))
    side = math.copysign(1.0, direction[0] * across[1] - direction[1] * across[0])
    normal = (-direction[1] * side, direction[0] * side)
    return _moved(_moved(disc.at, direction, forward), normal, lane)


def _head(tip: Point, before: Point, lane: Lane) -> tuple[tuple[Point, Point, Point], Point]:
    """The corners of a head that points from ``before`` to ``tip``, and the middle of its base."""
    direction = _unit(before, tip)
    base = _moved(tip, direction, -2.1 * lane.half)
    normal = -direction[1], direction[0]
    one, other = _moved(base, normal, lane.half), _moved(base, normal, -lane.half)
    return (_round(tip), _round(one), _round(other)), base


def _loops(lanes: Sequence[Lane], disc: Disc, _: Disc) -> Iterable[Arrow]:
    """What an actor did to itself: loops above it, one in the other."""
    x, y = disc.at
    reach = 0.0
    for lane in lanes:
        reach += 4 * lane.half
        side, height = disc.radius * 0.65, disc.radius * 0.76
        tip, begin = (x + side, y - height - 1.5), (x - side, y - height)
        spread = disc.radius + reach
        controls = (x - spread, y - height - 2 * spread), (x + spread, y - height - 2 * spread)
        head, base = _head(tip, _middle(controls[1], tip), lane)
        curve = _rounded((begin, *controls, base))
        yield Arrow(lane.source, lane.target, lane.quad, lane.events, curve, head, lane.width, lane.title)


def points_of(arrows: Iterable[Arrow]) -> Real:
    """Points of the arrows, some STEP apart."""
    parts: list[Real] = [np.empty((0, 2))]
    for arrow in arrows:
        ends = [*arrow.curve[:-1], arrow.head[0]]
        number = int(math.dist(ends[0], ends[-1]) / STEP) + 6
        t = np.linspace(0.0, 1.0, number)[:, None]
        points = [np.array(end) for end in ends]
        while len(points) > 1:  # de Casteljau's way to the points of a curve
            points = [one + (other - one) * t for one, other in itertools.pairwise(points)]
        parts.append(points[0])
    return np.concatenate(parts)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _unit(start: Point, end: Point) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length else (1.0, 0.0)


def _moved(point: Point, direction: Point, distance: float) -> Point:
    return point[0] + direction[0] * distance, point[1] + direction[1] * distance


def _round(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)


def _rounded(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(map(_round, points))
