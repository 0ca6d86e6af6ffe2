"""The plan of a query, as the engine's own program tells it."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.plan import Operator, plan
from graph.query_errors import QueryFailed, QueryMemory, QuerySyntax, QueryTimeout

CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
LIMITS = {"prefixes": {"e": "http://e/"}, "union": True, "seconds": 30.0, "memory": 2**30}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("plan")
    store = ox.Store(place / "store")
    store.extend(
        ox.Quad(
            ox.NamedNode(f"http://e/{n % 7}"),
            ox.NamedNode("http://e/p"),
            ox.Literal(n),
            ox.NamedNode("http://g"),
        )
        for n in range(1000)
    )
    store.backup(place / "snapshot")
    return place / "snapshot"


def named(operator: Operator, name: str) -> list[Operator]:
    here = [operator] if operator.name.startswith(name) else []
    return here + [found for child in operator.children for found in named(child, name)]


def test_each_operator_has_its_rows(snapshot: Path) -> None:
    found = plan(snapshot, "SELECT * { e:3 e:p ?o } ORDER BY ?o LIMIT 5", **LIMITS)
    assert found.root.rows == 5
    (pattern,) = named(found.root, "QuadPattern")
    assert pattern.rows == 143
    assert named(found.root, "Sort")
    assert 0 < found.root.seconds < found.total


@pytest.mark.parametrize(
    "text",
    ["ASK { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE ?s WHERE { ?s e:p 3 }"],
)
def test_every_form_of_query(snapshot: Path, text: str) -> None:
    assert named(plan(snapshot, text, **LIMITS).root, "QuadPattern")


def test_an_error_stands_where_the_user_sees_it(snapshot: Path) -> None:
    with pytest.raises(QuerySyntax) as caught:
        plan(snapshot, "SELECT *\n{ ?s ?p }", **LIMITS)
    assert (caught.value.line, caught.value.column) == (2, 10)


def test_an_unknown_function(snapshot: Path) -> None:
    with pytest.raises(QueryFailed, match="http://e/f"):
        plan(snapshot, "SELECT (e:f(1) AS ?x) { }", **LIMITS)


def test_it_ends_at_its_deadline(snapshot: Path) -> None:
    with pytest.raises(QueryTimeout):
        plan(snapshot, CROSS, **LIMITS | {"seconds": 0.5})


def test_it_has_no_more_memory_than_a_query(snapshot: Path) -> None:
    with pytest.raises(QueryMemory):
        plan(snapshot, CROSS, **LIMITS | {"memory": 100 * 2**20})


def test_it_reaches_no_network(snapshot: Path) -> None:
    if os.uname().machine not in ("x86_64", "aarch64"):
        pytest.skip("the kernel cannot take the network from a process here")
    with pytest.raises(QueryFailed):
        plan(snapshot, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", **LIMITS)
