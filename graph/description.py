"""The description that a SPARQL endpoint gives of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from graph.ontology import RDF
from graph.query_errors import NotAcceptable
from graph.worker import TRIPLES, UnacceptableError, negotiate

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
GRAPHS = ("Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD")
INPUTS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")


def describe(url: str, *, union: bool, updates: bool, accept: Sequence[str]) -> tuple[bytes, str]:
    """The description of the endpoint at ``url`` and its media type; raises NotAcceptable.

    ``union`` says that all graphs together are the default graph, ``updates`` that it takes updates.
    """
    try:
        media_type = negotiate(accept, TRIPLES)
    except UnacceptableError as error:
        raise NotAcceptable(accept, [str(one) for one in error.args]) from error
    triples = _triples(ox.NamedNode(url), union=union, updates=updates)
    rdf_format = getattr(ox.RdfFormat, TRIPLES[media_type])
    text = ox.serialize(triples, format=rdf_format, prefixes={"sd": SD, "formats": FORMATS})
    return text or b"", media_type


def _triples(service: ox.NamedNode, *, union: bool, updates: bool) -> Iterator[ox.Triple]:
    def says(prop: str, value: ox.NamedNode | ox.BlankNode) -> ox.Triple:
        return ox.Triple(service, ox.NamedNode(SD + prop), value)

    yield ox.Triple(service, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{SD}Service"))
    yield says("endpoint", service)
    languages = ["SPARQL10Query", "SPARQL11Query", *(["SPARQL11Update"] if updates else [])]
    for language in languages:
        yield says("supportedLanguage", ox.NamedNode(SD + language))
    for name in (*RESULTS, *GRAPHS):
        yield says("resultFormat", ox.NamedNode(FORMATS + name))
    for name in INPUTS if updates else ():
        yield says("inputFormat", ox.NamedNode(FORMATS + name))
    if union:
        yield says("feature", ox.NamedNode(f"{SD}UnionDefaultGraph"))
    dataset, graph = ox.BlankNode("dataset"), ox.BlankNode("default")
    yield says("defaultDataset", dataset)
    yield ox.Triple(dataset, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{SD}Dataset"))
    yield ox.Triple(dataset, ox.NamedNode(f"{SD}defaultGraph"), graph)
    yield ox.Triple(graph, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{SD}Graph"))
