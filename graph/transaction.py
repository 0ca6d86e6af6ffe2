"""What one write changes in the RDF store, as one update that is carried out whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import pyoxigraph as ox

GraphName: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


@dataclass(slots=True)
class Transaction:
    """Graphs to drop, quads to delete and to insert, in this order; ``texts`` are blocks of :func:`block`."""

    drops: list[ox.NamedNode] = field(default_factory=list)
    deletes: list[ox.Quad] = field(default_factory=list)
    inserts: list[ox.Quad] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def replace(self, old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        """Turns ``old``, which the store holds, into ``new``; what is in both stays untouched."""
        before, after = dict.fromkeys(old), dict.fromkeys(new)
        self.deletes += [quad for quad in before if quad not in after]
        self.inserts += [quad for quad in after if quad not in before]

    def commit(self, rdf: ox.Store) -> None:
        """Carries it out, and returns when it is on the disk."""
        operations = [f"DROP SILENT GRAPH {graph}" for graph in self.drops]
        if self.deletes:
            operations.append(f"DELETE DATA {{\n{''.join(_blocks(self.deletes))}}}")
        if self.inserts or self.texts:
            operations.append(f"INSERT DATA {{\n{''.join([*_blocks(self.inserts), *self.texts])}}}")
        if operations:
            rdf.update(";\n".join(operations))
            rdf.flush()  # a commit alone is not durable


def block(graph: GraphName, triples: Iterable[ox.Triple]) -> str:
    """The triples as the text ``GRAPH <graph> {…}``, which is TriG as well as data of a SPARQL update."""
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return f"GRAPH {graph} {{\n{data.decode()}}}\n"


def _blocks(quads: Iterable[ox.Quad]) -> list[str]:
    graphs: defaultdict[GraphName, list[ox.Triple]] = defaultdict(list)
    for quad in quads:
        graphs[quad.graph_name].append(quad.triple)
    return [block(graph, triples) for graph, triples in graphs.items()]
