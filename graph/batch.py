"""What documents that come or go change in the graphs that all documents share.

A :class:`Batch` counts, for each event and each name, the mentions that the batch adds and takes away, and turns
the sums into one transaction: event nodes appear with their first mention and vanish with their last, relations
with their totals and plain edges follow the events, actors follow their names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pyoxigraph as ox

from extract.model import Actor, Event
from graph import ids
from graph import ntriples as nt
from graph.counts import Counts
from graph.ids import Iris
from graph.index import IndexChanges, event_row, wordings
from graph.ontology import term_texts
from graph.rdf import event_text, name_lines, roles
from graph.shared import SharedGraphs, Totals, action_lines, actor_lines, main_name, relation_lines
from graph.transaction import Transaction
from graph.vocabulary import decimal_literal


@dataclass(slots=True)
class _TouchedName:
    """How often a name is used before and after a batch, and with which words (None: such as a pronoun)."""

    before: int
    after: int
    wordings: Counter[str | None] = field(default_factory=Counter)


@dataclass(slots=True)
class _TouchedEvent:
    """How often an event is mentioned before and after a batch, and the highest confidence that the batch adds."""

    before: int
    after: int
    event: Event
    confidence: float = 0.0

    @property
    def asserted(self) -> bool:
        return is_asserted(self.event)


@dataclass(slots=True)
class _TouchedRelation:
    source: str
    action: str
    target: str
    appearing: list[Event] = field(default_factory=list)
    vanishing: dict[str, Event] = field(default_factory=dict)
    mentions: int = 0


def _score(event: Event) -> Decimal:
    return Decimal(decimal_literal(float(event.goldstein)).value)


def is_asserted(event: Event) -> bool:
    """Whether the event counts for its relation: neither negated nor hypothetical."""
    return not event.negated and event.modality != "hypothetical"


class Batch:
    """Collects documents, then says what they change; reads the store and writes nothing.

    After :meth:`settle`, ``recounted`` are the events that the store knew and still knows, of which the mentions
    have changed, and ``settled_totals`` and ``settled_names`` the counts as they will be.
    """

    def __init__(self, shared: SharedGraphs, counts: Counts) -> None:
        self.shared = shared
        self.counts = counts
        self.settled_totals: dict[ox.NamedNode, Totals | None] = {}
        self.settled_names: dict[str, dict[Actor, int]] = {}
        self.iris: Iris = shared.iris
        self._event_graph = self.iris.graph("events")
        self._relation_graph = self.iris.graph("relations")
        self._fresh: defaultdict[ox.NamedNode, list[str]] = defaultdict(list)
        self.appeared = 0
        self.recounted: list[str] = []
        self._expected: dict[str, int] = {}
        self._events: dict[str, _TouchedEvent] = {}
        self._names: dict[Actor, _TouchedName] = {}

    def expect(self, event_ids: Iterable[str]) -> None:
        """Looks up at once how often events are mentioned that will come, before anything of them is written."""
        nodes = {
            self.iris.event(event_id): event_id for event_id in event_ids if event_id not in self._events
        }
        found = self.shared.mentions_of(nodes)
        self._expected = {event_id: found[node] for node, event_id in nodes.items()}

    def add(self, events: Sequence[Event], event_ids: Sequence[str]) -> None:
        """Counts the events of a document that the store did not hold; ``event_ids`` are theirs, in order."""
        self._count(events, event_ids, 1)

    def remove(self, events: Sequence[Event], event_ids: Sequence[str]) -> None:
        """Counts the events of a document of the store that says them no more."""
        self._count(events, event_ids, -1)

    def take_fresh(self) -> dict[ox.NamedNode, list[str]]:
        """N-Triples of nodes that the store did not have, by graph, since the last call.

        Events until :meth:`settle`, relations by it; the caller inserts them.
        """
        taken = dict(self._fresh)
        self._fresh.clear()
        return taken

    def _count(self, events: Sequence[Event], event_ids: Sequence[str], n: int) -> None:
        for event, event_id in zip(events, event_ids, strict=True):
            touched = self._events.get(event_id) or self._touch(event_id, event)
            touched.after += n
            if n > 0:
                touched.confidence = max(touched.confidence, event.confidence)
            for mention in roles(event):
                name = self._names.get(mention.actor) or self._touch_name(mention.actor)
                name.after += n
                name.wordings[None if mention.resolution is not None else mention.span.text] += n

    def _touch(self, event_id: str, event: Event) -> _TouchedEvent:
        before = self._expected.get(event_id)
        if before is None:
            before = self.shared.mentions(self.iris.event(event_id))
        touched = self._events[event_id] = _TouchedEvent(before, before, event)
        if before == 0:
            self.appeared += 1
            self._fresh[self._event_graph].append(event_text(event_id, event, self.iris))
        return touched

    def _touch_name(self, actor: Actor) -> _TouchedName:
        uses = self.counts.names(actor.id).get(actor, 0)
        touched = self._names[actor] = _TouchedName(uses, uses)
        return touched

    def settle(self, transaction: Transaction) -> IndexChanges:
        """Puts all other changes of the shared graphs into ``transaction``; returns those of the index."""
        relations: dict[tuple[str, str, str], _TouchedRelation] = {}
        vanishing: dict[str, Event] = {}
        appearing: list[Event] = []
        for event_id, touched in self._events.items():
            event = touched.event
            if touched.before == 0:
                appearing.append(event)
            elif touched.after == 0:
                vanishing[event_id] = event
                transaction.deletes[self._event_graph].append(event_text(event_id, event, self.iris))
            if event.source and event.target:
                key = event.source.actor.id, event.relation, event.target.actor.id
                relation = relations.setdefault(key, _TouchedRelation(*key))
                self._tell(relation, event_id, touched)
        nodes = {self._node_of(relation): relation for relation in relations.values()}
        known = self.counts.totals(list(nodes))
        for node, relation in nodes.items():
            self._settle_relation(node, known.get(node), relation, transaction)
        self._settle_actions(appearing, vanishing, transaction)
        actors = self._settle_actors(transaction)
        return self._index_changes(vanishing, actors)

    def _tell(self, relation: _TouchedRelation, event_id: str, touched: _TouchedEvent) -> None:
        if touched.before == 0:
            relation.appearing.append(touched.event)
        elif touched.after == 0:
            relation.vanishing[event_id] = touched.event
        if touched.asserted:
            relation.mentions += touched.after - touched.before

    def _node_of(self, touched: _TouchedRelation) -> ox.NamedNode:
        return self.iris.relation(ids.relation_id(touched.source, touched.action, touched.target))

    def _settle_relation(
        self, node: ox.NamedNode, before: Totals | None, touched: _TouchedRelation, transaction: Transaction
    ) -> None:
        remains = not touched.vanishing or bool(touched.appearing)
        if not remains:
            gone = {self.iris.event(event_id) for event_id in touched.vanishing}
            remains = any(event not in gone for event in self.shared.events_of(node))
        after = self._totals(node, before, touched) if remains else None
        self.settled_totals[node] = after
        parts = touched.source, touched.action, touched.target
        new = relation_lines(parts, after, self.iris) if after else []
        if before:
            transaction.replace(self._relation_graph, relation_lines(parts, before, self.iris), new)
        else:
            self._fresh[self._relation_graph] += new

    def _totals(self, node: ox.NamedNode, before: Totals | None, touched: _TouchedRelation) -> Totals:
        old = before or Totals()
        added = [event for event in touched.appearing if is_asserted(event)]
        removed = [event for event in touched.vanishing.values() if is_asserted(event)]
        days = {event.date.start for event in added if event.date}
        if any(event.date and event.date.start in (old.first, old.last) for event in removed):
            gone = {self.iris.event(event_id) for event_id in touched.vanishing}
            days |= self.shared.days_of(node, leaving_out=gone)
        else:
            days |= {day for day in (old.first, old.last) if day}
        score = sum((_score(event) for event in added), Decimal(0))
        score -= sum((_score(event) for event in removed), Decimal(0))
        return Totals(
            events=old.events + len(added) - len(removed),
            mentions=old.mentions + touched.mentions,
            first=min(days, default=None),
            last=max(days, default=None),
            goldstein=old.goldstein + score,
        )

    def _settle_actions(
        self, appearing: Iterable[Event], vanishing: dict[str, Event], transaction: Transaction
    ) -> None:
        new = {(event.relation, event.type) for event in appearing}
        gone = {self.iris.event(event_id) for event_id in vanishing}
        lost = {(event.relation, event.type) for event in vanishing.values()} - new
        lost = {pair for pair in lost if not self.shared.has_action(*pair, leaving_out=gone)}
        actions = sorted({relation for relation, _ in new | lost})
        for action in actions:
            types = self.shared.types_of(action)
            kept = (types - {type_ for relation, type_ in lost if relation == action}) | {
                type_ for relation, type_ in new if relation == action
            }
            old, new_lines = action_lines(action, types), action_lines(action, kept)
            transaction.replace(self._relation_graph, old, new_lines)

    def _settle_actors(self, transaction: Transaction) -> dict[str, Actor | None]:
        """Names with their uses and the actors that bear them; returns how each is presented now, None if gone."""
        mentions, graph = term_texts().mentions, self.iris.graph("actors")
        by_actor: defaultdict[str, list[Actor]] = defaultdict(list)
        for actor, touched in self._names.items():
            by_actor[actor.id].append(actor)
            node, lines = nt.name(actor, self.iris), name_lines(actor, self.iris)
            old, new = (
                lines + nt.lines(node, [(mentions, nt.integer(uses))]) if uses else []
                for uses in (touched.before, touched.after)
            )
            transaction.replace(graph, old, new)
        presented: dict[str, Actor | None] = {}
        for actor_id, changed in by_actor.items():
            before = self.counts.names(actor_id)
            names = before | {actor: self._names[actor].after for actor in changed}
            names = {actor: uses for actor, uses in names.items() if uses}
            transaction.replace(graph, actor_lines(before, self.iris), actor_lines(names, self.iris))
            self.settled_names[actor_id] = names
            presented[actor_id] = main_name(names) if names else None
        return presented

    def _index_changes(self, vanishing: dict[str, Event], actors: dict[str, Actor | None]) -> IndexChanges:
        changes = IndexChanges(removed=list(vanishing), actors=actors)
        for actor, name in self._names.items():
            for text, n in name.wordings.items():
                for wording in wordings(actor, text):
                    changes.aliases[actor.id, wording] += n
        for event_id, touched in self._events.items():
            if touched.before == 0:
                changes.added.append(event_row(event_id, touched.event, touched.after, touched.confidence))
            elif touched.after:
                self.recounted.append(event_id)
            if not touched.event.negated and not touched.before * touched.after:
                ends = {
                    mention.actor.id for mention in (touched.event.source, touched.event.target) if mention
                }
                changes.activity.update(dict.fromkeys(ends, 1 if touched.after else -1))
        return changes
