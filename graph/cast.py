"""Who the actors of answers are, kept once read: a look-up in memory instead of a join in each question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

KEPT = 50_000
"""Actors in memory at most, some 15 MB."""

_ACTORS = "SELECT id, name, type, code, sector FROM actors WHERE id IN (SELECT unnest($ids))"


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

    def __init__(self, known: Mapping[str, Known] | None = None) -> None:
        self._known = dict(known or {})

    def known(self, connection: DuckDBPyConnection, wanted: Collection[str]) -> dict[str, Known]:
        """Those of the ``wanted`` that the index has, by their ids; ``connection`` sees the state of this cast."""
        kept = self._known
        found = {actor_id: kept[actor_id] for actor_id in wanted if actor_id in kept}
        missing = [actor_id for actor_id in wanted if actor_id not in found]
        if missing:
            rows = connection.execute(_ACTORS, {"ids": missing}).fetchall()
            read = {row[0]: Known(*row) for row in rows}
            found |= read
            if len(kept) + len(read) > KEPT:
                kept = self._known = {}
            kept.update(read)
        return found

    def after(self, touched: Iterable[str] | None) -> Cast:
        """The cast of the state that follows a write that touched some actors, or any."""
        if touched is None:
            return Cast()
        gone = set(touched)
        return Cast({actor_id: one for actor_id, one in tuple(self._known.items()) if actor_id not in gone})
