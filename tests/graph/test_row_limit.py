"""The limit on rows in the text of a query."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from graph.row_limit import bound

STORE = ox.Store()
STORE.extend(
    ox.Quad(ox.NamedNode(f"http://e/{n}"), ox.NamedNode("http://p"), ox.Literal(n)) for n in range(9)
)


def rows(text: str) -> list[str]:
    return [solution["o"].value for solution in STORE.query(text)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o } ORDER BY ?o",
        "SELECT * { ?s ?p ?o } ORDER BY ?o # the end",
        "SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 8",
        "SELECT * { ?s ?p ?o } ORDER BY ?o OFFSET 2",
        "SELECT * { ?s ?p ?o } ORDER BY ?o OFFSET 2 LIMIT 7",
        "SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 7 OFFSET 2",
        "SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 6 VALUES ?o { 0 1 2 3 4 5 6 7 }",
        "SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 7 } } ORDER BY ?o",
        "PREFIX limit: <http://limit/> SELECT * { ?s ?p ?o FILTER (?o != 'LIMIT 3') } ORDER BY (0<?o) ?o",
        "SELECT ?o { ?s ?p ?o } GROUP BY ?o HAVING (COUNT(*) > 0) ORDER BY ?o",
    ],
)
def test_a_bound_query_gives_the_first_rows(text: str) -> None:
    found = bound(text, 3)
    assert found is not None
    head, tail, skipped, most = found
    assert rows(f"{head}\nLIMIT {most} OFFSET {skipped}\n{tail}") == rows(text)[:3]
    assert rows(f"{head}\nLIMIT 1 OFFSET {skipped + most}\n{tail}") == rows(text)[3:4]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o } LIMIT 3",
        "SELECT * { ?s ?p ?o } OFFSET 1 LIMIT 2",
        "SELECT * { ?s ?p ?o } LIMIT",
        "SELECT * { ?s ?p ?o } LIMIT 5 LIMIT 6",
        "SELECT * { ?s ?p ?o } LIMIT ?n",
        "ASK { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_what_asks_for_no_more_stays_as_it_is(text: str) -> None:
    assert bound(text, 3) is None
