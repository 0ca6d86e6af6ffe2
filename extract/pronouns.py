"""For whom a pronoun stands: the candidates before it, those that cannot be it left out, the rest ranked.

Ranked by grammar and distance, as centering theory has it: the subject of the clause above, other subjects of the
sentence, its objects; then those of the sentences before. Things compete with actors, so that "it" may be no actor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from extract.discourse import OBJECT, OBLIQUE, SUBJECT, Discourse, Referent
from extract.frames import subjects
from extract.model import Actor, ActorMention
from extract.parsed import Token

FEMALE = frozenset({"she", "her", "hers"})
MALE = frozenset({"he", "him", "his"})
PERSONAL = FEMALE | MALE
NEUTER = frozenset({"it", "its"})
PLURAL = frozenset({"they", "them", "their"})
SPEAKERS = frozenset({"we", "us", "our", "i", "me", "my"})
RELATIVES = frozenset({"who", "whom", "whose", "which"})
STANDING_IN = PERSONAL | NEUTER | PLURAL | SPEAKERS | RELATIVES

AGENTIVE = frozenset(
    "say tell accuse deny warn threaten condemn vow urge demand want refuse agree learn respect believe send arrest "
    "expel hope accept reject seek expect call announce pledge promise insist claim acknowledge admit declare decide "
    "plan attack invade withdraw negotiate criticize criticise denounce oppose support recognize recognise deploy "
    "regret apologize apologise intend summon consider fear think know recall protest detain release add "
    "reiterate".split()
)
"""What actors do and things do not."""

IMPERSONAL = frozenset(
    "clear unclear likely unlikely possible impossible important necessary obvious true evident essential difficult "
    "hard easy early late premature certain vital crucial understandable doubtful known unknown imperative urgent "
    "inevitable conceivable plausible hoped ironic common rare better best wrong right good bad time".split()
)
"""Adjectives of "it is … that", "it is … to", where "it" is nobody."""

SEEMING = frozenset(
    "seem appear happen emerge turn follow remain take become transpire rain snow help matter".split()
)
"""Verbs whose "it" is often nobody."""

CLAUSES = frozenset({"ccomp", "csubj", "xcomp", "advcl", "acl", "relcl"})
SAME_SENTENCE, SENTENCE_BEFORE, EACH_BEFORE = 10.0, 5.5, 3.0
MARGIN = 0.2
"""By how much the best candidate of the sentences before must lead another actor."""


class Reader(Protocol):
    """What is asked of the cast."""

    def tokens_before(self, head: Token) -> Sequence[Token]:
        """The tokens of the sentence before one."""

    def actors(self, head: Token) -> tuple[ActorMention, ...]:
        """The actors of a phrase."""

    def referent(self, head: Token) -> Referent | None:
        """The phrase as something that later words can refer to."""


class _Candidate(NamedTuple):
    """A referent, its token where it stands in the pronoun's own sentence, and how well it fits."""

    referent: Referent
    token: Token | None
    score: float
    rule: str


def is_pronoun(token: Token) -> bool:
    """Whether a token is a pronoun that can stand for an actor; "US" is a country."""
    return token.lower_ in STANDING_IN and token.text != "US"


def antecedent_of_relative(head: Token) -> Token | None:
    """The noun to which a relative pronoun belongs."""
    current = head
    while current.dep_ != "relcl" and current.head != current:
        current = current.head
    return current.head if current.dep_ == "relcl" else None


class Pronouns:
    """Resolves the pronouns of one document."""

    def __init__(self, reader: Reader, discourse: Discourse) -> None:
        self._reader = reader
        self._discourse = discourse

    def resolve(self, head: Token) -> tuple[Token | None, Referent | None, str]:
        """The antecedent's token in the same sentence or its referent of one before, and the rule; else None, None."""
        word = head.lower_
        if word in RELATIVES:
            return antecedent_of_relative(head), None, "relative"
        if word in SPEAKERS:
            speaker = _speaker(head)
            return (speaker, None, "speaker") if speaker is not None and speaker != head else (None, None, "")
        if word in NEUTER and is_pleonastic(head):
            return None, None, ""
        ranked = sorted(self._candidates(head), key=lambda c: -c.score)
        if not ranked or not ranked[0].referent.actors:
            return None, None, ""
        best = ranked[0]
        if best.token is not None:
            return best.token, None, best.rule
        rival = next((c for c in ranked if c.referent.actors and not _same(c.referent, best.referent)), None)
        if rival is not None and best.score - rival.score < MARGIN:
            return None, None, ""
        return None, best.referent, best.rule

    def learn(self, head: Token, found: Sequence[ActorMention]) -> None:
        """Remember by which gender a pronoun called somebody."""
        if head.lower_ in PERSONAL and len(found) == 1:
            self._discourse.genders[found[0].actor.id] = "f" if head.lower_ in FEMALE else "m"

    def _candidates(self, head: Token) -> Iterator[_Candidate]:
        yield from self._inside(head)
        fellows = self._fellow_actors(head)
        for referent in self._discourse.recent():
            if self._agrees(head, referent) and not fellows.intersection(referent.actors):
                yield _Candidate(referent, None, self._score_before(head, referent), "pronoun")

    def _inside(self, head: Token) -> Iterator[_Candidate]:
        """The candidates of the pronoun's own sentence."""
        speaker = _speaker(head)
        for token in self._reader.tokens_before(head):
            if token.pos_ not in {"NOUN", "PROPN", "PRON"} or not self._can_be(token, head):
                continue
            referent = self._reader.referent(token)
            if referent is None or not self._agrees(head, referent):
                continue
            yield _Candidate(referent, token, *_score_inside(head, token, speaker))
        if (
            speaker is not None and speaker.i > head.i
        ):  # "It was late, Peru said": the subject after its words
            referent = self._reader.referent(speaker)
            if referent is not None and referent.actors and self._agrees(head, referent):
                yield _Candidate(referent, speaker, SAME_SENTENCE - 2, "speaker")

    def _fellow_actors(self, head: Token) -> set[Actor]:
        """Who acts on a pronoun that undergoes its verb: it stands for somebody else."""
        verb = _predicate(head) if head.dep_ in {"dobj", "pobj", "dative"} else None
        return (
            {m.actor for t in subjects(verb) for m in self._reader.actors(t)} if verb is not None else set()
        )

    def _can_be(self, token: Token, head: Token) -> bool:
        """Whether grammar lets a pronoun stand for a phrase: not for its own fellow argument, not from inside it."""
        if token == head or token.lower_ in RELATIVES:
            return False
        if head.dep_ == "poss":
            return head.head != token and not _is_within(token, head.head)
        verb, other = _predicate(head), _predicate(token)
        if head.dep_ in {"nsubj", "nsubjpass"} and _is_said_by(token, head.head):
            return False
        fellow = verb is not None and verb == other and token.dep_ not in {"poss", "compound", "amod"}
        if verb is not None and not fellow and head.dep_ in {"dobj", "pobj", "dative"}:
            fellow = any(t.i == token.i for t in subjects(verb))
        return not fellow and not _is_within(head, token)

    def _agrees(self, head: Token, referent: Referent) -> bool:
        word = head.lower_
        if word in PERSONAL:
            if not referent.person or referent.plural:
                return False
            known = (self._discourse.genders.get(actor.id) for actor in referent.actors)
            gender = referent.gender or next(filter(None, known), "")
            return bool(referent.actors) and gender in {"", "f" if word in FEMALE else "m"}
        if word in NEUTER:
            acting = head.dep_ in {"nsubj", "nsubjpass"} and head.head.lemma_ in AGENTIVE
            return not referent.person and not referent.plural and bool(referent.actors or not acting)
        if word in PLURAL:
            acting = head.dep_ == "nsubj" and head.head.lemma_ in AGENTIVE
            return referent.plural and bool(referent.actors or not acting)
        return True

    def _score_before(self, head: Token, referent: Referent) -> float:
        distance = self._discourse.sentence - referent.sentence
        score = SENTENCE_BEFORE - EACH_BEFORE * (distance - 1) + _ROLE_SCORES[referent.role]
        if referent.main and head.dep_ in {"nsubj", "nsubjpass"}:
            score += 1.0
        if not referent.actors:
            score -= 1.5
        return score + (0.3 if referent.named else 0.0) - referent.position / 1000


_ROLE_SCORES = {SUBJECT: 3.0, OBJECT: 1.5, OBLIQUE: 1.0, 0: 0.3}


def _score_inside(head: Token, token: Token, speaker: Token | None) -> tuple[float, str]:
    near = -(head.i - token.i) / 50
    if speaker is not None and token == speaker:
        return SAME_SENTENCE + 6.5 + near, "speaker"
    subject = token.dep_ in {"nsubj", "nsubjpass", "csubj"}
    levels = _levels_above(head, token.head) if subject else None
    if levels is not None:
        return SAME_SENTENCE + 6 - 0.5 * levels + near, "subject before"
    if subject:
        return SAME_SENTENCE + 3.5 + near, "subject before"
    undergoing = head.dep_ in {"dobj", "pobj", "dative"}
    if token.dep_ in {"dobj", "dative"}:
        return SAME_SENTENCE + (4.5 if undergoing else 2.5) + near, "object before"
    if token.dep_ == "pobj":
        return SAME_SENTENCE + (3.0 if undergoing else 2.0) + near, "object before"
    return SAME_SENTENCE + 1.0 + near, "object before" if undergoing else "subject before"


def _levels_above(head: Token, verb: Token) -> int | None:
    """How many clauses a verb stands above that of ``head``; None where it does not."""
    current, levels = head, 0
    while current.head != current:
        current = current.head
        if current == verb:
            return levels
        if current.pos_ in {"VERB", "AUX"} and current.dep_ in CLAUSES:
            levels += 1
    return None


def is_pleonastic(head: Token) -> bool:
    """Whether "it" is nobody: "it is clear that …", "it was reported that …", "it is the third dispute"."""
    if head.dep_ == "expl":
        return True
    if head.lower_ != "it" or head.dep_ not in {"nsubj", "nsubjpass"}:
        return False
    verb = head.head
    below = {c.dep_: c for c in verb.children}
    clause = any(
        c.dep_ in {"ccomp", "csubj", "xcomp", "advcl", "csubjpass"}
        and c.i > head.i
        and c.lemma_ not in {"have"}
        for c in (
            *verb.children,
            *(g for c in verb.children if c.dep_ in {"acomp", "attr"} for g in c.children),
        )
    )
    if verb.lemma_ == "be":
        if "acomp" in below:
            return clause and below["acomp"].lemma_.lower() in IMPERSONAL
        attr = below.get("attr")
        if attr is None:
            return clause
        ordinal = any(
            c.dep_ == "amod" and (c.ent_type_ == "ORDINAL" or c.lower_ in _ORDINALS) for c in attr.children
        )
        return clause or ordinal or attr.lower_ in {"time", "day", "year", "pity", "matter"}
    if verb.lemma_ in SEEMING:
        return clause or verb.lemma_ in {"rain", "snow", "take"}
    return "auxpass" in below and "ccomp" in below


_ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth", "latest", "last"})


def _speaker(head: Token) -> Token | None:
    """The grammatical subject of the clause that reports a pronoun's clause: "*X* said *it* would"."""
    clause = head
    while clause.dep_ not in {"ccomp", "ROOT", "relcl"} and clause.head != clause:
        clause = clause.head
    if clause.dep_ != "ccomp":
        return None
    return next((c for c in clause.head.children if c.dep_ in {"nsubj", "nsubjpass"}), None)


def _predicate(token: Token) -> Token | None:
    """The verb of which a phrase is an argument."""
    current = token
    while (
        current.dep_ in {"conj", "appos"} and current.head != current and current.pos_ not in {"VERB", "AUX"}
    ):
        current = current.head
    current = current.head
    while current.dep_ in {"prep", "agent"} and current.head != current:
        current = current.head
    return current if current.pos_ in {"VERB", "AUX"} else None


def _is_said_by(token: Token, verb: Token) -> bool:
    """Whether a phrase stands in what a verb reports: '"… into the North," it added' does not mean the North."""
    current = token
    while current.head != current:
        if current.head == verb:
            return current.dep_ == "ccomp"
        current = current.head
    return False


def _is_within(head: Token, token: Token) -> bool:
    """Whether ``head`` stands inside the phrase of ``token``, other than in a clause of it or coordinated to it."""
    current = head
    while current.head != current and current != token:
        if current.dep_ in {"conj", "appos", "relcl", "acl", "ccomp", "advcl"}:
            return False
        current = current.head
    return current == token and head != token


def _same(one: Referent, other: Referent) -> bool:
    return {a.id for a in one.actors} == {a.id for a in other.actors}


def gender_of(head: Token) -> str:
    """``f`` or ``m`` where a pronoun, or a title or word of a phrase, tells it, else ""."""
    words = [head.lower_, *(t.lower_ for t in head.children if t.i < head.i)]
    for word in words:
        if word in FEMALE or word in _WOMEN or word.endswith("woman"):
            return "f"
        if word in MALE or word in _MEN or (word.endswith("man") and len(word) > 6):
            return "m"
    return ""


_WOMEN = frozenset(
    "mrs mrs. ms ms. miss queen princess lady dame baroness duchess empress mother wife widow sister daughter madam "
    "woman girl".split()
)
_MEN = frozenset(
    "mr mr. king prince lord sir emperor sultan emir sheikh ayatollah pope father husband brother son man boy".split()
)
