"""The network that a selection makes, from the rows of the index.

With actors, it has the edges with an end within ``depth - 1`` steps of one of them, along the direction; without, all
edges. Where more match than the limit allows, the first by the order are kept: those of the actors themselves for
depth 1, and for more the first that hang together with the actors. A sector must be that of every end that is none
of the selected actors. Negated events never count. Countries and sectors take part as the actors they are made of:
what one of them does to another of the same is an edge from the node to itself.
"""

from __future__ import annotations

import base64
import binascii
import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from graph.edges import Edges
from graph.errors import BadCursor, BadSelection
from graph.network import (
    ACTORS_BY,
    AGGREGATES,
    DIRECTIONS,
    MAX_DEPTH,
    MAX_LIMIT,
    ORDERS,
    Edge,
    Network,
    Node,
    Selection,
)
from graph.selecting import Tables

ORDER = {"weight": "weight, mentions, id", "recent": "last, weight, mentions, id"}
AHEAD = 4
"""Edges that are read for one that is kept, where they have to hang together."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Rows(Generic[_T]):
    """Rows that are read anew each time they are gone through."""

    count: int
    read: Callable[[], Iterator[_T]]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[_T]:
        return self.read()


def network(tables: Tables, selection: Selection, seeds: Sequence[str], *, generation: int) -> Network:
    """The selected network around ``seeds``, the nodes of its actors; whole in memory.

    Raises BadSelection, BadCursor and UnknownAction.
    """
    _check(selection)
    offset = _offset(selection.cursor)
    around = _reached(tables, selection, seeds) if seeds else None
    found = Edges(tables, selection, seeds, around)
    limit = selection.limit
    if limit is None:
        edges = list(found.stream())[offset:]
        total = offset + len(edges)
    elif around is not None and selection.depth > 1:
        edges, total = _strongest(found, limit, offset)
    else:
        edges, total = found.page(limit, offset)
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    following = offset + len(edges)
    truncated = following < total
    meta: dict[str, object] = {
        "total": total,
        "returned": len(edges),
        "truncated": truncated,
        "reason": f"limit of {limit} edges" if truncated else None,
        "order": ORDER[selection.order],
        "next": _cursor(following) if truncated and edges else None,
        "generation": generation,
        "seeds": list(seeds),
    }
    return Network(found.nodes(ends | set(seeds)), tuple(edges), meta)


def whole(tables: Tables, selection: Selection, seeds: Sequence[str], *, generation: int) -> Network:
    """All of the selected network, whose nodes and edges are read as they are needed; its limit does not count."""
    _check(selection)
    found = Edges(tables, selection, seeds, _reached(tables, selection, seeds) if seeds else None)
    total = found.count()
    meta: dict[str, object] = {
        "total": total,
        "returned": total,
        "truncated": False,
        "reason": None,
        "order": ORDER[selection.order],
        "next": None,
        "generation": generation,
        "seeds": list(seeds),
    }
    nodes: Rows[Node] = Rows(len(found.ends() | set(seeds)), found.stream_nodes)
    return Network(nodes, Rows(total, found.stream), meta)


def _check(selection: Selection) -> None:
    for name, allowed in (
        ("direction", DIRECTIONS),
        ("aggregate", AGGREGATES),
        ("by", ACTORS_BY),
        ("order", ORDERS),
    ):
        value = getattr(selection, name)
        if value not in allowed:
            raise BadSelection(name, value, f"one of {', '.join(allowed)}")
    if not 1 <= selection.depth <= MAX_DEPTH:
        raise BadSelection("depth", selection.depth, f"an integer from 1 to {MAX_DEPTH}")
    if selection.limit is not None and not 1 <= selection.limit <= MAX_LIMIT:
        raise BadSelection("limit", selection.limit, f"an integer from 1 to {MAX_LIMIT}")
    if selection.min_weight < 1:
        raise BadSelection("min_weight", selection.min_weight, "an integer of at least 1")
    if not 0 <= selection.min_confidence <= 1:
        raise BadSelection("min_confidence", selection.min_confidence, "a number from 0 to 1")


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"edges after {offset}".encode()).decode().rstrip("=")


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        mark = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        offset = int(mark.removeprefix("edges after "))
    except (ValueError, binascii.Error):
        raise BadCursor(cursor) from None
    if offset < 1 or _cursor(offset) != cursor:
        raise BadCursor(cursor)
    return offset


def _reached(tables: Tables, selection: Selection, seeds: Sequence[str]) -> set[str]:
    """The nodes within ``depth - 1`` steps of the seeds."""
    reached = set(seeds)
    for _ in range(selection.depth - 1):
        reached |= Edges(tables, selection, seeds, reached).ends()
    return reached


def _strongest(found: Edges, limit: int, offset: int) -> tuple[list[Edge], int]:
    """The first edges that hang together with the seeds, and how many edges there are.

    Only as many edges are read as it takes: while one of those read touches what was reached, it comes before all
    that were not read.
    """
    wanted = offset + limit
    ahead = AHEAD * wanted
    while True:
        rows, total = found.rows(ahead)
        kept = _grown(rows, found, wanted)
        if len(kept) >= wanted or len(rows) >= total:
            # The pages are cut from the order in which the edges are reached, which does not depend on the limit.
            return [found.edge(rows[rank]) for rank in sorted(kept[offset:])], total
        ahead *= AHEAD


def _grown(rows: Sequence[Sequence[Any]], found: Edges, limit: int) -> list[int]:
    """The ranks of the first edges that hang together with the seeds, found as a tree grows: the first of all edges
    that touch it comes next."""
    direction = found.selection.direction
    touching: defaultdict[str, list[int]] = defaultdict(list)
    for rank, (source, target, *_) in enumerate(rows):
        if direction in ("both", "out"):
            touching[source].append(rank)
        if direction in ("both", "in"):
            touching[target].append(rank)
    seen: set[str] = set()
    offered: set[int] = set()
    heap: list[int] = []
    kept: list[int] = []

    def reach(node: str) -> None:
        if node not in seen:
            seen.add(node)
            for rank in touching[node]:
                if rank not in offered:
                    offered.add(rank)
                    heapq.heappush(heap, rank)

    for node in found.seeds:
        reach(node)
    while heap and len(kept) < limit:
        rank = heapq.heappop(heap)
        kept.append(rank)
        reach(rows[rank][0])
        reach(rows[rank][1])
    return kept
