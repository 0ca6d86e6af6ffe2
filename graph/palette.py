"""The colours of all drawings: quad classes, types of actors, and what goes with them; safe for the colour-blind.

Those of the quad classes are the pages' own (``web/src/palette.ts``): cooperation is blue, conflict warm, and what is
done darker than what is said.
"""

from __future__ import annotations

from typing import TypeAlias

Color: TypeAlias = tuple[int, int, int]
"""Red, green and blue, each from 0 to 255."""

QUAD_COLORS: dict[int, Color] = {1: (59, 146, 208), 2: (11, 74, 134), 3: (208, 116, 10), 4: (156, 28, 18)}
QUAD_DASHES: dict[int, tuple[float, ...]] = {1: (1.2, 1.6), 2: (), 3: (4.0, 1.6), 4: (5.0, 1.4, 1.2, 1.4)}
"""Dashes and the gaps between them, in proportion; none is a whole line."""

ACTOR_COLORS: dict[str, Color] = {
    "State": (0, 114, 178),
    "StateOrgan": (86, 180, 233),
    "InternationalOrganization": (0, 158, 115),
    "NonGovernmentalOrganization": (148, 203, 123),
    "ArmedGroup": (213, 94, 0),
    "Party": (230, 159, 0),
    "Person": (204, 121, 167),
    "Group": (240, 228, 66),
    "Company": (120, 94, 160),
    "Media": (170, 150, 218),
}
OTHER_COLOR: Color = (153, 153, 153)
OF_MANY = {"Country": "State", "Sector": "StateOrgan"}
"""Nodes that stand for all actors of a country or sector, and the type that they share their colour with."""

INK, FAINT, PAPER = (34, 34, 34), (95, 95, 95), (255, 255, 255)
"""Of letters, of those that matter less, and of what they stand on."""

_BRIGHT = 384
"""Red, green and blue together, above which black letters are read best."""


def color_of(actor_type: str) -> Color:
    """The colour of an actor type."""
    return ACTOR_COLORS.get(OF_MANY.get(actor_type, actor_type), OTHER_COLOR)


def quad_color(quad: int) -> Color:
    """The colour of a quad class."""
    return QUAD_COLORS.get(quad, OTHER_COLOR)


def dashes(quad: int, width: float) -> tuple[float, ...]:
    """The dashes of a line of a quad class and the gaps between them: longer for a wider line, but not as much."""
    return tuple(length * (1.2 + 0.6 * width) for length in QUAD_DASHES.get(quad, ()))


def is_bright(color: Color) -> bool:
    """Whether black letters are read better on ``color`` than white ones."""
    return sum(color) > _BRIGHT


def hexadecimal(color: Color) -> str:
    """``color`` as pages and drawings write it.

    >>> hexadecimal((0, 114, 178))
    '#0072b2'
    """
    return "#{:02x}{:02x}{:02x}".format(*color)
