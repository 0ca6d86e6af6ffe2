"""All that the index holds, counted anew from the RDF store."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox

from extract.model import Actor
from graph import ids
from graph.index import wordings
from graph.ontology import terms
from graph.rdf import RDF_TYPE
from graph.selecting import EventRow
from graph.shared import SharedGraphs, main_name


def event_rows(shared: SharedGraphs) -> Iterator[EventRow]:
    """A row for each event of the store that is mentioned."""
    ww, iris = terms(), shared.iris
    mentions, confidence = _mentions(shared)
    values = "source target action plover cameo quad goldstein start end granularity modality negated"
    query = f"""SELECT ?event {" ".join(f"?{name}" for name in values.split())} {{ GRAPH {iris.graph("events")} {{
        ?event {ww.action} ?action ; {ww.ploverType} ?plover ; {ww.cameoCode} ?cameo ; {ww.quadClass} ?quad ;
            {ww.goldstein} ?goldstein ; {ww.modality} ?modality ; {ww.negated} ?negated
        OPTIONAL {{ ?event {ww.source} ?source }} OPTIONAL {{ ?event {ww.target} ?target }}
        OPTIONAL {{ ?event {ww.startDate} ?start ; {ww.endDate} ?end ; {ww.granularity} ?granularity }}
    }} }}"""
    for found in _select(shared.rdf, query):
        event, source, target, action, plover, cameo, quad, goldstein, *rest = found
        start, end, granularity, modality, negated = (term and term.value for term in rest)
        event_id = iris.local("event", event)
        if mentions[event_id]:
            yield EventRow(
                event=event_id,
                source=source and iris.local("actor", source),
                target=target and iris.local("actor", target),
                action=ids.action_name(action),
                plover=ids.notation(plover),
                cameo=ids.notation(cameo),
                quad=int(ids.notation(quad)),
                goldstein=float(goldstein.value),
                start=start and dt.date.fromisoformat(start),
                end=end and dt.date.fromisoformat(end),
                granularity=granularity,
                modality=modality,
                negated=negated == "true",
                mentions=mentions[event_id],
                confidence=confidence[event_id],
            )


def _mentions(shared: SharedGraphs) -> tuple[Counter[str], dict[str, float]]:
    """How often each event is mentioned, and the highest confidence of its mentions."""
    ww = terms()
    query = f"SELECT ?event ?confidence {{ ?m {ww.mentionOf} ?event ; {ww.confidence} ?confidence }}"
    mentions: Counter[str] = Counter()
    best: dict[str, float] = {}
    for event, confidence in _select(shared.rdf, query):
        event_id = shared.iris.local("event", event)
        mentions[event_id] += 1
        best[event_id] = max(best.get(event_id, 0.0), float(confidence.value))
    return mentions, best


def presented_actors(shared: SharedGraphs) -> Iterator[Actor]:
    """Each actor as it is presented most."""
    ww = terms()
    bearers = shared.rdf.quads_for_pattern(None, ww.nameOf, None, shared.iris.graph("actors"))
    actors = {quad.object.value: quad.object for quad in bearers}
    for node in actors.values():
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
    for name, text, resolved, uses in _select(shared.rdf, query):
        actor = names.get(name.value) or names.setdefault(name.value, shared.reader.name(name))
        for wording in wordings(actor, None if resolved.value == "true" else text.value):
            counts[actor.id, wording] += int(uses.value)
    return ((actor, wording, uses) for (actor, wording), uses in counts.items())


def unmentioned_events(shared: SharedGraphs) -> Iterator[ox.NamedNode]:
    """Events of which no document tells: what a bulk load leaves that was cut short."""
    for quad in shared.rdf.quads_for_pattern(None, RDF_TYPE, terms().Event, shared.iris.graph("events")):
        event = ox.NamedNode(quad.subject.value)
        if not shared.mentions(event):
            yield event


def _select(rdf: ox.Store, query: str):
    return rdf.query(query, use_default_graph_as_union=True)
