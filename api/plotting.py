"""From the answers of a store to plots: what the command ``plot`` draws, and the file that it writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from api.analyses import QUAD_NAMES
from api.errors import BadParameter
from graph.export.captions import counted, days_words, line, query_words, source_words
from graph.network import Edge, Network, Node
from graph.plot.calendar import CalendarValues
from graph.plot.dyad import DyadValues, MonthValues, Turn
from graph.plot.matrix import MatrixValues
from graph.plot.sheet import SUFFIXES, Heading, Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Record: TypeAlias = Mapping[str, Any]
Quads = tuple[int, int, int, int]

MOST_ROW = 160
"""Characters of the words for a turning point."""


def suffix_of(output: str | None) -> str:
    """The kind of file by its name, SVG for standard output. Raises BadParameter."""
    if output in (None, "-"):
        return ".svg"
    found = next((suffix for suffix in SUFFIXES if str(output).lower().endswith(suffix)), None)
    if found is None:
        raise BadParameter.value("output", output, f"the name of a file that ends in {' or '.join(SUFFIXES)}")
    return found


def picture(draw: Callable[[], Figure], suffix: str) -> Picture:
    """The file of a figure, drawn with our settings."""
    from graph.plot.sheet import picture as saved
    from graph.plot.sheet import settings

    with settings():
        return saved(draw(), suffix)


def dyad_values(answer: Record) -> DyadValues:
    """What a plot of two actors shows, from the answer of ``dyad``."""
    meta = answer["meta"]
    source, target = (line(answer[end]["label"], 60) for end in ("source", "target"))
    forth, back = answer["directions"]
    undated = f", {counted(meta['undated'], 'event')} without a date left out" if meta["undated"] else ""
    subtitle = f"{source} → {target}: {counted(forth['events'], 'event')}; {target} → {source}: " + (
        f"{counted(back['events'], 'event')}{undated}"
    )
    months = tuple(
        MonthValues(
            _month(one["month"]),
            _sum(_quads(one["out_quads"]), _quads(one["in_quads"])),
            one["goldstein"],
        )
        for one in answer["months"]
    )
    days = _months_words(months)
    return DyadValues(
        Heading(f"{source} and {target}: cooperation and conflict by month", subtitle, _source(meta, days)),
        months,
        tuple(_turn(one) for one in answer["turning_points"]),
    )


def matrix_values(answer: Record) -> MatrixValues:
    """What a plot of a matrix shows, from the answer of ``matrix``."""
    meta, actors = answer["meta"], answer["actors"]
    places = {actor["id"]: place for place, actor in enumerate(actors)}
    cells = {
        (places[cell["source"]], places[cell["target"]]): _quads(cell["quads"]) for cell in answer["cells"]
    }
    events = sum(sum(quads) for quads in cells.values())
    cut = f", those with most events of {meta['total']:,}" if meta["truncated"] else ""
    subtitle = f"{counted(len(actors), 'actor')}{cut}; {counted(events, 'event')} between them"
    days = days_words(meta["first"], meta["last"]) if cells else ""
    heading = Heading("Who does what to whom", subtitle, _source(meta, days))
    return MatrixValues(heading, tuple(line(actor["label"] or actor["id"]) for actor in actors), cells)


def calendar_values(answer: Record) -> CalendarValues:
    """What a calendar shows, from the answer of ``timeline`` by days."""
    meta = answer["meta"]
    days: dict[dt.date, Quads] = {}
    for row in answer["timeline"]:
        if known := row["events"] - row["spanning"]:
            day = dt.date.fromisoformat(row["start"])
            added = tuple(known * (quad == row["quad"]) for quad in (1, 2, 3, 4))
            days[day] = _sum(days.get(day, (0, 0, 0, 0)), (added[0], added[1], added[2], added[3]))
    total = sum(map(sum, days.values()))
    about = {name: value for name, value in meta["query"].items() if name in ("actor", "source", "target")}
    beside = [
        f"{counted(number, 'event')} {words}"
        for number, words in (
            (meta["spanning"], "known by week, month or year only"),
            (meta["undated"]["events"], "without a date"),
        )
        if number
    ]
    spans = days_words(min(days).isoformat(), max(days).isoformat()) if days else ""
    of = f" ({query_words(about)})" if about else ""
    heading = Heading(
        f"Events by day{of}",
        f"{counted(total, 'event')} on {counted(len(days), 'day')}",
        _source(meta, spans),
    )
    return CalendarValues(heading, days, f"Left out: {', '.join(beside)}." if beside else "")


def network_of(answer: Record) -> Network:
    """A network as it was before it became graphology's JSON."""
    nodes = [{"sector": None, **one["attributes"], "id": one["key"]} for one in answer["nodes"]]
    return Network(
        tuple(Node(**{name: one[name] for name in Node.__slots__}) for one in nodes),
        tuple(_edge(one) for one in answer["edges"]),
        dict(answer["attributes"]),
    )


def _edge(one: Record) -> Edge:
    known = one["attributes"]
    first, last = (
        dt.date.fromisoformat(known[name]) if name in known else None for name in ("first", "last")
    )
    ends = one["key"], one["source"], one["target"], known.get("action"), known.get("plover")
    counts = known["quad"], known["goldstein"], int(known["weight"]), known["mentions"]
    quads = _quads(known) if all(name in known for name in QUAD_NAMES) else None
    return Edge(*ends, *counts, first, last, quads)


def _source(meta: Record, days: str) -> str:
    return source_words(meta["query"], meta["dataset"], days)


def _quads(counts: Mapping[str, int]) -> Quads:
    one, two, three, four = (counts[name] for name in QUAD_NAMES)
    return one, two, three, four


def _sum(one: Quads, other: Quads) -> Quads:
    first, second, third, fourth = (a + b for a, b in zip(one, other, strict=True))
    return first, second, third, fourth


def _month(name: str) -> dt.date:
    return dt.date.fromisoformat(f"{name}-01")


def _months_words(months: tuple[MonthValues, ...]) -> str:
    if not months:
        return ""
    first, last = (month.month.isoformat()[:7] for month in (months[0], months[-1]))
    return days_words(first, last)


def _turn(one: Record) -> Turn:
    events = [
        f"{event['start']} {event['source']} {event['action']} {event['target']}"
        + (f" ({event['mentions']} reports)" if event["mentions"] > 1 else "")
        for event in one["events"]
    ]
    return Turn(_month(one["month"]), one["before"], one["after"], line(", ".join(events), MOST_ROW))
