"""The one JSON form of an event: coded documents to dicts for ``json.dumps``, and back, every field checked.

The keys stand in the order of the design ("The event record"). Unknown keys are ignored on reading, so that
the records of a newer version and of other programs can be read.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from extract.errors import BadRecord
from extract.model import (
    MODALITIES,
    PLOVER_TYPES,
    PRECISIONS,
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

Record = dict[str, Any]

ACTOR_TYPES = (
    "State",
    "StateOrgan",
    "Group",
    "Person",
    "InternationalOrganization",
    "ArmedGroup",
    "Party",
    "NonGovernmentalOrganization",
    "Company",
    "Media",
    "UnknownActor",
)
ACTOR_FIELDS = ("code", "sector", "name", "type")
GRANULARITIES = ("day", "week", "month", "quarter", "half", "year", "decade")
BASES = ("expression", "document")

_ACTOR_CODE = re.compile(r"[A-Z]{3}|---")
_SECTOR = re.compile(r"[A-Z]{3}")
_CAMEO = re.compile(r"(?:0[1-9]|1[0-9]|20)[0-9]{0,2}")
_WORD = re.compile(r"\S+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOT_BLANK = re.compile(r"(?s).*\S.*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ANYTHING = re.compile(r"(?s).*")


def to_record(coded: CodedDocument) -> Record:
    """The line of a document: ``id`` first, what is known of it, ``text``, and ``events`` last."""
    document = coded.document
    known: Record = {
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "publisher": document.publisher,
        "url": document.url,
        "place": document.place,
        "notes": list(document.notes) or None,
        "text": document.text or None,
    }
    record: Record = {"id": document.id}
    record |= {key: value for key, value in known.items() if value is not None}
    record["events"] = [event_to_record(event) for event in coded.events]
    return record


def event_to_record(event: Event) -> Record:
    """One event as it stands in ``events``; ``reciprocal`` is added where it is set."""
    record: Record = {
        "source": mention_to_record(event.source),
        "relation": event.relation,
        "event": event.type,
        "mode": event.mode,
        "contexts": list(event.contexts),
        "cameo": event.cameo,
        "quad": event.quad,
        "goldstein": event.goldstein,
        "target": mention_to_record(event.target),
        "modality": event.modality,
        "negated": event.negated,
        "date": _when_to_record(event.date),
        "place": _place_to_record(event.place),
        "attribution": _attribution_to_record(event.attribution),
        "sentence": {
            "number": event.sentence.number,
            "start": event.sentence.span.start,
            "end": event.sentence.span.end,
            "text": event.sentence.span.text,
        },
        "trigger": _span_to_record(event.trigger),
        "rule": event.rule,
        "confidence": event.confidence,
    }
    if event.reciprocal is not None:
        record["reciprocal"] = event.reciprocal
    return record


def _span_to_record(span: Span) -> Record:
    return {"text": span.text, "start": span.start, "end": span.end}


def mention_to_record(mention: ActorMention | None) -> Record | None:
    """An actor with its words; None for nobody."""
    if mention is None:
        return None
    actor = mention.actor
    record: Record = {"code": actor.code, "sector": actor.sector, "name": actor.name, "type": actor.type}
    record |= _span_to_record(mention.span)
    record["id"] = actor.id
    if mention.resolution is not None:
        record["resolution"] = mention.resolution
    return record


def _when_to_record(when: When | None) -> Record | None:
    if when is None:
        return None
    start, end = when.start.isoformat(), when.end.isoformat()
    return {"start": start, "end": end, "granularity": when.granularity, "basis": when.basis}


def _place_to_record(place: Place | None) -> Record | None:
    if place is None:
        return None
    return {
        "name": place.name,
        "code": place.code,
        **(_span_to_record(place.span) if place.span else {}),
        "precision": place.precision,
        "geonames": place.geonames,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _attribution_to_record(attribution: Attribution | None) -> Record | None:
    if attribution is None:
        return None
    return {"actor": mention_to_record(attribution.actor), "cue": attribution.cue}


def from_record(data: object) -> CodedDocument:
    """The document and events of one parsed JSON line.

    The text may be missing; where it is present, each ``text[start:end]`` is compared with it. Raises
    BadRecord with the JSONPath of the first field that is wrong, what stands there and what may.
    """
    line = _Fields.of(data, "$")
    if "error" in line.data and "events" not in line.data:
        raise BadRecord("$", data, "an event record; this line reports an input that could not be extracted")
    document = Document(
        id=line.string("id"),
        text=line.string("text", _ANYTHING, "a string") if line.data.get("text") is not None else "",
        title=line.optional("title"),
        date=line.date("date") if line.data.get("date") is not None else None,
        publisher=line.optional("publisher"),
        url=line.optional("url"),
        place=line.optional("place"),
        notes=line.strings("notes"),
    )
    if not isinstance(line.data.get("events"), list):
        raise BadRecord("$.events", line.data.get("events"), "a list of events, [] where there is none")
    events = enumerate(line.data["events"])
    return CodedDocument(
        document, tuple(_event(_Fields.of(item, f"$.events[{i}]", document.text)) for i, item in events)
    )


def _event(fields: _Fields) -> Event:
    source, target = _mention(fields.part("source")), _mention(fields.part("target"))
    if source is None and target is None:
        raise BadRecord(fields.path, {"source": None, "target": None}, "at least one actor: source or target")
    return Event(
        source=source,
        relation=fields.string("relation", _WORD, "the name of a relation, without white space"),
        type=fields.one_of("event", PLOVER_TYPES),
        mode=fields.optional("mode"),
        contexts=fields.strings("contexts"),
        cameo=fields.string("cameo", _CAMEO, 'a CAMEO code of 2 to 4 digits as a string, "01" to "2099"'),
        quad=fields.integer("quad", 1, 4),
        goldstein=fields.number("goldstein", -10, 10),
        target=target,
        modality=fields.one_of("modality", MODALITIES),
        negated=fields.boolean("negated"),
        date=_when(fields.part("date")),
        place=_place(fields.part("place")),
        attribution=_attribution(fields.part("attribution")),
        sentence=_sentence(fields.needed_part("sentence")),
        trigger=fields.needed_part("trigger").span(),
        rule=fields.string("rule"),
        confidence=fields.number("confidence", 0, 1),
        reciprocal=fields.optional("reciprocal"),
    )


def _mention(fields: _Fields | None) -> ActorMention | None:
    if fields is None:
        return None
    try:
        actor = _known_actor(*map(fields.data.get, ACTOR_FIELDS))
    except TypeError:  # one is a list or an object
        actor = None
    return ActorMention(actor or _actor(fields), fields.span(), fields.optional("resolution"))


@functools.lru_cache(maxsize=1 << 14)
def _known_actor(*values: object) -> Actor | None:
    """The actor of these values, None if one is not as it should be: a few actors make most mentions."""
    try:
        return _actor(_Fields(dict(zip(ACTOR_FIELDS, values, strict=True)), "", ""))
    except BadRecord:
        return None


def _actor(fields: _Fields) -> Actor:
    if fields.data.get("sector") is not None:
        sector = fields.string("sector", _SECTOR, 'three capital letters ("GOV", "MIL", "REB" …) or null')
    else:
        sector = None
    return Actor(
        code=fields.string("code", _ACTOR_CODE, 'an ISO 3166-1 alpha-3 code, "IGO", "NGO", "MNC" or "---"'),
        sector=sector,
        name=fields.string("name"),
        type=fields.one_of("type", ACTOR_TYPES),
    )


def _when(fields: _Fields | None) -> When | None:
    if fields is None:
        return None
    start, end = fields.date("start"), fields.date("end")
    if not start < end:
        raise BadRecord(f"{fields.path}.end", end.isoformat(), f"a day after the start, {start} (half-open)")
    return When(start, end, fields.one_of("granularity", GRANULARITIES), fields.one_of("basis", BASES))


@functools.lru_cache(maxsize=1 << 14)
def _day(text: str) -> dt.date | None:
    """The day that is written so, None if it is none."""
    try:
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _attribution(fields: _Fields | None) -> Attribution | None:
    if fields is None:
        return None
    return Attribution(_mention(fields.part("actor")), fields.string("cue"))


def _place(fields: _Fields | None) -> Place | None:
    if fields is None:
        return None
    span = fields.span() if fields.data.get("start") is not None else None
    given = {key for key in ("geonames", "latitude", "longitude") if fields.data.get(key) is not None}
    return Place(
        fields.string("name"),
        fields.optional("code"),
        span,
        precision=fields.one_of("precision", PRECISIONS)
        if fields.data.get("precision") is not None
        else None,
        geonames=fields.integer("geonames", 1, None) if "geonames" in given else None,
        latitude=fields.number("latitude", -90, 90) if "latitude" in given else None,
        longitude=fields.number("longitude", -180, 180) if "longitude" in given else None,
    )


def _sentence(fields: _Fields) -> Sentence:
    return Sentence(fields.integer("number", 1, None), fields.span())


def _fits(value: str, form: re.Pattern[str]) -> bool:
    if form is _ANYTHING:
        return True
    if form is _NOT_BLANK:
        return bool(value) and not value.isspace()
    return form.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class _Fields:
    """A JSON object, its path, and the document's text; each method reads one field or raises BadRecord."""

    data: Record
    path: str
    document_text: str

    @classmethod
    def of(cls, data: object, path: str, document_text: str = "") -> _Fields:
        if not isinstance(data, dict):
            raise BadRecord(path, data, "a JSON object")
        return cls(data, path, document_text)

    def wrong(self, key: str, allowed: str) -> BadRecord:
        if key not in self.data:
            return BadRecord(f"{self.path}.{key}", None, f"{allowed} (the key is missing)")
        return BadRecord(f"{self.path}.{key}", self.data[key], allowed)

    def string(
        self, key: str, form: re.Pattern[str] = _NOT_BLANK, allowed: str = "a string, not empty"
    ) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not _fits(value, form):
            raise self.wrong(key, allowed)
        if not value.isascii():
            self.check_characters(key, value)
        return value

    def check_characters(self, key: str, value: str) -> None:
        if _SURROGATE.search(value):
            raise self.wrong(key, "a string of whole characters, without lone surrogates (U+D800 to U+DFFF)")

    def optional(self, key: str) -> str | None:
        if self.data.get(key) is None:
            return None
        return self.string(key, allowed="a string, not empty, or null")

    def strings(self, key: str) -> tuple[str, ...]:
        values = self.data.get(key)
        values = [] if values is None else values
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            raise self.wrong(key, "a list of strings")
        for value in values:
            self.check_characters(key, value)
        return tuple(values)

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or value not in allowed:
            raise self.wrong(key, f"one of {', '.join(allowed)}")
        return value

    def integer(self, key: str, least: int, most: int | None) -> int:
        value = self.data.get(key)
        if type(value) is not int or value < least or (most is not None and value > most):
            raise self.wrong(
                key, f"an integer {f'from {least} to {most}' if most else f'of at least {least}'}"
            )
        return value

    def number(self, key: str, least: float, most: float) -> float:
        value = self.data.get(key)
        # NaN fails the comparison, as it must.
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(key, f"a number from {least} to {most}")
        return float(value)

    def boolean(self, key: str) -> bool:
        value = self.data.get(key)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def date(self, key: str) -> dt.date:
        value = self.data.get(key)
        if type(value) is str and (day := _day(value)) is not None:
            return day
        value = self.string(key, _DAY, "a date, YYYY-MM-DD")
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            raise self.wrong(key, f"a day of the calendar, YYYY-MM-DD ({error})") from None

    def part(self, key: str) -> _Fields | None:
        value = self.data.get(key)
        return None if value is None else _Fields.of(value, f"{self.path}.{key}", self.document_text)

    def needed_part(self, key: str) -> _Fields:
        return _Fields.of(self.data.get(key), f"{self.path}.{key}", self.document_text)

    def span(self) -> Span:
        start = self.integer("start", 0, None)
        end = self.integer("end", start, None)
        text = self.string("text", _ANYTHING, "the words between start and end, a string")
        if end - start != len(text):
            raise self.wrong("end", f"start plus the length of its text, {start + len(text)}")
        if self.document_text and self.document_text[start:end] != text:
            there = self.document_text[start:end][:60]
            raise self.wrong("text", f"what stands in the document at {start}:{end}, {there!r}")
        return Span(text, start, end)
