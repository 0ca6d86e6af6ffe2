"""Deterministic ids and IRIs: the same thing has the same name in every store with the same base.

Local ids are what people and programs pass around (``KOR``, ``KOR--pressure--PRK``); IRIs are the ids below a
base, percent-encoded. Both ways lose nothing. Decisions 2 and 3 say why they are as they are.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from urllib.parse import quote, unquote

import pyoxigraph as ox

from extract.model import Actor, Event
from graph.errors import UnknownRelation
from graph.ontology import ACTIONS, PREFIXES, RELATIONS

DEFAULT_BASE = "https://w3id.org/whowhom/id/"

EVENT_DIGEST = 16
"""Bytes of an event id: 128 bits, so that no two of 10^12 events are likely to meet."""

NAME_DIGEST = 5
"""Bytes that tell the names of one actor apart."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs of the data below ``base``, which ends in ``/`` or ``#``."""

    base: str = DEFAULT_BASE

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that queries may use undeclared."""
        kinds = ("actor", "event", "relation", "document")
        return PREFIXES | {kind: f"{self.base}{kind}/" for kind in kinds}

    def actor(self, actor_id: str) -> ox.NamedNode:
        """The actor.

        >>> Iris().actor("IGO-united-nations").value
        'https://w3id.org/whowhom/id/actor/IGO-united-nations'
        """
        return ox.NamedNode(f"{self.base}actor/{encode(actor_id)}")

    def name(self, actor: Actor) -> ox.NamedNode:
        """The name under which ``actor`` is presented, with its class, code and sector."""
        form = digest([actor.code, actor.sector, actor.name, actor.type], NAME_DIGEST)
        return ox.NamedNode(f"{self.base}actor/{encode(actor.id)}#{form}")

    def document(self, document_id: str) -> ox.NamedNode:
        """The document, and the graph of what it says; its parts are fragments of this IRI."""
        return ox.NamedNode(f"{self.base}document/{encode(document_id)}")

    def event(self, event_id: str) -> ox.NamedNode:
        """The event."""
        return ox.NamedNode(f"{self.base}event/{event_id}")

    def relation(self, relation_id: str) -> ox.NamedNode:
        """The relation of that local id, see :func:`relation_id`."""
        return ox.NamedNode(f"{self.base}relation/{relation_id}")

    def graph(self, name: str) -> ox.NamedNode:
        """A graph that documents share: ``actors``, ``events``, ``relations`` or ``store``."""
        return ox.NamedNode(f"{self.base}graph/{name}")

    def local(self, kind: str, node: ox.NamedNode) -> str:
        """The local id of an ``actor``, ``document``, ``event`` or ``relation``; the way back from its IRI."""
        local = node.value.removeprefix(f"{self.base}{kind}/")
        return local if kind in ("event", "relation") else unquote(local)


def action_property(relation: str) -> ox.NamedNode:
    """The property that links source and target directly.

    >>> action_property("pressure").value
    'https://w3id.org/whowhom/relation/pressure'
    """
    return ox.NamedNode(RELATIONS + encode(relation))


def action_name(node: ox.NamedNode) -> str:
    """The relation name, the way back from :func:`action_property`."""
    return unquote(node.value.removeprefix(RELATIONS))


def concept(scheme: str, notation: str | int) -> ox.NamedNode:
    """A concept of an action scheme: ``plover``, ``cameo`` or ``quad``.

    >>> concept("cameo", "104").value
    'https://w3id.org/whowhom/action/cameo/104'
    """
    return ox.NamedNode(f"{ACTIONS}{scheme}/{encode(str(notation))}")


def notation(node: ox.NamedNode) -> str:
    """The notation of a concept, the way back from :func:`concept`."""
    return unquote(node.value.rpartition("/")[2])


def event_id(event: Event, document_id: str) -> str:
    """32 hexadecimal digits that follow from who, what, whom and when.

    Two reports are of one event if they agree in source, relation, PLOVER type, CAMEO code, quad class, Goldstein
    score, target, dates, modality and negation. An event without a date is its document's own: that two papers
    report an attack on some day does not make it the same attack.
    """
    when = event.date
    key: list[object] = [
        event.source and event.source.actor.id,
        [event.relation, event.type, event.cameo, event.quad, float(event.goldstein) + 0.0],
        event.target and event.target.actor.id,
        [when.start.isoformat(), when.end.isoformat(), when.granularity] if when else document_id,
        [event.modality, event.negated],
    ]
    return digest(key, EVENT_DIGEST)


@functools.lru_cache(maxsize=1 << 16)
def relation_id(source: str, action: str, target: str) -> str:
    """The local id of the relation between two actor ids, fit for a path and with only one reading.

    >>> relation_id("KOR", "pressure", "PRK")
    'KOR--pressure--PRK'
    """
    return "--".join(encode(part, hyphens=True) for part in (source, action, target))


def relation_parts(given: str) -> tuple[str, str, str]:
    """Source, action and target of a relation id; raises UnknownRelation for what is none.

    >>> relation_parts("KOR--pressure--PRK")
    ('KOR', 'pressure', 'PRK')
    """
    parts = [unquote(part) for part in given.split("--")]
    if len(parts) != 3 or relation_id(parts[0], parts[1], parts[2]) != given:
        raise UnknownRelation(given)
    return parts[0], parts[1], parts[2]


@functools.lru_cache(maxsize=1 << 16)
def encode(text: str, *, hyphens: bool = False) -> str:
    """``text`` percent-encoded to letters, digits, ``_.-~``, reversibly.

    With ``hyphens``, those at the ends and in rows are encoded too, so that ``--`` can separate.

    >>> encode("wire/2017 01")
    'wire%2F2017%2001'
    """
    encoded = quote(text, safe="")
    if not encoded.strip("."):  # "." and ".." are steps of a path
        return encoded.replace(".", "%2E")
    if hyphens and "-" in encoded:
        encoded = encoded.replace("--", "-%2D")
        if encoded.startswith("-"):
            encoded = f"%2D{encoded[1:]}"
        if encoded.endswith("-"):
            encoded = f"{encoded[:-1]}%2D"
    return encoded


def decode(text: str) -> str:
    """The way back from :func:`encode`."""
    return unquote(text)


def digest(key: object, size: int) -> str:
    """A digest of JSON data, ``size`` bytes in hexadecimal."""
    return hashlib.blake2b(_JSON.encode(key).encode(), digest_size=size).hexdigest()
