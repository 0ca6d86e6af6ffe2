"""Measures of a network: figures for every actor, and for the whole.

Each takes the dyads of a selection as arrays, and gives a :class:`Measured`. The events of actors with themselves are
left out. Betweenness, community and balance may take long: they say how far they are, and run in a process of their own
(:mod:`graph.measure_process`).

One engine each, by what was measured on 10,000 actors and 45,000 dyads: PageRank and cores are rustworkx's (0.01 and
0.03 s; networkx 0.5 and 0.2 s), communities networkx's, which has the only Louvain of a licence that fits. Betweenness
is counted here, since no library samples it at a bearable speed (networkx 60 ms a source, here 4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import rustworkx as rx

from graph.arrays import EdgeArrays, Real, Truth, Whole, starts_of
from graph.measure_errors import NotComputable

Column: TypeAlias = list[Any]
Tell: TypeAlias = Callable[[float, str], object]
"""Is told how much is done, 0 to 1, and in what words."""

DAMPING = 0.85
TOLERANCE = 1e-10
MAX_ITERATIONS = 1000
EXACT_ACTORS = 2000
"""Up to so many actors, betweenness counts the shortest paths from each of them; from PIVOTS of them beyond."""

PIVOTS = 500
SEED = 1
TRIADS = ("+++", "++-", "+--", "---")


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of the actors, by name, each a list in the order of ``actors``; what holds of the whole; and how it was
    computed. Actors for whom a measure says nothing are left out. All of it can be written as JSON."""

    actors: list[str]
    columns: dict[str, Column]
    summary: dict[str, object] = field(default_factory=dict)
    method: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """``compute`` gives the figures; ``columns`` can be ranked by, the first by default, the highest first but for
    ``ascending``. ``cost`` guesses the seconds that it takes."""

    name: str
    compute: Callable[[EdgeArrays, Tell], Measured]
    columns: tuple[str, ...]
    cost: Callable[[EdgeArrays], float] = lambda _: 0.0
    ascending: frozenset[str] = frozenset()


def degree(arrays: EdgeArrays, _: Tell) -> Measured:
    """How many different actors each acts on (``out``), is acted on by (``in``), and either (``total``)."""
    return _by_quad(arrays, (arrays.quads > 0).astype(np.int64), _simple(arrays))


def strength(arrays: EdgeArrays, _: Tell) -> Measured:
    """How many events each directs at others (``out``), or others at it (``in``), and both (``total``)."""
    return _by_quad(arrays, arrays.quads, None)


def _by_quad(arrays: EdgeArrays, quads: Whole, pairs: tuple[Whole, Whole] | None) -> Measured:
    """Sums of ``quads`` over the dyads of each actor; of dyads where ``pairs``, each once, give the total."""
    columns: dict[str, Column] = {}
    weight = arrays.weight if pairs is None else np.ones(len(arrays.source), np.int64)
    ends = {"out": arrays.source, "in": arrays.target}
    sums = {name: _summed(end, weight, arrays.size) for name, end in ends.items()}
    total = sums["out"] + sums["in"]
    if pairs is not None:
        total = np.bincount(np.concatenate(pairs), minlength=arrays.size)
    columns = {"total": total.tolist()} | {name: sums[name].tolist() for name in ends}
    for name, end in ends.items():
        by_quad = np.stack([_summed(end, quads[:, n], arrays.size) for n in range(4)], axis=1)
        columns[f"{name}_quads"] = by_quad.tolist()
    return Measured(list(arrays.actors), columns)


def _summed(places: Whole, weight: Whole, size: int) -> Whole:
    sums = np.zeros(size, np.int64)
    np.add.at(sums, places, weight)
    return sums


def _simple(arrays: EdgeArrays) -> tuple[Whole, Whole]:
    """The pairs of actors that have any events, each once, the lower place first."""
    size = max(arrays.size, 1)
    low, high = np.minimum(arrays.source, arrays.target), np.maximum(arrays.source, arrays.target)
    one, other = np.divmod(np.unique(low * size + high), size)
    return one, other


def pagerank(arrays: EdgeArrays, _: Tell) -> Measured:
    """Where one is who follows events from source to target, each with the same chance, and jumps at times."""
    _needs_dyads(arrays, "PageRank")
    graph = rx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(arrays.size))
    weight = arrays.weight.astype(float).tolist()
    graph.add_edges_from(list(zip(arrays.source.tolist(), arrays.target.tolist(), weight, strict=True)))
    try:
        found = rx.pagerank(
            graph,
            alpha=DAMPING,
            weight_fn=float,
            tol=TOLERANCE / arrays.size,
            max_iter=MAX_ITERATIONS,
        )
    except rx.FailedToConverge as error:
        raise NotComputable("PageRank", f"it did not settle in {MAX_ITERATIONS} rounds") from error
    ranks = [round(found[place], 12) for place in range(arrays.size)]
    return Measured(list(arrays.actors), {"pagerank": ranks}, {}, {"damping": DAMPING, "engine": "rustworkx"})


def kcore(arrays: EdgeArrays, _: Tell) -> Measured:
    """The largest k for which an actor is in a k-core: a part in which each has k partners at least within it."""
    _needs_dyads(arrays, "The k-core")
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(arrays.size))
    pairs = zip(*(ends.tolist() for ends in _simple(arrays)), strict=True)
    graph.add_edges_from_no_data(list(pairs))
    found: Any = rx.core_number(graph)  # a dict, whatever its stub says
    cores = [found[place] for place in range(arrays.size)]
    summary = {"highest": max(cores), "in_highest": cores.count(max(cores))}
    return Measured(list(arrays.actors), {"core": cores}, summary, {"engine": "rustworkx"})


def reciprocity(arrays: EdgeArrays, _: Tell) -> Measured:
    """How much of what an actor directs at others comes back from the same ones.

    ``reciprocity`` is the share of the actors acted on that act on it too; ``weighted`` the share of its events that
    are matched, Σ min(w_ij, w_ji) / Σ w_ij (Squartini et al. 2013). The summary has both of the whole network.
    """
    _needs_dyads(arrays, "Reciprocity")
    weight, back = arrays.weight, _back(arrays, arrays.weight)
    returned, matched = (back > 0).astype(np.int64), np.minimum(weight, back)
    sums = [
        _summed(arrays.source, values, arrays.size)
        for values in (np.ones_like(weight), returned, weight, matched)
    ]
    acting = np.flatnonzero(sums[0])
    targets, mutual, events, answered = (one[acting] for one in sums)
    columns = {
        "reciprocity": _rounded(mutual / targets),
        "weighted": _rounded(answered / events),
        "targets": targets.tolist(),
        "mutual": mutual.tolist(),
    }
    summary: dict[str, object] = {
        "reciprocity": round(float(returned.mean()), 6),
        "weighted": round(float(matched.sum() / weight.sum()), 6),
        "dyads": len(weight),
        "mutual": int(returned.sum()),
    }
    return Measured([arrays.actors[place] for place in acting.tolist()], columns, summary)


def _back(arrays: EdgeArrays, values: Whole) -> Whole:
    """For each dyad the value of the one that goes back, 0 where there is none."""
    key = arrays.source * arrays.size + arrays.target
    wanted = arrays.target * arrays.size + arrays.source
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    back: Whole = np.where(key[place] == wanted, values[place], 0)
    return back


def betweenness(arrays: EdgeArrays, tell: Tell) -> Measured:
    """The share of shortest ways, by steps, from one actor to another that lead over an actor (Brandes 2001).

    Of more than EXACT_ACTORS actors, the ways from PIVOTS of them, drawn by SEED, stand for all (Brandes and Pich
    2007).
    """
    _needs_dyads(arrays, "Betweenness")
    size = arrays.size
    if size < 3:
        raise NotComputable("Betweenness", "there are only two actors, and none between them")
    sampled = size > EXACT_ACTORS
    pivots = np.random.default_rng(SEED).choice(size, PIVOTS, replace=False) if sampled else np.arange(size)
    starts = starts_of(arrays.source, size)
    scores = np.zeros(size)
    for done, pivot in enumerate(pivots.tolist()):
        tell(done / len(pivots), f"shortest paths from {done} of {len(pivots)} actors")
        scores += _dependencies(starts, arrays.target, pivot, size)
    scores *= size / len(pivots) / ((size - 1) * (size - 2))
    method: dict[str, object] = {"sampled": sampled, "sources": len(pivots), "normalized": True}
    if sampled:
        method["seed"] = SEED
    return Measured(list(arrays.actors), {"betweenness": _rounded(scores, 9)}, {}, method)


def _dependencies(starts: Whole, targets: Whole, source: int, size: int) -> Real:
    """How much the shortest paths from ``source`` depend on each actor, which arcs sorted by source join."""
    distance = np.full(size, -1)
    count = np.zeros(size)
    distance[source], count[source] = 0, 1
    front, layers = np.array([source]), []
    while len(front):
        begin, end = starts[front], starts[front + 1]
        lengths = end - begin
        tails = np.repeat(front, lengths)
        arcs = np.arange(len(tails)) + np.repeat(begin - (np.cumsum(lengths) - lengths), lengths)
        heads = targets[arcs]
        step = distance[front[0]] + 1
        distance[heads[distance[heads] < 0]] = step
        on_way = distance[heads] == step
        tails, heads = tails[on_way], heads[on_way]
        count += np.bincount(heads, count[tails], size)
        layers.append((tails, heads))
        front = np.unique(heads)
    dependency = np.zeros(size)
    for tails, heads in reversed(layers):
        share = count[tails] / count[heads] * (1 + dependency[heads])
        dependency += np.bincount(tails, share, size)
    dependency[source] = 0
    return dependency


def community(arrays: EdgeArrays, tell: Tell) -> Measured:
    """Which actors have more to do with each other than with others: Louvain's communities, by events either way.

    Numbered from 1, the largest first. ``inside`` is the share of an actor's events that are with its own community.
    """
    import networkx as nx

    _needs_dyads(arrays, "Community")
    tell(0, "the network is built")
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(arrays.size))
    for one, other, events in zip(
        arrays.source.tolist(), arrays.target.tolist(), arrays.weight.tolist(), strict=True
    ):
        known = graph.get_edge_data(one, other)
        graph.add_edge(one, other, weight=events + (known["weight"] if known else 0))
    tell(0.2, "communities are sought")
    found = nx.community.louvain_communities(graph, weight="weight", seed=SEED)
    parts = sorted((sorted(part) for part in found), key=lambda part: (-len(part), part))
    number = np.zeros(arrays.size, np.int64)
    for place, part in enumerate(parts, 1):
        number[part] = place
    inside = arrays.weight * (number[arrays.source] == number[arrays.target])
    own, every = (
        _summed(arrays.source, events, arrays.size) + _summed(arrays.target, events, arrays.size)
        for events in (inside, arrays.weight)
    )
    summary: dict[str, object] = {
        "communities": len(parts),
        "modularity": round(float(nx.community.modularity(graph, found, weight="weight")), 6),
        "sizes": [len(part) for part in parts],
    }
    columns = {
        "community": number.tolist(),
        "strength": every.tolist(),
        "inside": _rounded(own / every),
    }
    return Measured(
        list(arrays.actors), columns, summary, {"engine": "networkx", "algorithm": "Louvain", "seed": SEED}
    )


def balance(arrays: EdgeArrays, tell: Tell) -> Measured:
    """Whether friends of friends are friends: the triads of actors whose three pairs have signs.

    The sign of a pair is that of its events of cooperation (quad class 1, 2) minus those of conflict (3, 4), both
    directions together; a pair where they are equal has none. Balanced are ``+++`` and ``+--`` (Cartwright and Harary
    1956).
    """
    one, other, positive, neutral = _signs(arrays)
    counts = _triads(one, other, positive, arrays.size, tell)
    if not counts.any():
        raise NotComputable("Balance", "there are no three actors of whom each two have a sign")
    present = np.flatnonzero(counts.sum(axis=1))
    own = counts[present]
    every, balanced = own.sum(axis=1), own[:, 0] + own[:, 2]
    whole = counts.sum(axis=0) // 3  # a triad was counted for each of its three
    columns = {
        "triads": every.tolist(),
        "balanced": balanced.tolist(),
        "share": _rounded(balanced / every),
        "kinds": own.tolist(),
    }
    summary: dict[str, object] = {
        "triads": int(whole.sum()),
        "kinds": dict(zip(TRIADS, whole.tolist(), strict=True)),
        "share": round(float((whole[0] + whole[2]) / whole.sum()), 6),
        "positive": int(positive.sum()),
        "negative": int((~positive).sum()),
        "neutral": neutral,
    }
    return Measured([arrays.actors[place] for place in present.tolist()], columns, summary)


def _signs(arrays: EdgeArrays) -> tuple[Whole, Whole, Truth, int]:
    """The pairs with a sign, the lower place first, whether it is positive, and how many pairs have none."""
    size = max(arrays.size, 1)
    net = arrays.quads @ np.array([1, 1, -1, -1])
    low, high = np.minimum(arrays.source, arrays.target), np.maximum(arrays.source, arrays.target)
    keys, place = np.unique(low * size + high, return_inverse=True)
    sums = np.zeros(len(keys), np.int64)
    np.add.at(sums, place, net)
    signed = sums != 0
    one, other = np.divmod(keys[signed], size)
    return one, other, sums[signed] > 0, int((~signed).sum())


def _triads(one: Whole, other: Whole, positive: Truth, size: int, tell: Tell) -> Whole:
    """For each actor how many triads of each kind it is in, by the number of negative pairs.

    Each triad is met once: every pair points from the actor with fewer partners to the one with more, so that few
    point from any, however many partners there are (Schank and Wagner 2005).
    """
    degrees = np.bincount(np.concatenate([one, other]), minlength=size)
    turned = (degrees[one] > degrees[other]) | ((degrees[one] == degrees[other]) & (one > other))
    tails, heads = np.where(turned, other, one), np.where(turned, one, other)
    ahead: list[dict[int, bool]] = [{} for _ in range(size)]
    negative = (~positive).tolist()
    for tail, head, sign in zip(tails.tolist(), heads.tolist(), negative, strict=True):
        ahead[tail][head] = sign
    counts = np.zeros((size, 4), np.int64)
    own = [[0, 0, 0, 0] for _ in range(size)]
    for tail in range(size):
        if tail % 100 == 0:
            tell(tail / size, f"triads of {tail} of {size} actors")
        mine = ahead[tail]
        for head, sign in mine.items():
            theirs = ahead[head]
            few, many = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
            for third in few:
                if third in many:
                    kind = sign + mine[third] + theirs[third]
                    own[tail][kind] += 1
                    own[head][kind] += 1
                    own[third][kind] += 1
    counts[:] = np.array(own, np.int64).reshape(size, 4)
    return counts


def _needs_dyads(arrays: EdgeArrays, measure: str) -> None:
    if not len(arrays.source):
        raise NotComputable(measure, "the selection has no events between two different actors")


def _rounded(values: Real, digits: int = 6) -> list[float]:
    rounded: list[float] = np.round(values, digits).tolist()
    return rounded


def _sources(arrays: EdgeArrays) -> int:
    return arrays.size if arrays.size <= EXACT_ACTORS else PIVOTS


MEASURES: Mapping[str, Measure] = {
    one.name: one
    for one in (
        Measure("degree", degree, ("total", "out", "in")),
        Measure("strength", strength, ("total", "out", "in")),
        Measure("pagerank", pagerank, ("pagerank",), lambda arrays: 2e-6 * len(arrays.source)),
        Measure(
            "betweenness",
            betweenness,
            ("betweenness",),
            lambda arrays: _sources(arrays) * (3e-4 + 1e-7 * len(arrays.source)),
        ),
        Measure("kcore", kcore, ("core",), lambda arrays: 2e-6 * len(arrays.source)),
        Measure("reciprocity", reciprocity, ("reciprocity", "weighted", "targets", "mutual")),
        Measure(
            "community",
            community,
            ("community", "strength", "inside"),
            lambda arrays: 8e-5 * len(arrays.source),
            frozenset({"community"}),
        ),
        Measure(
            "balance",
            balance,
            ("triads", "balanced", "share"),
            lambda arrays: 1e-7 * len(arrays.source) ** 1.5 + 2e-6 * len(arrays.source),
        ),
    )
}
"""The measures by name."""
