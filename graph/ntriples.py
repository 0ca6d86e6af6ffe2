"""Terms as N-Triples has them.

Written by hand where much is written: making an object of the engine for each term and triple, and serialising it,
takes twice as long.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from decimal import Decimal

from extract.model import Actor
from graph import ids, vocabulary
from graph.ids import Iris
from graph.ontology import XSD
from graph.vocabulary import GEONAMES, RDF_TYPE, date_literal, decimal_literal

TYPE = str(RDF_TYPE)
LABEL = str(vocabulary.LABEL)


def lines(node: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """A line for each pair of predicate and object of ``node``."""
    return [f"{node} {predicate} {value} .\n" for predicate, value in pairs]


def ends(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What follows a node on each line: predicate and object, for :func:`about`."""
    return tuple(f" {predicate} {value} .\n" for predicate, value in pairs)


def about(node: str, ends_: Iterable[str]) -> str:
    """The lines of ``node``.

    >>> about("<s>", ends([("<p>", "<o>"), ("<q>", "1")]))
    '<s> <p> <o> .\\n<s> <q> 1 .\\n'
    """
    return node.join(("", *ends_))


def literal(text: str) -> str:
    """A string."""
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    if "\n" in text or "\r" in text:
        text = text.replace("\n", "\\n").replace("\r", "\\r")
    return f'"{text}"'


def integer(number: int) -> str:
    """An xsd:integer."""
    return f'"{number}"^^<{XSD}integer>'


def boolean(truth: bool) -> str:
    """An xsd:boolean."""
    return f'"{str(truth).lower()}"^^<{XSD}boolean>'


@functools.lru_cache(maxsize=1 << 14)
def date(day: dt.date) -> str:
    """An xsd:date."""
    return str(date_literal(day))


@functools.lru_cache(maxsize=1 << 12)
def decimal(number: float | Decimal) -> str:
    """An xsd:decimal, in the shortest form."""
    return str(decimal_literal(number))


def geonames(number: int) -> str:
    """A place of GeoNames."""
    return f"<{GEONAMES}{number}/>"


@functools.lru_cache(maxsize=1 << 12)
def concept(scheme: str, notation: str | int) -> str:
    """A concept of an action scheme."""
    return str(ids.concept(scheme, notation))


@functools.lru_cache(maxsize=1 << 12)
def action(relation: str) -> str:
    """The property of a relation name."""
    return str(ids.action_property(relation))


@functools.lru_cache(maxsize=1 << 16)
def actor(actor_id: str, iris: Iris) -> str:
    """An actor."""
    return str(iris.actor(actor_id))


@functools.lru_cache(maxsize=1 << 16)
def name(actor: Actor, iris: Iris) -> str:
    """The name under which ``actor`` is presented."""
    return str(iris.name(actor))
