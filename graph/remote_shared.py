"""Looking things up in a remote store: many by one request, where the embedded engine is asked one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import cast

import pyoxigraph as ox

from extract.model import Actor, CodedDocument
from graph import ids
from graph.ids import Iris
from graph.ontology import terms
from graph.rdf import roles
from graph.remote import RemoteRdf
from graph.reports import Properties, Reader, mention_number
from graph.shared import SharedGraphs, Totals, totals_of
from graph.vocabulary import RDF_TYPE, node_of, value_of

Known = dict[tuple[ox.NamedNode, ox.NamedNode], dict[ox.NamedNode, list[str]]]
"""Properties by subject and graph."""


class RemoteShared(SharedGraphs):
    """Looks things up in a remote store; what :meth:`prefetch` has found need not be asked for until :meth:`forget`."""

    def __init__(self, remote: RemoteRdf, iris: Iris) -> None:
        super().__init__(cast(ox.Store, remote), iris)  # it has all of the engine that is asked here
        self.forget()

    @property
    def remote(self) -> RemoteRdf:
        """The store; raises StoreClosed after :meth:`close`."""
        return cast(RemoteRdf, self.rdf)

    def forget(self) -> None:
        """Forgets what was prefetched: it holds only as long as nothing is written."""
        self._hashes: dict[ox.NamedNode, str | None] = {}
        self._counted: dict[ox.NamedNode, int] = {}
        self._described: dict[ox.NamedNode, Totals | None] = {}
        self._bearing: dict[str, dict[Actor, int]] = {}

    # --- ahead of a batch

    def prefetch(self, batch: Sequence[CodedDocument], event_ids: Iterable[str]) -> None:
        """Looks up what loading the batch will ask about: hashes, mentions, names and totals."""
        nodes = [self.iris.document(coded.document.id) for coded in batch]
        self._hashes |= dict.fromkeys(nodes)
        query = (
            f"SELECT ?d ?h {{{{ VALUES ?d {{{{ {{}} }}}} GRAPH ?d {{{{ ?d {terms().contentHash} ?h }}}} }}}}"
        )
        for node, found in self.remote.lookup(nodes, query.format):
            self._hashes[node_of(node)] = value_of(found)
        self.prefetch_events(batch, event_ids)

    def prefetch_events(self, batch: Iterable[CodedDocument], event_ids: Iterable[str]) -> None:
        """Looks up mentions, names and totals only."""
        events = [self.iris.event(event_id) for event_id in event_ids]
        fresh = [node for node in events if node not in self._counted]
        self._counted |= dict.fromkeys(fresh, 0)
        self._counted |= {node: count for node, (count, _) in self.mention_counts(fresh).items()}
        relations: set[ox.NamedNode] = set()
        actors: set[str] = set()
        for event in (event for coded in batch for event in coded.events):
            actors |= {mention.actor.id for mention in roles(event)}
            if event.source and event.target:
                parts = event.source.actor.id, event.relation, event.target.actor.id
                relations.add(self.iris.relation(ids.relation_id(*parts)))
        self._prefetch_relations(relations - self._described.keys())
        self._prefetch_names(actors - self._bearing.keys())

    def _prefetch_relations(self, nodes: AbstractSet[ox.NamedNode]) -> None:
        self._described |= dict.fromkeys(nodes)
        for (node, _), has in self.properties(nodes, self._relations).items():
            self._described[node] = totals_of(has)

    def _prefetch_names(self, actors: AbstractSet[str]) -> None:
        by_node = {self.iris.actor(actor_id): actor_id for actor_id in actors}
        self._bearing |= {actor_id: {} for actor_id in actors}
        query = f"""SELECT ?n ?p ?o {{{{ VALUES ?a {{{{ {{}} }}}}
            GRAPH {self._actors} {{{{ ?n {terms().nameOf} ?a ; ?p ?o }}}} }}}}"""
        known = _by_subject(self.remote.lookup(by_node, query.format), self._actors)
        reader = Reader(lambda node, graph: known.get((node, graph), {}), self.iris)
        for (node, _), has in known.items():
            actor_id = by_node[ox.NamedNode(has[terms().nameOf][0])]
            self._bearing[actor_id][reader.name(node)] = _uses(has)

    def mention_counts(self, events: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, tuple[int, float]]:
        """Of each event that is mentioned by a valid document: how often, and the highest confidence."""
        ww = terms()
        query = f"""SELECT ?e (COUNT(*) AS ?n) (MAX(?c) AS ?best) {{{{ VALUES ?e {{{{ {{}} }}}}
            GRAPH ?g {{{{ ?m {ww.mentionOf} ?e ; {ww.confidence} ?c . ?g {ww.contentHash} ?h }}}} }}}} GROUP BY ?e"""
        found = self.remote.lookup(events, query.format)
        return {
            node_of(event): (int(value_of(n)), float(value_of(best))) for event, n, best in found if event
        }

    # --- one by one, from memory where it is there

    def content_hash(self, graph: ox.NamedNode) -> str | None:
        """The digest of what ``graph`` was made from; None for a graph that the store does not have."""
        return self._hashes[graph] if graph in self._hashes else super().content_hash(graph)

    def mentions(self, event: ox.NamedNode) -> int:
        """How many mentions of ``event`` there are."""
        return self._counted[event] if event in self._counted else super().mentions(event)

    def content_hashes(self, graphs: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, str]:
        """The digests of those graphs that the store has."""
        return {graph: digest for graph in graphs if (digest := self.content_hash(graph)) is not None}

    def mentions_of(self, events: Iterable[ox.NamedNode]) -> Counter[ox.NamedNode]:
        """How many mentions there are of each of ``events``."""
        return Counter({event: self.mentions(event) for event in events})

    def relations(self, nodes: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, Totals]:
        """The totals of those relations that the store knows."""
        return {node: totals for node in nodes if (totals := self.relation(node)) is not None}

    def relation(self, node: ox.NamedNode) -> Totals | None:
        """The totals of a relation, None if the store does not know it."""
        return self._described[node] if node in self._described else super().relation(node)

    def names(self, actor_id: str) -> dict[Actor, int]:
        """The names of an actor, each with its uses."""
        if actor_id not in self._bearing:
            self._prefetch_names({actor_id})
            return self._bearing.pop(actor_id)
        return self._bearing[actor_id]

    def has_action(self, action: str, plover: str, *, leaving_out: AbstractSet[ox.NamedNode]) -> bool:
        """Whether any event, but for some, has the action and the PLOVER type."""
        ww, done = terms(), ids.action_property(action)
        pattern = f"?event {ww.action} {done} ; {ww.ploverType} {ids.concept('plover', plover)}"
        text = f"SELECT ?event {{ GRAPH {self._events} {{ {pattern} }} }} LIMIT {len(leaving_out) + 1}"
        return any(node_of(event) not in leaving_out for (event,) in self.remote.rows(text))

    # --- reading back

    def properties(self, nodes: Iterable[ox.NamedNode], graph: ox.NamedNode) -> Known:
        """The properties of nodes in one graph."""
        query = f"SELECT ?s ?p ?o {{{{ VALUES ?s {{{{ {{}} }}}} GRAPH {graph} {{{{ ?s ?p ?o }}}} }}}}"
        return _by_subject(self.remote.lookup(nodes, query.format), graph)

    def coded_document(self, document: ox.NamedNode) -> CodedDocument:
        """The document of that node, with its events."""
        return self.stored(document)[0]

    def stored(self, document: ox.NamedNode) -> tuple[CodedDocument, list[str]]:
        """A document, and the ids of its events as the store has them, in order."""
        text = f"SELECT ?s ?p ?o {{ GRAPH {document} {{ ?s ?p ?o }} }}"
        known = _by_subject(self.remote.rows(text), document)
        mentions = [
            node for (node, _), has in known.items() if terms().Mention.value in has.get(RDF_TYPE, [])
        ]
        mentions.sort(key=mention_number)
        reader = self._reader_of(known)
        events = [known[mention, document][terms().mentionOf][0] for mention in mentions]
        event_ids = [self.iris.local("event", ox.NamedNode(event)) for event in events]
        return reader.coded_document(document, mentions), event_ids

    def _reader_of(self, known: Known) -> Reader:
        """A reader of properties that are known, after those of events and names are looked up."""
        ww = terms()

        def objects(predicate: ox.NamedNode) -> set[ox.NamedNode]:
            return {ox.NamedNode(iri) for has in known.values() for iri in has.get(predicate, [])}

        events = self.properties(objects(ww.mentionOf), self._events)
        names = self.properties(objects(ww.presentedAs), self._actors)
        everything = known | events | names
        return Reader(lambda node, graph: everything.get((node, graph), {}), self.iris)


def _by_subject(rows: Iterable[Sequence[object]], graph: ox.NamedNode) -> Known:
    """Properties from rows of subject, predicate and object."""
    return merged({}, rows, graph)


def merged(known: Known, rows: Iterable[Sequence[object]], graph: ox.NamedNode) -> Known:
    """``known``, with the properties that rows of subject, predicate and object tell of ``graph``."""
    for subject, predicate, value in rows:
        has = known.setdefault((node_of(subject), graph), defaultdict(list))
        has.setdefault(node_of(predicate), []).append(value_of(value))
    return known


def _uses(has: Properties) -> int:
    return sum(map(int, has.get(terms().mentions, [])))
