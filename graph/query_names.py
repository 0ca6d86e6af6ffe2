"""The names that a query can use, with what they mean: for who writes one, and for editors that complete it."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from graph.ontology import DCTERMS, NAMESPACE, PREFIXES, RDF, RDFS, RELATIONS, SKOS, seeds

OWL = "http://www.w3.org/2002/07/owl#"
KINDS = {
    f"{OWL}Class": "class",
    f"{OWL}ObjectProperty": "property",
    f"{OWL}DatatypeProperty": "property",
    f"{SKOS}Concept": "concept",
}
LEANED_ON = {
    f"{RDF}type": ("type", "The class of a thing; in a query it is also written a."),
    f"{RDFS}label": ("label", "The name of an actor, an action or a place."),
    f"{RDFS}comment": ("comment", "What a term of the ontology means."),
    f"{RDFS}subPropertyOf": ("sub-property of", "From an action to the wider one, up to ww:actsOn."),
    f"{RDFS}subClassOf": ("sub-class of", "From a class to the wider one."),
    f"{SKOS}prefLabel": (
        "preferred label",
        "The name of a concept: a PLOVER type, a CAMEO code, a quad class.",
    ),
    f"{SKOS}altLabel": ("other label", "Another name under which documents present an actor."),
    f"{SKOS}notation": ("notation", "The code of a concept."),
    f"{SKOS}definition": ("definition", "What a concept means."),
    f"{SKOS}broader": ("broader", "From a concept to the wider one of its scheme."),
    f"{SKOS}broadMatch": (
        "broad match",
        "From a PLOVER type to its quad class, from a CAMEO code to its PLOVER type.",
    ),
    f"{DCTERMS}identifier": ("identifier", "The id of a document."),
    f"{DCTERMS}title": ("title", "The headline of a document."),
    f"{DCTERMS}publisher": ("publisher", "The newspaper or agency that brought a document out."),
    f"{DCTERMS}issued": ("issued", "The day on which a document came out."),
    f"{DCTERMS}source": ("address", "The address of a document on the web."),
}
"""Properties of other vocabularies that a store uses: label and meaning, by the IRI."""


@dataclass(frozen=True, slots=True)
class QueryName:
    """A class, property or concept; ``name`` is the IRI with its prefix, ``domain`` and ``range`` are names too."""

    name: str
    iri: str
    kind: str
    label: str
    comment: str
    domain: str | None
    range: str | None


@functools.cache
def query_names() -> tuple[QueryName, ...]:
    """The terms of the ontology, the concepts of the action schemes and what of other vocabularies is used, by name."""
    said: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for _, triples in seeds().values():
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and isinstance(
                triple.object, ox.NamedNode | ox.Literal
            ):
                facts, predicate, value = (
                    said[triple.subject.value],
                    triple.predicate.value,
                    triple.object.value,
                )
                if predicate != f"{RDF}type" or value in KINDS:
                    facts.setdefault(predicate, value)
    own = (_told(iri, facts) for iri, facts in said.items() if f"{RDF}type" in facts)
    others = (
        QueryName(shortened(iri), iri, "property", label, comment, None, None)
        for iri, (label, comment) in LEANED_ON.items()
    )
    return tuple(sorted([*own, *others], key=lambda one: one.name))


@functools.cache
def wider_actions() -> tuple[str, ...]:
    """The relation names of the types that the PLOVER scheme declares, such as ``request``, by name."""
    _, triples = seeds()[next(graph for graph in seeds() if NAMESPACE[:-1] != graph.value)]
    found = {triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)}
    return tuple(sorted(iri.removeprefix(RELATIONS) for iri in found if iri.startswith(RELATIONS)))


def shortened(iri: str) -> str:
    """``iri`` with a prefix, or whole where none fits.

    >>> shortened(f"{NAMESPACE}Event")
    'ww:Event'
    """
    fitting = [(len(base), label) for label, base in PREFIXES.items() if iri.startswith(base)]
    if not fitting:
        return iri
    length, label = max(fitting)
    return f"{label}:{iri[length:]}"


def _told(iri: str, facts: dict[str, str]) -> QueryName:
    label = facts.get(f"{SKOS}prefLabel") or facts.get(f"{RDFS}label") or ""
    comment = facts.get(f"{SKOS}definition") or facts.get(f"{RDFS}comment") or ""
    domain, range_ = (facts.get(f"{RDFS}{end}") for end in ("domain", "range"))
    kind = KINDS[facts[f"{RDF}type"]]
    ends = [shortened(end) if end else None for end in (domain, range_)]
    return QueryName(shortened(iri), iri, kind, label, comment, ends[0], ends[1])
