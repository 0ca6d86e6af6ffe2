"""From predicates to coded actions: rules of the lexicon, and what operators make of the action below them.

A :class:`Reading` is what one predicate, or a chain of them ("refused to hold talks"), says that was done, with
its actors. The order is fixed: a rule whose object constraint holds, then the operators, then a rule without a
constraint. An outer reading takes the predicates below it along (``used``), so that each is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from extract.coreference import Cast
from extract.frames import (
    Frame,
    adjective_frame,
    complements,
    governing_verbs,
    is_passive,
    joined,
    noun_frame,
    prepositions,
    purpose,
    subjects,
    verb_frame,
)
from extract.lexicon import Action, Lexicon, Rule
from extract.model import UNKNOWN, ActorMention
from extract.parsed import Token, conjuncts
from extract.roles import HAZARD, Roles, unique
from extract.standing import (
    governing_modality,
    is_conditional,
    is_negated,
    modality_of,
    noun_modality,
    saying_verb,
    weaker,
)

COOPERATIVE = frozenset({"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT"})
KEEPING = frozenset({"begin", "try", "intend", "hope", "consider", "fail", "light"})
"""Operators that keep the inner action and change only its standing."""

OTHER_ACTS = frozenset({"appeal", "demand", "force", "allow", "forbid", "accuse"})
"""Operators whose complement is what somebody else does: that somebody is the target."""

JUDGING = frozenset({"ACCUSE", "COERCE", "SANCTION", "SUPPORT", "REJECT"})
"""Types that are done for something that somebody else did, or is said to have done."""

STANDING = {"intend": "planned", "hope": "hypothetical", "consider": "hypothetical", "try": "actual"}
TOWARD = ("against", "on", "to", "with", "at", "from", "over", "toward", "towards", "for", "by", "of")
STATEMENT = Action("", None, "010", "state", "state")
"""What only states, considers or denies something: CAMEO 01 has no PLOVER type, so that it is no event."""

CONSIDERED = Action("", None, "014", "consider", "state")
"""What is only an option (CAMEO 014)."""

KEEPING_PEACE = Action("AID", None, "074", "keep-peace", "mobilize+peacekeeping", ("military",))
"""Troops that are moved to keep a peace."""

MAX_DEPTH = 5
RELATIONS = "relations"
"""The class of the things ("ties", "alliance") that are no event until a verb makes or breaks them."""


NO_STATES = frozenset({UNKNOWN, "IGO", "NGO", "MNC"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a predicate says was done, by whom, to whom; ``used`` are the indices of the tokens it accounts for."""

    action: Action
    sources: tuple[ActorMention, ...]
    targets: tuple[ActorMention, ...]
    trigger: Token
    modality: str
    negated: bool
    reciprocal: bool
    used: frozenset[int]
    by_place: bool = False
    whole: bool = False
    """Whether the rule says that there may be no target."""


class Reader:
    """Reads the predicates of one document's sentences against the lexicon."""

    def __init__(self, lexicon: Lexicon, cast: Cast) -> None:
        self._lexicon = lexicon
        self._cast = cast
        self._roles = Roles(lexicon, cast)
        self.speech = lexicon.speech

    def read(self, predicate: Token) -> list[Reading]:
        """The readings of a verb, event noun or predicative adjective; [] where it is no coded action.

        More than one where an operator's complements are coordinated ("drew condemnation and sanctions").
        """
        if predicate.pos_ in {"VERB", "AUX"}:
            above = governing_modality(predicate)
            found = [
                replace(r, modality=weaker(r.modality, above), sources=r.sources or self._announcer(r))
                for r in self._verb(predicate, 0)
            ]
            return [_stated(predicate, r.used) if self._is_background(r, predicate) else r for r in found]
        if predicate.pos_ == "ADJ" and predicate.dep_ in {"acomp", "oprd"}:
            return self._adjective(predicate, 0)
        if predicate.pos_ in {"NOUN", "PROPN"}:
            return self._lone_noun(predicate)
        return []

    def tried(self, frame: Frame) -> Iterator[tuple[Rule, bool]]:
        """The rules of each name of a predicate, and whether what they ask for is there."""
        for lemma in frame.lemmas:
            named = joined(frame, lemma) if frame.pos == "v" else frame
            for rule in self._lexicon.rules.get((lemma, frame.pos), ()):
                yield rule, not rule.objects or self._roles.fit(rule, named)

    def _is_background(self, reading: Reading, predicate: Token) -> bool:
        """What only tells who or what is meant ("a soldier *killed* there"), or what no actor did."""
        return not reading.sources and (
            _clause_role(predicate) in {"acl", "relcl", "amod"}
            or any(self._roles.thing_class(agent) == HAZARD for agent in subjects(predicate))
        )

    # --- predicates

    def _any(self, predicate: Token, depth: int) -> list[Reading]:
        if depth > MAX_DEPTH:
            return []
        if predicate.pos_ in {"VERB", "AUX"}:
            return self._verb(predicate, depth)
        if predicate.pos_ == "ADJ":
            return self._adjective(predicate, depth)
        return self._noun(predicate, None, depth)

    def _verb(self, verb: Token, depth: int) -> list[Reading]:
        frame = verb_frame(verb)
        readings: list[Reading] = []
        for lemma in frame.lemmas:
            readings = readings or self._called(lemma, joined(frame, lemma), depth)
        if not readings and verb.lemma_ == "be":
            adjective = next((c for c in verb.children if c.dep_ in {"acomp", "oprd"}), None)
            return self._adjective(adjective, depth + 1) if adjective is not None else []
        demanded = self._demanded(readings[0] if readings else None, verb)
        return [demanded] if demanded else [self._promised(reading, verb) for reading in readings]

    def _called(self, lemma: str, frame: Frame, depth: int) -> list[Reading]:
        """What a verb means under one of its names; rules that ask for a certain thing come before all others."""
        fitting = self._fitting(lemma, frame)
        found = self._by_rule([rule for rule in fitting if rule.asks], frame)
        if found:
            return found
        bare: list[Reading] = []
        for class_, readings in self._by_operators(lemma, frame, depth):
            backed = [r for r in readings if class_ in KEEPING or r.action.rule != f"{class_}+none"]
            if backed:
                return _counted(class_, backed)
            bare = bare or _counted(class_, readings)
        loose = self._by_rule([rule for rule in fitting if not rule.asks], frame)
        return [reading for reading in loose if reading.targets] or bare or loose

    def _fitting(self, lemma: str, frame: Frame) -> list[Rule]:
        """The rules of a predicate whose constraints hold, those that ask for more first."""
        rules = self._lexicon.rules.get((lemma, frame.pos), ())
        return sorted((r for r in rules if not r.objects or self._roles.fit(r, frame)), key=specificity)

    def _adjective(self, adjective: Token, depth: int) -> list[Reading]:
        frame = adjective_frame(adjective)
        (lemma,) = frame.lemmas
        for class_, readings in self._by_operators(lemma, frame, depth):
            return _counted(class_, readings)
        return self._by_rule(self._fitting(lemma, frame), frame)

    def _noun(self, noun: Token, verb: Frame | None, depth: int) -> list[Reading]:
        """An event noun, alone or under a light ``verb`` whose agent and phrases are then its own as well."""
        frame = noun_frame(noun)
        if verb is not None:
            phrases = tuple(dict.fromkeys((*frame.phrases, *verb.phrases)))
            frame = replace(frame, agents=verb.agents, phrases=phrases, datives=verb.datives)
        compound = next((c for c in noun.lefts if c.dep_ in {"compound", "amod"} and c.i == noun.i - 1), None)
        (own,) = frame.lemmas
        lemmas = [f"{compound.lemma_.lower()}_{own}"] if compound is not None else []
        for lemma in (*lemmas, own):
            readings = self._by_rule(self._fitting(lemma, frame), frame)
            if readings:
                taken = {compound.i} if compound is not None else set()
                modality = noun_modality(noun)
                return [
                    replace(r, used=r.used | taken, modality=weaker(r.modality, modality)) for r in readings
                ]
        for class_, readings in self._by_operators(own, frame, depth, verb=verb):
            return _counted(class_, readings)
        return []

    def _lone_noun(self, noun: Token) -> list[Reading]:
        """An event noun outside any chain counts only with both its actors beside it; relations are a state."""
        if self._roles.thing_class(noun) == RELATIONS:
            return []
        found = []
        for reading in self._noun(noun, None, 0):
            sources = reading.sources or self._roles.modifying(noun)
            between = reading.reciprocal and not sources and len(reading.targets) > 1
            others = {m.actor for m in sources} != {m.actor for m in reading.targets}
            if between or (sources and reading.targets and others):
                found.append(replace(reading, sources=sources))
        return found

    # --- rules

    def _by_rule(self, rules: Iterable[Rule], frame: Frame) -> list[Reading]:
        """The first rule whose target is where it says, else the first whose target may be missing."""
        fallback = None
        for rule in rules:
            targets, reciprocal, by_place = self._roles.targets(rule, frame)
            if not targets and "obj" in rule.targets and len(rule.targets) == 1 and not rule.objects:
                continue
            reading = self._reading(rule, frame, targets, reciprocal=reciprocal, by_place=by_place)
            if targets:
                return [reading]
            fallback = fallback or reading
        return [fallback] if fallback else []

    def _reading(
        self,
        rule: Rule,
        frame: Frame,
        targets: tuple[ActorMention, ...],
        *,
        reciprocal: bool,
        by_place: bool,
    ) -> Reading:
        action, whole = rule.action, "none" in rule.targets
        sources = self._roles.sources(frame) or self._roles.authorities(action, frame)
        targets = tuple(t for t in targets if all(t.span != s.span for s in sources))
        verb = frame.predicate
        modality = noun_modality(verb) if frame.pos == "n" else modality_of(verb)
        used = {verb.i}
        for head in frame.objects:
            if frame.pos == "v" and not self._cast.actors(head):
                used |= _clause_tokens(head)
        if action.type in {"REQUEST", "ACCUSE", "REJECT", "THREATEN", "SUPPORT"}:
            for _, head in complements(verb):
                used |= _clause_tokens(head)
        if action.type in JUDGING and frame.pos == "v":
            for head in _reasons(verb):
                used |= _clause_tokens(head)
        reading = Reading(
            action,
            sources,
            targets,
            verb,
            modality,
            is_negated(verb),
            reciprocal,
            frozenset(used),
            by_place,
            whole,
        )
        if action.type == "PROTEST":
            return self._protesting(reading, frame)
        if (action.type == "MOBILIZE" or action.cameo == "042") and any(
            t.lemma_.lower().startswith("peacekeep") for t in verb.sent
        ):
            return replace(reading, action=KEEPING_PEACE)
        return self._complaining(reading, frame) if action.relation == "summon" else reading

    def _complaining(self, reading: Reading, frame: Frame) -> Reading:
        """Who is summoned to be told a complaint is accused."""
        accusation = self._lexicon.compose("accuse", None)
        if accusation is None:
            return reading
        if any(word == "over" or (word == "in" and head.lower_ == "protest") for word, head in frame.phrases):
            return replace(reading, action=accusation)
        clause = purpose(frame.predicate) if frame.pos == "v" else None
        aims = self._verb(clause, MAX_DEPTH) if clause is not None else []
        if clause is None or not any(r.action.type in {"ACCUSE", "PROTEST"} for r in aims):
            return reading
        return replace(reading, action=accusation, used=reading.used | _clause_tokens(clause))

    def _protesting(self, reading: Reading, frame: Frame) -> Reading:
        """A protest with its purpose: "marched to demand reforms by X" is against X, and no demand beside."""
        verb = frame.predicate if frame.pos == "v" else frame.predicate.head
        clause = purpose(verb) if verb.pos_ == "VERB" else None
        if clause is None:
            return self._at_home(reading)
        aims = [r for r in self._verb(clause, MAX_DEPTH) if r.targets]
        here = {m.actor for m in reading.sources}
        against = tuple(m for r in aims for m in r.targets if m.actor not in here)
        targets = reading.targets if reading.targets and not reading.by_place else against or reading.targets
        used = reading.used | _clause_tokens(clause)
        by_place = reading.by_place and not against
        return self._at_home(replace(reading, targets=targets, used=used, by_place=by_place))

    def _at_home(self, reading: Reading) -> Reading:
        """Protesters of whom nobody says where they are from are of the state that they protest against."""
        states = {m.actor.code for m in reading.targets} - NO_STATES
        if len(states) != 1:
            return reading
        (code,) = states
        sources = tuple(
            replace(m, actor=replace(m.actor, code=code), resolution="protests at home")
            if m.actor.code == UNKNOWN and m.actor.type != "Person"
            else m
            for m in reading.sources
        )
        return replace(reading, sources=sources)

    def _announcer(self, reading: Reading) -> tuple[ActorMention, ...]:
        """Who announces what will be done, where nobody else is named: "efforts will be made, the ministry said"."""
        *_, clause = governing_verbs(reading.trigger)
        verb = saying_verb(reading.trigger, self.speech)
        if verb is None or not is_passive(clause) or modality_of(clause) != "planned":
            return ()
        return unique(m for t in subjects(verb) for m in self._cast.actors(t))

    # --- operators

    def _by_operators(
        self, lemma: str, frame: Frame, depth: int, *, verb: Frame | None = None
    ) -> Iterator[tuple[str, list[Reading]]]:
        """(class, readings) of each operator that makes something of its complements, in the order of the table."""
        token = frame.predicate
        operators = self._lexicon.operators.get((lemma, frame.pos), ())
        if not operators or depth > MAX_DEPTH:
            return
        below = list(complements(token))
        if verb is not None:
            below += [(kind, head) for kind, head in complements(verb.predicate) if kind in {"inf", "that"}]
        for kind, class_ in operators:
            if class_ == "say":
                continue
            heads = [head for found, head in below if found == kind or _is_gerund_of(kind, found, head)]
            readings = [r for head in heads for r in self._operate(class_, frame, head, depth)]
            if readings:
                yield class_, readings

    def _operate(self, class_: str, frame: Frame, head: Token, depth: int) -> list[Reading]:
        token = frame.predicate
        noun = head.pos_ in {"NOUN", "PROPN"}
        shared = frame if noun and frame.pos == "v" and class_ not in OTHER_ACTS else None
        inner = self._noun(head, shared, depth + 1) if noun else self._any(head, depth + 1)
        used = frozenset({token.i}) | _clause_tokens(head)
        if class_ == "undergo":
            return self._undergone(frame, head, inner, used)
        if class_ in {"state", "option"}:
            stated = _stated(token, used)
            return [replace(stated, action=CONSIDERED) if class_ == "option" else stated]
        if class_ in KEEPING:
            kept = [self._kept(class_, frame, reading, used, noun=noun) for reading in inner]
            return [self._failed(reading) for reading in kept] if class_ == "fail" else kept
        if not inner and class_ == "appeal" and _is_addressed(head) and not self._cast.actors(head):
            return []
        if (
            class_ == "commit"
            and noun
            and inner
            and inner[0].action.type in {"ACCUSE", "REJECT", "THREATEN", "SUPPORT"}
        ):
            return [self._kept("light", frame, inner[0], used, noun=noun)]  # "pledged support" supports
        composed = self._composed(class_, frame, head, inner[0] if inner else None, used)
        return [composed] if composed else []

    def _kept(
        self, class_: str, frame: Frame, inner: Reading, used: frozenset[int], *, noun: bool
    ) -> Reading:
        """The inner action, with the standing that its operator gives it."""
        token = frame.predicate
        standing = modality_of(token) if frame.pos == "v" else noun_modality(token)
        kept = replace(
            inner,
            sources=inner.sources or self._roles.sources(frame),
            modality=weaker(weaker(standing, inner.modality), STANDING.get(class_, "actual")),
            negated=(is_negated(token) or inner.negated if noun else is_negated(token) ^ inner.negated)
            ^ (class_ == "fail"),
            used=used | inner.used if noun else used,
        )
        return self._intended(kept) if class_ == "intend" else kept

    def _failed(self, reading: Reading) -> Reading:
        """What became of what did not happen: who "failed to reach an agreement" did not agree."""
        action = self._compose("fail", reading)
        if action is None or not reading.negated:
            return reading
        between = reading.reciprocal and not (reading.sources and reading.targets)
        return replace(reading, action=action, negated=False, reciprocal=between)

    def _compose(self, class_: str, inner: Reading | None) -> Action | None:
        return self._lexicon.compose(class_, inner.action if inner else None)

    def _composed(
        self, class_: str, frame: Frame, head: Token, inner: Reading | None, used: frozenset[int]
    ) -> Reading | None:
        """The action that the operator makes of the inner one ("refused to meet")."""
        action = self._compose(class_, inner)
        if action is None:
            return None
        if inner is not None and class_ == "appeal" and _is_rallied(inner.action) and inner.targets:
            class_ = "rally"
        if action.contexts == () and inner is not None:
            action = replace(action, contexts=inner.action.contexts)
        token = frame.predicate
        if class_ in {"commit", "vow"} and frame.passive and not frame.agents:  # "is committed to opening …"
            frame = replace(frame, agents=frame.objects, objects=())
        sources = self._roles.sources(frame)
        targets = self._operator_targets(class_, frame, head, inner, sources)
        if inner is None and not targets and not (class_ == "commit" and head.pos_ == "VERB"):
            return None
        standing = modality_of(token) if frame.pos == "v" else noun_modality(token)
        reciprocal = class_ == "commit" and len(sources) > 1 and not targets
        return Reading(action, sources, targets, token, standing, is_negated(token), reciprocal, used)

    def _undergone(
        self, frame: Frame, head: Token, inner: list[Reading], used: frozenset[int]
    ) -> list[Reading]:
        """ "X drew condemnation from Y": the grammatical subject is the target."""
        targets = self._roles.sources(frame)
        phrases = (*frame.phrases, *prepositions(head))
        sources = unique(m for prep, by in phrases if prep in {"from", "by"} for m in self._cast.actors(by))
        return [
            replace(reading, sources=sources, targets=targets, used=used, reciprocal=False)
            for reading in inner
            if targets
        ]

    def _operator_targets(
        self, class_: str, frame: Frame, head: Token, inner: Reading | None, sources: tuple[ActorMention, ...]
    ) -> tuple[ActorMention, ...]:
        """Whom a composed action is directed at."""
        here = {m.actor for m in sources}
        candidates: list[tuple[ActorMention, ...]] = []
        if class_ == "rally" and inner is not None:
            return inner.targets
        if class_ == "commit" and len(sources) > 1 and inner is not None and not inner.targets:
            return ()  # "X and Y agreed to share information on Z" is between X and Y
        if class_ in OTHER_ACTS:
            if frame.pos == "v":
                candidates.append(self._roles.in_role("obj", frame))
            if head.pos_ in {"VERB", "AUX"}:
                own = [t for c in head.children if c.dep_ in {"nsubj", "nsubjpass"} for t in conjuncts(c)]
                candidates.append(
                    unique(m for t in own for m in self._cast.actors(t) or self._cast.owners(t))
                )
                candidates.append(unique(m for t in subjects(head) for m in self._cast.actors(t)))
            candidates.extend(self._roles.in_role(role, frame) for role in ("on", "upon", "to", "from"))
            if inner is not None:
                candidates += [inner.sources, inner.targets]
        else:
            if inner is not None:
                candidates.append(inner.targets)
            candidates.extend(self._roles.in_role(role, frame) for role in ("obj", "to", "with", "against"))
        if head.pos_ in {"NOUN", "PROPN"}:
            phrases = [(prep, h) for prep, h in noun_frame(head).phrases]
            for role in TOWARD:
                found = unique(m for prep, h in phrases if prep == role for m in self._cast.actors(h))
                candidates.append(found)
            candidates.append(self._cast.owners(head))
            candidates.append(self._roles.in_role("place", frame))
        elif head.pos_ in {"VERB", "AUX"}:
            below = verb_frame(head)
            candidates.extend(self._roles.in_role(role, below) for role in ("obj", "poss", *TOWARD))
            kind = inner.action.type if inner is not None else ""
            candidates.append(self._roles.inhabitants(self._roles.in_role("place", below), sources, kind))
        codes = {m.actor.code for m in sources}
        for found in candidates:
            others = tuple(
                m
                for m in found
                if m.actor not in here and not (m.resolution == "possessor" and m.actor.code in codes)
            )
            if others:
                return others
        return ()

    # --- what auxiliaries make of a reading

    def _promised(self, reading: Reading, verb: Token) -> Reading:
        """What is said to come: cooperation is a promise, its denial a refusal, conflict on a condition a threat."""
        if modality_of(verb) == "hypothetical" and reading.action.type in {"SANCTION", "COERCE"}:
            threat = self._compose("threaten", reading)
            return replace(reading, action=threat) if threat and is_conditional(verb) else reading
        if modality_of(verb) != "planned" or (reading.trigger.i != verb.i and reading.modality != "planned"):
            return reading
        return self._intended(reading, conditional=is_conditional(verb))

    def _intended(self, reading: Reading, *, conditional: bool = False) -> Reading:
        if reading.modality != "planned":
            return reading
        type_ = reading.action.type
        if type_ in COOPERATIVE:
            outer = (
                "refuse"
                if reading.negated
                else ("threaten" if conditional and type_ == "RETREAT" else "commit")
            )
            if type_ == "AGREE" and outer == "commit":
                return reading
        elif type_ in {"PROTEST", "ASSAULT"} or (conditional and type_ in {"SANCTION", "COERCE", "MOBILIZE"}):
            outer = "threaten"
        else:
            return reading
        action = self._compose(outer, reading)
        if action is None:
            return reading
        action = replace(action, contexts=reading.action.contexts)
        return replace(reading, action=action, negated=reading.negated and outer != "refuse")

    def _demanded(self, reading: Reading | None, verb: Token) -> Reading | None:
        """ "X said that Y must …" is a demand of X on Y."""
        if modality_of(verb) != "requested":
            return None
        above = verb.head
        if above.lemma_.lower() not in self.speech or above.i == verb.i:
            return None
        sources = unique(m for t in subjects(above) for m in self._cast.actors(t))
        own = subjects(verb)
        targets = unique(m for t in own for m in self._cast.actors(t) or self._cast.owners(t))
        targets = tuple(t for t in targets if t.actor not in {s.actor for s in sources})
        if not sources or not targets:
            return None
        action = self._compose("demand", reading)
        if action is None:
            return None
        used = frozenset({verb.i, above.i}) | _clause_tokens(verb)
        return Reading(action, sources, targets, verb, modality_of(above), is_negated(above), False, used)


def _reasons(verb: Token) -> Iterator[Token]:
    """The gerunds for which somebody is judged: "arrested *for carrying* out an attack" tells of none."""
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ in {"for", "over"}:
            yield from (gerund for gerund in child.children if gerund.dep_ == "pcomp")


def specificity(rule: Rule) -> int:
    """Rules for one thing come before those for a class of things, these before those for any actor, and for all."""
    if not rule.objects or "any" in rule.objects:
        return 3
    if any(constraint.startswith("=") for constraint in rule.objects):
        return 0
    return 2 if "actor" in rule.objects else 1


def _counted(class_: str, readings: list[Reading]) -> list[Reading]:
    """The readings that count: of coordinated complements all where the operator keeps them, else the first."""
    return readings if class_ in KEEPING or class_ == "undergo" else readings[:1]


def _stated(trigger: Token, used: frozenset[int]) -> Reading:
    """The reading of what is no event, so that nothing below it is read as one."""
    return Reading(STATEMENT, (), (), trigger, "actual", False, False, used)


def _clause_role(verb: Token) -> str:
    """The dependency of a verb's clause, through those it is coordinated with."""
    while verb.dep_ == "conj" and verb.head.pos_ in {"VERB", "AUX"}:
        verb = verb.head
    return verb.dep_


def _is_rallied(action: Action) -> bool:
    """Whether an appeal for it is an appeal against its target (CAMEO 113), whoever it is addressed to."""
    return action.type in {"SANCTION", "PROTEST"} or action.cameo == "163"


def _is_addressed(head: Token) -> bool:
    """Whether a phrase stands where an appeal names whom it is made to: "called *on* …"."""
    return head.dep_ == "pobj" and head.head.lower_ in {"on", "upon"}


def _is_gerund_of(kind: str, found: str, head: Token) -> bool:
    """Whether an "-ing" complement stands under the preposition ``kind`` ("succeeded *in* freeing")."""
    return found == "ing" and head.dep_ == "pcomp" and head.head.lower_ == kind


def _clause_tokens(head: Token) -> frozenset[int]:
    """The tokens of a complement, without finite clauses that only stand beside it."""
    found = {head.i}
    for child in head.children:
        beside = child.dep_ in {"relcl", "advcl", "parataxis"} and any(
            c.dep_ in {"nsubj", "nsubjpass"} for c in child.children
        )
        if not beside:
            found |= _clause_tokens(child)
    return frozenset(found)
