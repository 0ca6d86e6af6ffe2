"""Writes from outside: whole or not at all, bounded, and with nothing of whowhom's broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pyoxigraph as ox
import pytest

from extract.model import CodedDocument
from graph import folder
from graph.errors import StoreReadOnly
from graph.plain import PlainStore
from graph.query_errors import (
    GraphRefused,
    QueryFailed,
    QueryMemory,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
)
from graph.selecting import EventFilter
from graph.store import Store
from graph.updates import UpdateLimits, Updates

Report = Callable[..., CodedDocument]
ONE = "INSERT DATA { <http://s> <http://p> 1 }"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
GRAPH = ox.NamedNode("http://mine")


def triple(number: int) -> ox.Triple:
    return ox.Triple(ox.NamedNode("http://s"), ox.NamedNode("http://p"), ox.Literal(number))


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[PlainStore]:
    with PlainStore(tmp_path / "plain") as store:
        yield store


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    place = tmp_path / "scratch"
    place.mkdir()
    return place


@pytest.fixture
def make(plain: PlainStore, scratch: Path) -> Iterator[Callable[..., Updates]]:
    made: list[Updates] = []

    def updates(**limits: float) -> Updates:
        made.append(Updates(plain, scratch, UpdateLimits(**limits)))  # type: ignore[arg-type]
        return made[-1]

    yield updates
    for one in made:
        one.close()
    assert not list(scratch.iterdir())


class TestUpdate:
    def test_it_changes_the_store_and_its_generation(
        self, plain: PlainStore, make: Callable[..., Updates]
    ) -> None:
        updates = make()
        updates.update(ONE)
        updates.update("DELETE { ?s ?p ?o } INSERT { ?s ?p 2 } WHERE { ?s ?p ?o }")
        assert [quad.triple for quad in plain.rdf] == [triple(2)]
        assert plain.generation == 3

    def test_it_outlives_the_process(self, tmp_path: Path, scratch: Path) -> None:
        with PlainStore(tmp_path / "plain") as store:
            Updates(store, scratch).update(ONE)
        with PlainStore(tmp_path / "plain") as store:
            assert len(store.rdf) == 1

    @pytest.mark.parametrize(
        ("text", "limits", "error"),
        [
            ("INSERT DATA { <http://s> <http://p> 2 } ; CREATE GRAPH <http://there>", {}, QueryFailed),
            (f"INSERT {{ ?a <http://q> ?l }} WHERE {{ {CROSS} }}", {"seconds": 0.5}, QueryTimeout),
            (
                f"INSERT {{ ?a <http://q> ?l }} WHERE {{ SELECT * {{ {CROSS} }} ORDER BY ?c }}",
                {"memory": 64 * 2**20},
                QueryMemory,
            ),
            ("INSERT DATA { <http://s> <http://p> 2 } ; INSERT DATA { <http://s> }", {}, QuerySyntax),
            ("INSERT DATA { <relative> <http://p> 2 }", {}, QuerySyntax),
            ("SELECT * { ?s ?p ?o }", {}, QueryRefused),
            ("LOAD <http://example.org/>", {}, QueryRefused),
            ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }", {}, QueryRefused),
        ],
    )
    def test_what_fails_changes_nothing(
        self,
        plain: PlainStore,
        make: Callable[..., Updates],
        text: str,
        limits: dict[str, float],
        error: type[Exception],
    ) -> None:
        updates = make(**limits)
        plain.rdf.extend(
            ox.Quad(ox.NamedNode(f"http://e/{n}"), ox.NamedNode("http://p"), ox.Literal(n), GRAPH)
            for n in range(300)
        )
        plain.rdf.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } } ; CREATE GRAPH <http://there>")
        before = sorted(map(str, plain.rdf))
        with pytest.raises(error):
            updates.update(text)
        assert sorted(map(str, plain.rdf)) == before
        assert plain.generation == 1

    def test_its_where_is_mended_as_a_query_is(self, plain: PlainStore, make: Callable[..., Updates]) -> None:
        make().update(
            "INSERT { <http://s> <http://p> ?x } WHERE { BIND (COALESCE(<http://f>(1), 'none') AS ?x) }"
        )
        assert [quad.object for quad in plain.rdf] == [ox.Literal("none")]

    def test_a_syntax_error_says_where(self, make: Callable[..., Updates]) -> None:
        with pytest.raises(QuerySyntax) as caught:
            make().update("INSERT DATA {\n <http://s> <http://p> }")
        assert (caught.value.line, caught.value.column) == (2, 24)

    def test_what_no_update_begins_with(self, make: Callable[..., Updates]) -> None:
        with pytest.raises(QuerySyntax, match="an update begins with INSERT, DELETE"):
            make().update("UPSERT { }")

    def test_graphs_of_the_protocol(self, plain: PlainStore, make: Callable[..., Updates]) -> None:
        updates = make()
        updates.update("INSERT DATA { GRAPH <http://a> { <http://s> <http://p> 1 } }")
        updates.update("INSERT { ?s <http://q> ?o } WHERE { ?s ?p ?o }", default_graphs=["http://a"])
        assert plain.rdf.query("ASK { <http://s> <http://q> 1 }")

    def test_files_that_go_while_they_are_counted_do_no_harm(self, plain: PlainStore, tmp_path: Path) -> None:
        class Gone:
            def stat(self) -> None:
                raise FileNotFoundError

        with mock.patch("os.scandir") as scandir:
            scandir.return_value.__enter__.return_value = [Gone(), *map(Path, [__file__])]
            assert folder.size(tmp_path) == Path(__file__).stat().st_size


class TestGraphs:
    def test_put_add_delete(self, plain: PlainStore, make: Callable[..., Updates]) -> None:
        updates = make()
        assert updates.put(GRAPH, [triple(1)])
        assert not updates.put(GRAPH, [triple(2)])
        assert not updates.add(GRAPH, [triple(3)])
        assert {quad.triple for quad in plain.rdf} == {triple(2), triple(3)}
        assert updates.delete(GRAPH)
        assert not updates.delete(GRAPH)
        assert not list(plain.rdf.named_graphs())

    def test_an_empty_graph_is_there(self, plain: PlainStore, make: Callable[..., Updates]) -> None:
        assert make().put(GRAPH, [])
        assert plain.rdf.contains_named_graph(GRAPH)

    def test_the_default_graph(self, plain: PlainStore, make: Callable[..., Updates]) -> None:
        updates = make()
        assert not updates.put(ox.DefaultGraph(), [triple(1)])
        assert updates.delete(ox.DefaultGraph())
        assert not len(plain.rdf)


class TestStoreOfOurs:
    @pytest.fixture
    def store(self, tmp_path: Path, report: Report) -> Iterator[Store]:
        with Store.open(tmp_path / "store", create=True) as store:
            store.load([report("d1", "KOR", "pressure", "PRK"), report("d2", "JPN", "aid", "KOR")])
            yield store

    @pytest.fixture
    def updates(self, store: Store, scratch: Path) -> Iterator[Updates]:
        made = Updates(store, scratch)
        yield made
        made.close()

    def test_graphs_of_a_user_leave_all_in_step(self, store: Store, updates: Updates) -> None:
        before = store.generation
        updates.update(
            "INSERT { GRAPH <http://mine> { ?s rdfs:comment 'seen' } } WHERE { GRAPH ?g { ?s rel:pressure ?t } }"
        )
        assert store.generation == store.index.generation == before + 1
        assert not store.stale
        assert store.query("ASK { actor:KOR rdfs:comment 'seen' }")

    @pytest.mark.parametrize("graph", ["document/d1", "graph/relations", "graph/events"])
    def test_our_graphs_are_refused_as_wholes(self, store: Store, updates: Updates, graph: str) -> None:
        node = ox.NamedNode(store.iris.base + graph)
        for write in (updates.put, updates.add):
            with pytest.raises(GraphRefused, match="whowhom's own"):
                write(node, [triple(1)])
        with pytest.raises(GraphRefused):
            updates.delete(node)

    def test_an_update_of_our_graphs_makes_all_stale_until_it_is_made_anew(
        self, store: Store, updates: Updates
    ) -> None:
        event = store.index.events(EventFilter(source="JPN")).rows[0].event
        updates.update(
            f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o VALUES ?s {{ event:{event} }} }} }}"
        )
        assert store.stale
        store.rebuild()
        assert not store.stale
        assert store.index.generation == store.generation
        assert not store.index.events(EventFilter(source="JPN")).rows

    def test_a_process_that_ends_before_leaves_that_to_the_next(
        self, store: Store, updates: Updates, tmp_path: Path
    ) -> None:
        updates.update("DROP ALL")
        assert store.stale
        updates.close()
        store.close()
        with Store.open(tmp_path / "store") as again:
            assert not again.stale
            assert again.index.counts()["events"] == 0
            assert again.query("ASK { ww:Event a ?class }"), "the ontology is there again"

    def test_generations_never_repeat(self, store: Store, updates: Updates) -> None:
        before = store.generation
        updates.update("DROP ALL")
        updates.update(
            f"INSERT DATA {{ GRAPH <{store.iris.base}graph/store> {{ <http://s> ww:generation 1 }} }}"
        )
        assert store.generation == before + 2

    def test_a_failed_update_leaves_no_mark(self, store: Store, updates: Updates) -> None:
        with pytest.raises(QueryFailed):
            updates.update(
                "DELETE WHERE { GRAPH ?g { ?s ?p ?o } } ; CREATE GRAPH <http://mine> ; CREATE GRAPH <http://mine>"
            )
        assert not store.stale

    def test_read_only(self, tmp_path: Path, store: Store, scratch: Path) -> None:
        store.close()
        with Store.open(tmp_path / "store", read_only=True) as reader, pytest.raises(StoreReadOnly):
            Updates(reader, scratch).update(ONE)


def test_writing_to_a_store_of_ours_as_a_plain_one_makes_it_stale(
    tmp_path: Path, report: Report, scratch: Path
) -> None:
    with Store.open(tmp_path / "store", create=True) as store:
        store.load([report("d1", "KOR", "pressure", "PRK")])
    with PlainStore(tmp_path / "store") as plain:
        updates = Updates(plain, scratch)
        updates.update("DROP ALL")
        updates.close()
    assert (tmp_path / "store" / folder.STALE).exists()
    with Store.open(tmp_path / "store") as store:
        assert store.index.counts()["events"] == 0
