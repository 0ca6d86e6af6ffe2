"""Networks: what their exports cost, ``python -m bench networks``.

GEXF beside networkx's ``write_gexf`` in the same run, over the same 10,000 nodes and 70,000 edges, nodes and edges made
beforehand: seconds (the best of some runs; networkx has one), the ratio, and the memory that the process has at most
while it writes, over what it had before (resident, by Linux; with edges made as they are needed). Then a million edges,
streamed, and the other formats. The asked bounds: a ratio of 0.35, 20 MB.

::

    python -m bench networks --json FILE
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import io
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx

from graph.export import FORMATS
from graph.export.attributes import edge_attributes, node_attributes
from graph.network import Edge, Network, Node

Report = dict[str, Any]

NODES, EDGES, MANY = 10_000, 70_000, 1_000_000
RUNS = 3
SMALL = ("dot", "svg")
ACTIONS = tuple(f"action{number}" for number in range(60))
TYPES = ("ACCUSE", "AID", "ASSAULT", "CONSULT", "REQUEST")
ACTOR_TYPES = ("State", "StateOrgan", "Group", "Person")


@dataclass(frozen=True, slots=True)
class Made:
    """``count`` edges between the nodes, made anew each time they are gone through."""

    count: int
    months: bool

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Edge]:
        draw = random.Random(self.count)
        first = dt.date(2010, 1, 1)
        for number in range(self.count):
            source, target = draw.randrange(NODES), draw.randrange(NODES)
            action = draw.choice(ACTIONS)
            begin = first + dt.timedelta(draw.randrange(3000))
            end = begin + dt.timedelta(draw.randrange(90))
            months = ((begin.replace(day=1), 1), (end.replace(day=1), 1)) if self.months else ()
            yield Edge(
                *(f"A{source:05}--{action}--A{target:05}-{number}", f"A{source:05}", f"A{target:05}", action),
                *(draw.choice(TYPES), draw.randint(1, 4), round(draw.uniform(-10, 10), 1)),
                *(draw.randint(1, 50), draw.randint(1, 90), begin, end),
                months=months if len({month for month, _ in months}) == len(months) else months[:1],
            )


class Nowhere(io.RawIOBase):
    """Takes bytes and counts them."""

    size = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any) -> int:
        """Counts."""
        self.size += len(data)
        return len(data)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs all, prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench networks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--json", type=Path, metavar="FILE", help="the results as JSON, too")
    options = parser.parse_args(arguments)
    report: Report = {"cores": os.cpu_count(), "load_average": [os.getloadavg()[0]]}
    measure_gexf(report)
    measure_formats(report)
    report["load_average"].append(os.getloadavg()[0])
    for line in table(report):
        print(line)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def network(edges: int, *, months: bool = False) -> Network:
    """A network of NODES nodes whose edges are made as they are needed."""
    nodes = tuple(
        Node(f"A{n:05}", f"Actor {n} & Co.", ACTOR_TYPES[n % 4], f"C{n % 200:02}", "GOV", n)
        for n in range(NODES)
    )
    return Network(nodes, Made(edges, months), {"total": edges, "truncated": False})


def measure_gexf(report: Report) -> None:
    """Seconds of our writer and of networkx's, with their ratio, and megabytes held; then a million edges."""
    lazy = network(EDGES)
    held = Network(lazy.nodes, tuple(lazy.edges), lazy.meta)
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in held.nodes:
        drawn.add_node(node.id, label=node.label, **node_attributes(node))
    for edge in held.edges:
        drawn.add_edge(edge.source, edge.target, key=edge.id, **edge_attributes(edge))
    ours = min(_seconds("gexf", held)[0] for _ in range(RUNS))
    began = time.perf_counter()
    nx.write_gexf(drawn, Nowhere())
    theirs = time.perf_counter() - began
    dynamic = network(EDGES, months=True)
    many = network(MANY, months=True)
    seconds, size = _seconds("gexf", many)
    report["gexf"] = {
        "nodes": NODES,
        "edges": EDGES,
        "seconds": ours,
        "seconds with months": _seconds("gexf", Network(dynamic.nodes, tuple(dynamic.edges)))[0],
        "networkx seconds": theirs,
        "ratio": ours / theirs,
        "MB over base": _megabytes("gexf", lazy),
        "MB over base with months": _megabytes("gexf", dynamic),
        "million edges": {"seconds": seconds, "bytes": size, "MB over base": _megabytes("gexf", many)},
    }


def measure_formats(report: Report) -> None:
    """Seconds, bytes and megabytes held of each format but those for small networks."""
    lazy = network(EDGES, months=True)
    held = Network(lazy.nodes, tuple(lazy.edges), lazy.meta)
    report["formats"] = {}
    for name in FORMATS:
        if name not in SMALL:
            seconds, size = _seconds(name, held)
            report["formats"][name] = {
                "seconds": seconds,
                "bytes": size,
                "MB over base": _megabytes(name, lazy),
            }


def _seconds(name: str, network: Network) -> tuple[float, int]:
    """Of writing, and the bytes that were written."""
    sink = Nowhere()
    began = time.perf_counter()
    FORMATS[name].write(network, sink)  # type: ignore[arg-type]
    return time.perf_counter() - began, sink.size


def _megabytes(name: str, network: Network) -> float:
    """The most that the process has resident while it writes, over what it has before."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # sets the mark of the most to what there is now
    before = _resident("VmRSS")
    FORMATS[name].write(network, Nowhere())  # type: ignore[arg-type]
    return _resident("VmHWM") - before


def _resident(mark: str) -> float:
    """Megabytes that the process has (``VmRSS``), or has had at most (``VmHWM``)."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(mark))


def table(report: Report) -> list[str]:
    """The report as lines of Markdown."""
    gexf = report["gexf"]
    many = gexf["million edges"]
    lines = [
        f"GEXF of {NODES:,} nodes and {EDGES:,} edges: {gexf['seconds']:.2f} s "
        f"({gexf['seconds with months']:.2f} s with months), "
        f"networkx {gexf['networkx seconds']:.2f} s, ratio {gexf['ratio']:.2f}; "
        f"{gexf['MB over base']:.1f} MB over base ({gexf['MB over base with months']:.1f} with months)",
        f"{MANY:,} edges: {many['seconds']:.1f} s, {many['bytes'] / 1e6:,.0f} MB written, "
        f"{many['MB over base']:.1f} MB over base (months and the making of the edges included)",
        "",
        "| format | seconds | MB written | MB over base |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {one['seconds']:.2f} | {one['bytes'] / 1e6:.1f} | {one['MB over base']:.1f} |"
        for name, one in report["formats"].items()
    ]
    return lines
