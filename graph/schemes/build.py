"""Makes ``plover.ttl`` and ``cameo.ttl`` from the tables of the extractor.

::

    python -m graph.schemes.build extract/data/plover.tsv extract/data/cameo.tsv

Labels and definitions are those of the tables; codes, quad classes and Goldstein scores are facts.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox

from extract.model import QUAD_CLASSES
from graph.ids import action_property, concept
from graph.ontology import ACTIONS, PREFIXES, RDF, terms
from graph.shared import PROPERTY, SUB_PROPERTY_OF
from graph.vocabulary import LABEL, RDF_TYPE, Term, decimal_literal

USAGE = "usage: python -m graph.schemes.build PLOVER.tsv CAMEO.tsv"
SKOS = PREFIXES["skos"]

_Pairs = list[tuple[ox.NamedNode, Term]]


def plover(table: Path) -> bytes:
    """Turtle of the PLOVER types with their modes, the quad classes, and the properties of the types."""
    return _turtle([*_quad_triples(), *_plover_triples(table)])


def cameo(table: Path) -> bytes:
    """Turtle of the CAMEO codes."""
    return _turtle(list(_cameo_triples(table)))


def _quad_triples() -> Iterator[ox.Triple]:
    yield from _scheme("quad", "Quad classes")
    for number, label in QUAD_CLASSES.items():
        yield from _concept("quad", str(number), label, [])


def _plover_triples(table: Path) -> Iterator[ox.Triple]:
    yield from _scheme("plover", "PLOVER event types and modes (2021)")
    for row in _rows(table, ("type", "quad", "label", "definition", "modes")):
        type_ = row["type"]
        above = _skos("broadMatch"), concept("quad", row["quad"])
        yield from _concept("plover", type_, row["label"], [_definition(row), above])
        for mode in filter(None, row["modes"].split(";")):
            broader = _skos("broader"), concept("plover", type_)
            yield from _concept("plover", f"{type_}-{mode}", mode, [broader], top=False)
        node = action_property(type_.lower())
        pairs: _Pairs = [
            (RDF_TYPE, PROPERTY),
            (RDF_TYPE, terms().Action),
            (LABEL, ox.Literal(type_.lower())),
            (SUB_PROPERTY_OF, terms().actsOn),
            (_skos("exactMatch"), concept("plover", type_)),
        ]
        yield from _triples(node, pairs)


def _cameo_triples(table: Path) -> Iterator[ox.Triple]:
    yield from _scheme("cameo", "CAMEO event codes")
    rows = list(_rows(table, ("code", "label", "plover", "quad", "goldstein", "definition")))
    codes = {row["code"] for row in rows}
    for row in rows:
        code = row["code"]
        pairs = [_definition(row), (terms().goldstein, decimal_literal(Decimal(row["goldstein"])))]
        if row["plover"]:
            pairs.append((_skos("broadMatch"), concept("plover", row["plover"])))
            pairs.append((_skos("broadMatch"), concept("quad", row["quad"])))
        above = next((code[:size] for size in range(len(code) - 1, 1, -1) if code[:size] in codes), None)
        if above:
            pairs.append((_skos("broader"), concept("cameo", above)))
        yield from _concept("cameo", code, row["label"], pairs, top=not above)


def _scheme(name: str, title: str) -> Iterator[ox.Triple]:
    node = _scheme_node(name)
    yield from _triples(node, [(RDF_TYPE, _skos("ConceptScheme")), (_skos("prefLabel"), _english(title))])


def _concept(
    scheme: str, notation: str, label: str, pairs: _Pairs, *, top: bool = True
) -> Iterator[ox.Triple]:
    common: _Pairs = [
        (RDF_TYPE, _skos("Concept")),
        (RDF_TYPE, terms().Action),
        (_skos("notation"), ox.Literal(notation)),
        (_skos("prefLabel"), _english(label)),
        (_skos("inScheme"), _scheme_node(scheme)),
    ]
    common += [(_skos("topConceptOf"), _scheme_node(scheme))] if top else []
    yield from _triples(concept(scheme, notation), common + pairs)


def _scheme_node(name: str) -> ox.NamedNode:
    return ox.NamedNode(ACTIONS + name)


def _definition(row: dict[str, str]) -> tuple[ox.NamedNode, Term]:
    return _skos("definition"), _english(row["definition"])


def _triples(node: ox.NamedNode, pairs: _Pairs) -> Iterator[ox.Triple]:
    return (ox.Triple(node, predicate, value) for predicate, value in pairs)


def _skos(name: str) -> ox.NamedNode:
    return ox.NamedNode(SKOS + name)


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


def _rows(table: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as stream:
        lines = (line for line in stream if not line.startswith("#"))
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = set(columns) - set(reader.fieldnames or ())
        if missing:
            raise ValueError(
                f"{table} lacks the columns {', '.join(sorted(missing))}; it needs {', '.join(columns)}"
            )
        yield from reader


def _turtle(triples: list[ox.Triple]) -> bytes:
    names = ("ww", "rel", "plover", "cameo", "quad", "rdfs", "skos", "xsd")
    prefixes = {name: PREFIXES[name] for name in names} | {"rdf": RDF}
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def main(arguments: list[str], folder: Path = Path(__file__).parent) -> None:
    """Writes both files into ``folder``, by default beside this module."""
    if len(arguments) != 2:
        raise SystemExit(USAGE)
    (folder / "plover.ttl").write_bytes(plover(Path(arguments[0])))
    (folder / "cameo.ttl").write_bytes(cameo(Path(arguments[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
