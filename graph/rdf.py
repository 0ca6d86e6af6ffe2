"""Coded documents as quads, losing nothing.

A document's own graph holds the document, its sentences and mentions. Events and names, which documents share,
stand in graphs of their own, so that each triple stands in exactly one graph. No blank nodes; numbers in their
shortest form, as the engine would make them. :mod:`graph.reports` is the way back.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from extract.model import Actor, ActorMention, CodedDocument, Document, Event, Place, Sentence, Span
from graph import ids
from graph import ntriples as nt
from graph.ids import Iris
from graph.ontology import term_texts
from graph.vocabulary import IDENTIFIER, ISSUED, METADATA


def to_quads(coded: CodedDocument, iris: Iris) -> Iterator[ox.Quad]:
    """All that the document alone says: its graph, its events, the names of its actors; each quad once."""
    event_ids = ids_of_events(coded)
    yield from _quads(document_text(coded, event_ids, iris), iris.document(coded.document.id))
    for event_id, event in dict(zip(event_ids, coded.events, strict=True)).items():
        yield from _quads(event_text(event_id, event, iris), iris.graph("events"))
    for actor in dict.fromkeys(mention.actor for event in coded.events for mention in roles(event)):
        yield from _quads("".join(name_lines(actor, iris)), iris.graph("actors"))


def _quads(n_triples: str, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    for quad in ox.parse(n_triples, ox.RdfFormat.N_TRIPLES):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def ids_of_events(coded: CodedDocument) -> list[str]:
    """The id of each event of the document, in order."""
    return [ids.event_id(event, coded.document.id) for event in coded.events]


def roles(event: Event) -> Iterator[ActorMention]:
    """The mentions of actors in an event: source, target, and who says so."""
    attributed = event.attribution.actor if event.attribution else None
    return (mention for mention in (event.source, event.target, attributed) if mention)


def event_text(event_id: str, event: Event, iris: Iris) -> str:
    """N-Triples of the node of an event: all that follows from its identity, for the graph of events."""
    source = event.source.actor.id if event.source else None
    target = event.target.actor.id if event.target else None
    score, when = float(event.goldstein), event.date
    ends = _what(event.relation, event.type, event.cameo, event.quad, score, event.modality, event.negated)
    ends += _who(source, event.relation, target, iris)
    ends += _when(when.start, when.end, when.granularity) if when else ()
    return nt.about(str(iris.event(event_id)), ends)


# What many events share is made once.


@functools.lru_cache(maxsize=1 << 14)
def _what(
    action: str, plover: str, cameo: str, quad: int, goldstein: float, modality: str, negated: bool
) -> tuple[str, ...]:
    ww = term_texts()
    return nt.ends(
        [
            (nt.TYPE, ww.Event),
            (ww.action, nt.action(action)),
            (ww.ploverType, nt.concept("plover", plover)),
            (ww.cameoCode, nt.concept("cameo", cameo)),
            (ww.quadClass, nt.concept("quad", quad)),
            (ww.goldstein, nt.decimal(goldstein)),
            (ww.modality, nt.literal(modality)),
            (ww.negated, nt.boolean(negated)),
        ]
    )


@functools.lru_cache(maxsize=1 << 16)
def _who(source: str | None, action: str, target: str | None, iris: Iris) -> tuple[str, ...]:
    ww = term_texts()
    pairs = [(ww.source, nt.actor(source, iris))] if source is not None else []
    pairs += [(ww.target, nt.actor(target, iris))] if target is not None else []
    if source is not None and target is not None:
        pairs.append((ww.relation, str(iris.relation(ids.relation_id(source, action, target)))))
    return nt.ends(pairs)


@functools.lru_cache(maxsize=1 << 14)
def _when(start: dt.date, end: dt.date, granularity: str) -> tuple[str, ...]:
    ww = term_texts()
    days = [(ww.startDate, nt.date(start)), (ww.endDate, nt.date(end))]
    return nt.ends([*days, (ww.granularity, nt.literal(granularity))])


def name_lines(actor: Actor, iris: Iris) -> list[str]:
    """N-Triples of the node of a name, for the graph of actors, without the count of its uses."""
    ww = term_texts()
    pairs = [
        (nt.TYPE, ww.Name),
        (ww.nameOf, nt.actor(actor.id, iris)),
        (nt.LABEL, nt.literal(actor.name)),
        (ww.actorClass, ww[actor.type]),
        (ww.code, nt.literal(actor.code)),
    ]
    if actor.sector is not None:
        pairs.append((ww.sector, nt.literal(actor.sector)))
    return nt.lines(nt.name(actor, iris), pairs)


def document_text(
    coded: CodedDocument,
    event_ids: Sequence[str],
    iris: Iris,
    *,
    extractor: str | None = None,
    model: str | None = None,
) -> str:
    """N-Triples of the document's own graph: the document, the sentences with events, the mentions.

    ``event_ids`` are those of its events, in order; ``extractor`` and ``model`` say what read them.
    """
    writer = _DocumentWriter(coded.document, iris)
    if extractor is not None:
        writer.add(writer.node, (term_texts().extractor, nt.literal(extractor)))
    if model is not None:
        writer.add(writer.node, (term_texts().model, nt.literal(model)))
    for number, (event, event_id) in enumerate(zip(coded.events, event_ids, strict=True), 1):
        writer.mention(number, event, event_id)
    return "".join(writer.lines)


class _DocumentWriter:
    """Collects the N-Triples of one document; parts that two mentions share are written once."""

    def __init__(self, document: Document, iris: Iris) -> None:
        self.document_id = document.id
        self.iris = iris
        self.iri = iris.document(document.id).value
        self.node = f"<{self.iri}>"
        self.lines: list[str] = []
        self._sentences: dict[Sentence, str] = {}
        self._actors: dict[ActorMention, str] = {}
        self._places: dict[Place, str] = {}
        self._document(document)

    def add(self, node: str, *pairs: tuple[str, str]) -> None:
        self.lines += [f"{node} {predicate} {value} .\n" for predicate, value in pairs]

    def passage(self, span: Span, kind: str, number: int) -> str:
        # The number keeps apart what stands in the same words: "the two countries" are two actors.
        return f"<{self.iri}#char={span.start},{span.end};{kind}={number}>"

    def _document(self, document: Document) -> None:
        ww = term_texts()
        self.add(self.node, (nt.TYPE, ww.Document), (str(IDENTIFIER), nt.literal(document.id)))
        if document.text:
            self.add(self.node, (ww.text, nt.literal(document.text)))
        for field, predicate in METADATA.items():
            value = getattr(document, field)
            if value is not None:
                self.add(self.node, (str(predicate), nt.literal(value)))
        if document.date:
            self.add(self.node, (str(ISSUED), nt.date(document.date)))
        for number, note in enumerate(document.notes, 1):
            self.add(self.node, (ww.note, nt.literal(f"{number}: {note}")))

    def mention(self, number: int, event: Event, event_id: str) -> None:
        ww, node = term_texts(), self.passage(event.trigger, "event", number)
        pairs = [
            (nt.TYPE, ww.Mention),
            (ww.mentionOf, str(self.iris.event(event_id))),
            (ww.sentence, self.sentence(event.sentence)),
            (ww.text, nt.literal(event.trigger.text)),
            (ww.rule, nt.literal(event.rule)),
            (ww.confidence, nt.decimal(float(event.confidence))),
        ]
        if event.source:
            pairs.append((ww.sourceMention, self.actor(event.source)))
        if event.target:
            pairs.append((ww.targetMention, self.actor(event.target)))
        if event.mode is not None:
            pairs.append((ww.mode, nt.literal(event.mode)))
        pairs += [(ww.context, nt.literal(context)) for context in sorted(set(event.contexts))]
        if event.date:
            pairs.append((ww.dateBasis, nt.literal(event.date.basis)))
        if event.place:
            pairs.append((ww.place, self.place(event.place)))
        if event.attribution:
            pairs.append((ww.cue, nt.literal(event.attribution.cue)))
            if event.attribution.actor:
                pairs.append((ww.attribution, self.actor(event.attribution.actor)))
        if event.reciprocal is not None:
            pairs.append((ww.reciprocal, nt.literal(event.reciprocal)))
        self.add(node, *pairs)

    def sentence(self, sentence: Sentence) -> str:
        node = self._sentences.get(sentence)
        if node is None:
            ww = term_texts()
            # Not the sentence's own number: a source may number them anew for each event.
            node = self.passage(sentence.span, "sentence", len(self._sentences) + 1)
            self._sentences[sentence] = node
            self.add(
                node,
                (nt.TYPE, ww.Sentence),
                (ww.document, self.node),
                (ww.sentenceNumber, nt.integer(sentence.number)),
                (ww.text, nt.literal(sentence.span.text)),
            )
        return node

    def actor(self, mention: ActorMention) -> str:
        node = self._actors.get(mention)
        if node is None:
            ww = term_texts()
            node = self._actors[mention] = self.passage(mention.span, "actor", len(self._actors) + 1)
            # No rdf:type: one quad in twenty, and the range of the properties that lead here says it.
            self.add(
                node,
                (ww.presentedAs, nt.name(mention.actor, self.iris)),
                (ww.text, nt.literal(mention.span.text)),
            )
            if mention.resolution is not None:
                self.add(node, (ww.resolution, nt.literal(mention.resolution)))
        return node

    def place(self, place: Place) -> str:
        node = self._places.get(place)
        if node is None:
            ww, number = term_texts(), len(self._places) + 1
            if place.span:
                node = self.passage(place.span, "place", number)
                self.add(node, (ww.text, nt.literal(place.span.text)))
            else:
                node = f"<{self.iri}#place={number}>"
            self._places[place] = node
            self.add(node, (nt.TYPE, ww.Place), (nt.LABEL, nt.literal(place.name)))
            if place.code is not None:
                self.add(node, (ww.code, nt.literal(place.code)))
            if place.precision is not None:
                self.add(node, (ww.precision, nt.literal(place.precision)))
            if place.geonames is not None:
                self.add(node, (ww.geonames, nt.geonames(place.geonames)))
            if place.latitude is not None:
                self.add(node, (ww.latitude, nt.decimal(place.latitude)))
            if place.longitude is not None:
                self.add(node, (ww.longitude, nt.decimal(place.longitude)))
        return node
