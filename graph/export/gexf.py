"""GEXF 1.3, for Gephi and Gephi Lite: valid against its RELAX NG schema, written node by node.

Parallel edges, one for each action, have the action as ``kind``, which Gephi needs to keep them apart. Colours
tell the type of an actor and the quad class of an edge, and are safe for the colour-blind. The area of a node grows
with the number of its events. Where an edge has a date the graph is dynamic: edges are there from their first event
to the last, or in the months that have events, where these are known (Gephi's timeline plays both).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from graph.export.attributes import EDGE_TYPES, NODE_TYPES, QUAD_NAMES, description, node_attributes
from graph.export.text import xml
from graph.network import Edge, Network, Node
from graph.palette import Color, color_of, quad_color

LEAST_SIZE, MOST_SIZE = 10.0, 60.0
"""Diameters of a node without events, and of the one with most."""

TIMES = ' mode="dynamic" timeformat="date" timerepresentation="interval"'

_DEFAULTS = {"string": "", "integer": "0", "double": "0.0"}
_CACHED = 8192
_DAY = dt.timedelta(days=1)


def chunks(network: Network, *, modified: dt.date | None = None) -> Iterator[str]:
    """The file in pieces of a line or some; ``modified`` is the date to state in it, by default none."""
    date = f' lastmodifieddate="{modified.isoformat()}"' if modified else ""
    mode = (
        TIMES if any(edge.first or edge.last or edge.months for edge in network.edges) else ' mode="static"'
    )
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
        f"<meta{date}>\n<creator>whowhom</creator>\n<description>{xml(description(network))}</description>\n</meta>\n"
        f'<graph defaultedgetype="directed" idtype="string"{mode}>\n'
    )
    yield _declarations("node", NODE_TYPES)
    # One declaration for all of an edge: graphology's reader takes the last alone.
    yield _declarations("edge", {name: kind for name, kind in EDGE_TYPES.items() if name != "weight"})
    yield f'<nodes count="{len(network.nodes)}">\n'
    most = max((node.events for node in network.nodes), default=0)
    for node in network.nodes:
        yield _node(node, network.positions, most)
    yield f'</nodes>\n<edges count="{len(network.edges)}">\n'
    yield from _edges(network.edges)
    yield "</edges>\n</graph>\n</gexf>\n"


def size_of(events: int, most: int) -> float:
    """The diameter of a node by its events, those of the node with most being ``most``: by the square root, so that
    the area tells the number.

    >>> size_of(0, 400), size_of(100, 400), size_of(400, 400)
    (10.0, 35.0, 60.0)
    """
    share = math.sqrt(events / most) if most else 0.0
    return round(LEAST_SIZE + (MOST_SIZE - LEAST_SIZE) * share, 2)


def _declarations(owner: str, types: Mapping[str, str]) -> str:
    lines = [
        f'<attribute id="{name}" title="{name}" type="{kind}"><default>{_DEFAULTS[kind]}</default></attribute>\n'
        for name, kind in types.items()
    ]
    return f'<attributes class="{owner}" mode="static">\n{"".join(lines)}</attributes>\n'


def _node(node: Node, positions: Mapping[str, tuple[float, float]], most: int) -> str:
    values = "".join(
        f'<attvalue for="{name}" value="{xml(value) if isinstance(value, str) else value}"/>'
        for name, value in node_attributes(node).items()
    )
    place = positions.get(node.id)
    position = f'<viz:position x="{place[0]!r}" y="{place[1]!r}"/>' if place else ""
    return (
        f'<node id="{xml(node.id)}" label="{xml(node.label)}"><attvalues>{values}</attvalues>'
        f'{_color(color_of(node.actor_type))}{position}<viz:size value="{size_of(node.events, most)!r}"/></node>\n'
    )


def _edges(edges: Iterable[Edge]) -> Iterator[str]:
    """The edges. What many of them share is made once: the ends, the action with its type and quad class, a date."""
    end = lru_cache(_CACHED)(xml)
    kind = lru_cache(_CACHED)(_kind)
    start, stop = lru_cache(_CACHED)(_first), lru_cache(_CACHED)(_last)
    spell = lru_cache(_CACHED)(_spell)
    for edge in edges:
        label, color, action = kind(edge.label, edge.action, edge.plover, edge.quad)
        from_attribute, from_day, from_month = start(edge.first)
        to_attribute, to_day, to_month = stop(edge.last)
        weight = edge.weight
        quads = edge.quads
        counts = "" if quads is None else "".join(map(_COUNT.__mod__, zip(QUAD_NAMES, quads, strict=True)))
        spells = f"<spells>{''.join(map(spell, *_joined(edge.months)))}</spells>" if edge.months else ""
        yield (
            f'<edge id="{xml(edge.id)}" source="{end(edge.source)}" target="{end(edge.target)}"{label}'
            f' weight="{float(weight)!r}"{from_attribute}{to_attribute}><attvalues>{action}'
            f'<attvalue for="goldstein" value="{float(edge.goldstein)!r}"/><attvalue for="events" value="{weight}"/>'
            f'<attvalue for="mentions" value="{edge.mentions}"/>{from_day}{to_day}{from_month}{to_month}{counts}'
            f"</attvalues>{spells}{color}</edge>\n"
        )


_COUNT = '<attvalue for="%s" value="%d"/>'


def _kind(label: str, action: str | None, plover: str | None, quad: int) -> tuple[str, str, str]:
    """Kind and label of an edge, its colour, and its first attributes."""
    words = xml(label)
    values = "".join(
        f'<attvalue for="{name}" value="{xml(value)}"/>'
        for name, value in (("action", action), ("plover", plover))
        if value is not None
    )
    return (
        f' kind="{words}" label="{words}"',
        _color(quad_color(quad)),
        f'{values}<attvalue for="quad" value="{quad}"/>',
    )


def _dated(bound: str, name: str) -> Callable[[dt.date | None], tuple[str, str, str]]:
    """Gives for a day, None for none, the time ``bound`` of an edge, and its attributes ``name`` of day and month."""

    def told(day: dt.date | None) -> tuple[str, str, str]:
        if day is None:
            return "", "", ""
        iso = day.isoformat()
        return (
            f' {bound}="{iso}"',
            f'<attvalue for="{name}" value="{iso}"/>',
            f'<attvalue for="{name}_month" value="{iso[:7]}"/>',
        )

    return told


_first, _last = _dated("start", "first"), _dated("end", "last")


def _joined(months: Iterable[tuple[dt.date, int]]) -> tuple[list[dt.date], list[dt.date]]:
    """The first months and the last ones of all runs of months that follow each other."""
    begin: list[dt.date] = []
    end: list[dt.date] = []
    latest = None
    for month, _ in months:
        number = month.year * 12 + month.month
        if latest is not None and number == latest + 1:
            end[-1] = month
        else:
            begin.append(month)
            end.append(month)
        latest = number
    return begin, end


def _spell(begin: dt.date, end: dt.date) -> str:
    """From the first month to the end of the last: both days are included."""
    if (end.year, end.month) == (dt.MAXYEAR, 12):
        last = dt.date.max
    else:
        last = (end.replace(day=1) + 31 * _DAY).replace(day=1) - _DAY
    return f'<spell start="{begin.isoformat()}" end="{last.isoformat()}"/>'


def _color(color: Color) -> str:
    red, green, blue = color
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
