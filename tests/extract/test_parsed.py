"""What is taken out of spaCy's parse, and what is remembered of words, is what spaCy itself says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from spacy.tokens import Doc

from extract.nlp import Parser
from extract.parsed import Parsed, Tokens, conjuncts
from extract.pipeline import Extractor

TEXTS = [
    "Chad's army attacked two camps near Adré on Monday. There was no word from N'Djamena; there's little hope.",
    "They're gonna leave, let's go, y'all! It ain't over. C'mon, you gotta see what Mali did, didn't it?",
    "  Kenya and Uganda's ministers, who met twice,\n\n agreed to re-open the border that they had closed. ",
    "What did the U.N.-backed court decide? That it does not do so, said Ms. Okello (45), but nobody had listened.",
    '"We\'ve been told to leave", he said. GONNA is a word. Gonna is, too. Let us see: it is you that I saw.',
    "",
    " ",
    "Mali.",
]

ATTRIBUTES = (
    "i",
    "idx",
    "text",
    "lower_",
    "lemma_",
    "pos_",
    "tag_",
    "dep_",
    "ent_type_",
    "ent_iob",
    "is_punct",
)
EDGES = ("head", "left_edge", "right_edge")


@pytest.fixture(scope="module")
def both(extractor: Extractor) -> list[tuple[Doc, Parsed]]:
    """Each text as spaCy and as we read it, with words that the forms have not seen and with words they have."""
    nlp = extractor.parser.nlp
    texts = TEXTS * 2
    return list(zip(nlp.pipe(texts), Parser(nlp).read(texts), strict=True))


def test_tokens_have_spacys_attributes(both: list[tuple[Doc, Parsed]]) -> None:
    for doc, parsed in both:
        for theirs, ours in zip(doc, parsed, strict=True):
            found = {name: getattr(ours, name) for name in ATTRIBUTES}
            assert found == {name: getattr(theirs, name) for name in ATTRIBUTES}


def test_the_tree_is_spacys(both: list[tuple[Doc, Parsed]]) -> None:
    for doc, parsed in both:
        for theirs, ours in zip(doc, parsed, strict=True):
            assert [getattr(ours, edge).i for edge in EDGES] == [getattr(theirs, edge).i for edge in EDGES]
            for below in ("children", "lefts", "rights", "subtree"):
                assert [t.i for t in getattr(ours, below)] == [t.i for t in getattr(theirs, below)]


def test_sentences_entities_and_runs_are_spacys(both: list[tuple[Doc, Parsed]]) -> None:
    for doc, parsed in both:
        assert _ranges(parsed.sents) == _ranges(doc.sents)
        assert _ranges(parsed.ents) == _ranges(doc.ents)
        assert parsed.text == doc.text
        runs = [(a, b) for a in range(len(doc)) for b in range(a + 1, min(a + 6, len(doc)) + 1)]
        for start, end in runs:
            ours, theirs = parsed[start:end], doc[start:end]
            assert (ours.text, ours.start_char, ours.end_char) == (
                theirs.text,
                theirs.start_char,
                theirs.end_char,
            )
            assert ours.root.i == theirs.root.i
            assert ours[-1].i == theirs[-1].i
            expanded = doc.char_span(ours.start_char, ours.end_char - 1, alignment_mode="expand")
            covering = parsed.covering(ours.start_char, ours.end_char - 1)
            assert expanded is None or (covering.start, covering.end) == (expanded.start, expanded.end)


def test_a_token_is_one_object(extractor: Extractor) -> None:
    parsed = extractor.parser.parse("Chad, Mali and Niger left.")
    first = parsed[0]
    assert next(iter(parsed.sents[0])) is first
    assert [t.text for t in conjuncts(first)] == ["Chad", "Mali", "Niger"]
    assert [t.text for t in parsed[3].before()] == ["Chad", ",", "Mali"]
    assert repr(parsed[2:5]) == "Mali and Niger"


def _ranges(runs: Sequence[Tokens]) -> list[tuple[int, int]]:
    return [(run.start, run.end) for run in runs]
