"""The tables on actions as the extraction holds them: rules, operators, what operators make of an action, codes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from extract.errors import BadTable
from extract.lexicon import Action, Lexicon, load_lexicon
from extract.model import PLOVER_TYPES

LEXICON = load_lexicon()
RULES = [rule for rules in LEXICON.rules.values() for rule in rules]
COMPOSING = {class_ for class_, _ in LEXICON.compositions}
"""Operator classes that make no action of their own (operators.tsv)."""


def of(type_: str | None, cameo: str = "") -> Action | None:
    """An inner action of a PLOVER type."""
    return Action(type_, None, cameo, "x", "x") if type_ else None


COMPOSED = {
    "promise-of-aid": ("commit", "AID", "AGREE", "033"),
    "promise-of-talks": ("commit", "CONSULT", "AGREE", "036"),
    "refusal-to-talk": ("refuse", "CONSULT", "REJECT", "125"),
    "threat-of-force": ("threaten", "ASSAULT", "THREATEN", "138"),
    "threat-of-sanctions": ("threaten", "SANCTION", "THREATEN", "131"),
    "appeal-to-yield": ("appeal", "RETREAT", "REQUEST", "025"),
    "demand-to-yield": ("demand", "RETREAT", "REQUEST", "105"),
    "accusation-of-anything": ("accuse", "ASSAULT", "ACCUSE", "112"),
    "fire-ceased": ("stop", "ASSAULT", "RETREAT", "0871"),
    "sanctions-ended": ("stop", "SANCTION", "RETREAT", "085"),
    "aid-ended": ("stop", "AID", "SANCTION", "162"),
    "of-nothing-coded": ("refuse", None, "REJECT", "120"),
    "star-stands-for-any-other": ("vow", "ASSAULT", "THREATEN", "130"),
}


@pytest.mark.parametrize(("operator", "inner", "type_", "cameo"), COMPOSED.values(), ids=COMPOSED)
def test_what_an_operator_makes_of_an_action(
    operator: str, inner: str | None, type_: str, cameo: str
) -> None:
    action = LEXICON.compose(operator, of(inner))
    assert action is not None
    assert (action.type, action.cameo) == (type_, cameo)
    assert action.rule == f"{operator}+{(inner or 'none').lower()}"


def test_a_row_for_the_code_comes_before_one_for_the_type_and_that_before_the_star() -> None:
    made = {"040": ("AGREE", "", "036", "by-code"), "CONSULT": ("AGREE", "", "030", "by-type")}
    made["*"] = ("AGREE", "", "030", "by-star")
    lexicon = Lexicon({}, {}, {("x", inner): row for inner, row in made.items()}, {}, {}, {})
    inner = (of("CONSULT", "040"), of("CONSULT", "041"), of("AID", "070"))
    found = [lexicon.compose("x", action) for action in inner]
    assert [action and action.relation for action in found] == ["by-code", "by-type", "by-star"]


@pytest.mark.parametrize(
    ("operator", "inner"), [("nonsense", "AID"), ("stop", None)], ids=["unknown-operator", "nothing-to-stop"]
)
def test_what_no_row_allows_is_no_action(operator: str, inner: str | None) -> None:
    assert LEXICON.compose(operator, of(inner)) is None


def test_the_star_does_not_stand_for_nothing() -> None:
    lexicon = Lexicon({}, {}, {("x", "*"): ("AID", "", "070", "aid")}, {}, {}, {})
    assert lexicon.compose("x", None) is None
    assert lexicon.compose("x", of("AID")) is not None


def test_every_composition_is_of_the_schemes() -> None:
    made = [LEXICON.compose(operator, of(inner)) for operator in COMPOSING for inner in (None, *PLOVER_TYPES)]
    wrong = [
        action
        for action in made
        if action is not None
        and (
            action.type not in PLOVER_TYPES
            or LEXICON.codes[action.cameo].type != action.type
            or not re.fullmatch(r"[a-z]+(-[a-z]+)*", action.relation)
        )
    ]
    assert wrong == []


def test_a_verb_of_speech_is_known() -> None:
    assert ("that", "say") in LEXICON.operators["say", "v"]


@pytest.mark.parametrize(
    ("cameo", "same"), [("1999", "19"), ("190", "190"), ("05999", "05")], ids=["four", "own", "five-digits"]
)
def test_a_code_without_facts_takes_those_above_it(cameo: str, same: str) -> None:
    assert LEXICON.code(cameo) == LEXICON.codes[same]


def test_an_unknown_root_is_no_code() -> None:
    with pytest.raises(KeyError, match="99"):
        LEXICON.code("991")


def test_codes_have_the_quad_class_of_their_type() -> None:
    assert {code: c.quad for code, c in LEXICON.codes.items() if c.type} == {
        code: PLOVER_TYPES[c.type] for code, c in LEXICON.codes.items() if c.type
    }


def test_rules_are_found_by_lemma_and_part_of_speech() -> None:
    assert {pos for _, pos in LEXICON.rules} == {"v", "n", "a"}
    assert [lemma for lemma, _ in LEXICON.rules if lemma != lemma.lower() or " " in lemma] == []
    assert all(
        rule.action.rule.startswith(f"{lemma}.{pos}.")
        for (lemma, pos), rs in LEXICON.rules.items()
        for rule in rs
    )


def test_a_list_of_lemmas_is_read_as_lemmas() -> None:
    lists = [rule.objects for rule in RULES if len(rule.objects) > 1 and rule.objects[0].startswith("=")]
    assert all(o.startswith("=") for objects in lists for o in objects)


@pytest.mark.parametrize("table", "actions operators compose cameo things contexts".split())
def test_a_row_with_a_missing_cell_names_file_line_and_what_is_allowed(
    table: str, spoil: Callable[[str, str], int]
) -> None:
    line = spoil(f"{table}.tsv", "juggle")
    with pytest.raises(BadTable, match=rf"^{table}\.tsv, line {line}: 1 cells, the header has \d+ columns$"):
        load_lexicon()


def test_a_new_rule_is_read(spoil: Callable[[str, str], int]) -> None:
    spoil("actions.tsv", "juggle.v.1\tjuggle\tv\t=torch|knife\tobj|with\tCONSULT\tmeet\t040\tmeet\tmilitary")
    (rule,) = load_lexicon().rules["juggle", "v"]
    assert (rule.objects, rule.targets) == (("=torch", "=knife"), ("obj", "with"))
    assert (rule.action.type, rule.action.mode, rule.action.contexts) == ("CONSULT", "meet", ("military",))


def test_a_statement_has_no_type(spoil: Callable[[str, str], int]) -> None:
    spoil("actions.tsv", "juggle.v.1\tjuggle\tv\t-\tobj\t-\t\t010\tstate\t")
    (rule,) = load_lexicon().rules["juggle", "v"]
    assert (rule.action.type, rule.objects) == ("", ())


@pytest.mark.parametrize(
    ("table", "row"),
    [
        pytest.param("cameo.tsv", "9999\tlabel\tAID\ttwo\t1.0\tdefinition", id="quad-is-no-number"),
        pytest.param("cameo.tsv", "9999\tlabel\tAID\t2\tplenty\tdefinition", id="goldstein-is-no-number"),
        pytest.param(
            "actions.tsv",
            "juggle.v.1\tjuggle\tv\t-\tobj\tAID\t\t9999\tjuggle\t",
            id="rule-of-an-unknown-code",
        ),
        pytest.param(
            "actions.tsv",
            "juggle.v.1\tjuggle\tv\t-\tobj\tJUGGLE\t\t070\tjuggle\t",
            id="rule-of-an-unknown-type",
        ),
    ],
)
def test_a_value_that_is_not_allowed_names_file_and_line(
    table: str, row: str, spoil: Callable[[str, str], int]
) -> None:
    line = spoil(table, row)
    with pytest.raises(BadTable, match=rf"^{table}, line {line}:"):
        load_lexicon()
