"""Neighborhoods: which edges and nodes a selection gives, what was cut, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from extract.model import Actor
from graph.errors import BadCursor, BadSelection, UnknownActor
from graph.network import Network, Node, Selection
from graph.store import Store

EDGES = [
    # source, relation, target, PLOVER type, how many events
    ("A", "urge", "B", "REQUEST", 5),
    ("A", "aid", "C", "AID", 2),
    ("C", "shell", "A", "ASSAULT", 1),
    ("B", "urge", "D", "REQUEST", 4),
    ("D", "aid", "E", "AID", 9),
    ("E", "urge", "F", "REQUEST", 3),
    ("X", "shell", "Y", "ASSAULT", 7),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, report: Any) -> Iterator[Store]:
    documents = [
        report(f"{s}{r}{t}{n}", s, r, t, type_=type_, day=f"2017-{n + 1:02}-01", goldstein=-float(n % 2))
        for s, r, t, type_, times in EDGES
        for n in range(times)
    ]
    documents += [
        report("again", "A", "urge", "B", day="2017-01-01", goldstein=0.0),
        report("mixed", "A", "urge", "B", day="2017-09-01", type_="ACCUSE", confidence=0.2),
        report("negated", "A", "urge", "C", negated=True),
        report("hypothetical", "A", "urge", "C", modality="hypothetical"),
        report("undated", "A", "aid", "C", type_="AID", day=None),
        report("alone", "A", "mobilize", None, type_="MOBILIZE"),
    ]
    with Store.open(tmp_path_factory.mktemp("network") / "store", create=True) as opened:
        opened.load(documents)
        yield opened


def found(network: Network) -> list[str]:
    return [edge.id for edge in network.edges]


@pytest.mark.parametrize(
    ("selection", "edges"),
    [
        pytest.param({}, "D-aid-E X-shell-Y A-urge-B B-urge-D A-aid-C E-urge-F C-shell-A", id="whole"),
        pytest.param({"actors": ("A",)}, "A-urge-B A-aid-C C-shell-A", id="depth-1"),
        pytest.param({"actors": ("A",), "direction": "out"}, "A-urge-B A-aid-C", id="out"),
        pytest.param({"actors": ("A",), "direction": "in"}, "C-shell-A", id="in"),
        pytest.param({"actors": ("A",), "depth": 2}, "A-urge-B B-urge-D A-aid-C C-shell-A", id="depth-2"),
        pytest.param(
            {"actors": ("A",), "depth": 3}, "D-aid-E A-urge-B B-urge-D A-aid-C C-shell-A", id="depth-3"
        ),
        pytest.param(
            {"actors": ("C",), "depth": 2, "direction": "out"}, "A-urge-B A-aid-C C-shell-A", id="steps-out"
        ),
        pytest.param({"actors": ("F",), "depth": 2, "direction": "in"}, "D-aid-E E-urge-F", id="steps-in"),
        pytest.param({"actors": ("A", "X")}, "X-shell-Y A-urge-B A-aid-C C-shell-A", id="two-actors"),
        pytest.param({"actors": ("A",), "limit": 2}, "A-urge-B A-aid-C", id="limit-keeps-the-strongest"),
        pytest.param(
            {"actors": ("A",), "depth": 3, "limit": 2}, "A-urge-B B-urge-D", id="limit-hangs-together"
        ),
        pytest.param(
            {"actors": ("A",), "depth": 3, "limit": 3}, "D-aid-E A-urge-B B-urge-D", id="then-the-strongest"
        ),
        pytest.param({"actions": ("aid",)}, "D-aid-E A-aid-C", id="relation-name"),
        pytest.param({"actions": ("ASSAULT",), "quads": (4,)}, "X-shell-Y C-shell-A", id="type-and-quad"),
        pytest.param({"min_weight": 4}, "D-aid-E X-shell-Y A-urge-B B-urge-D", id="weight"),
        pytest.param(
            {"start": dt.date(2017, 6, 1), "end": dt.date(2017, 8, 1)}, "D-aid-E X-shell-Y", id="dates"
        ),
        pytest.param({"modalities": ("hypothetical",)}, "A-urge-C", id="hypothetical-if-asked-for"),
        pytest.param({"sectors": ("MIL",)}, "", id="sector"),
        pytest.param({"sectors": ("GOV",), "actors": ("X",)}, "X-shell-Y", id="sector-of-the-others"),
        pytest.param({"end": dt.date(2000, 1, 1)}, "", id="nothing"),
    ],
)
def test_edges(store: Store, selection: dict[str, Any], edges: str) -> None:
    expected = [edge.replace("-", "--") for edge in edges.split()]
    assert found(store.index.network(Selection(**selection))) == expected


def test_an_edge_sums_its_events(store: Store) -> None:
    edge = next(edge for edge in store.index.network(Selection()).edges if edge.id == "A--urge--B")
    assert (edge.source, edge.action, edge.target) == ("A", "urge", "B")
    assert (edge.plover, edge.quad) == ("REQUEST", 3)  # the most frequent
    assert (edge.weight, edge.mentions) == (6, 7)
    assert edge.goldstein == pytest.approx((0 - 1 + 0 - 1 + 0 - 5) / 6, abs=1e-6)
    assert (edge.first, edge.last) == (dt.date(2017, 1, 1), dt.date(2017, 9, 1))


def test_undated_events_count_while_no_date_is_asked_for(store: Store) -> None:
    aid = Selection(actors=("A",), actions=("aid",))
    (edge,) = store.index.network(aid).edges
    assert edge.weight == 3
    (edge,) = store.index.network(Selection(actors=("A",), actions=("aid",), start=dt.date(1, 1, 1))).edges
    assert edge.weight == 2


def test_confidence_of_the_best_mention(store: Store) -> None:
    edges = store.index.network(Selection(actors=("A",), actions=("urge",), min_confidence=0.5)).edges
    assert [edge.weight for edge in edges] == [5]


def test_nodes_are_the_ends_of_the_edges(store: Store) -> None:
    network = store.index.network(Selection(actors=("A",)))
    assert [node.id for node in network.nodes] == ["A", "B", "C"]
    (a, b, _) = network.nodes
    assert (a.label, a.actor_type, a.country, a.sector) == ("A", "State", "A", "GOV")
    assert (a.events, b.events) == (10, 10)  # of all selected events, not of these edges only


def test_an_actor_without_edges_stands_alone(store: Store) -> None:
    network = store.index.network(Selection(actors=("A",), actions=("MOBILIZE",)))
    assert network.edges == ()
    assert [(node.id, node.events) for node in network.nodes] == [("A", 0)]


def test_meta_says_what_was_left_out(store: Store) -> None:
    meta = store.index.network(Selection(actors=("A",), limit=2)).meta
    assert meta == {
        "total": 3,
        "returned": 2,
        "truncated": True,
        "reason": "limit of 2 edges",
        "order": "weight, mentions, id",
        "next": meta["next"],
        "generation": store.generation,
        "seeds": ["A"],
    }
    assert meta["next"]
    around = store.index.network(Selection(actors=("A",), by="country")).meta
    assert around["seeds"] == ["A"]  # the country of that actor
    whole = store.index.network(Selection(limit=None)).meta
    assert (whole["total"], whole["returned"], whole["truncated"], whole["reason"]) == (7, 7, False, None)


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"direction": "up"}, "direction is 'up', and allowed is one of both, out, in"),
        ({"depth": 4}, "depth is 4, and allowed is an integer from 1 to 3"),
        ({"limit": 0}, "limit is 0, and allowed is an integer from 1 to 10000"),
        ({"min_weight": 0}, "min_weight is 0, and allowed is an integer of at least 1"),
        ({"min_confidence": 1.5}, "min_confidence is 1.5, and allowed is a number from 0 to 1"),
        ({"quads": (0,)}, "quads is 0, and allowed is any of 1, 2, 3, 4"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_values_that_are_not_allowed(store: Store, selection: dict[str, Any], message: str) -> None:
    with pytest.raises(BadSelection, match=message):
        store.index.network(Selection(**selection))


def test_an_unknown_actor(store: Store) -> None:
    with pytest.raises(UnknownActor, match="No actor 'Atlantis'"):
        store.index.network(Selection(actors=("A", "Atlantis")))


def test_a_quad_class_as_one_edge(store: Store) -> None:
    edges = store.index.network(Selection(actors=("A",), aggregate="quad")).edges
    assert [(e.id, e.action, e.plover, e.quad, e.weight, e.label) for e in edges] == [
        ("A--quad-3--B", None, None, 3, 6, "verbal conflict"),
        ("A--quad-2--C", None, None, 2, 3, "material cooperation"),
        ("C--quad-4--A", None, None, 4, 1, "material conflict"),
    ]


def test_a_dyad_as_one_edge(store: Store) -> None:
    first, *_ = store.index.network(Selection(actors=("A",), aggregate="dyad")).edges
    assert (first.id, first.weight, first.quads, first.quad) == ("A--dyad--B", 6, (0, 0, 6, 0), 3)
    assert first.label == "mostly verbal conflict"


def test_the_latest_first(store: Store) -> None:
    edges = store.index.network(Selection(actors=("A",), order="recent")).edges
    assert [(e.id, e.last) for e in edges] == [
        ("A--urge--B", dt.date(2017, 9, 1)),
        ("A--aid--C", dt.date(2017, 2, 1)),
        ("C--shell--A", dt.date(2017, 1, 1)),
    ]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_pages_are_the_whole(store: Store, depth: int) -> None:
    whole = store.index.network(Selection(actors=("A",), depth=depth, limit=100)).edges
    found: list[str] = []
    cursor = None
    for _ in whole:
        page = store.index.network(Selection(actors=("A",), depth=depth, limit=1, cursor=cursor))
        found += [edge.id for edge in page.edges]
        cursor = page.meta["next"]
        assert cursor is None or isinstance(cursor, str)
    assert cursor is None
    assert sorted(found) == sorted(edge.id for edge in whole)


def test_a_page_after_the_last_is_empty(store: Store) -> None:
    cursor = store.index.network(Selection(limit=6)).meta["next"]
    assert isinstance(cursor, str)
    assert len(store.index.network(Selection(limit=6, cursor=cursor)).edges) == 1
    found = store.index.network(Selection(actors=("A",), limit=6, cursor=cursor))
    assert (found.edges, found.meta["total"], found.meta["next"]) == ((), 3, None)


@pytest.mark.parametrize("given", ["", "x", "ZWRnZXMgYWZ0ZXIgMA", "ZWRnZXMgYWZ0ZXIgMg==", "é"])
def test_marks_that_were_not_given_out(store: Store, given: str) -> None:
    with pytest.raises(BadCursor):
        store.index.network(Selection(cursor=given))


def test_months_of_an_edge(store: Store) -> None:
    edges = store.index.network(Selection(actors=("A",), months=True)).edges
    months = {edge.id: [(day.isoformat(), n) for day, n in edge.months] for edge in edges}
    assert months["A--aid--C"] == [("2017-01-01", 1), ("2017-02-01", 1)]  # and one without a date
    assert months["A--urge--B"] == [(f"2017-0{month}-01", 1) for month in (1, 2, 3, 4, 5, 9)]


def test_the_whole_is_read_as_it_is_needed(store: Store) -> None:
    for selection in (
        Selection(limit=None),
        Selection(limit=None, aggregate="dyad", by="country", months=True),
        Selection(limit=None, actors=("A",), depth=2),
        Selection(limit=None, min_weight=4),
        Selection(limit=None, actors=("A",), actions=("MOBILIZE",)),
    ):
        expected = store.index.network(selection)
        with store.index.whole(selection) as whole:
            assert len(whole.nodes) == len(expected.nodes)
            assert tuple(whole.nodes) == expected.nodes
            assert len(whole.edges) == len(expected.edges)
            assert tuple(whole.edges) == tuple(whole.edges) == expected.edges


def test_the_latest_events_of_edges(store: Store) -> None:
    selection = Selection(actors=("A",), evidence=2)
    edges = tuple(store.index.network(selection).edges)
    latest = store.index.latest(selection, edges)
    assert {
        edge: [row.start.isoformat() if row.start else None for row in rows] for edge, rows in latest.items()
    } == {
        "A--urge--B": ["2017-09-01", "2017-05-01"],
        "A--aid--C": ["2017-02-01", "2017-01-01"],
        "C--shell--A": ["2017-01-01"],
    }
    assert all(row.relation == edge for edge, rows in latest.items() for row in rows)


@pytest.fixture(scope="module")
def sectors(tmp_path_factory: pytest.TempPathFactory, report: Any) -> Iterator[Store]:
    names = {"KOR-COP": Actor("KOR", "COP", "the police", "StateOrgan")}
    acts = [("KOR", "PRK"), ("KOR", "PRK-MIL"), ("KOR-COP", "KOR")]
    documents = [
        report(f"{source}{target}{number}", source, "urge", target, names=names)
        for source, target in acts
        for number in range(2)
    ]
    documents.append(report("else", "KOR", "urge", "PRK-MIL", day="2018-01-01"))
    with Store.open(tmp_path_factory.mktemp("sectors") / "store", create=True) as opened:
        opened.load(documents)
        yield opened


def test_countries_as_nodes(sectors: Store) -> None:
    network = sectors.index.network(Selection(by="country"))
    # Two reports of the same are one event; the two of PRK and of its military are two.
    assert [(e.id, e.weight, e.mentions) for e in network.edges] == [
        ("KOR--urge--PRK", 3, 5),
        ("KOR--urge--KOR", 1, 2),
    ]
    assert list(network.nodes) == [
        Node("KOR", "South Korea", "Country", "KOR", None, 4),
        Node("PRK", "North Korea", "Country", "PRK", None, 3),
    ]


def test_sectors_as_nodes(sectors: Store) -> None:
    network = sectors.index.network(Selection(by="sector", actors=("KOR-COP",)))
    assert [(e.source, e.target, e.weight) for e in network.edges] == [("KOR;COP", "KOR;GOV", 1)]
    same = sectors.index.network(Selection(by="sector", actors=("KOR;COP",)))
    assert (same.nodes, same.edges) == (network.nodes, network.edges)
    assert list(network.nodes) == [
        Node("KOR;COP", "South Korea: COP", "Sector", "KOR", "COP", 1),
        Node("KOR;GOV", "South Korea: GOV", "Sector", "KOR", "GOV", 4),
    ]


def test_a_country_that_no_actor_has(sectors: Store) -> None:
    with pytest.raises(UnknownActor):
        sectors.index.network(Selection(by="country", actors=("FRA",)))


def test_evidence_of_sectors(sectors: Store) -> None:
    selection = Selection(by="sector", evidence=5)
    latest = sectors.index.latest(selection, tuple(sectors.index.network(selection).edges))
    assert {edge: len(rows) for edge, rows in latest.items()} == {
        "KOR%3BGOV--urge--PRK%3BMIL": 2,
        "KOR%3BGOV--urge--PRK%3BGOV": 1,
        "KOR%3BCOP--urge--KOR%3BGOV": 1,
    }
