"""Relations as a network: which part of the graph is asked for, and the nodes and edges that answer.

A :class:`Selection` says what is asked, a :class:`Network` is the answer in one neutral form; every format in
:mod:`graph.export` is written from it, so that all formats of one query hold the same nodes and edges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from extract.model import QUAD_CLASSES

ASSERTED = ("actual", "planned", "threatened", "requested", "historical")
"""The modalities that make a plain edge: all but the hypothetical."""

ACTUAL = ("actual",)
"""The modalities that are counted unless others are asked for."""

DIRECTIONS = ("both", "out", "in")
AGGREGATES = ("action", "quad", "dyad")
"""What is one edge: the events of a source and a target with one action, of one quad class, or all of them."""

ACTORS_BY = ("actor", "country", "sector")
"""What is one node: an actor, a country, or a sector of a country."""

ORDERS = ("weight", "recent")
MAX_EVIDENCE = 10
"""Event records of an edge at most."""

MAX_RECORDS = 2000
"""Event records of a network at most: edges beyond have none."""
MAX_DEPTH = 3
DEFAULT_LIMIT = 200
MAX_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the graph. Empty tuples and None select everything; dates are half-open, [start, end).

    ``aggregate`` is one of AGGREGATES, ``by`` of ACTORS_BY, ``order`` of ORDERS (the strongest or the latest edges
    first). ``months`` asks for the events of each edge by month, ``evidence`` for so many event records of each.
    ``cursor`` is the ``next`` of the page before.
    """

    actors: tuple[str, ...] = ()
    depth: int = 1
    direction: str = "both"
    actions: tuple[str, ...] = ()
    quads: tuple[int, ...] = ()
    sectors: tuple[str, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None
    modalities: tuple[str, ...] = ACTUAL
    min_weight: int = 1
    min_confidence: float = 0.0
    limit: int | None = DEFAULT_LIMIT
    aggregate: str = "action"
    by: str = "actor"
    order: str = "weight"
    months: bool = False
    evidence: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """An actor of the network; ``events`` counts the selected events it takes part in.

    By country or sector, ``id`` is ``KOR`` or ``KOR;GOV``, ``actor_type`` ``Country`` or ``Sector``.
    """

    id: str
    label: str
    actor_type: str
    country: str
    sector: str | None
    events: int


@dataclass(frozen=True, slots=True)
class Edge:
    """All selected events of one source, action and target; of one quad class or a whole dyad where it is aggregated.

    ``id`` is the local id of the relation node; ``action`` the relation name and ``plover`` its PLOVER type, both
    None where it is aggregated; ``quad`` the quad class of most of its events; ``goldstein`` the mean over the events
    (-10 to 10); ``weight`` the number of distinct events, ``mentions`` how often they were reported; ``first`` and
    ``last`` the days of the first and last dated event. ``quads`` counts the events of quad class 1 to 4, where it is
    a dyad; ``months`` the events by the first day of the month in which they start, oldest first, where these were
    asked for; ``evidence`` are event records of the latest reports, where these were.
    """

    id: str
    source: str
    target: str
    action: str | None
    plover: str | None
    quad: int
    goldstein: float
    weight: int
    mentions: int
    first: dt.date | None
    last: dt.date | None
    quads: tuple[int, int, int, int] | None = None
    months: tuple[tuple[dt.date, int], ...] = ()
    evidence: tuple[Mapping[str, object], ...] = ()

    @property
    def label(self) -> str:
        """The action, or the quad class in words; what tells parallel edges apart."""
        return edge_label(self.action, self.quad, dyad=self.quads is not None)


def edge_label(action: str | None, quad: int, *, dyad: bool) -> str:
    """The words for an edge that has an action or not."""
    if action is not None:
        return action
    words = QUAD_CLASSES[quad]
    return f"mostly {words}" if dyad else words


_T_co = TypeVar("_T_co", covariant=True)


class Listing(Protocol[_T_co]):
    """What can be counted, and gone through any number of times: a tuple, or rows that are read as they are needed."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[_T_co]: ...


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes sorted by id, edges in the order that was asked for, and what was left out.

    Of a whole graph, nodes and edges are read as they are needed: go through them, the nodes first, and keep none.
    ``meta`` has ``total`` (edges that match), ``returned``, ``truncated``, ``reason`` (None or what cut it),
    ``order``, ``next`` (a cursor or None), ``generation`` (of the store the answer was read from) and ``seeds`` (the
    nodes of the selected actors). ``positions``
    are x and y of each node by its id, where a layout was asked for (:mod:`graph.export.layout`).
    """

    nodes: Listing[Node]
    edges: Listing[Edge]
    meta: dict[str, object] = field(default_factory=dict)
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
