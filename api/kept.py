"""Answers that are kept, a bounded number of them: who asks again for what is being made waits for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class _Place(Generic[Value]):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.values: list[Value] = []


class Kept(Generic[Value]):
    """The last ``most`` values by their keys, for any number of threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place[Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._places)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of ``key``, made where there is none; what ``make`` raises is not kept."""
        place = self._place(key)
        with place.lock:
            if not place.values:
                place.values.append(make())
            return place.values[0]

    def known(self, key: Hashable) -> Value | None:
        """The value of ``key``, None where there is none yet."""
        with self._lock:
            place = self._places.get(key)
        return place.values[0] if place is not None and place.values else None

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._places.clear()

    def put(self, key: Hashable, value: Value) -> None:
        """Keeps a value that was made elsewhere."""
        self.get(key, lambda: value)

    def _place(self, key: Hashable) -> _Place[Value]:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
            return place
