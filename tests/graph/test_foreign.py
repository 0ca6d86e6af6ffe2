"""What the text of an update tells of what it may change."""

from __future__ import annotations

import pytest

from graph.errors import BadSelection
from graph.foreign import is_data_only, may_change, with_datasets
from graph.guard import check_update
from graph.query_errors import QueryRefused

OWN = "http://own/graph/events"
PREFIXES = {"own": "http://own/graph/"}


def changes(text: str) -> bool:
    return may_change(text, PREFIXES, lambda iri: iri == OWN)


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH <{OWN}> {{ <http://s> <http://p> 1 }} }}",
        "INSERT DATA { GRAPH own:events { <http://s> <http://p> 1 } }",
        "PREFIX mine: <http://own/> INSERT DATA { GRAPH mine:graph\\/events { <http://s> <http://p> 1 } }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DROP ALL",
        "CLEAR NAMED",
        f"COPY <http://mine> TO <{OWN}>",
        f"WITH <{OWN}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        "BASE <http://own/graph/> INSERT DATA { GRAPH <events> { <http://s> <http://p> 1 } }",
        r"INSERT DATA { GRAPH <http://own/gr\u0061ph/events> { <http://s> <http://p> 1 } }",
        "INSERT DATA { GRAPH <http://mine> { <http://s> <http://p> 1 } } ; DROP ALL",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER (?o<'x>') } ; DROP ALL #'",
        "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER (?o<own:b#>)\n) } ; INSERT DATA { GRAPH own:events { } }",
    ],
)
def test_what_may_write_to_a_graph_of_ours(text: str) -> None:
    assert changes(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <http://s> <http://p> 1 }",
        "INSERT DATA { GRAPH <http://mine> { <http://s> <http://p> 'DROP ALL' } } # GRAPH ?g",
        "DELETE { ?s ?p ?o } INSERT { GRAPH <http://mine> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "INSERT { GRAPH <http://mine> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } GRAPH own:events { ?s ?q ?x } }",
        "INSERT { GRAPH <http://mine> { ?s ?p ?o } } USING NAMED own:events WHERE { GRAPH ?g { ?s ?p ?o } }",
        "PREFIX x: <http://mine/> CLEAR GRAPH x:one ; DROP SILENT GRAPH <http://mine>",
    ],
)
def test_what_cannot(text: str) -> None:
    assert not changes(text)


@pytest.mark.parametrize(
    ("text", "data_only"),
    [
        ("INSERT DATA { <http://s> <http://p> 1 }", True),
        ("PREFIX a: <http://a> DELETE DATA { a:b a:c 'WHERE' } ; INSERT DATA { a:b a:c 1 } ;", True),
        ("INSERT { <http://s> <http://p> 1 } WHERE { }", False),
        ("INSERT DATA { <http://s> <http://p> 1 } ; DELETE WHERE { ?s ?p ?o }", False),
        ("DROP ALL", False),
        ("COPY DEFAULT TO <http://g>", False),
    ],
)
def test_only_data_needs_no_rehearsal(text: str, data_only: bool) -> None:
    assert is_data_only(text) is data_only


def test_the_datasets_of_the_protocol_become_using() -> None:
    text = "INSERT { ?s ?p 1 } WHERE { ?s ?p 2 } ; INSERT DATA { <http://s> <http://p> 'WHERE' }"
    assert with_datasets(text, ["http://a"], ["http://b"]) == text.replace(
        "} WHERE {", "} USING <http://a> USING NAMED <http://b> WHERE {"
    )


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?s ?p 1 } USING <http://c> WHERE { ?s ?p 2 }",
        "WITH <http://c> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }",
        "DELETE WHERE { ?s ?p 1 }",
    ],
)
def test_an_update_has_its_dataset_only_once(text: str) -> None:
    with pytest.raises(BadSelection, match="using-graph-uri"):
        with_datasets(text, ["http://a"], [])


class TestGuard:
    @pytest.mark.parametrize(
        "text",
        [
            "LOAD <http://example.org/>",
            "load silent <http://example.org/> INTO GRAPH <http://g>",
            "PREFIX ex: <http://example.org/> LOAD ex:data",
            "INSERT DATA { <http://s> <http://p> 1 };LOAD<http://example.org/>",
            "#\nLOAD#\n<http://example.org/>",
        ],
    )
    def test_load_is_refused(self, text: str) -> None:
        with pytest.raises(QueryRefused, match="LOAD") as caught:
            check_update(text)
        assert caught.value.rule == "load"

    @pytest.mark.parametrize(
        "text",
        [
            "INSERT DATA { <http://s> <http://p/load> 'LOAD <http://example.org/>' }",
            "PREFIX ex: <http://load/> INSERT DATA { ex:a ex:load <http://load> }",
            "DELETE { ?load ?p ?o } WHERE { ?load ?p ?o }",
        ],
    )
    def test_what_only_looks_like_it_is_not(self, text: str) -> None:
        check_update(text)

    def test_service_is_refused(self) -> None:
        with pytest.raises(QueryRefused, match="SERVICE"):
            check_update("INSERT { ?s ?p ?o } WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }")

    def test_operations_are_bounded(self) -> None:
        one = "INSERT DATA { <http://s> <http://p> 1 ; <http://q> 2 }"
        check_update(";".join([one] * 3), max_operations=3)
        with pytest.raises(QueryRefused, match="4 operations, and at most 3") as caught:
            check_update(";".join([one] * 4), max_operations=3)
        assert caught.value.rule == "operations"

    def test_length_and_nesting_are_bounded(self) -> None:
        with pytest.raises(QueryRefused, match="characters"):
            check_update("INSERT DATA { }", max_characters=10)
        with pytest.raises(QueryRefused, match="nested"):
            check_update("INSERT { } WHERE " + "{" * 300 + "}" * 300)
