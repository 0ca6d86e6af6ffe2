"""What a text calls those it has named: "the North", "the two countries", "the latter", "the bloc", MGV, a surname.

Each rule gives the actors, and the name of the rule; none of them guesses: what was not said before stands for nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from extract.actors import Phrases, group_of
from extract.discourse import Discourse, Referent
from extract.knowledge import STATE_SECTORS, Knowledge
from extract.model import UNKNOWN, Actor, ActorMention
from extract.parsed import Token, Tokens, conjuncts

Actors = Callable[[Token], tuple[ActorMention, ...]]
Alias = tuple[tuple[Actor, ...], str]
Before = Callable[[Token, int], Iterator[Referent]]

PAIRS = frozenset(
    "country nation side party ally partner neighbor neighbour state leader government korea rival foe enemy president "
    "minister premier army capital power republic kingdom delegation camp faction parliament man woman".split()
)
SIDES = frozenset("side party rival foe delegation camp faction".split())
"""Pair nouns that need not be states."""

TEMPERS = {"ally": "friend", "partner": "friend", "rival": "foe", "foe": "foe", "enemy": "foe"}
"""Pair nouns that mean those who cooperate, or those who do not."""

COUNTERPARTS = {"PRK": "KOR", "KOR": "PRK"}
"""States of which each is called by a direction once the other was named."""

PARTICLES = frozenset("de da di del van von al el bin ibn ben abu la le".split())
"""Words that belong to the surname after them."""

COUNTS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5}

STATES = frozenset(
    "country nation state kingdom republic island emirate sultanate monarchy neighbor neighbour".split()
)
KINDS = {
    "bloc": {"InternationalOrganization"},
    "alliance": {"InternationalOrganization", "Party", "ArmedGroup"},
    "union": {"InternationalOrganization", "Group", "UnknownActor"},
    "body": {"InternationalOrganization"},
    "agency": {"InternationalOrganization", "NonGovernmentalOrganization"},
    "organization": {"InternationalOrganization", "NonGovernmentalOrganization", "ArmedGroup", "UnknownActor"},
    "organisation": {"InternationalOrganization", "NonGovernmentalOrganization", "ArmedGroup", "UnknownActor"},
    "group": {
        "ArmedGroup", "NonGovernmentalOrganization", "Party", "InternationalOrganization", "UnknownActor", "Group"
    },
    "movement": {"ArmedGroup", "Party", "UnknownActor", "Group"},
    "militia": {"ArmedGroup", "UnknownActor"},
    "faction": {"ArmedGroup", "Party", "UnknownActor"},
    "outfit": {"ArmedGroup", "Party", "UnknownActor"},
    "front": {"ArmedGroup", "Party", "UnknownActor"},
    "guerrilla": {"ArmedGroup"},
    "party": {"Party"},
    "company": {"Company", "UnknownActor"},
    "firm": {"Company", "UnknownActor"},
    "carrier": {"Company"},
    "newspaper": {"Media"},
    "broadcaster": {"Media"},
    "charity": {"NonGovernmentalOrganization"},
}  # fmt: skip
"""Which types of actors a noun with "the" can mean again."""

LINKING = frozenset("of for the and in to de del la du des on y et".split())
WORDS = PAIRS | STATES | KINDS.keys() | {"former", "latter", "both"}
"""Nouns that a rule reads."""

_ABBREVIATION = re.compile(r"[A-Z][A-Z][A-Za-z&/-]{0,8}")
LONGEST_NAME = 9
"""Words of a name at most that an abbreviation in brackets can stand for."""


class Aliases:
    """The rules over one document's discourse; the phrases are those of the block that is read."""

    def __init__(self, *, knowledge: Knowledge, discourse: Discourse, actors: Actors, before: Before) -> None:
        self._knowledge = knowledge
        self._discourse = discourse
        self._actors = actors
        self._before = before

    def knows(self, word: str) -> bool:
        """Whether one of the rules may read a phrase that ends with ``word``."""
        return word in WORDS or word in self._knowledge.alias_heads

    def enter(self, phrases: Phrases) -> None:
        """Go on with the phrases of the next block."""
        self._phrases = phrases

    def find(self, head: Token) -> Alias | None:
        """Whom a phrase calls by another name; None where it does not."""
        for rule in (
            self._grouped,
            self._short_form,
            self._together,
            self._former_or_latter,
            self._abbreviation,
            self._surname,
        ):
            found = rule(head)
            if found is not None:
                return found
        return None

    def described(self, head: Token) -> Alias | None:
        """Whom "the bloc", "the reclusive country", "the two men" mean among those named before."""
        words = {c.lower_ for c in head.children}
        if not words & {"the", "that", "this", "these", "those"} or self._phrases.name_at(head):
            return None
        lemma = head.lemma_.lower()
        if lemma in STATES and head.tag_ == "NN":
            so_called = self._knowledge_of_kind(lemma)
            for referent in self._recent(head):
                actor = referent.actors[0]
                alone = referent.named and actor.type == "State" and len(referent.actors) == 1
                if alone and (not so_called or actor.code in so_called):
                    return (actor,), "description"
            return None
        kinds = KINDS.get(lemma)
        if kinds and head.tag_ == "NN":
            named = [
                r for r in self._recent(head) if r.named and len(r.actors) == 1 and r.actor.type in kinds
            ]
            known = [r for r in named if r.actor.type != "UnknownActor"]
            for referent in (known or named)[:1]:
                return referent.actors, "description"
        return None

    def _recent(self, head: Token) -> Iterator[Referent]:
        return (r for r in self._before(head, 8) if r.actors)

    def _knowledge_of_kind(self, lemma: str) -> frozenset[str]:
        """The states whose short forms have a word: the kingdoms, the islands."""
        return frozenset(
            code
            for form, codes in self._knowledge.short_forms.items()
            if form.endswith(f" {lemma}")
            for code in codes
        )

    # --- rules on what stands alone

    def _grouped(self, head: Token) -> Alias | None:
        """ "The two Koreas", "the Baltic states"."""
        if head.tag_ not in {"NNS", "NNPS", "NNP"} or head.lower_ not in self._knowledge.alias_heads:
            return None
        for start in (head.i - 2, head.i - 1, head.i):
            codes = self._knowledge.groups.get(head.doc[max(start, 0) : head.i + 1].text.lower())
            if codes:
                return tuple(self._state(code) for code in codes), "states together"
        return None

    def _short_form(self, head: Token) -> Alias | None:
        """ "The North", once North Korea was named."""
        if head.lower_ not in self._knowledge.alias_heads:
            return None
        start = head.i
        while start > 0 and head.doc[start - 1].dep_ in {"det", "amod"} and head.doc[start - 1].head == head:
            start -= 1
        words = " ".join(t.lower_ for t in head.doc[start : head.i + 1])
        forms = self._knowledge.short_forms.get(words, ())
        if not forms:
            return None
        named = {*self._discourse.countries, self._discourse.home}
        named |= {r.actor.code for r in self._before(head, 0) if r.actors}
        named |= {COUNTERPARTS[code] for code in named if code in COUNTERPARTS}
        codes = [c for c in forms if c in named]
        return ((self._state(codes[0]),), "short form") if len(codes) == 1 else None

    def _together(self, head: Token) -> Alias | None:
        """ "The two countries", "both sides": those whom the events join most, else the last that were named."""
        if (
            head.lemma_.lower() not in PAIRS
            or self._phrases.name_at(head)
            or head.tag_ not in {"NNS", "NNPS"}
        ):
            return None
        counts = [COUNTS[c.lower_] for c in head.children if c.lower_ in COUNTS]
        if not counts or (head.dep_ == "pobj" and any(c.dep_ == "prep" for c in head.children)):
            return None
        word, number = head.lemma_.lower(), counts[0]
        if word in {"man", "woman", "leader", "president", "minister", "premier"}:
            people = self._last_people(head, number)
            if people or word in {"man", "woman"}:
                return (people, "pair") if people else None
        temper = {"friend": True, "foe": False}.get(TEMPERS.get(word, ""))
        group: frozenset[Actor] = frozenset()
        if number == 2:
            group = self._dyad(states=word not in SIDES, friendly=temper)
        group = group or self._last_named(head, number, states=word not in SIDES)
        agent = self._phrases.agent_at(head)
        if agent is not None and agent[1].sector in STATE_SECTORS:  # "the two armies"
            group = frozenset(group_of(a.code, agent[1].sector, self._knowledge) for a in group)
        return (
            (tuple(sorted(group, key=lambda a: a.id)), "pair" if number == 2 else "group") if group else None
        )

    def _last_people(self, head: Token, number: int) -> tuple[Actor, ...]:
        """The last so many different persons; () where there are fewer."""
        found: dict[Actor, None] = {}
        for referent in self._before(head, 3):
            if referent.person and len(referent.actors) == 1 and len(found) < number:
                found[referent.actor] = None
        return tuple(found) if len(found) == number else ()

    def _dyad(self, *, states: bool, friendly: bool | None) -> frozenset[Actor]:
        """The two actors whom the events so far join most often, of equals the last; as states where asked."""
        counts: Counter[frozenset[Actor]] = Counter()
        for actors, times in self._discourse.dyads(friendly=friendly):
            dyad = actors
            if states:
                dyad = frozenset(self._state(a.code) for a in actors if a.code in self._knowledge.countries)
            counts[dyad] += times
        best: frozenset[Actor] = frozenset()
        for dyad, times in counts.items():
            if len(dyad) == 2 and times >= counts[best]:
                best = dyad
        return best

    def _last_named(self, head: Token, number: int, *, states: bool) -> frozenset[Actor]:
        """The last so many different sides of the last two sentences; none where there are more or fewer."""
        found: dict[str, Actor] = {}
        for referent in self._before(head, 2):
            for actor in referent.actors:
                if actor.code in self._knowledge.countries:
                    found.setdefault(actor.code, self._state(actor.code) if states else actor)
                elif not states and actor.code != UNKNOWN:
                    found.setdefault(actor.id, actor)
            if len(found) >= number:
                break
        return frozenset(found.values()) if len(found) == number else frozenset()

    def _former_or_latter(self, head: Token) -> Alias | None:
        both = head.lower_ == "both" and head.dep_ in {"nsubj", "nsubjpass", "dobj", "pobj"}
        if not both and (
            head.lower_ not in {"former", "latter"} or head.i == 0 or head.doc[head.i - 1].lower_ != "the"
        ):
            return None
        pair = self._pair_before(head)
        if pair is None:
            return None
        if both:
            return ((*pair[0], *pair[1]), "both") if pair[0] and pair[1] else None
        return pair[0 if head.lower_ == "former" else 1], head.lower_

    def _pair_before(self, head: Token) -> tuple[tuple[Actor, ...], tuple[Actor, ...]] | None:
        """The last two that were named together, else the last subject and the last who was acted on."""
        for token in reversed(head.before()):
            sides = self._sides(token)
            if sides is not None:
                return sides
        return self._discourse.pair

    def _sides(self, token: Token) -> tuple[tuple[Actor, ...], tuple[Actor, ...]] | None:
        together = [t for t in conjuncts(token) if t.pos_ in {"NOUN", "PROPN"}]
        joined = any(c.dep_ == "cc" and c.lower_ in {"and", "or"} for c in token.children)
        if len(together) != 2 or not joined or token.dep_ == "conj" or token.pos_ not in {"NOUN", "PROPN"}:
            return None
        one, other = (tuple(dict.fromkeys(m.actor for m in self._actors(t))) for t in together)
        return one, other

    def _abbreviation(self, head: Token) -> Alias | None:
        actors = self._discourse.abbreviations.get(head.text)
        if actors is None and _ABBREVIATION.fullmatch(head.text):
            for token in head.before()[:-1]:
                if token.text == "(" and token.doc[token.i + 1].text == head.text:
                    actors = self._named_before(token)
        return (actors, "abbreviation") if actors else None

    def _surname(self, head: Token) -> Alias | None:
        """A surname after the full name; a name with another given name is somebody else."""
        if head.pos_ not in {"PROPN", "NOUN"} or not head.text[:1].isupper():
            return None
        before = [c for c in head.lefts if c.dep_ == "compound" and c.pos_ == "PROPN"]
        if any(self._phrases.agent_at(c) is None and c.lower_ not in PARTICLES for c in before):
            return None
        actor = self._full_name_before(head) or self._discourse.surnames.get(head.text)
        name = self._phrases.name_at(head)
        return ((actor,), "surname") if actor and (name is None or name[1].kind != "country") else None

    def _full_name_before(self, head: Token) -> Actor | None:
        """The person whose full name, with this one in it, stands earlier in the sentence."""
        for token in head.left_edge.before():
            if token.text == head.text and token.pos_ == "PROPN":
                person = (
                    token.head if token.dep_ == "compound" and token.head.ent_type_ == "PERSON" else token
                )
                given = [c for c in person.lefts if c.dep_ == "compound" and c.ent_type_ == person.ent_type_]
                found = self._actors(person) if given and person.ent_type_ in {"PERSON", "ORG", ""} else ()
                if found:
                    return found[0].actor
        return None

    # --- what is learned on leaving a sentence

    def learn(self, token: Token) -> None:
        """The surnames of persons, and the two sides of a coordination."""
        together = list(conjuncts(token))
        if len(together) == 2:
            self._discourse.pair = self._sides(token) or self._discourse.pair
        for each in together:
            if each.pos_ == "PROPN" or len(each.children) > 1:
                self._learn_surname(each)

    def _learn_surname(self, head: Token) -> None:
        people = [head, *(c for c in head.children if c.dep_ == "appos")]
        for person in people:
            given = [c for c in person.lefts if c.dep_ == "compound" and c.ent_type_ == "PERSON"]
            if person.ent_type_ == "PERSON" and person.pos_ == "PROPN" and given:
                found = self._actors(head) or self._actors(person)
                if found:
                    self._learn(person.text, found[0].actor)
                    self._learn(given[0].text, found[0].actor, weak=True)

    def _learn(self, name: str, actor: Actor, *, weak: bool = False) -> None:
        """Remember a name; what is known of somebody is not forgotten for less."""
        before = self._discourse.surnames.get(name)
        if before is None or (not weak and (actor.code != UNKNOWN or before.code == UNKNOWN)):
            self._discourse.surnames[name] = actor

    def learn_abbreviations(self, sentence: Tokens) -> None:
        """The abbreviations that a sentence introduces in brackets after a name."""
        for token in sentence:
            if token.text != "(" or token.i + 1 >= len(token.doc):
                continue
            short = token.doc[token.i + 1]
            if _ABBREVIATION.fullmatch(short.text):
                found = self._named_before(token)
                if found:
                    self._discourse.abbreviations[short.text] = found

    def _named_before(self, bracket: Token) -> tuple[Actor, ...]:
        long = self._long_form(bracket)
        return tuple(dict.fromkeys(m.actor for m in self._actors(long))) if long is not None else ()

    def _long_form(self, bracket: Token) -> Token | None:
        """The head of the name before a bracket."""
        doc, end = bracket.doc, bracket.i
        start = end
        while start > bracket.sent.start and end - start < LONGEST_NAME:
            before = doc[start - 1]
            if not (before.text[:1].isupper() or before.lower_ in LINKING or before.text in {"-", "'s"}):
                break
            start -= 1
        while start < end and not doc[start].text[:1].isupper():
            start += 1
        return doc[start:end].root if start < end else None

    def _state(self, code: str) -> Actor:
        return Actor(code, "GOV", self._knowledge.country_name(code), "State")
