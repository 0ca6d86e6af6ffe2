"""All that the index holds, read from a remote store by pages: what :mod:`graph.recount` reads from an embedded one.

Only documents with a content hash count, so that a batch that is being written shows as little as it can.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

import pyoxigraph as ox

from extract.model import Actor
from graph.index import wordings
from graph.ontology import local_name, terms
from graph.recount import COLUMNS, event_pattern, row_of
from graph.remote import Row
from graph.remote_shared import RemoteShared
from graph.selecting import EventRow
from graph.shared import main_name
from graph.vocabulary import LABEL, node_of, value_of


def event_rows(shared: RemoteShared) -> Iterator[EventRow]:
    """A row for each event that is mentioned."""
    values, graph = " ".join(f"?{name}" for name in COLUMNS), shared.iris.graph("events")

    def page(condition: str, size: int) -> str:
        pattern = f"{event_pattern('?key')} {condition}"
        return f"SELECT ?key {values} {{ GRAPH {graph} {{ {pattern} }} }} ORDER BY STR(?key) LIMIT {size}"

    for some in _portions(shared.remote.pages(page), shared.remote.endpoint.limits.rows):
        counted = shared.mention_counts(node_of(key) for key, *_ in some)
        for key, *found in some:
            if (node := node_of(key)) in counted:
                has = {name: value_of(term) for name, term in zip(COLUMNS, found, strict=True) if term}
                yield row_of(shared.iris.local("event", node), has, *counted[node], shared.iris)


def names(shared: RemoteShared) -> Iterator[tuple[ox.NamedNode, Actor, int]]:
    """Each name with the actor that it presents, and its uses as they are noted."""
    ww, graph = terms(), shared.iris.graph("actors")

    def page(condition: str, size: int) -> str:
        pattern = f"""?key {LABEL} ?label ; {ww.actorClass} ?class ; {ww.code} ?code ; {ww.nameOf} ?actor
            OPTIONAL {{ ?key {ww.sector} ?sector }} OPTIONAL {{ ?key {ww.mentions} ?uses }} {condition}"""
        chosen = "SELECT ?key ?label ?class ?code ?sector ?uses"
        return f"{chosen} {{ GRAPH {graph} {{ {pattern} }} }} ORDER BY STR(?key) LIMIT {size}"

    for key, label, class_, code, sector, uses in shared.remote.pages(page):
        kind = local_name(node_of(class_))
        actor = Actor(value_of(code), value_of(sector) if sector else None, value_of(label), kind)
        yield node_of(key), actor, int(value_of(uses)) if uses else 0


def presented_actors(shared: RemoteShared) -> Iterator[Actor]:
    """Each actor as it is presented most."""
    bearing: defaultdict[str, dict[Actor, int]] = defaultdict(dict)
    for _, actor, uses in names(shared):
        bearing[actor.id][actor] = uses
    return map(main_name, bearing.values())


def aliases(shared: RemoteShared) -> Iterator[tuple[str, str, int]]:
    """Each actor with each wording by which it is found, and how many mentions use it."""
    ww = terms()
    actors = {node: actor for node, actor, _ in names(shared)}
    query = f"""SELECT ?name ?text ?resolved (COUNT(*) AS ?uses) {{{{ VALUES ?name {{{{ {{}} }}}} GRAPH ?g {{{{
        {used("?name")} ?words {ww.text} ?text OPTIONAL {{{{ ?words {ww.resolution} ?resolved }}}}
    }}}} }}}} GROUP BY ?name ?text ?resolved"""
    counts: Counter[tuple[str, str]] = Counter()
    for name, text, resolved, uses in shared.remote.lookup(actors, query.format):
        actor = actors[node_of(name)]
        for wording in wordings(actor, None if resolved else value_of(text)):
            counts[actor.id, wording] += int(value_of(uses))
    return ((actor_id, wording, uses) for (actor_id, wording), uses in counts.items())


def used(name: str) -> str:
    """A pattern, inside of a document's graph ``?g``, that is met once for each use of a name."""
    ww = terms()
    roles = f"{ww.sourceMention}, {ww.targetMention}, {ww.attribution}"
    return f"""?words {ww.presentedAs} {name} . ?m ?role ?words . ?g {ww.contentHash} ?hash .
        FILTER (?role IN ({roles}))"""


def subjects(shared: RemoteShared, graph: ox.NamedNode) -> Iterator[ox.NamedNode]:
    """All nodes of which a graph says anything."""

    def page(condition: str, size: int) -> str:
        pattern = f"GRAPH {graph} {{ ?key ?p ?o {condition} }}"
        return f"SELECT DISTINCT ?key {{ {pattern} }} ORDER BY STR(?key) LIMIT {size}"

    return (node_of(key) for (key,) in shared.remote.pages(page))


def _portions(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield some
