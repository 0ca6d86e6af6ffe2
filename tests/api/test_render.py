"""Text for terminals."""

from __future__ import annotations

import pytest

from api.render import ACTION, SOURCE, Mark, answer_table, columns, cut, highlight, plain, table


def test_a_table_aligns_and_puts_numbers_to_the_right() -> None:
    assert table(["name", "n"], [["Oslo", 5], ["Minsk", None], ["Kyiv", 12]]) == [
        "name    n",
        "-----  --",
        "Oslo    5",
        "Minsk",
        "Kyiv   12",
    ]


def test_a_table_without_rows_has_its_head() -> None:
    assert table(["a", "bc"], []) == ["a  bc", "-  --"]


def test_a_table_fits_the_terminal() -> None:
    lines = table(["long", "n"], [["sanctions against everybody", 1]], width=20)
    assert lines[-1] == "sanctions against…  1"[:20] or max(map(columns, lines)) <= 20
    assert "…" in lines[-1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x1b[2Jb", "a [2Jb", id="escape"),
        pytest.param("a\r\nb\tc", "a b c", id="line-breaks"),
        pytest.param("a\u202eb", "a b", id="right-to-left-override"),
        pytest.param("\x9b31mred", "31mred", id="c1-control"),
        pytest.param("Côte d’Ivoire", "Côte d’Ivoire", id="letters-stay"),
    ],
)
def test_what_a_text_cannot_do_to_a_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert table(["t"], [[text]])[-1] == shown
    assert highlight(text, [Mark(0, len(text), SOURCE)], colour=False).strip("[ ]") == shown.strip("[ ]")


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("北京", 4), ("é", 1), ("e\u0301", 1)])
def test_columns(text: str, size: int) -> None:
    assert columns(text) == size


def test_cut_never_halves_a_wide_character() -> None:
    assert cut("北京北京", 4) == "北…"


def test_highlight_in_colour() -> None:
    assert highlight("a b", [Mark(2, 3, ACTION)], colour=True) == "a \x1b[33;1mb\x1b[0m"


def test_of_overlapping_marks_the_first_counts() -> None:
    marks = [Mark(0, 3, SOURCE), Mark(2, 5, ACTION), Mark(4, 99, ACTION)]
    assert highlight("abcdefg", marks, colour=False) == "[abc]defg"


def test_an_answer_as_a_table() -> None:
    answer = {
        "head": {"vars": ["s", "n", "b"]},
        "results": {
            "bindings": [
                {"s": {"type": "uri", "value": "http://e/x"}, "n": {"type": "literal", "value": "5"}},
                {"s": {"type": "uri", "value": "http://f/y"}, "b": {"type": "bnode", "value": "b0"}},
            ]
        },
    }
    assert answer_table(answer, {"e": "http://e/"}, width=None)[2:] == [
        "e:x           5",
        "<http://f/y>     _:b0",
    ]
    assert answer_table({"boolean": True}, {}, width=None) == ["yes"]
