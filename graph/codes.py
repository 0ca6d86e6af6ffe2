"""Numbers for the actors and the kinds of events, as the columns in memory hold them.

Both only grow, and states of the columns share them: what a later state has added, an earlier one does not look at.
"""

from __future__ import annotations

import bisect
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.conditions import AnyOf, Comparison

Truth: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int32]
Real: TypeAlias = NDArray[np.float64]

Kinds: TypeAlias = Mapping[str, Sequence[tuple[str, int]]]
"""The relation names of all events, each with the PLOVER types and quad classes that its events have."""

KIND_COLUMNS = ("action", "plover", "cameo", "quad", "goldstein", "granularity", "modality", "negated")
"""What is the same for very many events: a few dozen kinds in all, or some thousands."""

NOBODY = -1
"""The number of an actor that is not known; no actor at all has a smaller one."""

MAX_FILTERS = 256
"""Filters on kinds of which the result is kept, a byte a kind."""

kind_values = attrgetter(*KIND_COLUMNS)
KindTest: TypeAlias = Comparison | AnyOf


@dataclass(frozen=True, slots=True)
class Names:
    """Actors by their numbers, and the ``rank`` of each number in the order of the ids."""

    ids: list[str]
    numbers: dict[str, int]
    rank: Codes
    _ordered: list[str]

    @classmethod
    def of(cls, ordered: list[str]) -> Names:
        """Actors that are in order."""
        numbers = {actor: number for number, actor in enumerate(ordered)}
        return cls(ordered, numbers, np.arange(len(ordered), dtype=np.int32), ordered.copy())

    def number(self, actor: object) -> int:
        """The number of an actor, less than that of nobody for one that has no events here."""
        found = self.numbers.get(str(actor), len(self.rank))
        return found if found < len(self.rank) else NOBODY - 1

    def with_actors(self, actors: Iterable[str | None]) -> Names:
        """With numbers for those that have none; only one at a time may add."""
        rank = self.rank
        for actor in dict.fromkeys(actors):
            if actor is None or actor in self.numbers:
                continue
            place = bisect.bisect(self._ordered, actor)
            self._ordered.insert(place, actor)
            rank = np.append(rank + (rank >= place), np.int32(place)).astype(np.int32)
            self.numbers[actor] = len(self.ids)
            self.ids.append(actor)
        return self if rank is self.rank else replace(self, rank=rank)


@dataclass(frozen=True, slots=True)
class KindTable:
    """The kinds of events by their numbers, all that an event has beside ends, days, reports and id.

    ``uses`` counts the events of each; ``micro`` are Goldstein scores in millionths, whose sums are exact in any
    order; ``action`` and ``form`` (PLOVER type and quad class) are places in ``actions``, of which ``rank`` is the
    order, and in ``forms``.
    """

    kinds: list[tuple[Any, ...]]
    numbers: dict[tuple[Any, ...], int]
    actions: tuple[str, ...]
    rank: Codes
    forms: tuple[tuple[str, int], ...]
    uses: NDArray[np.int64]
    micro: Real
    quad: Codes
    action: Codes
    form: Codes
    _filters: dict[tuple[KindTest, ...], Truth]

    @classmethod
    def empty(cls) -> KindTable:
        """Without any."""
        none = np.empty(0, np.int32)
        return cls([], {}, (), none, (), np.empty(0, np.int64), np.empty(0), none, none, none, {})

    def with_kinds(self, kinds: Sequence[tuple[Any, ...]]) -> tuple[KindTable, list[int]]:
        """With numbers for kinds that have none, and the number of each; only one at a time may add."""
        new = []
        found = []
        for kind in kinds:
            key = (*kind, math.copysign(1, kind[4]))  # so that -0.0 comes back as such
            number = self.numbers.setdefault(key, len(self.numbers))
            found.append(number)
            if number == len(self.kinds):
                self.kinds.append(kind)
                new.append(kind)
        return (self._grown(new) if new else self), found

    def _grown(self, new: Sequence[tuple[Any, ...]]) -> KindTable:
        actions = {action: number for number, action in enumerate(self.actions)}
        forms = {form: number for number, form in enumerate(self.forms)}
        action = [actions.setdefault(kind[0], len(actions)) for kind in new]
        form = [forms.setdefault((kind[1], kind[3]), len(forms)) for kind in new]
        rank = np.empty(len(actions), np.int32)
        rank[[actions[name] for name in sorted(actions)]] = np.arange(len(actions))
        return replace(
            self,
            actions=tuple(actions),
            rank=rank,
            forms=tuple(forms),
            uses=np.append(self.uses, np.zeros(len(new), np.int64)),
            micro=np.append(self.micro, millionths([kind[4] for kind in new])),
            quad=np.append(self.quad, np.array([kind[3] for kind in new], np.int32)),
            action=np.append(self.action, np.array(action, np.int32)),
            form=np.append(self.form, np.array(form, np.int32)),
        )

    def used(self, added: Codes, gone: Codes) -> KindTable:
        """After events of these kinds came and went."""
        size = len(self.uses)
        came, went = np.bincount(added, minlength=size), np.bincount(gone, minlength=size)
        return replace(self, uses=self.uses + came - went)

    def used_alike(self, other: KindTable) -> bool:
        """Whether the same kinds have events."""
        return np.array_equal(np.flatnonzero(self.uses), np.flatnonzero(other.uses))

    def allowed(self, tests: tuple[KindTest, ...]) -> Truth:
        """Which kinds pass all of the tests, which are of their columns."""
        kept = self._filters.get(tests, np.empty(0, bool))
        size = len(self.uses)
        if len(kept) < size:
            more = [_passes(kind, tests) for kind in self.kinds[len(kept) : size]]
            kept = np.append(kept, np.array(more, bool))
            if len(self._filters) >= MAX_FILTERS:
                self._filters.clear()
            self._filters[tests] = kept
        return kept[:size]

    def by_action(self) -> Kinds:
        """The PLOVER types and quad classes of each action that has events."""
        found: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        for number in np.flatnonzero(self.uses).tolist():
            action, plover, _, quad, *_ = self.kinds[number]
            found[action].add((plover, quad))
        return {action: tuple(sorted(forms)) for action, forms in found.items()}


def _passes(kind: tuple[Any, ...], tests: tuple[KindTest, ...]) -> bool:
    def holds(test: Comparison) -> bool:
        return test.holds(kind[KIND_COLUMNS.index(test.column)])

    return all(any(map(holds, test.tests)) if isinstance(test, AnyOf) else holds(test) for test in tests)


def millionths(scores: Sequence[float]) -> Real:
    """Scores in millionths, no -0.0 among them, as in the sums of the engine."""
    return rounded(np.array(scores) * 1e6) + 0.0


def rounded(values: Real) -> Real:
    """Whole numbers, halves away from zero as the engine rounds them."""
    whole = np.trunc(values)
    more: Real = np.where(np.abs(values - whole) >= 0.5, whole + np.copysign(1, values), whole)
    return more
