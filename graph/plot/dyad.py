"""Two actors by month: cooperation above a zero line, conflict below it, the Goldstein scores, and what turns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.export.captions import counted, line
from graph.palette import FAINT, INK, QUAD_COLORS, hexadecimal
from graph.plot.sheet import MARGIN, SMALL, Heading, Sheet, key_of_quads, nothing, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 10.0
BARS, SCORES = 3.2, 1.3
"""Heights of the two parts."""

LEFT, RIGHT = 0.85, 0.3
TOLD = 12
"""Turning points that are told below the plot; all of them are marked in it."""

ROW = 0.2
_INK, _FAINT = hexadecimal(INK), hexadecimal(FAINT)


@dataclass(frozen=True, slots=True)
class MonthValues:
    """The events of a month by quad class 1 to 4, both directions, and the mean of their Goldstein scores."""

    month: dt.date
    quads: tuple[int, int, int, int]
    goldstein: float | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A turning point: the mean of net a month before and after it, and what happened then, in words."""

    month: dt.date
    before: float
    after: float
    words: str


@dataclass(frozen=True, slots=True)
class DyadValues:
    """What is drawn; months without events may be missing."""

    heading: Heading
    months: tuple[MonthValues, ...]
    turns: tuple[Turn, ...]


def draw(values: DyadValues) -> Figure:
    """The figure."""
    if not values.months:
        return nothing(values.heading, WIDTH)
    told = min(len(values.turns), TOLD + (len(values.turns) == TOLD + 1))
    more = len(values.turns) - told
    height = 0.35 + BARS + 0.3 + SCORES + 0.5 + (ROW * (told + bool(more) + 1) + 0.1 if told else 0.0)
    made = sheet(values.heading, WIDTH, height)
    totals = [sum(month.quads[quad] for month in values.months) for quad in range(4)]
    key_of_quads(made, LEFT, 0.0, totals)
    bars = made.axes(LEFT, 0.35, WIDTH - LEFT - RIGHT, BARS)
    scores = made.axes(LEFT, 0.35 + BARS + 0.3, WIDTH - LEFT - RIGHT, SCORES)
    _bars(bars, values)
    _scores(scores, values.months)
    for axes in (bars, scores):
        _time(axes, values.months, named=axes is scores)
        for turn in values.turns:
            axes.axvline(_number(turn.month), color=_INK, linewidth=0.8, linestyle=(0, (2, 2)))
    _marks(bars, values.turns)
    _tell(made, 0.35 + BARS + 0.3 + SCORES + 0.5, values.turns[:told], more)
    return made.figure


def _number(day: dt.date) -> float:
    return float(day.toordinal())


def _days(month: dt.date) -> int:
    return ((month.replace(day=1) + dt.timedelta(31)).replace(day=1) - month).days if month < _LATEST else 31


_LATEST = dt.date(dt.MAXYEAR, 12, 1)


def _bars(axes: Axes, values: DyadValues) -> None:
    """Cooperation up, conflict down, what is material next to the zero line; the level of net as steps."""
    from matplotlib.ticker import MaxNLocator

    months = values.months
    places = [_number(month.month) for month in months]
    widths = [_days(month.month) * 0.92 for month in months]
    for sign, quads in ((1, (2, 1)), (-1, (4, 3))):
        base = [0] * len(months)
        for quad in quads:
            heights = [sign * month.quads[quad - 1] for month in months]
            axes.bar(
                places, heights, widths, base, align="edge", color=hexadecimal(QUAD_COLORS[quad]), linewidth=0,
                gid=f"quad-{quad}",
            )  # fmt: skip
            base = [low + height for low, height in zip(base, heights, strict=True)]
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -0.15 * high), max(high, -0.15 * low))  # the zero line is never an edge
    axes.axhline(0, color=_INK, linewidth=1)
    _levels(axes, values)
    axes.set_ylabel("events a month\nconflict · cooperation")
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", linewidth=0.4, alpha=0.5)
    axes.set_axisbelow(True)


def _levels(axes: Axes, values: DyadValues) -> None:
    """The mean of net between turning points."""
    if not values.turns:
        return
    end = values.months[-1].month
    bounds = [values.months[0].month, *(turn.month for turn in values.turns)]
    places = [*map(_number, bounds), _number(end) + _days(end)]
    means = [values.turns[0].before, *(turn.after for turn in values.turns)]
    axes.stairs(means, places, color=_INK, linewidth=1.6, baseline=None, label="level", gid="level")
    axes.annotate(
        "mean of cooperation − conflict", (places[0], means[0]), xytext=(4, 4), textcoords="offset points",
        size=SMALL, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.0},
    )  # fmt: skip


def _scores(axes: Axes, months: Sequence[MonthValues]) -> None:
    """The mean of the Goldstein scores in each month: a dot, and a line where months follow each other."""
    known = [(month.month, month.goldstein) for month in months if month.goldstein is not None]
    places, means, before = [], [], None
    for month, mean in known:
        if before is not None and (month.year - before.year) * 12 + month.month - before.month > 1:
            places.append(_number(month))
            means.append(float("nan"))
        places.append(_number(month) + _days(month) / 2)
        means.append(mean)
        before = month
    size = 3.5 if len(known) <= 60 else 1.8
    axes.plot(places, means, color=_FAINT, linewidth=0.8, marker="o", markersize=size,
              markerfacecolor=_INK, markeredgewidth=0, gid="goldstein")  # fmt: skip
    axes.axhline(0, color=_INK, linewidth=1)
    axes.set_ylim(-10.5, 10.5)
    axes.set_yticks([-10, -5, 0, 5, 10])
    axes.set_ylabel("Goldstein score\nmean of the month")
    axes.grid(axis="y", linewidth=0.4, alpha=0.5)


def _time(axes: Axes, months: Sequence[MonthValues], *, named: bool) -> None:
    """The same stretch of time for both parts; a few months at least, or the bars would be walls."""
    first, last = _number(months[0].month), _number(months[-1].month) + _days(months[-1].month)
    room = max((last - first) * 0.01, (365 - (last - first)) / 2)
    axes.set_xlim(max(first - room, 1), last + room)
    locator = _ticks(months, last - first)
    axes.set_xticks([_number(day) for day, _ in locator], [words if named else "" for _, words in locator])


def _ticks(months: Sequence[MonthValues], days: float) -> list[tuple[dt.date, str]]:
    """Quarters within three years, else the first days of years, so many apart that there is room for their names."""
    first, last = months[0].month, months[-1].month
    if days < 3 * 366:
        every = [
            dt.date(year, month, 1)
            for year in _years(first.year - 1, last.year + 1)
            for month in (1, 4, 7, 10)
        ]
        low, high = first.toordinal() - 200, last.toordinal() + 230
        return [(day, day.isoformat()[:7]) for day in every if low <= day.toordinal() <= high]
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if days / 366 / step <= 16)
    years = [year for year in _years(first.year, last.year + 1) if year % step == 0]
    return [(dt.date(year, 1, 1), str(year)) for year in years]


def _years(first: int, last: int) -> range:
    return range(max(first, dt.MINYEAR), min(last, dt.MAXYEAR) + 1)


def _marks(axes: Axes, turns: Sequence[Turn]) -> None:
    """The number of each turning point above the bars, in three rows where they stand close."""
    row, before = 0, None
    low, high = axes.get_xlim()
    for number, turn in enumerate(turns, 1):
        close = before is not None and _number(turn.month) - before < (high - low) * 0.025
        row = (row + 1) % 3 if close else 0
        before = _number(turn.month)
        axes.annotate(
            str(number), (before, 1.0), xycoords=("data", "axes fraction"), xytext=(0, -2 - 11 * row),
            textcoords="offset points", ha="center", va="top", size=SMALL, color="white", weight="bold",
            bbox={"boxstyle": "circle,pad=0.2", "facecolor": _INK, "edgecolor": "none"},
        )  # fmt: skip


def _tell(made: Sheet, top: float, turns: Sequence[Turn], more: int) -> None:
    """The turning points in words."""
    if not turns:
        return
    made.say(
        MARGIN,
        top,
        "Turning points of the level, and the events that weigh most in their month",
        size=9,
        weight="bold",
    )
    most = int((made.width - 2 * MARGIN) * 72 / (0.55 * 8.5))
    for number, turn in enumerate(turns, 1):
        told = (
            f"{number}  {turn.month.isoformat()[:7]}: {_signed(turn.before)} to {_signed(turn.after)} a month"
        )
        made.say(
            MARGIN, top + ROW * number, line(f"{told}; {turn.words}" if turn.words else told, most), size=8.5
        )
    if more:
        words = f"… and {counted(more, 'turning point')} more; `whowhom dyad` lists them"
        made.say(MARGIN, top + ROW * (len(turns) + 1), words, size=8.5)


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
