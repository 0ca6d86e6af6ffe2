"""Coded documents to quads and back, and what the quads promise."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS

from extract.model import Actor, CodedDocument
from graph import ontology
from graph.errors import UnknownTerm
from graph.ids import Iris
from graph.rdf import name_lines, to_quads
from graph.reports import from_quads
from graph.transaction import Transaction, blocks, n_triples
from graph.vocabulary import decimal_literal, node_of, value_of

IRIS = Iris()
documents = st.from_type(CodedDocument)


@given(documents)
def test_there_and_back_is_the_identity(coded: CodedDocument) -> None:
    assert from_quads(to_quads(coded, IRIS), IRIS) == [coded]


@given(documents)
def test_the_engine_changes_nothing(coded: CodedDocument) -> None:
    """Through the text of an update and of a bulk load, with all their escapes."""
    quads = set(to_quads(coded, IRIS))
    updated, loaded = ox.Store(), ox.Store()
    transaction = Transaction()
    for quad in quads:
        transaction.inserts[node_of(quad.graph_name)].append(n_triples([quad.triple]))
    transaction.commit(updated)
    loaded.bulk_load(blocks(transaction.inserts).encode(), ox.RdfFormat.TRIG, lenient=True)
    assert set(updated) == set(loaded) == quads
    assert from_quads(updated, IRIS) == [coded]


@given(st.lists(documents, max_size=3, unique_by=lambda coded: coded.document.id))
def test_a_triple_stands_in_one_graph_and_no_node_is_blank(several: list[CodedDocument]) -> None:
    quads = {quad for coded in several for quad in to_quads(coded, IRIS)}
    assert max(Counter(quad.triple for quad in quads).values(), default=1) == 1
    assert not any(isinstance(term, ox.BlankNode) for quad in quads for term in quad)


@given(documents)
def test_each_quad_comes_once(coded: CodedDocument) -> None:
    quads = list(to_quads(coded, IRIS))
    assert len(quads) == len(set(quads))


def _rules() -> rdflib.Graph:
    rules = rdflib.Graph()
    for _, triples in ontology.seeds().values():
        rules.parse(data=n_triples(triples), format="nt")
    return rules


RULES = _rules()


@settings(max_examples=40)
@given(documents)
def test_quads_keep_to_domains_and_ranges(coded: CodedDocument) -> None:
    quads = list(to_quads(coded, IRIS))
    kinds: dict[object, set[str]] = {}
    for quad in quads:
        if quad.predicate.value == str(RDF.type):
            kinds.setdefault(quad.subject, set()).add(value_of(quad.object))
    # Actor mentions have no type of their own, actors get theirs by the store, concepts by the schemes.
    for quad in quads:
        predicate = rdflib.URIRef(quad.predicate.value)
        domain, range_ = RULES.value(predicate, RDFS.domain), RULES.value(predicate, RDFS.range)
        if domain is not None and quad.subject in kinds:
            assert above(kinds[quad.subject]) & {str(domain)}, quad
        if isinstance(quad.object, ox.Literal) and range_ is not None:
            assert quad.object.datatype.value == str(range_), quad
        elif quad.object in kinds and range_ is not None:
            assert above(kinds[quad.object]) & {str(range_)}, quad
        assert range_ is None or isinstance(quad.object, ox.Literal) == (
            (predicate, RDF.type, OWL.DatatypeProperty) in RULES
        )


def above(kinds: set[str]) -> set[str]:
    return {
        str(term) for kind in kinds for term in RULES.transitive_objects(rdflib.URIRef(kind), RDFS.subClassOf)
    }


@pytest.mark.parametrize(
    ("number", "digits"),
    [(-5.0, "-5"), (0.0, "0"), (-0.0, "0"), (1e-7, "0.0000001"), (3.4, "3.4"), (10.0, "10"), (100.0, "100")],
    ids=str,
)
def test_decimals_are_short(number: float, digits: str) -> None:
    literal = decimal_literal(number)
    assert literal.value == digits
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), literal))
    assert next(iter(store)).object == literal


def test_offsets_are_in_the_iri(report: Any) -> None:
    (mention,) = [
        quad.subject
        for quad in to_quads(report("d1", "KOR", "pressure", "PRK"), IRIS)
        if quad.object == ontology.terms().Mention
    ]
    assert value_of(mention) == "https://w3id.org/whowhom/id/document/d1#char=12,20;event=1"


def test_a_type_of_actor_that_the_ontology_lacks() -> None:
    with pytest.raises(UnknownTerm, match="Robot"):
        name_lines(Actor("USA", None, "R2", "Robot"), IRIS)


def test_terms_of_the_wrong_kind() -> None:
    with pytest.raises(TypeError, match="is no IRI"):
        node_of(ox.Literal("x"))
    with pytest.raises(TypeError, match="neither IRI nor literal"):
        value_of(ox.BlankNode("b"))
