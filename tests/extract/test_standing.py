"""What a text claims of what it reports: that it was, will, may or must be, is denied, and who says so."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from extract.model import MODALITIES, Event
from extract.parsed import Token
from extract.pipeline import Extractor
from extract.standing import (
    STRENGTH,
    according_to,
    governing_modality,
    is_conditional,
    is_negated,
    modality_of,
    noun_modality,
    saying_verb,
    weaker,
)

Code = Callable[..., list[Event]]
Find = Callable[[str, str], Token]


@pytest.fixture(scope="module")
def find(extractor: Extractor) -> Find:
    """The token of a sentence that is written as a word."""

    def token(text: str, word: str) -> Token:
        return next(t for t in extractor.parser.parse(text) if t.text == word)

    return token


VERBS = {
    "past": ("Chad blocked the road.", "blocked", "actual"),
    "perfect": ("Chad has blocked the road.", "blocked", "actual"),
    "progressive": ("Chad is blocking the road.", "blocking", "actual"),
    "will": ("Chad will block the road.", "block", "planned"),
    "will-not": ("Chad won't block the road.", "block", "planned"),
    "contracted-will": ("They'll block the road.", "block", "planned"),
    "would": ("Chad would block the road.", "block", "planned"),
    "shall": ("Chad shall block the road.", "block", "planned"),
    "going-to": ("Chad is going to block the road.", "block", "planned"),
    "may": ("Chad may block the road.", "block", "hypothetical"),
    "might": ("Chad might block the road.", "block", "hypothetical"),
    "could": ("Chad could block the road.", "block", "hypothetical"),
    "may-have": ("Chad may have blocked the road.", "blocked", "hypothetical"),
    "allegedly": ("Chad allegedly blocked the road.", "blocked", "hypothetical"),
    "if": ("Ghana waits if Chad blocks the road.", "blocks", "hypothetical"),
    "unless": ("Ghana waits unless Chad blocks the road.", "blocks", "hypothetical"),
    "whether": ("Ghana asked whether Chad blocked the road.", "blocked", "hypothetical"),
    "must": ("Chad must block the road.", "block", "requested"),
    "should": ("Chad should block the road.", "block", "requested"),
    "has-to": ("Chad has to block the road.", "block", "requested"),
    "needs-to": ("Chad needs to block the road.", "block", "requested"),
}


OUGHT = pytest.param(
    *("Chad ought to block the road.", "block", "requested"),
    id="ought-to",
    marks=pytest.mark.xfail(
        strict=True, reason="'ought' is the parser's head of the verb, no auxiliary: actual"
    ),
)


@pytest.mark.parametrize(
    ("text", "verb", "expected"), [*(pytest.param(*row, id=key) for key, row in VERBS.items()), OUGHT]
)
def test_modality_of_a_verb(text: str, verb: str, expected: str, find: Find) -> None:
    assert modality_of(find(text, verb)) == expected


NOUNS = {
    "plain": ("The attack was loud.", "attack", "actual"),
    "alleged": ("The alleged attack was loud.", "attack", "hypothetical"),
    "possible": ("A possible attack was feared.", "attack", "hypothetical"),
    "planned": ("The planned visit was long.", "visit", "planned"),
    "upcoming": ("The upcoming summit will be long.", "summit", "planned"),
}


@pytest.mark.parametrize(("text", "noun", "expected"), NOUNS.values(), ids=NOUNS)
def test_modality_of_a_noun(text: str, noun: str, expected: str, find: Find) -> None:
    assert noun_modality(find(text, noun)) == expected


GOVERNED = {
    "own": ("Chad will work.", "work", "actual"),
    "infinitive-below-will": ("Chad will work to block the road.", "block", "planned"),
    "infinitive-below-may": ("Chad may work to block the road.", "block", "hypothetical"),
    "gerund-below-will": ("Chad will help by blocking the road.", "blocking", "planned"),
    "finite-clause-is-its-own": ("Chad will say that Ghana blocks the road.", "blocks", "actual"),
}


@pytest.mark.parametrize(("text", "verb", "expected"), GOVERNED.values(), ids=GOVERNED)
def test_modality_of_the_clauses_above(text: str, verb: str, expected: str, find: Find) -> None:
    assert governing_modality(find(text, verb)) == expected


NEGATIONS = {
    "plain": ("Chad blocked the road.", "blocked", False),
    "did-not": ("Chad did not block the road.", "block", True),
    "contracted": ("Chad didn't block the road.", "block", True),
    "typographic-apostrophe": ("Chad didn’t block the road.", "block", True),
    "never": ("Chad never blocked the road.", "blocked", True),
    "no-before-the-object": ("Chad blocked no road.", "blocked", True),
    "no-before-the-noun": ("There were no attacks.", "attacks", True),
    "not-of-another-clause": ("Chad did not say that Ghana blocked the road.", "blocked", False),
}


@pytest.mark.parametrize(("text", "word", "expected"), NEGATIONS.values(), ids=NEGATIONS)
def test_negated(text: str, word: str, expected: bool, find: Find) -> None:
    assert is_negated(find(text, word)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Chad will pay if Ghana waits.", True), ("Chad will pay when Ghana waits.", False)],
    ids=["if", "when"],
)
def test_conditional(text: str, expected: bool, find: Find) -> None:
    assert is_conditional(find(text, "pay")) is expected


def test_the_weakest_claim_of_a_chain_holds_in_any_order() -> None:
    assert set(STRENGTH) <= set(MODALITIES)
    for one, other in permutations(STRENGTH, 2):
        assert weaker(one, other) == weaker(other, one) == STRENGTH[max(map(STRENGTH.index, (one, other)))]


SPEECH = frozenset({"say", "report"})
SAYING = {
    "before": ("Kenya said that Chad blocked the road.", "blocked", "said"),
    "after": ("Chad blocked the road, Kenya said.", "blocked", "said"),
    "in-the-middle": ("Chad, Kenya said, blocked the road.", "blocked", "said"),
    "two-clauses-up": ("Kenya said that Chad tried to block the road.", "block", "said"),
    "nobody": ("Chad blocked the road.", "blocked", None),
    "another-verb": ("Kenya saw that Chad blocked the road.", "blocked", None),
}


@pytest.mark.parametrize(("text", "word", "expected"), SAYING.values(), ids=SAYING)
def test_saying_verb(text: str, word: str, expected: str | None, find: Find) -> None:
    verb = saying_verb(find(text, word), SPEECH)
    assert (verb.text if verb is not None else None) == expected


@pytest.mark.parametrize(
    "text",
    ["According to Kenya, Chad blocked the road.", "Chad blocked the road, according to Kenya."],
    ids=["first", "last"],
)
def test_according_to(text: str, find: Find) -> None:
    source = according_to(find(text, "blocked"))
    assert source is not None
    assert source.text == "Kenya"


EVENTS = {
    "is-seeking-to": ("Chad is seeking to persuade Sudan to wait.", "urge", "actual", False),
    "is-trying-to": ("Chad is trying to persuade Sudan to wait.", "urge", "actual", False),
    "by-using": ("Chad is using its army to pressure Sudan.", "pressure", "actual", False),
    "planned-attack-is-a-threat": ("Chad intends to attack Sudan.", "threaten", "planned", False),
    "plans-a-noun": ("Chad is planning an attack on Sudan.", "threaten", "planned", False),
    "future-cooperation-is-a-promise": ("Chad will send medicine to Sudan.", "promise-aid", "planned", False),
    "future-refusal": ("Chad will not recognize Sudan.", "refuse", "planned", False),
    "demand-of-a-thing": ("Chad should free the Sudanese pilots.", "release", "requested", False),
    "never": ("Chad never apologized to Sudan.", "apologize", "actual", True),
    "planned-noun": ("Chad's planned visit to Sudan made news.", "visit", "planned", False),
    "past-hearsay": ("Chad reportedly attacked Sudan.", "attack", "actual", False),
}
KNOWN_FAILURES = [
    pytest.param(
        *("Chad held no talks with Sudan.", "negotiate", "actual", True),
        id="light-verb-with-no",
    ),
    pytest.param(
        *("Neither Chad nor Mali attacked Sudan.", "attack", "actual", True),
        id="neither-nor",
    ),
    pytest.param(
        *("No Chadian official visited Sudan.", "visit", "actual", True),
        id="no-before-the-subject",
    ),
    pytest.param(
        *("Should Chad attack Sudan, Ghana would wait.", "attack", "hypothetical", False),
        id="inverted-condition",
        marks=pytest.mark.xfail(strict=True, reason="no event: 'attack' after 'Should Chad' is no verb"),
    ),
]


@pytest.mark.parametrize(
    ("text", "relation", "modality", "negated"),
    [*(pytest.param(*row, id=key) for key, row in EVENTS.items()), *KNOWN_FAILURES],
)
def test_standing_of_an_event(text: str, relation: str, modality: str, negated: bool, code: Code) -> None:
    found = {(e.relation, e.modality, e.negated) for e in code(text) if "SDN" in _codes(e)}
    assert found == {(relation, modality, negated)}


def _codes(event: Event) -> set[str]:
    return {m.actor.code for m in (event.source, event.target) if m is not None}


ATTRIBUTIONS = {
    "said-that": ("Kenya said that Chad attacked Sudan.", "KEN", "said"),
    "reported-that": ("Kenya reported that Chad had attacked Sudan.", "KEN", "reported"),
    "comma-said": ("Chad attacked Sudan, the Kenyan army said.", "KEN", "said"),
    "according-to": ("Chad attacked Sudan, according to Kenya.", "KEN", "according to"),
    "according-to-first": ("According to the Kenyan army, Chad attacked Sudan.", "KEN", "according to"),
    "hidden": ("Chad attacked Sudan, it was reported.", None, "reported"),
    "nobody": ("Chad attacked Sudan.", None, None),
}


@pytest.mark.parametrize(("text", "who", "cue"), ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_attribution(text: str, who: str | None, cue: str | None, code: Code) -> None:
    (event,) = code(text)
    said = event.attribution
    assert (said.cue if said else None) == cue
    assert (said.actor.actor.code if said and said.actor else None) == who
