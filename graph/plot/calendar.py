"""Events by day over years: a strip of weeks for each year, and beside it the events of the year by quad class."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.export.captions import counted
from graph.palette import FAINT, INK, QUAD_COLORS, hexadecimal
from graph.plot.sheet import ABOVE, MARGIN, SMALL, Heading, Sheet, key_of_quads, nothing, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 11.5
WEEKS = 54
STRIP = 8.0
"""Units of a year: seven days and a gap."""

YEAR = 0.86
"""Height of a year."""

LEFT, CALENDAR, SUMS = 0.95, 7.6, 1.75
MOST_YEARS = 40
SHADES = ("#d6e6f2", "#9cc6e0", "#5a9fcb", "#1f73ab", "#0b3c6b")
NONE = "#f3f3f3"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Quads = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class CalendarValues:
    """What is drawn: the events of each day by quad class; those that no single day is known of, in words."""

    heading: Heading
    days: Mapping[dt.date, Quads]
    beside: str


def draw(values: CalendarValues) -> Figure:
    """The figure; of more than MOST_YEARS years, the latest."""
    if not values.days:
        return nothing(values.heading, WIDTH)
    last = max(values.days).year
    first = max(min(values.days).year, last - MOST_YEARS + 1)
    days = {day: quads for day, quads in values.days.items() if day.year >= first}
    years = range(first, last + 1)
    notes = _notes(values, days, first)
    made = sheet(values.heading, WIDTH, 0.85 + YEAR * len(years) + 0.35 + 0.17 * len(notes))
    bounds = shades_of(max(sum(quads) for quads in days.values()))
    key_of_quads(made, LEFT, 0.0, [sum(quads[n] for quads in days.values()) for n in range(4)])
    _key_of_shades(made, LEFT, 0.28, bounds)
    _strips(made.axes(LEFT, 0.85, CALENDAR, YEAR * len(years)), days, years, bounds)
    _sums(made.axes(LEFT + CALENDAR + 0.15, 0.85, SUMS, YEAR * len(years)), days, years)
    for number, note in enumerate(notes):
        top = 0.85 + YEAR * len(years) + 0.3 + 0.17 * number
        made.say(MARGIN, top, note, size=SMALL, color=hexadecimal(FAINT))
    return made.figure


def _notes(values: CalendarValues, days: Mapping[dt.date, Quads], first: int) -> list[str]:
    left = sum(sum(quads) for day, quads in values.days.items() if day not in days)
    older = f"{counted(left, 'event')} before {first} left out: the latest {MOST_YEARS} years are shown."
    return [*([older] if left else []), *([values.beside] if values.beside else [])]


def shades_of(most: int) -> list[int]:
    """The least number of events in a day for each shade: whole numbers, about as far apart in proportion.

    >>> shades_of(3), shades_of(100)
    ([1, 2, 3], [1, 3, 6, 16, 40])
    """
    if most <= len(SHADES):
        return list(range(1, most + 1))
    step = most ** (1 / len(SHADES))
    return sorted({max(number + 1, round(step**number)) for number in range(len(SHADES))})


def _shade(events: int, bounds: Sequence[int]) -> str:
    place = max(number for number, bound in enumerate(bounds) if events >= bound)
    return SHADES[_spread(place, len(bounds))]


def _spread(place: int, number: int) -> int:
    """The shade of a place where there are fewer bounds than shades: the darkest is always the last."""
    return place if number == len(SHADES) else math.ceil((place + 1) * len(SHADES) / number) - 1


def place_of(day: dt.date, first: int) -> tuple[int, float]:
    """The week and the line of a day on the strips of years from ``first`` on; weeks begin on Monday."""
    begin = dt.date(day.year, 1, 1)
    week = ((day - begin).days + begin.weekday()) // 7
    return week, (day.year - first) * STRIP + day.weekday()


def _strips(axes: Axes, days: Mapping[dt.date, Quads], years: range, bounds: Sequence[int]) -> None:
    """The days, all of a shade as one path: so a file is a tenth as large, and as quickly made."""
    from matplotlib.collections import LineCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for day in _all_days(years):
        x, y = place_of(day, years[0])
        shade = _shade(sum(days[day]), bounds) if day in days else NONE
        ends = (x + 0.06, x + 0.94), (y + 0.06, y + 0.94)
        corners[shade] += [(ends[0][n in (1, 2)], ends[1][n in (2, 3)]) for n in range(5)]
    square = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    for shade, points in sorted(corners.items()):
        path = Path(points, square * (len(points) // 5))
        # Not as a patch, for which the limits of the axes would be sought anew: they are known.
        axes.add_artist(PathPatch(path, facecolor=shade, linewidth=0, gid=f"days-{shade}"))
    lines = [_between(year, month, years[0]) for year in years for month in range(2, 13)]
    axes.add_collection(LineCollection(lines, colors=hexadecimal(INK), linewidths=0.9))
    axes.set_xlim(0, WEEKS)
    axes.set_ylim(STRIP * len(years), 0)
    axes.set_yticks([STRIP * (year - years[0]) + 3.5 for year in years], [str(year) for year in years])
    firsts = [place_of(dt.date(2023, month, 15), 2023)[0] + 0.5 for month in range(1, 13)]
    axes.set_xticks(firsts, MONTHS)
    axes.xaxis.tick_top()
    _bare(axes)


def _all_days(years: range) -> Iterator[dt.date]:
    last = dt.date(years[-1], 12, 31).toordinal()
    return map(dt.date.fromordinal, range(dt.date(years[0], 1, 1).toordinal(), last + 1))


def _between(year: int, month: int, first: int) -> list[tuple[float, float]]:
    """The line between a month and the one before it."""
    x, y = place_of(dt.date(year, month, 1), first)
    top = (year - first) * STRIP
    return [(x + 1, top), (x + 1, y), (x, y), (x, top + 7)]


def _sums(axes: Axes, days: Mapping[dt.date, Quads], years: range) -> None:
    """The events of each year by quad class."""
    sums: Counter[tuple[int, int]] = Counter()
    for day, quads in days.items():
        for quad, number in enumerate(quads, 1):
            sums[day.year, quad] += number
    places = [STRIP * (year - years[0]) + 3.5 for year in years]
    base = [0] * len(years)
    for quad in (2, 1, 3, 4):
        numbers = [sums[year, quad] for year in years]
        axes.barh(
            places, numbers, 3.4, base, color=hexadecimal(QUAD_COLORS[quad]), linewidth=0, gid=f"year-{quad}"
        )
        base = [low + number for low, number in zip(base, numbers, strict=True)]
    for place, total in zip(places, base, strict=True):
        axes.text(0, place + 1.9, f" {counted(total, 'event')}", va="top", size=SMALL, color=hexadecimal(INK))
    axes.set_xlim(0, max(base) * 1.02)
    axes.set_ylim(STRIP * len(years), 0)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title("the year", size=9, loc="left")
    _bare(axes)


def _bare(axes: Axes) -> None:
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _key_of_shades(made: Sheet, left: float, top: float, bounds: Sequence[int]) -> None:
    """Which shade stands for how many events of a day."""
    from matplotlib.patches import Rectangle

    made.say(left, top, "events a day:", size=9)
    left += 1.05
    for place, bound in enumerate(bounds):
        last = place == len(bounds) - 1
        above = "" if last else str(bounds[place + 1] - 1)
        words = (
            f"{bound}"
            if above == str(bound) or (last and len(bounds) < len(SHADES))
            else (f"{bound} or more" if last else f"{bound}–{above}")
        )
        corner = left / made.width, 1 - (ABOVE + top + 0.13) / made.height
        color = SHADES[_spread(place, len(bounds))]
        patch = Rectangle(corner, 0.14 / made.width, 0.14 / made.height, facecolor=color,
                          transform=made.figure.transFigure)  # fmt: skip
        made.figure.add_artist(patch)
        made.say(left + 0.2, top, words, size=9)
        left += 0.5 + 0.075 * len(words)
