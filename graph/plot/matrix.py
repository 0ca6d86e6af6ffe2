"""Who does what to whom: a row for each source, a column for each target, and in a cell how many events there are and
of which quad classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.export.captions import line
from graph.palette import FAINT, QUAD_COLORS, hexadecimal
from graph.plot.sheet import MARGIN, SMALL, Heading, key_of_quads, nothing, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = 26
"""Characters of a name."""

LETTER = 0.085
"""Width of a letter of a name, in inches."""

TURN = 50
"""Degrees."""

LEAST_WIDTH = 8.6
TALLEST = 0.52
"""Of a bar, in cells."""


@dataclass(frozen=True, slots=True)
class MatrixValues:
    """What is drawn: ``names`` of the actors, and the events of each dyad by quad class, by the places of its ends."""

    heading: Heading
    names: tuple[str, ...]
    cells: dict[tuple[int, int], tuple[int, int, int, int]]


def draw(values: MatrixValues) -> Figure:
    """The figure."""
    if not values.cells:
        return nothing(values.heading, LEAST_WIDTH)
    number = len(values.names)
    cell = 0.62 if number <= 16 else max(0.44, 10 / number)
    side = number * cell
    names = tuple(line(name, NAME) for name in values.names)
    beside = 0.25 + LETTER * max(map(len, names))
    above = 0.6 + 0.77 * beside  # names above the columns lean by TURN
    width = max(LEAST_WIDTH, 2 * MARGIN + beside + side + 0.64 * beside)
    made = sheet(values.heading, width, above + side + 0.1)
    key_of_quads(made, MARGIN, 0.0, [sum(quads[n] for quads in values.cells.values()) for n in range(4)])
    most = max(sum(quads) for quads in values.cells.values())
    words = f"Rows act, columns are acted on. The number is events, the height of a bar grows with it; most: {most:,}."
    made.say(MARGIN, 0.25, words, size=SMALL, color=hexadecimal(FAINT))
    axes = made.axes(MARGIN + beside, above, side, side)
    _frame(axes, names)
    size = 8.0 if cell > 0.55 else 6.8
    for (row, column), quads in sorted(values.cells.items()):
        _cell(axes, row, column, quads, most, size)
    return made.figure


def _frame(axes: Axes, names: tuple[str, ...]) -> None:
    number = len(names)
    axes.set_xlim(0, number)
    axes.set_ylim(number, 0)
    middles = [place + 0.5 for place in range(number)]
    axes.set_yticks(middles, names)
    axes.set_xticks(middles, names, rotation=TURN, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for place in range(number + 1):
        axes.axhline(place, color="#dddddd", linewidth=0.6)
        axes.axvline(place, color="#dddddd", linewidth=0.6)
    for place in range(number):
        axes.fill_between([place, place + 1], place, place + 1, color="#f1f1f1", linewidth=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _cell(
    axes: Axes, row: int, column: int, quads: tuple[int, int, int, int], most: int, size: float
) -> None:
    """The number above a bar that the quad classes share."""
    from matplotlib.patches import Rectangle

    events = sum(quads)
    height = TALLEST * math.sqrt(events / most)
    left = column + 0.08
    for quad, number in enumerate(quads, 1):
        width = 0.84 * number / events
        if number:
            color = hexadecimal(QUAD_COLORS[quad])
            bar = Rectangle((left, row + 0.95 - height), width, height, facecolor=color, linewidth=0)
            bar.set_gid(f"cell-{row}-{column}-{quad}")
            axes.add_patch(bar)
        left += width
    axes.text(column + 0.5, row + 0.93 - height, f"{events:,}", ha="center", va="bottom", size=size)
