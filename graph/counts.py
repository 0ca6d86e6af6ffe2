"""The running counts that every write needs, remembered from one write to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from extract.model import Actor
from graph.shared import SharedGraphs, Totals

REMEMBERED = 100_000
"""Relations, and actors, of which the counts are remembered: some 40 MB at most."""


class Counts:
    """Totals of relations and uses of names as the store has them, for its only writer.

    The same few relations and actors are in most batches, and reading a node takes the engine 70 to 250 µs.
    """

    def __init__(self, shared: SharedGraphs) -> None:
        self._shared = shared
        self._totals: dict[ox.NamedNode, Totals] = {}
        self._names: dict[str, dict[Actor, int]] = {}

    def totals(self, relations: Sequence[ox.NamedNode]) -> dict[ox.NamedNode, Totals]:
        """The totals of those relations that the store knows."""
        known = {node: self._totals[node] for node in relations if node in self._totals}
        return known | self._shared.relations(node for node in relations if node not in known)

    def names(self, actor_id: str) -> dict[Actor, int]:
        """The names of an actor, each with its uses."""
        known = self._names.get(actor_id)
        if known is None:
            known = self._names[actor_id] = self._shared.names(actor_id)
        return known

    def remember(
        self, totals: Mapping[ox.NamedNode, Totals | None], names: Mapping[str, dict[Actor, int]]
    ) -> None:
        """Takes over what a write has committed; None and nothing for what it has removed."""
        if len(self._totals) + len(totals) > REMEMBERED:
            self._totals.clear()
        if len(self._names) + len(names) > REMEMBERED:
            self._names.clear()
        for relation, value in totals.items():
            self._totals.pop(relation, None)
            if value:
                self._totals[relation] = value
        self._names |= names

    def forget(self) -> None:
        """Reads all anew, after something else has written to the shared graphs."""
        self._totals.clear()
        self._names.clear()
