"""What helps to write a query: examples that teach the model, and the names that a query can use."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files

from extract.model import MODALITIES, PLOVER_TYPES
from extract.record import Record
from graph.counting import MAX_RANKED, RankedAction
from graph.ids import action_property
from graph.query_names import query_names, wider_actions
from graph.selecting import EventFilter
from graph.store import Store

EXAMPLES = "examples"

_NUMBER = re.compile(r"^\d+-")


@dataclass(frozen=True, slots=True)
class Example:
    """A query with its title and what it teaches; ``name`` is that of its file without the number."""

    name: str
    title: str
    explanation: str
    query: str


@functools.cache
def examples() -> tuple[Example, ...]:
    """The packaged queries, the simple ones first."""
    found = sorted(
        (file for file in (files("api") / EXAMPLES).iterdir() if file.name.endswith(".rq")),
        key=lambda f: f.name,
    )
    return tuple(_read(file.name, file.read_text(encoding="utf-8")) for file in found)


def _read(file: str, text: str) -> Example:
    """The comment before the query is its title, a line, and what it teaches."""
    lines = text.splitlines()
    head = [line[1:].strip() for line in lines[: next(i for i, line in enumerate(lines) if line[:1] != "#")]]
    title, *explanation = head
    query = "\n".join(lines[len(head) :])
    return Example(_NUMBER.sub("", file.removesuffix(".rq")), title, " ".join(explanation), query)


def vocabulary(store: Store) -> Record:
    """The names that a query over ``store`` can use: prefixes, terms, the actions that it has, and values."""
    generation = store.generation
    return {
        "meta": {"dataset": {"base": store.metadata.base, "generation": generation}},
        "prefixes": dict(store.prefixes),
        "terms": [{k: v for k, v in asdict(name).items() if v is not None} for name in query_names()],
        "actions": list(_actions(store)),
        "values": {"ww:modality": list(MODALITIES)},
    }


def _actions(store: Store) -> Iterator[Record]:
    """Relation names, those with most events first, and behind them the wider ones that no event has by itself."""
    found = store.index.ranking(EventFilter(), rank="actions", limit=MAX_RANKED).rows
    ranked = [row for row in found if isinstance(row, RankedAction)]
    for row in ranked:
        yield _action(row.action, row.plover, row.quad, row.events)
    used = {row.action for row in ranked}
    for action in wider_actions():
        if action not in used:
            yield _action(action, action.upper(), PLOVER_TYPES[action.upper()], 0)


def _action(action: str, plover: str, quad: int, events: int) -> Record:
    return {
        "action": action,
        "iri": action_property(action).value,
        "plover": plover,
        "quad": quad,
        "events": events,
    }
