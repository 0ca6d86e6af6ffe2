"""Networks in networkx: nothing is lost, and parallel relations add up."""

from __future__ import annotations

import datetime as dt

import networkx as nx
import pytest

from graph.export.attributes import EDGE_TYPES, edge_attributes, node_attributes
from graph.network import Edge, Network, Node
from graph.networks import digraph, multidigraph

NODES = (
    Node("KOR", "South Korea", "State", "KOR", "GOV", 6),
    Node("PRK", "North Korea", "State", "PRK", None, 6),
)
URGE = Edge(
    "KOR--urge--PRK", "KOR", "PRK", "urge", "REQUEST", 3, -5.0, 3, 4, dt.date(2017, 3, 1), dt.date(2017, 5, 2)
)
AID = Edge("KOR--aid--PRK", "KOR", "PRK", "aid", "AID", 2, 7.0, 1, 1, dt.date(2016, 1, 9), None)
SHELL = Edge("PRK--shell--KOR", "PRK", "KOR", "shell", "ASSAULT", 4, -10.0, 2, 2, None, None)
NETWORK = Network(NODES, (URGE, AID, SHELL), {"total": 3, "generation": 7})


class Lazy:
    """Edges that can be gone through, and counts how often that was."""

    def __init__(self, edges: tuple[Edge, ...]) -> None:
        self.edges, self.read = edges, 0

    def __len__(self) -> int:
        raise AssertionError("edges are not counted")

    def __iter__(self):  # type: ignore[no-untyped-def]
        self.read += 1
        yield from self.edges


def test_a_multidigraph_has_every_relation_by_its_id() -> None:
    graph = multidigraph(NETWORK)
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.graph == {"total": 3, "generation": 7}
    assert graph.nodes["KOR"] == {"label": "South Korea", **node_attributes(NODES[0])}
    assert "sector" not in graph.nodes["PRK"]
    assert {key: data for _, _, key, data in graph.edges(keys=True, data=True)} == {
        edge.id: edge_attributes(edge) for edge in NETWORK.edges
    }
    assert [edge[:2] for edge in graph.edges] == [("KOR", "PRK"), ("KOR", "PRK"), ("PRK", "KOR")]


def test_a_digraph_adds_parallel_relations_up() -> None:
    graph = digraph(NETWORK)
    both = graph.edges["KOR", "PRK"]
    assert both == {
        "quad": 3,
        "weight": 4,
        "goldstein": pytest.approx(-2.0),  # (3 · -5 + 1 · 7) / 4
        "events": 4,
        "mentions": 5,
        "first": "2016-01-09",
        "last": "2017-05-02",
        "first_month": "2016-01",
        "last_month": "2017-05",
        "quads": [0, 1, 3, 0],
        "relations": 2,
    }
    assert set(both) - {"quads", "relations"} <= set(EDGE_TYPES)
    assert graph.edges["PRK", "KOR"]["quads"] == [0, 0, 0, 2]
    assert "first" not in graph.edges["PRK", "KOR"]


def test_the_quad_class_of_several_is_the_one_with_most_events_and_the_lowest_of_equals() -> None:
    first, second = (
        Edge(f"a--{n}--b", "a", "b", str(n), None, quad, 0.0, 2, 2, None, None)
        for n, quad in enumerate((4, 2))
    )
    assert digraph(Network((), (first, second))).edges["a", "b"]["quad"] == 2


def test_edges_are_read_as_they_are_needed() -> None:
    edges = Lazy((URGE, AID, SHELL))
    assert multidigraph(Network(NODES, edges)).number_of_edges() == 3
    assert digraph(Network(NODES, edges)).number_of_edges() == 2
    assert edges.read == 2
