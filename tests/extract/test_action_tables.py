"""The tables on actions agree with one another: codes and types; the linter finds the rest (test_lint.py)."""

from __future__ import annotations

import csv
from collections import Counter
from importlib import resources

import pytest

from extract.model import PLOVER_TYPES

DATA = resources.files("extract") / "data"
FEWEST_RULES = 5
"""A PLOVER type with fewer rules than this would be one that the extraction hardly ever finds."""


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table as dicts by column; a row with too few or too many cells fails the test."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        lines = [line for line in stream if not line.startswith("#")]
    header, *body = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    short = [row for row in body if len(row) != len(header)]
    assert not short, f"{name}: rows that have not {len(header)} cells: {short}"
    return [dict(zip(header, row, strict=True)) for row in body]


def repeated(values: list[tuple[str, ...]] | list[str]) -> list[object]:
    """The values that stand more than once in a list."""
    return [value for value, count in Counter(values).items() if count > 1]


RULES = table("actions.tsv")
CODES = {row["code"]: row for row in table("cameo.tsv")}
TYPES = {row["type"]: row for row in table("plover.tsv")}
THINGS = table("things.tsv")
CONTEXTS = table("contexts.tsv")


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        pytest.param("actions.tsv", ("rule",), id="a rule id names one rule"),
        pytest.param("actions.tsv", ("predicate", "pos", "object", "target"), id="no sense is coded twice"),
        pytest.param("cameo.tsv", ("code",), id="a CAMEO code stands once"),
        pytest.param("plover.tsv", ("type",), id="a PLOVER type stands once"),
        pytest.param("things.tsv", ("noun",), id="a noun is of one class"),
        pytest.param("contexts.tsv", ("word",), id="a word has one context"),
    ],
)
def test_keys_are_unique(name: str, columns: tuple[str, ...]) -> None:
    assert repeated([tuple(row[column] for column in columns) for row in table(name)]) == []


def test_plover_types_are_those_of_the_model_with_their_quad_class() -> None:
    assert {name: int(row["quad"]) for name, row in TYPES.items()} == PLOVER_TYPES


def test_cameo_codes_have_the_quad_class_of_their_type_and_a_goldstein_score() -> None:
    wrong = [
        code
        for code, row in CODES.items()
        if row["quad"] != (str(PLOVER_TYPES[row["plover"]]) if row["plover"] else "")
        or not -10 <= float(row["goldstein"]) <= 10
    ]
    assert wrong == []


def test_only_statements_are_no_plover_event() -> None:
    assert [code for code, row in CODES.items() if not row["plover"] and not code.startswith("01")] == []


def test_each_cameo_code_stands_below_the_code_it_refines() -> None:
    roots = {f"{number:02}" for number in range(1, 21)}
    orphans = [code for code in CODES if len(code) > 2 and code[:-1] not in CODES]
    assert orphans == []
    assert {code for code in CODES if len(code) == 2} == roots


@pytest.mark.parametrize("column", ["label", "definition"])
def test_every_code_is_explained(column: str) -> None:
    assert [code for code, row in CODES.items() if not row[column]] == []


@pytest.mark.parametrize("plover", sorted(PLOVER_TYPES))
def test_every_type_can_be_found(plover: str) -> None:
    assert sum(row["plover"] == plover for row in RULES) >= FEWEST_RULES


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("actions.tsv", "predicate"),
        ("things.tsv", "noun"),
        ("contexts.tsv", "word"),
        ("actions.tsv", "relation"),
    ],
)
def test_words_are_lower_case_and_trimmed(name: str, column: str) -> None:
    assert [row[column] for row in table(name) if row[column] != row[column].lower().strip()] == []


def test_relations_fit_into_an_iri() -> None:
    names = {row["relation"] for row in RULES}
    assert [name for name in names if not name.replace("-", "").isalpha()] == []
