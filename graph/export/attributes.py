"""What the formats say of a node and of an edge: the same names, types and values in each.

An attribute without a value is left out of the node or edge. None has a name that graph libraries take for
themselves (type, kind, id, key, size, color); ``x`` and ``y`` are a node's position where a layout was asked for,
``label`` is the words to show.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from extract.model import QUAD_CLASSES
from graph.export.text import portable
from graph.network import Edge, Network, Node

Value = str | int | float

QUAD_NAMES = tuple(words.replace(" ", "_") for words in QUAD_CLASSES.values())
"""The attributes of a dyad that count its events of quad class 1 to 4."""

NODE_TYPES = {"actor_type": "string", "country": "string", "sector": "string", "events": "integer"}

EDGE_TYPES = {
    "action": "string",
    "plover": "string",
    "quad": "integer",
    "weight": "double",
    "goldstein": "double",
    "events": "integer",
    "mentions": "integer",
    "first": "string",
    "last": "string",
    "first_month": "string",
    "last_month": "string",
    **dict.fromkeys(QUAD_NAMES, "integer"),
}
"""Names and types (those of GEXF and GraphML) in the order in which they are written."""

POSITION_TYPES = {"x": "double", "y": "double"}


def node_attributes(node: Node) -> dict[str, Value]:
    """All of a node but its id and label."""
    attributes: dict[str, Value] = {
        "actor_type": portable(node.actor_type),
        "country": portable(node.country),
    }
    if node.sector is not None:
        attributes["sector"] = portable(node.sector)
    attributes["events"] = node.events
    return attributes


def edge_attributes(edge: Edge) -> dict[str, Value]:
    """All of an edge but its id, source and target; ``weight`` is the number of its events."""
    attributes: dict[str, Value] = {}
    if edge.action is not None:
        attributes["action"] = portable(edge.action)
    if edge.plover is not None:
        attributes["plover"] = portable(edge.plover)
    attributes |= {
        "quad": edge.quad,
        "weight": edge.weight,
        "goldstein": float(edge.goldstein),
        "events": edge.weight,
        "mentions": edge.mentions,
    }
    first = edge.first.isoformat() if edge.first else None
    last = edge.last.isoformat() if edge.last else None
    days = {
        "first": first,
        "last": last,
        "first_month": first and first[:7],
        "last_month": last and last[:7],
    }
    attributes |= {name: value for name, value in days.items() if value}
    if edge.quads is not None:
        attributes |= zip(QUAD_NAMES, edge.quads, strict=True)
    return attributes


def position_of(network: Network, node: Node) -> dict[str, float]:
    """``x`` and ``y`` of a node, none where no layout was asked for."""
    place = network.positions.get(node.id)
    return {} if place is None else {"x": place[0], "y": place[1]}


def lists_of(edge: Edge) -> dict[str, object]:
    """What only JSON can hold of an edge: ``months``, pairs of a month (``2017-01``) and the number of its events,
    and ``evidence``, a list of event records; each where it was asked for."""
    lists: dict[str, object] = {}
    if edge.months:
        lists["months"] = [[month.isoformat()[:7], events] for month, events in edge.months]
    if edge.evidence:
        lists["evidence"] = [_portable(record) for record in edge.evidence]
    return lists


def _portable(value: object) -> object:
    if isinstance(value, str):
        return portable(value)
    if isinstance(value, Mapping):
        return {portable(name): _portable(one) for name, one in value.items()}
    return [_portable(one) for one in value] if isinstance(value, list | tuple) else value


def description(network: Network) -> str:
    """What the file holds and what was left out, in a sentence or two."""
    sizes = f"{len(network.nodes)} actors and {len(network.edges)} relations"
    facts = [f"Who did what to whom: {sizes}."]
    if network.meta.get("truncated"):
        facts.append(f"Cut from {network.meta.get('total')} relations ({network.meta.get('reason')}).")
    if "generation" in network.meta:
        facts.append(f"Generation {network.meta['generation']} of the store.")
    return " ".join(facts)


def to_json(value: Mapping[str, object]) -> str:
    """A JSON object in one line, dates in ISO form; no escapes but those that JSON needs."""
    try:
        return _JSON.encode(value).decode()
    except UnicodeEncodeError:  # half a surrogate pair in what a user gave, as in the query that meta repeats
        return _JSON.encode(_portable(value)).decode()


_JSON = msgspec.json.Encoder()
