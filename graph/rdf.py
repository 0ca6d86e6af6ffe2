"""Coded documents as quads, losing nothing.

A document's own graph holds the document, its sentences and mentions. Events and names, which documents share,
stand in graphs of their own, so that each triple stands in exactly one graph. No blank nodes; numbers in their
shortest form, as the engine would make them. :mod:`graph.reports` is the way back.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from extract.model import Actor, ActorMention, CodedDocument, Document, Event, Place, Sentence, Span
from graph import ids
from graph.ids import Iris
from graph.ontology import DCTERMS, RDF, RDFS, XSD, terms

RDF_TYPE = ox.NamedNode(f"{RDF}type")
LABEL = ox.NamedNode(f"{RDFS}label")
IDENTIFIER = ox.NamedNode(f"{DCTERMS}identifier")
METADATA = {
    "title": ox.NamedNode(f"{DCTERMS}title"),
    "publisher": ox.NamedNode(f"{DCTERMS}publisher"),
    "url": ox.NamedNode(f"{DCTERMS}source"),
    "place": ox.NamedNode(f"{DCTERMS}spatial"),
}
ISSUED = ox.NamedNode(f"{DCTERMS}issued")
XSD_DATE = ox.NamedNode(f"{XSD}date")
XSD_DECIMAL = ox.NamedNode(f"{XSD}decimal")

Term: TypeAlias = ox.NamedNode | ox.Literal


def date_literal(day: dt.date) -> ox.Literal:
    """``day`` as xsd:date."""
    return ox.Literal(day.isoformat(), datatype=XSD_DATE)


@functools.lru_cache(maxsize=4096)
def decimal_literal(number: float | Decimal) -> ox.Literal:
    """``number`` as xsd:decimal, exactly and in the shortest form.

    >>> decimal_literal(-5.0).value, decimal_literal(1e-7).value
    ('-5', '0.0000001')
    """
    digits = format(Decimal(repr(number)) if isinstance(number, float) else Decimal(number), "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return ox.Literal("0" if digits in ("", "-", "-0") else digits, datatype=XSD_DECIMAL)


def to_quads(coded: CodedDocument, iris: Iris) -> Iterator[ox.Quad]:
    """All that the document alone says: its graph, its events, the names of its actors; each quad once."""
    graph, event_ids = iris.document(coded.document.id), ids_of_events(coded)
    for triple in document_triples(coded, event_ids, iris):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)
    for event_id, event in dict(zip(event_ids, coded.events, strict=True)).items():
        yield from event_quads(event_id, event, iris)
    for actor in dict.fromkeys(mention.actor for event in coded.events for mention in roles(event)):
        yield from name_quads(actor, iris)


def ids_of_events(coded: CodedDocument) -> list[str]:
    """The id of each event of the document, in order."""
    return [ids.event_id(event, coded.document.id) for event in coded.events]


def roles(event: Event) -> Iterator[ActorMention]:
    """The mentions of actors in an event: source, target, and who says so."""
    attributed = event.attribution.actor if event.attribution else None
    return (mention for mention in (event.source, event.target, attributed) if mention)


def event_quads(event_id: str, event: Event, iris: Iris) -> list[ox.Quad]:
    """The node of an event: all that follows from its identity, in the graph of events."""
    ww, node = terms(), iris.event(event_id)
    source = event.source.actor.id if event.source else None
    target = event.target.actor.id if event.target else None
    pairs: list[tuple[ox.NamedNode, Term]] = [
        (RDF_TYPE, ww.Event),
        (ww.action, ids.action_property(event.relation)),
        (ww.ploverType, ids.concept("plover", event.type)),
        (ww.cameoCode, ids.concept("cameo", event.cameo)),
        (ww.quadClass, ids.concept("quad", event.quad)),
        (ww.goldstein, decimal_literal(float(event.goldstein))),
        (ww.modality, ox.Literal(event.modality)),
        (ww.negated, ox.Literal(event.negated)),
    ]
    if source is not None:
        pairs.append((ww.source, iris.actor(source)))
    if target is not None:
        pairs.append((ww.target, iris.actor(target)))
    if source is not None and target is not None:
        pairs.append((ww.relation, iris.relation(ids.relation_id(source, event.relation, target))))
    if event.date:
        pairs.append((ww.startDate, date_literal(event.date.start)))
        pairs.append((ww.endDate, date_literal(event.date.end)))
        pairs.append((ww.granularity, ox.Literal(event.date.granularity)))
    graph = iris.graph("events")
    return [ox.Quad(node, predicate, value, graph) for predicate, value in pairs]


def name_quads(actor: Actor, iris: Iris) -> list[ox.Quad]:
    """The node of a name, in the graph of actors, without the count of its uses."""
    ww = terms()
    pairs: list[tuple[ox.NamedNode, Term]] = [
        (RDF_TYPE, ww.Name),
        (ww.nameOf, iris.actor(actor.id)),
        (LABEL, ox.Literal(actor.name)),
        (ww.actorClass, ww[actor.type]),
        (ww.code, ox.Literal(actor.code)),
    ]
    if actor.sector is not None:
        pairs.append((ww.sector, ox.Literal(actor.sector)))
    return [ox.Quad(name_node(actor, iris), predicate, value, iris.graph("actors")) for predicate, value in pairs]


@functools.lru_cache(maxsize=1 << 16)
def name_node(actor: Actor, iris: Iris) -> ox.NamedNode:
    """The node of the name under which ``actor`` is presented; remembered, since few actors are in most news."""
    return iris.name(actor)


def document_triples(
    coded: CodedDocument,
    event_ids: Sequence[str],
    iris: Iris,
    *,
    extractor: str | None = None,
    model: str | None = None,
) -> list[ox.Triple]:
    """The triples of the document's own graph: the document, the sentences with events, the mentions.

    ``event_ids`` are those of its events, in order; ``extractor`` and ``model`` say what read them.
    """
    writer = _DocumentWriter(coded.document, iris)
    if extractor is not None:
        writer.add(writer.graph, (terms().extractor, ox.Literal(extractor)))
    if model is not None:
        writer.add(writer.graph, (terms().model, ox.Literal(model)))
    for number, (event, event_id) in enumerate(zip(coded.events, event_ids, strict=True), 1):
        writer.mention(number, event, event_id)
    return writer.triples


class _DocumentWriter:
    """Collects the triples of one document; parts that two mentions share are written once."""

    def __init__(self, document: Document, iris: Iris) -> None:
        self.document_id = document.id
        self.iris = iris
        self.graph = iris.document(document.id)
        self.triples: list[ox.Triple] = []
        self._sentences: dict[Sentence, ox.NamedNode] = {}
        self._actors: dict[ActorMention, ox.NamedNode] = {}
        self._places: dict[Place, ox.NamedNode] = {}
        self._document(document)

    def add(self, node: ox.NamedNode, *pairs: tuple[ox.NamedNode, Term]) -> None:
        self.triples += [ox.Triple(node, predicate, value) for predicate, value in pairs]

    def passage(self, span: Span, kind: str, number: int) -> ox.NamedNode:
        # The number keeps apart what stands in the same words: "the two countries" are two actors.
        return ox.NamedNode(f"{self.graph.value}#char={span.start},{span.end};{kind}={number}")

    def _document(self, document: Document) -> None:
        ww = terms()
        self.add(self.graph, (RDF_TYPE, ww.Document), (IDENTIFIER, ox.Literal(document.id)))
        if document.text:
            self.add(self.graph, (ww.text, ox.Literal(document.text)))
        for field, predicate in METADATA.items():
            value = getattr(document, field)
            if value is not None:
                self.add(self.graph, (predicate, ox.Literal(value)))
        if document.date:
            self.add(self.graph, (ISSUED, date_literal(document.date)))
        for number, note in enumerate(document.notes, 1):
            self.add(self.graph, (ww.note, ox.Literal(f"{number}: {note}")))

    def mention(self, number: int, event: Event, event_id: str) -> None:
        ww, node = terms(), self.passage(event.trigger, "event", number)
        pairs: list[tuple[ox.NamedNode, Term]] = [
            (RDF_TYPE, ww.Mention),
            (ww.mentionOf, self.iris.event(event_id)),
            (ww.sentence, self.sentence(event.sentence)),
            (ww.text, ox.Literal(event.trigger.text)),
            (ww.rule, ox.Literal(event.rule)),
            (ww.confidence, decimal_literal(float(event.confidence))),
        ]
        if event.source:
            pairs.append((ww.sourceMention, self.actor(event.source)))
        if event.target:
            pairs.append((ww.targetMention, self.actor(event.target)))
        if event.mode is not None:
            pairs.append((ww.mode, ox.Literal(event.mode)))
        pairs += [(ww.context, ox.Literal(context)) for context in sorted(set(event.contexts))]
        if event.date:
            pairs.append((ww.dateBasis, ox.Literal(event.date.basis)))
        if event.place:
            pairs.append((ww.place, self.place(event.place)))
        if event.attribution:
            pairs.append((ww.cue, ox.Literal(event.attribution.cue)))
            if event.attribution.actor:
                pairs.append((ww.attribution, self.actor(event.attribution.actor)))
        if event.reciprocal is not None:
            pairs.append((ww.reciprocal, ox.Literal(event.reciprocal)))
        self.add(node, *pairs)

    def sentence(self, sentence: Sentence) -> ox.NamedNode:
        node = self._sentences.get(sentence)
        if node is None:
            ww = terms()
            # Not the sentence's own number: a source may number them anew for each event.
            node = self.passage(sentence.span, "sentence", len(self._sentences) + 1)
            self._sentences[sentence] = node
            self.add(
                node,
                (RDF_TYPE, ww.Sentence),
                (ww.document, self.graph),
                (ww.sentenceNumber, ox.Literal(sentence.number)),
                (ww.text, ox.Literal(sentence.span.text)),
            )
        return node

    def actor(self, mention: ActorMention) -> ox.NamedNode:
        node = self._actors.get(mention)
        if node is None:
            ww = terms()
            node = self._actors[mention] = self.passage(mention.span, "actor", len(self._actors) + 1)
            # No rdf:type: one quad in twenty, and the range of the properties that lead here says it.
            self.add(
                node,
                (ww.presentedAs, name_node(mention.actor, self.iris)),
                (ww.text, ox.Literal(mention.span.text)),
            )
            if mention.resolution is not None:
                self.add(node, (ww.resolution, ox.Literal(mention.resolution)))
        return node

    def place(self, place: Place) -> ox.NamedNode:
        node = self._places.get(place)
        if node is None:
            ww, number = terms(), len(self._places) + 1
            if place.span:
                node = self.passage(place.span, "place", number)
                self.add(node, (ww.text, ox.Literal(place.span.text)))
            else:
                node = ox.NamedNode(f"{self.graph.value}#place={number}")
            self._places[place] = node
            self.add(node, (RDF_TYPE, ww.Place), (LABEL, ox.Literal(place.name)))
            if place.code is not None:
                self.add(node, (ww.code, ox.Literal(place.code)))
        return node
