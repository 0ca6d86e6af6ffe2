"""Quads back to what they were made from: coded documents, and the reports of an event.

Contexts are a set in the graph and come back sorted; all else comes back as it was.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from extract.model import (
    Actor,
    ActorMention,
    Attribution,
    CodedDocument,
    Document,
    Event,
    Place,
    Sentence,
    Span,
    When,
)
from graph import ids
from graph.ids import Iris
from graph.ontology import local_name, terms
from graph.vocabulary import GEONAMES, IDENTIFIER, ISSUED, LABEL, METADATA, RDF_TYPE, node_of, value_of

Properties: TypeAlias = Mapping[ox.NamedNode, list[str]]
"""The properties of one subject: IRIs and the lexical forms of literals."""

Describe: TypeAlias = Callable[[ox.NamedNode, ox.NamedNode], Properties]
"""Gives the properties of a subject in a graph, none where the graph does not know it."""


@dataclass(frozen=True, slots=True)
class Report:
    """One mention of an event: ``number`` counts the events of its document from 1."""

    document: Document
    number: int
    event: Event


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event and who reported it, by date and id of the documents; their text is left out.

    ``relation`` is the id of its relation, None where source or target is unknown; ``total`` counts all reports,
    of which ``reports`` may hold the first ones only.
    """

    id: str
    relation: str | None
    total: int
    reports: tuple[Report, ...]


def from_quads(quads: Iterable[ox.Quad], iris: Iris) -> list[CodedDocument]:
    """The documents that the quads of :func:`graph.rdf.to_quads` hold, by id."""
    subjects: dict[tuple[str, str], defaultdict[ox.NamedNode, list[str]]] = {}
    for quad in quads:
        place = node_of(quad.subject).value, node_of(quad.graph_name).value
        subjects.setdefault(place, defaultdict(list))[quad.predicate].append(value_of(quad.object))
    reader = Reader(lambda node, graph: subjects.get((node.value, graph.value), {}), iris)
    mentions: defaultdict[str, list[ox.NamedNode]] = defaultdict(list)
    documents = []
    for (subject, graph), properties in subjects.items():
        kinds = properties.get(RDF_TYPE, [])
        if terms().Mention.value in kinds:
            mentions[graph].append(ox.NamedNode(subject))
        elif terms().Document.value in kinds:
            documents.append(ox.NamedNode(subject))
    coded = [reader.coded_document(node, mentions[node.value]) for node in documents]
    return sorted(coded, key=lambda one: one.document.id)


class Reader:
    """Reads values from wherever ``describe`` finds their properties."""

    def __init__(self, describe: Describe, iris: Iris) -> None:
        self.describe = describe
        self.iris = iris
        self.events = iris.graph("events")
        self.actors = iris.graph("actors")

    def coded_document(self, node: ox.NamedNode, mentions: Iterable[ox.NamedNode]) -> CodedDocument:
        """The document of the graph ``node`` with its events in their order."""
        ordered = sorted(mentions, key=mention_number)
        return CodedDocument(self.document(node), tuple(self.event(mention, node) for mention in ordered))

    def document(self, node: ox.NamedNode, *, with_text: bool = True) -> Document:
        """The document itself; its text may be left out, which is then empty."""
        has = self.describe(node, node)
        issued = _one(has, ISSUED)
        numbered = sorted(
            (note.partition(": ") for note in has.get(terms().note, [])), key=lambda n: int(n[0])
        )
        return Document(
            id=has[IDENTIFIER][0],
            text=(_one(has, terms().text) or "") if with_text else "",
            date=None if issued is None else dt.date.fromisoformat(issued),
            notes=tuple(note for _, _, note in numbered),
            **{field: _one(has, predicate) for field, predicate in METADATA.items()},
        )

    def event(self, mention: ox.NamedNode, graph: ox.NamedNode) -> Event:
        """The event that ``mention``, in the graph of its document, reports."""
        ww, has = terms(), self.describe(mention, graph)
        node = self.describe(ox.NamedNode(has[ww.mentionOf][0]), self.events)
        return Event(
            source=self._actor(_one(has, ww.sourceMention), graph),
            relation=ids.action_name(ox.NamedNode(node[ww.action][0])),
            type=_notation(node, ww.ploverType),
            mode=_one(has, ww.mode),
            contexts=tuple(sorted(has.get(ww.context, []))),
            cameo=_notation(node, ww.cameoCode),
            quad=int(_notation(node, ww.quadClass)),
            goldstein=float(node[ww.goldstein][0]),
            target=self._actor(_one(has, ww.targetMention), graph),
            modality=node[ww.modality][0],
            negated=node[ww.negated][0] == "true",
            date=_when(node, has),
            place=self._place(_one(has, ww.place), graph),
            attribution=self._attribution(has, graph),
            sentence=self._sentence(ox.NamedNode(has[ww.sentence][0]), graph),
            trigger=_span(mention, has),
            rule=has[ww.rule][0],
            confidence=float(has[ww.confidence][0]),
            reciprocal=_one(has, ww.reciprocal),
        )

    def name(self, node: ox.NamedNode) -> Actor:
        """The actor as it is presented under the name ``node``."""
        ww, has = terms(), self.describe(node, self.actors)
        return Actor(
            code=has[ww.code][0],
            sector=_one(has, ww.sector),
            name=has[LABEL][0],
            type=local_name(ox.NamedNode(has[ww.actorClass][0])),
        )

    def _actor(self, iri: str | None, graph: ox.NamedNode) -> ActorMention | None:
        if iri is None:
            return None
        node = ox.NamedNode(iri)
        has = self.describe(node, graph)
        actor = self.name(ox.NamedNode(has[terms().presentedAs][0]))
        return ActorMention(actor, _span(node, has), _one(has, terms().resolution))

    def _sentence(self, node: ox.NamedNode, graph: ox.NamedNode) -> Sentence:
        has = self.describe(node, graph)
        return Sentence(int(has[terms().sentenceNumber][0]), _span(node, has))

    def _place(self, iri: str | None, graph: ox.NamedNode) -> Place | None:
        if iri is None:
            return None
        node = ox.NamedNode(iri)
        has, ww = self.describe(node, graph), terms()
        geonames, latitude, longitude = (_one(has, p) for p in (ww.geonames, ww.latitude, ww.longitude))
        return Place(
            has[LABEL][0],
            _one(has, ww.code),
            _span(node, has) if ww.text in has else None,
            precision=_one(has, ww.precision),
            geonames=int(geonames.removeprefix(GEONAMES).strip("/")) if geonames else None,
            latitude=float(latitude) if latitude else None,
            longitude=float(longitude) if longitude else None,
        )

    def _attribution(self, has: Properties, graph: ox.NamedNode) -> Attribution | None:
        cue = _one(has, terms().cue)
        return None if cue is None else Attribution(self._actor(_one(has, terms().attribution), graph), cue)


def mention_number(node: ox.NamedNode) -> int:
    """The place of a mention among the events of its document, from 1."""
    return int(node.value.rpartition(";event=")[2])


def _one(has: Properties, predicate: ox.NamedNode) -> str | None:
    return has[predicate][0] if predicate in has else None


def _notation(has: Properties, predicate: ox.NamedNode) -> str:
    return ids.notation(ox.NamedNode(has[predicate][0]))


def _span(node: ox.NamedNode, has: Properties) -> Span:
    """The passage ``node``, whose IRI ends in ``#char=start,end;…``."""
    start, end = node.value.rpartition("#char=")[2].partition(";")[0].split(",")
    return Span(has[terms().text][0], int(start), int(end))


def _when(node: Properties, mention: Properties) -> When | None:
    ww = terms()
    if ww.startDate not in node:
        return None
    start, end = (dt.date.fromisoformat(node[predicate][0]) for predicate in (ww.startDate, ww.endDate))
    return When(start, end, node[ww.granularity][0], mention[ww.dateBasis][0])
