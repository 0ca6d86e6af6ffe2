"""Every rule of the action table fires in the sentence that is written for it: action_examples.tsv."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.model import CodedDocument, Document
from extract.pipeline import Extractor
from extract.tables import rows

EXAMPLES = {
    row["rule"]: row["example"]
    for row in rows("action_examples.tsv", ("rule", "example"), folder=Path(__file__).parent)
}


COLUMNS = "rule predicate pos object target plover mode cameo relation contexts".split()
STATEMENTS = {row["rule"] for row in rows("actions.tsv", COLUMNS) if row["plover"] == "-"}


@pytest.fixture(scope="module")
def fired(extractor: Extractor) -> dict[str, set[str]]:
    """The rules that fired in the example of each rule."""
    documents = [Document(id=rule, text=example) for rule, example in EXAMPLES.items()]
    coded = [c for c in extractor.extract(documents) if isinstance(c, CodedDocument)]
    return {c.document.id: {event.rule for event in c.events} for c in coded}


def test_each_rule_has_one_example() -> None:
    assert {row["rule"] for row in rows("actions.tsv", COLUMNS)} == set(EXAMPLES)


@pytest.mark.parametrize("rule", EXAMPLES)
def test_rule_fires(rule: str, fired: dict[str, set[str]]) -> None:
    expected = {rule} if rule not in STATEMENTS else set()
    assert expected <= fired[rule], EXAMPLES[rule]
    assert expected or not fired[rule], "a statement is no event"
