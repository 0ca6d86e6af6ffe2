"""From predicates to coded actions: rules of the lexicon, and what operators make of the action below them.

A :class:`Reading` is what one predicate, or a chain of them ("refused to hold talks"), says that was done, with
its actors. The order is fixed: a rule whose object constraint holds, then the operators, then a rule without a
constraint. An outer reading takes the predicates below it along (``used``), so that each is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from spacy.tokens import Token

from extract.coreference import Cast
from extract.frames import Frame, adjective_frame, complements, conjuncts, noun_frame, subjects, verb_frame
from extract.lexicon import Action, Lexicon, Rule
from extract.model import ActorMention
from extract.standing import is_conditional, is_negated, modality_of, noun_modality, weaker

COOPERATIVE = frozenset({"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT"})
KEEPING = frozenset({"begin", "try", "intend", "hope", "consider", "fail", "light"})
"""Operators that keep the inner action and change only its standing."""

OTHER_ACTS = frozenset({"appeal", "demand", "force", "allow", "forbid", "accuse"})
"""Operators whose complement is what somebody else does: that somebody is the target."""

STANDING = {"intend": "planned", "hope": "hypothetical", "consider": "hypothetical", "try": "actual"}
PLACES = frozenset(
    {"in", "at", "near", "into", "inside", "outside", "around", "throughout", "across", "of", "from"}
)
TOWARD = ("against", "on", "to", "with", "at", "from", "over", "toward", "towards", "for", "by", "of")
MAX_DEPTH = 5
BLASTS = frozenset({"attack", "weapon"})


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


class Reader:
    """Reads the predicates of one document's sentences against the lexicon."""

    def __init__(self, lexicon: Lexicon, cast: Cast) -> None:
        self._lexicon = lexicon
        self._cast = cast
        self.speech = frozenset(
            word
            for (word, pos), operators in lexicon.operators.items()
            if pos == "v" and any(class_ == "say" for _, class_ in operators)
        )

    def read(self, predicate: Token) -> Reading | None:
        """The reading of a verb, event noun or predicative adjective; None where it is no coded action."""
        if predicate.pos_ in {"VERB", "AUX"}:
            return self._verb(predicate, 0)
        if predicate.pos_ == "ADJ" and predicate.dep_ in {"acomp", "oprd"}:
            return self._adjective(predicate, 0)
        if predicate.pos_ in {"NOUN", "PROPN"}:
            return self._lone_noun(predicate)
        return None

    # --- predicates

    def _any(self, predicate: Token, depth: int) -> Reading | None:
        if depth > MAX_DEPTH:
            return None
        if predicate.pos_ in {"VERB", "AUX"}:
            return self._verb(predicate, depth)
        if predicate.pos_ == "ADJ":
            return self._adjective(predicate, depth)
        return self._noun(predicate, None, depth)

    def _verb(self, verb: Token, depth: int) -> Reading | None:
        frame = verb_frame(verb)
        rules = self._lexicon.rules.get((frame.lemma, "v"), ())
        strict = [r for r in rules if r.objects and self._objects_fit(r, frame)]
        reading = self._by_rule(strict, frame)
        if reading is None:
            reading = self._by_operator(frame, depth)
        if reading is None:
            reading = self._by_rule([r for r in rules if not r.objects], frame)
        if reading is None and verb.lemma_ == "be":
            adjective = next((c for c in verb.children if c.dep_ in {"acomp", "oprd"}), None)
            return self._adjective(adjective, depth + 1) if adjective is not None else None
        return self._demanded(reading, verb) or (self._promised(reading, verb) if reading else None)

    def _adjective(self, adjective: Token, depth: int) -> Reading | None:
        frame = adjective_frame(adjective)
        rules = self._lexicon.rules.get((frame.lemma, "a"), ())
        return self._by_operator(frame, depth) or self._by_rule(rules, frame)

    def _noun(self, noun: Token, verb: Frame | None, depth: int) -> Reading | None:
        """An event noun, alone or under a light ``verb`` whose agent and phrases are then its own as well."""
        frame = noun_frame(noun)
        if verb is not None:
            phrases = tuple(dict.fromkeys((*frame.phrases, *verb.phrases)))
            frame = replace(frame, agents=verb.agents, phrases=phrases, datives=verb.datives)
        compound = next((c for c in noun.lefts if c.dep_ in {"compound", "amod"} and c.i == noun.i - 1), None)
        lemmas = [f"{compound.lemma_.lower()}_{frame.lemma}"] if compound is not None else []
        for lemma in (*lemmas, frame.lemma):
            reading = self._by_rule(self._lexicon.rules.get((lemma, "n"), ()), frame)
            if reading is not None:
                used = reading.used | ({compound.i} if compound is not None else set())
                return replace(reading, used=used, modality=weaker(reading.modality, noun_modality(noun)))
        return self._by_operator(frame, depth, verb=verb)

    def _lone_noun(self, noun: Token) -> Reading | None:
        """An event noun outside any chain counts only with both its actors beside it."""
        reading = self._noun(noun, None, 0)
        if reading is None:
            return None
        if not reading.sources:
            reading = replace(reading, sources=self._modifying(noun))
        if not reading.sources or not reading.targets:
            return None
        return None if {m.actor for m in reading.sources} == {m.actor for m in reading.targets} else reading

    def _modifying(self, noun: Token) -> tuple[ActorMention, ...]:
        """The actors before an event noun: "the *Israeli* attack on", "*U.S.* sanctions against"."""
        for child in noun.lefts:
            if child.dep_ in {"amod", "compound", "nmod", "poss"}:
                found = self._cast.actors(child)
                if found:
                    return found
        return ()

    # --- rules

    def _objects_fit(self, rule: Rule, frame: Frame) -> bool:
        if "none" in rule.objects:
            return not frame.objects
        return any(self._is_thing(head, constraint) for head in frame.objects for constraint in rule.objects)

    def _is_thing(self, head: Token, constraint: str) -> bool:
        if constraint == "actor":
            return bool(self._cast.actors(head))
        if constraint.startswith("="):
            return head.lemma_.lower() == constraint[1:]
        return self.thing_class(head) == constraint

    def thing_class(self, head: Token) -> str | None:
        """The class of the thing that a phrase names: by its compound, its head, or what it is a piece of."""
        lemma = head.lemma_.lower()
        before = head.doc[head.i - 1] if head.i > 0 else None
        if before is not None and before.dep_ in {"compound", "amod"}:
            found = self._lexicon.things.get(f"{before.lower_} {lemma}")
            if found:
                return found
        found = self._lexicon.things.get(lemma)
        if found:
            return found
        for child in head.children:
            if child.dep_ == "prep" and child.lower_ == "of":
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        return self._lexicon.things.get(inner.lemma_.lower())
        return None

    def _by_rule(self, rules: Iterable[Rule], frame: Frame) -> Reading | None:
        """The first rule whose target is where it says, else the first whose target may be missing."""
        fallback = None
        for rule in rules:
            if frame.pos == "n" and rule.objects:
                continue
            targets, reciprocal, by_place = self._targets(rule, frame)
            if not targets and "obj" in rule.targets and len(rule.targets) == 1 and not rule.objects:
                continue
            reading = self._reading(rule.action, frame, targets, reciprocal=reciprocal, by_place=by_place)
            if targets:
                return reading
            fallback = fallback or reading
        return fallback

    def _reading(
        self,
        action: Action,
        frame: Frame,
        targets: tuple[ActorMention, ...],
        *,
        reciprocal: bool,
        by_place: bool,
    ) -> Reading:
        sources = self._sources(frame)
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
        return Reading(
            action, sources, targets, verb, modality, is_negated(verb), reciprocal, frozenset(used), by_place
        )

    def _sources(self, frame: Frame) -> tuple[ActorMention, ...]:
        found: dict[ActorMention, None] = {}
        for head in frame.agents:
            for mention in self._cast.actors(head) or self._owned_force(head):
                found[mention] = None
        return tuple(found)

    def _owned_force(self, head: Token) -> tuple[ActorMention, ...]:
        """Whose weapon or organ it is that acts: "a *Syrian* missile", "*Iran*'s decision"."""
        return self._cast.owners(head)

    def _targets(self, rule: Rule, frame: Frame) -> tuple[tuple[ActorMention, ...], bool, bool]:
        """The target mentions, whether the event is reciprocal, whether only a place names the target."""
        for role in rule.targets:
            if role == "none":
                return (), False, False
            if role == "recip":
                partners = self._partners(frame)
                if partners or len(self._sources(frame)) > 1:
                    return partners, True, False
                continue
            found = self._in_role(role, frame)
            if found:
                return found, role == "with" and "recip" in rule.targets, role == "place"
        return (), False, False

    def _partners(self, frame: Frame) -> tuple[ActorMention, ...]:
        return tuple(
            m
            for prep, head in frame.phrases
            if prep in {"with", "between", "among"}
            for m in self._cast.actors(head)
        )

    def _in_role(self, role: str, frame: Frame) -> tuple[ActorMention, ...]:
        if role == "obj":
            heads = frame.objects
            return _unique(m for head in (*heads, *frame.datives) for m in self._cast.actors(head))
        if role == "poss":
            return _unique(m for head in frame.objects for m in self._cast.owners(head))
        if role == "place":
            return _unique(
                m
                for prep, head in frame.phrases
                if prep in PLACES
                for m in (self._cast.actors(head) or self._cast.owners(head))
            )
        heads = tuple(head for prep, head in frame.phrases if prep == role)
        if role in {"to", "for"}:
            heads += frame.datives
        return _unique(m for head in heads for m in (self._cast.actors(head) or self._cast.owners(head)))

    # --- operators

    def _by_operator(self, frame: Frame, depth: int, *, verb: Frame | None = None) -> Reading | None:
        token = frame.predicate
        operators = self._lexicon.operators.get((frame.lemma, frame.pos), ())
        if not operators or depth > MAX_DEPTH:
            return None
        below = list(complements(token))
        if verb is not None:
            below += [(kind, head) for kind, head in complements(verb.predicate) if kind in {"inf", "that"}]
        for kind, class_ in operators:
            if class_ == "say":
                continue
            for found, head in below:
                if found == kind or (
                    found == "ing" and kind not in {"inf", "that", "obj"} and _under(head, kind)
                ):
                    reading = self._operate(class_, frame, head, depth)
                    if reading is not None:
                        return reading
        return None

    def _operate(self, class_: str, frame: Frame, head: Token, depth: int) -> Reading | None:
        token = frame.predicate
        noun = head.pos_ in {"NOUN", "PROPN"}
        shared = frame if noun and frame.pos == "v" and class_ not in OTHER_ACTS else None
        inner = self._noun(head, shared, depth + 1) if noun else self._any(head, depth + 1)
        used = frozenset({token.i}) | _clause_tokens(head)
        standing = modality_of(token) if frame.pos == "v" else noun_modality(token)
        negated = is_negated(token)
        if class_ == "undergo":
            return self._undergone(frame, inner, used)
        if class_ in KEEPING:
            if inner is None:
                return None
            sources = inner.sources or self._sources(frame)
            modality = weaker(weaker(standing, inner.modality), STANDING.get(class_, "actual"))
            negated = negated ^ inner.negated ^ (class_ == "fail")
            kept = replace(
                inner,
                sources=sources,
                modality=modality,
                negated=negated,
                used=used if not noun else used | inner.used,
            )
            return self._intended(kept) if class_ == "intend" else kept
        action = self._lexicon.compose(class_, inner.action.type if inner else None)
        if action is None:
            return None
        if action.contexts == () and inner is not None:
            action = replace(action, contexts=inner.action.contexts)
        sources = self._sources(frame)
        targets = self._operator_targets(class_, frame, head, inner, sources)
        if inner is None and not targets:
            return None
        reciprocal = class_ == "commit" and len(sources) > 1 and not targets
        return Reading(action, sources, targets, token, standing, negated, reciprocal, used)

    def _undergone(self, frame: Frame, inner: Reading | None, used: frozenset[int]) -> Reading | None:
        """ "X drew condemnation from Y": the grammatical subject is the target."""
        if inner is None:
            return None
        targets = self._sources(frame)
        sources = _unique(
            m for prep, head in frame.phrases if prep in {"from", "by"} for m in self._cast.actors(head)
        )
        if not targets:
            return None
        return replace(inner, sources=sources, targets=targets, used=used, reciprocal=False)

    def _operator_targets(
        self, class_: str, frame: Frame, head: Token, inner: Reading | None, sources: tuple[ActorMention, ...]
    ) -> tuple[ActorMention, ...]:
        """Whom a composed action is directed at."""
        here = {m.actor for m in sources}
        candidates: list[tuple[ActorMention, ...]] = []
        if class_ in OTHER_ACTS:
            if frame.pos == "v":
                candidates.append(self._in_role("obj", frame))
            if head.pos_ in {"VERB", "AUX"}:
                own = [t for c in head.children if c.dep_ in {"nsubj", "nsubjpass"} for t in conjuncts(c)]
                candidates.append(
                    _unique(m for t in own for m in self._cast.actors(t) or self._cast.owners(t))
                )
                candidates.append(_unique(m for t in subjects(head) for m in self._cast.actors(t)))
            candidates.extend(self._in_role(role, frame) for role in ("on", "upon", "to", "from"))
            if inner is not None:
                candidates += [inner.sources, inner.targets]
        else:
            if inner is not None:
                candidates.append(inner.targets)
            candidates.extend(self._in_role(role, frame) for role in ("obj", "to", "with", "against"))
        if head.pos_ in {"NOUN", "PROPN"}:
            phrases = [(prep, h) for prep, h in noun_frame(head).phrases]
            for role in TOWARD:
                found = _unique(m for prep, h in phrases if prep == role for m in self._cast.actors(h))
                candidates.append(found)
            candidates.append(self._cast.owners(head))
        elif head.pos_ in {"VERB", "AUX"}:
            below = verb_frame(head)
            candidates.extend(self._in_role(role, below) for role in ("obj", "poss", *TOWARD, "place"))
        for found in candidates:
            others = tuple(m for m in found if m.actor not in here)
            if others:
                return others
        return ()

    # --- what auxiliaries make of a reading

    def _promised(self, reading: Reading, verb: Token) -> Reading:
        """What is said to come: cooperation is a promise, its denial a refusal, conflict on a condition a threat."""
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
        action = self._lexicon.compose(outer, type_)
        if action is None:
            return reading
        action = replace(action, contexts=reading.action.contexts)
        return replace(reading, action=action, negated=reading.negated and outer != "refuse")

    def _demanded(self, reading: Reading | None, verb: Token) -> Reading | None:
        """ "X said that Y must …" is a demand of X on Y."""
        if modality_of(verb) != "requested":
            return None
        above = verb.head
        while above.dep_ == "xcomp" or above.lemma_ in {"have", "need"}:
            above = above.head
        if above.lemma_.lower() not in self.speech or above.i == verb.i:
            return None
        sources = _unique(m for t in subjects(above) for m in self._cast.actors(t))
        own = subjects(verb)
        targets = _unique(m for t in own for m in self._cast.actors(t) or self._cast.owners(t))
        targets = tuple(t for t in targets if t.actor not in {s.actor for s in sources})
        if not sources or not targets:
            return None
        action = self._lexicon.compose("demand", reading.action.type if reading else None)
        if action is None:
            return None
        used = frozenset({verb.i, above.i}) | _clause_tokens(verb)
        return Reading(action, sources, targets, verb, modality_of(above), is_negated(above), False, used)


def _unique(mentions: Iterable[ActorMention]) -> tuple[ActorMention, ...]:
    return tuple(dict.fromkeys(mentions))


def _under(head: Token, preposition: str) -> bool:
    return head.dep_ == "pcomp" and head.head.lower_ == preposition


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
