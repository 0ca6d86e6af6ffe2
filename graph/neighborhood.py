"""The network that a selection makes, from the rows of the index.

With actors, it has the relations with an end within ``depth - 1`` steps of one of them, along the direction; without,
all relations. Where more match than the limit allows, the strongest are kept: those of the actors themselves for
depth 1, and for more the strongest that hang together with the actors. A sector must be that of every end that is
none of the selected actors. Negated events never count.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection

from graph.errors import BadSelection
from graph.ids import relation_id
from graph.network import DIRECTIONS, MAX_DEPTH, MAX_LIMIT, Edge, Network, Node, Selection
from graph.selecting import Conditions, Tables, add_common

ORDER = "weight, mentions, id"

_EDGES = """
SELECT source, target, action, round(sum(goldstein) / count(*), 6), count(*) AS weight,
    sum(mentions)::BIGINT AS reported, min(start_date), max(start_date), count(*) OVER ()
FROM events WHERE {conditions} GROUP BY source, target, action HAVING count(*) >= $min_weight
ORDER BY weight DESC, reported DESC, source, action, target
"""

# An action may have events of several types: the edge shows the most frequent.
_TYPES = """
SELECT source, target, action, arg_max(plover, (n, plover, quad)), arg_max(quad, (n, plover, quad)) FROM (
    SELECT source, target, action, plover, quad, count(*) AS n
    FROM events WHERE {conditions} GROUP BY ALL)
GROUP BY source, target, action
"""

_NODES = """
WITH ends AS (
    SELECT source AS actor, count(*) AS n FROM events WHERE {conditions} GROUP BY source
    UNION ALL SELECT target, count(*) FROM events WHERE {conditions} AND target <> source GROUP BY target),
totals AS (SELECT actor, sum(n)::BIGINT AS total FROM ends GROUP BY actor)
SELECT id, name, type, code, sector, coalesce(total, 0) FROM actors LEFT JOIN totals ON actor = id
WHERE id IN (SELECT unnest($nodes)) ORDER BY id
"""


def network(tables: Tables, selection: Selection, *, generation: int) -> Network:
    """The selected network; raises BadSelection and UnknownAction. The actors must be known."""
    _check(selection)
    base = _conditions(tables, selection)
    if selection.actors and selection.depth > 1:
        edges, total = _walk(tables, selection, base)
    else:
        edges, total = _edges(tables, selection, base, selection.actors or None, limit=selection.limit)
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = _nodes(tables, base, sorted(ends | set(selection.actors)))
    truncated = len(edges) < total
    meta: dict[str, object] = {
        "total": total,
        "returned": len(edges),
        "truncated": truncated,
        "reason": f"limit of {selection.limit} edges" if truncated else None,
        "order": ORDER,
        "generation": generation,
    }
    return Network(nodes, tuple(edges), meta)


def _check(selection: Selection) -> None:
    if selection.direction not in DIRECTIONS:
        raise BadSelection("direction", selection.direction, f"one of {', '.join(DIRECTIONS)}")
    if not 1 <= selection.depth <= MAX_DEPTH:
        raise BadSelection("depth", selection.depth, f"an integer from 1 to {MAX_DEPTH}")
    if selection.limit is not None and not 1 <= selection.limit <= MAX_LIMIT:
        raise BadSelection("limit", selection.limit, f"an integer from 1 to {MAX_LIMIT}")
    if selection.min_weight < 1:
        raise BadSelection("min_weight", selection.min_weight, "an integer of at least 1")
    if not 0 <= selection.min_confidence <= 1:
        raise BadSelection("min_confidence", selection.min_confidence, "a number from 0 to 1")


def _conditions(tables: Tables, selection: Selection) -> Conditions:
    conditions = Conditions()
    conditions.add("NOT negated AND source IS NOT NULL AND target IS NOT NULL")
    add_common(tables, conditions, selection)
    if selection.sectors:
        allowed = "(SELECT id FROM actors WHERE sector IN (SELECT unnest($sectors)))"
        for end in ("source", "target"):
            conditions.add(f"{end} IN {allowed} OR {end} IN (SELECT unnest($chosen))")
        conditions.values |= {"sectors": list(selection.sectors), "chosen": list(selection.actors)}
    return conditions


def _edges(
    tables: Tables,
    selection: Selection,
    base: Conditions,
    around: Collection[str] | None,
    *,
    limit: int | None,
) -> tuple[list[Edge], int]:
    """The strongest edges with an end in ``around``, by the direction; and how many there are."""
    conditions = Conditions(list(base.tests), dict(base.values))
    if around is not None:
        ends = {"both": ("source", "target"), "out": ("source",), "in": ("target",)}[selection.direction]
        one = len(around) == 1  # a comparison is a filter of the scan, a subquery a join
        test = " OR ".join(
            f"{end} = $around" if one else f"{end} IN (SELECT unnest($around))" for end in ends
        )
        conditions.add(test, around=next(iter(around)) if one else list(around))
    query = _EDGES.format(conditions=conditions.sql) + ("LIMIT $limit" if limit is not None else "")
    values = conditions.values | {"min_weight": selection.min_weight}
    rows = tables.rows(query, values if limit is None else values | {"limit": limit})
    types = _types(tables, conditions, {row[2] for row in rows})
    edges = [
        Edge(
            relation_id(source, action, target),
            source,
            target,
            action,
            *(types.get((source, target, action)) or tables.kinds[action][0]),
            *measures,
        )
        for source, target, action, *measures, _ in rows
    ]
    return edges, rows[0][-1] if rows else 0


def _types(
    tables: Tables, conditions: Conditions, actions: Collection[str]
) -> dict[tuple[str, str, str], tuple[str, int]]:
    """The most frequent PLOVER type and quad class of each relation whose action has several."""
    several = [action for action in actions if len(tables.kinds.get(action, ())) != 1]
    if not several:
        return {}
    narrowed = Conditions(list(conditions.tests), dict(conditions.values))
    narrowed.add("action IN (SELECT unnest($several))", several=several)
    found = tables.rows(_TYPES.format(conditions=narrowed.sql), narrowed.values)
    return {(source, target, action): (plover, quad) for source, target, action, plover, quad in found}


def _walk(tables: Tables, selection: Selection, base: Conditions) -> tuple[list[Edge], int]:
    reached = set(selection.actors)
    for _ in range(selection.depth - 1):
        edges, _ = _edges(tables, selection, base, reached, limit=None)
        reached |= {end for edge in edges for end in (edge.source, edge.target)}
    edges, total = _edges(tables, selection, base, reached, limit=None)
    if selection.limit is None or total <= selection.limit:
        return edges, total
    return _grown(edges, selection, selection.limit), total


def _grown(edges: list[Edge], selection: Selection, limit: int) -> list[Edge]:
    """The strongest edges that hang together with the selected actors, found as a tree grows: the strongest
    edge of all that touch it comes next. ``edges`` are in order of strength, and so are those returned."""
    touching: defaultdict[str, list[int]] = defaultdict(list)
    for rank, edge in enumerate(edges):
        if selection.direction in ("both", "out"):
            touching[edge.source].append(rank)
        if selection.direction in ("both", "in"):
            touching[edge.target].append(rank)
    seen: set[str] = set()
    offered: set[int] = set()
    heap: list[int] = []
    kept: list[int] = []

    def reach(actor: str) -> None:
        if actor not in seen:
            seen.add(actor)
            for rank in touching[actor]:
                if rank not in offered:
                    offered.add(rank)
                    heapq.heappush(heap, rank)

    for actor in selection.actors:
        reach(actor)
    while heap and len(kept) < limit:
        rank = heapq.heappop(heap)
        kept.append(rank)
        reach(edges[rank].source)
        reach(edges[rank].target)
    return [edges[rank] for rank in sorted(kept)]


def _nodes(tables: Tables, base: Conditions, actors: list[str]) -> tuple[Node, ...]:
    query = _NODES.format(conditions=base.sql)
    return tuple(Node(*row) for row in tables.rows(query, base.values | {"nodes": actors}))
