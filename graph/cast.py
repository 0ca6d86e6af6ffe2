"""Who the actors of answers are, kept once read: a look-up in memory instead of a join in each question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from extract.model import Actor

KEPT = 50_000
"""Actors in memory at most, some 15 MB."""

_ACTORS = "SELECT id, name, type, code, sector FROM actors WHERE id IN (SELECT unnest($ids))"

_BUSIEST = "SELECT id, name, type, code, sector FROM actors ORDER BY events DESC LIMIT $limit"


@dataclass(frozen=True, slots=True)
class Known:
    """What the index says of an actor; ``country`` is its code, ``---`` where it has none."""

    id: str
    label: str
    actor_type: str
    country: str
    sector: str | None


class Cast:
    """The actors met last, as one state of the index has them; for several threads."""

    def __init__(self, known: dict[str, Known] | None = None) -> None:
        """Takes over those who are ``known`` beforehand."""
        self._known = {} if known is None else known

    @classmethod
    def read(cls, connection: DuckDBPyConnection) -> Cast:
        """All actors, or the busiest of them, of the state that ``connection`` sees."""
        rows = connection.execute(_BUSIEST, {"limit": KEPT}).fetchall()
        return cls({row[0]: Known(*row) for row in rows})

    def known(
        self, connection: Callable[[], DuckDBPyConnection], wanted: Collection[str]
    ) -> dict[str, Known]:
        """Those of the ``wanted`` that the index has, by their ids; ``connection``, which is made only where it is
        needed, sees the state of this cast."""
        kept = self._known
        found = {actor_id: kept[actor_id] for actor_id in wanted if actor_id in kept}
        missing = [actor_id for actor_id in wanted if actor_id not in found]
        if missing:
            rows = connection().execute(_ACTORS, {"ids": missing}).fetchall()
            read = {row[0]: Known(*row) for row in rows}
            found |= read
            if len(kept) + len(read) > KEPT:
                kept = self._known = {}
            kept.update(read)
        return found

    def after(self, touched: Mapping[str, Actor | None] | None) -> Cast:
        """The cast of the state that follows a write that touched some actors, None for those that are gone, or any
        actor."""
        if touched is None:
            return Cast()
        known = self._known.copy()
        for actor_id, actor in touched.items():
            known.pop(actor_id, None)
            if actor is not None and len(known) < KEPT:
                known[actor_id] = Known(actor_id, actor.name, actor.type, actor.code, actor.sector)
        return Cast(known)
