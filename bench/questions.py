"""What ``bench.store`` asks: each question as a request to whowhom and as the best SPARQL that we know for it.

The SPARQL uses our relation nodes and totals, and leaves out what the generated data has none of (negated and
hypothetical events): the peers are asked for less than whowhom answers, which also gives mentions, the names of the
actors and, for sentences, whole records with their offsets.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from graph.ids import Iris, relation_parts
from graph.index import Index
from graph.network import Selection
from graph.ontology import PREFIXES
from graph.selecting import EventFilter

HUBS = 12
PAGE = 20
EDGES = 200

Values = dict[str, str]


@dataclass(frozen=True)
class Question:
    """``path`` and ``query`` make a request of values; ``asked`` is the 95th percentile in ms that whowhom should
    reach at a million events, None where there is none; ``rows`` counts what whowhom answers."""

    name: str
    values: Sequence[Values]
    path: Callable[[Values], str]
    query: Callable[[Values], str]
    asked: float | None
    rows: Callable[[bytes], int]


def header() -> str:
    """The prefixes of all queries."""
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


def questions(index: Index, iris: Iris, *, requests: int, seed: int = 1) -> list[Question]:
    """Each question with ``requests`` different values, hubs and tails in turn."""
    rng = random.Random(seed)
    actors = [row.id for row in index.ranking(EventFilter(), rank="actors", limit=1000).rows]
    dyads = [(row.source, row.target) for row in index.ranking(EventFilter(), rank="dyads", limit=1000).rows]
    relations = [edge.id for edge in index.network(Selection(limit=5000)).edges]

    def several(make: Callable[[int], Values]) -> list[Values]:
        return [make(number) for number in range(requests)]

    def one(things: Sequence[str | tuple[str, str]], number: int) -> str | tuple[str, str]:
        """One of the busiest, or one of the others."""
        hubs = things[:HUBS]
        return hubs[number // 2 % len(hubs)] if number % 2 == 0 else rng.choice(things[HUBS:] or hubs)

    def dates() -> Values:
        year = rng.randint(2000, 2018)
        first, last = f"{year}-0{rng.randint(1, 9)}-01", f"{year + rng.randint(1, 7)}-1{rng.randint(0, 2)}-01"
        return {"from": first, "to": last}

    def actor(number: int) -> Values:
        return {"actor": str(one(actors, number))}

    def dyad(number: int) -> Values:
        source, target = one(dyads, number)
        return {"source": source, "target": target}

    def typed(number: int) -> Values:
        name = str(one(actors, number))
        return {"q": name[: rng.randint(2, max(2, len(name)))].lower()}

    terms = _Terms(iris)
    return [
        Question(
            "one-hop neighborhood with weights, in a date range",
            several(lambda n: actor(n) | dates()),
            lambda v: f"/api/v1/neighborhood?{urlencode(v | {'limit': str(EDGES)})}",
            terms.neighborhood,
            25,
            lambda body: len(json.loads(body)["edges"]),
        ),
        Question(
            f"events of a dyad in a date range, the latest {PAGE}",
            several(lambda n: dyad(n) | dates()),
            lambda v: f"/api/v1/events?{urlencode(v | {'limit': str(PAGE), 'brief': 'true'})}",
            terms.events,
            8,
            lambda body: len(json.loads(body)["events"]),
        ),
        Question(
            "top 20 targets of an actor",
            several(actor),
            lambda v: f"/api/v1/ranking?{urlencode(v | {'rank': 'targets', 'limit': '20'})}",
            terms.targets,
            10,
            lambda body: len(json.loads(body)["ranking"]),
        ),
        Question(
            "timeline of a dyad by month and quad class",
            several(dyad),
            lambda v: f"/api/v1/timeline?{urlencode(v | {'bucket': 'month'})}",
            terms.timeline,
            8,
            lambda body: len(json.loads(body)["timeline"]),
        ),
        Question(
            f"an edge's sentences, the latest {PAGE}",
            several(lambda n: {"relation": str(one(relations, n))}),
            lambda v: f"/api/v1/relations/{v['relation']}/events?limit={PAGE}",
            terms.sentences,
            10,
            lambda body: len(json.loads(body)["mentions"]),
        ),
        Question(
            "autocomplete",
            several(typed),
            lambda v: f"/api/v1/actors?{urlencode(v)}",
            terms.names,
            5,
            lambda body: len(json.loads(body)["actors"]),
        ),
        Question(
            "any SPARQL: CONSTRUCT of an ego network",
            several(actor),
            lambda v: f"/sparql?{urlencode({'query': terms.ego(v)})}",
            terms.ego,
            None,
            lambda body: body.count(b"\n"),
        ),
        Question(
            "any SPARQL: partners of partners",
            several(lambda n: {"actor": actors[min(HUBS + n, len(actors) - 1)]}),
            lambda v: f"/sparql?{urlencode({'query': terms.partners(v)})}",
            terms.partners,
            None,
            lambda body: len(json.loads(body)["results"]["bindings"]),
        ),
    ]


class _Terms:
    """The queries, for data with these IRIs."""

    def __init__(self, iris: Iris) -> None:
        self._iris = iris
        self._events, self._relations, self._actors = map(iris.graph, ("events", "relations", "actors"))

    def neighborhood(self, v: Values) -> str:
        actor = self._iris.actor(v["actor"])
        return f"""{header()}
SELECT ?relation ?source ?action ?target (COUNT(?event) AS ?weight) (AVG(?score) AS ?goldstein)
    (MIN(?day) AS ?first) (MAX(?day) AS ?last) {{
  GRAPH {self._relations} {{
    {{ ?relation ww:source {actor} }} UNION {{ ?relation ww:target {actor} }}
    ?relation ww:source ?source ; ww:action ?action ; ww:target ?target }}
  GRAPH {self._events} {{ ?event ww:relation ?relation ; ww:startDate ?day ; ww:goldstein ?score
    {_range(v)} }} }}
GROUP BY ?relation ?source ?action ?target ORDER BY DESC(?weight) LIMIT {EDGES}"""

    def events(self, v: Values) -> str:
        return f"""{header()}
SELECT ?event ?action ?day ?score ?modality {{
  GRAPH {self._relations} {{ {self._dyad(v)} ; ww:action ?action }}
  GRAPH {self._events} {{ ?event ww:relation ?relation ; ww:startDate ?day ; ww:goldstein ?score ;
    ww:modality ?modality {_range(v)} }} }}
ORDER BY DESC(?day) LIMIT {PAGE}"""

    def targets(self, v: Values) -> str:
        return f"""{header()}
SELECT ?target (SUM(?n) AS ?events) {{ GRAPH {self._relations} {{
  ?relation ww:source {self._iris.actor(v["actor"])} ; ww:target ?target ; ww:events ?n }} }}
GROUP BY ?target ORDER BY DESC(?events) LIMIT 20"""

    def timeline(self, v: Values) -> str:
        return f"""{header()}
SELECT ?month ?quad (COUNT(?event) AS ?n) (SUM(?score) AS ?goldstein) {{
  GRAPH {self._relations} {{ {self._dyad(v)} }}
  GRAPH {self._events} {{ ?event ww:relation ?relation ; ww:quadClass ?quad ; ww:goldstein ?score ;
    ww:startDate ?day }} BIND (SUBSTR(STR(?day), 1, 7) AS ?month) }}
GROUP BY ?month ?quad ORDER BY ?month ?quad"""

    def sentences(self, v: Values) -> str:
        relation = self._iris.relation(v["relation"])
        relation_parts(v["relation"])
        return f"""{header()}
SELECT ?event ?day ?document ?text {{
  GRAPH {self._events} {{ ?event ww:relation {relation} ; ww:startDate ?day }}
  GRAPH ?document {{ ?mention ww:mentionOf ?event ; ww:sentence ?sentence . ?sentence ww:text ?text }} }}
ORDER BY DESC(?day) LIMIT {PAGE}"""

    def names(self, v: Values) -> str:
        return f"""{header()}
SELECT DISTINCT ?actor ?label {{ GRAPH {self._actors} {{ ?actor rdfs:label ?label ; ww:code ?code }}
  FILTER (STRSTARTS(LCASE(STR(?label)), "{v["q"]}")) }} LIMIT 10"""

    def ego(self, v: Values) -> str:
        actor = self._iris.actor(v["actor"])
        return f"""{header()}
CONSTRUCT {{ {actor} ?action ?target }} {{ GRAPH {self._relations} {{
  ?relation ww:source {actor} ; ww:target ?target ; ww:action ?action }} }}"""

    def partners(self, v: Values) -> str:
        return f"""{header()}
SELECT DISTINCT ?far {{ {self._iris.actor(v["actor"])} rel:meet ?near . ?near rel:meet ?far }}"""

    def _dyad(self, v: Values) -> str:
        source, target = (self._iris.actor(v[end]) for end in ("source", "target"))
        return f"?relation ww:source {source} ; ww:target {target}"


def _range(v: Values) -> str:
    return f'FILTER (?day >= "{v["from"]}"^^xsd:date && ?day < "{v["to"]}"^^xsd:date)'
