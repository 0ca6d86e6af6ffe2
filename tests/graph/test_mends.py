"""Queries mended before the engine sees them: what is changed, what must not be, and that answers are SPARQL's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.mends import MAX_MENDED, mend
from graph.query_errors import QuerySyntax
from graph.worker import no_value
from graph.workers import QueryLimits, QueryPool

PREFIXES = {"": "http://e/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
DATA = """
PREFIX : <http://e/>
INSERT DATA {
    GRAPH :g1 { :kor :calls :prk . :kor :label "Korea"@en }
    GRAPH :g2 { :kor :calls :prk . :usa :calls :prk, :kor . :usa :in :west . :usa :label "USA"@en, "Amerika"@de }
    GRAPH :g3 { :fra :in :west }
}
"""

Rows = Counter[frozenset[tuple[str, str]]]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.update(DATA)
    return store


@pytest.fixture(scope="module")
def pool(store: ox.Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    place = tmp_path_factory.mktemp("mends")
    on_disk = ox.Store(place / "store")
    on_disk.extend(store)
    on_disk.backup(place / "snapshot")
    folder: Path = place / "snapshot"
    with QueryPool(lambda: folder, limits=QueryLimits(workers=1), prefixes=PREFIXES) as pool:
        yield pool


def rows(store: ox.Store, text: str, *, functions: tuple[str, ...] = ()) -> Rows:
    """The solutions as a multiset; blank nodes by name."""
    result = store.query(
        text,
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
        custom_functions={ox.NamedNode(iri): no_value for iri in functions},
    )
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return Counter(
        frozenset((name, str(solution[name])) for name in names if solution[name] is not None)
        for solution in result
    )


def mended_rows(store: ox.Store, text: str) -> Rows:
    mended = mend(text, PREFIXES)
    return rows(store, mended.text, functions=mended.functions)


def bag(*solutions: str) -> Rows:
    """Solutions written ``g=:g1 n=2``: names in :, whole numbers, or strings, _ for a space."""

    def term(text: str) -> str:
        if text[0] == ":":
            return f"<http://e/{text[1:]}>"
        return str(ox.Literal(int(text))) if text.isdigit() else text

    return Counter(
        frozenset(
            (name, term(value)) for name, _, value in (part.partition("=") for part in solution.split())
        )
        for solution in solutions
    )


PATHS = [
    pytest.param("SELECT * { :none :calls* ?x }", bag("x=:none"), id="star-from-unknown"),
    pytest.param("SELECT * { :none :calls? ?x }", bag("x=:none"), id="optional-from-unknown"),
    pytest.param("SELECT * { ?x :calls* :none }", bag("x=:none"), id="star-to-unknown"),
    pytest.param("SELECT * { ?x ^(:calls|:in)* :none }", bag("x=:none"), id="inverse-of-alternatives"),
    pytest.param("SELECT * { ?x ((:calls?)) :none }", bag("x=:none"), id="in-parentheses"),
    pytest.param("SELECT * { ?x (:calls?)+ :none }", bag("x=:none"), id="optional-in-one-or-more"),
    pytest.param("SELECT * { ?x !:calls* :none }", bag("x=:none"), id="negated"),
    pytest.param("SELECT * { ?x :calls* 'none'@en }", bag('x="none"@en'), id="to-a-literal"),
    pytest.param("SELECT * { :none :calls* :none }", bag(""), id="both-ends-the-same"),
    pytest.param("SELECT * { :none :calls* <http://e/none> }", bag(""), id="both-ends-in-two-spellings"),
    pytest.param("SELECT * { :none :calls* :other }", bag(), id="both-ends-differ"),
    pytest.param("SELECT * { :usa :calls* ?x }", bag("x=:usa", "x=:kor", "x=:prk"), id="known-start-once"),
    pytest.param(
        "SELECT * { :usa :calls :kor ; :calls* ?x , ?y . FILTER(?y = :kor) }",
        bag("x=:usa y=:kor", "x=:kor y=:kor", "x=:prk y=:kor"),
        id="in-a-list-of-predicates-and-objects",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { :west :in? ?x } }",
        bag("g=:g1 x=:west", "g=:g2 x=:west", "g=:g3 x=:west"),
        id="in-each-graph",
    ),
    pytest.param("SELECT * { GRAPH :none { :west :in? ?x } }", bag(), id="in-no-graph"),
    pytest.param("SELECT * { VALUES ?x { :none } ?x :calls* ?y }", bag(), id="from-values-right-already"),
    pytest.param("SELECT * { :none :calls*/:in* ?y }", bag(), id="sequence-right-already"),
    pytest.param(
        "SELECT ?x { ?x :in :west FILTER NOT EXISTS { ?x :calls* :none } }",
        bag("x=:usa", "x=:fra"),
        id="in-not-exists",
    ),
]

GRAPHS = [
    pytest.param(
        "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?x :calls ?y } } }",
        bag("g=:g1 n=1", "g=:g2 n=3", "g=:g3 n=0"),
        id="count-in-each-graph",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?x :calls ?y } HAVING (COUNT(*) > 1) } }",
        bag("g=:g2 n=3"),
        id="having",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { SELECT ?y (COUNT(?x) AS ?n) { ?x :calls ?y } GROUP BY ?y } }",
        bag("g=:g1 y=:prk n=1", "g=:g2 y=:prk n=2", "g=:g2 y=:kor n=1"),
        id="group-in-each-graph",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?x :calls ?y } } ?z :in :west } }",
        bag("g=:g2 n=3 z=:usa", "g=:g3 n=0 z=:fra"),
        id="count-beside-triples",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { SELECT DISTINCT ?y { ?x :calls ?y } } }",
        bag("g=:g1 y=:prk", "g=:g2 y=:prk", "g=:g2 y=:kor"),
        id="distinct-in-each-graph",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { SELECT * { ?x :in ?y } } }",
        bag("g=:g2 x=:usa y=:west", "g=:g3 x=:fra y=:west"),
        id="select-all",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { SELECT (MAX(?n) AS ?m) { { SELECT (COUNT(*) AS ?n) { ?x :in ?y } } } } }",
        bag("g=:g1 m=0", "g=:g2 m=1", "g=:g3 m=1"),
        id="subquery-in-subquery",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { ?x :in :west FILTER EXISTS { SELECT ?x { ?x :calls ?y } } } }",
        bag("g=:g2 x=:usa"),
        id="subquery-in-exists",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { VALUES ?n { 1 2 } } }",
        bag(*(f"g=:g{g} n={n}" for g in (1, 2, 3) for n in (1, 2))),
        id="values-in-each-graph",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { VALUES (?g ?n) { (UNDEF 1) (:g1 2) (:none 3) } } }",
        bag("g=:g1 n=1", "g=:g2 n=1", "g=:g3 n=1", "g=:g1 n=2"),
        id="values-of-the-graph-itself",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { VALUES ?x { :fra } OPTIONAL { ?x :in ?y } } }",
        bag("g=:g1 x=:fra", "g=:g2 x=:fra", "g=:g3 x=:fra y=:west"),
        id="values-before-optional",
    ),
    pytest.param("SELECT * { GRAPH :none { VALUES ?n { 1 } } }", bag(), id="values-in-no-graph"),
    pytest.param(
        "SELECT * { GRAPH ?g { GRAPH ?h { ?x :in :west } } }",
        bag(*(f"g=:g{g} h=:g{h} x=:{x}" for g in (1, 2, 3) for h, x in ((2, "usa"), (3, "fra")))),
        id="graph-in-graph",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { ?x :in :west MINUS { ?y :in :west } } }",
        bag("g=:g2 x=:usa", "g=:g3 x=:fra"),
        id="minus-without-a-shared-variable",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { ?x :in :west MINUS { } } }",
        bag("g=:g2 x=:usa", "g=:g3 x=:fra"),
        id="minus-nothing",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { { ?x :in :west MINUS { ?y :in :west } } UNION { ?x :calls :kor } } }",
        bag("g=:g2 x=:usa", "g=:g3 x=:fra", "g=:g2 x=:usa"),
        id="minus-deeper",
    ),
]

STRINGS = [
    pytest.param(
        'SELECT (GROUP_CONCAT(?l) AS ?all) { VALUES ?l { "a"@en "b"@en } }',
        bag('all="a_b"'),
        id="same-tag",
    ),
    pytest.param(
        'SELECT (group_concat(?l; separator="+") AS ?all) { VALUES ?l { "a"@en } }', bag('all="a"'), id="one"
    ),
    pytest.param(
        'SELECT ?n { VALUES (?n ?l) { (1 "a"@en) (2 "b"@en) } } GROUP BY ?n HAVING (GROUP_CONCAT(?l) = "a")',
        bag("n=1"),
        id="having",
    ),
]

FUNCTIONS = [
    pytest.param("SELECT (:f(1) AS ?x) (2 AS ?y) {}", bag("y=2"), id="in-select"),
    pytest.param("SELECT (COALESCE(:f(1), 2) AS ?x) {}", bag("x=2"), id="coalesce"),
    pytest.param("SELECT * { ?x :in :west FILTER(:f(?x)) }", bag(), id="in-filter"),
    pytest.param(
        "SELECT * { ?x :in :west FILTER(<http://e/f>(?x) || ?x = :fra) }", bag("x=:fra"), id="in-or"
    ),
    pytest.param("PREFIX f: <http://f/> SELECT * { FILTER(!f:a(f:b())) }", bag(), id="nested-own-prefix"),
    pytest.param(
        'SELECT (xsd:integer("3") AS ?x) (xsd:int("3") AS ?y) {}', bag("x=3"), id="beside-a-known-one"
    ),
]


@pytest.mark.parametrize(("text", "expected"), PATHS + GRAPHS + STRINGS + FUNCTIONS)
def test_the_answer_is_that_of_the_specification(store: ox.Store, text: str, expected: Rows) -> None:
    got = mended_rows(store, text)
    assert (
        Counter({frozenset((n, v.replace(" ", "_")) for n, v in row): k for row, k in got.items()})
        == expected
    )


UNCHANGED = [
    pytest.param("SELECT ?x ?y WHERE { ?x :calls ?y } LIMIT 3", id="plain"),
    pytest.param("SELECT * { ?x :calls+ :none }", id="one-or-more"),
    pytest.param("SELECT * { ?x (:calls)+ :none }", id="one-or-more-in-parentheses"),
    pytest.param("SELECT * { ?x :calls* ?y }", id="variables-at-both-ends"),
    pytest.param("SELECT * { :none :calls*/:in ?y }", id="sequence"),
    pytest.param("SELECT (2 * 3 AS ?x) (COUNT(*) AS ?n) { :usa ?p ?o }", id="product"),
    pytest.param("SELECT * { GRAPH ?g { ?x :calls ?y } }", id="graph"),
    pytest.param("SELECT * { GRAPH ?g { VALUES ?x { :usa } ?x :calls ?y } }", id="values-with-triples"),
    pytest.param(
        "SELECT * { GRAPH ?g { SELECT ?g (COUNT(*) AS ?n) { ?x ?y ?z } GROUP BY ?g } }", id="graph-selected"
    ),
    pytest.param("SELECT * { GRAPH :g1 { SELECT (COUNT(*) AS ?n) { ?x ?y ?z } } }", id="count-in-one-graph"),
    pytest.param(
        "SELECT * { GRAPH ?g { ?x :calls ?y MINUS { ?x :in ?z } } }", id="minus-with-a-shared-variable"
    ),
    pytest.param("SELECT * { GRAPH :g1 { ?x :calls ?y MINUS { ?a :in ?b } } }", id="minus-in-one-graph"),
    pytest.param("SELECT * { GRAPH ?g { ?x :calls ?y } MINUS { ?a :in ?b } }", id="minus-outside"),
    pytest.param("SELECT * { VALUES ?n { 1 } }", id="values-outside"),
    pytest.param("SELECT (BNODE() AS ?b) (BNODE() AS ?c) { ?x ?y ?z }", id="bnode-without-label"),
    pytest.param(
        "SELECT * { ?x ?y 'GROUP_CONCAT(?x) GRAPH ?g { VALUES ?x {1} }' } # BNODE('a') :a* ?b",
        id="in-a-string",
    ),
    pytest.param("SELECT * { ?x :list (1 2) . ?x :p ?y }", id="predicate-before-a-list"),
    pytest.param("SELECT * { :a (:calls/:in)+ ?y }", id="subject-before-a-path"),
    pytest.param("INSERT DATA { GRAPH :g1 { :a :b :c } }", id="insert-data"),
    pytest.param("DELETE { GRAPH ?g { ?x :in ?y } } WHERE { GRAPH ?g { ?x :in ?y } }", id="delete-where"),
    pytest.param("DELETE WHERE { GRAPH ?g { ?x :in ?y } }", id="delete-where-short"),
    pytest.param("CONSTRUCT WHERE { ?x :in ?y }", id="construct-short"),
]


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_the_engine_answers_rightly_stays(text: str) -> None:
    mended = mend(text, PREFIXES)
    assert (mended.text, mended.notes, mended.functions, mended.doubts) == (text, (), (), ())


NOT_UNDERSTOOD = [
    pytest.param("SELECT * { none:a :calls* ?x }", id="prefix-not-declared"),
    pytest.param("SELECT * { GRAPH ?g{VALUES?x{1}}", id="brace-missing"),
    pytest.param("SELECT * { << :a :b :c >> :p ?x . :none :calls* ?x }", id="triple-term"),
    pytest.param("SELECT * { :none :calls* ?x FILTERNOT EXISTS { ?x ?y ?z } }", id="glued-keywords"),
    pytest.param("SELECT * { :none :calls* ?x FILTER(?x <a:b> ?x) }", id="iri-or-comparison"),
    pytest.param("PREFIX GRAPHa: <http://e/> SELECT * { GRAPHa:b :calls* ?x }", id="prefix-like-a-keyword"),
    pytest.param(
        "PREFIX p: <http://a/> PREFIX p: <http://b/> SELECT * { p:x :calls* ?x }", id="prefix-twice"
    ),
    pytest.param("SELECT * { :none :calls* ?x } #" + "x" * MAX_MENDED, id="too-long"),
    pytest.param("SELECT * { _:b :calls* ?x . :none :calls* ?y }", id="blank-nodes"),
    pytest.param("SELECT * { [] :calls* :none }", id="brackets"),
]


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_understood_for_certain_stays(text: str) -> None:
    assert mend(text, PREFIXES).text == text


DOUBTFUL = [
    pytest.param(
        "SELECT * { GRAPH ?g { SELECT ?x { ?x :calls ?y } LIMIT 1 } }", "subquery", id="limit-in-a-graph"
    ),
    pytest.param("SELECT * { GRAPH ?g { SELECT ?x { ?x :calls ?g } } }", "subquery", id="graph-not-selected"),
    pytest.param(
        "SELECT * { GRAPH ?g { ?x :in ?w MINUS { SELECT ?x { ?x :calls ?y } } } }",
        "MINUS",
        id="subquery-in-minus",
    ),
    pytest.param(
        "SELECT * { GRAPH ?g { ?x :in ?w OPTIONAL { ?x :a ?y } MINUS { ?z :calls ?y } } }",
        "MINUS",
        id="optional-shared",
    ),
    pytest.param(
        'SELECT * { BIND(BNODE("a") AS ?x) BIND(BNODE("a") AS ?y) }', "BNODE", id="bnode-in-two-binds"
    ),
]


@pytest.mark.parametrize(("text", "word"), DOUBTFUL)
def test_what_cannot_be_mended_is_told(text: str, word: str) -> None:
    mended = mend(text, PREFIXES)
    assert mended.text == text
    assert word in mended.doubts[0]


class TestBlankNodes:
    def test_a_label_makes_one_node_in_a_solution(self, store: ox.Store) -> None:
        text = (
            'SELECT ?l ?m (BNODE(?l) AS ?a) (BNODE(?m) AS ?b) (BNODE("x") AS ?c)'
            ' { VALUES ?l { "x" "y" } VALUES ?m { "x" "y" } }'
        )
        assert len(rows(store, text)) == 4
        nodes = []
        for row in mended_rows(store, text):
            values = dict(row)
            assert (values["a"] == values["b"]) == (values["l"] == values["m"])
            assert (values["a"] == values["c"]) == (values["l"] == '"x"')
            nodes += {values["a"], values["b"], values["c"]}
        assert len(nodes) == len(set(nodes)) == 2 + 2 + 2 + 1

    def test_one_call_anywhere_is_another_node_each_time(self, store: ox.Store) -> None:
        text = 'SELECT ?b { ?x :calls ?y BIND(BNODE("x") AS ?b) }'
        assert len(rows(store, text)) == 1
        assert len(mended_rows(store, text)) == 4

    def test_a_label_is_a_plain_string(self, store: ox.Store) -> None:
        text = 'SELECT ?n (BNODE(?l) AS ?b) { VALUES (?n ?l) { (1 "a"@en) (2 3) (3 UNDEF) } }'
        assert mended_rows(store, text) == bag("n=1", "n=2", "n=3")


class TestUpdates:
    def test_the_where_of_an_update_is_mended_and_its_templates_are_not(self) -> None:
        store = ox.Store()
        store.update(DATA)
        text = (
            "PREFIX : <http://e/> INSERT { GRAPH :n { ?g :count ?n } } "
            "WHERE { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?x :calls ?y } } }"
        )
        store.update(mend(text).text)
        assert rows(store, "SELECT * { ?g :count ?n }") == bag("g=:g1 n=1", "g=:g2 n=3", "g=:g3 n=0")


class TestPool:
    """That the pool sends what is mended."""

    @pytest.mark.parametrize(("text", "expected"), [PATHS[0], GRAPHS[0], STRINGS[1], FUNCTIONS[3]])
    def test_answers(self, pool: QueryPool, text: str, expected: Rows) -> None:
        with pool.query(text, accept=["application/sparql-results+json"]) as answer:
            bindings = json.loads(b"".join(answer))["results"]["bindings"]
        assert len(bindings) == expected.total()
        names = {name for row in expected for name, _ in row}
        assert {name for row in bindings for name in row} == names

    def test_a_syntax_error_has_the_places_of_the_users_text(self, pool: QueryPool) -> None:
        text = "SELECT (GROUP_CONCAT(?l) AS ?all) { ?x :label ?l } LIMIT"
        with pytest.raises(QuerySyntax) as caught:
            pool.query(text).read()
        assert caught.value.excerpt == text
        assert caught.value.column > len(text) - 6


TRIPLES = ["?x :calls ?y", "?x :in ?z", "?y :in ?z", "?x :calls* :prk", ":none :in? ?z"]
CONDITIONS = ["?x = :usa", "BOUND(?y)", "EXISTS { ?x :calls ?y }", "NOT EXISTS { ?x :in ?w }"]
patterns = st.recursive(
    st.sampled_from(TRIPLES).map(lambda triple: triple + " ."),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda both: "{{ {} }} UNION {{ {} }}".format(*both)),
        st.tuples(inner, inner).map(lambda both: "{} OPTIONAL {{ {} }}".format(*both)),
        st.tuples(inner, st.sampled_from(CONDITIONS)).map(lambda both: "{{ {} FILTER({}) }}".format(*both)),
        st.sampled_from(["VALUES ?x { :usa :fra }", "VALUES (?x ?z) { (UNDEF :west) (:kor UNDEF) }"]),
        inner.map(lambda pattern: f"{{ SELECT DISTINCT ?x {{ {pattern} }} }}"),
        inner.map(lambda pattern: f"{{ SELECT (COUNT(*) AS ?n) {{ {pattern} }} }}"),
        inner.map(lambda pattern: f"{{ SELECT ?z (COUNT(?x) AS ?m) {{ {pattern} }} GROUP BY ?z }}"),
        st.tuples(inner, inner).map(lambda both: "{{ {} MINUS {{ {} }} }}".format(*both)),
    ),
    max_leaves=5,
)


def in_turn(store: ox.Store, pattern: str) -> Rows | None:
    """The solutions of ``GRAPH ?g { pattern }`` by the specification: of each graph in turn, joined with its name."""
    found: Rows = Counter()
    for name in ("g1", "g2", "g3"):
        text = f"SELECT * {{ GRAPH :{name} {{ {pattern} }} }}"
        mended = mend(text, PREFIXES)
        if mended.doubts:
            return None
        for row, times in rows(store, mended.text).items():
            found[row | {("g", f"<http://e/{name}>")}] += times
    return found


@settings(max_examples=300, deadline=None)
@given(pattern=patterns)
def test_a_graph_variable_stands_for_each_graph_in_turn(store: ox.Store, pattern: str) -> None:
    mended = mend(f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}", PREFIXES)
    if not mended.doubts:
        assert rows(store, mended.text) == in_turn(store, pattern)


@settings(max_examples=200, deadline=None)
@given(pattern=patterns.filter(lambda pattern: ":none" not in pattern))
def test_mended_and_unmended_agree_where_the_engine_is_right(store: ox.Store, pattern: str) -> None:
    text = f"SELECT * {{ {pattern} }}"
    assert mended_rows(store, text) == rows(store, text)
