"""A figure with its heading above and its source below, and the file that becomes of it: the same values, the same
bytes.

No state of pyplot is used, and none of the user's settings of matplotlib.
"""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.model import QUAD_CLASSES
from graph.errors import PackageMissing
from graph.export.captions import line
from graph.palette import FAINT, INK, PAPER, QUAD_COLORS, hexadecimal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png")
PNG_DPI = 150
TITLE, PLAIN, SMALL = 15.0, 10.0, 8.0
"""Sizes of letters, in points."""

MARGIN = 0.25
"""Inches; so are all heights and widths here."""

ABOVE = 0.75
"""Height of title and subtitle."""

_SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "whowhom",
    "text.color": hexadecimal(INK),
    "axes.edgecolor": hexadecimal(FAINT),
    "axes.labelcolor": hexadecimal(INK),
    "xtick.color": hexadecimal(INK),
    "ytick.color": hexadecimal(INK),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "figure.facecolor": hexadecimal(PAPER),
}
_MISSING = re.compile(r"Glyph (\d+)")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a plot says around its figure: title, what is below it, and whence the figures are."""

    title: str
    subtitle: str
    source: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A file, and the characters that the font of matplotlib lacks: in dots, boxes stand for them."""

    data: bytes
    lacking: str = ""


def check(what: str) -> None:
    """Raises PackageMissing where matplotlib is not installed; ``what`` needs it."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise PackageMissing("matplotlib", what, "plot") from error


@contextmanager
def settings() -> Iterator[None]:
    """Draw and save within this context: the settings are ours."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure of ``width`` and ``height``, of which the plot itself may have what :meth:`axes` is told."""

    figure: Figure
    width: float
    height: float
    below: float
    """Height of the source."""

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes at a place that is told in inches from the left and from below the heading."""
        bottom = self.height - ABOVE - top - height
        return self.figure.add_axes(
            (left / self.width, bottom / self.height, width / self.width, height / self.height)
        )

    def say(self, left: float, top: float, text: str, **look: Any) -> None:
        """A text whose upper left corner is there."""
        y = 1 - (ABOVE + top) / self.height
        self.figure.text(left / self.width, y, text, va="top", **look)


def sheet(heading: Heading, width: float, height: float) -> Sheet:
    """A sheet with room for a plot of ``height`` between heading and source."""
    from matplotlib.figure import Figure

    source = textwrap.wrap(
        heading.source, int((width - 2 * MARGIN) * 72 / (0.58 * SMALL)), break_on_hyphens=False
    )
    below = 0.16 * len(source) + 0.2
    whole = ABOVE + height + below
    figure = Figure(figsize=(width, whole))
    made = Sheet(figure, width, whole, below)
    letters = (width - 2 * MARGIN) * 72
    title = line(heading.title, int(letters / (0.66 * TITLE)))
    made.say(MARGIN, 0.18 - ABOVE, title, size=TITLE, weight="bold")
    made.say(MARGIN, 0.46 - ABOVE, line(heading.subtitle, int(letters / (0.58 * PLAIN))), size=PLAIN)
    for number, row in enumerate(source):
        made.say(MARGIN, height + 0.08 + 0.16 * number, row, size=SMALL, color=hexadecimal(FAINT))
    return made


def nothing(heading: Heading, width: float = 8.0) -> Figure:
    """A sheet that says that there is nothing to show."""
    made = sheet(heading, width, 1.6)
    made.say(MARGIN, 0.6, "No events match the query.", size=13)
    return made.figure


def key_of_quads(made: Sheet, left: float, top: float, events: Sequence[int]) -> None:
    """The four quad classes in their colours, each with its events."""
    from matplotlib.patches import Rectangle

    for quad, number in enumerate(events, 1):
        place = left / made.width, 1 - (ABOVE + top + 0.13) / made.height
        size = 0.16 / made.width, 0.13 / made.height
        patch = Rectangle(
            place, *size, facecolor=hexadecimal(QUAD_COLORS[quad]), transform=made.figure.transFigure
        )
        made.figure.add_artist(patch)
        words = f"{QUAD_CLASSES[quad]} {number:,}"
        made.say(left + 0.22, top, words, size=9)
        left += 0.5 + 0.078 * len(words)


def picture(figure: Figure, suffix: str) -> Picture:
    """The figure as a file, ``suffix`` being one of SUFFIXES."""
    stream = io.BytesIO()
    how: dict[str, Any] = {"metadata": {"Date": None, "Creator": "whowhom"}}
    if suffix == ".png":
        how = {"metadata": {"Software": "whowhom"}, "dpi": PNG_DPI}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(stream, format=suffix.removeprefix("."), **how)
    lacking = set()
    for warning in caught:
        if found := _MISSING.match(str(warning.message)):
            lacking.add(chr(int(found[1])))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return Picture(stream.getvalue(), "".join(sorted(lacking)) if suffix == ".png" else "")
