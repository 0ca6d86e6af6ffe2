"""All that the index holds, read from a remote store by pages: what :mod:`graph.recount` counts in an embedded one.

Only documents with a content hash count, so that a batch that is being written shows as little as it can.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from extract.model import Actor
from graph import ids
from graph.folder import INDEX
from graph.ids import Iris
from graph.index import Index, IndexChanges, wordings
from graph.ontology import local_name, terms
from graph.recount import MEMORY
from graph.remote_shared import RemoteShared
from graph.selecting import EventRow
from graph.shared import main_name
from graph.vocabulary import LABEL, node_of, value_of

PORTION = 50_000
"""Rows that the index takes at once."""

T = TypeVar("T")

COLUMNS = tuple(
    "source target action plover cameo quad goldstein start end granularity modality negated".split()
)
"""The variables of :func:`_event_pattern`."""


def fill(shared: RemoteShared, index: Index, *, generation: int) -> None:
    """Replaces all that ``index`` holds by what the store tells now; whoever reads it sees the old until then."""
    with tempfile.TemporaryDirectory(prefix="whowhom-") as folder:
        file = Path(folder) / INDEX
        facts = Index(file)
        try:
            facts.empty(generation=generation)
            _copy(shared, facts, generation)
        finally:
            facts.close()
        index.rebuild(file, generation=generation, memory=MEMORY)


def _copy(shared: RemoteShared, facts: Index, generation: int) -> None:
    activity: Counter[str] = Counter()
    for rows in _portions(event_rows(shared), PORTION):
        for row in rows:
            if not row.negated:
                activity.update({actor for actor in (row.source, row.target) if actor})
        facts.apply(IndexChanges(added=rows), generation=generation)
    actors: dict[str, Actor | None] = {actor.id: actor for actor in presented_actors(shared)}
    changes = IndexChanges(actors=actors, activity=activity, aliases=aliases(shared))
    facts.apply(changes, generation=generation)


def event_rows(shared: RemoteShared) -> Iterator[EventRow]:
    """A row for each event that is mentioned."""
    values, graph = " ".join(f"?{name}" for name in COLUMNS), shared.iris.graph("events")

    def page(condition: str, size: int) -> str:
        pattern = f"{_event_pattern('?key')} {condition}"
        return f"SELECT ?key {values} {{ GRAPH {graph} {{ {pattern} }} }} ORDER BY STR(?key) LIMIT {size}"

    for some in _portions(shared.remote.pages(page), shared.remote.client.limits.rows):
        counted = shared.mention_counts(node_of(key) for key, *_ in some)
        for key, *found in some:
            if (node := node_of(key)) in counted:
                has = {name: value_of(term) for name, term in zip(COLUMNS, found, strict=True) if term}
                yield _row_of(shared.iris.local("event", node), has, *counted[node], shared.iris)


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


def aliases(shared: RemoteShared) -> Counter[tuple[str, str]]:
    """How many mentions use each wording by which an actor, named by its id, is found."""
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
    return counts


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


def _event_pattern(node: str) -> str:
    """A pattern for all that the graph of events says of ``node``, a variable."""
    ww = terms()
    return f"""{node} {ww.action} ?action ; {ww.ploverType} ?plover ; {ww.cameoCode} ?cameo ; {ww.quadClass} ?quad ;
            {ww.goldstein} ?goldstein ; {ww.modality} ?modality ; {ww.negated} ?negated
        OPTIONAL {{ {node} {ww.source} ?source }} OPTIONAL {{ {node} {ww.target} ?target }}
        OPTIONAL {{ {node} {ww.startDate} ?start ; {ww.endDate} ?end ; {ww.granularity} ?granularity }}"""


def _row_of(event_id: str, has: Mapping[str, str], mentions: int, confidence: float, iris: Iris) -> EventRow:
    """The row of an event of which ``has`` holds the values of :data:`COLUMNS` that there are."""
    source, target = has.get("source"), has.get("target")
    start, end = has.get("start"), has.get("end")
    return EventRow(
        event=event_id,
        source=source and iris.local("actor", ox.NamedNode(source)),
        target=target and iris.local("actor", ox.NamedNode(target)),
        action=ids.action_name(ox.NamedNode(has["action"])),
        plover=ids.notation(ox.NamedNode(has["plover"])),
        cameo=ids.notation(ox.NamedNode(has["cameo"])),
        quad=int(ids.notation(ox.NamedNode(has["quad"]))),
        goldstein=float(has["goldstein"]),
        start=dt.date.fromisoformat(start) if start else None,
        end=dt.date.fromisoformat(end) if end else None,
        granularity=has.get("granularity"),
        modality=has["modality"],
        negated=has["negated"] == "true",
        mentions=mentions,
        confidence=confidence,
    )


def _portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    items = iter(items)
    while some := list(islice(items, size)):
        yield some
