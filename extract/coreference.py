"""Whom "it", "the ministry", "the North" and "the two countries" stand for: the discourse of one document.

A :class:`Cast` is made for each document and walks through it once, sentence by sentence. It reads phrases
with :class:`extract.actors.Phrases` and closes what their words leave open from what was said before. A
phrase that nothing closes keeps its own words and the code ``---``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from extract.actors import NameFinder, Phrases, Reference, actor_of, owner_heads
from extract.frames import conjuncts, prepositions, subjects
from extract.knowledge import STATE_SECTORS, Knowledge, Name
from extract.model import UNKNOWN, Actor, ActorMention, Span

PERSONAL = {"he", "she", "him", "her", "his"}
NEUTER = {"it", "its"}
PLURAL = {"they", "them", "their"}
SPEAKERS = {"we", "us", "our", "i", "me", "my"}
PRONOUNS = PERSONAL | NEUTER | PLURAL | SPEAKERS
PAIRS = frozenset(
    "country nation side party ally partner neighbor neighbour state leader government korea rival foe enemy".split()
)
SIDES = frozenset("side party rival foe".split())
"""Pair nouns that need not be states."""

TEMPERS = {"ally": "friend", "partner": "friend", "rival": "foe", "foe": "foe", "enemy": "foe"}
"""Pair nouns that mean those who cooperate, or those who do not."""

MATERIAL_COOPERATION = 2
"""The last quad class of cooperation."""

INSTITUTIONS = STATE_SECTORS | {"GOV"}
"""Sectors of which each state has one: "the army", "the ministry"."""

TITLED = frozenset({"GOV", "LEG", "JUD"})
"""Sectors of the titled persons who are taken for those of the one country that their sentence names."""

UNDERGOING = frozenset({"against", "to", "with", "on", "from", "for", "by"})
"""Prepositions of those who are acted on, or act in another's place."""

LOCAL = frozenset({"CVL", "REB", "OPP", "COP", "LAB", "EDU", "AGR", "UAF", "CRM", "REL"})
"""Sectors of those who mostly act where they live."""

LOCATIVE = frozenset({"in", "at", "near", "outside", "throughout", "across", "inside"})
FOCUS = 12
"""How many mentions back a pronoun may reach."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention that later words can refer to; ``key`` is its lower-case head lemma, of a name all its words."""

    actor: Actor
    key: str
    person: bool
    plural: bool
    subject: bool


class Cast:
    """The actors of one document as it is read from its beginning to its end."""

    def __init__(self, finder: NameFinder, *, date: dt.date | None, place: str | None) -> None:
        self._finder = finder
        self._knowledge: Knowledge = finder.knowledge
        self._date = date
        self._home = self._country_of_place(place)
        self._seen: list[Seen] = []
        self._countries: Counter[str] = Counter()
        self._dyads: Counter[tuple[frozenset[Actor], bool]] = Counter()
        self._last_owner: str | None = None
        self._last_subject: str | None = None
        self._phrases: Phrases | None = None
        self._offset = 0
        self._cache: dict[int, tuple[ActorMention, ...]] = {}

    def enter(self, doc: object, offset: int) -> None:
        """Go on with the next parsed block, which starts at ``offset`` of the document's text."""
        self._phrases = Phrases(doc, self._finder, self._date)  # type: ignore[arg-type]
        self._offset = offset
        self._cache = {}

    def relate(self, one: Actor, other: Actor, *, quad: int) -> None:
        """Remember that an event of a quad class joins two actors: "the two sides" may mean them."""
        if one != other:
            self._dyads[frozenset({one, other}), quad <= MATERIAL_COOPERATION] += 1

    def leave(self, sentence: DocSpan) -> None:
        """Remember whom a sentence mentioned, once its events are read."""
        self._last_subject = self._country_subject(sentence)
        for token in sentence:
            if token.pos_ in {"NOUN", "PROPN", "PRON"} and token.dep_ in {
                "nsubj",
                "nsubjpass",
                "dobj",
                "pobj",
                "conj",
            }:
                for mention in self.actors(token):
                    self._remember(token, mention.actor)
            elif token.dep_ in {"poss", "compound", "amod"}:
                name = self.phrases.name_at(token)
                if name and name[1].kind != "organization":
                    self._count(name[1].code)

    @property
    def phrases(self) -> Phrases:
        """The phrases of the block that was entered last."""
        assert self._phrases is not None, "enter a block first"  # noqa: S101  (a programmer's error)
        return self._phrases

    @property
    def states(self) -> Collection[str]:
        """The codes of the states that the tables have."""
        return self._knowledge.countries.keys()

    def mentioned(self, code: str) -> bool:
        """Whether the country was named before in this document."""
        return code in self._countries

    def actors(self, head: Token) -> tuple[ActorMention, ...]:
        """The actors that the phrase of ``head`` stands for; () where it is no actor."""
        if head.i not in self._cache:
            self._cache[head.i] = ()
            self._cache[head.i] = tuple(self._resolve(head))
        return self._cache[head.i]

    def owners(self, head: Token) -> tuple[ActorMention, ...]:
        """The actors inside a phrase that is none itself ("Haiti's efforts"); names before pronouns."""
        for inner in sorted(owner_heads(head), key=_is_pronoun):
            mentions = self.actors(inner) if inner.dep_ in {"poss", "pobj"} else self._modifying(inner)
            mentions = mentions or self.owners(inner)
            if mentions:
                return mentions
        return ()

    def _modifying(self, inner: Token) -> tuple[ActorMention, ...]:
        """The actors of a modifier; an agent noun that nobody owns counts as a noun only ("a *guerrilla* base")."""
        noun = inner.tag_ in {"NN", "NNS"} or self.phrases.name_at(inner) is not None
        found = [r for r in self.phrases.read(inner) if noun or r.code in self._knowledge.countries]
        return tuple(self._close(inner, r) for r in found)

    def place(self, head: Token) -> Name | None:
        """The country or place that a locative phrase names."""
        name = self.phrases.name_at(head)
        return name[1] if name and name[1].kind in {"country", "capital", "place"} else None

    # --- resolving

    def _resolve(self, head: Token) -> list[ActorMention]:
        if _is_pronoun(head):
            return self._pronoun(head)
        pair = self._pair(head)
        if pair:
            return pair
        short = self._short_form(head)
        if short:
            return [short]
        return [self._close(head, reference) for reference in self.phrases.read(head)]

    def _close(self, head: Token, reference: Reference) -> ActorMention:
        if reference.code is not None:
            local = reference.code == UNKNOWN and reference.sector in LOCAL and reference.type == "Group"
            located = self._located(head) if local else None
            return self._mention(
                replace(reference, code=located or reference.code), None, "place" if located else None
            )
        possessor = next((c for c in head.children if c.dep_ == "poss" and _is_pronoun(c)), None)
        owners = self.actors(possessor) if possessor is not None else ()
        if owners and owners[0].actor.code != UNKNOWN:
            return self._mention(reference, owners[0].actor.code, "possessor")
        if not reference.definite:
            located = self._located(head) if reference.sector in LOCAL and not reference.named else None
            return self._mention(reference, located, "place" if located else None)
        institution = reference.sector in INSTITUTIONS
        key = head.lemma_.lower()
        for seen in reversed(self._seen):
            if seen.key == key and (seen.actor.code != UNKNOWN or not institution):
                return self._owned(head, reference, seen.actor.code, "same noun")
        if reference.named and reference.sector in TITLED:
            own = self._only_country(head)
            return self._mention(reference, own, "only country" if own else None)
        known = reference.named or any(c.dep_ == "nummod" for c in head.children)
        if known or self.phrases.is_backed(reference):  # "the Iranian-backed militia" is of another country
            return self._mention(reference, None, None)
        for code, resolution in self._guesses(head, reference):
            if code and code not in self._acting_states(head):
                return self._owned(head, reference, code, resolution)
        return self._mention(reference, None, None)

    def _located(self, head: Token) -> str | None:
        """The country in which the clause of an indefinite group says that it acts or suffers."""
        clause = head
        while clause.pos_ != "VERB" and clause.head != clause:
            clause = clause.head
        inside = [t for t in head.subtree if t.i > head.i and t.pos_ in {"NOUN", "VERB"}]
        clauses = [clause, clause.head] if clause.dep_ == "conj" else [clause]
        around = [c for verb in clauses for c in verb.children if c.dep_ in {"dobj", "nsubjpass"}]
        for token in (*inside, *clauses, *around):
            for preposition, inner in prepositions(token):
                place = self.place(inner) if preposition in LOCATIVE else None
                if place is not None and place.code in self._knowledge.countries:
                    return place.code
        places = {
            place.code
            for token in head.sent
            if token.dep_ == "pobj"
            and token.head.lower_ in LOCATIVE
            and (place := self.place(token)) is not None
        }
        return places.pop() if len(places) == 1 and places <= self._knowledge.countries.keys() else None

    def _only_country(self, head: Token) -> str | None:
        """The one country that the sentence names otherwise than as the one acted on: whose minister a minister is."""
        found = set()
        for token in head.sent:
            name = self.phrases.name_at(token)
            undergoing = token.dep_ == "dobj" or (token.dep_ == "pobj" and token.head.lower_ in UNDERGOING)
            if name and name[1].code in self._knowledge.countries and not undergoing:
                found.add(name[1].code)
        return found.pop() if len(found) == 1 else None

    def _guesses(self, head: Token, reference: Reference) -> Iterator[tuple[str | None, str]]:
        """Whose an agent noun may be that nothing names, the likeliest first."""
        if reference.sector in INSTITUTIONS:
            yield self._last_owner, "institution before"
            yield self._last_subject, "subject before"
        yield self._home, "dateline"
        for seen in reversed(self._seen):
            if seen.actor.sector == reference.sector and seen.actor.code in self._knowledge.countries:
                yield seen.actor.code, "same sector"
        yield self._topic(head), "topic"

    def _acting_states(self, head: Token) -> frozenset[str]:
        """The states that act in the clause that a phrase undergoes: "Norway pressed the government" is another's."""
        verb = head.head if head.dep_ != "pobj" else head.head.head
        if head.dep_ not in {"dobj", "pobj", "dative"} or verb.pos_ != "VERB":
            return frozenset()
        states = [t for t in subjects(verb) if t.pos_ in {"PRON", "PROPN"}]
        return frozenset(m.actor.code for t in states for m in self.actors(t) if m.actor.sector == "GOV")

    def _owned(self, head: Token, reference: Reference, code: str, resolution: str) -> ActorMention:
        """The mention of an institution whose state the discourse tells; as a subject it lends it to the next one."""
        if reference.sector in INSTITUTIONS and head.dep_ in {"nsubj", "nsubjpass"}:
            self._last_owner = code
        return self._mention(reference, code, resolution)

    def _pronoun(self, head: Token) -> list[ActorMention]:
        word = head.lower_
        if word not in PRONOUNS:
            return []
        undergoing = self._undergoer_before(head)
        if undergoing:
            return [replace(m, resolution="object before") for m in undergoing]
        speaker = self._speaker(head)
        before = self._subject_before(head)
        if speaker is not None and (before is None or word in SPEAKERS or head.head.dep_ == "ccomp"):
            found = [m for m in self.actors(speaker) if self._fits(word, speaker)]
            if found and speaker != head:
                return [replace(m, resolution="speaker") for m in found]
        if word in SPEAKERS:
            return []
        if before is not None:
            found = [m for t in conjuncts(before) for m in self.actors(t)]
            if found:
                return [replace(m, resolution="subject before") for m in found]
        for seen in reversed(self._seen):
            if seen.subject and self._matches(word, seen):
                return [self._stand_in(head, seen.actor, "pronoun")]
        return []

    def _undergoer_before(self, head: Token) -> tuple[ActorMention, ...]:
        """For a pronoun that undergoes its verb: the nearest actor before it that does not act there."""
        if head.dep_ not in {"dobj", "pobj", "dative"} or head.lower_ in SPEAKERS:
            return ()
        verb = head.head if head.dep_ != "pobj" else head.head.head
        acting = {t.i for t in subjects(verb)} if verb.pos_ in {"VERB", "AUX"} else set()
        for token in reversed(head.doc[head.sent.start : head.i]):
            named = token.pos_ in {"NOUN", "PROPN"} and token.dep_ in {"nsubj", "nsubjpass", "dobj", "pobj"}
            if named and token.i not in acting and self._fits(head.lower_, token) and self.actors(token):
                return self.actors(token)
        return ()

    def _speaker(self, head: Token) -> Token | None:
        """The grammatical subject of the clause that governs a pronoun's clause: "*X* said *it* would"."""
        clause = head
        while clause.dep_ not in {"ccomp", "ROOT", "relcl"} and clause.head != clause:
            clause = clause.head
        if clause.dep_ != "ccomp":
            return None
        return next((c for c in clause.head.children if c.dep_ in {"nsubj", "nsubjpass"}), None)

    def _subject_before(self, head: Token) -> Token | None:
        """The nearest subject before a pronoun in its sentence that agrees with it."""
        for token in reversed(head.doc[head.sent.start : head.i]):
            if (
                token.dep_ in {"nsubj", "nsubjpass"}
                and token.pos_ != "PRON"
                and self._fits(head.lower_, token)
            ):
                if token.head == head.head or not self.actors(token):
                    continue
                return token
        return None

    def _fits(self, word: str, antecedent: Token) -> bool:
        plural = self._is_plural(antecedent)
        person = self._is_person(antecedent)
        if word in PERSONAL:
            return person and not plural
        if word in NEUTER:
            return not person and not plural
        return plural or word in SPEAKERS or not person

    def _matches(self, word: str, seen: Seen) -> bool:
        if word in PERSONAL:
            return seen.person and not seen.plural
        if word in NEUTER:
            return not seen.person and not seen.plural
        return seen.plural

    def _is_person(self, token: Token) -> bool:
        name = self.phrases.name_at(token)
        if name is not None:
            return name[1].kind == "leader"
        agent = self.phrases.agent_at(token)
        return token.ent_type_ == "PERSON" or (agent is not None and agent[1].kind == "person")

    def _is_plural(self, token: Token) -> bool:
        if any(c.dep_ == "conj" for c in token.children):
            return True
        return (token.tag_ in {"NNS", "NNPS"} and self.phrases.name_at(token) is None) or token.tag_ == "NNPS"

    def _short_form(self, head: Token) -> ActorMention | None:
        """ "The North", once North Korea was named."""
        start = head.i
        while start > 0 and head.doc[start - 1].dep_ in {"det", "amod"} and head.doc[start - 1].head == head:
            start -= 1
        words = " ".join(t.lower_ for t in head.doc[start : head.i + 1])
        codes = [c for c in self._knowledge.short_forms.get(words, ()) if self.mentioned(c)]
        if len(codes) != 1:
            return None
        return ActorMention(self._state(codes[0]), self._span(head.doc[start : head.i + 1]), "short form")

    def _pair(self, head: Token) -> list[ActorMention]:
        """ "The two countries", "both sides": the last two states of the discourse."""
        if head.lemma_.lower() not in PAIRS or self.phrases.name_at(head):
            return []
        words = {c.lower_ for c in head.children}
        if not (words & {"two", "both"}) or head.tag_ not in {"NNS", "NNPS"}:
            return []
        word = head.lemma_.lower()
        pair = self._dyad(
            states=word not in SIDES, friendly={"friend": True, "foe": False}.get(TEMPERS.get(word, ""))
        )
        span = self._span(head.doc[head.left_edge.i : head.i + 1])
        return [ActorMention(actor, span, "pair") for actor in sorted(pair, key=lambda a: a.id)]

    def _dyad(self, *, states: bool, friendly: bool | None) -> frozenset[Actor]:
        """The two actors whom the events so far join most often, of equals the last; as states where asked."""
        counts: Counter[frozenset[Actor]] = Counter()
        for (actors, cooperative), times in self._dyads.items():
            if friendly in {None, cooperative}:
                dyad = actors
                if states:
                    dyad = frozenset(
                        self._state(a.code) for a in actors if a.code in self._knowledge.countries
                    )
                counts[dyad] += times
        best: frozenset[Actor] = frozenset()
        for dyad, times in counts.items():
            if len(dyad) == 2 and times >= counts[best]:
                best = dyad
        return best

    def _state(self, code: str) -> Actor:
        return Actor(code, "GOV", self._knowledge.country_name(code), "State")

    # --- the discourse

    def _remember(self, token: Token, actor: Actor) -> None:
        subject = token.dep_ in {"nsubj", "nsubjpass"}
        name = self.phrases.name_at(token)
        key = name[0].text.lower() if name else token.lemma_.lower()
        seen = Seen(actor, key, self._is_person(token), self._is_plural(token), subject)
        self._seen = [*self._seen[-FOCUS:], seen]
        self._count(actor.code)

    def _count(self, code: str) -> None:
        if code in self._knowledge.countries:
            self._countries[code] += 1

    def _country_subject(self, sentence: DocSpan) -> str | None:
        """The country that the main clause's subject names, if it is one by name."""
        for child in sentence.root.children:
            name = self.phrases.name_at(child) if child.dep_ in {"nsubj", "nsubjpass"} else None
            if name and name[1].kind in {"country", "government", "capital"}:
                return name[1].code
        return None

    def _topic(self, head: Token) -> str | None:
        """The country the document is about so far: the most often named, in its first sentence the first named."""
        if self._countries:
            return self._countries.most_common(1)[0][0]
        for token in head.doc[head.sent.start : head.i]:
            name = self.phrases.name_at(token)
            if name and name[1].code in self._knowledge.countries:
                return name[1].code
        return None

    def _country_of_place(self, place: str | None) -> str | None:
        names = self._knowledge.names.get(place or "", ()) or self._knowledge.names.get(
            (place or "").title(), ()
        )
        return next((n.code for n in names if n.code in self._knowledge.countries), None)

    def _mention(self, reference: Reference, code: str | None, resolution: str | None) -> ActorMention:
        actor = actor_of(reference, self._knowledge, code)
        return ActorMention(actor, self._span(self.phrases.doc[reference.start : reference.end]), resolution)

    def _stand_in(self, head: Token, actor: Actor, resolution: str) -> ActorMention:
        return ActorMention(actor, self._span(head.doc[head.i : head.i + 1]), resolution)

    def _span(self, span: DocSpan) -> Span:
        return Span(span.text, span.start_char + self._offset, span.end_char + self._offset)


def _is_pronoun(token: Token) -> bool:
    """Whether a token is a pronoun; "US" is a country."""
    return token.text != "US" and (token.pos_ == "PRON" or token.lower_ in PRONOUNS)
