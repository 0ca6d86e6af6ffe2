"""Predicates and their arguments by role, whatever the word order: every row is a parsed sentence of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.frames import (
    Frame,
    adjective_frame,
    complements,
    governing_verbs,
    joined,
    lemmas_of,
    noun_frame,
    verb_frame,
)
from extract.parsed import Token, conjuncts
from extract.pipeline import Extractor

Find = Callable[[str, str], Token]


@pytest.fixture(scope="module")
def find(extractor: Extractor) -> Find:
    """The token of a sentence that is written as a word."""

    def token(text: str, word: str) -> Token:
        return next(t for t in extractor.parser.parse(text) if t.text == word)

    return token


def words(tokens: tuple[Token, ...]) -> str:
    return " ".join(t.text for t in tokens)


AGENTS_AND_OBJECTS = {
    "active": ("Chad attacked Sudan.", "attacked", "Chad", "Sudan"),
    "passive-by-agent": ("Sudan was attacked by Chad.", "attacked", "Chad", "Sudan"),
    "agentless-passive": ("Sudan was attacked on Monday.", "attacked", "", "Sudan"),
    "get-passive": ("Sudan got attacked by Chad.", "attacked", "Chad", "Sudan"),
    "coordinated-subjects": ("Chad and Mali attacked Sudan.", "attacked", "Chad Mali", "Sudan"),
    "three-coordinated-subjects": (
        "Chad, Mali and Niger attacked Sudan.",
        "attacked",
        "Chad Mali Niger",
        "Sudan",
    ),
    "coordinated-objects": ("Chad attacked Sudan and Mali.", "attacked", "Chad", "Sudan Mali"),
    "coordinated-agents-of-a-passive": (
        "Sudan was attacked by Chad and Mali.",
        "attacked",
        "Chad Mali",
        "Sudan",
    ),
    "coordinated-verbs": ("Chad praised Mali and attacked Sudan.", "attacked", "Chad", "Sudan"),
    "coordinated-verbs-one-object": ("Chad attacked and occupied Sudan.", "attacked", "Chad", "Sudan"),
    "coordinated-passives": ("Mali was searched and occupied by Chad.", "occupied", "Chad", "Mali"),
    "relative-clause-subject": ("Chad, which attacked Sudan, waited.", "attacked", "Chad", "Sudan"),
    "relative-clause-object": ("The town that Chad attacked is old.", "attacked", "Chad", "town"),
    "relative-clause-without-pronoun": ("The town Chad attacked is old.", "attacked", "Chad", "town"),
    "relative-clause-passive": ("Sudan, which was attacked by Chad, waited.", "attacked", "Chad", "Sudan"),
    "relative-clause-second-verb": (
        "Chad, which left and attacked Sudan, waited.",
        "attacked",
        "Chad",
        "Sudan",
    ),
    "reduced-passive": ("The town attacked by Chad is old.", "attacked", "Chad", "town"),
    "participle-of-a-noun": ("Soldiers attacking Sudan fled.", "attacking", "Soldiers", "Sudan"),
    "participle-of-a-clause": ("Chad left the talks, attacking Sudan.", "attacking", "Chad", "Sudan"),
    "gerund-under-by": ("Chad won the war by attacking Sudan.", "attacking", "Chad", "Sudan"),
    "purpose-clause": ("Chad sent its army to attack Sudan.", "attack", "Chad", "Sudan"),
    "purpose-clause-in-order-to": (
        "Chad crossed the river in order to attack Sudan.",
        "attack",
        "Chad",
        "Sudan",
    ),
    "purpose-clause-first": ("To attack Sudan, Chad crossed the river.", "attack", "Chad", "Sudan"),
    "control": ("Chad agreed to attack Sudan.", "attack", "Chad", "Sudan"),
    "control-two-deep": ("Chad wants to try to attack Sudan.", "attack", "Chad", "Sudan"),
    "object-control": ("Chad urged Mali to attack Sudan.", "attack", "Mali", "Sudan"),
    "object-control-passive": ("Mali was urged by Chad to attack Sudan.", "attack", "Mali", "Sudan"),
    "object-control-under-a-preposition": ("Chad called on Mali to attack Sudan.", "attack", "Mali", "Sudan"),
    "object-control-two-deep": ("Chad forced Mali to agree to attack Sudan.", "attack", "Mali", "Sudan"),
    "infinitive-of-an-owned-noun": ("Chad's plan to attack Sudan failed.", "attack", "Chad", "Sudan"),
    "infinitive-of-an-object": ("Chad made a plan to attack Sudan.", "attack", "Chad", "Sudan"),
    "infinitive-of-a-noun-by": ("Plans by Chad to attack Sudan failed.", "attack", "Chad", "Sudan"),
    "progressive-is-no-plain-verb": ("Chad is attacking Sudan.", "attacking", "Chad", "Sudan"),
    "nobody": ("Attacking Sudan is costly.", "Attacking", "", "Sudan"),
}

KNOWN_FAILURES = [
    pytest.param(
        *("Attacking Sudan, Chad left the talks.", "Attacking", "Chad", "Sudan"),
        id="participle-before-its-clause",
        marks=pytest.mark.xfail(strict=True, reason="the parser takes 'Sudan, Chad' for one phrase"),
    ),
    pytest.param(
        *("Did Chad attack Sudan?", "attack", "Chad", "Sudan"),
        id="question",
        marks=pytest.mark.xfail(strict=True, reason="the tagger takes 'attack' for a noun"),
    ),
]


@pytest.mark.parametrize(
    ("text", "verb", "agents", "objects"),
    [*(pytest.param(*row, id=key) for key, row in AGENTS_AND_OBJECTS.items()), *KNOWN_FAILURES],
)
def test_agents_and_objects(text: str, verb: str, agents: str, objects: str, find: Find) -> None:
    frame = verb_frame(find(text, verb))
    assert (words(frame.agents), words(frame.objects)) == (agents, objects)


PASSIVES = {
    "plain": ("Sudan was attacked.", "attacked", True),
    "perfect-is-active": ("Chad has attacked Sudan.", "attacked", False),
    "past-is-active": ("Chad attacked Sudan.", "attacked", False),
    "perfect-passive": ("Sudan has been attacked.", "attacked", True),
    "future-passive": ("Sudan will be attacked.", "attacked", True),
    "infinitive-passive": ("Sudan asked to be attacked.", "attacked", True),
    "reduced-relative": ("The town attacked by Chad is old.", "attacked", True),
    "coordinated": ("Mali was searched and attacked.", "attacked", True),
}


@pytest.mark.parametrize(("text", "verb", "passive"), PASSIVES.values(), ids=PASSIVES)
def test_passive(text: str, verb: str, passive: bool, find: Find) -> None:
    assert verb_frame(find(text, verb)).passive is passive


DATIVES = {
    "before-the-object": "Chad gave Sudan some money.",
    "after-the-object": "Chad gave some money to Sudan.",
    "passive": "Some money was given to Sudan by Chad.",
}


@pytest.mark.parametrize("text", DATIVES.values(), ids=DATIVES)
def test_who_is_given(text: str, find: Find) -> None:
    frame = verb_frame(next(find(text, word) for word in ("gave", "given") if word in text.split()))
    to = {head.text for preposition, head in frame.phrases if preposition == "to"}
    assert {"Sudan"} == to | {t.text for t in frame.datives}
    assert words(frame.objects).lower() == "money"


PHRASES = {
    "of-a-verb": ("Chad spoke with Sudan about Mali.", "spoke", {("with", "Sudan"), ("about", "Mali")}),
    "of-its-object": ("Chad held talks with Sudan.", "held", {("with", "Sudan")}),
    "coordinated": ("Chad spoke with Sudan and Mali.", "spoke", {("with", "Sudan"), ("with", "Mali")}),
    "two-words": ("Chad withdrew out of Sudan.", "withdrew", {("of", "Sudan")}),
    "gerund": ("Chad won by attacking.", "won", {("by", "attacking")}),
}


@pytest.mark.parametrize(("text", "verb", "expected"), PHRASES.values(), ids=PHRASES)
def test_phrases(text: str, verb: str, expected: set[tuple[str, str]], find: Find) -> None:
    phrases = verb_frame(find(text, verb)).phrases
    assert {(preposition, head.text) for preposition, head in phrases} == expected


LEMMAS = {
    "plain": ("Chad attacked Sudan.", "attacked", "attack"),
    "particle": ("Chad called off the talks.", "called", "call_off"),
    "particle-after-the-object": ("Chad called the talks off.", "called", "call_off"),
    "particle-and-preposition": ("Chad walked out of the talks.", "walked", "walk_out_of"),
    "object": ("Chad took part in the talks.", "took", "take_part_in"),
    "preposition": ("Chad called on Sudan to wait.", "called", "call_on"),
}


@pytest.mark.parametrize(("text", "verb", "expected"), LEMMAS.values(), ids=LEMMAS)
def test_names_of_a_verb(text: str, verb: str, expected: str, find: Find) -> None:
    lemmas = lemmas_of(find(text, verb))
    assert expected in lemmas
    assert lemmas[-1] == expected.split("_")[0]
    assert list(lemmas) == sorted(lemmas, key=lambda name: -name.count("_"))


def test_a_joined_preposition_gives_its_phrase_as_object(find: Find) -> None:
    frame = joined(verb_frame(find("Chad fired on Sudan.", "fired")), "fire_on")
    assert words(frame.objects) == "Sudan"


def test_a_joined_lemma_leaves_an_object_alone(find: Find) -> None:
    frame = verb_frame(find("Chad called off the talks with Sudan.", "called"))
    assert joined(frame, "call_off") == frame


NOUNS = {
    "of-and-by": ("The condemnation of Sudan by Chad was loud.", "condemnation", "Chad", "Sudan"),
    "possessor": ("Chad's condemnation of Sudan was loud.", "condemnation", "Chad", "Sudan"),
    "coordinated-possessors": (
        "Chad and Mali's condemnation of Sudan was loud.",
        "condemnation",
        "Chad Mali",
        "Sudan",
    ),
    "of-alone": ("The condemnation of Sudan was loud.", "condemnation", "", "Sudan"),
    "by-alone": ("The attack by Chad was loud.", "attack", "Chad", ""),
}


@pytest.mark.parametrize(("text", "noun", "agents", "objects"), NOUNS.values(), ids=NOUNS)
def test_event_noun(text: str, noun: str, agents: str, objects: str, find: Find) -> None:
    frame = noun_frame(find(text, noun))
    assert frame.pos == "n"
    assert (words(frame.agents), words(frame.objects)) == (agents, objects)


def test_event_noun_against_and_between(find: Find) -> None:
    against = noun_frame(find("The sanctions against Sudan were harsh.", "sanctions"))
    between = noun_frame(find("Talks between Chad and Sudan were slow.", "Talks"))
    assert [(p, t.text) for p, t in against.phrases] == [("against", "Sudan")]
    assert [(p, t.text) for p, t in between.phrases] == [("between", "Chad"), ("between", "Sudan")]


def test_predicative_adjective(find: Find) -> None:
    frame = adjective_frame(find("Chad was critical of Sudan.", "critical"))
    assert (frame.pos, frame.lemmas, words(frame.agents)) == ("a", ("critical",), "Chad")
    assert ("of", "Sudan") in {(preposition, head.text) for preposition, head in frame.phrases}


COMPLEMENTS = {
    "infinitive": ("Chad refused to meet Sudan.", "refused", ("inf", "meet")),
    "coordinated-infinitives": ("Chad refused to meet Sudan or pay Mali.", "refused", ("inf", "pay")),
    "finite-clause": ("Chad said that Sudan attacked Mali.", "said", ("that", "attacked")),
    "gerund": ("Chad stopped attacking Sudan.", "stopped", ("ing", "attacking")),
    "gerund-under-a-preposition": ("Chad accused Sudan of attacking Mali.", "accused", ("of", "attacking")),
    "object": ("Chad cancelled talks with Sudan.", "cancelled", ("obj", "talks")),
    "passive-object": ("Talks with Sudan were cancelled.", "cancelled", ("obj", "Talks")),
    "preposition": ("Chad called for talks with Sudan.", "called", ("for", "talks")),
    "infinitive-of-a-noun": ("Chad's refusal to meet Sudan was loud.", "refusal", ("inf", "meet")),
}


@pytest.mark.parametrize(("text", "word", "expected"), COMPLEMENTS.values(), ids=COMPLEMENTS)
def test_complements(text: str, word: str, expected: tuple[str, str], find: Find) -> None:
    assert expected in {(kind, head.text) for kind, head in complements(find(text, word))}


GOVERNORS = {
    "finite": ("Chad attacked Sudan.", "attacked", "attacked"),
    "infinitive": ("Chad will work to free them.", "free", "free work"),
    "gerund-under-by": ("Chad will help by freeing them.", "freeing", "freeing help"),
    "gerund-under-for": ("Chad will be tried for freeing them.", "freeing", "freeing"),
    "infinitive-of-an-object": ("Chad will make efforts to free them.", "free", "free make"),
    "coordinated": ("Chad will meet Sudan and free them.", "free", "free meet"),
    "own-subject": ("Chad will say that Sudan frees them.", "frees", "frees"),
}


@pytest.mark.parametrize(("text", "verb", "chain"), GOVERNORS.values(), ids=GOVERNORS)
def test_governing_verbs(text: str, verb: str, chain: str, find: Find) -> None:
    assert " ".join(t.text for t in governing_verbs(find(text, verb))) == chain


def test_conjuncts_are_those_to_the_right(find: Find) -> None:
    text = "Chad, Mali and Niger waited."
    assert [t.text for t in conjuncts(find(text, "Chad"))] == ["Chad", "Mali", "Niger"]
    assert [t.text for t in conjuncts(find(text, "Niger"))] == ["Niger"]


def test_a_frame_is_a_value(find: Find) -> None:
    token = find("Chad attacked Sudan.", "attacked")
    assert verb_frame(token) == verb_frame(token)
    with pytest.raises(AttributeError, match="cannot assign"):
        verb_frame(token).passive = True  # type: ignore[misc]
    assert isinstance(verb_frame(token), Frame)
