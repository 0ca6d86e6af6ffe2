"""Events of a text as one line each, so that a table of sentences reads as a table of what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.model import ActorMention, Event


def _actor(mention: ActorMention | None) -> str:
    """``CODE/SECTOR``, ``CODE`` without a sector, ``-`` for nobody."""
    if mention is None:
        return "-"
    return f"{mention.actor.code}/{mention.actor.sector}" if mention.actor.sector else mention.actor.code


@pytest.fixture(scope="session")
def told(code: Callable[..., list[Event]]) -> Callable[..., list[str]]:
    """``source relation target`` of each event of a text, sorted; the document's fields as keywords."""

    def lines(text: str, **fields: object) -> list[str]:
        return sorted(f"{_actor(e.source)} {e.relation} {_actor(e.target)}" for e in code(text, **fields))

    return lines


@pytest.fixture(scope="session")
def who(code: Callable[..., list[Event]]) -> Callable[..., list[str]]:
    """The sources of the events of a text, in its order; the document's fields as keywords."""
    return lambda text, **fields: [_actor(event.source) for event in code(text, **fields)]
