"""The store: what a document leaves behind, replaced and removed; locks, formats, crashes, reading back."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from extract.model import Actor, ActorMention, Attribution, CodedDocument, Document, Span
from graph import ahead, loading
from graph.errors import (
    BadCursor,
    BadSelection,
    NotAStore,
    StoreClosed,
    StoreDamaged,
    StoreLocked,
    StoreReadOnly,
    StoreVersion,
    UnknownEvent,
    UnknownRelation,
)
from graph.index import Index
from graph.network import Selection
from graph.ontology import terms
from graph.selecting import EventFilter
from graph.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store", create=True) as opened:
        yield opened


def quads(store: Store) -> set[ox.Quad]:
    """All but the generation."""
    generation = store.iris.graph("store")
    return {quad for quad in store.rdf if quad.graph_name != generation}


def rows(store: Store, query: str) -> list[tuple[str | None, ...]]:
    return sorted(tuple(term and term.value for term in row) for row in store.query(query))


RELATION = "https://w3id.org/whowhom/id/relation/KOR--pressure--PRK"
TOTALS = """SELECT ?events ?mentions ?first ?last ?sum {
    relation:KOR--pressure--PRK ww:events ?events ; ww:mentions ?mentions ; ww:goldsteinSum ?sum
    OPTIONAL { relation:KOR--pressure--PRK ww:first ?first ; ww:last ?last } }"""
PLAIN = "SELECT ?s ?t { ?s rel:pressure ?t }"


def test_the_shortest_query_finds_the_edge(store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    assert rows(store, PLAIN) == [(f"{store.iris.base}actor/KOR", f"{store.iris.base}actor/PRK")]
    assert rows(store, "SELECT ?l { ?s rel:pressure/rdfs:label ?l }") == [("North Korea",)]
    below = "ASK { rel:pressure rdfs:subPropertyOf rel:request . rel:request rdfs:subPropertyOf ww:actsOn }"
    assert store.query(below)


def test_two_papers_one_event_two_mentions(store: Store, report: Any) -> None:
    report_ = store.load([report("d1", "KOR", "pressure", "PRK"), report("d2", "KOR", "pressure", "PRK")])
    assert report_ == loading.LoadReport(added=2, events=1, mentions=2)
    assert rows(store, TOTALS) == [("1", "2", "2017-01-04", "2017-01-04", "-5")]


def test_totals_span_first_and_last(store: Store, report: Any) -> None:
    days = ["2017-01-04", "2016-05-01", None, "2018-02-03"]
    store.load([report(f"d{n}", "KOR", "pressure", "PRK", day=day) for n, day in enumerate(days)])
    assert rows(store, TOTALS) == [("4", "4", "2016-05-01", "2018-02-03", "-20")]
    store.remove("d1")
    store.remove("d3")
    assert rows(store, TOTALS) == [("2", "2", "2017-01-04", "2017-01-04", "-10")]


@pytest.mark.parametrize(
    "change", [{"negated": True}, {"modality": "hypothetical"}], ids=["negated", "hypothetical"]
)
def test_no_plain_edge_for_what_did_not_happen(store: Store, report: Any, change: dict[str, Any]) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK", **change)])
    assert rows(store, PLAIN) == []
    assert rows(store, TOTALS) == [("0", "0", None, None, "0")]
    assert store.query("ASK { ?event ww:relation relation:KOR--pressure--PRK }")


def test_an_event_without_target_has_no_relation(store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "mobilize", None, type_="MOBILIZE")])
    assert not store.query("ASK { ?relation a ww:Relation }")
    (row,) = store.index.events(EventFilter()).rows
    assert (row.source, row.target, row.relation) == ("KOR", None, None)
    assert store.event(row.event).relation is None


def test_loading_twice_changes_nothing(store: Store, report: Any) -> None:
    documents = [report("d1", "KOR", "pressure", "PRK"), report("d2", "PRK", "shell", "KOR", type_="ASSAULT")]
    store.load(documents)
    before, generation = set(store.rdf), store.generation
    assert store.load(documents) == loading.LoadReport(unchanged=2)
    assert set(store.rdf) == before
    assert store.generation == generation


def test_the_same_document_twice_in_one_load(store: Store, report: Any) -> None:
    first, second = report("d1", "KOR", "pressure", "PRK"), report("d1", "KOR", "urge", "PRK")
    assert store.load([first, second, second]) == loading.LoadReport(1, 1, 1, 2, 2)
    assert rows(store, PLAIN) == []
    assert store.document("d1") == second


def test_a_changed_document_replaces_what_it_said(tmp_path: Path, store: Store, report: Any) -> None:
    other = report("d2", "KOR", "pressure", "PRK")
    changed = report("d1", "PRK", "reject", "KOR", type_="REJECT")
    store.load([report("d1", "KOR", "pressure", "PRK"), other])
    assert store.load([changed]) == loading.LoadReport(replaced=1, events=1, mentions=1)
    with Store.open(tmp_path / "fresh", create=True) as fresh:
        fresh.load([other, changed])
        assert quads(store) == quads(fresh)


def test_a_removed_document_leaves_nothing(store: Store, report: Any) -> None:
    empty = quads(store)
    documents = [
        report("d1", "KOR", "pressure", "PRK"),
        report("d2", "KOR", "pressure", "PRK"),
        report("d3", "KOR", "aid", None, type_="SUPPORT", day=None),
    ]
    store.load(documents)
    assert [store.remove(document.document.id) for document in documents] == [True, True, True]
    assert quads(store) == empty
    assert store.index.counts() == {"events": 0, "mentions": 0, "relations": 0, "actors": 0}
    assert store.index.search("korea").actors == ()
    assert not any("/document/" in str(graph) for graph in store.rdf.named_graphs())


def test_removing_what_is_not_there(store: Store) -> None:
    generation = store.generation
    assert store.remove("nothing") is False
    assert store.generation == generation


def test_an_actor_bears_the_name_that_is_used_most(store: Store, report: Any) -> None:
    republic = {"KOR": Actor("KOR", "GOV", "Republic of Korea", "State")}
    store.load([report("d1", "KOR", "pressure", "PRK", names=republic)])
    assert store.index.actor("KOR").label == "Republic of Korea"
    store.load([report(f"e{n}", "KOR", "urge", "PRK") for n in range(2)])
    assert store.index.actor("KOR").label == "South Korea"
    labels = "SELECT ?l ?a { actor:KOR rdfs:label ?l . OPTIONAL { actor:KOR skos:altLabel ?a } }"
    assert rows(store, labels) == [("South Korea", "Republic of Korea")]


def test_activity_follows_what_is_said_of_the_same_names(store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    store.load([report("d1", "KOR", "pressure", "PRK", negated=True)])
    assert store.index.actor("KOR").events == 0


def test_who_only_says_so_is_an_actor_too(store: Store, report: Any) -> None:
    coded = report("d1", "KOR", "pressure", "PRK")
    speaker = ActorMention(Actor("JPN", "GOV", "Japan", "State"), Span("South", 0, 5))
    event = dataclasses.replace(coded.events[0], attribution=Attribution(speaker, "said"))
    store.load([dataclasses.replace(coded, events=(event,))])
    assert store.index.actor("JPN").events == 0
    store.remove("d1")
    assert not store.query("ASK { actor:JPN ?p ?o }")


def test_generation_rises_by_one_with_each_write(store: Store, report: Any) -> None:
    generation = store.generation
    store.load([report("d1", "KOR", "pressure", "PRK")])
    assert store.generation == generation + 1
    store.remove("d1")
    assert store.generation == store.index.generation == generation + 2


def test_several_batches(store: Store, report: Any) -> None:
    generation = store.generation
    documents = [report(f"d{n}", "KOR", "pressure", "PRK") for n in range(5)]
    assert store.load(documents, batch=4).added == 5
    assert store.generation == generation + 3
    assert rows(store, TOTALS) == [("1", "5", "2017-01-04", "2017-01-04", "-5")]


def test_documents_are_read_while_the_engine_is_waited_for(
    store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "BULK_CHUNK", 1)
    commits: list[int] = []

    def stream() -> Iterator[CodedDocument]:
        for n in range(6):
            commits.append(store.generation)
            yield report(f"d{n}", "KOR", "pressure", "PRK")

    # The engine is not done before the next batch is complete.
    monkeypatch.setattr(Future, "done", lambda _: False)
    assert store.load(stream(), batch=4).added == 6
    first = commits[0]
    assert commits == [first] * 5 + [first + 1]


def test_an_error_of_the_reader_comes_after_the_batch_that_is_being_written(
    store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "BULK_CHUNK", 1)
    monkeypatch.setattr(Future, "done", lambda _: False)

    def stream() -> Iterator[CodedDocument]:
        yield report("d1", "KOR", "pressure", "PRK")
        yield report("d2", "KOR", "urge", "PRK")
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        store.load(stream(), batch=1)
    assert store.document("d1") is not None
    assert list(store.validate()) == []


def test_a_document_comes_back(store: Store, report: Any) -> None:
    coded = report("wire/2017 01", "KOR", "pressure", "PRK")
    store.load([coded], extractor="whowhom 0.1.0", model="en_core_web_sm 3.8.0")
    assert store.document("wire/2017 01") == coded
    assert store.document("wire") is None
    assert rows(store, "SELECT ?e ?m { ?d ww:extractor ?e ; ww:model ?m }") == [
        ("whowhom 0.1.0", "en_core_web_sm 3.8.0")
    ]


def test_a_document_without_events(store: Store) -> None:
    coded = CodedDocument(Document("quiet", "Nothing happened.", notes=("one: two", "three")), ())
    assert store.load([coded]).added == 1
    assert store.document("quiet") == coded
    assert store.info()["documents"] == 1


def test_an_event_has_all_its_reports(store: Store, report: Any) -> None:
    store.load([report(f"d{n}", "KOR", "pressure", "PRK", published=f"2017-01-0{9 - n}") for n in range(3)])
    (row,) = store.index.events(EventFilter()).rows
    event = store.event(row.event)
    assert (event.relation, event.total) == ("KOR--pressure--PRK", 3)
    assert [one.document.id for one in event.reports] == ["d2", "d1", "d0"]
    assert {one.event.trigger.text for one in event.reports} == {"pressure"}
    assert [one.document.id for one in store.event(row.event, limit=1).reports] == ["d2"]
    with pytest.raises(UnknownEvent, match="No event 'nothing'"):
        store.event("nothing")


def test_evidence_comes_page_by_page(store: Store, report: Any) -> None:
    documents = [
        report(f"d{day}{n}", "KOR", "pressure", "PRK", day=f"2017-01-0{day}")
        for day in (1, 2, 3)
        for n in range(3)
    ]
    store.load([*documents, report("no", "KOR", "pressure", "PRK", negated=True)])
    seen, cursor = [], None
    while True:
        page = store.evidence("KOR--pressure--PRK", limit=2, cursor=cursor)
        seen.append([one.document.id for one in page.reports])
        assert page.total == 9
        cursor = page.next
        if cursor is None:
            break
    assert seen == [["d30", "d31"], ["d32", "d20"], ["d21", "d22"], ["d10", "d11"], ["d12"]]


@pytest.mark.parametrize("cursor", ["x", "1", "-1.", "1.zzz", ".", "٣."])
def test_a_cursor_of_another_list(store: Store, report: Any, cursor: str) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    with pytest.raises(BadCursor, match="is none of this list"):
        store.evidence("KOR--pressure--PRK", cursor=cursor)


def test_evidence_of_an_unknown_relation(store: Store) -> None:
    with pytest.raises(UnknownRelation, match="KOR--love--PRK"):
        store.evidence("KOR--love--PRK")


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib 7.6 warns of itself
def test_dataset_is_rdflibs(store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    dataset = store.dataset
    assert dataset is store.dataset
    found = [str(row.t) for row in dataset.query("SELECT ?t { ?s rel:pressure ?t }")]
    assert found == [f"{store.iris.base}actor/PRK"]
    actor = rdflib.URIRef(f"{store.iris.base}actor/KOR")
    assert str(dataset.value(actor, rdflib.RDFS.label)) == "South Korea"


def test_ontology_and_schemes_are_in_the_store(store: Store) -> None:
    assert store.query("ASK { ww:Event rdfs:subClassOf ww:Interaction . cameo:104 skos:broader cameo:10 }")


def test_an_older_ontology_is_replaced_on_opening(tmp_path: Path, store: Store) -> None:
    old = "https://w3id.org/whowhom/ontology"
    expected, generation = quads(store), store.generation
    store.rdf.update(
        f'DELETE WHERE {{ GRAPH <{old}> {{ ?s ?p ?o }} }}; INSERT DATA {{ GRAPH <{old}> {{ <{old}> <x:old> "1" }} }}'
    )
    store.close()
    with Store.open(tmp_path / "store") as opened:
        assert quads(opened) == expected
        assert opened.generation == opened.index.generation == generation + 1


def test_base_of_the_iris_is_the_stores(tmp_path: Path, report: Any) -> None:
    with Store.open(tmp_path / "own", create=True, base="https://data.example/") as store:
        store.load([report("d1", "KOR", "pressure", "PRK")])
        assert rows(store, PLAIN) == [("https://data.example/actor/KOR", "https://data.example/actor/PRK")]
    with Store.open(tmp_path / "own") as store:
        assert store.iris.base == "https://data.example/"
    with pytest.raises(BadSelection, match=r"only the one that the store was made with"):
        Store.open(tmp_path / "own", base="https://other.example/")
    for base in ("data", "https://data.example/id", "https://a b/"):
        with pytest.raises(BadSelection, match="an absolute IRI that ends in / or #"):
            Store.open(tmp_path / "new", create=True, base=base)


def test_info_says_what_there_is(store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK"), report("d2", "KOR", "pressure", "PRK")])
    info = store.info()
    assert info["format"] == 1
    assert {name: info[name] for name in ("documents", "events", "mentions", "relations", "actors")} == {
        "documents": 2,
        "events": 1,
        "mentions": 2,
        "relations": 1,
        "actors": 2,
    }
    assert info["quads"] == len(set(store.rdf))
    assert int(str(info["bytes"])) > 1000


def test_a_snapshot_is_a_store_of_its_own(tmp_path: Path, store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    snapshot = store.snapshots(tmp_path / "snapshots")
    folder, held = snapshot(), set(store.rdf)
    assert snapshot() == folder, "nothing was written"
    store.remove("d1")
    assert set(ox.Store.read_only(str(folder))) == held
    assert set(ox.Store.read_only(str(snapshot()))) == set(store.rdf)


def test_who_reads_waits_for_no_writer_and_sees_nothing_half_done(
    tmp_path: Path, store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "BULK_CHUNK", 1)
    snapshot = store.snapshots(tmp_path / "snapshots")
    store.load([report("d0", "KOR", "pressure", "PRK")])
    commit = loading.Loader._commit

    def look(loader: Any, *args: Any) -> None:
        for _ in range(2):
            seen = ox.Store.read_only(str(snapshot())).quads_for_pattern(None, terms().mentionOf, None)
            assert len(list(seen)) == 1
        ahead_of_it = store.rdf.quads_for_pattern(None, terms().mentionOf, None)
        assert len(list(ahead_of_it)) == 3, "the bulk loader has been at work"
        assert len(store.evidence("KOR--pressure--PRK").reports) == 1
        commit(loader, *args)

    with monkeypatch.context() as patch:
        patch.setattr(loading.Loader, "_commit", look)
        store.load(report(f"d{number}", "KOR", "pressure", "PRK") for number in (1, 2))
    seen = ox.Store.read_only(str(snapshot())).quads_for_pattern(None, terms().mentionOf, None)
    assert len(list(seen)) == len(store.evidence("KOR--pressure--PRK").reports) == 3


# ---------------------------------------------------------------- folders and locks


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotAStore, match=r"there is no such folder. `whowhom load"):
        Store.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(NotAStore, match="the folder is empty"):
        Store.open(tmp_path)
    with Store.open(tmp_path, create=True) as store:
        assert store.generation == 1


@pytest.mark.parametrize("create", [True, False])
def test_a_folder_of_something_else(tmp_path: Path, create: bool) -> None:
    (tmp_path / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(NotAStore, match=r"other files \(thesis.txt\) and no whowhom.json"):
        Store.open(tmp_path, create=create)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["thesis.txt"]


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(NotAStore, match="it is a file"):
        Store.open(tmp_path / "file", create=True)


def test_a_newer_format(tmp_path: Path, store: Store) -> None:
    store.close()
    place = tmp_path / "store" / "whowhom.json"
    place.write_text(
        json.dumps(json.loads(place.read_text(encoding="utf-8")) | {"format": 2}), encoding="utf-8"
    )
    with pytest.raises(StoreVersion, match=r"of format 2, and this version of whowhom reads format 1"):
        Store.open(tmp_path / "store")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}'])
def test_broken_metadata(tmp_path: Path, store: Store, text: str) -> None:
    store.close()
    (tmp_path / "store" / "whowhom.json").write_text(text, encoding="utf-8")
    with pytest.raises(NotAStore, match=r"whowhom\.json"):
        Store.open(tmp_path / "store")


def test_a_damaged_engine(tmp_path: Path, store: Store) -> None:
    store.close()
    for entry in (tmp_path / "store" / "rdf").glob("MANIFEST*"):
        entry.unlink()
    with pytest.raises(StoreDamaged, match=r"cannot be read: .*Restore it from a backup"):
        Store.open(tmp_path / "store")
    with pytest.raises(StoreDamaged):  # and the lock was given back
        Store.open(tmp_path / "store", read_only=True)


def test_a_second_writer_is_told_who_holds_the_store(tmp_path: Path, store: Store) -> None:
    for read_only in (False, True):
        with pytest.raises(
            StoreLocked, match=rf"store/lock is held by process {os.getpid()} on .* since \d{{4}}-"
        ):
            Store.open(tmp_path / "store", read_only=read_only)


def test_another_process_is_locked_out_until_we_close(tmp_path: Path, store: Store) -> None:
    code = f"from graph.store import Store; Store.open({str(tmp_path / 'store')!r}).close()"
    locked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"is held by process {os.getpid()}" in locked.stderr
    store.close()
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_readers_share_and_keep_the_writer_out(tmp_path: Path, store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    store.close()
    path = tmp_path / "store"
    with Store.open(path, read_only=True) as one, Store.open(path, read_only=True) as two:
        assert rows(one, PLAIN) == rows(two, PLAIN) != []
        assert one.index.actor("KOR").events == 1
        with pytest.raises(StoreLocked, match="held by processes that read it"):
            Store.open(path)
        with pytest.raises(StoreReadOnly, match="opened for reading only"):
            one.load([])
        with pytest.raises(StoreReadOnly):
            one.remove("d1")
        with pytest.raises(StoreReadOnly):
            one.rebuild()
    Store.open(path).close()


def test_a_copy_without_lock_can_be_read(tmp_path: Path, store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    store.close()
    (tmp_path / "store" / "lock").unlink()
    with Store.open(tmp_path / "store", read_only=True) as copy:
        assert copy.index.actor("KOR").events == 1


def test_counts_that_are_not_remembered_are_read(
    store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.counts.REMEMBERED", 0)
    store.load([report(f"d{n}", "KOR", "pressure", "PRK", day=f"2017-01-0{n}") for n in (1, 2, 3)], batch=1)
    assert rows(store, TOTALS) == [("3", "3", "2017-01-01", "2017-01-03", "-15")]


def test_a_closed_store_says_so(store: Store) -> None:
    store.dataset  # noqa: B018 - it holds the engine, too
    store.close()
    store.close()
    with pytest.raises(StoreClosed, match="was closed"):
        store.query("ASK { ?s ?p ?o }")


# ---------------------------------------------------------------- crashes


class PowerCut(Exception):  # noqa: N818
    pass


def cut(*_: object, **__: object) -> None:
    raise PowerCut


def test_index_behind_the_store_is_made_anew(
    tmp_path: Path, store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    with monkeypatch.context() as patch:
        patch.setattr(Index, "apply", cut)
        with pytest.raises(PowerCut):
            store.load([report("d2", "KOR", "urge", "PRK")])
    assert store.index.generation == store.generation - 1
    store.close()
    with Store.open(tmp_path / "store", read_only=True) as reader:
        assert reader.index.counts()["events"] == 2
    with Store.open(tmp_path / "store") as opened:
        assert opened.index.generation == opened.generation
        assert opened.index.counts()["events"] == 2
        assert opened.load([report("d2", "KOR", "urge", "PRK")]).unchanged == 1


def test_an_index_behind_catches_up_by_the_journal(
    tmp_path: Path, store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK"), report("d2", "KOR", "urge", "PRK")])
    assert not (tmp_path / "store" / "index.journal").exists()
    with monkeypatch.context() as patch:
        patch.setattr(Index, "apply", cut)
        with pytest.raises(PowerCut):
            store.load(
                [report("d1", "KOR", "urge", "PRK", confidence=0.9), report("d3", "PRK", "shell", None)]
            )
    store.close()
    monkeypatch.setattr(loading.Loader, "rebuild_index", cut)
    for read_only in (True, True, False):
        with Store.open(tmp_path / "store", read_only=read_only) as opened:
            urged, shelled = sorted(
                opened.index.events(EventFilter()).rows, key=lambda row: row.action, reverse=True
            )
            assert (urged.mentions, urged.confidence, shelled.target) == (2, 0.9, None)
            assert list(opened.validate())[read_only:] == []
            assert (tmp_path / "store" / "index.journal").exists() == read_only


def test_a_write_after_a_failed_index_makes_it_anew(
    store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Index, "apply", cut)
        with pytest.raises(PowerCut):
            store.load([report("d1", "KOR", "pressure", "PRK")])
    store.load([report("d2", "KOR", "urge", "PRK")])
    assert store.index.counts()["events"] == 2
    assert store.index.generation == store.generation


@pytest.mark.parametrize("damage", ["missing", "garbage", "other-version"])
def test_an_index_that_cannot_be_used_is_made_anew(
    tmp_path: Path, store: Store, report: Any, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    store.close()
    path = tmp_path / "store" / "index.duckdb"
    if damage == "missing":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"garbage" * 5000)
    else:
        monkeypatch.setattr("graph.index.VERSION", 99)
    for read_only in (True, False):
        with Store.open(tmp_path / "store", read_only=read_only) as opened:
            assert opened.index.actor("KOR").events == 1


@pytest.fixture
def write_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document is handed to the bulk loader at once, as in a large load."""
    monkeypatch.setattr(ahead, "BULK_CHUNK", 1)


@pytest.mark.usefixtures("write_ahead")
def test_bulk_and_transaction_write_the_same(
    tmp_path: Path, store: Store, report: Any, monkeypatch: Any
) -> None:
    documents = [report(f"d{n}", "KOR", "pressure", "PRK", day=f"2017-01-0{1 + n % 4}") for n in range(6)]
    store.load([*documents[:2], report("d5", "PRK", "shell", "KOR", type_="ASSAULT")])
    assert store.load(documents) == loading.LoadReport(added=3, unchanged=2, replaced=1, events=2, mentions=4)
    assert not (tmp_path / "store" / "unfinished").exists()
    monkeypatch.setattr(ahead, "BULK_CHUNK", 10**9)
    with Store.open(tmp_path / "other", create=True) as other:
        other.load(documents)
        assert quads(other) == quads(store)


@pytest.mark.usefixtures("write_ahead")
def test_what_a_failed_bulk_load_wrote_is_cleared_away(
    tmp_path: Path, store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    before = quads(store)
    with monkeypatch.context() as patch:
        patch.setattr(loading.Loader, "_commit", cut)
        with pytest.raises(PowerCut):
            store.load([report("d2", "KOR", "pressure", "PRK"), report("d3", "KOR", "urge", "PRK")])
    assert quads(store) == before
    assert not (tmp_path / "store" / "unfinished").exists()


@pytest.mark.usefixtures("write_ahead")
def test_what_a_killed_bulk_load_wrote_is_cleared_away_on_opening(
    tmp_path: Path, store: Store, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK")])
    before = quads(store)
    with monkeypatch.context() as patch:
        patch.setattr(loading.Loader, "_commit", cut)
        patch.setattr(loading.Loader, "clear", cut)
        with pytest.raises(PowerCut):
            store.load([report("d2", "KOR", "pressure", "PRK"), report("d3", "KOR", "urge", "PRK")])
    assert quads(store) > before
    store.close()
    with Store.open(tmp_path / "store") as opened:
        assert quads(opened) == before
        assert opened.load([report("d3", "KOR", "urge", "PRK")]).added == 1


def test_documents_that_end_in_an_error_leave_the_batches_before(store: Store, report: Any) -> None:
    def stream() -> Iterator[CodedDocument]:
        yield report("d1", "KOR", "pressure", "PRK")
        yield report("d2", "KOR", "urge", "PRK")
        raise PowerCut

    with pytest.raises(PowerCut):
        store.load(stream(), batch=1)
    assert store.document("d1") is not None
    assert store.document("d2") is None


def test_network_and_store_agree(store: Store, report: Any) -> None:
    store.load([report("d1", "KOR", "pressure", "PRK"), report("d2", "KOR", "pressure", "PRK", negated=True)])
    (edge,) = store.index.network(Selection(actors=("KOR",))).edges
    assert (edge.id, edge.weight, edge.mentions) == ("KOR--pressure--PRK", 1, 1)
    assert f"{store.iris.base}relation/{edge.id}" == RELATION
