"""Events of a text as one line each, so that a table of sentences reads as a table of what they say."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from importlib import resources
from pathlib import Path

import pytest

from extract.model import ActorMention, Event
from extract.tables import rows


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


@pytest.fixture
def spoil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], int]:
    """Appends a row to a copy of a table, lets the loaders read the copies; gives the row's line number."""
    shutil.copytree(str(resources.files("extract") / "data"), tmp_path / "data")
    for module in ("knowledge", "lexicon"):
        monkeypatch.setattr(f"extract.{module}.rows", partial(rows, folder=tmp_path / "data"))

    def append(table: str, row: str) -> int:
        path = tmp_path / "data" / table
        text = path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n"
        path.write_text(text, encoding="utf-8")
        return text.count("\n")

    return append
