"""All that the index holds, counted anew from the RDF store."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from extract.model import Actor
from graph import ids
from graph.ids import Iris
from graph.index import wordings
from graph.ontology import terms
from graph.selecting import EventRow
from graph.shared import SharedGraphs, main_name, select
from graph.vocabulary import node_of, value_of

COLUMNS = tuple(
    "source target action plover cameo quad goldstein start end granularity modality negated".split()
)
"""The variables of :func:`event_pattern`."""


def event_pattern(node: str) -> str:
    """A pattern for all that the graph of events says of ``node``, a variable."""
    ww = terms()
    return f"""{node} {ww.action} ?action ; {ww.ploverType} ?plover ; {ww.cameoCode} ?cameo ; {ww.quadClass} ?quad ;
            {ww.goldstein} ?goldstein ; {ww.modality} ?modality ; {ww.negated} ?negated
        OPTIONAL {{ {node} {ww.source} ?source }} OPTIONAL {{ {node} {ww.target} ?target }}
        OPTIONAL {{ {node} {ww.startDate} ?start ; {ww.endDate} ?end ; {ww.granularity} ?granularity }}"""


def event_rows(shared: SharedGraphs) -> Iterator[EventRow]:
    """A row for each event of the store that is mentioned."""
    iris = shared.iris
    mentions, confidence = _mentions(shared)
    values = " ".join(f"?{name}" for name in COLUMNS)
    query = f"SELECT ?event {values} {{ GRAPH {iris.graph('events')} {{ {event_pattern('?event')} }} }}"
    for event, *found in select(shared.rdf, query):
        event_id = iris.local("event", node_of(event))
        if not mentions[event_id]:
            continue
        has = {name: value_of(term) for name, term in zip(COLUMNS, found, strict=True) if term}
        yield row_of(event_id, has, mentions[event_id], confidence[event_id], iris)


def row_of(event_id: str, has: Mapping[str, str], mentions: int, confidence: float, iris: Iris) -> EventRow:
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


def _mentions(shared: SharedGraphs) -> tuple[Counter[str], dict[str, float]]:
    """How often each event is mentioned, and the highest confidence of its mentions."""
    ww = terms()
    query = f"SELECT ?event ?confidence {{ ?m {ww.mentionOf} ?event ; {ww.confidence} ?confidence }}"
    mentions: Counter[str] = Counter()
    best: dict[str, float] = {}
    for event, confidence in select(shared.rdf, query):
        event_id = shared.iris.local("event", node_of(event))
        mentions[event_id] += 1
        best[event_id] = max(best.get(event_id, 0.0), float(value_of(confidence)))
    return mentions, best


def presented_actors(shared: SharedGraphs) -> Iterator[Actor]:
    """Each actor as it is presented most."""
    ww = terms()
    bearers = shared.rdf.quads_for_pattern(None, ww.nameOf, None, shared.iris.graph("actors"))
    for node in {node_of(quad.object) for quad in bearers}:
        yield main_name(shared.names(shared.iris.local("actor", node)))


def aliases(shared: SharedGraphs) -> Iterator[tuple[str, str, int]]:
    """Each actor with each wording by which it is found, and how many mentions use it."""
    ww = terms()
    query = f"""SELECT ?name ?text ?resolved (COUNT(*) AS ?uses) {{
        ?m {ww.sourceMention}|{ww.targetMention}|{ww.attribution} ?words .
        ?words {ww.presentedAs} ?name ; {ww.text} ?text
        BIND (EXISTS {{ ?words {ww.resolution} ?r }} AS ?resolved)
    }} GROUP BY ?name ?text ?resolved"""
    counts: Counter[tuple[str, str]] = Counter()
    names: dict[str, Actor] = {}
    for name, text, resolved, uses in select(shared.rdf, query):
        node = node_of(name)
        actor = names.get(node.value) or names.setdefault(node.value, shared.reader.name(node))
        for wording in wordings(actor, None if value_of(resolved) == "true" else value_of(text)):
            counts[actor.id, wording] += int(value_of(uses))
    return ((actor, wording, uses) for (actor, wording), uses in counts.items())
