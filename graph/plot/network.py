"""The drawing of a network in dots: what :mod:`graph.export.svg` writes, painted by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.export.arrows import Arrow, Disc
from graph.export.drawing import Drawing
from graph.export.labels import LARGE, Label
from graph.export.page import Sample, Words
from graph.palette import FAINT, INK, color_of, dashes, hexadecimal, quad_color

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 0.72
"""Of a unit of a drawing, a hundredth of an inch."""


def draw(drawn: Drawing) -> Figure:
    """The figure."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(drawn.width / 100, drawn.height / 100))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    x, y = drawn.origin
    axes.set_xlim(-x, drawn.width - x)
    axes.set_ylim(drawn.height - y, -y)
    for arrow in drawn.arrows:
        _arrow(axes, arrow)
    for disc in drawn.discs:
        _disc(axes, disc)
    for label in drawn.labels:
        _label(axes, label)
    for sample in drawn.samples:
        _sample(axes, sample, drawn.origin)
    for words in drawn.words:
        _words(axes, words, drawn.origin)
    return figure


def _line(axes: Axes, curve: tuple[tuple[float, float], ...], quad: int, width: float) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    steps = {2: Path.LINETO, 3: Path.CURVE3, 4: Path.CURVE4}[len(curve)]
    path = Path(curve, [Path.MOVETO, *[steps] * (len(curve) - 1)])
    pattern = dashes(quad, width)
    style = (
        (0, tuple(length / width for length in pattern)) if pattern else "solid"
    )  # matplotlib scales by the width
    axes.add_patch(
        PathPatch(path, fill=False, edgecolor=hexadecimal(quad_color(quad)), linewidth=width * POINTS,
                  linestyle=style, capstyle="butt")
    )  # fmt: skip


def _arrow(axes: Axes, arrow: Arrow) -> None:
    from matplotlib.patches import Polygon

    _line(axes, arrow.curve, arrow.quad, arrow.width)
    axes.add_patch(
        Polygon(arrow.head, closed=True, facecolor=hexadecimal(quad_color(arrow.quad)), linewidth=0)
    )


def _disc(axes: Axes, disc: Disc) -> None:
    from matplotlib.patches import Circle

    color = hexadecimal(disc.color)
    axes.add_patch(
        Circle(disc.at, disc.radius, facecolor=color, edgecolor="white", linewidth=1.5 * POINTS, zorder=3)
    )


def _label(axes: Axes, label: Label) -> None:
    from matplotlib.patheffects import withStroke

    side = {"start": "left", "middle": "center", "end": "right"}[label.anchor]
    text = axes.text(
        *label.at, label.text, size=label.size * POINTS, ha=side, va="baseline", rotation=-label.angle,
        rotation_mode="anchor", weight="bold" if label.size == LARGE else "normal", color=hexadecimal(INK), zorder=4,
    )  # fmt: skip
    text.set_path_effects([withStroke(linewidth=2, foreground="white")])


def _sample(axes: Axes, sample: Sample, origin: tuple[float, float]) -> None:
    from matplotlib.patches import Circle

    x, y = sample.at[0] - origin[0], sample.at[1] - origin[1]
    if sample.quad is None:
        axes.add_patch(
            Circle((x + 6, y), 6, facecolor=hexadecimal(color_of(sample.actor_type or "")), linewidth=0)
        )
    else:
        _line(axes, ((x, y), (x + 34, y)), sample.quad, 3)


def _words(axes: Axes, words: Words, origin: tuple[float, float]) -> None:
    color = hexadecimal(FAINT if words.faint else INK)
    weight = "bold" if words.bold else "normal"
    x, y = words.at[0] - origin[0], words.at[1] - origin[1]
    axes.text(x, y, words.text, size=words.size * POINTS, weight=weight, color=color, va="baseline")
