"""The terms of the ontology as a page: ``python -m graph.ontology_page > docs/ontology.md``."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import rdflib
from rdflib.namespace import OWL, RDF, RDFS

from graph.ontology import NAMESPACE

HEADINGS = {
    OWL.Class: "Classes",
    OWL.ObjectProperty: "Properties that lead to things",
    OWL.DatatypeProperty: "Properties that hold values",
}


def page() -> str:
    """Markdown with a table for each kind of term."""
    text = (resources.files("graph") / "ontology.ttl").read_text(encoding="utf-8")
    return "\n".join(_lines(rdflib.Graph(bind_namespaces="none").parse(data=text, format="turtle"))) + "\n"


def _lines(rdf: rdflib.Graph) -> Iterator[str]:
    yield "# Ontology"
    yield ""
    yield f"`ww:` is `{NAMESPACE}`. Made from `ontology.ttl` by `python -m graph.ontology_page`."
    for kind, heading in HEADINGS.items():
        yield from ("", f"## {heading}", "", "| Term | Means | Below | From | To |", "|---|---|---|---|---|")
        for term in sorted(filter(_is_own, rdf.subjects(RDF.type, kind)), key=str):
            comment = " ".join(str(rdf.value(term, RDFS.comment, any=True) or "").split()).replace("|", "\\|")
            below = _names(rdf, term, RDFS.subClassOf) + _names(rdf, term, RDFS.subPropertyOf)
            ends = [", ".join(_names(rdf, term, end)) for end in (RDFS.domain, RDFS.range)]
            yield f"| {_name(rdf, term)} | {comment} | {', '.join(below)} | {' | '.join(ends)} |"


def _is_own(term: rdflib.term.Node) -> bool:
    return str(term).startswith(NAMESPACE)


def _names(rdf: rdflib.Graph, term: rdflib.term.Node, what: rdflib.URIRef) -> list[str]:
    return [_name(rdf, v) for v in sorted(rdf.objects(term, what), key=str) if isinstance(v, rdflib.URIRef)]


def _name(rdf: rdflib.Graph, iri: rdflib.term.Node) -> str:
    return f"`{rdf.namespace_manager.normalizeUri(str(iri))}`"


if __name__ == "__main__":
    print(page(), end="")
