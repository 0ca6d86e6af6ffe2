"""The relations of a selection as arrays: what measures and paths compute on, within this process or in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.conditions import Conditions
from graph.errors import BadSelection
from graph.network import DIRECTIONS, MAX_DEPTH, Selection
from graph.selecting import ENDS, Tables, add_common

Whole: TypeAlias = NDArray[np.int64]
Real: TypeAlias = NDArray[np.float64]
Truth: TypeAlias = NDArray[np.bool_]

# One row a source, target and quad class; a relation too weak for the selection counts nowhere.
_CELLS = """
SELECT source, target, quad, sum(n)::BIGINT AS n FROM (
    SELECT source, target, quad, n, sum(n) OVER (PARTITION BY source, action, target) AS weight FROM (
        SELECT source, action, target, quad, count(*) AS n FROM events WHERE {conditions} GROUP BY ALL))
WHERE weight >= $min_weight GROUP BY source, target, quad
"""

_ALL_CELLS = """
SELECT source, target, quad, count(*) AS n FROM events WHERE {conditions} GROUP BY source, target, quad
"""


@dataclass(frozen=True, slots=True)
class EdgeArrays:
    """Dyads as arrays; sorted by source and target, no dyad twice, none of an actor with itself.

    ``actors`` are ids in order, those of ``source`` and ``target`` are places in it. ``quads`` has a row a dyad, its
    events of quad class 1 to 4. ``selves`` counts the events of actors with themselves, which are left out.
    """

    actors: tuple[str, ...]
    source: Whole
    target: Whole
    quads: Whole
    selves: int = 0

    @property
    def weight(self) -> Whole:
        """The events of each dyad."""
        total: Whole = self.quads.sum(axis=1)
        return total

    @property
    def size(self) -> int:
        """How many actors there are."""
        return len(self.actors)

    def kept(self, chosen: Truth) -> EdgeArrays:
        """The dyads that are ``chosen``, and their actors only."""
        source, target = self.source[chosen], self.target[chosen]
        present = np.unique(np.concatenate([source, target]))
        return replace(
            self,
            actors=tuple(self.actors[place] for place in present.tolist()),
            source=np.searchsorted(present, source),
            target=np.searchsorted(present, target),
            quads=self.quads[chosen],
        )


def edge_arrays(tables: Tables, selection: Selection) -> EdgeArrays:
    """The dyads of a selection; its limit, order and aggregation are passed over. The actors must be known.

    Raises BadSelection and UnknownAction.
    """
    _check(selection)
    whole = dyads(tables, pair_conditions(tables, selection), min_weight=selection.min_weight)
    return _around(whole, selection) if selection.actors else whole


def dyads(tables: Tables, conditions: Conditions, *, min_weight: int = 1) -> EdgeArrays:
    """The dyads of the events that pass, by relations of at least ``min_weight`` of them."""
    query = _ALL_CELLS if min_weight == 1 else _CELLS
    values = conditions.values | ({} if min_weight == 1 else {"min_weight": min_weight})
    columns = tables.connection.execute(query.format(conditions=conditions.sql), values).fetchnumpy()
    return from_cells(columns["source"], columns["target"], columns["quad"], columns["n"])


def pair_conditions(tables: Tables, selection: Selection) -> Conditions:
    """The conditions of the events between two actors that a selection lets pass, but for its own actors."""
    conditions = Conditions()
    conditions.where("negated", "=", False)
    for end in ENDS:
        conditions.where(end, "is known")
    add_common(tables, conditions, selection)
    if selection.sectors:
        allowed = "(SELECT id FROM actors WHERE sector IN (SELECT unnest($sectors)))"
        for end in ("source", "target"):
            conditions.add(f"{end} IN {allowed} OR {end} IN (SELECT unnest($chosen))")
        conditions.values |= {"sectors": list(selection.sectors), "chosen": list(selection.actors)}
    return conditions


def from_cells(source: Any, target: Any, quad: Any, events: Any) -> EdgeArrays:
    """Arrays from the ids of sources and targets, quad classes and numbers of events, of any order."""
    ends = np.concatenate([np.asarray(source, object), np.asarray(target, object)])
    names, places = factorized(ends)
    one, other = np.split(places, 2)
    counts = np.asarray(events, np.int64)
    own = one == other
    selves = int(counts[own].sum())
    cell = (one * max(len(names), 1) + other)[~own]
    dyads, row = np.unique(cell, return_inverse=True)
    quads = np.zeros((len(dyads), 4), np.int64)
    np.add.at(quads, (row, np.asarray(quad, np.int64)[~own] - 1), counts[~own])
    source_place, target_place = np.divmod(dyads, max(len(names), 1))
    every = EdgeArrays(names, source_place, target_place, quads, selves)
    return every.kept(np.ones(len(dyads), bool))


def factorized(values: NDArray[np.object_]) -> tuple[tuple[str, ...], Whole]:
    """The different texts in order, and for each value its place among them."""
    known = {name: place for place, name in enumerate(sorted(set(values.tolist())))}
    return tuple(known), np.fromiter(map(known.__getitem__, values.tolist()), np.int64, len(values))


def _check(selection: Selection) -> None:
    if selection.direction not in DIRECTIONS:
        raise BadSelection("direction", selection.direction, f"one of {', '.join(DIRECTIONS)}")
    if not 1 <= selection.depth <= MAX_DEPTH:
        raise BadSelection("depth", selection.depth, f"an integer from 1 to {MAX_DEPTH}")
    if selection.min_weight < 1:
        raise BadSelection("min_weight", selection.min_weight, "an integer of at least 1")
    if not 0 <= selection.min_confidence <= 1:
        raise BadSelection("min_confidence", selection.min_confidence, "a number from 0 to 1")


def _around(whole: EdgeArrays, selection: Selection) -> EdgeArrays:
    """The dyads with an end within ``depth - 1`` steps of an actor, along the direction: as in a neighborhood."""
    reached = np.isin(np.asarray(whole.actors, object), np.asarray(selection.actors, object))
    for _ in range(selection.depth - 1):
        near = _touching(whole, reached, selection.direction)
        reached = reached.copy()
        reached[whole.source[near]] = True
        reached[whole.target[near]] = True
    return whole.kept(_touching(whole, reached, selection.direction))


def _touching(whole: EdgeArrays, reached: Truth, direction: str) -> Truth:
    out, into = reached[whole.source], reached[whole.target]
    chosen: Truth = {"both": out | into, "out": out, "in": into}[direction]
    return chosen


def starts_of(places: Whole, size: int) -> Whole:
    """Where the run of each place begins in ``places``, which are sorted; one more at the end, for the end."""
    starts: Whole = np.searchsorted(places, np.arange(size + 1))
    return starts


def names_of(tables: Tables, actors: Sequence[str]) -> dict[str, dict[str, object]]:
    """Label, type, country and sector of actors, by their ids, as JSON has them."""
    rows = tables.rows(
        "SELECT id, name, type, code, sector FROM actors WHERE id IN (SELECT unnest($actors))",
        {"actors": list(actors)},
    )
    return {
        actor: {"id": actor, "label": name, "actor_type": kind, "country": code, "sector": sector}
        for actor, name, kind, code, sector in rows
    }
