"""Where the names of a drawing stand, so that none lies on another.

Names of the outer ring run outward. Each other name takes the first free one of some places around its disc; where
none is free it is left out, those of actors with few events first, and stands in the title of the disc alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.export.captions import line, width_of
from graph.export.rings import Places
from graph.export.spread import Point

Box = tuple[float, float, float, float]

SIZE, LARGE = 12.0, 15.0
"""Of the letters of a name, and of that of a selected actor."""

MOST = 32
"""Characters of a name."""

GAP = 4.0


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


def labels(discs: Sequence[Named], places: Places, lines: Sequence[Point]) -> tuple[Label, ...]:
    """The names of discs, those of the first ones first of all; ``lines`` are points where names are read worse."""
    taken = {disc.id: [disc.box] for disc in discs}
    shown = []
    for disc in discs:
        if disc.id in places.outer and not disc.selected:
            shown.append(_outward(disc, line(disc.name, MOST), along=places.crowded))
            taken[disc.id].append(shown[-1].box)
    for disc in discs:
        if disc.id in places.outer and not disc.selected:
            continue
        others = [box for id_, boxes in taken.items() if id_ != disc.id for box in boxes]
        found = _best(list(_around(disc)), others, lines, needed=disc.selected)
        if found is not None:
            shown.append(found)
            taken[disc.id].append(found.box)
    return tuple(sorted(shown, key=lambda label: label.id))


def _best(
    around: Sequence[Label], taken: Sequence[Box], lines: Sequence[Point], *, needed: bool
) -> Label | None:
    """The place that no other name has, and where the fewest lines run; None where there is none, unless ``needed``."""
    free = [label for label in around if not any(_meet(label.box, box) for box in taken)]
    if not free and not needed:
        return None
    return min(free or around, key=lambda label: sum(_inside(point, label.box) for point in lines))


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


def _inside(point: Point, box: Box) -> bool:
    return box[0] - 2 < point[0] < box[2] + 2 and box[1] - 2 < point[1] < box[3] + 2


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
