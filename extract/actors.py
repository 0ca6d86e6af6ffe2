"""Whom a noun phrase names, from its own words: names, adjectives, titles, agent nouns, "of" phrases.

What only the discourse can tell ("the ministry", "it", "the North") is left open here, as a
:class:`Reference` without a code, for :mod:`extract.coreference` to close.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from extract.knowledge import SECTOR_LABELS, STATE_SECTORS, Agent, Knowledge, Name
from extract.model import UNKNOWN, Actor
from extract.names import NameFinder, Names
from extract.parsed import Parsed, Token, Tokens, conjuncts

PARTITIVES = frozenset(
    "hundred thousand dozen ten score million number group member majority part one some third half handful couple "
    "most many all each both several team crowd convoy column series wave lot quarter percent rest panel pair trio "
    "contingent squad battalion brigade bunch band fifth tens scores two-thirds three-quarters".split()
)
"""Heads that count or portion out what their "of" phrase names."""

ROLES = frozenset(
    "leader member official spokesman spokeswoman spokesperson chief head commander representative activist "
    "supporter deputy secretary delegate aide adviser figure fighter envoy source follower boss founder "
    "chairman chairwoman president director negotiator secretary-general general".split()
)
"""Agent nouns that take the side of the organization they are named with ("Hamas leader", "leaders of the ANC")."""

OF_A_STATE = STATE_SECTORS | {"GOV", "OPP", "PTY"}
"""Sectors that share a state's name when they are coordinated."""

NEIGHBORS = frozenset("neighbor neighbour ally rival foe enemy patron partner backer archrival".split())
"""Agent nouns that are the state in their apposition: "its neighbor Burundi"."""

SEATED = frozenset({"university", "college", "school", "academy", "hospital"})
"""Institutions of the place in their name rather than of the nation: "the American University *of Beirut*"."""

FORMER = "ELI"
"""The sector of those who are no longer in office."""

KIN = frozenset(
    "wife husband widow widower son daughter brother sister father mother parent relative family nephew niece cousin "
    "uncle aunt grandson granddaughter child girlfriend boyfriend fiancee friend neighbour neighbor".split()
)
"""Agent nouns that do not take the sector of those whose they are."""

OF_NO_STATE = {"IGO": "InternationalOrganization", "NGO": "NonGovernmentalOrganization"}
"""Sectors that are a code of their own where no state owns the actor ("the international community")."""

SETTLED = frozenset({"base", "operate", "live", "station", "affiliate", "headquarter"})
HOMES = frozenset({"of", "in", "from", "at", "throughout", "across", "for"})
"""Prepositions after an agent noun that tell whose it is ("rebels *in* Mali", "workers *from* Chad")."""

FAITHFUL = frozenset({"loyal", "allied", "faithful", "aligned", "linked", "tied", "close"})
"""Adjectives after an agent noun that tell whose it is: "forces *loyal* to the president"."""

JOINED = frozenset({"with", "to"})
"""Prepositions after :data:`SETTLED` participles: "workers affiliated *with* the union"."""

NAMED = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"})
LEFT_DEPS = frozenset(
    "amod compound poss nmod nummod det quantmod case conj cc advmod npadvmod punct".split()
)


class Reference(NamedTuple):
    """What the words of one noun phrase say of an actor; tokens ``start`` to ``end`` of the parsed doc.

    ``code`` is None where the words leave it open, and then ``definite`` tells whether the discourse may close it.
    """

    head: int
    start: int
    end: int
    code: str | None
    sector: str | None
    name: str
    type: str
    definite: bool = False
    named: bool = False


class Phrases:
    """The noun phrases of one parsed doc, read as actors."""

    def __init__(
        self, doc: Parsed, finder: NameFinder, date: dt.date | None, home: str | None = None
    ) -> None:
        self.doc = doc
        self._finder = finder
        self.knowledge = finder.knowledge
        self.date = date
        self._names = Names(doc, finder, date, home)
        self._agents_at: dict[int, tuple[int, Agent] | None] = {}

    def name_at(self, token: Token) -> tuple[Tokens, Name] | None:
        """The name that covers ``token`` and its likeliest meaning on the document's date."""
        return self._names.at(token)

    def agent_at(self, token: Token) -> tuple[int, Agent] | None:
        """The longest agent noun that ends with ``token``, and the index of its first token."""
        if token.i not in self._agents_at:
            self._agents_at[token.i] = self._find_agent(token)
        return self._agents_at[token.i]

    def _find_agent(self, token: Token) -> tuple[int, Agent] | None:
        if token.pos_ not in {"NOUN", "PROPN", "ADJ", "VERB"}:
            return None
        lower = token.lower_
        forms = [token.lemma_.lower(), lower]
        if lower.endswith("s") and token.tag_ in {"NNP", "NNPS"}:  # "Rebels" at the head of a sentence
            forms.append(lower[:-1])
        heads = self.knowledge.agent_heads
        ends = [form for form in dict.fromkeys(forms) if form in heads]
        if not ends:
            return None
        longest = max(heads[form] for form in ends)
        before = [t.lower_ for t in self.doc.tokens[max(token.sent.start, token.i + 1 - longest) : token.i]]
        for length in range(len(before), -1, -1):
            words = before[len(before) - length :]
            first = token.i - length
            for last in ends:
                agent = self.knowledge.agents.get(" ".join([*words, last]))
                if agent:
                    return first, agent
        return None

    def read(self, head: Token) -> list[Reference]:
        """The actors that the noun phrase of ``head`` names, without those coordinated with it.

        More than one where its modifiers are coordinated ("Hungarian and Romanian officials").
        """
        inner = self._partitive(head)
        if inner is not None:
            found = [r._replace(start=min(r.start, head.i)) for r in self.read(inner)]
            owners = self._owners_after(head) if len(found) == 1 and found[0].code is None else []
            return [found[0]._replace(code=o.code) for o in owners if o.start > inner.i] or found
        name = self.name_at(head)
        agent = self.agent_at(head)
        if name and not (agent and name[1].kind in {"adjective", "people"}):
            return [*self._joined_before(name[0]), self._named(head, *name)]
        if agent:
            return self._agents(head, agent[1])
        if (head.ent_type_ in NAMED and head.pos_ in {"PROPN", "NOUN"}) or self._is_plain_name(head):
            return self._entity(head)
        if head.pos_ == "NUM" and head.ent_type_ == "CARDINAL" and head.head.dep_ == "ROOT":
            start, end = self._extent(head, None)  # "killed *ten*"
            return [self._reference(head, start, end, UNKNOWN, "CVL", "people", "Group")]
        return []

    def _joined_before(self, span: Tokens) -> list[Reference]:
        """The first of two names with a hyphen between them: "*Sino*-Japanese"."""
        if span.start - self.doc[span.start].sent.start < 2 or self.doc[span.start - 1].text != "-":
            return []
        before = self.name_at(self.doc[span.start - 2])
        if before is None or before[1].kind not in {"country", "adjective"}:
            return []
        return [
            self._reference(
                before[0].root, before[0].start, before[0].end, before[1].code, "GOV", before[1].name, "State"
            )
        ]

    def _is_plain_name(self, head: Token) -> bool:
        """Whether a proper noun that the model gives no entity is a name of two words or more."""
        return (
            head.pos_ == "PROPN"
            and head.ent_type_ == ""
            and any(c.dep_ == "compound" and c.pos_ == "PROPN" and c.i == head.i - 1 for c in head.lefts)
        )

    def owners(self, head: Token) -> list[Reference]:
        """The actors inside a phrase that is none itself: "Haiti's efforts", "an Indian proposal", "ships of Iran"."""
        for inner in owner_heads(head):
            references = self.read(inner) or self.owners(inner)
            if references:
                return references
        return []

    def is_backed(self, reference: Reference) -> bool:
        """Whether its words say that another country backs, holds or bore an actor."""
        words = self.doc[reference.start : reference.end]
        return any(
            (name := self.name_at(word)) is not None and self._names.is_foreign(name[0]) for word in words
        )

    # --- a phrase whose head is a name

    def _named(self, head: Token, span: Tokens, name: Name) -> Reference:
        start, end = self._extent(head, span)
        definite = any(t.dep_ == "det" and t.lower_ == "the" for t in head.children)
        title = self._title(head, start)
        code, sector, type_, label = name.code, name.sector, name.type, name.name
        if name.kind in {"capital", "place"}:
            code = self.knowledge.state_then(code, self.date)
        if name.kind in {"country", "capital", "government"}:
            sector = "GOV"
        elif name.kind in {"adjective", "demonym"}:
            plain = definite and not any(t.dep_ in {"nummod", "amod"} for t in head.children)
            sector, type_ = ("GOV", "State") if plain else ("CVL", "Group")
            if head.dep_ in {"amod", "compound", "nmod"}:  # "Belarusian wood" is the country's, no people's
                sector, type_ = "GOV", "State"
        elif name.kind == "place":
            type_ = "State"
        if name.kind in {"capital", "place"}:
            label = self.knowledge.country_name(code)
        elif name.kind == "leader":
            own = sector if name.holds(self.date) else "ELI"
            sector = title.sector if title else own
            label = name.name
        elif name.kind == "people" and code == UNKNOWN:
            code = self._country_of(head, start) or UNKNOWN
        return self._reference(head, start, end, code, sector, label, type_, definite=definite, named=True)

    def _agents(self, head: Token, agent: Agent) -> list[Reference]:
        start, end = self._extent(head, None)
        if agent.noun in NEIGHBORS:
            beside = (
                c for c in head.children if c.dep_ == "appos" or (c.dep_ == "compound" and c.i == head.i - 1)
            )
            meant = [r for c in beside if self.name_at(c) for r in self.read(c)]
            if meant:
                return [r._replace(head=head.i) for r in meant]
        definite = any(t.dep_ == "det" and t.lower_ in {"the", "this", "that"} for t in head.children)
        definite = definite or (start == head.i and agent.kind == "institution")
        sector = self._sector(head, start, agent)
        references = []
        seated = self._owners_after(head) if agent.noun in SEATED else []
        for owner in seated or self._owners_of(head, start):
            side = owner.sector if agent.noun in ROLES or agent.kind == "person" else None
            if agent.noun in KIN:
                side = None
            own = side if side and owner.type != "State" and sector in {"GOV", "CVL", "OPP"} else sector
            if owner.code in {"IGO", "NGO", "MNC"} or (
                owner.type not in {"State", "Place", "Person"} and owner.named
            ):
                named = own if own not in {"GOV", "CVL"} or owner.sector else owner.sector
                references.append(
                    owner._replace(
                        head=head.i,
                        start=min(start, owner.start),
                        end=max(end, owner.end),
                        sector=named,
                    )
                )
                continue
            reach = owner.end if owner.start > head.i else end
            references.append(
                self._reference(head, start, max(end, reach), owner.code, own, head.text, "Group")
            )
        if references or agent.kind == "force":
            return references
        if sector in OF_NO_STATE:
            return [
                self._reference(head, start, end, sector, None, agent.noun, OF_NO_STATE[sector], named=True)
            ]
        return [self._reference(head, start, end, None, sector, agent.noun, "Group", definite=definite)]

    def _entity(self, head: Token) -> list[Reference]:
        """A name that no table knows: a person or an organization, with what title and adjective tell."""
        start, end = self._extent(head, None)
        title = self._title(head, start)
        country = self._country_of(head, start)
        kind = "Person" if head.ent_type_ == "PERSON" else "UnknownActor"
        entity = next((e for e in head.doc.ents if e.start <= head.i < e.end), None)
        name = entity.text if entity is not None else head.text
        leader = self._finder.leader(name, self.date) if title and kind == "Person" else None
        if title and leader and country in {None, leader.code}:
            sector = title.sector or leader.sector
            return [self._reference(head, start, end, leader.code, sector, leader.name, "Person", named=True)]
        if title and country:
            return [self._reference(head, start, end, country, title.sector, name, "Group")]
        sector = title.sector if title else None
        if kind == "UnknownActor":
            country = country or self._country_in(entity)
            sector = sector or self._sector_of_name(head, start)
        if country and kind == "UnknownActor":
            return [self._reference(head, start, end, country, sector, name, kind, named=True)]
        return [
            self._reference(head, start, end, country, sector, name, kind, named=True, definite=bool(title))
        ]

    def _country_in(self, entity: Tokens | None) -> str | None:
        """The country by whose name a company or paper is called: "*Japan* Tobacco"."""
        first = self._names.inside(entity) if entity is not None else None
        return first.code if first is not None and first.code != UNKNOWN else None

    def _sector_of_name(self, head: Token, start: int) -> str | None:
        """What the words of an organization's name tell of it: "Front", "Airlines", "Workers", the last first."""
        words = reversed(
            [t.lower_ for t in self.doc[start : max(head.i, head.right_edge.i) + 1] if t.pos_ == "PROPN"]
        )
        return next((self.knowledge.name_words[w] for w in words if w in self.knowledge.name_words), None)

    def _reference(
        self,
        head: Token,
        start: int,
        end: int,
        code: str | None,
        sector: str | None,
        name: str,
        type_: str,
        *,
        definite: bool = False,
        named: bool = False,
    ) -> Reference:
        return Reference(head.i, start, end, code, sector, name, type_, definite, named)

    # --- what stands around a head

    def _partitive(self, head: Token) -> Token | None:
        """What a counting head portions out: "hundreds of *people*", "a member of the *parliament*"."""
        counting = head.lemma_.lower() in PARTITIVES or (head.pos_ == "NUM" and head.ent_type_ == "CARDINAL")
        if not counting or self.name_at(head):
            return None
        for child in (
            *head.children,
            *(g for c in head.children if c.dep_ == "quantmod" for g in c.children),
        ):
            if child.dep_ == "prep" and child.lower_ == "of":
                return next((t for t in child.children if t.dep_ == "pobj"), None)
        return None

    def _extent(self, head: Token, span: Tokens | None) -> tuple[int, int]:
        """First and last-but-one token of the phrase left of and up to its head, without article."""
        start = span.start if span is not None else head.i
        for child in head.lefts:
            if child.dep_ in LEFT_DEPS and child.dep_ not in {"det", "punct"}:
                start = min(start, child.left_edge.i)
        while start < head.i and (
            self.doc[start].pos_ in {"DET", "PUNCT", "PART"} or self.doc[start].pos_ == "SPACE"
        ):
            start += 1
        end = max(head.i + 1, span.end if span is not None else 0)
        for child in head.rights:  # "the defense minister, Leonid Maltsev": the name is part of the words
            beside = child.left_edge.i <= end + 1
            if child.dep_ == "appos" and child.pos_ == "PROPN" and child.ent_type_ == "PERSON" and beside:
                end = max(end, child.i + 1)
        return start, end

    def _title(self, head: Token, start: int) -> Agent | None:
        """The agent noun before a name ("Prime Minister X") or in its apposition ("X, the U.N. chief")."""
        for i in range(head.i - 1, start - 1, -1):
            agent = self.agent_at(self.doc[i])
            if agent and self.name_at(self.doc[i]) is None:
                return self._changed(self.doc[i], agent[1], start)
        for child in head.children:
            if child.dep_ == "appos":
                agent = self.agent_at(child)
                if agent:
                    return self._changed(child, agent[1], self._extent(child, None)[0])
        return None

    def _changed(self, head: Token, agent: Agent, start: int) -> Agent:
        return replace(agent, sector=self._sector(head, start, agent) or agent.sector)

    def _sector(self, head: Token, start: int, agent: Agent) -> str | None:
        """The sector of an agent noun after the words before it: "former minister", "opposition leader"."""
        sector: str | None = agent.sector or None
        found = self.agent_at(head)
        former = False
        for token in self.doc[start : found[0] if found else head.i]:
            modifier = self.knowledge.modifiers.get(token.lower_) or self.knowledge.modifiers.get(
                token.lemma_
            )
            if modifier is None:
                other = self.agent_at(token)
                if other and agent.noun in ROLES and token.dep_ in {"compound", "amod", "poss", "nmod"}:
                    sector = other[1].sector
            elif modifier.effect in {"set", "former"} or not sector:
                sector = modifier.sector or sector
                former = former or modifier.effect == "former"
        if former and agent.kind == "person":
            return FORMER
        if agent.noun in ROLES:
            for child in head.children:
                if child.dep_ == "prep" and child.lower_ == "of":
                    for inner in child.children:
                        found = self.agent_at(inner)
                        if inner.dep_ == "pobj" and found and not self.name_at(inner):
                            return self._sector(inner, self._extent(inner, None)[0], found[1])
        return sector

    def _owners_of(self, head: Token, start: int) -> list[Reference]:
        """The names that tell whose agent this is: before the head, else in its "of", "in", "from" phrases."""
        found: list[Reference] = []
        seats: list[Reference] = []
        i = start
        while i < head.i:
            name = self.name_at(self.doc[i])
            if name is None or self._names.is_foreign(name[0]):
                i += 1
                continue
            span, meaning = name
            i = span.end
            if meaning.code == UNKNOWN:
                continue
            owner = self._owner(span, meaning)
            if self._names.is_seat(span):
                seats.append(owner)
            elif not found or self._is_joined(span, found):
                found.append(owner)
        if found and self._is_ethnic(start, found[0]):
            return self._owners_after(head) or found
        return found or self._owners_after(head) or self._shared_owners(head) or seats

    def _owner(self, span: Tokens, meaning: Name) -> Reference:
        type_ = "Place" if meaning.kind == "place" else meaning.type
        sector = meaning.sector if meaning.kind in {"organization", "people"} else None
        named = meaning.kind == "organization"
        return self._reference(
            span.root, span.start, span.end, meaning.code, sector, meaning.name, type_, named=named
        )

    def _is_joined(self, span: Tokens, found: Sequence[Reference]) -> bool:
        """Whether a name is coordinated with one before: "Hungarian and Romanian", "Sino-Japanese"."""
        if span.root.dep_ == "conj" and any(r.head == span.root.head.i for r in found):
            return True
        return span.start > 1 and self.doc[span.start - 1].text == "-" and found[-1].end == span.start - 1

    def _is_ethnic(self, start: int, owner: Reference) -> bool:
        """Whether a name tells of descent, so that where the people live goes first: "ethnic Serb mayors in Kosovo"."""
        before = self.doc[owner.start - 1] if owner.start > start else self.doc[max(0, start - 1)]
        return before.lower_ == "ethnic" or self.doc[owner.start].lower_ == "ethnic"

    def _shared_owners(self, head: Token) -> list[Reference]:
        """Whose a coordinated noun is that has no owner of its own: "Kenya's government and *opposition*"."""
        if head.dep_ == "conj" and head.i > 0 and self.doc[head.i - 1].dep_ == "cc":
            first = head.head
            agent, own = self.agent_at(first), self.agent_at(head)
            if agent and own and {agent[1].sector, own[1].sector} <= OF_A_STATE and not self.name_at(first):
                return [r for r in self._owners_of(first, self._extent(first, None)[0]) if r.type != "Person"]
        for child in head.children:
            if child.dep_ == "conj" and self.agent_at(child) and not self.name_at(child):
                return self._owners_after(child)
        return []

    def _owners_after(self, head: Token) -> list[Reference]:
        for child in head.rights:
            phrase = child
            if (child.dep_ == "acl" and child.lemma_ in SETTLED) or (
                child.dep_ in {"amod", "acl"} and child.lower_ in FAITHFUL
            ):
                phrase = next((t for t in child.children if t.dep_ == "prep"), child)
            homes = HOMES | JOINED if phrase is not child else HOMES
            if phrase.dep_ == "prep" and phrase.lower_ in homes:
                found: list[Reference] = []
                for inner in (c for t in phrase.children if t.dep_ == "pobj" for c in conjuncts(t)):
                    known = [r for r in self.read(inner) if r.code and r.code != UNKNOWN]
                    if not found or all(r.type == "State" for r in (*found, *known)):
                        found.extend(known or ([] if found else self._deep(inner)))
                if found:
                    return found
            if child.dep_ == "appos" and not self.name_at(child):
                country = self._country_of(child, self._extent(child, None)[0])
                if country:
                    return [self._reference(child, child.i, child.i + 1, country, None, child.text, "State")]
        return []

    def _deep(self, head: Token) -> list[Reference]:
        return [r for r in self.owners(head) if r.code and r.code != UNKNOWN]

    def _country_of(self, head: Token, start: int) -> str | None:
        owners = self._owners_of(head, start)
        return owners[0].code if owners else None


def owner_heads(head: Token) -> Iterator[Token]:
    """The phrases inside that of ``head`` that may say whose it is: possessor, modifiers, then "of" and the like."""
    for child in sorted(head.children, key=lambda t: (t.dep_ != "poss", t.i)):
        if child.dep_ == "poss" or (child.dep_ in {"amod", "compound", "nmod"} and child.i < head.i):
            yield child
    for child in head.children:
        if child.dep_ == "prep" and child.i > head.i:
            yield from (inner for inner in child.children if inner.dep_ == "pobj")
    for child in head.children:  # "the threats made *by Iran*"
        if child.dep_ == "acl" and child.tag_ == "VBN":
            yield from (t for agent in child.children if agent.dep_ == "agent" for t in agent.children)


@functools.lru_cache(maxsize=1 << 14)
def _actor(code: str, sector: str | None, name: str, type_: str) -> Actor:
    return Actor(code, sector, name, type_)


def actor_of(reference: Reference, knowledge: Knowledge, code: str | None = None) -> Actor:
    """The actor of a reference; ``code`` closes what its own words left open."""
    code = reference.code or code
    sector, name, type_ = reference.sector, reference.name, reference.type
    if code is None or code == UNKNOWN:
        return _actor(UNKNOWN, sector, name, type_ if reference.named else "UnknownActor")
    if code in {"IGO", "NGO", "MNC"} or (reference.named and type_ not in {"State", "Person", "Group"}):
        return _actor(code, sector, name, type_)
    if type_ == "State" or sector == "GOV":
        return _actor(code, sector, knowledge.country_name(code), "State")
    if reference.named and type_ == "Person":
        return _actor(code, sector, name, type_)
    if sector is None:
        return _actor(code, None, knowledge.country_name(code), "State")
    return group_of(code, sector, knowledge)


def group_of(code: str, sector: str, knowledge: Knowledge) -> Actor:
    """The actor that stands for a sector of a state.

    >>> from extract.knowledge import load_knowledge
    >>> group_of("MLI", "CVL", load_knowledge())
    Actor(code='MLI', sector='CVL', name='Mali: civilians', type='Group')
    """
    label = f"{knowledge.country_name(code)}: {SECTOR_LABELS.get(sector, sector)}"
    return _actor(code, sector, label, "StateOrgan" if sector in STATE_SECTORS else "Group")
