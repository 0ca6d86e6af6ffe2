"""Analyses of a large network, through the index: ``python -m bench.network_measures``.

A synthetic index of a million events between some 10,000 actors (45,000 dyads, few of whom have most events) is asked
for each analysis: the first time, with nothing kept, and again. PageRank, cores and betweenness are computed by
networkx over the same dyads as well. Figures are seconds; of PageRank, ``first`` should be below 3 and ``again`` below
0.02.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np

from api import asking
from api.analyses import ANSWERS, Analyses
from graph.arrays import EdgeArrays
from graph.index import Index
from graph.measures import MEASURES, PIVOTS
from graph.network import Selection

ACTORS, DYADS, EVENTS = 10_000, 45_000, 1_000_000
AGAIN = 20
SEED = 1

Seconds = dict[str, dict[str, float]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs all, prints a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.network_measures", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    index = synthetic(events=options.events)
    found = measure_all(index) | peers(index.edge_arrays(Selection(limit=None)))
    index.close()
    if options.json:
        print(json.dumps(found, indent=1))
        return
    print(f"{options.events:,} events, {ACTORS:,} actors, {DYADS:,} dyads; seconds")
    for name, times in found.items():
        print(f"{name:<24}" + "  ".join(f"{what} {seconds:.4f}" for what, seconds in times.items()))


def synthetic(*, events: int = EVENTS, actors: int = ACTORS, dyads: int = DYADS) -> Index:
    """An index in memory; actors and dyads have shares of the events by Zipf's law."""
    random = np.random.default_rng(SEED)
    share = 1 / np.arange(1, actors + 1) ** 0.8
    ends = random.choice(actors, (dyads * 3, 2), p=share / share.sum())
    pairs = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
    pairs = random.permutation(pairs)[:dyads]
    weight = 1 / np.arange(1, len(pairs) + 1) ** 0.7
    dyad = np.concatenate([np.arange(len(pairs)), random.choice(len(pairs), events, p=weight / weight.sum())])
    dyad = dyad[:events]
    index = Index(None)
    index.empty(generation=1)
    columns = {
        "source": pairs[dyad, 0],
        "target": pairs[dyad, 1],
        "quad": random.integers(1, 5, len(dyad)),
        "day": random.integers(0, 9000, len(dyad)),
    }
    with index._cursor() as cursor:
        cursor.register("made", columns)
        cursor.execute(
            """INSERT INTO events SELECT md5((row_number() OVER ())::VARCHAR), printf('A%05d', source),
            printf('A%05d', target), 'act' || quad, 'CONSULT', '040', quad, 3.0 - quad,
            DATE '2000-01-01' + day::INTEGER, DATE '2000-01-02' + day::INTEGER, 'day', 'actual', false, 1, 0.8
            FROM made ORDER BY source, target, day"""
        )
        cursor.execute(
            """INSERT INTO actors SELECT id, id, 'GOV', id, 'State', n FROM
            (SELECT source AS id, count(*) AS n FROM
                (SELECT source FROM events UNION ALL SELECT target FROM events) GROUP BY ALL)"""
        )
    index._writes += 1
    return index


def fresh(index: Index) -> Analyses:
    """Analyses that keep nothing yet."""
    store: Any = SimpleNamespace(index=index)
    return Analyses(store, lambda: {"generation": 1})


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_all(index: Index) -> Seconds:
    """Seconds of each analysis the first time, and the median of AGAIN times more."""
    found: Seconds = {}
    for name in MEASURES:
        asked = asking.measures({"measure": [name]})
        analyses = fresh(index)

        def ask(analyses: Analyses = analyses, asked: asking.MeasureAsked = asked) -> object:
            return analyses.measures(asked, wait=None)

        found[f"measures {name}"] = first_and_again(ask)
        analyses.close()
    ends = {"source": ["A00400"], "target": ["A00700"]}
    for name, given in {
        "paths": ends,
        "paths ordered": ends | {"ordered": ["true"]},
        "paths any 6": ends | {"direction": ["any"], "max_length": ["6"]},
        "common": {"actor": ["A00000", "A00001"]},
        "dyad": {"source": ["A00000"], "target": ["A00001"]},
        "ego": {"actor": ["A00000"]},
        "ego month": {"actor": ["A00000"], "bucket": ["month"]},
    }.items():
        read, answer = ANSWERS[name.split()[0]]
        analyses = fresh(index)
        found[name] = first_and_again(lambda a=analyses, r=read, g=given, w=answer: w(a, r(g)))  # type: ignore[misc]
    return found


def first_and_again(work: Callable[[], object]) -> dict[str, float]:
    """Seconds."""
    first = timed(work)
    return {"first": first, "again": statistics.median(timed(work) for _ in range(AGAIN))}


def peers(arrays: EdgeArrays) -> Seconds:
    """Seconds of networkx for the same, of the graph that is made once; and ours without the index."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    cells = zip(arrays.source.tolist(), arrays.target.tolist(), arrays.weight.tolist(), strict=True)
    build = timed(lambda: graph.add_weighted_edges_from(cells))
    either = graph.to_undirected()
    theirs: dict[str, Callable[[], object]] = {
        "pagerank": lambda: nx.pagerank(graph),
        "kcore": lambda: nx.core_number(either),
        "betweenness": lambda: nx.betweenness_centrality(graph, k=PIVOTS // 10, seed=SEED),
    }
    found: Seconds = {"networkx graph": {"build": build}}
    for name, work in theirs.items():
        own = timed(lambda name=name: MEASURES[name].compute(arrays, lambda *_: None))  # type: ignore[misc]
        found[f"{name} alone"] = {"whowhom": own, "networkx": timed(work)}
    found["betweenness alone"]["networkx"] *= 10  # of a tenth of the sources
    return found


if __name__ == "__main__":
    main()
