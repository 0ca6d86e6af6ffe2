"""What follows from documents and events: after any damage made anew, and every kind of fault reported."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from extract.model import CodedDocument
from graph.derive import AT_ONCE
from graph.ontology import ACTIONS, NAMESPACE, ONTOLOGY, RELATIONS
from graph.recount import Faults
from graph.store import Store

PREFIXES = f"PREFIX ww: <{NAMESPACE}> PREFIX rel: <{RELATIONS}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
BASE = "https://w3id.org/whowhom/id/"
ACTORS, EVENTS, RELATION_GRAPH = (f"GRAPH <{BASE}graph/{name}>" for name in ("actors", "events", "relations"))


def lines(store: Store) -> list[str]:
    """The store as sorted N-Quads, but for its generation."""
    own = store.iris.graph("store")
    return sorted(str(quad) for quad in store.rdf if quad.graph_name != own)


def tables(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """The index, whole."""
    with store.index._connection.cursor() as cursor:
        return {
            table: sorted(cursor.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in ("events", "actors", "aliases", "words")
        }


def damage(store: Store, update: str) -> None:
    before = len(lines(store)), lines(store)
    store.rdf.update(PREFIXES + update)
    assert (len(lines(store)), lines(store)) != before


@pytest.fixture
def documents(report: Any) -> list[CodedDocument]:
    return [
        report("d1", "KOR", "pressure", "PRK", words=("Seoul", "Pyongyang")),
        report("d2", "KOR", "pressure", "PRK", day="2017-02-01", confidence=0.9),
        report("d3", "PRK-MIL", "shell", "KOR", type_="ASSAULT", goldstein=-10.0, day="2016-01-01"),
        report("d4", "KOR", "urge", None, modality="hypothetical", day=None),
        report("d5", "KOR", "urge", "PRK", negated=True),
    ]


@pytest.fixture
def store(tmp_path: Path, documents: list[CodedDocument]) -> Iterator[Store]:
    with Store.open(tmp_path / "store", create=True) as opened:
        opened.load(documents)
        yield opened


DAMAGE = [
    pytest.param(f"DROP GRAPH <{BASE}graph/relations>", "relation", id="relations-gone"),
    pytest.param(f"DROP GRAPH <{BASE}graph/actors>", "actor", id="actors-gone"),
    pytest.param(f"DROP GRAPH <{ONTOLOGY}>", "ontology", id="ontology-gone"),
    pytest.param(f"DROP GRAPH <{ACTIONS}>", "ontology", id="schemes-gone"),
    pytest.param(f"DELETE WHERE {{ {EVENTS} {{ ?e ww:relation ?r }} }}", "link", id="links-gone"),
    pytest.param(
        f"INSERT {{ {EVENTS} {{ ?e ww:relation <{BASE}relation/A--b--C> }} }} WHERE {{ {EVENTS} {{ ?e a ww:Event }} }}",
        "link",
        id="a-link-too-many",
    ),
    pytest.param(
        f"DELETE {{ {RELATION_GRAPH} {{ ?r ww:events ?n }} }} INSERT {{ {RELATION_GRAPH} {{ ?r ww:events 77 }} }} "
        f"WHERE {{ {RELATION_GRAPH} {{ ?r ww:events ?n }} }}",
        "relation",
        id="wrong-totals",
    ),
    pytest.param(
        f"INSERT DATA {{ {RELATION_GRAPH} {{ <{BASE}actor/KOR> rel:marry <{BASE}actor/PRK> }} }}",
        "relation",
        id="a-plain-edge-too-many",
    ),
    pytest.param(
        f"DELETE WHERE {{ {RELATION_GRAPH} {{ rel:shell ?p ?o }} }}", "relation", id="an-action-gone"
    ),
    pytest.param(
        f"DELETE {{ {ACTORS} {{ ?n ww:mentions ?m }} }} INSERT {{ {ACTORS} {{ ?n ww:mentions 9 }} }} "
        f"WHERE {{ {ACTORS} {{ ?n ww:mentions ?m }} }}",
        "actor",
        id="wrong-uses",
    ),
    pytest.param(
        f"DELETE {{ {ACTORS} {{ ?n rdfs:label ?l }} }} INSERT {{ {ACTORS} {{ ?n rdfs:label 'x' }} }} "
        f"WHERE {{ {ACTORS} {{ ?n rdfs:label ?l }} }}",
        "actor",
        id="wrong-labels",
    ),
    pytest.param(f"DELETE WHERE {{ {ACTORS} {{ ?n ww:actorClass ?c }} }}", "actor", id="classes-gone"),
    pytest.param(
        f"INSERT DATA {{ {ACTORS} {{ [] rdfs:label 'nobody' . <{BASE}x> ww:note [], '\\t\"\\\\ü' }} }}",
        "actor",
        id="blank-nodes",
    ),
]


@pytest.mark.parametrize(("update", "kind"), DAMAGE)
def test_damage_is_found_and_mended(store: Store, update: str, kind: str) -> None:
    whole, index = lines(store), tables(store)
    damage(store, update)
    assert {finding.kind for finding in store.validate()} == {kind}
    done = store.rebuild()
    assert done.deleted + done.inserted > 0
    assert (done.faults, done.strangers) == (Faults(), 0)
    assert lines(store) == whole
    assert tables(store) == index
    assert list(store.validate()) == []
    assert store.index.generation == store.generation


def test_rebuilding_what_is_right_writes_nothing(store: Store) -> None:
    generation = store.generation
    done = store.rebuild()
    assert (done.deleted, done.inserted, store.generation) == (0, 0, generation)


def test_writes_after_mending_count_from_what_was_mended(
    tmp_path: Path, store: Store, documents: list[CodedDocument], report: Any
) -> None:
    damage(store, f"DROP GRAPH <{BASE}graph/relations>; DROP GRAPH <{BASE}graph/actors>")
    store.rebuild()
    more = report("d9", "KOR", "pressure", "PRK", day="2018-01-01")
    store.load([more])
    with Store.open(tmp_path / "fresh", create=True) as fresh:
        fresh.load([*documents, more])
        assert lines(store) == lines(fresh)
        assert tables(store) == tables(fresh)


def test_mending_is_written_in_bounded_transactions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert AT_ONCE > 1000
    whole, generation = lines(store), store.generation
    monkeypatch.setattr("graph.derive.AT_ONCE", 10)
    damage(store, f"DROP GRAPH <{BASE}graph/relations>")
    inserted = store.rebuild().inserted
    assert lines(store) == whole
    assert store.generation - generation == -(-inserted // 10) > 2


INDEX_DAMAGE = [
    pytest.param("DELETE FROM events WHERE negated", "index events", id="a-row-gone"),
    pytest.param("UPDATE events SET mentions = 9", "index events", id="wrong-mentions"),
    pytest.param("INSERT INTO events SELECT * FROM events", "index events", id="rows-twice"),
    pytest.param("UPDATE actors SET events = 9", "index actors", id="wrong-activity"),
    pytest.param("UPDATE actors SET sector = NULL", "index actors", id="sectors-gone"),
    pytest.param("DELETE FROM aliases WHERE name = 'Seoul'", "index aliases", id="an-alias-gone"),
    pytest.param("INSERT INTO words VALUES ('x', 'X', 'KOR')", "index words", id="a-word-too-many"),
]


@pytest.mark.parametrize(("statement", "kind"), INDEX_DAMAGE)
def test_a_wrong_index_is_found_and_made_anew(store: Store, statement: str, kind: str) -> None:
    whole = tables(store)
    store.index._rows(statement, {})
    assert tables(store) != whole
    assert {finding.kind for finding in store.validate()} == {kind}
    assert store.rebuild_index() == Faults()
    assert tables(store) == whole


def test_a_finding_says_what_where_stored_and_recounted(store: Store) -> None:
    store.index._rows("UPDATE actors SET events = 9 WHERE id = 'PRK'", {})
    damage(
        store,
        f"DELETE DATA {{ {RELATION_GRAPH} {{ <{BASE}relation/KOR--pressure--PRK> ww:events 2 }} }}; "
        f"INSERT DATA {{ {RELATION_GRAPH} {{ <{BASE}relation/KOR--pressure--PRK> ww:events 3 }} }}",
    )
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert [str(finding) for finding in store.validate()] == [
        f"relation: <{BASE}relation/KOR--pressure--PRK> <{NAMESPACE}events>: "
        f'stored "3"{integer}, recounted "2"{integer}',
        "index actors: PRK: stored PRK GOV North Korea State 9 1, recounted PRK GOV North Korea State 2 1",
    ]


BEYOND_REPAIR = [
    pytest.param(
        "DELETE WHERE { GRAPH ?g { ?e ww:modality 'hypothetical' } }",
        "event that cannot be read",
        Faults(events=1, mentions=1),
        0,
        id="a-property-gone",
    ),
    pytest.param(
        f"INSERT DATA {{ {EVENTS} {{ EVENT ww:goldstein 5.0 }} }}",
        "event that cannot be read",
        Faults(events=1, mentions=1),
        0,
        id="two-values",
    ),
    pytest.param(
        f"DELETE {{ {EVENTS} {{ ?e ww:startDate ?d }} }} INSERT {{ {EVENTS} {{ ?e ww:startDate 'soon' }} }} "
        f"WHERE {{ {EVENTS} {{ ?e ww:startDate ?d ; ww:negated true }} }}",
        "event that cannot be read",
        Faults(events=1, mentions=1),
        0,
        id="no-date",
    ),
    pytest.param(
        f"DELETE {{ {EVENTS} {{ ?e ww:cameoCode ?c }} }} INSERT {{ {EVENTS} {{ ?e ww:cameoCode 104 }} }} "
        f"WHERE {{ {EVENTS} {{ ?e ww:cameoCode ?c ; ww:negated true }} }}",
        "event that cannot be read",
        Faults(events=1, mentions=1),
        0,
        id="a-number-for-a-concept",
    ),
    pytest.param(
        f"DELETE {{ {EVENTS} {{ ?e ?p ?o }} }} WHERE {{ {EVENTS} {{ ?e ?p ?o ; ww:negated true }} }}",
        "event that cannot be read",
        Faults(events=1, mentions=1),
        0,
        id="an-event-gone",
    ),
    pytest.param(
        f"DELETE {{ {EVENTS} {{ ?e ww:negated true }} }} INSERT {{ {EVENTS} {{ ?e ww:negated false }} }} "
        f"WHERE {{ {EVENTS} {{ ?e ww:negated true }} }}",
        "event that does not fit its id",
        Faults(),
        1,
        id="a-property-changed",
    ),
    pytest.param(
        "DELETE WHERE { GRAPH ?g { ?m ww:confidence 0.9 } }",
        "mention that cannot be read",
        Faults(mentions=1, unmentioned=1),
        0,
        id="a-mention-without-confidence",
    ),
    pytest.param(
        f"DROP GRAPH <{BASE}document/d3>",
        "event without mention",
        Faults(unmentioned=1),
        0,
        id="a-document-gone",
    ),
]


@pytest.mark.parametrize(("update", "kind", "faults", "strangers"), BEYOND_REPAIR)
def test_what_is_beyond_repair_is_left_out_counted_and_reported(
    store: Store, update: str, kind: str, faults: Faults, strangers: int
) -> None:
    (row,) = store.query("SELECT ?e { ?e ww:negated true }")
    damage(store, update.replace("EVENT", str(row["e"])))
    assert kind in {finding.kind for finding in store.validate()}
    done = store.rebuild()
    assert (done.faults, done.strangers) == (faults, strangers)
    assert store.rebuild_index() == faults
    assert store.index.counts()["events"] == 5 - faults.events - faults.unmentioned
    left = {finding.kind for finding in store.validate()}
    assert kind in left
    assert not left & {"relation", "actor", "link", "ontology"}
    assert not any(kind.startswith("index") for kind in left)


def _resolved(coded: CodedDocument) -> CodedDocument:
    """Its source is found by a rule: the words stand for it here only."""
    (event,) = coded.events
    source = dataclasses.replace(event.source, resolution="pronoun") if event.source else None
    return dataclasses.replace(coded, events=(dataclasses.replace(event, source=source),))


def test_words_that_stand_for_an_actor_in_one_place_are_no_names_of_it(store: Store, report: Any) -> None:
    store.load([_resolved(report(f"r{n}", "KOR", "urge", "PRK", words=("it", "Seoul"))) for n in range(2)])
    index = tables(store)
    assert ("KOR", "it") not in {(actor, name) for actor, name, _ in index["aliases"]}
    assert store.rebuild_index() == Faults()
    assert tables(store) == index
    damage(
        store,
        "INSERT { GRAPH ?g { ?w ww:resolution 'office', 'role' } } WHERE { GRAPH ?g { ?w ww:resolution ?r } }",
    )
    store.rebuild_index()
    assert tables(store) == index


def test_graphs_of_others_name_nobody(store: Store) -> None:
    index = tables(store)
    damage(
        store,
        "INSERT { GRAPH <urn:mine> { ?m ww:sourceMention ?w . ?w ww:presentedAs ?n ; ww:text ?t } } "
        "WHERE { GRAPH ?g { ?m ww:sourceMention ?w . ?w ww:presentedAs ?n ; ww:text ?t } }",
    )
    assert store.rebuild_index() == Faults()
    assert tables(store) == index


def test_a_name_that_nothing_tells_stays_and_is_counted(store: Store) -> None:
    for other in ("d2", "d3", "d4", "d5"):
        store.remove(other)
    damage(store, f"DROP GRAPH <{BASE}graph/actors>")
    store.close()
    (store.path / "index.duckdb").unlink()
    with Store.open(store.path) as opened:
        assert opened.rebuild().faults == Faults(names=2)  # "Seoul" and "Pyongyang" are all that texts say
        assert {finding.kind for finding in opened.validate()} == {"name that cannot be read"}


def test_progress_is_told(store: Store) -> None:
    told: list[tuple[str, int, int]] = []
    store.rebuild(lambda *step: told.append(step))
    assert {"reading the graph", "counting events", "comparing relations", "writing the index"} <= {
        what for what, _, _ in told
    }
    assert all(0 <= done <= total for _, done, total in told)


def test_nothing_is_left_in_the_folder(store: Store) -> None:
    (store.path / "recount.dead").mkdir()
    store.rebuild()
    assert list(store.validate()) == []
    store.close()
    with Store.open(store.path):
        assert not list(store.path.glob("recount.*"))


NODES = st.sampled_from(
    [
        f"<{BASE}actor/KOR>",
        f"<{BASE}actor/PRK-MIL>",
        f"<{BASE}relation/KOR--aid--PRK>",
        "rel:aid",
        "rel:shell",
        "'text'",
    ]
)
PREDICATES = st.sampled_from(["rdfs:label", "ww:events", "ww:source", "rel:aid", "a"])
DAMAGES = st.one_of(
    st.tuples(st.sampled_from(["actors", "relations"]), PREDICATES).map(
        lambda drawn: f"DELETE WHERE {{ GRAPH <{BASE}graph/{drawn[0]}> {{ ?s {drawn[1]} ?o }} }}"
    ),
    st.tuples(st.sampled_from(["actors", "relations"]), NODES.filter(lambda n: n != "'text'")).map(
        lambda drawn: f"DELETE WHERE {{ GRAPH <{BASE}graph/{drawn[0]}> {{ {drawn[1]} ?p ?o }} }}"
    ),
    st.tuples(
        st.sampled_from(["actors", "relations"]), NODES.filter(lambda n: n != "'text'"), PREDICATES, NODES
    ).map(lambda drawn: f"INSERT DATA {{ GRAPH <{BASE}graph/{drawn[0]}> {{ {' '.join(drawn[1:])} }} }}"),
    st.sampled_from(["actors", "relations"]).map(lambda graph: f"DROP SILENT GRAPH <{BASE}graph/{graph}>"),
)


def _plain_sums(coded: CodedDocument, number: int) -> CodedDocument:
    """With scores whose sums do not depend on the order."""
    events = tuple(dataclasses.replace(event, goldstein=-5.0) for event in coded.events)
    return CodedDocument(dataclasses.replace(coded.document, id=f"d{number}"), events)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    several=st.lists(st.from_type(CodedDocument), min_size=1, max_size=4),
    damages=st.lists(DAMAGES, min_size=1, max_size=4),
)
def test_after_any_damage_all_is_as_in_a_fresh_store(
    several: list[CodedDocument], damages: list[str]
) -> None:
    coded = [_plain_sums(one, number) for number, one in enumerate(several)]
    folder = Path(tempfile.mkdtemp())
    try:
        with Store.open(folder / "store", create=True) as store:
            store.load(coded)
            whole, index = lines(store), tables(store)
            for update in damages:
                store.rdf.update(PREFIXES + update)
            store.rebuild()
            assert lines(store) == whole
            assert tables(store) == index
            assert list(store.validate()) == []
    finally:
        shutil.rmtree(folder)
