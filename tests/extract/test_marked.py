"""Whom marked words stand for, when things happened and where: tables of our own sentences and documents."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from marked import answers, place_at, unmarked

from extract.dates import find_dates
from extract.pipeline import Extractor
from extract.tables import Row, rows

TABLES = Path(__file__).parent / "tables"
PHENOMENA = list(rows("phenomena.tsv", "phenomenon date dateline text known_failure".split(), folder=TABLES))
COREFERENCE = list(rows("coreference.tsv", "id date text".split(), folder=TABLES))
DATES = list(
    rows("dated_expressions.tsv", "id date text expression start end granularity".split(), folder=TABLES)
)
PLACES = list(
    rows("place_mentions.tsv", "id date dateline text trigger place code precision".split(), folder=TABLES)
)

LISTED = frozenset(
    "adjective-noun possessive title-name apposition of-phrase compound coordination ethnic-role "
    "counted-group specific-head nested-once organization-not-country nationality-of-person ambiguous-name "
    "person-like-place metonymy capital-as-place unknown-actor dateline-default former-official pronoun "
    "definite-description former-latter-both short-form surname bracket-abbreviation armed-group "
    "party-and-opposition".split()
)
"""The phenomena of which there must be a table."""

COREFERENCE_RIGHT, DATES_RIGHT, PLACES_RIGHT = 0.85, 0.95, 0.9
"""The least shares that must be right."""


def test_each_phenomenon_has_twelve_sentences_at_least() -> None:
    counts = Counter(row["phenomenon"] for row in PHENOMENA)
    assert counts.keys() == LISTED
    assert min(counts.values()) >= 12


def _cases() -> list[object]:
    numbers: Counter[str] = Counter()
    cases = []
    for row in PHENOMENA:
        numbers[row["phenomenon"]] += 1
        known = row["known_failure"]
        marks = [pytest.mark.xfail(strict=True, reason=known)] if known else []
        cases.append(pytest.param(row, id=f"{row['phenomenon']}-{numbers[row['phenomenon']]}", marks=marks))
    return cases


@pytest.mark.parametrize("row", _cases())
def test_whom_marked_words_stand_for(row: Row, extractor: Extractor) -> None:
    found = answers(extractor, row["text"], date=row["date"], dateline=row["dateline"])
    assert found
    assert [(f.mark.words, f.mark.answer, f.given) for f in found if not f.right] == []


def test_coreference_in_short_documents(extractor: Extractor) -> None:
    assert len(COREFERENCE) >= 30
    found = [(row["id"], f) for row in COREFERENCE for f in answers(extractor, row["text"], date=row["date"])]
    wrong = [f"{name}: {f.mark.words} is {f.given}, not {f.mark.answer}" for name, f in found if not f.right]
    assert len(found) >= 300
    assert len(wrong) <= (1 - COREFERENCE_RIGHT) * len(found), "\n".join(wrong)


def test_a_wrong_answer_is_seen(extractor: Extractor) -> None:
    (right,) = answers(extractor, "Peru waited. {It|PER} condemned Mali.")
    (wrong,) = answers(extractor, "Peru waited. {It|MLI} condemned Mali.")
    assert (right.right, wrong.right) == (True, False)


def test_marks_are_cut_out() -> None:
    text, marks = unmarked("{It|PER} met {them|MLI+TCD}.")
    assert text == "It met them."
    assert [(m.words, text[m.start : m.end], m.answer) for m in marks] == [
        ("It", "It", "PER"),
        ("them", "them", "MLI+TCD"),
    ]


def _date_is_right(row: Row) -> bool:
    reference = dt.date.fromisoformat(row["date"]) if row["date"] else None
    found = find_dates(row["text"], reference=reference)
    if row["expression"] == "-":
        return not found
    return any(
        (when.start.isoformat(), when.end.isoformat()) == (row["start"], row["end"])
        and (span.text in row["expression"] or row["expression"] in span.text)
        for span, when in found
    )


def test_dated_expressions() -> None:
    assert len(DATES) >= 100
    wrong = [row["id"] for row in DATES if not _date_is_right(row)]
    assert len(wrong) <= (1 - DATES_RIGHT) * len(DATES), wrong


def test_place_mentions(extractor: Extractor) -> None:
    assert len(PLACES) >= 100
    wrong = []
    for row in PLACES:
        place = place_at(extractor, row["text"], row["trigger"], date=row["date"], dateline=row["dateline"])
        if row["place"] == "-":
            right = place is None
        else:
            named = place is not None and (place.name in row["place"] or row["place"] in place.name)
            right = (
                named
                and place is not None
                and (place.code or "") == row["code"]
                and place.precision == row["precision"]
            )
        if not right:
            wrong.append(f"{row['id']}: {place}")
    assert len(wrong) <= (1 - PLACES_RIGHT) * len(PLACES), "\n".join(wrong)
