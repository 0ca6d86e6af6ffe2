"""What one document has said so far: whom it named, in which sentence, in which role, and who met whom.

A :class:`Discourse` only remembers; which words stand for whom is for :mod:`extract.coreference` and
:mod:`extract.pronouns` to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.model import Actor

REACH = 4
"""How many sentences back a pronoun may reach."""

LONGEST = 400
"""How many referents are remembered."""

COOPERATION = 2
"""The last quad class of cooperation."""

SUBJECT, OBJECT, OBLIQUE, INSIDE = 3, 2, 1, 0
"""The roles of a referent in its clause, the highest first for what comes after."""


class Referent(NamedTuple):
    """A phrase that later words can refer to; ``actors`` is () for a thing.

    ``keys`` are the lower-case words by which it may be called again: its head's lemma, its name, its title.
    A thing has no keys and no gender, for nobody is called by it.
    ``person``, ``plural`` and ``gender`` (``f``, ``m`` or "") must fit a pronoun; ``position`` is its head's
    index in its sentence, ``main`` whether it is the subject of the sentence's main clause.
    """

    actors: tuple[Actor, ...]
    keys: frozenset[str]
    person: bool
    plural: bool
    gender: str
    role: int
    sentence: int
    position: int
    main: bool = False
    named: bool = False

    @property
    def actor(self) -> Actor:
        """The first actor, where there is one."""
        return self.actors[0]


@dataclass(slots=True)
class Discourse:
    """The memory of one document; ``home`` is the country of its dateline."""

    home: str | None
    sentence: int = 0
    last_owner: str | None = None
    """The state of the institution that acted last."""
    last_subject: str | None = None
    """The country that the last sentence's main clause is about."""
    countries: Counter[str] = field(default_factory=Counter)
    surnames: dict[str, Actor] = field(default_factory=dict)
    abbreviations: dict[str, tuple[Actor, ...]] = field(default_factory=dict)
    genders: dict[str, str] = field(default_factory=dict)
    pair: tuple[tuple[Actor, ...], tuple[Actor, ...]] | None = None
    """The two sides of the last coordination: the former and the latter; () for a thing."""
    _referents: list[Referent] = field(default_factory=list)
    _dyads: Counter[tuple[frozenset[Actor], bool]] = field(default_factory=Counter)

    def remember(self, referent: Referent) -> None:
        """Add a referent to what the document has named."""
        self._referents.append(referent)
        if len(self._referents) > LONGEST:
            del self._referents[: LONGEST // 2]

    def relate(self, one: Actor, other: Actor, *, quad: int) -> None:
        """Remember that an event of a quad class joins two actors."""
        if one != other:
            self._dyads[frozenset({one, other}), quad <= COOPERATION] += 1

    def recent(self, sentences: int = REACH) -> Iterator[Referent]:
        """The referents of the last sentences, the last first."""
        for referent in reversed(self._referents):
            if self.sentence - referent.sentence > sentences:
                return
            yield referent

    def all(self) -> Iterator[Referent]:
        """The referents of the document that are remembered, the last first."""
        return reversed(self._referents)

    def called(self, key: str) -> Iterator[Referent]:
        """The actors that were called ``key``, the last first."""
        return (r for r in reversed(self._referents) if r.actors and key in r.keys)

    def dyads(self, *, friendly: bool | None) -> Iterator[tuple[frozenset[Actor], int]]:
        """The pairs that events join, with how often; only those who cooperate, or do not, where asked."""
        for (actors, cooperative), times in self._dyads.items():
            if friendly in {None, cooperative}:
                yield actors, times

    def topic(self) -> str | None:
        """The country that was named most often."""
        return self.countries.most_common(1)[0][0] if self.countries else None
