"""Headlines that the small model parses wrongly are mended to what they say; right parses stay as they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.model import Event
from extract.pipeline import Extractor

HEADLINES = {
    "verb-without-subject": ("Turkey shells Kurdish positions in Syria", ["TUR/GOV shell SYR/CVL"]),
    "noun-with-subject": ("Chad troops storm rebel base in Mali", ["TCD/MIL attack MLI/GOV"]),
    "verb-as-subject": ("Philippines files protest against China", ["PHL/GOV complain CHN/GOV"]),
    "plural-in-a-compound": ("Norway pledges aid to Ukraine", ["NOR/GOV promise-aid UKR/GOV"]),
    "plural-with-a-hyphen": ("N. Korea test-fires missile", ["PRK/GOV test-weapon -"]),
    "bare-participle": ("UN peacekeepers killed in Mali attack", ["- kill IGO/IGO"]),
    "event-before-its-verb": ("Israel strikes kill 10 in Gaza", ["ISR/GOV kill PSE/CVL"]),
    "comma-for-and": (
        "Colombia, ELN rebels sign ceasefire",
        ["COL/GOV sign COL/REB", "COL/REB sign COL/GOV"],
    ),
    "comma-of-a-date": ("Monday, Chad attacked Mali", ["TCD/GOV attack MLI/GOV"]),
    "abbreviated-state": ("S. Korea fires missiles at N. Korea", ["KOR/GOV shell PRK/GOV"]),
}

RIGHT = [
    "The government pledges were made by Chad.",
    "The ships that were seized in Mali left on Monday.",
    "Chad, a neighbor of Mali, agreed to talks.",
    "Five soldiers were killed in an attack in Kenya.",
    "Oil prices rose sharply after the arms sales report.",
    "He protests that nobody reads his sports pages.",
]


def test_an_infinitive_for_all_verb_is_planned(code: Callable[[str], list[Event]]) -> None:
    (event,) = code("France to expel Russian diplomats")
    assert (event.type, event.modality) == ("SANCTION", "planned")


@pytest.mark.parametrize(("text", "expected"), HEADLINES.values(), ids=HEADLINES)
def test_headlines(text: str, expected: list[str], told: Callable[[str], list[str]]) -> None:
    assert told(text) == sorted(expected)


def test_right_parses_stay(extractor: Extractor) -> None:
    for text in RIGHT:
        ours = [(t.text, t.dep_, t.head.i, t.tag_) for t in extractor.parser.parse(text)]
        assert ours == [(t.text, t.dep_, t.head.i, t.tag_) for t in extractor.parser.nlp(text)]


def test_a_mended_tree_is_a_tree(extractor: Extractor) -> None:
    for text, _ in HEADLINES.values():
        parsed = extractor.parser.parse(text)
        for sentence in parsed.sents:
            assert sum(t.head is t for t in sentence) == 1
            assert sorted(t.i for t in sentence.root.subtree) == [t.i for t in sentence]
            assert all(child.head is t for t in sentence for child in t.children)
