"""Measures: hand-counted figures on small graphs, networkx's on any, and each triad by looking at it."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import measures
from graph.arrays import EdgeArrays, from_cells
from graph.measure_errors import NotComputable
from graph.measures import MEASURES, Measured

Cell = tuple[str, str, int, int]
"""Source, target, quad class, events."""

SMALL: list[Cell] = [
    ("A", "B", 1, 3),
    ("A", "B", 4, 1),
    ("B", "A", 1, 2),
    ("A", "C", 3, 2),
    ("C", "B", 2, 1),
    ("D", "C", 1, 1),
    ("D", "D", 1, 9),
]


def arrays_of(cells: list[Cell]) -> EdgeArrays:
    source, target, quad, events = zip(*cells, strict=True) if cells else ((), (), (), ())
    return from_cells(source, target, quad, events)


def measured(name: str, cells: list[Cell] = SMALL) -> Measured:
    return MEASURES[name].compute(arrays_of(cells), lambda *_: None)


def column(found: Measured, name: str) -> dict[str, object]:
    return dict(zip(found.actors, found.columns[name], strict=True))


def test_arrays_join_the_cells_of_a_dyad_and_leave_out_what_actors_do_to_themselves() -> None:
    arrays = arrays_of(SMALL)
    assert arrays.actors == ("A", "B", "C", "D")
    assert arrays.selves == 9
    dyads = list(zip(arrays.source.tolist(), arrays.target.tolist(), arrays.quads.tolist(), strict=True))
    assert dyads[0] == (0, 1, [3, 0, 0, 1])
    assert arrays.weight.tolist() == [4, 2, 2, 1, 1]


def test_degree() -> None:
    found = measured("degree")
    assert column(found, "out") == {"A": 2, "B": 1, "C": 1, "D": 1}
    assert column(found, "in") == {"A": 1, "B": 2, "C": 2, "D": 0}
    assert column(found, "total") == {"A": 2, "B": 2, "C": 3, "D": 1}
    assert column(found, "out_quads")["A"] == [1, 0, 1, 1]


def test_strength() -> None:
    found = measured("strength")
    assert column(found, "out") == {"A": 6, "B": 2, "C": 1, "D": 1}
    assert column(found, "in") == {"A": 2, "B": 5, "C": 3, "D": 0}
    assert column(found, "total") == {"A": 8, "B": 7, "C": 4, "D": 1}
    assert column(found, "in_quads")["B"] == [3, 1, 0, 1]


def test_reciprocity() -> None:
    found = measured("reciprocity")
    assert column(found, "reciprocity") == {"A": 0.5, "B": 1.0, "C": 0.0, "D": 0.0}
    assert column(found, "weighted") == {"A": round(2 / 6, 6), "B": 1.0, "C": 0.0, "D": 0.0}
    assert found.summary == {"reciprocity": 0.4, "weighted": 0.4, "dyads": 5, "mutual": 2}


def test_the_kinds_of_triads() -> None:
    # A-B net +4, A-C net -2, B-C net +1: one triad ++-; D-C hangs outside.
    found = measured("balance")
    assert found.summary["kinds"] == {"+++": 0, "++-": 1, "+--": 0, "---": 0}
    assert found.summary["share"] == 0.0
    assert column(found, "triads") == {"A": 1, "B": 1, "C": 1}


def test_a_balanced_pair_of_camps_is_balanced() -> None:
    camps = {"A": 0, "B": 0, "C": 1, "D": 1}
    cells = [(a, b, 1 if camps[a] == camps[b] else 4, 1) for a, b in combinations(camps, 2)]
    found = measured("balance", cells)
    assert found.summary["kinds"] == {"+++": 0, "++-": 0, "+--": 4, "---": 0}
    assert set(column(found, "share").values()) == {1.0}


def test_a_pair_of_equal_cooperation_and_conflict_has_no_sign() -> None:
    cells = [("A", "B", 1, 2), ("B", "A", 3, 2), ("B", "C", 1, 1), ("C", "A", 1, 1)]
    with pytest.raises(NotComputable, match="no three actors"):
        measured("balance", cells)
    found = measured("balance", [*cells, ("A", "B", 4, 1)])
    assert (found.summary["negative"], found.summary["neutral"]) == (1, 0)


def test_communities_are_two_cliques() -> None:
    cliques = [*combinations("ABCD", 2), *combinations("WXYZ", 2), *combinations("WXY", 2)]
    found = measured("community", [(a, b, 1, 5) for a, b in cliques] + [("A", "Z", 1, 1)])
    numbers = column(found, "community")
    assert {numbers[one] for one in "ABCD"} == {1}
    assert {numbers[one] for one in "WXYZ"} == {2}
    assert found.summary["sizes"] == [4, 4]
    assert column(found, "inside")["A"] == round(15 / 16, 6)
    assert found.method["seed"] == measures.SEED


cells = st.lists(
    st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from("ABCDEFG"), st.integers(1, 4), st.integers(1, 5)),
    min_size=1,
    max_size=25,
).filter(lambda cells: any(a != b for a, b, _, _ in cells))


def graph_of(cells: list[Cell]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for source, target, _, events in cells:
        if source != target:
            known = graph.get_edge_data(source, target, {"weight": 0})["weight"]
            graph.add_edge(source, target, weight=known + events)
    return graph


@settings(deadline=None)
@given(cells)
def test_betweenness_is_that_of_networkx(cells: list[Cell]) -> None:
    graph = graph_of(cells)
    if len(graph) < 3:
        with pytest.raises(NotComputable, match="only two actors"):
            measured("betweenness", cells)
        return
    found = column(measured("betweenness", cells), "betweenness")
    assert found == pytest.approx(nx.betweenness_centrality(graph), abs=1e-8)


@settings(deadline=None)
@given(cells)
def test_cores_and_reciprocity_are_those_of_networkx(cells: list[Cell]) -> None:
    graph = graph_of(cells)
    found = measured("kcore", cells)
    assert column(found, "core") == nx.core_number(graph.to_undirected())
    whole = measured("reciprocity", cells).summary["reciprocity"]
    assert whole == pytest.approx(nx.overall_reciprocity(graph), abs=1e-6)


@settings(deadline=None)
@given(cells)
def test_pagerank_is_that_of_the_matrix(cells: list[Cell]) -> None:
    """The stationary distribution, by linear algebra."""
    graph = graph_of(cells)
    names = sorted(graph)
    weight = np.zeros((len(names), len(names)))
    for source, target, data in graph.edges(data=True):
        weight[names.index(source), names.index(target)] = data["weight"]
    rows = weight.sum(axis=1, keepdims=True)
    steps = np.where(rows > 0, weight / np.where(rows > 0, rows, 1), 1 / len(names))
    google = 0.85 * steps + 0.15 / len(names)
    ranks = np.linalg.solve(np.eye(len(names)) - google.T + np.ones_like(google), np.ones(len(names)))
    found = column(measured("pagerank", cells), "pagerank")
    assert found == pytest.approx(dict(zip(names, ranks, strict=True)), abs=1e-7)


@settings(deadline=None)
@given(cells)
def test_triads_are_those_that_a_look_at_each_three_finds(cells: list[Cell]) -> None:
    net: dict[frozenset[str], int] = {}
    for source, target, quad, events in cells:
        if source != target:
            pair = frozenset((source, target))
            net[pair] = net.get(pair, 0) + (events if quad <= 2 else -events)
    kinds = {actor: [0, 0, 0, 0] for actor in "ABCDEFG"}
    for three in combinations("ABCDEFG", 3):
        signs = [net.get(frozenset(pair), 0) for pair in combinations(three, 2)]
        if all(signs):
            for actor in three:
                kinds[actor][sum(sign < 0 for sign in signs)] += 1
    expected = {actor: own for actor, own in kinds.items() if any(own)}
    if not expected:
        with pytest.raises(NotComputable, match="Balance cannot be computed"):
            measured("balance", cells)
        return
    found = measured("balance", cells)
    assert column(found, "kinds") == expected
    assert column(found, "balanced") == {actor: own[0] + own[2] for actor, own in expected.items()}


def ring(size: int) -> EdgeArrays:
    """Each actor acts on the next two."""
    ids = [f"A{n:05d}" for n in range(size)]
    pairs = [(one, (one + step) % size) for one in range(size) for step in (1, 2)]
    return from_cells([ids[a] for a, _ in pairs], [ids[b] for _, b in pairs], [1] * 2 * size, [1] * 2 * size)


def test_betweenness_of_many_actors_is_sampled_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = measures.betweenness(ring(40), lambda *_: None)
    assert exact.method == {"sampled": False, "sources": 40, "normalized": True}
    monkeypatch.setattr(measures, "EXACT_ACTORS", 39)
    monkeypatch.setattr(measures, "PIVOTS", 20)
    heard: list[float] = []
    sampled = measures.betweenness(ring(40), lambda progress, _: heard.append(progress))
    assert sampled.method == {"sampled": True, "sources": 20, "normalized": True, "seed": measures.SEED}
    assert sampled == measures.betweenness(ring(40), lambda *_: None)
    assert heard == [n / 20 for n in range(20)]
    mean = [sum(one.columns["betweenness"]) / 40 for one in (exact, sampled)]
    assert mean[1] == pytest.approx(mean[0], abs=1e-6)  # in a ring, each source has the same sum


@pytest.mark.parametrize("name", sorted(set(MEASURES) - {"degree", "strength"}))
def test_a_measure_of_nothing_says_why_there_is_none(name: str) -> None:
    with pytest.raises(NotComputable, match="cannot be computed on this graph"):
        measured(name, [("A", "A", 1, 1)])


@pytest.mark.parametrize("name", ["degree", "strength"])
def test_nobody_has_a_degree_where_nobody_is(name: str) -> None:
    assert measured(name, []).actors == []


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_a_measure_has_the_figures_by_which_it_can_be_ranked(measure: measures.Measure) -> None:
    found = measure.compute(arrays_of(SMALL), lambda *_: None)
    assert set(measure.columns) <= set(found.columns)
    assert {len(values) for values in found.columns.values()} == {len(found.actors)}
    assert measure.ascending <= set(measure.columns)
    assert measure.cost(arrays_of(SMALL)) < 0.1
