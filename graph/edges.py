"""Edges and nodes of a selection as questions to the index: what is counted, by what it is put together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extract.model import QUAD_CLASSES
from graph import asking_edges
from graph.conditions import Conditions
from graph.ids import relation_id
from graph.network import Edge, Node, Selection
from graph.selecting import ENDS, MICRO, EventRow, Tables, add_common

PIECE = 2048
"""Rows that a stream holds at once."""

_KEYS = {"action": "action", "quad": "quad", "dyad": "0"}
"""What tells the edges of a source and a target apart."""

_GROUPS = {
    "actor": "{end}",
    "country": "{actor}.code",
    "sector": "CASE WHEN {actor}.sector IS NULL THEN {actor}.code ELSE {actor}.code || ';' || {actor}.sector END",
}
_JOINS = " JOIN actors s ON s.id = e.source JOIN actors t ON t.id = e.target"

_EVENTS = """
SELECT {source} AS source, {target} AS target, {key} AS key, plover, quad, 1 AS n, {micro} AS score, mentions AS m,
    start_date AS first, start_date AS last{more}
FROM events e{joins} WHERE {conditions}
"""

# Where an action has events of several types, the edge shows the most frequent.
_SPLIT = """
SELECT source, target, key, plover, quad, count(*) AS n, sum(score) AS score, sum(m) AS m, min(first) AS first,
    max(last) AS last FROM ({events}) GROUP BY source, target, key, plover, quad
"""
_KINDS = {
    "action": ("any_value(plover)", "any_value(quad)"),
    "split": ("arg_max(plover, (n, plover, quad))", "arg_max(quad, (n, plover, quad))"),
    "quad": ("NULL", "any_value(quad)"),
    "dyad": (
        "NULL",
        f"[{', '.join(f'coalesce(sum(n) FILTER (quad = {n}), 0)::BIGINT' for n in QUAD_CLASSES)}]",
    ),
}
"""The PLOVER type of an edge, and its quad class, or the events of each class."""

_EDGES = """
SELECT source, target, key, {plover} AS plover, {quad} AS quad, round(sum(score) / 1e6 / sum(n), 6) AS mean,
    sum(n)::BIGINT AS weight, sum(m)::BIGINT AS reported, min(first) AS first, max(last) AS latest
FROM ({events}) GROUP BY source, target, key {having}
"""

_MONTHS = """
SELECT source, target, key, list((month, n) ORDER BY month) AS months FROM (
    SELECT source, target, key, date_trunc('month', first)::DATE AS month, count(*) AS n FROM ({events})
    WHERE first NOT NULL GROUP BY ALL)
GROUP BY source, target, key
"""

ORDERS = {
    "weight": "weight DESC, reported DESC, source, key, target",
    "recent": "latest DESC NULLS LAST, weight DESC, reported DESC, source, key, target",
}

_ENDS = """
SELECT source, target, count(*), count(*) FILTER (source = target) FROM ({events})
GROUP BY GROUPING SETS ((source), (target))
"""

_NODES = """
WITH counted AS (
    SELECT id, sum(n)::BIGINT AS n FROM (
        SELECT source AS id, count(*) AS n FROM ({events}) GROUP BY source
        UNION ALL SELECT target, count(*) FROM ({events}) WHERE target <> source GROUP BY target)
    GROUP BY id)
SELECT id, name, type, code, sector, coalesce(n, 0) FROM actors LEFT JOIN counted USING (id)
WHERE id IN (SELECT source FROM ({edges}) UNION SELECT target FROM ({edges})) OR id IN (SELECT unnest($seeds))
ORDER BY id
"""

_LATEST = """
SELECT source, target, key, row FROM ({events}) JOIN (
    SELECT unnest($sources) AS source, unnest($targets) AS target, unnest($keys) AS key) USING (source, target, key)
QUALIFY row_number() OVER (
    PARTITION BY source, target, key ORDER BY row.start_date DESC NULLS LAST, row.event DESC) <= $each
ORDER BY source, target, key, row.start_date DESC NULLS LAST, row.event DESC
"""


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of a selection; ``seeds`` are the nodes of its actors, ``around`` those of which an edge must have one.

    Without ``around``, all edges of the selection.
    """

    tables: Tables
    selection: Selection
    seeds: Sequence[str] = ()
    around: Collection[str] | None = None
    base: Conditions = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", self._conditions())

    def page(self, limit: int, offset: int = 0) -> tuple[list[Edge], int]:
        """So many edges in their order after the first ``offset``, and how many there are."""
        rows, total = self.rows(limit, offset)
        return list(map(self.edge, rows)), total

    def rows(self, limit: int, offset: int = 0) -> tuple[list[Sequence[Any]], int]:
        """The same as rows, of which :meth:`edge` makes the edges; source and target come first."""
        columns, one = self.tables.columns, self.selection
        if columns is not None and self.around is not None and one.by == "actor" and not one.months:
            found, total = asking_edges.edges(
                columns,
                self.base,
                self.around,
                direction=one.direction,
                aggregate=one.aggregate,
                order=one.order,
                min_weight=one.min_weight,
                limit=limit,
                offset=offset,
            )
            return list(found), total
        query = self._query(total=", count(*) OVER () AS total") + " LIMIT $limit OFFSET $offset"
        rows = self.tables.rows(query, self._values() | {"limit": limit, "offset": offset})
        total = rows[0][-1] if rows else self.count() if offset else 0
        return [row[:-1] for row in rows], total

    def stream(self) -> Iterator[Edge]:
        """All edges in their order, read as they are needed; nothing else can be asked of the tables meanwhile."""
        for row in self.tables.stream(self._query(), self._values(), PIECE):
            yield self.edge(row)

    def count(self) -> int:
        """How many edges there are."""
        query = f"SELECT count(*) FROM ({self._grouped()})"  # noqa: S608 - values are parameters, as everywhere here
        return int(self.tables.rows(query, self._values())[0][0])

    def ends(self) -> set[str]:
        """The nodes of all edges."""
        columns, one = self.tables.columns, self.selection
        if columns is not None and self.around is not None and one.by == "actor":
            return asking_edges.ends(
                columns,
                self.base,
                self.around,
                direction=one.direction,
                aggregate=one.aggregate,
                min_weight=one.min_weight,
            )
        if self.selection.min_weight > 1:
            query = f"SELECT DISTINCT source, target FROM ({self._grouped()})"  # noqa: S608
        else:
            query = f"SELECT DISTINCT source, target FROM ({self._events()})"  # noqa: S608
        return {end for row in self.tables.rows(query, self._values()) for end in row}

    def nodes(self, wanted: Collection[str]) -> tuple[Node, ...]:
        """The ``wanted`` nodes by id, those that the index does not have left out."""
        if self.selection.by != "actor":
            return self._groups(wanted, self._taking_part())
        known = self.tables.known(wanted)
        columns = self.tables.columns
        found = None if columns is None else asking_edges.events_of(columns, self.base, wanted)
        events = self._taking_part() if found is None else found
        return tuple(
            Node(one.id, one.label, one.actor_type, one.country, one.sector, events.get(one.id, 0))
            for one in sorted(known.values(), key=lambda one: one.id)
        )

    def _taking_part(self) -> dict[str, int]:
        """The selected events of each node."""
        events: dict[str, int] = {}
        everywhere = Edges(self.tables, self.selection, self.seeds)
        query = _ENDS.format(events=everywhere._events())
        for source, target, n, loops in self.tables.rows(query, everywhere._values(weight=False)):
            if source is not None:
                events[source] = events.get(source, 0) + n
            else:
                events[target] = events.get(target, 0) + n - loops
        return events

    def stream_nodes(self) -> Iterator[Node]:
        """The nodes of all edges and the seeds by id, read as they are needed, as in :meth:`stream`."""
        if self.selection.by != "actor":
            yield from self.nodes(self.ends() | set(self.seeds))
            return
        everywhere = Edges(self.tables, self.selection, self.seeds)
        query = _NODES.format(events=everywhere._events(), edges=self._grouped())
        values = everywhere._values() | self._values() | {"seeds": list(self.seeds)}
        for row in self.tables.stream(query, values, PIECE):
            yield Node(*row)

    def latest(self, edges: Sequence[Edge], each: int) -> dict[str, list[EventRow]]:
        """The latest events of ``edges``, so many of each at most, by the edges' ids."""
        keys = [edge.action if self._key == "action" else edge.quad for edge in edges]
        lists = {
            "sources": [edge.source for edge in edges],
            "targets": [edge.target for edge in edges],
            "keys": [0] * len(edges) if self._key == "0" else keys,
            "each": each,
        }
        query = _LATEST.format(events=self._events(more=", e AS row"))
        found: dict[str, list[EventRow]] = {}
        for source, target, key, row in self.tables.rows(query, self._values(weight=False) | lists):
            found.setdefault(self._id(source, key, target), []).append(EventRow(*row.values()))
        return found

    @property
    def _key(self) -> str:
        return _KEYS[self.selection.aggregate]

    def _events(self, more: str = "") -> str:
        """The selected events as parts of edges."""
        form = _GROUPS[self.selection.by]
        source, target = form.format(end="source", actor="s"), form.format(end="target", actor="t")
        query = _EVENTS.format(
            source=source,
            target=target,
            key=self._key,
            micro=MICRO,
            more=more,
            joins="" if self.selection.by == "actor" else _JOINS,
            conditions=self.base.sql,
        )
        if self.around is None:
            return query
        ends = {"both": (source, target), "out": (source,), "in": (target,)}[self.selection.direction]
        one = len(self.around) == 1  # a comparison is a filter of the scan, a subquery a join
        tests = (f"{end} = $around" if one else f"{end} IN (SELECT unnest($around))" for end in ends)
        return f"{query} AND ({' OR '.join(tests)})"

    def _grouped(self) -> str:
        """The edges without an order."""
        kind, events = self.selection.aggregate, self._events()
        kinds = self.tables.kinds
        if kind == "action" and any(len(kinds.get(a, ())) != 1 for a in self.selection.actions or kinds):
            kind, events = "split", _SPLIT.format(events=events)
        plover, quad = _KINDS[kind]
        having = "HAVING sum(n) >= $min_weight" if self.selection.min_weight > 1 else ""
        return _EDGES.format(plover=plover, quad=quad, events=events, having=having)

    def _query(self, total: str = "") -> str:
        order = ORDERS[self.selection.order]
        if not self.selection.months:
            return f"SELECT *{total} FROM ({self._grouped()}) ORDER BY {order}"  # noqa: S608
        months = _MONTHS.format(events=self._events())
        return (
            f"SELECT *{total} FROM ({self._grouped()}) LEFT JOIN ({months}) USING (source, target, key)"  # noqa: S608
            f" ORDER BY {order}"
        )

    def _values(self, *, weight: bool = True) -> dict[str, object]:
        values = dict(self.base.values)
        if self.around is not None:
            values["around"] = next(iter(self.around)) if len(self.around) == 1 else list(self.around)
        if weight and self.selection.min_weight > 1:
            values["min_weight"] = self.selection.min_weight
        return values

    def _conditions(self) -> Conditions:
        conditions = Conditions()
        conditions.where("negated", "=", False)
        for end in ENDS:
            conditions.where(end, "is known")
        add_common(self.tables, conditions, self.selection)
        if self.selection.sectors:
            allowed = "(SELECT id FROM actors WHERE sector IN (SELECT unnest($sectors)))"
            form = _GROUPS[self.selection.by]
            for end, actor in (("source", "s"), ("target", "t")):
                node = form.format(end=end, actor=actor)
                conditions.add(f"{end} IN {allowed} OR {node} IN (SELECT unnest($chosen))")
            conditions.values |= {"sectors": list(self.selection.sectors), "chosen": list(self.seeds)}
        return conditions

    def edge(self, row: Sequence[Any]) -> Edge:
        """The edge of a row."""
        source, target, key, plover, quad, goldstein, weight, mentions, first, last, *months = row
        quads = None
        if self._key == "0":
            quads = tuple(quad)
            quad = max(QUAD_CLASSES, key=lambda one: (quads[one - 1], one))
        return Edge(
            id=self._id(source, key, target),
            source=source,
            target=target,
            action=key if self._key == "action" else None,
            plover=plover,
            quad=quad,
            goldstein=goldstein,
            weight=weight,
            mentions=mentions,
            first=first,
            last=last,
            quads=quads,
            months=tuple(months[0] or ()) if months else (),
        )

    def _id(self, source: str, key: object, target: str) -> str:
        name = {"action": key, "quad": f"quad-{key}", "0": "dyad"}[self._key]
        return relation_id(source, str(name), target)

    def _groups(self, wanted: Collection[str], events: Mapping[str, int]) -> tuple[Node, ...]:
        """Countries or sectors as nodes; a country has the name of the actor whose id is its code."""
        parts = {node: node.partition(";") for node in wanted}
        names = self.tables.known({country for country, _, _ in parts.values()})
        nodes = []
        for node in sorted(wanted):
            country, _, sector = parts[node]
            name = names[country].label if country in names else country
            label = f"{name}: {sector}" if sector else name
            kind = "Country" if self.selection.by == "country" else "Sector"
            nodes.append(Node(node, label, kind, country, sector or None, events.get(node, 0)))
        return tuple(nodes)


def seeds(tables: Tables, selection: Selection) -> dict[str, str]:
    """The nodes of the selected actors by what was given: ids of actors, or of countries or sectors where these are
    the nodes; without those that the index does not have."""
    known = tables.known(selection.actors)
    if selection.by == "actor" or not selection.actors:
        return {given: given for given in selection.actors if given in known}
    group = _GROUPS[selection.by].format(end="", actor="actors")
    query = f"SELECT DISTINCT {group} AS node FROM actors WHERE node IN (SELECT unnest($given))"  # noqa: S608
    found = {given: given for (given,) in tables.rows(query, {"given": list(selection.actors)})}
    for given, one in known.items():
        sector = f";{one.sector}" if one.sector and selection.by == "sector" else ""
        found[given] = one.country + sector
    return found
