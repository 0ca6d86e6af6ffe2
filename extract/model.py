"""The values that travel: from a document to its events, each with the words it was read from.

Every offset is half-open and counts code points of :attr:`Document.text`, so that
``document.text[span.start:span.end] == span.text`` holds for each span of an event. Standard library only:
extract, graph and api all import this module, and it imports none of them.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

MODALITIES = ("actual", "planned", "hypothetical", "threatened", "requested", "historical")
"""What the text claims of an event: that it happened, is intended, supposed, threatened, asked for, long past."""

PRECISIONS = ("site", "city", "region", "sea", "country")
"""How closely a place is known, from the closest: a building or crossing, a town, a province, a sea, a state."""

QUAD_CLASSES = {
    1: "verbal cooperation",
    2: "material cooperation",
    3: "verbal conflict",
    4: "material conflict",
}

PLOVER_TYPES = {
    "AGREE": 1,
    "CONSULT": 1,
    "SUPPORT": 1,
    "CONCEDE": 1,
    "COOPERATE": 2,
    "AID": 2,
    "RETREAT": 2,
    "REQUEST": 3,
    "ACCUSE": 3,
    "REJECT": 3,
    "THREATEN": 3,
    "PROTEST": 4,
    "SANCTION": 4,
    "MOBILIZE": 4,
    "COERCE": 4,
    "ASSAULT": 4,
}
"""The 16 event types of the PLOVER manual of 2021, each with its quad class."""

UNKNOWN = "---"
"""The code of an actor of which the text does not tell the country or the kind of organization."""

GENERIC_TYPES = frozenset({"StateOrgan", "Group"})
"""Types of actors that stand for a sector of a country ("Israeli soldiers"), not for a name."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a document and where they stand."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts or is acted on.

    ``code`` is the ISO 3166-1 alpha-3 code of a state and of all that belongs to one, else ``IGO``, ``NGO``,
    ``MNC`` or ``---``; ``sector`` the PLOVER/CAMEO role (``GOV``, ``MIL``, ``REB`` …) or None; ``type`` one of
    the ontology's actor classes (``State``, ``StateOrgan``, ``Group``, ``Person``, ``InternationalOrganization``,
    ``ArmedGroup``, ``Party``, ``NonGovernmentalOrganization``, ``Company``, ``Media``, ``UnknownActor``).
    """

    code: str
    sector: str | None
    name: str
    type: str

    @property
    def id(self) -> str:
        """What makes two mentions one actor, fit for an IRI.

        >>> Actor("KOR", "GOV", "South Korea", "State").id
        'KOR'
        >>> Actor("ISR", "MIL", "Israel (military)", "StateOrgan").id
        'ISR-MIL'
        >>> Actor("IGO", None, "U.N. Security Council", "InternationalOrganization").id
        'IGO-un-security-council'
        >>> Actor("---", "REB", "gunmen", "UnknownActor").id
        'unknown-gunmen'
        """
        prefix = "unknown" if self.code == UNKNOWN else self.code
        if self.type == "State":
            return prefix
        if self.type in GENERIC_TYPES and self.sector and self.code != UNKNOWN:
            return f"{prefix}-{self.sector}"
        return f"{prefix}-{slug(self.name)}"


@dataclass(frozen=True, slots=True)
class ActorMention:
    """An actor and the words that name it; ``resolution`` says by which rule, where it is not the words' own."""

    actor: Actor
    span: Span
    resolution: str | None = None


@dataclass(frozen=True, slots=True)
class When:
    """A half-open interval of days, its granularity (``day`` … ``year``) and what it rests on.

    ``basis`` is ``expression`` for words of the sentence, ``document`` for the document's own date.
    """

    start: dt.date
    end: dt.date
    granularity: str
    basis: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event happened: the name as it is written, the country if it is known, and where that is.

    ``code`` is that of the country on the document's date; ``precision`` one of :data:`PRECISIONS`; ``geonames``
    the GeoNames id; ``latitude`` and ``longitude`` degrees north and east (WGS 84), of a region or country its
    cities' center. What is not known is None.
    """

    name: str
    code: str | None
    span: Span | None = None
    precision: str | None = None
    geonames: int | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says so ("the ministry said"); ``actor`` is None where the text hides it ("reportedly")."""

    actor: ActorMention | None
    cue: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document; ``number`` counts from 1."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Event:
    """One report of who did what to whom: the coded event and the evidence for it.

    ``type`` is one of :data:`PLOVER_TYPES`, ``cameo`` a CAMEO code, ``quad`` 1 to 4, ``goldstein`` -10 to 10,
    ``modality`` one of :data:`MODALITIES`, ``confidence`` 0 to 1. ``source`` or ``target`` is None where the
    text names none, never both. The two records of a reciprocal event share ``reciprocal``.
    """

    source: ActorMention | None
    relation: str
    type: str
    mode: str | None
    contexts: tuple[str, ...]
    cameo: str
    quad: int
    goldstein: float
    target: ActorMention | None
    modality: str
    negated: bool
    date: When | None
    place: Place | None
    attribution: Attribution | None
    sentence: Sentence
    trigger: Span
    rule: str
    confidence: float
    reciprocal: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it is stored, and what is known of it; ``notes`` say what was mended or guessed on reading."""

    id: str
    text: str
    title: str | None = None
    date: dt.date | None = None
    publisher: str | None = None
    url: str | None = None
    place: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodedDocument:
    """A document and the events that were read from it."""

    document: Document
    events: tuple[Event, ...]


def slug(name: str) -> str:
    """``name`` in lower-case ASCII letters, digits and hyphens; letters of other scripts are kept.

    >>> slug("Hélène O'Brien & Co.")
    'helene-obrien-co'
    """
    folded = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^\w]+", "-", re.sub(r"['’.]", "", plain)).strip("-_") or "unnamed"
