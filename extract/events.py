"""From readings to events: one record for each pair of actors, with date, place, attribution and confidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.actions import Reader, Reading
from extract.confidence import confidence
from extract.coreference import Cast
from extract.dates import find_dates
from extract.frames import subjects
from extract.lexicon import Action, Lexicon
from extract.model import UNKNOWN, ActorMention, Attribution, Event, Sentence, Span, When
from extract.parsed import Token, Tokens
from extract.places import Places
from extract.standing import according_to, is_circumstance, is_sport, saying_verb

NO_TARGET_NEEDED = frozenset(
    {
        "PROTEST",
        "MOBILIZE",
        "CONCEDE",
        "RETREAT",
        "REJECT",
        "AGREE",
        "SUPPORT",
        "ACCUSE",
        "THREATEN",
        "SANCTION",
    }
)
"""Types whose events are whole without a target ("North Korea tested a missile")."""

NO_SOURCE_NEEDED = frozenset({"ASSAULT", "COERCE", "SANCTION", "ACCUSE"})
"""Types whose events are reported without saying who did it ("three civilians were killed")."""

DISSENT = frozenset({"PROTEST", "REJECT"})
"""Types whose events are reported of groups of which only the sector is told ("teachers will not end the strike")."""

NOT_SOURCES = frozenset({"Media"})
"""Actors that report rather than act."""

OWNING = frozenset(
    "claim claims claimed admit admits admitted acknowledge acknowledged confess confessed".split()
)
"""Verbs of speech by which somebody takes responsibility for an act of their own."""

PRIVATE = frozenset({"EDU", "HLH", "AGR", "LAB", "CVL", "BUS", "MED"})
"""Sectors whose comings and goings are no visits in the sense of CAMEO 042."""

PLAYED = frozenset("ASSAULT MOBILIZE SUPPORT CONSULT AGREE RETREAT CONCEDE THREATEN REJECT".split())
"""Types by whose words sport is told."""

ARMED = frozenset({"MIL", "COP", "REB", "UAF", "JUD", "OPP"})
"""Sectors that do not play."""

MOVING = frozenset(
    "rise fall grow drop decline increase decrease jump slump plunge surge climb soar shrink total reach exceed".split()
)
"""Verbs of what is counted."""

LACKING = "no source or target is known as its type needs them"
"""Why a reading that is an event gives none."""

HISTORICAL = dt.timedelta(days=5 * 365)
"""How long ago an event must have ended to be history rather than news."""

MAX_PAIRS = 12
"""At most so many source-target pairs of one predicate; a longer list is a parse gone wrong."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for a whole block: its text's offset, the document's date, the number of the next sentence."""

    offset: int
    date: dt.date | None


def is_event(action: Action, *, appeals: bool) -> bool:
    """Whether an action is an event: by the mapping of CAMEO to PLOVER (2021), statements and appeals are none.

    ``appeals`` counts those (CAMEO 02) in, as REQUEST.
    """
    return action.type != "" and (appeals or not action.cameo.startswith("02"))


def _is_private_visit(reading: Reading) -> bool:
    """Whether a visit is one of pupils to a school rather than of one political actor to another."""
    actors = (*reading.sources, *reading.targets)
    visits = reading.action.cameo == "042" or reading.action.rule == "commit+consult"
    return visits and any(m.actor.sector in PRIVATE for m in actors)


def _is_play(reading: Reading) -> bool:
    """Whether teams meet, or players sign, rather than political actors: "Brazil beat Argentina 2-0"."""
    sectors = {m.actor.sector for m in (*reading.sources, *reading.targets)}
    return reading.action.type in PLAYED and not sectors & ARMED and is_sport(reading.trigger)


def _is_figure(reading: Reading) -> bool:
    """Whether an event noun only names what is counted: "exports to Germany *rose*"."""
    trigger = reading.trigger
    if reading.action.type != "COOPERATE" or trigger.pos_ != "NOUN":
        return False
    return trigger.dep_ == "nsubj" and trigger.head.lemma_ in MOVING


@dataclass(frozen=True, slots=True)
class Step:
    """A reading of ``predicate`` and the events it gives; ``why`` says why it gives none, else it is "".

    There is no reading of a predicate that another one, read before it, accounts for.
    """

    predicate: Token
    reading: Reading | None
    events: tuple[Event, ...]
    why: str


class Coder:
    """Codes the sentences of one document, in order."""

    def __init__(
        self, lexicon: Lexicon, cast: Cast, places: Places, setting: Setting, *, appeals: bool = False
    ) -> None:
        self._lexicon = lexicon
        self._cast = cast
        self._places = places
        self._setting = setting
        self._appeals = appeals
        self.reader = Reader(lexicon, cast)
        self._dated: tuple[int, list[tuple[Span, When]]] | None = None

    def code(self, sentence: Tokens, number: int) -> Iterator[Event]:
        """The events of one sentence, in the order of their triggers."""
        found = [event for step in self.steps(sentence, number) for event in step.events]
        found.sort(key=lambda e: e.trigger.start)
        for event in _distinct(found):
            if event.source is not None and event.target is not None:
                self._cast.relate(event.source.actor, event.target.actor, quad=event.quad)
            yield event

    def steps(self, sentence: Tokens, number: int) -> Iterator[Step]:
        """What becomes of each reading of the sentence's predicates, outer clauses first."""
        used: dict[int, Reading] = {}
        for predicate in sorted(_predicates(sentence), key=_depth):
            if predicate.i in used:
                outer = used[predicate.i]
                why = f"it is part of what {outer.trigger.text!r} says, by {outer.action.rule}"
                yield Step(predicate, None, (), why)
                continue
            for reading in self.reader.read(predicate):
                why = self._why_not(reading)
                events = () if why else tuple(self._events(reading, sentence, number))
                if events or why or "+" in reading.action.rule:
                    used |= dict.fromkeys(reading.used, reading)
                yield Step(predicate, reading, events, why or ("" if events else LACKING))

    def _why_not(self, reading: Reading) -> str:
        """Why a reading is not what the sentence reports (docs/decisions/0007), "" where it is."""
        if reading.action.type == "":
            return "a statement (CAMEO 01) is no event, or this only says who is meant"
        if not is_event(reading.action, appeals=self._appeals):
            return "an appeal (CAMEO 02) is no event without --appeals"
        if is_circumstance(reading.trigger):
            return "its clause only says when, why or on what condition something else is"
        if _is_private_visit(reading):
            return "a private visit is no event"
        if _is_play(reading):
            return "sport is no event"
        return "a figure that rises or falls is no event" if _is_figure(reading) else ""

    def _events(self, reading: Reading, sentence: Tokens, number: int) -> Iterator[Event]:
        pairs = list(_pairs(reading))
        if not pairs or len(pairs) > MAX_PAIRS:
            return
        trigger = self._span(sentence.doc[reading.trigger.i : reading.trigger.i + 1])
        code = self._lexicon.code(reading.action.cameo)
        attribution = self._attribution(reading)
        date = self._date(reading, sentence)
        place = self._places.of(reading.trigger, type_=reading.action.type, offset=self._setting.offset)
        modality = self._modality(reading, date)
        contexts = self._contexts(reading)
        where = Sentence(number, self._span(sentence))
        own = (
            attribution.actor.actor
            if attribution and attribution.cue.lower() in OWNING and attribution.actor
            else None
        )
        for source, whom, reciprocal in pairs:
            target = self._cast.filled(whom, place.code if place else None)
            if source is not None and source.actor == own:
                continue  # "the rebels claimed that they had attacked": a statement (CAMEO 015)
            yield Event(
                source=source,
                relation=reading.action.relation,
                type=reading.action.type,
                mode=reading.action.mode,
                contexts=contexts,
                cameo=reading.action.cameo,
                quad=code.quad,
                goldstein=code.goldstein,
                target=target,
                modality=modality,
                negated=reading.negated,
                date=date,
                place=place,
                attribution=attribution,
                sentence=where,
                trigger=trigger,
                rule=reading.action.rule,
                confidence=confidence(
                    self._lexicon.weights,
                    source=source,
                    target=target,
                    rule=reading.action.rule,
                    modality=reading.modality,
                    reciprocal=reciprocal,
                ),
                reciprocal=f"{number}.{trigger.start}" if reciprocal else None,
            )

    def _attribution(self, reading: Reading) -> Attribution | None:
        verb = saying_verb(reading.trigger, self.reader.speech)
        if verb is not None:
            speakers = [m for t in subjects(verb) for m in self._cast.actors(t)]
            return Attribution(speakers[0] if speakers else None, verb.text)
        source = according_to(reading.trigger)
        if source is not None:
            speakers = list(self._cast.actors(source))
            return Attribution(speakers[0] if speakers else None, "according to")
        return None

    def _date(self, reading: Reading, sentence: Tokens) -> When | None:
        """The date expression nearest to the trigger, before those of other clauses; else the document's date."""
        found = self._dates_in(sentence)
        trigger = reading.trigger.idx + self._setting.offset
        inside = reading.used | {t.i for t in reading.trigger.children}
        best = None
        for span, when in found:
            words = sentence.doc.covering(span.start - self._setting.offset, span.end - self._setting.offset)
            root = words.root
            clause = (
                root.head.i in inside
                or root.head.head.i in inside
                or _clause(root) == _clause(reading.trigger)
            )
            distance = (not clause, abs(span.start - trigger))
            if best is None or distance < best[0]:
                best = (distance, when, clause)
        if best is not None and best[2]:
            return best[1]
        day = self._setting.date
        return When(day, day + dt.timedelta(days=1), "day", "document") if day is not None else None

    def _modality(self, reading: Reading, date: When | None) -> str:
        """The reading's, but ``historical`` for what the text itself dates long before its own day."""
        now = self._setting.date
        if date is None or now is None or date.basis != "expression" or reading.modality != "actual":
            return reading.modality
        return "historical" if date.end + HISTORICAL < now else "actual"

    def _dates_in(self, sentence: Tokens) -> list[tuple[Span, When]]:
        """The dates of a sentence, looked for once."""
        if self._dated is None or self._dated[0] != sentence.start:
            offset = sentence.start_char + self._setting.offset
            found = find_dates(sentence.text, reference=self._setting.date, offset=offset)
            self._dated = sentence.start, found
        return self._dated[1]

    def _contexts(self, reading: Reading) -> tuple[str, ...]:
        words = [reading.trigger.doc[i].lemma_.lower() for i in sorted(reading.used)]
        words += [t.lemma_.lower() for t in reading.trigger.subtree]
        found = [self._lexicon.contexts[w] for w in words if w in self._lexicon.contexts]
        return tuple(dict.fromkeys((*reading.action.contexts, *sorted(set(found)))))

    def _span(self, span: Tokens) -> Span:
        return Span(span.text, span.start_char + self._setting.offset, span.end_char + self._setting.offset)


def _predicates(sentence: Tokens) -> list[Token]:
    return [
        t
        for t in sentence
        if t.pos_ in {"VERB", "AUX", "NOUN", "PROPN", "ADJ"} and t.dep_ not in {"aux", "auxpass"}
    ]


def _depth(token: Token) -> tuple[int, int, int]:
    """Verbs before nouns, outer clauses before inner ones, left before right."""
    depth, current = 0, token
    while current.head != current:
        depth, current = depth + 1, current.head
    return (token.pos_ in {"NOUN", "PROPN"}, depth, token.i)


def _clause(token: Token) -> int:
    current = token
    while current.pos_ not in {"VERB", "AUX"} and current.head != current:
        current = current.head
    return current.i


def _pairs(reading: Reading) -> Iterator[tuple[ActorMention | None, ActorMention | None, bool]]:
    """Source and target of each record that a reading gives."""
    sources = [s for s in reading.sources if s.actor.type not in NOT_SOURCES or reading.targets]
    targets = list(reading.targets)
    if reading.reciprocal:
        yield from _reciprocal(sources, targets)
        return
    if not sources:
        freed = reading.action.mode == "release"
        if targets and (freed or reading.action.type in NO_SOURCE_NEEDED) and _strong(targets):
            for target in targets:
                yield None, target, False
        return
    if not targets:
        group = reading.action.type in DISSENT and any(s.actor.sector for s in sources)
        if (reading.whole or reading.action.type in NO_TARGET_NEEDED) and (_strong(sources) or group):
            for source in sources:
                yield source, None, False
        return
    for source in sources:
        for target in targets:
            told = source.actor.sector is not None and target.actor.sector is not None
            if source.span != target.span and (told or _strong((source, target))):
                yield source, target, False


def _reciprocal(
    sources: Sequence[ActorMention], targets: Sequence[ActorMention]
) -> Iterator[tuple[ActorMention | None, ActorMention | None, bool]]:
    """Both directions between the two sides, or between all where one side names them all."""
    sides = (
        [(s, t) for s in sources for t in targets]
        if sources and targets
        else [(a, b) for group in (sources, targets) for k, a in enumerate(group) for b in group[k + 1 :]]
    )
    if not sides and sources and not targets:
        yield from ((s, None, False) for s in sources if s.actor.code != UNKNOWN)
    for one, other in sides:
        if one.actor != other.actor:
            yield one, other, True
            yield other, one, True


def _strong(mentions: Sequence[ActorMention]) -> bool:
    """Whether somebody is known: by a code, or as a person by name."""
    return any(m.actor.code != UNKNOWN or m.actor.type == "Person" for m in mentions)


def _distinct(events: Sequence[Event]) -> Iterator[Event]:
    """Each (source, action, target) of a sentence once, the first said."""
    seen = set()
    for event in events:
        key = (
            event.source.actor.id if event.source else None,
            event.type,
            event.target.actor.id if event.target else None,
            event.negated,
        )
        if key not in seen:
            seen.add(key)
            yield event
