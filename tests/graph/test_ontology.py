"""The ontology and the schemes: complete, closed, read alike by an independent reader, and built from the tables."""

from __future__ import annotations

import ast
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS
from rdflib.namespace import DCTERMS, XSD

import graph
from extract.model import GENERIC_TYPES, PLOVER_TYPES
from graph import ontology
from graph.errors import UnknownTerm
from graph.schemes import build

PACKAGE = Path(graph.__file__).parent
TABLES = PACKAGE.parent / "extract" / "data"
WW = rdflib.Namespace(ontology.NAMESPACE)

SHARED_BY_CLASSES = {"goldstein", "mentions", "code", "sector", "contentHash", "generation"}
"""Properties of nodes that have no class of ours in common."""

VOCABULARIES = (
    "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "http://www.w3.org/ns/prov#",
    "http://www.w3.org/2004/02/skos/core#",
    "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "https://schema.org/",
)


@pytest.fixture(scope="module")
def rdf() -> rdflib.Graph:
    return rdflib.Graph().parse(PACKAGE / "ontology.ttl")


@pytest.fixture(scope="module")
def schemes() -> rdflib.Graph:
    parsed = rdflib.Graph()
    for name in ("plover.ttl", "cameo.ttl"):
        parsed.parse(PACKAGE / "schemes" / name)
    return parsed


def our_terms(rdf: rdflib.Graph) -> list[rdflib.URIRef]:
    return [term for term in set(rdf.subjects()) if str(term).startswith(ontology.NAMESPACE)]


def test_header_names_version_licence_and_title(rdf: rdflib.Graph) -> None:
    (header,) = rdf.subjects(RDF.type, OWL.Ontology)
    assert str(header) == ontology.ONTOLOGY
    assert rdf.value(header, OWL.versionInfo)
    assert "apache" in str(rdf.value(header, DCTERMS.license))
    assert rdf.value(header, DCTERMS.title)


def test_every_term_has_one_english_label_and_a_comment(rdf: rdflib.Graph) -> None:
    for term in our_terms(rdf):
        labels, comments = list(rdf.objects(term, RDFS.label)), list(rdf.objects(term, RDFS.comment))
        assert [label.language for label in labels] == ["en"], term
        assert len(comments) == 1, term
        assert str(comments[0]).endswith("."), term


def test_every_term_is_a_class_or_a_property(rdf: rdflib.Graph) -> None:
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    assert all(len(kinds & set(rdf.objects(term, RDF.type))) == 1 for term in our_terms(rdf))


def test_properties_have_domain_and_range(rdf: rdflib.Graph) -> None:
    properties = set(rdf.subjects(RDF.type, OWL.ObjectProperty)) | set(
        rdf.subjects(RDF.type, OWL.DatatypeProperty)
    )
    assert all(rdf.value(term, RDFS.range) for term in properties)
    without_domain = {term.removeprefix(WW) for term in properties if not rdf.value(term, RDFS.domain)}
    assert without_domain == SHARED_BY_CLASSES


def test_domains_and_ranges_are_declared(rdf: rdflib.Graph) -> None:
    classes = set(rdf.subjects(RDF.type, OWL.Class)) | {OWL.Class, RDFS.Resource}
    for _, property_, value in rdf.triples((None, None, None)):
        if property_ == RDFS.domain:
            assert value in classes
        if property_ == RDFS.range:
            assert value in classes or value in XSD


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=["sem", "prov", "skos", "nif", "schema"])
def test_is_aligned_with(rdf: rdflib.Graph, vocabulary: str) -> None:
    above = {*rdf.objects(None, RDFS.subClassOf), *rdf.objects(None, RDFS.subPropertyOf)}
    assert any(str(term).startswith(vocabulary) for term in above)


def test_both_readers_see_the_same_terms(rdf: rdflib.Graph) -> None:
    assert {term.removeprefix(WW) for term in our_terms(rdf)} == ontology.terms().names


def test_actor_types_of_the_extractor_are_classes() -> None:
    assert GENERIC_TYPES | {"State", "Person", "UnknownActor"} <= ontology.terms().names


def test_an_unknown_term_is_an_error() -> None:
    with pytest.raises(UnknownTerm, match=r"declares no term 'subject'.*ontology\.ttl"):
        ontology.terms().subject  # noqa: B018
    with pytest.raises(UnknownTerm, match="Robot"):
        ontology.terms()["Robot"]
    with pytest.raises(UnknownTerm, match="x:Event"):
        ontology.local_name(ox.NamedNode("x:Event"))


def uses_of_terms(source: str) -> set[str]:
    """The attributes that a module takes from the ontology."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value)
            if owner in ("ww", "terms()", "term_texts()", "ontology.terms()"):
                found.add(node.attr)
    return found - {"names"}


def test_every_term_in_the_code_is_declared_and_the_other_way_round() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    used = set().union(*map(uses_of_terms, sources))
    assert used <= ontology.terms().names
    # Classes of actors come from the record, Interaction, Passage and Actor stand above others.
    idle = {name for name in ontology.terms().names - used if name[0].islower()}
    assert idle == set(), "declared, but nothing in the graph has it"


def test_no_iri_of_the_ontology_is_written_elsewhere() -> None:
    written = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if "w3id.org/whowhom/ontology" in path.read_text(encoding="utf-8") and path.name != "ontology.py"
    ]
    assert written == []


@pytest.mark.parametrize("name", ["plover.ttl", "cameo.ttl"])
def test_committed_scheme_is_a_fresh_build(tmp_path: Path, name: str) -> None:
    build.main([str(TABLES / "plover.tsv"), str(TABLES / "cameo.tsv")], tmp_path)
    renew = "renew it: python -m graph.schemes.build extract/data/plover.tsv extract/data/cameo.tsv"
    assert (PACKAGE / "schemes" / name).read_bytes() == (tmp_path / name).read_bytes(), renew


def test_build_refuses_a_table_of_another_form(tmp_path: Path) -> None:
    table = tmp_path / "plover.tsv"
    table.write_text("type\tquad\nAID\t2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the columns definition, label, modes"):
        build.plover(table)
    with pytest.raises(SystemExit, match="usage"):
        build.main([])


def test_plover_types_are_concepts_with_quad_class_and_property(schemes: rdflib.Graph) -> None:
    for type_, quad in PLOVER_TYPES.items():
        node = rdflib.URIRef(f"{ontology.ACTIONS}plover/{type_}")
        assert schemes.value(node, SKOS.notation) == rdflib.Literal(type_)
        assert schemes.value(node, SKOS.broadMatch) == rdflib.URIRef(f"{ontology.ACTIONS}quad/{quad}")
        assert schemes.value(node, SKOS.definition)
        property_ = rdflib.URIRef(ontology.RELATIONS + type_.lower())
        assert schemes.value(property_, RDFS.subPropertyOf) == WW.actsOn


def test_cameo_codes_lie_below_their_roots(schemes: rdflib.Graph) -> None:
    cameo = rdflib.Namespace(f"{ontology.ACTIONS}cameo/")
    assert schemes.value(cameo["1041"], SKOS.broader) == cameo["104"]
    assert schemes.value(cameo["104"], SKOS.broader) == cameo["10"]
    assert schemes.value(cameo["10"], SKOS.broader) is None
    assert schemes.value(cameo["190"], WW.goldstein).toPython() == -10


def test_concepts_lack_nothing(schemes: rdflib.Graph) -> None:
    concepts = set(schemes.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 300
    for concept in concepts:
        for needed in (SKOS.prefLabel, SKOS.notation, SKOS.inScheme):
            assert schemes.value(concept, needed), (concept, needed)
    assert set(schemes.objects(None, SKOS.broader)) <= concepts
    assert set(schemes.objects(None, SKOS.broadMatch)) <= concepts
