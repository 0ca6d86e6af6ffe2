"""Who does what to whom among the strongest actors, or given ones: the events of every dyad by quad class.

Negated events never count; what an actor does to itself stands on the diagonal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.counting import RankedActor, ranking
from graph.dyads import Score
from graph.errors import BadSelection
from graph.selecting import EventFilter, Tables, filter_conditions

LEAST_SIDE, MOST_SIDE = 2, 40
SIDE = 15
"""Actors that are shown by default."""

_CELLS = """
SELECT source, target, quad, count(*), sum(goldstein), min(start_date), max(start_date)
FROM events WHERE {conditions} AND source IN ({actors}) AND target IN ({actors})
GROUP BY source, target, quad ORDER BY source, target, quad
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What ``source`` does to ``target``."""

    source: str
    target: str
    score: Score


@dataclass(frozen=True, slots=True)
class Matrix:
    """The actors in their order, and the dyads between them that have events.

    ``total`` counts the actors that could be shown; ``first`` and ``last`` are days of the events in the cells, None
    where none has a date.
    """

    actors: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: int
    first: str | None
    last: str | None


def matrix(tables: Tables, chosen: EventFilter, actors: Sequence[str], *, limit: int) -> Matrix:
    """The matrix of ``actors``, or of the ``limit`` that take part in most events that ``chosen`` lets pass.

    Raises BadSelection and UnknownAction.
    """
    if not LEAST_SIDE <= limit <= MOST_SIDE:
        raise BadSelection("limit", limit, f"an integer from {LEAST_SIDE} to {MOST_SIDE}")
    shown, total = tuple(actors), len(actors)
    if not shown:
        ranked = ranking(tables, chosen, rank="actors", limit=limit)
        shown, total = tuple(row.id for row in ranked.rows if isinstance(row, RankedActor)), ranked.total
    if not shown:
        return Matrix((), (), 0, None, None)
    conditions = filter_conditions(tables, replace(chosen, negated=False))
    given = {f"actor{number}": actor for number, actor in enumerate(shown)}
    listed = ", ".join(f"${name}" for name in given)  # a list, as a subquery costs a join
    query = _CELLS.format(conditions=conditions.sql, actors=listed)
    scores: defaultdict[tuple[str, str], Score] = defaultdict(Score)
    days = []
    for source, target, quad, events, goldstein, first, last in tables.rows(query, conditions.values | given):
        scores[source, target] = scores[source, target].and_more(quad, events, goldstein)
        days += [day.isoformat() for day in (first, last) if day is not None]
    cells = tuple(Cell(source, target, score) for (source, target), score in scores.items())
    return Matrix(shown, cells, total, min(days, default=None), max(days, default=None))
