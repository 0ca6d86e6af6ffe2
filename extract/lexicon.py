"""What was done: the action rules, operators and codes of the tables."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extract.model import PLOVER_TYPES
from extract.tables import Row, check_own, items, rows

Composition = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Action:
    """What an event is coded as: PLOVER type, mode and contexts, CAMEO code, relation name, and the rule's id.

    The type is "" for a statement (CAMEO 01), which PLOVER does not count as an event.
    """

    type: str
    mode: str | None
    cameo: str
    relation: str
    rule: str
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A sense of a predicate: what its object must be, and in which roles to look for the target, in order.

    ``objects`` is empty for no constraint, else alternatives: a class of things, ``actor``, ``known`` (an actor with a
    code), ``own`` ("its troops"), ``place`` (the name of one), ``any``, ``none``, ``=lemma``, or ``@MIL`` for the
    source's sector; ``&`` joins what must hold together. ``targets`` holds ``obj``, ``poss``, ``recip``, ``place``,
    ``none`` (there may be no target) or prepositions.
    """

    action: Action
    objects: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def asks(self) -> bool:
        """Whether it asks for an object of a certain kind."""
        return bool(self.objects) and "none" not in self.objects


@dataclass(frozen=True, slots=True)
class Code:
    """A CAMEO code's facts: PLOVER type, quad class (1-4) and Goldstein score (-10 to 10)."""

    type: str
    quad: int
    goldstein: float


@dataclass(frozen=True)
class Lexicon:
    """All tables on actions; ``rules`` and ``operators`` by (lemma, part of speech: v, n or a)."""

    rules: dict[tuple[str, str], tuple[Rule, ...]]
    operators: dict[tuple[str, str], tuple[tuple[str, str], ...]]
    compositions: dict[tuple[str, str], Composition]
    things: dict[str, str]
    codes: dict[str, Code]
    contexts: dict[str, str]
    weights: dict[str, float] = field(default_factory=dict)

    @functools.cached_property
    def speech(self) -> frozenset[str]:
        """The verbs of speech: those under which a clause is said by somebody."""
        return frozenset(
            word
            for (word, pos), operators in self.operators.items()
            if pos == "v" and any(class_ == "say" for _, class_ in operators)
        )

    def compose(self, operator: str, inner: Action | None) -> Action | None:
        """The action that an operator class makes of an inner one (None: of no coded action).

        A row for the inner CAMEO code comes before one for the code that it refines, for its PLOVER type, and ``*``.
        """
        inside = (inner.cameo, inner.cameo[:3], inner.type, "*") if inner else ("-",)
        keys = [(operator, key) for key in inside]
        found = next((self.compositions[key] for key in keys if key in self.compositions), None)
        if found is None:
            return None
        type_, mode, cameo, relation = found
        return Action(
            type_.removeprefix("-"),
            mode or None,
            cameo,
            relation,
            f"{operator}+{inner.type.lower() if inner else 'none'}",
        )

    def code(self, cameo: str) -> Code:
        """The facts of a CAMEO code, those of the code above it where it has none of its own."""
        while cameo not in self.codes and len(cameo) > 2:
            cameo = cameo[:-1]
        return self.codes[cameo]


TABLES = {
    "actions.tsv": "rule predicate pos object target plover mode cameo relation contexts".split(),
    "operators.tsv": "predicate pos complement class note".split(),
    "compose.tsv": "class inner plover mode cameo relation".split(),
    "things.tsv": ["noun", "class"],
    "contexts.tsv": ["word", "context"],
    "confidence.tsv": ["feature", "weight"],
    "cameo.tsv": "code label plover quad goldstein definition".split(),
}
"""The tables on actions with their columns."""

TYPES = frozenset(PLOVER_TYPES) | {"-"}


def load_lexicon(own: Sequence[Path] = ()) -> Lexicon:
    """Read the tables under ``extract/data``, and a user's own files with the columns of one of them.

    What a user's file says comes before what the tables say. Raises BadTable for what cannot be read.
    """
    check_own(own, TABLES)
    codes = {
        row["code"]: Code(row["plover"], int(row.number("quad")), row.number("goldstein"))
        for row in _table("cameo.tsv", own)
    }
    rules: defaultdict[tuple[str, str], list[tuple[bool, Rule]]] = defaultdict(list)
    for row in _table("actions.tsv", own):
        if row["cameo"] not in codes:
            raise row.fault("cameo", "a code of cameo.tsv")
        rules[row["predicate"], row["pos"]].append((not row.own, rule_of(row)))
    operators: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in _table("operators.tsv", own):
        key = row["predicate"], row["pos"]
        found = [(complement, row["class"]) for complement in _parts(row["complement"])]
        operators[key] = [*found, *operators[key]] if row.own else [*operators[key], *found]
    compositions = {
        (row["class"], row["inner"]): (row["plover"], row["mode"], row["cameo"], row["relation"])
        for row in _table("compose.tsv", own)
    }
    return Lexicon(
        rules={key: tuple(rule for _, rule in sorted(found, key=_mine)) for key, found in rules.items()},
        operators={key: tuple(value) for key, value in operators.items()},
        compositions=compositions,
        things={row["noun"]: row["class"] for row in _table("things.tsv", own)},
        codes=codes,
        contexts={row["word"]: row["context"] for row in _table("contexts.tsv", own)},
        weights={row["feature"]: row.number("weight") for row in _table("confidence.tsv", own)},
    )


def _table(name: str, own: Sequence[Path]) -> Iterator[Row]:
    return rows(name, TABLES[name], own=own)


def rule_of(row: Row) -> Rule:
    """The rule of a row of actions.tsv; raises BadTable for a type that PLOVER does not have."""
    type_ = row.one_of("plover", TYPES).removeprefix("-")
    contexts = items(row["contexts"])
    action = Action(type_, row["mode"] or None, row["cameo"], row["relation"], row["rule"], contexts)
    return Rule(action, _objects(row["object"]), _parts(row["target"]))


def _mine(found: tuple[bool, Rule]) -> bool:
    return found[0]


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part and part != "-")


def _objects(cell: str) -> tuple[str, ...]:
    """``=a|b`` as ``("=a", "=b")``, else the classes."""
    parts = _parts(cell)
    if cell.startswith("="):
        return tuple("=" + part.removeprefix("=") for part in parts)
    return parts
