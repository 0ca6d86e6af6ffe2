"""A network as a networkx graph, for all that networkx and its neighbors compute.

Attributes have the names and types of every export (:mod:`graph.export.attributes`), and nodes their ``label``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from graph.export.attributes import edge_attributes, node_attributes
from graph.network import Edge, Network

if TYPE_CHECKING:
    MultiDiGraph = nx.MultiDiGraph[str]
    DiGraph = nx.DiGraph[str]


def multidigraph(network: Network) -> MultiDiGraph:
    """Every relation as an edge of its own, whose key is the relation's id; the graph's attributes are ``meta``.

    Edges are read as they come, and none is kept beside the graph.
    """
    graph: MultiDiGraph = nx.MultiDiGraph()
    graph.graph.update(network.meta)
    _add_nodes(graph, network)
    for edge in network.edges:
        graph.add_edge(edge.source, edge.target, key=edge.id, **edge_attributes(edge))
    return graph


def digraph(network: Network) -> DiGraph:
    """One edge from a source to a target, in which the relations between them are one.

    ``weight``, ``events`` and ``mentions`` are sums, ``goldstein`` is the mean over the events, ``first`` and ``last``
    are the earliest and the latest day, ``quad`` is the quad class with most events (of several, the lowest),
    ``quads`` the events by quad class, the first of the four at 0, and ``relations`` how many relations there are.
    What one of several relations has for itself, ``action`` and ``plover``, is left out.
    """
    graph: DiGraph = nx.DiGraph()
    graph.graph.update(network.meta)
    _add_nodes(graph, network)
    for edge in network.edges:
        if graph.has_edge(edge.source, edge.target):
            _add_to(graph.edges[edge.source, edge.target], edge)
        else:
            graph.add_edge(edge.source, edge.target, **_first_of(edge))
    return graph


def _add_nodes(graph: nx.DiGraph[str], network: Network) -> None:
    for node in network.nodes:
        graph.add_node(node.id, label=node.label, **node_attributes(node))


def _first_of(edge: Edge) -> dict[str, Any]:
    attributes: dict[str, Any] = edge_attributes(edge)
    for name in ("action", "plover"):
        attributes.pop(name, None)
    return attributes | {"quads": list(_quads(edge)), "relations": 1}


def _add_to(known: dict[str, Any], edge: Edge) -> None:
    events = known["events"] + edge.weight
    known["goldstein"] = (known["goldstein"] * known["events"] + edge.goldstein * edge.weight) / events
    known["events"] = known["weight"] = events
    known["mentions"] += edge.mentions
    known["relations"] += 1
    known["quads"] = [one + more for one, more in zip(known["quads"], _quads(edge), strict=True)]
    known["quad"] = known["quads"].index(max(known["quads"])) + 1
    more = edge_attributes(edge)
    for name, choose in (("first", min), ("last", max), ("first_month", min), ("last_month", max)):
        days = [attributes[name] for attributes in (known, more) if name in attributes]
        if days:
            known[name] = choose(days)


def _quads(edge: Edge) -> tuple[int, ...]:
    return edge.quads or tuple(edge.weight * (quad == edge.quad) for quad in (1, 2, 3, 4))
