"""docs/sparql.md against the code: each query on the page gives the rows that stand under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import ontology
from graph.guard import MAX_CHARACTERS, MAX_NESTING
from graph.ids import Iris
from graph.mends import MAX_MENDED
from graph.workers import QueryLimits, QueryPool

PAGE = (Path(__file__).parents[2] / "docs" / "sparql.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sparql\n(.*?)```\n```csv\n(.*?)```", PAGE, re.DOTALL)
PREFIXES = ontology.PREFIXES | {
    kind: f"{Iris().base}{kind}/" for kind in ("actor", "event", "relation", "document")
}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    place = tmp_path_factory.mktemp("page")
    found = re.search(r"```trig\n(.*?)```", PAGE, re.DOTALL)
    assert found
    declared = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    store = ox.Store(place / "store")
    store.load(declared + found[1], ox.RdfFormat.TRIG)
    store.backup(place / "snapshot")
    with QueryPool(lambda: place / "snapshot", limits=QueryLimits(workers=1), prefixes=PREFIXES) as pool:
        yield pool


@pytest.mark.parametrize(("query", "expected"), EXAMPLES)
def test_the_rows_under_a_query_are_its_answer(pool: QueryPool, query: str, expected: str) -> None:
    with pool.query(query, accept=["text/csv"]) as answer:
        got = b"".join(answer).decode()
    head, *rows = got.splitlines()
    assert [head, *sorted(rows)] == expected.splitlines()


def test_every_query_on_the_page_is_run() -> None:
    assert len(EXAMPLES) == PAGE.count("```sparql") > 10


def test_the_page_has_the_prefixes_and_the_limits() -> None:
    assert all(f"`{prefix}`" in PAGE for prefix in PREFIXES)
    limits = QueryLimits()
    for figure in (MAX_CHARACTERS, MAX_MENDED, MAX_NESTING, int(limits.seconds), int(limits.longest)):
        assert f"{figure:,}" in PAGE
    assert limits.memory == 2**30
    assert "1 GiB" in PAGE
