"""How a text stands to what it reports: modality, negation, and who says so."""

from __future__ import annotations

import re

from extract.frames import governing_verbs
from extract.parsed import Token

FUTURE = frozenset({"will", "'ll", "would", "shall", "wo", "’ll"})
POSSIBLE = frozenset({"may", "might", "could", "can", "ca"})
OBLIGED = frozenset({"must", "should", "ought"})
CONDITIONS = frozenset({"if", "unless", "whether", "until"})
DOUBTS = frozenset(
    {"alleged", "allegedly", "purported", "purportedly", "possible", "potential", "suspected", "supposed"}
)
CIRCUMSTANCES = frozenset(
    "after before since until when where while as because if unless once although though whereas".split()
)
"""Words that begin a clause which only says when, why or on what condition something else is."""

SPORT = frozenset(
    "tournament semifinal semi-final semis quarterfinal quarter-final playoff championship olympics striker midfielder "
    "goalkeeper winger batsman batter bowler innings wicket cricketer footballer coach referee medalist medallist "
    "sprinter marathon swimmer boxer golfer teammate qualifier knockout undefeated unbeaten champion grandmaster "
    "heavyweight basketball football soccer cricket tennis rugby baseball hockey badminton volleyball".split()
)
"""Words of games."""

BEATING = frozenset("beat defeat crush thrash rout demolish edge trounce hammer overcome down".split())
_SCORE = re.compile(r"\b\d{1,2}[-–]\d{1,2}\b")

NEGATIONS = frozenset({"not", "n't", "never", "no", "neither", "nor", "hardly", "n’t"})
ACCORDING = frozenset({"according"})
STRENGTH = ("actual", "planned", "requested", "threatened", "hypothetical")
"""From the strongest claim to the weakest: the weakest standing in a chain of verbs holds for all of it."""


def weaker(one: str, other: str) -> str:
    """The weaker of two claims.

    >>> weaker("planned", "hypothetical")
    'hypothetical'
    """
    return max(one, other, key=STRENGTH.index)


def modality_of(verb: Token) -> str:
    """What the auxiliaries and the clause of a verb claim: actual, planned, requested or hypothetical."""
    words = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    if any(c.dep_ == "mark" and c.lower_ in {"if", "unless", "whether"} for c in verb.children):
        return "hypothetical"
    if words & POSSIBLE or any(c.dep_ == "advmod" and c.lower_ in DOUBTS for c in verb.children):
        return "hypothetical"
    if words & OBLIGED or _has_to(verb):
        return "requested"
    headline = verb.dep_ == "ROOT" and "to" in words  # "Chad to send troops"
    if words & FUTURE or headline or _going_to(verb):
        return "planned"
    return "actual"


def governing_modality(verb: Token) -> str:
    """The weakest claim of the clauses over a verb's own: "planned" for "will work to *free* them"."""
    found = "actual"
    for above in governing_verbs(verb):
        if above != verb:
            found = weaker(found, modality_of(above))
    return found


def noun_modality(noun: Token) -> str:
    """``hypothetical`` for an "alleged attack", ``planned`` for a "planned visit", else actual."""
    words = {c.lower_ for c in noun.children if c.dep_ in {"amod", "advmod"}}
    if words & DOUBTS:
        return "hypothetical"
    return (
        "planned"
        if words & {"planned", "upcoming", "future", "forthcoming", "proposed", "scheduled"}
        else "actual"
    )


def is_negated(predicate: Token) -> bool:
    """Whether a verb or event noun is denied in its own clause ("did not", "no talks")."""
    for child in predicate.children:
        if child.dep_ == "neg" or (child.lower_ in NEGATIONS and child.dep_ in {"advmod", "det", "preconj"}):
            return True
        if child.dep_ in {"dobj", "nsubj", "nsubjpass"} and any(
            c.lower_ in {"no", "neither"} and c.dep_ in {"det", "preconj", "cc"} for c in child.children
        ):
            return True
    return False


def is_conditional(verb: Token) -> bool:
    """Whether the verb's clause hangs on a condition ("unless the president resigns")."""
    for clause in verb.children:
        if clause.dep_ in {"advcl", "ccomp"} and any(c.lower_ in CONDITIONS for c in clause.children):
            return True
    return False


def is_circumstance(verb: Token) -> bool:
    """Whether a verb stands in a clause that only says when, why or on what condition something else is."""
    token = verb
    while token.head != token:
        if token.dep_ == "advcl" and any(
            c.lower_ in CIRCUMSTANCES and c.dep_ in {"mark", "advmod"} for c in token.children
        ):
            return True
        token = token.head
    return False


def is_sport(predicate: Token) -> bool:
    """Whether a predicate's sentence tells of a game, by the words of one or by its score."""
    scored = predicate.lemma_ in BEATING and _SCORE.search(predicate.sent.text) is not None
    return scored or any(t.lemma_.lower() in SPORT and t.pos_ != "VERB" for t in predicate.sent)


def saying_verb(predicate: Token, speech: frozenset[str]) -> Token | None:
    """The verb of speech over a predicate's clause, at any depth of clauses, or beside it (", officials said")."""
    current = predicate
    while current.head != current:
        above = current.head
        if current.dep_ in {"ccomp", "parataxis"} and above.lemma_.lower() in speech:
            return above
        current = above
    for child in current.children:
        if (
            child.dep_ in {"parataxis", "ccomp"}
            and child.lemma_.lower() in speech
            and predicate not in child.subtree
        ):
            return child
    return None


def according_to(predicate: Token) -> Token | None:
    """The head of "according to X" in the predicate's sentence."""
    for token in predicate.sent:
        if token.lower_ in ACCORDING:
            for child in token.children:
                inner = next((c for c in child.children if c.dep_ == "pobj"), None)
                if child.lower_ == "to" and inner is not None:
                    return inner
            if token.dep_ == "pobj":
                return None
    return None


def _has_to(verb: Token) -> bool:
    return verb.dep_ == "xcomp" and verb.head.lemma_ in {"have", "need", "ought"} and verb.head.pos_ == "VERB"


def _going_to(verb: Token) -> bool:
    return verb.dep_ == "xcomp" and verb.head.lower_ == "going"
