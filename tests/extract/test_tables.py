"""The tables: what a broken row says, and that what ships is well formed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from extract.errors import BadTable
from extract.knowledge import SECTOR_LABELS, load_knowledge
from extract.lexicon import load_lexicon
from extract.model import PLOVER_TYPES
from extract.tables import day, items, rows

KNOWLEDGE = load_knowledge()
LEXICON = load_lexicon()
RULES = [rule for rules in LEXICON.rules.values() for rule in rules]


def written(folder: Path, text: str) -> Path:
    (folder / "t.tsv").write_text(text, encoding="utf-8")
    return folder


def test_rows_are_read_by_column_and_comments_passed_over(tmp_path: Path) -> None:
    folder = written(tmp_path, "# a comment\na\tb\n1 \t 2\n# more\n3\t\n")
    assert list(rows("t.tsv", ("a", "b"), folder=folder)) == [{"a": "1", "b": "2"}, {"a": "3", "b": ""}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\tc\n", r"t\.tsv.*1.*'a\\tc'.*must be"),
        ("a\tb\n1\n", r"t\.tsv.*2.*1 cells.*2 columns"),
        ("", "header"),
    ],
    ids=["wrong-header", "missing-cell", "empty-file"],
)
def test_a_broken_table_names_file_line_and_what_is_allowed(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=message):
        list(rows("t.tsv", ("a", "b"), folder=written(tmp_path, text)))


def test_cells_of_lists_and_dates() -> None:
    assert items(" a; ;b ") == ("a", "b")
    assert (day("2004-02", last=True), day("1999", last=True)) == (
        dt.date(2004, 2, 29),
        dt.date(1999, 12, 31),
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.action.rule)
def test_a_rule_codes_what_the_schemes_have(rule: object) -> None:
    action = rule.action  # type: ignore[attr-defined]
    assert action.type in PLOVER_TYPES or (action.type == "" and action.cameo.startswith("01"))
    assert action.cameo in LEXICON.codes
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", action.relation)


def test_a_relation_name_has_one_type_and_a_rule_one_id() -> None:
    ids = [rule.action.rule for rule in RULES]
    assert len(ids) == len(set(ids))
    types: dict[str, set[str]] = {}
    for rule in RULES:
        types.setdefault(rule.action.relation, set()).add(rule.action.type)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_a_code_without_facts_takes_those_above_it() -> None:
    assert LEXICON.code("1999") == LEXICON.codes["19"]


def test_countries_have_codes_of_three_letters_and_names() -> None:
    assert len(KNOWLEDGE.countries) > 250
    assert all(re.fullmatch("[A-Z]{3}", code) and c.name for code, c in KNOWLEDGE.countries.items())


def test_names_mean_known_countries_or_primaries() -> None:
    codes = {name.code for names in KNOWLEDGE.names.values() for name in names}
    assert codes - set(KNOWLEDGE.countries) <= {"IGO", "NGO", "MNC", "---"}


def test_agents_have_known_sectors() -> None:
    assert len(KNOWLEDGE.agents) > 900
    assert {agent.sector for agent in KNOWLEDGE.agents.values()} - {""} <= set(SECTOR_LABELS)


def test_a_state_holds_from_its_start_to_its_end() -> None:
    (union,) = [n for n in KNOWLEDGE.names["Soviet Union"] if n.kind == "country"]
    assert union.holds(dt.date(1985, 1, 1))
    assert not union.holds(dt.date(2000, 1, 1))
    assert union.holds(None)
