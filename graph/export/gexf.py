"""GEXF 1.3, for Gephi and Gephi Lite: valid against its RELAX NG schema, written node by node.

Parallel edges, one for each action, have the action as ``kind``, which Gephi needs to keep them apart. Colours
tell the type of an actor and the quad class of an edge, and are safe for the colour-blind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from graph.export.attributes import (
    EDGE_TYPES,
    NODE_TYPES,
    Value,
    description,
    edge_attributes,
    node_attributes,
)
from graph.export.text import xml
from graph.network import Edge, Network, Node

ACTOR_COLORS = {
    "State": (0, 114, 178),
    "StateOrgan": (86, 180, 233),
    "InternationalOrganization": (0, 158, 115),
    "NonGovernmentalOrganization": (148, 203, 123),
    "ArmedGroup": (213, 94, 0),
    "Party": (230, 159, 0),
    "Person": (204, 121, 167),
    "Group": (240, 228, 66),
    "Company": (120, 94, 160),
    "Media": (170, 150, 218),
}
OTHER_COLOR = (153, 153, 153)
QUAD_COLORS = {1: (86, 180, 233), 2: (0, 114, 178), 3: (230, 159, 0), 4: (213, 94, 0)}

_DEFAULTS = {"string": "", "integer": "0", "double": "0.0"}


def chunks(network: Network, *, modified: dt.date | None = None) -> Iterator[str]:
    """The file in pieces of a line or some; ``modified`` is the date to state in it, by default none."""
    date = f' lastmodifieddate="{modified.isoformat()}"' if modified else ""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
        f"<meta{date}>\n<creator>whowhom</creator>\n<description>{xml(description(network))}</description>\n</meta>\n"
        '<graph defaultedgetype="directed" idtype="string" mode="static">\n'
    )
    yield _declarations("node", NODE_TYPES)
    yield _declarations("edge", {name: kind for name, kind in EDGE_TYPES.items() if name != "weight"})
    yield f'<nodes count="{len(network.nodes)}">\n'
    for node in network.nodes:
        yield _node(node)
    yield f'</nodes>\n<edges count="{len(network.edges)}">\n'
    for edge in network.edges:
        yield _edge(edge)
    yield "</edges>\n</graph>\n</gexf>\n"


def _declarations(owner: str, types: Mapping[str, str]) -> str:
    lines = [
        f'<attribute id="{name}" title="{name}" type="{kind}"><default>{_DEFAULTS[kind]}</default></attribute>\n'
        for name, kind in types.items()
    ]
    return f'<attributes class="{owner}" mode="static">\n{"".join(lines)}</attributes>\n'


def _node(node: Node) -> str:
    color = ACTOR_COLORS.get(node.actor_type, OTHER_COLOR)
    values = _values(node_attributes(node))
    return f'<node id="{xml(node.id)}" label="{xml(node.label)}">{values}{_color(color)}</node>\n'


def _edge(edge: Edge) -> str:
    attributes = edge_attributes(edge)
    weight = float(attributes.pop("weight"))  # an attribute of the element itself, in GEXF
    action = xml(edge.label)
    return (
        f'<edge id="{xml(edge.id)}" source="{xml(edge.source)}" target="{xml(edge.target)}" kind="{action}" '
        f'label="{action}" weight="{weight!r}">{_values(attributes)}'
        f"{_color(QUAD_COLORS.get(edge.quad, OTHER_COLOR))}</edge>\n"
    )


def _values(attributes: Mapping[str, Value]) -> str:
    values = [
        f'<attvalue for="{name}" value="{xml(value) if isinstance(value, str) else value}"/>'
        for name, value in attributes.items()
    ]
    return f"<attvalues>{''.join(values)}</attvalues>"


def _color(color: tuple[int, int, int]) -> str:
    red, green, blue = color
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
