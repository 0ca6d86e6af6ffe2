"""Where the names of a drawing stand, so that none lies on another.

Names of the outer ring run outward. Each other name takes the first free one of some places around its disc; where
none is free it is left out, those of actors with few events first, and stands in the title of the disc alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graph.arrays import Real
from graph.export.captions import line, width_of
from graph.export.rings import Places
from graph.export.spread import Point

Box = tuple[float, float, float, float]

SIZE, LARGE = 12.0, 15.0
"""Of the letters of a name, and of that of a selected actor."""

MOST = 32
"""Characters of a name."""

GAP = 4.0
SQUARE = 6.0


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a place: ``anchor`` is ``start``, ``middle`` or ``end``; ``angle`` in degrees, clockwise."""

    id: str
    at: Point
    text: str
    size: float
    anchor: str
    angle: float
    box: Box


@dataclass(frozen=True, slots=True)
class Named:
    """What a name belongs to: a disc around ``at``, which was ``selected`` or not."""

    id: str
    at: Point
    radius: float
    name: str
    selected: bool

    @property
    def box(self) -> Box:
        (x, y), r = self.at, self.radius
        return x - r, y - r, x + r, y + r


def labels(discs: Sequence[Named], places: Places, lines: Real) -> tuple[Label, ...]:
    """The names of discs, those of the first ones first of all; ``lines`` are points where names are read worse."""
    outward = [disc.id in places.outer and not disc.selected for disc in discs]
    # The boxes of the discs, then those of their names; what is not there yet is nowhere.
    taken = np.full((2 * len(discs), 4), np.inf)
    taken[: len(discs)] = [disc.box for disc in discs] or np.empty((0, 4))
    shown = []
    for place, disc in enumerate(discs):
        if outward[place]:
            shown.append(_outward(disc, line(disc.name, MOST), along=places.crowded))
            taken[len(discs) + place] = shown[-1].box
    crowd = _Crowd(lines)
    for place, disc in enumerate(discs):
        if not outward[place]:
            others = np.delete(taken, place, axis=0)
            found = _best(list(_around(disc)), others, crowd, needed=disc.selected)
            if found is not None:
                shown.append(found)
                taken[len(discs) + place] = found.box
    return tuple(sorted(shown, key=lambda label: label.id))


def _best(around: Sequence[Label], taken: Real, crowd: _Crowd, *, needed: bool) -> Label | None:
    """The place that nothing else has, and where the fewest lines run; None where there is none, unless ``needed``."""
    left, top, right, bottom = taken.T
    free = []
    for label in around:
        a, b, c, d = label.box
        if not ((left < c) & (right > a) & (top < d) & (bottom > b)).any():
            free.append(label)
    if not free and not needed:
        return None
    return min(free or around, key=lambda label: crowd.within(label.box))


class _Crowd:
    """How many points lie within a box, told from a table of sums over small squares."""

    def __init__(self, points: Real) -> None:
        self._low = points.min(axis=0) - SQUARE if len(points) else np.zeros(2)
        size = (points.max(axis=0) - self._low) // SQUARE + 2 if len(points) else np.ones(2)
        self._sums = np.zeros(size.astype(np.int64) + 1, np.int64)
        squares = ((points - self._low) // SQUARE).astype(np.int64)
        np.add.at(self._sums, (squares[:, 0] + 1, squares[:, 1] + 1), 1)
        self._sums = self._sums.cumsum(axis=0).cumsum(axis=1)

    def within(self, box: Box) -> int:
        """About as many as the squares that the box touches hold."""
        most = np.array(self._sums.shape) - 1
        low = np.clip((np.array(box[:2]) - self._low) // SQUARE, 0, most).astype(np.int64)
        high = np.clip((np.array(box[2:]) - self._low) // SQUARE + 1, 0, most).astype(np.int64)
        sums = self._sums
        inside = sums[high[0], high[1]] - sums[low[0], high[1]] - sums[high[0], low[1]] + sums[low[0], low[1]]
        return int(inside)


def _outward(disc: Named, text: str, *, along: bool) -> Label:
    """Beside its disc, away from the middle; ``along`` the radius where there are many."""
    at, radius = disc.at, disc.radius
    angle = math.atan2(at[1], at[0])
    x = at[0] + (radius + GAP) * math.cos(angle)
    y = at[1] + (radius + GAP) * math.sin(angle)
    left = math.cos(angle) < 0
    anchor = "end" if left else "start"
    width = width_of(text) * SIZE
    if not along:
        y += SIZE * (0.35 + 0.35 * math.sin(angle))
        box = (x - width if left else x, y - SIZE, x if left else x + width, y + 3)
        return Label(disc.id, _round(x, y), text, SIZE, anchor, 0.0, box)
    turn = math.degrees(angle) + (180 if left else 0)
    end = x + width * math.cos(angle), y + width * math.sin(angle)
    corners = (x, y), end
    box = (
        min(c[0] for c in corners) - SIZE,
        min(c[1] for c in corners) - SIZE,
        max(c[0] for c in corners) + SIZE,
        max(c[1] for c in corners) + SIZE,
    )
    # The letters stand on a line through (x, y), and are to have it at half their height.
    down = math.radians(turn + 90)
    x, y = x + 0.35 * SIZE * math.cos(down), y + 0.35 * SIZE * math.sin(down)
    return Label(disc.id, _round(x, y), text, SIZE, anchor, round((turn + 180) % 360 - 180, 1), box)


def _around(disc: Named) -> Iterator[Label]:
    """The places around a disc, the best first."""
    text, size = line(disc.name, MOST), LARGE if disc.selected else SIZE
    width, (x, y), radius = width_of(text) * size, disc.at, disc.radius
    side, below = radius + GAP, radius + size
    for anchor, dx, dy in (
        ("middle", 0.0, below + 2),
        ("middle", 0.0, -radius - GAP),
        ("start", side, 0.35 * size),
        ("end", -side, 0.35 * size),
        ("start", 0.8 * side, below),
        ("end", -0.8 * side, below),
        ("start", 0.8 * side, -radius),
        ("end", -0.8 * side, -radius),
    ):
        begin = x + dx - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        box = (begin, y + dy - size, begin + width, y + dy + 0.25 * size)
        yield Label(disc.id, _round(x + dx, y + dy), text, size, anchor, 0.0, box)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def overlapping(shown: Iterable[Label]) -> list[tuple[str, str]]:
    """The ids of labels that lie on each other, of those that are not turned."""
    level = [label for label in shown if not label.angle]
    return [
        (one.id, other.id)
        for place, one in enumerate(level)
        for other in level[place + 1 :]
        if _meet(one.box, other.box)
    ]


def _round(x: float, y: float) -> Point:
    return round(x, 1), round(y, 1)
