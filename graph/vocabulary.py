"""Terms of the vocabularies that the ontology leans on, and literals, as nodes of the engine."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from graph.ontology import DCTERMS, RDF, RDFS, XSD

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
GEONAMES = "https://sws.geonames.org/"
XSD_DATE = ox.NamedNode(f"{XSD}date")
XSD_DECIMAL = ox.NamedNode(f"{XSD}decimal")

Term: TypeAlias = ox.NamedNode | ox.Literal


def node_of(term: object) -> ox.NamedNode:
    """``term``, where only an IRI can stand."""
    if not isinstance(term, ox.NamedNode):
        raise TypeError(f"{term} is no IRI")
    return term


def value_of(term: object) -> str:
    """The IRI, or the lexical form of the literal, where nothing else can stand."""
    if not isinstance(term, ox.NamedNode | ox.Literal):
        raise TypeError(f"{term} is neither IRI nor literal")
    return term.value


def date_literal(day: dt.date) -> ox.Literal:
    """``day`` as xsd:date."""
    return ox.Literal(day.isoformat(), datatype=XSD_DATE)


def decimal_literal(number: float | Decimal) -> ox.Literal:
    """``number`` as xsd:decimal, exactly and in the shortest form.

    >>> decimal_literal(-5.0).value, decimal_literal(1e-7).value
    ('-5', '0.0000001')
    """
    digits = format(Decimal(repr(number)) if isinstance(number, float) else Decimal(number), "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return ox.Literal("0" if digits in ("", "-", "-0") else digits, datatype=XSD_DECIMAL)
