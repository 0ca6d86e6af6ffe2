"""What the guard refuses of a query before the parser, and what it must let pass."""

from __future__ import annotations

import contextlib
import time

import pytest

from graph.guard import check_graphs, check_query, first_word, relative_iri
from graph.query_errors import QueryRefused

SERVICES = {
    "plain": "SELECT * { SERVICE <http://other/> { ?s ?p ?o } }",
    "lower-case": "SELECT * { service<http://other/>{ ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <http://other/> { ?s ?p ?o } }",
    "variable": "SELECT * { BIND(<http://other/> AS ?x) SERVICE ?x { ?s ?p ?o } }",
    "prefixed-name": "PREFIX o: <http://other/> SELECT * { SERVICE o:x { ?s ?p ?o } }",
    "glued-to-prefixed-name": "PREFIX o: <http://other/> SELECT * { SERVICEo:x { ?s ?p ?o } }",
    "glued-silent": "PREFIX o: <http://other/> SELECT * { SERVICESILENTo:x { ?s ?p ?o } }",
    "glued-after-boolean": "SELECT * { ?s ?p trueSERVICE<http://other/>{ ?s ?p ?o } }",
    "glued-after-number": "SELECT * { ?s ?p 1SERVICE<http://other/>{ ?s ?p ?o } }",
    "glued-after-dotted-name": "PREFIX e: <http://e/> SELECT * { ?s ?p e:a.b.SERVICE<http://other/>{} }",
    "after-name-of-no-iri": "PREFIX a: <http://h:80> SELECT * { ?s ?p a:SERVICE<http://other/>{} }",
    "after-undeclared-name": "SELECT * { ?s ?p a:SERVICE<http://other/>{} }",
    "escape-in-iri": "SELECT * { SERVICE <\\u0068ttp://other/> { ?s ?p ?o } }",
    "comment-between": "SELECT * { SERVICE # {}\n <http://other/> # }\n { ?s ?p ?o } }",
    "hidden-in-string-by-less-than": "SELECT * { ?s ?p ?o FILTER(?s<'>'||true)SERVICE<http://other/>{}#'\n}",
    "hidden-in-iri-by-less-than": (
        "PREFIX : <http://other/> SELECT * { ?s ?p ?o FILTER(?s<:b||true)SERVICE#>\n<http://other/>{} }"
    ),
    "open-string": "SELECT * { ?s ?p ''' SERVICE <http://other/> { ?s ?p ?o } }",
    "after-string-with-escapes": r"""SELECT * { ?s ?p "\"" . SERVICE <http://other/> { ?s ?p "\"" } }""",
    "deep": "SELECT * {{{ OPTIONAL { { SERVICE <http://other/> { } } } }}}",
}

HARMLESS = {
    "comment": "SELECT * { ?s ?p ?o } # SERVICE <http://other/> { }",
    "comment-after-hash-iri": "PREFIX a: <http://a/x#> # SERVICE <http://other/> { }\nSELECT * { ?s a:b ?o }",
    "string": """SELECT * { ?s ?p "SERVICE <http://other/> { }" }""",
    "single-quoted": "SELECT * { ?s ?p 'SERVICE <http://other/> { }' }",
    "long-string": 'SELECT * { ?s ?p """ "SERVICE" <http://other/>\n SERVICE ?x { } """ }',
    "string-with-escaped-quote": r"""SELECT * { ?s ?p "\" SERVICE ?x { }" }""",
    "iri": "SELECT * { ?s <http://a/service> ?o { ?s ?p ?o } }",
    "iri-with-fragment": "SELECT * { ?s <http://a/service#x> ?o . { ?s ?p ?o } }",
    "urn": "SELECT * { ?s <urn:service> ?o . FILTER(?o < 3 && ?o > 1) }",
    "variable": "SELECT ?service { ?service ?p ?o { ?s ?p $service } }",
    "local-name": "PREFIX e: <http://e/> SELECT * { ?s e:service ?o { ?s ?p e:service } }",
    "prefix": "PREFIX service: <http://e/> SELECT * { ?s service:p ?o . ?o service:q ?s }",
    "graph-name": "PREFIX service: <http://e/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "graph-iri": "SELECT * { GRAPH <http://e/service> { ?s ?p ?o } }",
    "dataset": "PREFIX service: <http://e/> SELECT * FROM service:g { ?s ?p ?o }",
    "blank-node": "SELECT * { _:service ?p ?o { ?s ?p ?o } }",
    "comparison-without-spaces": "SELECT * { ?service ?p ?o FILTER(?o<3&&?o>1) }",
}


@pytest.mark.parametrize("query", SERVICES.values(), ids=SERVICES)
def test_service_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match=r"SERVICE in line \d") as caught:
        check_query(query)
    assert caught.value.rule == "service"


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS)
def test_the_word_service_elsewhere_passes(query: str) -> None:
    check_query(query)


def test_the_line_of_service_is_named() -> None:
    with pytest.raises(QueryRefused, match="SERVICE in line 3"):
        check_query("SELECT *\n{\n SERVICE ?x { } }")


def test_a_prefix_of_the_service_counts_as_declared() -> None:
    query = "SELECT * { ?s rel:service ?o { ?s ?p ?o } }"
    with pytest.raises(QueryRefused):
        check_query(query)
    check_query(query, prefixes={"rel": "https://w3id.org/whowhom/relation/"})


FILES = {
    "from": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "from-named": "SELECT * FROM NAMED <FILE:///etc/passwd> { ?s ?p ?o }",
    "prefixed": "PREFIX f: <file:///etc/> SELECT * FROM f:passwd { ?s ?p ?o }",
    "relative": "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
    "second": "CONSTRUCT WHERE { ?s ?p ?o }".replace(
        "WHERE", "FROM <http://a/> FROM<file:/etc/passwd> WHERE"
    ),
}


@pytest.mark.parametrize("query", FILES.values(), ids=FILES)
def test_a_file_as_graph_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="reads no files"):
        check_query(query)


def test_a_file_may_be_spoken_of() -> None:
    check_query("SELECT * FROM <http://a/> { <file:///etc/passwd> ?p 'FROM <file:///etc/passwd>' }")


@pytest.mark.parametrize(
    ("query", "dataset"),
    [
        ("SELECT * { ?s ?p ?o }", False),
        ("SELECT*FROM<http://a/>{ ?s ?p ?o }", True),
        ("SELECT * from named <http://a/> { ?s ?p ?o }", True),
        ("SELECT ?from { ?from ?p 'FROM' } # FROM <http://a/>", False),
        ("PREFIX from: <http://a/FROM> SELECT * { ?s from:x ?o }", False),
    ],
    ids=["none", "glued", "named", "only-in-names-and-texts", "prefix"],
)
def test_a_query_that_names_its_dataset_is_known(query: str, dataset: bool) -> None:
    assert check_query(query).dataset is dataset


@pytest.mark.parametrize("pair", ["{}", "()", "[]"], ids=["braces", "parentheses", "brackets"])
def test_deep_nesting_is_refused(pair: str) -> None:
    with pytest.raises(QueryRefused, match="deeper than the 200 levels") as caught:
        check_query("SELECT * " + pair[0] * 4000 + pair[1] * 4000)
    assert caught.value.rule == "nesting"
    check_query("SELECT * {" + pair * 4000 + "}")
    check_query("SELECT * { ?s ?p '" + pair[0] * 4000 + "' }")


def test_a_long_query_is_refused() -> None:
    with pytest.raises(QueryRefused, match="101 characters, and at most 100"):
        check_query("#" * 101, max_characters=100)


@pytest.mark.parametrize("query", ["", " \n"], ids=["empty", "blank"])
def test_an_empty_query_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="empty"):
        check_query(query)


@pytest.mark.parametrize(
    ("graph", "message"),
    [("file:///etc/passwd", "reads no files"), ("a graph", "no absolute IRI"), ("passwd", "no absolute IRI")],
)
def test_graphs_beside_the_query_are_checked(graph: str, message: str) -> None:
    check_graphs(["http://a/", "urn:x:y"])
    with pytest.raises(QueryRefused, match=message):
        check_graphs(["http://a/", graph])


PATIENCE_TRIALS = {
    "escaped-quotes": "\\'" * 50_000,
    "dots": "." * 100_000,
    "dotted-names": "a." * 50_000,
    "less-than": "<a" * 50_000,
    "comment-iris": "<a#>" * 25_000,
    "services": "service" * 14_000,
    "commented-services": "service#" * 12_000,
    "open-long-strings": "'''\\" * 25_000,
    "hash-iris-on-one-line": "<http://a/b#c> " * 6_000,
    "spaces": " " * 100_000,
}


@pytest.mark.parametrize("text", PATIENCE_TRIALS.values(), ids=PATIENCE_TRIALS)
def test_no_text_holds_the_guard_up(text: str) -> None:
    start = time.process_time()
    with contextlib.suppress(QueryRefused):
        check_query(f"SELECT * {{ ?service ?from {text} }}")
    assert time.process_time() - start < 3, "the guard takes more than linear time"


def test_many_iris_in_one_line_are_no_service() -> None:
    check_query("SELECT * { ?service ?p ?o VALUES ?o { " + "<http://a/b#c> " * 6_000 + "} }")


def test_what_a_syntax_error_is_explained_by() -> None:
    assert first_word("BASE <http://a/> PREFIX b: <http://b/> select * {}") == "SELECT"
    assert first_word("# nothing") == ""
    found = relative_iri("SELECT * { ?s <http://a/> 1 ; <b> 2 }")
    assert found
    assert (found.text, found.start) == ("<b>", 30)
    assert relative_iri("BASE <http://a/> SELECT * { ?s <b> 2 }") is None
