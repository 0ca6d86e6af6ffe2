"""Who fills the roles of a frame: what a rule asks of its objects, and where source and target are named.

A rule of the lexicon names the roles in which to look for the target; grammar gives the source. What neither tells,
because the parser hung it elsewhere, is looked for below the predicate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from extract.coreference import Cast
from extract.frames import Frame
from extract.lexicon import Action, Lexicon, Rule
from extract.model import UNKNOWN, ActorMention
from extract.parsed import Token, conjuncts

PLACES = frozenset(
    {"in", "at", "near", "into", "inside", "outside", "around", "throughout", "across", "of", "from"}
)
"""Prepositions of the place that may stand for the target."""

WHERE = frozenset({"in", "at", "near", "on", "over", "outside", "inside", "along", "around"})
"""Prepositions of where a thing is, which tell nothing of whose it is."""

HAZARD = "hazard"
"""The class of the things ("storm", "fire") that do what no actor did."""

MARKET = "market"
"""The class of the things ("peso", "share") that move by themselves."""


class Roles:
    """The roles of one document's frames."""

    def __init__(self, lexicon: Lexicon, cast: Cast) -> None:
        self._lexicon = lexicon
        self._cast = cast

    def modifying(self, noun: Token) -> tuple[ActorMention, ...]:
        """The actors before an event noun: "the *Israeli* attack on", "*U.S.* sanctions against"."""
        for child in noun.lefts:
            if child.dep_ in {"amod", "compound", "nmod", "poss"}:
                found = tuple(
                    m for m in self._cast.actors(child) if m.actor.code != UNKNOWN and m.resolution != "place"
                )
                if child.pos_ == "ADJ" and found and found[0].actor.code not in self._cast.states:
                    continue  # "*humanitarian* aid" is no humanitarian's
                place = self._cast.place(child)
                if found and (place is None or place.kind != "place"):
                    return found
        return ()

    def fit(self, rule: Rule, frame: Frame) -> bool:
        """Whether a frame's objects, or its source, are what the rule asks for."""
        if "none" in rule.objects:
            return not frame.objects
        return any(self._all_hold(constraint, frame) for constraint in rule.objects)

    def _all_hold(self, constraint: str, frame: Frame) -> bool:
        """Whether all parts of ``weapon&own`` hold for one object; ``@MIL`` asks for the source instead."""
        parts = constraint.split("&")
        doers = [part.removeprefix("@") for part in parts if part.startswith("@")]
        if not all(self._does(doer, frame) for doer in doers):
            return False
        things = [part for part in parts if not part.startswith("@")]
        return not things or any(all(self._is_thing(head, part) for part in things) for head in frame.objects)

    def _does(self, doer: str, frame: Frame) -> bool:
        """Whether the source has the sector ``doer``, or is a thing of that class."""
        if any(m.actor.sector == doer for m in self.sources(frame)):
            return True
        return any(self.thing_class(agent) == doer for agent in frame.agents)

    def _is_thing(self, head: Token, constraint: str) -> bool:
        if constraint == "any":
            return True
        if constraint == "actor":
            return bool(self._cast.actors(head))
        if constraint == "known":
            return any(m.actor.code != UNKNOWN for m in self._cast.actors(head))
        if constraint == "place":
            return self._cast.place(head) is not None
        if constraint == "own":
            return any(c.dep_ == "poss" and c.pos_ == "PRON" for c in head.children)
        if constraint.startswith("="):
            return head.lemma_.lower() == constraint[1:]
        return self.thing_class(head) == constraint

    def thing_class(self, head: Token) -> str | None:
        """The class of the thing that a phrase names: by its compound, its head, or what it is a piece of."""
        if head.ent_type_ == "MONEY":
            return "aid"
        lemma = head.lemma_.lower()
        before = head.doc[head.i - 1] if head.i > 0 else None
        if before is not None and before.dep_ in {"compound", "amod"}:
            found = self._lexicon.things.get(f"{before.lower_} {lemma}")
            if found:
                return found
        found = self._lexicon.things.get(lemma)
        if found is None and head.pos_ == "PROPN":  # "*Wildfires* threatened …"
            found = self._lexicon.things.get(lemma.removesuffix("s"))
        if found:
            return found
        for child in head.children:
            if child.dep_ == "prep" and child.lower_ == "of":
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        return self._lexicon.things.get(inner.lemma_.lower())
        return None

    def sources(self, frame: Frame) -> tuple[ActorMention, ...]:
        found: dict[ActorMention, None] = {}
        for head in frame.agents:
            for mention in self._cast.actors(head) or self._behind(head):
                found[mention] = None
        return tuple(found)

    def authorities(self, action: Action, frame: Frame) -> tuple[ActorMention, ...]:
        """Who arrests and expels where nobody is named: "was arrested *in Rwanda*", "expelled *from Iran*"."""
        if not frame.passive:
            return ()
        if action.mode in {"disarm", "withdraw"}:  # "the rebels were disarmed": who undergoes it gives way
            return unique(
                m for head in frame.objects for m in self._cast.actors(head) or self._cast.owners(head)
            )
        if action.mode not in {"arrest", "expel", "deport"}:
            return ()
        wanted = {"in"} if action.mode == "arrest" else {"from"}
        heads = [head for preposition, head in frame.phrases if preposition in wanted]
        named = [m for head in heads if self._cast.place(head) for m in self._cast.actors(head)]
        return unique(replace(m, resolution="place") for m in named if m.actor.code != UNKNOWN)

    def _behind(self, head: Token) -> tuple[ActorMention, ...]:
        """Whose weapon or organ it is that acts ("a *Syrian* missile"); behind a storm is nobody."""
        if self.thing_class(head) in {HAZARD, MARKET}:
            return ()
        owners = self._cast.owners(head, apart=WHERE)  # "a bomb *in Kiev*" is not Ukraine's
        return tuple(m for m in owners if m.actor.code != UNKNOWN)

    def targets(self, rule: Rule, frame: Frame) -> tuple[tuple[ActorMention, ...], bool, bool]:
        """The target mentions, whether the event is reciprocal, whether only a place names the target."""
        for role in rule.targets:
            if role == "none":
                break
            if role == "recip":
                partners = self._partners(frame)
                if partners or len(self.sources(frame)) > 1:
                    return partners, True, False
                continue
            found = self._others(self.in_role(role, frame), frame)
            if role == "place":
                found = self.inhabitants(found, self.sources(frame), rule.action.type)
            if found:
                return found, role in {"with", "obj"} and "recip" in rule.targets, role == "place"
        word = _straying(rule)
        if word:
            top = frame.predicate
            while word == "between" and top.pos_ != "VERB" and top.head is not top:
                top = top.head  # "launched a *mediation* effort to calm the feud *between*"
            below = [t for t in top.subtree if t.dep_ == "pobj" and t.head.lower_ == word]
            found = self.named_by(t for head in below for t in conjuncts(head))
            if found or rule.action.type != "AID":
                return found, False, False
        if rule.action.type == "AID":
            return self._helped(frame), False, True
        return (), False, False

    def inhabitants(
        self, places: tuple[ActorMention, ...], sources: tuple[ActorMention, ...], type_: str
    ) -> tuple[ActorMention, ...]:
        """Of places in a government's own country those who live there: its curfew *in Algiers* is theirs."""
        own = {m.actor.code for m in sources if m.actor.type == "State"}
        if type_ not in {"COERCE", "ASSAULT", "SANCTION"}:
            return places
        return tuple(
            replace(m, actor=self._cast.people_of(m.actor.code), resolution="place")
            if m.actor.type == "State" and m.actor.code in own
            else m
            for m in places
        )

    def _others(self, found: tuple[ActorMention, ...], frame: Frame) -> tuple[ActorMention, ...]:
        """Without what is the source's own by a pronoun: who "rejects a call for *its* troops" rejects not them."""
        own = [m for m in found if m.resolution == "possessor"]
        if not own:
            return found
        codes = {m.actor.code for m in self.sources(frame)}
        return tuple(m for m in found if m not in own or m.actor.code not in codes)

    def _helped(self, frame: Frame) -> tuple[ActorMention, ...]:
        """Whom aid reaches where its purpose tells: "gave money to promote investment *in Ethiopia*"."""
        below = (t for t in frame.predicate.subtree if t.dep_ == "pobj" and t.i > frame.predicate.i)
        inside = [t for t in below if t.head.lower_ in {"in", "for", "to", "into"}]
        return unique(m for t in inside for m in self._cast.actors(t) if m.actor.code in self._cast.states)[
            :1
        ]

    def _partners(self, frame: Frame) -> tuple[ActorMention, ...]:
        partners = unique(
            m
            for prep, head in frame.phrases
            if prep in {"with", "between", "among"}
            for m in self._cast.actors(head)
        )
        return tuple(m for m in partners if m.actor.code != UNKNOWN) or partners

    def in_role(self, role: str, frame: Frame) -> tuple[ActorMention, ...]:
        if role == "obj":
            named = [h for h in frame.objects if h.dep_ != "oprd"]  # "called *Putin* a killer"
            heads = (*(named or frame.objects), *frame.datives)
            return unique(m for head in heads for m in self._cast.actors(head))
        if role == "poss":
            return unique(m for head in frame.objects for m in self._cast.owners(head))
        if role == "place":
            return self.named_by(head for prep, head in frame.phrases if prep in PLACES)
        heads = tuple(head for prep, head in frame.phrases if prep == role)
        if role in {"to", "for"}:
            heads += frame.datives
        return self.named_by(heads)

    def named_by(self, heads: Iterable[Token]) -> tuple[ActorMention, ...]:
        """The actors that phrases are; where none is one, those inside them ("*Haiti*'s efforts")."""
        tokens = tuple(heads)
        return unique(m for t in tokens for m in self._cast.actors(t)) or unique(
            m for t in tokens for m in self._cast.owners(t)
        )


def _straying(rule: Rule) -> str:
    """The preposition of a target that the parser often hangs deeper: "returned the vase, made in …, *to* Peru"."""
    if "against" in rule.targets:
        return "against"
    if rule.action.cameo == "045":
        return "between"
    carried = rule.action.mode in {"return", "withdraw"} or rule.action.type == "AID"
    return next((word for word in ("to", "from") if carried and word in rule.targets), "")


def unique(mentions: Iterable[ActorMention]) -> tuple[ActorMention, ...]:
    return tuple(dict.fromkeys(mentions))
