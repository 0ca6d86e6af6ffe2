"""The linter finds each kind of fault in a user's tables, and none in ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.lexicon import TABLES
from extract.lint import lint

RULES = "actions.tsv"
OPERATORS = "operators.tsv"
COMPOSE = "compose.tsv"

FAULTS = {
    "contradicting": (
        RULES,
        [
            "zonk.v.1 zonk v - obj ASSAULT _ 190 attack _",
            "zonk.v.2 zonk v - obj SUPPORT _ 051 praise _",
        ],
        3,
        "zonk.v.2 contradicts zonk.v.1 (own.tsv, line 2)",
    ),
    "said-twice": (
        RULES,
        ["zonk.v.1 zonk v - obj|on ASSAULT _ 190 attack _", "zonk.v.2 zonk v - on ASSAULT _ 190 attack _"],
        3,
        "zonk.v.2 says the same as zonk.v.1",
    ),
    "shadowed": (
        RULES,
        [
            "zonk.v.1 zonk v weapon|aid obj|to ASSAULT _ 190 attack _",
            "zonk.v.2 zonk v aid to AID _ 070 aid _",
        ],
        3,
        "zonk.v.2 is never reached, for it is shadowed by zonk.v.1",
    ),
    "beaten-by-a-users-own-rule": (
        RULES,
        ["condemn.v.own condemn v - obj|poss|by|on|for|in|against SUPPORT _ 051 praise _"],
        None,
        "condemn.v.1",
    ),
    "class-of-no-noun": (
        RULES,
        ["zonk.v.1 zonk v furniture obj ASSAULT _ 190 attack _"],
        2,
        "object furniture: no noun of things.tsv is of that class, so it never holds",
    ),
    "object-of-an-adjective": (
        RULES,
        ["zonk.a.1 zonk a weapon on ASSAULT _ 190 attack _"],
        2,
        "object weapon: an adjective has none",
    ),
    "unknown-role": (
        RULES,
        ["zonk.v.1 zonk v - goal ASSAULT _ 190 attack _"],
        2,
        "target goal is no role, allowed are none, obj,",
    ),
    "type-of-another-code": (
        RULES,
        ["zonk.v.1 zonk v - obj ASSAULT _ 051 attack _"],
        2,
        "CAMEO 051 is of SUPPORT, not of ASSAULT",
    ),
    "mode-of-another-type": (
        RULES,
        ["zonk.v.1 zonk v - obj ASSAULT curfew 190 attack _"],
        2,
        "mode curfew is none of ASSAULT; allowed are abduct, beat",
    ),
    "unknown-context": (
        RULES,
        ["zonk.v.1 zonk v - obj ASSAULT _ 190 attack gossip"],
        2,
        "context gossip is none of contexts.tsv",
    ),
    "relation-of-another-type": (
        RULES,
        ["zonk.v.1 zonk v - obj ASSAULT _ 190 praise _"],
        2,
        "relation praise is that of SUPPORT elsewhere, here of ASSAULT",
    ),
    "id-of-another-rule": (
        RULES,
        ["condemn.v.1 condemn v =zonk obj ACCUSE disapprove 111 condemn _"],
        2,
        "rule condemn.v.1 stands in actions.tsv, line",
    ),
    "badly-named": (
        RULES,
        ["mine zonk v - obj ASSAULT _ 190 attack _"],
        2,
        "rule mine is not named by its predicate and part of speech",
    ),
    "unknown-operator": (
        OPERATORS,
        ["zonk v inf dance _"],
        2,
        "class dance is none of compose.tsv and none that keeps its action",
    ),
    "unknown-complement": (OPERATORS, ["zonk v gerund refuse _"], 2, "complement gerund is none"),
    "operator-twice": (
        OPERATORS,
        ["zonk v inf refuse _", "zonk v inf|that refuse _"],
        3,
        "zonk v inf stands in own.tsv, line 2",
    ),
    "composition-of-another-type": (COMPOSE, ["refuse ZONK AID _ 120 refuse"], 2, "CAMEO 120 is of REJECT"),
    "composition-of-no-operator": (
        COMPOSE,
        ["dance ZONK REJECT _ 120 refuse"],
        2,
        "class dance is that of no operator",
    ),
    "composition-of-no-code": (
        COMPOSE,
        ["refuse ZONK AID _ 999 refuse"],
        2,
        "CAMEO 999 is no code of cameo.tsv",
    ),
}


def write(folder: Path, table: str, lines: list[str]) -> Path:
    """A user's table; ``_`` stands for an empty cell."""
    file = folder / "own.tsv"
    rows = ["\t".join("" if cell == "_" else cell for cell in line.split(" ")) for line in lines]
    file.write_text("\n".join(["\t".join(TABLES[table]), *rows, ""]), encoding="utf-8")
    return file


def test_our_own_tables_have_no_fault() -> None:
    assert [str(finding) for finding in lint()] == []


@pytest.mark.parametrize(("table", "lines", "line", "problem"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found(
    table: str, lines: list[str], line: int | None, problem: str, tmp_path: Path
) -> None:
    file = write(tmp_path, table, lines)
    found = [f for f in lint([file]) if line is None or (f.table == str(file) and f.line == line)]
    told = "\n".join(str(finding) for finding in found).replace(f"{tmp_path}/", "")
    assert problem in told


def test_a_users_table_without_fault(tmp_path: Path) -> None:
    assert lint([write(tmp_path, RULES, ["zonk.v.1 zonk v known&actor obj ASSAULT _ 190 attack _"])]) == []
