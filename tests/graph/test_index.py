"""The index: search as you type, and lists of events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extract.model import Actor
from graph import index
from graph.errors import BadCursor, BadSelection, UnknownAction, UnknownActor, UnknownRelation
from graph.network import Selection
from graph.search import folded_words
from graph.selecting import EventFilter
from graph.store import Store

COTE = {"CIV": Actor("CIV", "GOV", "Côte d'Ivoire", "State")}
UN = {"IGO-united-nations": Actor("IGO", None, "United Nations", "InternationalOrganization")}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, report: Any) -> Iterator[Store]:
    documents = [
        report("d1", "KOR", "pressure", "PRK", words=("Seoul", "Pyongyang"), day="2017-01-04"),
        report("d2", "KOR", "pressure", "PRK", day="2017-01-04", confidence=0.9),
        report("d3", "PRK", "shell", "KOR", type_="ASSAULT", cameo="194", day="2017-02-01", goldstein=-10.0),
        report(
            "d4", "PRK-MIL", "shell", "KOR", type_="ASSAULT", cameo="194", day="2016-12-31", confidence=0.3
        ),
        report("d5", "CIV", "aid", "KOR", type_="AID", cameo="073", day=None, names=COTE),
        report(
            "d6", "IGO-united-nations", "urge", "CIV", names=COTE | UN, modality="planned", day="2018-01-01"
        ),
        report("d7", "KOR", "urge", "PRK", negated=True, day="2017-03-01"),
        report("d8", "KOR", "urge", None, modality="hypothetical", day="2017-03-02"),
    ]
    with Store.open(tmp_path_factory.mktemp("index") / "store", create=True) as opened:
        opened.load(documents)
        yield opened


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        pytest.param("south", ["KOR"], id="first-word"),
        pytest.param("kor", ["KOR", "PRK", "PRK-MIL"], id="any-word-the-exact-id-first"),
        pytest.param("korea north", ["PRK", "PRK-MIL"], id="words-in-any-order"),
        pytest.param("no no", ["PRK", "PRK-MIL"], id="a-word-twice"),
        pytest.param("n north", ["PRK", "PRK-MIL"], id="one-prefix-of-the-other"),
        pytest.param("n k m", ["PRK-MIL"], id="initials"),
        pytest.param("COTE", ["CIV"], id="no-case-no-diacritics"),
        pytest.param("d’ivoire", ["CIV"], id="apostrophe"),
        pytest.param("seou", ["KOR"], id="wording-of-a-mention"),
        pytest.param("igo united", ["IGO-united-nations"], id="local-id"),
        pytest.param("orth", [], id="not-inside-a-word"),
        pytest.param("", [], id="nothing"),
        pytest.param("%_'", [], id="no-letters"),
    ],
)
def test_search_as_you_type(store: Store, q: str, ids: list[str]) -> None:
    assert [hit.id for hit in store.index.search(q).actors] == ids


def test_a_hit_says_what_was_met(store: Store) -> None:
    (hit,) = store.index.search("Seoul").actors
    assert (hit.label, hit.matched, hit.actor_type, hit.country, hit.sector) == (
        "South Korea",
        "Seoul",
        "State",
        "KOR",
        "GOV",
    )
    assert hit.events == 5  # the negated one is none


def test_hits_are_limited_to_the_busiest(store: Store) -> None:
    assert [hit.id for hit in store.index.search("n", limit=1).actors] == ["PRK"]


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        pytest.param("koera", ["KOR", "PRK", "PRK-MIL"], id="letters-exchanged"),
        pytest.param("norht k", ["PRK", "PRK-MIL"], id="one-word-of-two"),
        pytest.param("soouth", ["KOR"], id="a-letter-too-many"),
        pytest.param("noth ko", [], id="short-words-are-taken-as-they-are"),
        pytest.param("untied natoins", ["IGO-united-nations"], id="both-words"),
        pytest.param("nattions", ["IGO-united-nations"], id="a-letter-doubled"),
        pytest.param("kxxea", [], id="too-many-errors"),
    ],
)
def test_typing_errors_are_forgiven_where_nothing_is_found(store: Store, q: str, ids: list[str]) -> None:
    hits = store.index.search(q)
    assert [hit.id for hit in hits.actors] == ids
    assert hits.near is bool(ids)


def test_what_is_found_as_it_was_typed_needs_no_forgiving(store: Store) -> None:
    assert not store.index.search("north").near


def test_words_are_folded() -> None:
    assert folded_words("Côte d'Ivoire, ŁÓDŹ 2") == ["cote", "d", "ivoire", "łodz", "2"]


def test_an_unknown_actor_has_neighbors(store: Store) -> None:
    assert store.index.actor("PRK").label == "North Korea"
    with pytest.raises(UnknownActor, match=r"No actor 'Pyongyang' in the store. Did you mean PRK\?"):
        store.index.actor("Pyongyang")
    with pytest.raises(UnknownActor, match=r"Did you mean KOR\?"):
        store.index.actor("KRO")
    with pytest.raises(UnknownActor, match=r"No actor 'qqqqqq' in the store. Search the actors by name"):
        store.index.actor("qqqqqq")


@pytest.mark.parametrize(
    ("chosen", "documents"),
    [
        pytest.param({}, ["d6", "d8", "d7", "d3", "d1", "d4", "d5"], id="all-latest-first-undated-last"),
        pytest.param({"source": "KOR"}, ["d8", "d7", "d1"], id="source"),
        pytest.param({"target": "KOR"}, ["d3", "d4", "d5"], id="target"),
        pytest.param({"source": "KOR", "target": "PRK"}, ["d7", "d1"], id="dyad"),
        pytest.param({"actor": "PRK"}, ["d7", "d3", "d1"], id="either-end"),
        pytest.param({"relation": "KOR--pressure--PRK"}, ["d1"], id="relation"),
        pytest.param({"actions": ("pressure",)}, ["d1"], id="relation-name"),
        pytest.param({"actions": ("ASSAULT", "aid")}, ["d3", "d4", "d5"], id="type-or-name"),
        pytest.param({"actions": ("assault",)}, ["d3", "d4"], id="type-in-small-letters"),
        pytest.param({"actions": ("19",)}, ["d3", "d4"], id="cameo-root"),
        pytest.param({"quads": (1, 2)}, ["d5"], id="quad"),
        pytest.param({"start": dt.date(2017, 1, 4)}, ["d6", "d8", "d7", "d3", "d1"], id="from-inclusive"),
        pytest.param({"end": dt.date(2017, 1, 4)}, ["d4"], id="to-exclusive"),
        pytest.param({"modalities": ("planned", "hypothetical")}, ["d6", "d8"], id="modalities"),
        pytest.param({"negated": True}, ["d7"], id="negated"),
        pytest.param({"min_confidence": 0.85}, ["d1"], id="confidence-of-the-best-mention"),
        pytest.param({"source": "nobody"}, [], id="nobody"),
    ],
)
def test_lists_of_events(store: Store, chosen: dict[str, Any], documents: list[str]) -> None:
    page = store.index.events(EventFilter(**chosen))
    first = [store.event(row.event).reports[0].document.id for row in page.rows]
    assert first == documents
    assert (page.total, page.next) == (len(documents), None)


def test_pages_add_up(store: Store) -> None:
    whole = store.index.events(EventFilter())
    parts, cursor = [], None
    for _ in range(4):
        page = store.index.events(EventFilter(), limit=2, cursor=cursor)
        assert page.total == whole.total
        parts += page.rows
        cursor = page.next
    assert cursor is None
    assert tuple(parts) == whole.rows


@pytest.mark.parametrize("cursor", ["", "x", "!!!!", "W10", "WzEsMl0", "WyJ4IiwgInkiXQ"])
def test_a_broken_cursor(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor, match=r"none of this list. Give the one"):
        store.index.events(EventFilter(), cursor=cursor)


def test_values_that_are_not_allowed(store: Store) -> None:
    with pytest.raises(BadSelection, match="limit is 0, and allowed is an integer from 1 to 1000"):
        store.index.events(EventFilter(), limit=0)
    with pytest.raises(BadSelection, match="quads is 5, and allowed is any of 1, 2, 3, 4"):
        store.index.events(EventFilter(quads=(1, 5)))
    with pytest.raises(BadSelection, match="modalities is 'likely', and allowed is any of actual, planned"):
        store.index.events(EventFilter(modalities=("likely",)))
    with pytest.raises(UnknownAction, match=r"No action 'presure' in the store. Did you mean pressure\?"):
        store.index.events(EventFilter(actions=("presure",)))
    with pytest.raises(UnknownAction, match="or the first digits of a CAMEO code"):
        store.index.events(EventFilter(actions=("12345",)))
    with pytest.raises(UnknownRelation, match="SOURCE--action--TARGET"):
        store.index.events(EventFilter(relation="KOR"))


def test_values_are_no_sql(store: Store) -> None:
    assert store.index.events(EventFilter(source="' OR 1=1 --")).total == 0
    assert store.index.search("'; DROP TABLE events; --").actors == ()
    assert store.index.counts()["events"] == 7


def test_rebuilding_gives_the_same(store: Store, tmp_path: Path) -> None:
    def held() -> tuple[object, ...]:
        names = [store.index.search(q) for q in ("k", "n", "c", "u", "s", "p")]
        return store.index.events(EventFilter()), names, store.index.counts()

    before = held()
    store.rebuild()
    assert held() == before


def test_events_are_sorted_again_when_many_were_added(
    tmp_path: Path, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "CLUSTER", 3)
    pairs = [("C", "D"), ("A", "B"), ("C", "A"), ("B", "A"), ("A", "A"), ("B", "D"), ("A", "D")]

    def ends() -> list[str]:
        found = store.index._rows("SELECT source || target FROM events ORDER BY rowid", {})
        return [row[0] for row in found]

    with Store.open(tmp_path / "store", create=True) as store:
        for number, (source, target) in enumerate(pairs[:4]):
            assert ends() == [s + t for s, t in pairs[:number]]
            store.load([report(f"d{number}", source, "urge", target)])
        assert ends() == ["AB", "BA", "CA", "CD"]
        store.load([report(f"e{number}", s, "urge", t) for number, (s, t) in enumerate(pairs[4:])])
        assert ends() == ["AB", "BA", "CA", "CD", "AA", "BD", "AD"]
        store.load([report("f", "B", "urge", "C"), report("g", "A", "urge", "C")])
        assert ends() == sorted([*(s + t for s, t in pairs), "BC", "AC"])
        assert store.index.events(EventFilter(source="A")).total == 4
        store.rebuild()
        assert ends() == sorted([*(s + t for s, t in pairs), "BC", "AC"])


def test_actions_are_known_as_long_as_there_are_events_of_them(tmp_path: Path, report: Any) -> None:
    def known(action: str) -> int:
        return store.index.events(EventFilter(actions=(action,))).total

    def edge() -> tuple[str, int]:
        (found,) = store.index.network(Selection(actions=("aid",))).edges
        return found.plover, found.quad

    with Store.open(tmp_path / "store", create=True) as store:
        store.load([report("one", "KOR", "aid", "PRK", type_="AID")])
        assert (known("aid"), edge()) == (1, ("AID", 2))
        with pytest.raises(UnknownAction):
            known("urge")
        store.load([report("two", "KOR", "urge", "PRK")])
        assert known("urge") == 1
        store.load(
            report(f"more {day}", "KOR", "aid", "PRK", type_="SUPPORT", day=f"2018-01-0{day}")
            for day in (1, 2)
        )
        assert edge() == ("SUPPORT", 1)
        store.remove("two")
        with pytest.raises(UnknownAction):
            known("urge")
        store.rebuild()
        assert (known("aid"), edge()) == (3, ("SUPPORT", 1))


def test_the_generation_follows_every_write(tmp_path: Path, report: Any) -> None:
    with Store.open(tmp_path / "store", create=True) as store:
        for number in range(3):
            store.load([report(f"d{number}", "KOR", "urge", "PRK")])
            assert store.index.generation == store.index._read_generation() == store.generation
        store.rebuild()
        assert store.index.generation == store.index._read_generation() == store.generation
