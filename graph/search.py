"""Actors by name, as one types: every name and wording of every actor in memory, found by the sorted words in them.

A question to the index takes the engine milliseconds whatever it is about, and one is asked at each key. In memory the
names of 10,000 actors take some 10 MB.
"""

from __future__ import annotations

import heapq
import re
import threading
import unicodedata
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from extract.model import Actor

LAST = "\U0010ffff"
"""Sorts behind every letter."""

TOLERANT = ((9, 2), (5, 1))
"""Letters of a word from which on so many errors are forgiven where nothing is found."""

Name = tuple[str, str]
"""The id of an actor, and a name or wording of it."""


@dataclass(frozen=True, slots=True)
class ActorHit:
    """An actor that a search found; ``matched`` is the name or wording that was met, ``events`` its activity."""

    id: str
    label: str
    actor_type: str
    country: str
    sector: str | None
    events: int
    matched: str


@dataclass(frozen=True, slots=True)
class Hits:
    """The actors found, exact matches and the busiest first; ``near`` where only similar words were met."""

    actors: tuple[ActorHit, ...] = ()
    near: bool = False


def folded_words(name: str) -> list[str]:
    """The words of a name without case and diacritics, as they are searched.

    >>> folded_words("Côte d'Ivoire")
    ['cote', 'd', 'ivoire']
    """
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return re.findall(r"[^\W_]+", plain)


def errors_forgiven(word: str) -> int:
    """How many letters of a word may be wrong, missing, too many or exchanged.

    >>> errors_forgiven("kore"), errors_forgiven("koera"), errors_forgiven("afganisthan")
    (0, 1, 2)
    """
    return next((errors for letters, errors in TOLERANT if len(word) >= letters), 0)


class Search:
    """The actors of one state of the index, brought to the next by :meth:`follow`; for several threads."""

    def __init__(self, actors: Iterable[ActorHit], uses: Iterable[tuple[str, str, int]]) -> None:
        """``actors`` with their own names as what was met; ``uses`` are (actor, name, number of uses)."""
        self._turn = threading.Lock()
        self._actors = {one.id: one for one in actors}
        self._uses: dict[Name, int] = {}
        self._names: defaultdict[str, list[Name]] = defaultdict(list)
        for actor, name, number in uses:
            self._uses[actor, name] = number
            for word in dict.fromkeys(folded_words(name)):
                self._names[word].append((actor, name))
        self._words = sorted(self._names)

    def find(self, q: str, *, limit: int, similar: Callable[[str, int], Iterable[str]]) -> Hits:
        """The actors of whose names some words begin with the words of ``q``.

        Where there are none, those whose words begin like the words of ``q``: ``similar`` gives the words that begin
        with one that differs in so many letters at most.
        """
        asked = list(dict.fromkeys(folded_words(q)))
        if not asked:
            return Hits()
        with self._turn:
            found = self._ranked(q, [self._beginning(word) for word in asked], limit)
        if found or not any(map(errors_forgiven, asked)):
            return Hits(found)
        near = [
            list(similar(word, errors_forgiven(word))) if errors_forgiven(word) else None for word in asked
        ]
        with self._turn:
            words = [
                self._beginning(word) if ones is None else ones
                for word, ones in zip(asked, near, strict=True)
            ]
            found = self._ranked(q, words, limit)
        return Hits(found, near=bool(found))

    def follow(
        self, actors: Mapping[str, Actor | None], activity: Mapping[str, int], uses: Mapping[Name, int]
    ) -> None:
        """Follows a write: ``actors`` are those that it touched, None for those that are gone.

        ``activity`` and ``uses`` say by how much the numbers of their events and of the uses of names changed.
        """
        with self._turn:
            for actor_id, actor in actors.items():
                before = self._actors.pop(actor_id, None)
                if actor is not None:
                    events = (before.events if before else 0) + activity.get(actor_id, 0)
                    self._actors[actor_id] = ActorHit(
                        actor_id, actor.name, actor.type, actor.code, actor.sector, events, actor.name
                    )
            for name, change in uses.items():
                self._use(name, change)

    def _use(self, name: Name, change: int) -> None:
        before = self._uses.get(name, 0)
        after = self._uses[name] = before + change
        if before <= 0 < after:
            for word in dict.fromkeys(folded_words(name[1])):
                if word not in self._names:
                    insort(self._words, word)
                self._names[word].append(name)
        elif before > 0 >= after:
            for word in dict.fromkeys(folded_words(name[1])):
                self._names[word].remove(name)
                if not self._names[word]:
                    del self._names[word]
                    del self._words[bisect_left(self._words, word)]
        if after <= 0:
            del self._uses[name]

    def _beginning(self, prefix: str) -> list[str]:
        """The words that begin so."""
        return self._words[bisect_left(self._words, prefix) : bisect_left(self._words, prefix + LAST)]

    def _ranked(self, q: str, words: list[list[str]], limit: int) -> tuple[ActorHit, ...]:
        """The first actors of a name that has one of each of the lists of ``words``."""
        asked = q.strip().lower()
        met: dict[str, list[str]] = {}
        for actor, name in self._having(words):
            met.setdefault(actor, []).append(name)

        def is_exact(actor_id: str) -> bool:
            return actor_id.lower() == asked or any(name.lower() == asked for name in met[actor_id])

        def rank(one: ActorHit) -> tuple[bool, int, str]:
            return not is_exact(one.id), -one.events, one.id

        present = (self._actors[actor_id] for actor_id in met if actor_id in self._actors)
        return tuple(_shown(one, met[one.id], asked) for one in heapq.nsmallest(limit, present, key=rank))

    def _having(self, words: list[list[str]]) -> Iterator[Name]:
        """The names that have one of each list of words, some of them more than once."""
        fewest = min(words, key=lambda ones: sum(len(self._names.get(word, ())) for word in ones))
        others = [frozenset(ones) for ones in words if ones is not fewest]
        for word in fewest:
            for name in self._names.get(word, ()):
                if not others or all(ones.intersection(folded_words(name[1])) for ones in others):
                    yield name


def _shown(one: ActorHit, names: list[str], asked: str) -> ActorHit:
    """The actor with the name that was met: the one that was asked for, else its own, else the shortest."""
    matched = min(names, key=lambda name: (name.lower() != asked, name != one.label, len(name), name))
    return ActorHit(one.id, one.label, one.actor_type, one.country, one.sector, one.events, matched)
