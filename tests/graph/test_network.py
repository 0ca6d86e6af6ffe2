"""Neighborhoods: which edges and nodes a selection gives, what was cut, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from graph.errors import BadSelection, UnknownActor
from graph.network import Network, Selection
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
        "generation": store.generation,
    }
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
