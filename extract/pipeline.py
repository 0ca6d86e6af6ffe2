"""Documents in, coded documents out: the steps of extraction as one stream."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from extract.boilerplate import Layout, segments
from extract.coreference import Cast
from extract.events import Coder, Setting
from extract.explain import explain
from extract.gazetteer import load_gazetteer
from extract.knowledge import Name, load_knowledge
from extract.lexicon import load_lexicon
from extract.model import ActorMention, CodedDocument, Document
from extract.names import NameFinder
from extract.nlp import DEFAULT_MODEL, Parser, load
from extract.parsed import Parsed, Tokens
from extract.places import Places
from extract.read import Failure
from extract.record import Record

WINDOW = 32
"""Documents that are parsed together; their blocks fill the model's batches."""


class Extractor:
    """Codes documents with one spaCy pipeline and one set of tables; thread-safe only under a lock.

    With ``appeals``, appeals (CAMEO 02), which have no PLOVER type, are reported as REQUEST. ``actors`` and
    ``actions`` are a user's own tables, with the columns of one of ours; what they say comes first.
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        appeals: bool = False,
        actors: Sequence[Path] = (),
        actions: Sequence[Path] = (),
    ) -> None:
        self.parser = Parser(load(model))
        self.model = self.parser.name
        self._appeals = appeals
        self._lexicon = load_lexicon(actions)
        self.finder = NameFinder(self.parser, load_knowledge(actors))
        self.gazetteer = load_gazetteer()

    def extract(self, documents: Iterable[Document | Failure]) -> Iterator[CodedDocument | Failure]:
        """Each document coded, in order; a Failure goes through as it is."""
        stream = iter(documents)
        while window := list(islice(stream, WINDOW)):
            layouts = [segments(d) if isinstance(d, Document) else None for d in window]
            texts = (
                d.text[block.start : block.end]
                for d, layout in zip(window, layouts, strict=True)
                if isinstance(d, Document) and layout is not None
                for block in layout.blocks
            )
            parsed = self.parser.read(texts)
            for document, layout in zip(window, layouts, strict=True):
                if isinstance(document, Document) and layout is not None:
                    yield self._code(document, layout, [next(parsed) for _ in layout.blocks])
                elif isinstance(document, Failure):
                    yield document

    def look_up(
        self, text: str, *, country: str | None = None, date: dt.date | None = None
    ) -> list[ActorMention]:
        """Whom the words of ``text`` stand for, in a document of ``date`` whose dateline is in ``country``."""
        place = self.country_name(country) if country else None
        cast = Cast(self.finder, date=date, place=place)
        doc = self.parser.parse(text)
        cast.enter(doc, 0)
        found: dict[ActorMention, None] = {}
        for sentence in doc.sents:
            found.update(dict.fromkeys(m for token in sentence for m in cast.actors(token)))
            cast.leave(sentence)
        return sorted(found, key=lambda m: (m.span.start, -m.span.end))

    def explain(self, document: Document) -> Iterator[Record]:
        """How each sentence of a document is read (:mod:`extract.explain`)."""
        layout = segments(document)
        docs = self.parser.read([document.text[block.start : block.end] for block in layout.blocks])
        for coder, cast, sentence, number in self._walk(_completed(document, layout), layout, docs):
            yield explain(sentence, coder=coder, cast=cast, lexicon=self._lexicon, number=number)

    def country_name(self, code: str) -> str:
        """The English short name of the state ``code``."""
        return self.finder.knowledge.country_name(code)

    @property
    def countries(self) -> Collection[str]:
        """The codes of the states that the tables have."""
        return self.finder.knowledge.countries.keys()

    def meanings(self, form: str) -> tuple[Name, ...]:
        """What the tables know ``form``, as it is written, to stand for; the likeliest first."""
        return self.finder.knowledge.names.get(form, ())

    def _code(self, document: Document, layout: Layout, docs: Iterable[Parsed]) -> CodedDocument:
        document = _completed(document, layout)
        walk = self._walk(document, layout, docs)
        events = [event for coder, _, sentence, number in walk for event in coder.code(sentence, number)]
        return CodedDocument(document, tuple(events))

    def _walk(
        self, document: Document, layout: Layout, docs: Iterable[Parsed]
    ) -> Iterator[tuple[Coder, Cast, Tokens, int]]:
        """The sentences of a completed document, numbered; the cast leaves each once it has been read."""
        cast = Cast(self.finder, date=document.date, place=document.place)
        number = 0
        for block, doc in zip(layout.blocks, docs, strict=True):
            coder = self.enter(cast, document, block.start, doc)
            for sentence in doc.sents:
                number += 1
                yield coder, cast, sentence, number
                cast.leave(sentence)

    def enter(self, cast: Cast, document: Document, start: int, doc: Parsed) -> Coder:
        """A coder for the parsed block that begins at ``start`` of a document, whose ``cast`` goes on with it."""
        cast.enter(doc, start)
        places, setting = Places(self.gazetteer, cast), Setting(start, document.date)
        return Coder(self._lexicon, cast, places, setting, appeals=self._appeals)


def _completed(document: Document, layout: Layout) -> Document:
    """The document with what its own layout tells where nothing was given."""
    return replace(
        document,
        title=document.title or (layout.title.text if layout.title else None),
        date=document.date or layout.date,
        place=document.place or layout.place,
        publisher=document.publisher or layout.agency,
    )
