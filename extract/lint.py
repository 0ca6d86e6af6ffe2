"""Faults in the tables on actions that no reader of a single row sees: what contradicts, shadows or is never reached.

The order is that of :mod:`extract.actions`: a user's rows before ours, rules that ask for one thing before those that
ask for a class of things; of two whose constraints hold, the first that finds its target is taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from extract.actions import KEEPING, specificity
from extract.lexicon import TABLES, Rule, load_lexicon, rule_of
from extract.tables import Row, items, rows

ROLES = frozenset("obj poss recip place none".split())
"""The roles of the grammar in which a rule may look for its target; the others are :data:`PREPOSITIONS`."""

PREPOSITIONS = frozenset(
    "on with against to from of at in by for over into toward towards between among behind under inside outside near "
    "along about after off around alongside through across onto upon belonging as".split()
)
COMPLEMENTS = frozenset({"inf", "that", "ing", "obj"})
CONSTRAINTS = frozenset({"actor", "known", "own", "place", "any", "none"})
"""What an object may be asked to be besides a class of things."""

STANDING = KEEPING | {"say", "undergo", "state", "option"}
"""Operators that need no row in compose.tsv."""

PLOVER_COLUMNS = "type quad label definition modes".split()


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of one row; ``str()`` of it is the whole message."""

    table: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.table}, line {self.line}: {self.problem}"


def lint(own: Sequence[Path] = ()) -> list[Finding]:
    """The faults of the tables and of a user's files, in their order. Raises BadTable for what cannot be read."""
    load_lexicon(own)
    found = [*_actions(own), *_operators(own), *_compositions(own)]
    return sorted(found, key=lambda finding: (finding.table, finding.line))


# --- rules


def _actions(own: Sequence[Path]) -> Iterator[Finding]:
    known = list(_table("actions.tsv", own))
    classes = {row["class"] for row in _table("things.tsv", own)} | CONSTRAINTS
    contexts = {row["context"] for row in _table("contexts.tsv", own)}
    codes = {row["code"]: row["plover"] for row in _table("cameo.tsv", own)}
    modes = {row["type"]: items(row["modes"]) for row in rows("plover.tsv", PLOVER_COLUMNS)}
    relations: dict[str, str] = {}
    lines: dict[str, Row] = {}
    for row in known:
        for problem in _row_faults(row, classes, contexts, codes, modes):
            yield _finding(row, problem)
        type_ = relations.setdefault(row["relation"], row["plover"])
        if type_ != row["plover"]:
            yield _finding(
                row, f"relation {row['relation']} is that of {type_} elsewhere, here of {row['plover']}"
            )
        before = lines.setdefault(row["rule"], row)
        if before is not row:
            yield _finding(row, f"rule {row['rule']} stands in {_where(before)} already")
    yield from _hidden(known)


def _row_faults(
    row: Row,
    classes: set[str],
    contexts: set[str],
    codes: dict[str, str],
    modes: dict[str, tuple[str, ...]],
) -> Iterator[str]:
    rule = rule_of(row)
    name = re.escape(f"{row['predicate']}.{row['pos']}.")
    if not re.fullmatch(rf"{name}\S+", row["rule"]) or row["pos"] not in {"v", "n", "a"}:
        yield f"rule {row['rule']} is not named by its predicate and part of speech (v, n or a)"
    for part in (part for objects in rule.objects for part in objects.split("&")):
        if part.removeprefix("@") not in classes and not re.fullmatch(r"=\S+|@[A-Z]{3}", part):
            yield f"object {part}: no noun of things.tsv is of that class, so it never holds"
        if not part.startswith("@") and row["pos"] == "a":
            yield f"object {part}: an adjective has none, so it never holds"
    for part in rule.targets:
        if part not in ROLES | PREPOSITIONS:
            yield f"target {part} is no role, allowed are {', '.join(sorted(ROLES))} and prepositions"
    if row["plover"] != "-" and codes[row["cameo"]] != row["plover"]:
        yield f"CAMEO {row['cameo']} is of {codes[row['cameo']] or 'no type'}, not of {row['plover']}"
    if row["mode"] and row["mode"] not in modes.get(row["plover"], ()):
        allowed = ", ".join(modes.get(row["plover"], ())) or "none"
        yield f"mode {row['mode']} is none of {row['plover']}; allowed are {allowed}"
    for context in items(row["contexts"]):
        if context not in contexts:
            yield f"context {context} is none of contexts.tsv"


def _hidden(known: Sequence[Row]) -> Iterator[Finding]:
    """The rules that another one, looked at before, always beats."""
    by_predicate: defaultdict[tuple[str, str], list[tuple[Row, Rule]]] = defaultdict(list)
    for row in sorted(known, key=lambda row: not row.own):
        by_predicate[row["predicate"], row["pos"]].append((row, rule_of(row)))
    for senses in by_predicate.values():
        ordered = sorted(senses, key=lambda sense: specificity(sense[1]))
        for i, (row, rule) in enumerate(ordered):
            for earlier, other in ordered[:i]:
                if _covers(other, rule):
                    yield _finding(row, _relation(other, rule) + f" {_named(earlier)}")
                    break


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether an earlier rule holds, and finds its target, whenever a later one does."""
    if earlier.asks != later.asks:
        return False
    asked = set(later.objects)
    if earlier.objects and not (asked and asked <= set(earlier.objects)):
        return False
    wanted = [role for role in later.targets if role != "none"]
    reached = (
        earlier.targets[: earlier.targets.index("none")] if "none" in earlier.targets else earlier.targets
    )
    skipped = earlier.targets == ("obj",) and not earlier.objects
    return set(wanted) <= set(reached) and (bool(wanted) or not skipped)


def _relation(earlier: Rule, later: Rule) -> str:
    if earlier.action.cameo == later.action.cameo and earlier.action.mode == later.action.mode:
        return f"{later.action.rule} says the same as"
    same = (set(earlier.objects), set(earlier.targets)) == (set(later.objects), set(later.targets))
    return f"{later.action.rule} {'contradicts' if same else 'is never reached, for it is shadowed by'}"


# --- operators and what they make


def _operators(own: Sequence[Path]) -> Iterator[Finding]:
    classes = {row["class"] for row in _table("compose.tsv", own)} | STANDING
    seen: dict[tuple[str, str, str], Row] = {}
    for row in sorted(_table("operators.tsv", own), key=lambda row: not row.own):
        if row["class"] not in classes:
            yield _finding(row, f"class {row['class']} is none of compose.tsv and none that keeps its action")
        for complement in filter(None, row["complement"].split("|")):
            if complement not in COMPLEMENTS | PREPOSITIONS:
                allowed = ", ".join(sorted(COMPLEMENTS))
                yield _finding(
                    row, f"complement {complement} is none, allowed are {allowed} and prepositions"
                )
            key = row["predicate"], row["pos"], complement
            before = seen.setdefault(key, row)
            if before is not row and before["class"] == row["class"]:
                yield _finding(row, f"{' '.join(key)} stands in {_where(before)} already")


def _compositions(own: Sequence[Path]) -> Iterator[Finding]:
    codes = {row["code"]: row["plover"] for row in _table("cameo.tsv", own)}
    classes = {row["class"] for row in _table("operators.tsv", own)}
    seen: dict[tuple[str, str], Row] = {}
    for row in sorted(_table("compose.tsv", own), key=lambda row: not row.own):
        before = seen.setdefault((row["class"], row["inner"]), row)
        if before is not row and not before.own:
            yield _finding(row, f"{row['class']} over {row['inner']} stands in {_where(before)} already")
        if row["class"] not in classes:
            yield _finding(row, f"class {row['class']} is that of no operator, so it is never reached")
        if row["cameo"] not in codes:
            yield _finding(row, f"CAMEO {row['cameo']} is no code of cameo.tsv")
        elif codes[row["cameo"]] != row["plover"].removeprefix("-"):
            yield _finding(row, f"CAMEO {row['cameo']} is of {codes[row['cameo']]}, not of {row['plover']}")


def _table(name: str, own: Sequence[Path]) -> Iterator[Row]:
    return rows(name, TABLES[name], own=own)


def _finding(row: Row, problem: str) -> Finding:
    return Finding(row.table, row.line, problem)


def _named(row: Row) -> str:
    return f"{row['rule']} ({_where(row)})"


def _where(row: Row) -> str:
    return f"{row.table}, line {row.line}"
