"""Whom "it", "the ministry", "the North" and "the two countries" stand for: the cast of one document.

A :class:`Cast` is made for each document and walks through it once, sentence by sentence. It reads phrases
with :class:`extract.actors.Phrases` and closes what their words leave open from what was said before. A
phrase that nothing closes keeps its own words and the code ``---``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import replace

from extract.actors import PARTITIVES as COUNTING
from extract.actors import Phrases, Reference, actor_of, group_of, owner_heads
from extract.aliases import Aliases
from extract.discourse import INSIDE, OBJECT, OBLIQUE, REACH, SUBJECT, Discourse, Referent
from extract.frames import prepositions, subjects
from extract.knowledge import STATE_SECTORS, Knowledge, Name
from extract.model import UNKNOWN, Actor, ActorMention, Span
from extract.names import NameFinder
from extract.parsed import Parsed, Token, Tokens, conjuncts
from extract.pronouns import PERSONAL, PLURAL, RELATIVES, Pronouns, gender_of, is_pronoun

INSTITUTIONS = STATE_SECTORS | {"GOV"}
"""Sectors of which each state has one: "the army", "the ministry"."""

TITLED = frozenset({"GOV", "LEG", "JUD"})
"""Sectors of the titled persons who are taken for those of the one country that their sentence names."""

UNDERGOING = frozenset({"against", "to", "with", "on", "from", "for", "by"})
"""Prepositions of those who are acted on, or act in another's place."""

LOCAL = frozenset({"CVL", "REF", "REB", "OPP", "COP", "LAB", "EDU", "AGR", "UAF", "CRM", "REL"})
"""Sectors of those who mostly act where they live."""

LOCATIVE = frozenset({"in", "at", "near", "outside", "throughout", "across", "inside"})
COMMANDS = frozenset(
    "order send deploy dispatch mobilize mobilise withdraw station mass instruct rush".split()
)
"""Verbs whose subject commands the troops that are their object."""

STRANGERS = frozenset(
    "peacekeeper peacekeepers hostage hostages tourist tourists foreigner foreigners foreign western migrant migrants "
    "expatriate expatriates mercenary mercenaries pilgrim pilgrims".split()
)
"""Words for those who need not belong to the country where they are."""

PARTS = frozenset("border frontier capital coast town city village north south east west".split())
"""Parts of a country, whose possessor is the place: "near *Macedonia*'s border"."""

NOUNS = frozenset({"NOUN", "PROPN", "PRON"})
ROLES = {
    "nsubj": SUBJECT,
    "nsubjpass": SUBJECT,
    "dobj": OBJECT,
    "dative": OBJECT,
    "attr": OBJECT,
    "pobj": OBLIQUE,
}
"""The role of a phrase by its dependency."""

INNER = frozenset({"conj", "poss", "appos"})
"""Dependencies of phrases inside another, which refer where they are actors."""

NEVER = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "CARDINAL"})
"""Entities that nothing refers to."""


class Cast:
    """The actors of one document as it is read from its beginning to its end."""

    def __init__(self, finder: NameFinder, *, date: dt.date | None, place: str | None) -> None:
        self._finder = finder
        self._knowledge: Knowledge = finder.knowledge
        self._date = date
        self._discourse = Discourse(self._country_of_place(place))
        self._pronouns = Pronouns(self, self._discourse)
        self._aliases = Aliases(
            knowledge=self._knowledge, discourse=self._discourse, actors=self.actors, before=self.before
        )
        self.phrases: Phrases
        """The phrases of the block that was entered last; none before the first."""
        self._offset = 0
        self._text = ""
        self._cache: dict[int, tuple[ActorMention, ...]] = {}
        self._referents: dict[int, Referent | None] = {}
        self._open: set[int] = set()
        """The heads that are being resolved, so that no rule goes in circles."""

    # --- the walk through the document

    def enter(self, doc: Parsed, offset: int) -> None:
        """Go on with the next parsed block, which starts at ``offset`` of the document's text."""
        self.phrases = Phrases(doc, self._finder, self._date, self._discourse.home)
        self._aliases.enter(self.phrases)
        self._text = doc.text
        self._offset = offset
        self._cache = {}
        self._referents = {}

    def relate(self, one: Actor, other: Actor, *, quad: int) -> None:
        """Remember that an event of a quad class joins two actors: "the two sides" may mean them."""
        self._discourse.relate(one, other, quad=quad)

    def leave(self, sentence: Tokens) -> None:
        """Remember whom a sentence mentioned, once its events are read."""
        self._discourse.last_subject = self._country_subject(sentence)
        for token in sentence:
            dep = token.dep_
            referent = self.referent(token) if dep in ROLES or dep in INNER else None
            if referent is not None:
                self._discourse.remember(referent)
                self._aliases.learn(token)
                for mention in self.actors(token) if dep not in {"poss", "appos"} else ():
                    self._count(mention.actor.code)
            if dep in {"poss", "compound", "amod"}:
                name = self.phrases.name_at(token)
                if name and name[1].kind != "organization":
                    self._count(name[1].code)
        self._aliases.learn_abbreviations(sentence)
        self._discourse.sentence += 1

    # --- what the readers of frames and places ask

    @property
    def states(self) -> Collection[str]:
        """The codes of the states that the tables have."""
        return self._knowledge.countries.keys()

    def actors(self, head: Token) -> tuple[ActorMention, ...]:
        """The actors that the phrase of ``head`` stands for; () where it is no actor."""
        if head.i not in self._cache:
            self._cache[head.i] = ()
            self._open.add(head.i)
            self._cache[head.i] = tuple(self._resolve(head))
            self._open.discard(head.i)
        return self._cache[head.i]

    def owners(self, head: Token, *, apart: Collection[str] = ()) -> tuple[ActorMention, ...]:
        """The actors inside a phrase that is none itself ("Haiti's efforts"); names before pronouns.

        What stands under a preposition in ``apart`` is no owner.
        """
        for inner in sorted(owner_heads(head), key=is_pronoun):
            if inner.dep_ == "pobj" and inner.head.lower_ in apart:
                continue
            mentions = self.actors(inner) if inner.dep_ in {"poss", "pobj"} else self._modifying(inner)
            mentions = mentions or self.owners(inner, apart=apart)
            if inner.head.dep_ == "agent":  # "the areas devastated by Cyclone Nargis" are nobody's
                mentions = tuple(m for m in mentions if m.actor.code != UNKNOWN)
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

    def people_of(self, code: str) -> Actor:
        """Those who live in a state."""
        return group_of(code, "CVL", self._knowledge)

    def filled(self, target: ActorMention | None, code: str | None) -> ActorMention | None:
        """A target of which nothing is known but its sector, as of the country where the event happened."""
        if target is None or code is None or code not in self.states or target.actor.type != "UnknownActor":
            return target
        words = set(target.span.text.lower().split())
        if target.actor.code != UNKNOWN or target.actor.sector is None or words & STRANGERS:
            return target
        return replace(target, actor=group_of(code, target.actor.sector, self._knowledge), resolution="place")

    def meanings(self, form: str) -> tuple[Name, ...]:
        """What a name can stand for, the likeliest first."""
        return self._knowledge.names.get(form, ())

    def countries(self) -> list[str]:
        """The states of the document so far, the most often named first, then that of its dateline."""
        found = [code for code, _ in self._discourse.countries.most_common()]
        return [*found, self._discourse.home] if self._discourse.home else found

    def state_then(self, code: str) -> str:
        """The state to which the territory of ``code`` belonged on the document's date."""
        return self._knowledge.state_then(code, self._date)

    def place_kind(self, name: str) -> str | None:
        """``city``, ``region``, ``sea`` or ``other`` for a place of the tables."""
        return self._knowledge.place_kinds.get(name)

    def referent(self, head: Token) -> Referent | None:
        """The phrase of ``head`` as something that later words can refer to; coordinated phrases are one."""
        if head.i in self._referents:
            return self._referents[head.i]
        referent = self._as_referent(head)
        if not self._open or self._open.isdisjoint(
            t.i for t in conjuncts(head)
        ):  # else it is not known yet whom it names
            self._referents[head.i] = referent
        return referent

    def tokens_before(self, head: Token) -> list[Token]:
        """The tokens of its sentence that stand before one."""
        return head.before()

    def before(self, head: Token, sentences: int = REACH) -> Iterator[Referent]:
        """What was referred to before a phrase, the nearest first: in its own sentence, then in those before."""
        for token in reversed(head.left_edge.before()):
            if not is_pronoun(token):
                referent = self.referent(token)
                if referent is not None:
                    yield referent
        yield from self._discourse.recent(sentences)

    # --- resolving

    def _resolve(self, head: Token) -> list[ActorMention]:
        if self._is_plain_noun(head):
            return []
        if is_pronoun(head):
            return self._pronoun(head)
        alias = self._aliases.find(head)
        if alias is not None:
            return self._called(head, *alias)
        found = self.phrases.read(head)
        if all(r.code in {None, UNKNOWN, "NGO", "IGO"} for r in found):
            described = self._aliases.described(head)
            if described is not None and not self._acts_itself(head, described[0][0]):
                return self._called(head, *described)
        return [self._close(head, reference) for reference in found]

    def _is_plain_noun(self, head: Token) -> bool:
        """Whether a noun is one that no table and no rule knows, as most are."""
        if head.pos_ != "NOUN" or head.ent_type_ or not head.text[:1].islower() or head.lower_ == "both":
            return False
        lemma = head.lemma_.lower()
        telling = lemma in COUNTING or self._aliases.knows(head.lower_) or self._aliases.knows(lemma)
        return not telling and self.phrases.name_at(head) is None and self.phrases.agent_at(head) is None

    def _called(self, head: Token, actors: tuple[Actor, ...], rule: str) -> list[ActorMention]:
        start = head.left_edge.i
        while start < head.i and head.doc[start].is_punct:
            start += 1
        span = self._span(start, head.i + 1)
        return [ActorMention(actor, span, rule) for actor in actors]

    def _pronoun(self, head: Token) -> list[ActorMention]:
        antecedent, referent, rule = self._pronouns.resolve(head)
        if antecedent is not None:
            found = [m for t in conjuncts(antecedent) for m in self.actors(t)]
            if rule != "relative":
                self._pronouns.learn(head, found)
            return [replace(m, resolution=rule) for m in found]
        if referent is None:
            return []
        span = self._span(head.i, head.i + 1)
        found = [ActorMention(actor, span, rule) for actor in referent.actors]
        self._pronouns.learn(head, found)
        return found

    def _close(self, head: Token, reference: Reference) -> ActorMention:
        if reference.code is not None:
            local = reference.code == UNKNOWN and reference.sector in LOCAL and reference.type == "Group"
            located = self._located(head) if local else self._sited(head, reference)
            return self._mention(
                reference._replace(code=located or reference.code), None, "place" if located else None
            )
        possessor = next((c for c in head.children if c.dep_ == "poss"), None)
        owners = self.actors(possessor) if possessor is not None else ()
        if owners and owners[0].actor.code != UNKNOWN:
            return self._mention(reference, owners[0].actor.code, "possessor")
        institution = reference.sector in INSTITUTIONS
        if not reference.definite:
            return self._indefinite(head, reference)
        for seen in self._discourse.called(head.lemma_.lower()):
            if seen.actor.code != UNKNOWN or not institution:
                return self._owned(head, reference, seen.actor.code, "same noun")
        if reference.named and reference.sector in TITLED | {"OPP"}:
            own = self._only_country(head)
            rule = "only country"
            if own is None and self._discourse.home and not self._countries_around(head):
                own, rule = self._discourse.home, "dateline"
            return self._mention(reference, own, rule if own else None)
        if not reference.named and any(c.dep_ == "nummod" for c in head.children):
            return self._counted(head, reference)
        if reference.named or self.phrases.is_backed(
            reference
        ):  # "the Iranian-backed militia" is of another country
            return self._mention(reference, None, None)
        for code, resolution in self._guesses(head, reference):
            if code and (reference.sector != "GOV" or code not in self._acting_states(head)):
                return self._owned(head, reference, code, resolution)
        return self._mention(reference, None, None)

    def _sited(self, head: Token, reference: Reference) -> str | None:
        """The country of an unknown organization or facility that stands in one: "the Foo Works *in central Iran*"."""
        if reference.code not in {None, UNKNOWN} or reference.type != "UnknownActor":
            return None
        i = head.i + 1
        if i < len(head.doc) - 3 and head.doc[i].text == "(" and head.doc[i + 2].text == ")":
            i += 3
        if i >= len(head.doc) or head.doc[i].lower_ != "in":
            return None
        heads = (t for t in head.doc[i].children if t.dep_ == "pobj")
        return next((place for t in heads if (place := self._settled(t)) is not None), None)

    def _indefinite(self, head: Token, reference: Reference) -> ActorMention:
        """People without an article: whose they are their clause's place tells, else the dateline of the report."""
        located = self._located(head) if reference.sector in LOCAL and not reference.named else None
        located = located or (self._sited(head, reference) if reference.named else None)
        if located or reference.named or self.phrases.is_backed(reference):
            return self._mention(reference, located, "place" if located else None)
        if (
            head.dep_ == "dobj"
            and head.head.lemma_.lower() in COMMANDS
            and reference.sector in {"MIL", "COP"}
        ):
            commanding = [
                m for t in subjects(head.head) for m in self.actors(t) if m.actor.code in self.states
            ]
            if commanding:
                return self._mention(reference, commanding[0].actor.code, "commander")
        bare = head.tag_ in {"NNS", "NNPS"} or reference.sector == "COP"
        if bare and reference.sector in {"MIL", "COP", "LEG", "JUD"}:
            for seen in self._discourse.recent():
                if seen.actors and seen.actor.sector == reference.sector and seen.actor.code in self.states:
                    return self._mention(reference, seen.actor.code, "same sector")
        home = self._discourse.home
        agent = self.phrases.agent_at(head)
        several = agent is not None and agent[1].kind == "institution" and head.tag_ in {"NNS", "NNPS"}
        if home and reference.sector and not several and not self._countries_around(head):
            return self._mention(reference, home, "dateline")
        if reference.sector in TITLED | {"OPP"} and head.tag_ in {"NN", "NNP"}:
            own = self._only_country(head)
            return self._mention(reference, own, "only country" if own else None)
        return self._mention(reference, None, None)

    def _counted(self, head: Token, reference: Reference) -> ActorMention:
        """ "The two reporters": those of whom the text spoke as such before."""
        if any(c.lower_ == "the" for c in head.children):
            for seen in self._discourse.recent():
                if seen.actors and seen.plural and seen.actor.code != UNKNOWN:
                    people = head.lemma_.lower() in {"man", "woman", "people"}
                    if seen.actor.sector == reference.sector or (people and seen.role >= OBLIQUE):
                        reference = reference._replace(sector=seen.actor.sector)
                        return self._mention(reference, seen.actor.code, "same noun")
            return self._mention(reference, None, None)
        for seen in self.before(head, 0):
            if seen.actors and seen.actor.sector == reference.sector and seen.actor.code in self.states:
                return self._mention(reference, seen.actor.code, "same sector")
        home = self._discourse.home if not self._countries_around(head) else None
        return self._mention(reference, home, "dateline" if home else None)

    def _countries_around(self, head: Token) -> bool:
        """Whether the sentence names another country than that of the dateline, so that whose it is stays open."""
        for token in head.sent:
            name = self.phrases.name_at(token)
            if name and name[1].code in self.states and name[1].code != self._discourse.home:
                return True
        return False

    def _located(self, head: Token) -> str | None:
        """The country in which the clause of an indefinite group says that it acts or suffers."""
        if head.lemma_.lower() in STRANGERS:
            return None
        clause = head
        while clause.pos_ != "VERB" and clause.head != clause:
            clause = clause.head
        inside = [t for t in head.subtree if t.i > head.i and t.pos_ in {"NOUN", "VERB"}]
        clauses = [clause, clause.head] if clause.dep_ == "conj" else [clause]
        around = [c for verb in clauses for c in verb.children if c.dep_ in {"dobj", "nsubjpass"}]
        for token in (*inside, *clauses, *around):
            for preposition, inner in prepositions(token):
                place = self._settled(inner) if preposition in LOCATIVE else None
                if place is not None:
                    return place
        places = {
            place
            for token in head.sent
            if token.dep_ == "pobj" and token.head.lower_ in LOCATIVE and _is_about(token, clause)
            for inner in ([token] if token.lemma_.lower() not in PARTS else token.children)
            if (place := self._settled(inner)) is not None
        }
        return places.pop() if len(places) == 1 else None

    def _settled(self, head: Token) -> str | None:
        """The country of a place; of "Tripoli, Lebanon" the one that is added."""
        place = self.place(head)
        if place is None or place.code not in self.states:
            return None
        for child in head.children:
            added = (
                self.phrases.name_at(child)
                if child.dep_ in {"appos", "npadvmod"} and child.i > head.i
                else None
            )
            if added is not None and added[1].kind == "country":
                return added[1].code
        return place.code

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
            yield self._discourse.last_owner, "institution before"
            yield self._discourse.last_subject, "subject before"
        else:
            for seen in self._discourse.recent(2):
                if seen.actors and seen.actor.sector == reference.sector and seen.actor.code in self.states:
                    yield seen.actor.code, "same sector"
        abroad = self._discourse.sentence > 0 and self._discourse.home not in self._discourse.countries
        if abroad:  # a report from Nairobi on Somalia
            yield self._discourse.topic(), "topic"
        yield self._discourse.home, "dateline"
        for seen in self._discourse.all():
            if seen.actors and seen.actor.sector == reference.sector and seen.actor.code in self.states:
                yield seen.actor.code, "same sector"
        yield self._topic(head), "topic"
        if reference.sector in TITLED:
            yield self._only_country(head), "only country"

    def _acting_states(self, head: Token) -> frozenset[str]:
        """The states that act in the clause that a phrase undergoes: "Norway pressed the government" is another's."""
        verb = head.head if head.dep_ != "pobj" else head.head.head
        if head.dep_ not in {"dobj", "pobj", "dative"} or verb.pos_ != "VERB":
            return frozenset()
        states = [t for t in subjects(verb) if t.pos_ in {"PRON", "PROPN"}]
        return frozenset(m.actor.code for t in states for m in self.actors(t) if m.actor.sector == "GOV")

    def _acts_itself(self, head: Token, actor: Actor) -> bool:
        """Whether a government acts in the clause that a phrase undergoes, so that the phrase is none of it."""
        return actor.sector == "GOV" and actor.code in self._acting_states(head)

    def _owned(self, head: Token, reference: Reference, code: str, resolution: str) -> ActorMention:
        """The mention of an institution whose state the discourse tells; as a subject it lends it to the next one."""
        if reference.sector in INSTITUTIONS and head.dep_ in {"nsubj", "nsubjpass"}:
            self._discourse.last_owner = code
        return self._mention(reference, code, resolution)

    # --- phrases as referents

    def _as_referent(self, head: Token) -> Referent | None:
        dep = head.dep_
        if (dep not in ROLES and dep not in INNER) or head.pos_ not in NOUNS:
            return None
        if head.ent_type_ in NEVER or head.lower_ in RELATIVES:
            return None
        together = [t for t in conjuncts(head) if t.pos_ in NOUNS]
        actors = tuple(dict.fromkeys(m.actor for t in together for m in self.actors(t)))
        pronoun = is_pronoun(head)
        if not actors and (pronoun or head.dep_ in INNER or ROLES[head.dep_] < OBJECT):
            return None
        above = head
        while above.dep_ in INNER and above.dep_ != "poss" and above.head != above:
            above = above.head
        name = self.phrases.name_at(head)
        return Referent(
            actors=actors,
            keys=self._keys(head) if actors and not pronoun else frozenset(),
            person=head.lower_ in PERSONAL if pronoun else self._is_person(head),
            plural=head.lower_ in PLURAL if pronoun else self._is_plural(head),
            gender=gender_of(head) if actors else "",
            role=INSIDE if head.dep_ == "poss" else ROLES.get(above.dep_, INSIDE),
            sentence=self._discourse.sentence,
            position=head.i - head.sent.start,
            main=above.dep_ in {"nsubj", "nsubjpass"} and above.head.dep_ == "ROOT",
            named=name is not None or head.pos_ == "PROPN",
        )

    def _keys(self, head: Token) -> frozenset[str]:
        """By which words a phrase may be called again: its noun, its name, the title before or after it."""
        name = self.phrases.name_at(head)
        words = {name[0].text.lower(), name[1].name.lower()} if name else {head.lemma_.lower()}
        for child in head.children:
            agent = self.phrases.agent_at(child) if child.dep_ in {"compound", "appos", "nmod"} else None
            if agent is not None and self.phrases.name_at(child) is None:
                words.add(agent[1].noun.split()[-1])
            if child.dep_ == "appos" and child.pos_ == "PROPN":
                words.add(child.text.lower())
        return frozenset(words)

    def _is_person(self, token: Token) -> bool:
        name = self.phrases.name_at(token)
        if name is not None:
            return name[1].kind == "leader"
        agent = self.phrases.agent_at(token)
        return token.ent_type_ == "PERSON" or (agent is not None and agent[1].kind == "person")

    def _is_plural(self, token: Token) -> bool:
        if any(c.dep_ == "conj" for c in token.children):
            return True
        agent = self.phrases.agent_at(token)
        collective = agent is not None and agent[1].noun in {"police", "people", "military police", "troops"}
        return (
            collective
            or (token.tag_ in {"NNS", "NNPS"} and self.phrases.name_at(token) is None)
            or token.tag_ == "NNPS"
        )

    # --- the discourse

    def _count(self, code: str) -> None:
        if code in self._knowledge.countries:
            self._discourse.countries[code] += 1

    def _country_subject(self, sentence: Tokens) -> str | None:
        """The country that the main clause's subject names, if it is one by name."""
        for child in sentence.root.children:
            name = self.phrases.name_at(child) if child.dep_ in {"nsubj", "nsubjpass"} else None
            if name and name[1].kind in {"country", "government", "capital"}:
                return name[1].code
        return None

    def _topic(self, head: Token) -> str | None:
        """The country the document is about so far: the most often named, in its first sentence the first named."""
        topic = self._discourse.topic()
        if topic is not None:
            return topic
        for token in head.before():
            name = self.phrases.name_at(token)
            if name and name[1].code in self._knowledge.countries:
                return name[1].code
        return None

    def _country_of_place(self, place: str | None) -> str | None:
        for part in (place or "", *reversed((place or "").split(","))):
            form = part.strip()
            for name in self._knowledge.names.get(form, ()) or self._knowledge.names.get(form.title(), ()):
                if name.code in self._knowledge.countries:
                    return name.code
        return None

    def _mention(self, reference: Reference, code: str | None, resolution: str | None) -> ActorMention:
        actor = actor_of(reference, self._knowledge, code)
        return ActorMention(actor, self._span(reference.start, reference.end), resolution)

    def _span(self, start: int, end: int) -> Span:
        """The words of the tokens from ``start`` to before ``end``, where they stand in the document."""
        tokens = self.phrases.doc.tokens
        first, last = tokens[start].idx, tokens[end - 1].idx + len(tokens[end - 1].text)
        return Span(self._text[first:last], first + self._offset, last + self._offset)


def _is_about(place: Token, clause: Token) -> bool:
    """Whether a place may be that of a clause: not one of who only tells of it, nor one of a condition."""
    current = place
    while current.head != current and current != clause:
        above = current.head
        if current.dep_ == "nsubj" and any(c.dep_ == "ccomp" for c in above.children):
            return False
        if current.dep_ == "advcl" and any(
            c.dep_ == "mark" and c.lower_ in {"if", "unless"} for c in current.children
        ):
            return False
        current = above
    return True
