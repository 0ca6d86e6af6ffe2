"""One behaviour, three engines: in a folder, behind Oxigraph's own server, behind Virtuoso 7."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from extract.model import Actor, CodedDocument, Document
from graph import remote_write
from graph.errors import NotAStore, StoreReadOnly, UnknownEvent
from graph.loading import LoadReport
from graph.network import Selection
from graph.ontology import terms
from graph.remote_client import Address, Client, RemoteLimits
from graph.remote_errors import NotOffered, StoreConflict, StoreDown
from graph.remote_store import RemoteStore
from graph.selecting import EventFilter
from graph.store import Store

VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 3
FileExtend = 100
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 2000
MaxDirtyBuffers = 1500
MaxClientConnections = 10
CheckpointInterval = 0
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 6
MaxClientConnections = 6
Charset = UTF-8
[SPARQL]
"""

LIMITS = RemoteLimits(connect=5, seconds=60, tries=2, backoff=0, triples=120, values=3, rows=4)
"""So small that every list has several pages and every write several requests."""

_numbers = itertools.count()
Open = Callable[..., Store]
Report = Callable[..., CodedDocument]


@dataclass(frozen=True)
class Target:
    """Where a test's own store is: a folder, or an address with a base of its own."""

    folder: Path
    base: str
    address: Address | None = None
    limits: RemoteLimits = LIMITS

    def open(self, *, create: bool = True, read_only: bool = False, index: str = "index") -> Store:
        if self.address is None:
            return Store.open(
                self.folder / "store", create=create, read_only=read_only, base=self.base if create else None
            )
        address = dataclasses.replace(self.address, index=self.folder / index)
        return RemoteStore.connect(
            address, create=create, read_only=read_only, base=self.base, limits=self.limits, environment={}
        )


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory, run_program: Any, port_of: Any) -> Iterator[str]:
    """The address of an empty Virtuoso 7 that lets everybody update."""
    if shutil.which("virtuoso-t") is None or shutil.which("isql-vt") is None:
        pytest.skip("virtuoso-t and isql-vt are not on this machine")
    folder = tmp_path_factory.mktemp("virtuoso")
    sql, http = port_of(), port_of()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=sql, http=http), encoding="utf-8")
    with run_program(["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"], http, folder):
        grant = 'GRANT SPARQL_UPDATE TO "SPARQL";'
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={grant}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "Done." in done.stdout, done.stdout
        yield f"http://127.0.0.1:{http}"


def _address(request: pytest.FixtureRequest, name: str) -> Address | None:
    if name == "embedded":
        return None
    if name == "oxigraph":
        server = request.getfixturevalue("oxigraph_server")
        return Address(f"{server}/query", f"{server}/update")
    server = request.getfixturevalue("virtuoso")
    return Address(f"{server}/sparql", graph_store_url=f"{server}/sparql-graph-crud")


@pytest.fixture(params=["embedded", "oxigraph", "virtuoso"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    base = f"https://data.example/{next(_numbers)}/"
    return Target(tmp_path, base, _address(request, request.param))


@pytest.fixture(params=["oxigraph", "virtuoso"])
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    base = f"https://data.example/{next(_numbers)}/"
    return Target(tmp_path, base, _address(request, request.param))


@pytest.fixture
def store(target: Target) -> Iterator[Store]:
    with target.open() as opened:
        yield opened


def quads(store: Store) -> set[tuple[str, ...]]:
    """All of the store's data but the generation, as text, with ~ for the base, on which content hashes depend."""
    base = store.iris.base
    documents = [store.iris.document(f"d{number}") for number in range(10)]
    shared = map(store.iris.graph, ("actors", "events", "relations", "unfinished"))
    graphs = " ".join(map(str, (*documents, *shared)))  # not all there are: Virtuoso has many of its own
    text = f"SELECT ?g ?s ?p ?o {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    found = (tuple(str(term).replace(base, "~") for term in row) for row in store.query(text))
    return {(*row[:3], "hash") if row[2] == str(terms().contentHash) else row for row in found}


def rows(store: Store, query: str) -> list[tuple[str | None, ...]]:
    return sorted(tuple(term and term.value for term in row) for row in store.query(query))


@functools.cache
def embedded(*documents: CodedDocument) -> set[tuple[str, ...]]:
    """The quads that the documents make in a fresh store in a folder."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "store", create=True) as store,
    ):
        store.load(documents)
        return quads(store)


def story(report: Report) -> list[CodedDocument]:
    """Five papers: the same event twice, another one, a denial, one without target, two names for one actor."""
    republic = {"KOR": Actor("KOR", None, "Republic of Korea", "State")}
    return [
        report("d1", "KOR", "pressure", "PRK"),
        report("d2", "KOR", "pressure", "PRK", confidence=0.9),
        report("d3", "PRK-MIL", "shell", "KOR", type_="ASSAULT", goldstein=-10.0, day="2016-05-01"),
        report("d4", "KOR", "pressure", "PRK", negated=True, names=republic),
        report("d5", "KOR", "mobilize", None, type_="MOBILIZE", day=None),
    ]


def test_documents_make_the_same_quads_everywhere(store: Store, report: Report) -> None:
    documents = story(report)
    assert store.load(documents) == LoadReport(added=5, events=4, mentions=5)
    assert quads(store) == embedded(*documents)
    assert store.index.generation == store.generation == 2


def test_replaced_removed_and_unchanged(store: Store, report: Report) -> None:
    documents = story(report)
    store.load(documents)
    changed = report("d1", "PRK", "reject", "KOR", type_="REJECT")
    assert store.load([changed, documents[1]]) == LoadReport(unchanged=1, replaced=1, events=1, mentions=1)
    assert store.remove("d3")
    assert not store.remove("d3")
    assert quads(store) == embedded(changed, documents[1], *documents[3:])
    for one in ("d1", "d2", "d4", "d5"):
        assert store.remove(one)
    assert quads(store) == set()
    assert store.index.counts() == {"events": 0, "mentions": 0, "relations": 0, "actors": 0}


def test_the_index_that_follows_is_the_one_that_is_made_anew(store: Store, report: Report) -> None:
    store.load(story(report))
    store.load([report("d1", "KOR", "urge", "PRK"), report("d6", "KOR", "pressure", "PRK", confidence=0.95)])
    store.remove("d2")

    def shown() -> object:
        return store.index.events(EventFilter()), store.index.search("korea"), store.index.counts()

    followed, before = shown(), quads(store)
    store.rebuild_index()
    assert shown() == followed
    rebuilt = store.rebuild()
    assert (rebuilt.deleted, rebuilt.inserted) == (0, 0)
    assert (shown(), quads(store)) == (followed, before)
    assert store.index.generation == store.generation


def test_batches_and_what_readers_see(store: Store, report: Report) -> None:
    days = ["2017-01-04", "2016-05-01", None, "2018-02-03"]
    documents = [report(f"d{n}", "KOR", "pressure", "PRK", day=day) for n, day in enumerate(days)]
    assert store.load(documents, batch=2).added == 4
    relation = store.iris.relation("KOR--pressure--PRK")
    totals = f"SELECT ?n ?first ?sum {{ {relation} ww:events ?n ; ww:first ?first ; ww:goldsteinSum ?sum }}"
    found = rows(store, totals)
    assert found == [("4", "2016-05-01", "-20")]
    store.remove("d1")
    (edge,) = store.index.network(Selection(actors=("KOR",))).edges
    assert (edge.weight, str(edge.first), str(edge.last)) == (3, "2017-01-04", "2018-02-03")


def test_events_evidence_and_actors(store: Store, report: Report) -> None:
    store.load(story(report))
    page = store.index.events(EventFilter(relation="KOR--pressure--PRK", negated=False), limit=5)
    (row,) = page.rows
    event = store.event(row.event)
    assert (event.relation, event.total, row.mentions, row.confidence) == ("KOR--pressure--PRK", 2, 2, 0.9)
    assert [one.document.id for one in event.reports] == ["d1", "d2"]
    assert event.reports[0].event == story(report)[0].events[0]
    assert event.reports[0].document == dataclasses.replace(story(report)[0].document, text="")
    shown = store.index.events(EventFilter()).rows
    both = store.first_reports([*shown, dataclasses.replace(row, event="none")])
    assert sorted(one.document.id for one in both.values()) == ["d1", "d3", "d4", "d5"]
    assert both == {one.event: store.event(one.event).reports[0] for one in shown}
    first = store.evidence("KOR--pressure--PRK", limit=1)
    rest = store.evidence("KOR--pressure--PRK", limit=1, cursor=first.next)
    assert [one.document.id for one in (*first.reports, *rest.reports)] == ["d1", "d2"]
    assert (first.total, rest.next) == (2, None)
    with pytest.raises(UnknownEvent):
        store.event("none")
    assert [hit.id for hit in store.index.search("republic").actors] == ["KOR"]
    assert store.index.actor("PRK-MIL").events == 1


NASTY = {
    "quotes": "\"'''\"\"\"'",
    "backslashes": "\\ \\n \\u0041 \\\\",
    "lines": "one\ntwo\r\nthree\rfour\tfive\u0085six\u2028seven",
    "controls": "\x01\x1b\x7f",
    "spaces": "  around \u00a0 ",
    "emoji": "😀👩‍👩‍👧‍👦🇰🇷",
    "composed": "é",
    "decomposed": "e\u0301",
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "syntax": "}}} GRAPH ?g { # <http://x> . ; DROP ALL",
    "markup": "<b>&amp;</b>]]>",
    "percent": "%41%%s ?? $1 :a",
    "long": "Chad said no. 😀" * 8000,
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_any_text_comes_back_as_it_was(store: Store, report: Report, text: str) -> None:
    coded = report("d1", "KOR", "pressure", "PRK", words=(text, text))
    known = dataclasses.replace(coded.document, title=text, publisher=text, notes=(text, "x"))
    coded = dataclasses.replace(coded, document=known)
    store.load([coded], extractor=text)
    assert store.document("d1") == coded
    assert store.load([coded], extractor=text).unchanged == 1


def test_any_id_and_no_text(store: Store) -> None:
    coded = CodedDocument(Document("wire/2017 01 'ä' <>?#%2F", ""), ())
    assert store.load([coded]).added == 1
    info = store.info()
    assert (info["documents"], info["events"], info["base"]) == (1, 0, store.iris.base)
    assert int(str(info["quads"])) > 1000
    assert store.document("wire/2017 01 'ä' <>?#%2F") == coded


def test_queries_of_our_own(store: Store, report: Report) -> None:
    store.load(story(report))
    plain = f"SELECT ?s ?t {{ ?s rel:pressure ?t FILTER (STRSTARTS(STR(?s), '{store.iris.base}')) }}"
    assert rows(store, plain) == [(f"{store.iris.base}actor/KOR", f"{store.iris.base}actor/PRK")]
    assert store.query("ASK { ww:Event rdfs:subClassOf ww:Interaction . cameo:104 skos:broader cameo:10 }")
    assert not store.query("ASK { ?s rel:love ?t }")
    made = store.query(
        f"CONSTRUCT {{ ?e ww:negated ?n }} {{ {store.iris.relation('x')} ?p ?e . ?e ww:negated ?n }}"
    )
    assert list(made) == []


def test_opened_again_and_for_reading(target: Target, store: Store, report: Report) -> None:
    store.load(story(report))
    counts, generation = store.index.counts(), store.generation
    store.close()
    with target.open(create=False, read_only=True) as reader:
        assert (reader.index.counts(), reader.generation) == (counts, generation)
        with pytest.raises(StoreReadOnly, match="was opened for reading only"):
            reader.load([])
    with target.open(create=False) as opened:
        assert opened.load(story(report)) == LoadReport(unchanged=5)
        assert opened.generation == generation


def test_a_store_that_holds_nothing_of_ours(target: Target) -> None:
    with pytest.raises(NotAStore, match="whowhom load --store"):
        target.open(create=False)


# ---------------------------------------------------------------- remote stores only


class Cut:
    """Lets some updates through, and none after them; ``answered`` says whether the last one was carried out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, number: int, *, answered: bool) -> None:
        self.left, self.answered = number, answered
        self.client, self.original = None, Client._send
        monkeypatch.setattr(Client, "_send", lambda *given, **known: self._send(*given, **known))

    def _send(self, client: Client, *given: Any, **known: Any) -> Any:
        changes = not known["accept"].startswith("application/")
        if self.left == 0:
            raise StoreDown("http://store", "it was cut off")
        self.left -= changes
        done = self.original(client, *given, **known)
        if changes and self.left == 0 and self.answered:
            done.read()
            raise StoreDown("http://store", "it was cut off")
        return done


@pytest.mark.parametrize("answered", [True, False], ids=["after", "before"])
def test_a_write_that_is_cut_short_anywhere_leaves_a_store_in_order(
    remote: Target, report: Report, monkeypatch: pytest.MonkeyPatch, answered: bool
) -> None:
    documents = story(report)
    new = [
        report("d1", "KOR", "urge", "PRK"),
        report("d3", "KOR", "pressure", "PRK"),
        report("d6", "JPN", "aid", "PRK", type_="AID"),
    ]
    final = embedded(new[0], documents[1], new[1], *documents[3:], new[2])
    slow = remote.address is not None and remote.address.graph_store_url is not None  # Virtuoso
    numbers = (3, 11) if slow else itertools.count(1, 2) if answered else itertools.count(2, 5)
    for number in numbers:
        here = dataclasses.replace(remote, base=f"{remote.base}{number}/")
        with here.open() as store:
            store.load(documents)
            with monkeypatch.context() as patch:
                Cut(patch, number, answered=answered)
                try:
                    store.load(new)
                    break
                except StoreDown:
                    pass
        with here.open(create=False) as opened:
            left = [opened.document(one) for one in ("d1", "d2", "d3", "d4", "d5", "d6")]
            whole = [one for one in left if one is not None]
            assert all(one in (*documents, *new) for one in whole)
            assert quads(opened) == embedded(*whole)
            assert opened.index.generation == opened.generation
            opened.load(new)
            assert quads(opened) == final
    assert number > 8  # so many requests have a write, and more


def test_a_removal_that_is_cut_short_is_carried_through_or_made_good(
    remote: Target, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = story(report)
    with remote.open() as store:
        store.load(documents)
        with monkeypatch.context() as patch:
            Cut(patch, 2, answered=True)
            with pytest.raises(StoreDown):
                store.remove("d3")
        assert store.load([documents[0]]).unchanged == 1  # and the store is put in order on the way
        assert quads(store) == embedded(*documents[:2], *documents[3:])


def test_a_failure_of_a_batch_is_cleared_away_at_once(
    remote: Target, report: Report, monkeypatch: Any
) -> None:
    with remote.open() as store:
        store.load(story(report)[:2])
        before = quads(store)
        with monkeypatch.context() as patch:
            patch.setattr(remote_write.RemoteLoader, "_check_alone", _stop)
            with pytest.raises(RuntimeError, match="stop"):
                store.load(story(report)[2:])
            patch.undo()
        with remote.open(index="other") as opened:
            assert quads(opened) == before


def _stop(loader: remote_write.RemoteLoader) -> None:
    if loader.unfinished.mine:
        raise RuntimeError("stop")


def test_who_writes_while_another_does_is_refused(
    remote: Target, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = remote.open(), remote.open(index="second")
    original = remote_write.RemoteLoader.write
    seen: list[str] = []

    def write(loader: remote_write.RemoteLoader, transaction: Any) -> None:
        if loader is first._loader and not seen:
            with pytest.raises(StoreConflict, match="has not finished") as refused:
                second.load([report("d2", "KOR", "urge", "PRK")])
            seen.append(str(refused.value))
        original(loader, transaction)

    with first, second, monkeypatch.context() as patch:
        patch.setattr(remote_write.RemoteLoader, "write", write)
        first.load([report("d1", "KOR", "pressure", "PRK")])
        assert seen
        assert quads(first) == embedded(report("d1", "KOR", "pressure", "PRK"))
        # Now that the first is done, the second takes notice of it and writes.
        assert second.load([report("d2", "KOR", "urge", "PRK")]).added == 1
        assert second.index.counts()["events"] == 2


def test_who_is_taken_for_dead_finds_out_before_anything_counts(
    remote: Target, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = report("d1", "KOR", "pressure", "PRK"), report("d2", "KOR", "urge", "PRK")
    original = remote_write.RemoteLoader.write

    with remote.open() as first:

        def write(loader: remote_write.RemoteLoader, transaction: Any) -> None:
            if loader is first._loader:
                with remote.open(index="second") as second:
                    second.load([theirs])
            original(loader, transaction)

        with monkeypatch.context() as patch:
            patch.setattr(remote_write.RemoteLoader, "write", write)
            with pytest.raises(StoreConflict, match="is being written by another program"):
                first.load([ours])
    with remote.open(create=False) as opened:
        assert quads(opened) == embedded(theirs)


def test_the_index_is_filled_where_another_wrote(remote: Target, report: Report) -> None:
    with remote.open() as store, remote.open(index="second") as other:
        other.load(story(report))
        assert store.load([report("d9", "KOR", "urge", "PRK")]).added == 1
        assert store.index.counts()["events"] == 5
    with remote.open(create=False, read_only=True, index="third") as reader:
        assert reader.index.counts()["events"] == 5
        assert (reader.path / "index.duckdb").exists()


def test_what_only_a_folder_offers(remote: Target, tmp_path: Path) -> None:
    with remote.open() as store:
        with pytest.raises(NotOffered, match="possible with a store in a folder only"):
            store.dataset  # noqa: B018
        with pytest.raises(NotOffered, match="A snapshot"):
            store.snapshots(tmp_path)
        with pytest.raises(NotOffered, match="An update"):
            store.writing(own=False)
        with pytest.raises(NotOffered, match="A comparison with a recount"):
            store.validate()
        assert not store.stale


def test_what_others_have_spoilt_is_made_anew(remote: Target, report: Report) -> None:
    documents = story(report)
    with remote.open() as store:
        store.load(documents)
        before, relation = quads(store), store.iris.relation("KOR--pressure--PRK")
        graph, engine = store.iris.graph("relations"), store.remote  # type: ignore[attr-defined]
        engine.update(f"DELETE WHERE {{ GRAPH {graph} {{ {relation} {terms().events} ?n }} }}")
        engine.update(f"INSERT DATA {{ GRAPH {graph} {{ {relation} {terms().events} 99 , 98 }} }}")
        rebuilt = store.rebuild()
        assert (rebuilt.deleted, rebuilt.inserted) == (2, 1)
        assert quads(store) == before
        assert store.index.generation == store.generation


def test_an_index_that_is_no_index_is_made_anew(remote: Target, report: Report) -> None:
    with remote.open() as store:
        store.load(story(report))
        file = store.path / "index.duckdb"
    file.write_bytes(b"this is none" * 1000)
    with remote.open(create=False, read_only=True) as reader:
        assert reader.index.counts()["events"] == 4
        assert reader.index.files
