"""A user's own tables come before ours, and a wrong one says what is allowed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from extract.errors import BadTable
from extract.knowledge import load_knowledge
from extract.lexicon import load_lexicon
from extract.pipeline import Extractor


def table(folder: Path, *lines: str) -> Path:
    path = folder / "own.tsv"
    path.write_text("\n".join(line.replace(" | ", "\t") for line in lines) + "\n", encoding="utf-8")
    return path


def test_an_agent_of_ones_own(tmp_path: Path) -> None:
    own = table(tmp_path, "noun | sector | kind | note", "whizzer | MIL | person | ")
    assert load_knowledge([own]).agents["whizzer"].sector == "MIL"


def test_a_name_of_ones_own_comes_before_ours(tmp_path: Path) -> None:
    own = table(tmp_path, "name | names | code | kind | note", "Georgia | Ga. | USA | region | mine")
    first, *others = load_knowledge([own]).names["Georgia"]
    assert (first.code, {name.code for name in others}) == ("USA", {"GEO"})


def test_a_rule_of_ones_own_comes_before_ours(tmp_path: Path) -> None:
    columns = "rule | predicate | pos | object | target | plover | mode | cameo | relation | contexts"
    own = table(tmp_path, columns, "own.v.1 | condemn | v | - | obj | SUPPORT |  | 051 | praise | ")
    assert load_lexicon([own]).rules["condemn", "v"][0].action.rule == "own.v.1"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["noun | sector | kind | note", "whizzer | XXX | person | "],
            r"line 2: column sector: given is 'XXX', allowed",
        ),
        (
            ["noun | sector"],
            r"line 1: the columns are 'noun sector', allowed are, tab-separated: .*agents\.tsv",
        ),
        (["noun | sector | kind | note", "whizzer"], r"line 2: 1 cells, the header has 4 columns"),
    ],
    ids=["unknown-sector", "columns-of-no-table", "missing-cells"],
)
def test_a_wrong_table_says_where_and_what_is_allowed(lines: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=message):
        load_knowledge([table(tmp_path, *lines)])


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"none\.tsv, line 1: it cannot be read"):
        load_knowledge([tmp_path / "none.tsv"])


@pytest.mark.parametrize(
    ("text", "country", "date", "expected"),
    [
        ("the foreign ministry", "KOR", None, ("KOR", "GOV", "dateline")),
        ("Jacques Chirac", None, dt.date(2000, 1, 1), ("FRA", "GOV", None)),
        ("Jacques Chirac", None, dt.date(2015, 1, 1), ("FRA", "ELI", None)),
    ],
    ids=["by-the-dateline", "in-office", "out-of-office"],
)
def test_look_up(
    text: str, country: str | None, date: dt.date | None, expected: tuple[str, ...], extractor: Extractor
) -> None:
    (mention,) = extractor.look_up(text, country=country, date=date)
    assert (mention.actor.code, mention.actor.sector, mention.resolution) == expected


def test_the_meanings_of_a_form_are_those_of_the_tables(extractor: Extractor) -> None:
    assert [(n.kind, n.code) for n in extractor.meanings("Georgia")] == [
        ("country", "GEO"),
        ("place", "USA"),
    ]
    assert extractor.meanings("Nowhere at all") == ()
