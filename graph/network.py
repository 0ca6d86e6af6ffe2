"""Relations as a network: which part of the graph is asked for, and the nodes and edges that answer.

A :class:`Selection` says what is asked, a :class:`Network` is the answer in one neutral form; every format in
:mod:`graph.export` is written from it, so that all formats of one query hold the same nodes and edges.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

ASSERTED = ("actual", "planned", "threatened", "requested", "historical")
"""The modalities that make a plain edge: all but the hypothetical."""

DIRECTIONS = ("both", "out", "in")
MAX_DEPTH = 3
DEFAULT_LIMIT = 200
MAX_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the graph. Empty tuples and None select everything; dates are half-open, [start, end)."""

    actors: tuple[str, ...] = ()
    depth: int = 1
    direction: str = "both"
    actions: tuple[str, ...] = ()
    quads: tuple[int, ...] = ()
    sectors: tuple[str, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None
    modalities: tuple[str, ...] = ASSERTED
    min_weight: int = 1
    min_confidence: float = 0.0
    limit: int | None = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Node:
    """An actor of the network; ``events`` counts the selected events it takes part in."""

    id: str
    label: str
    actor_type: str
    country: str
    sector: str | None
    events: int


@dataclass(frozen=True, slots=True)
class Edge:
    """All selected events of one source, action and target.

    ``id`` is the local id of the relation node; ``action`` the relation name; ``plover`` its PLOVER type;
    ``goldstein`` the mean over the events (-10 to 10); ``weight`` the number of distinct events, ``mentions``
    how often they were reported; ``first`` and ``last`` the days of the first and last dated event.
    """

    id: str
    source: str
    target: str
    action: str
    plover: str
    quad: int
    goldstein: float
    weight: int
    mentions: int
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes sorted by id, edges strongest first (weight, mentions, id), and what was left out.

    ``meta`` has ``total`` (edges that match), ``returned``, ``truncated``, ``reason`` (None or what cut it),
    ``order`` and ``generation`` (of the store the answer was read from).
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    meta: dict[str, object] = field(default_factory=dict)
