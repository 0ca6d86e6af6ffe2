"""What one write changes in the RDF store, as one update that is carried out whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox


def _by_graph() -> defaultdict[ox.NamedNode, list[str]]:
    return defaultdict(list)


@dataclass(slots=True)
class Transaction:
    """Graphs to drop, triples to delete and triples to insert, in this order; triples as N-Triples, by graph."""

    drops: list[ox.NamedNode] = field(default_factory=list)
    deletes: defaultdict[ox.NamedNode, list[str]] = field(default_factory=_by_graph)
    inserts: defaultdict[ox.NamedNode, list[str]] = field(default_factory=_by_graph)

    def replace(self, graph: ox.NamedNode, old: Iterable[str], new: Iterable[str]) -> None:
        """Turns the lines ``old``, which the store holds, into ``new``; what is in both stays untouched."""
        before, after = dict.fromkeys(old), dict.fromkeys(new)
        self.deletes[graph] += [line for line in before if line not in after]
        self.inserts[graph] += [line for line in after if line not in before]

    def commit(self, rdf: ox.Store) -> None:
        """Carries it out, and returns when it is on the disk."""
        operations = [f"DROP SILENT GRAPH {graph}" for graph in self.drops]
        deleted, inserted = blocks(self.deletes), blocks(self.inserts)
        operations += [f"DELETE DATA {{\n{deleted}}}"] if deleted else []
        operations += [f"INSERT DATA {{\n{inserted}}}"] if inserted else []
        if operations:
            rdf.update(";\n".join(operations))
            # A commit alone is not durable; and of a store that is open for reading only, the engine copies into a
            # snapshot or a backup what is in its tables, not what is in its log.
            rdf.flush()


def blocks(triples: Mapping[ox.NamedNode, Iterable[str]]) -> str:
    """``GRAPH <graph> {…}`` around the N-Triples of each graph: TriG as well as data of a SPARQL update."""
    texts = ((graph, "".join(lines)) for graph, lines in triples.items())
    return "".join(f"GRAPH {graph} {{\n{text}}}\n" for graph, text in texts if text)


def n_triples(triples: Iterable[ox.Triple]) -> str:
    """The triples in N-Triples."""
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
