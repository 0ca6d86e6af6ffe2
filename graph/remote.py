"""A remote store with the face of the embedded engine: what this package uses of ``pyoxigraph.Store``, over HTTP.

Answers come as the engine would give them: stores write the same value in different ways (Virtuoso gives
``true`` back as ``1``), and all of them are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from graph.guard import first_word, undeclared
from graph.ontology import XSD
from graph.remote_client import Client
from graph.remote_errors import AnswerCut, AnswerUnreadable
from graph.vocabulary import Term, decimal_literal, node_of

SOLUTIONS_TYPE = "application/sparql-results+json"
TRIPLES_TYPE = "application/n-triples"
UNION = (("union-default-graph", ""),)
"""The field by which Oxigraph's own server is told to take all graphs together; others do so by themselves."""

_INTEGERS = frozenset(
    f"{XSD}{name}"
    for name in """integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger
        negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte""".split()
)
_INTEGER, _BOOLEAN = ox.NamedNode(f"{XSD}integer"), ox.NamedNode(f"{XSD}boolean")
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")

Row: TypeAlias = tuple[Term | None, ...]


class Rows:
    """The rows of a SELECT, in memory: tuples of terms in the order of ``variables``."""

    def __init__(self, variables: list[ox.Variable], rows: list[Row]) -> None:
        self.variables = variables
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class RemoteRdf:
    """For several threads. Each method raises the errors of graph.remote_errors."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.union: tuple[tuple[str, str], ...] = ()

    def rows(self, text: str, *, union: bool = False) -> Rows:
        """The rows of a SELECT; ``union`` where it speaks of the default graph."""
        body = self.client.query(text, SOLUTIONS_TYPE, others=self.union if union else ())
        data = body.read()
        found: ox.QuerySolutions | ox.QueryBoolean | None = None
        try:
            found = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QueryBoolean):
                raise AnswerUnreadable(self.client.url, "it gave true or false, and not rows")
            return Rows(found.variables, [tuple(map(normal, row)) for row in found])
        except SyntaxError as error:
            found = None  # the engine's, as what the traceback holds: it must end in the thread that made it
            raise self._broken(data, error) from error.with_traceback(None)

    def query(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        use_default_graph_as_union: bool = False,
    ) -> Rows | bool | Iterator[ox.Triple]:
        """Rows, a truth or triples; the default graph is the store's, the union of all where it has such."""
        text = with_prefixes(text, prefixes or {})
        match first_word(text):
            case "ASK":
                return self.ask(text, union=use_default_graph_as_union)
            case "CONSTRUCT" | "DESCRIBE":
                others = self.union if use_default_graph_as_union else ()
                data = self.client.query(text, TRIPLES_TYPE, others=others).read()
                return (quad.triple for quad in self._triples(data))
            case _:
                return self.rows(text, union=use_default_graph_as_union)

    def ask(self, text: str, *, union: bool = False) -> bool:
        """The answer to an ASK."""
        body = self.client.query(text, SOLUTIONS_TYPE, others=self.union if union else ())
        return self.truth(body.read())

    def truth(self, data: bytes) -> bool:
        """True or false from JSON; Virtuoso 7 gives a row that says 1, or none."""
        found: ox.QuerySolutions | ox.QueryBoolean | None = None
        try:
            found = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
            return bool(found) if isinstance(found, ox.QueryBoolean) else _is_one(list(found))
        except SyntaxError as error:
            found = None
            raise self._broken(data, error) from error.with_traceback(None)

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object: Term | None,
        graph_name: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads of the named graphs that fit."""
        given = {"s": subject, "p": predicate, "o": object, "g": graph_name}
        free = [name for name, term in given.items() if term is None]
        s, p, o, g = (f"?{name}" if term is None else str(term) for name, term in given.items())
        chosen = " ".join(f"?{name}" for name in free) or "(1 AS ?found)"
        for row in self.rows(f"SELECT {chosen} {{ GRAPH {g} {{ {s} {p} {o} }} }}"):
            has = {**given, **dict(zip(free, row, strict=False))}
            place = node_of(has["s"]), node_of(has["p"]), has["o"], node_of(has["g"])
            yield ox.Quad(*place)  # type: ignore[arg-type]  # the object is there: given, or found

    def __contains__(self, quad: ox.Quad) -> bool:
        pattern = f"GRAPH {quad.graph_name} {{ {quad.subject} {quad.predicate} {quad.object} }}"
        return len(self.rows(f"SELECT (1 AS ?found) {{ {pattern} }} LIMIT 1")) > 0

    def __iter__(self) -> Iterator[ox.Quad]:
        return self.quads_for_pattern(None, None, None)

    def __len__(self) -> int:
        return self.count("?s ?p ?o")

    def count(self, pattern: str, condition: str = "") -> int:
        """How often a pattern is met in the named graphs ``?g``, of which ``condition`` may be said."""
        ((number,),) = self.rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ {pattern} }} {condition} }}")
        return int(number.value) if number else 0

    def contains_named_graph(self, graph: ox.NamedNode) -> bool:
        """Whether the graph holds anything."""
        return len(self.rows(f"SELECT (1 AS ?found) {{ GRAPH {graph} {{ ?s ?p ?o }} }} LIMIT 1")) > 0

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """The graphs that hold anything."""
        return (node_of(graph) for (graph,) in self.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"))

    def update(self, text: str) -> None:
        """Carries out an update that does no harm the second time, and is small enough for one request."""
        self.client.update(text)

    def flush(self) -> None:
        """Nothing: what a store has acknowledged is its own care."""

    def lookup(
        self, nodes: Iterable[Term], ask: Callable[[str], str], *, union: bool = False
    ) -> Iterator[Row]:
        """Rows about many nodes, so many at a time as the store can take.

        ``ask`` makes the query from the nodes as they stand behind VALUES. An answer that was cut is asked for
        anew with half the nodes.
        """
        todo = list(dict.fromkeys(nodes))
        size = self.client.limits.values
        while todo:
            some = todo[:size]
            try:
                found = self.rows(ask(" ".join(map(str, some))), union=union)
            except AnswerCut:
                if len(some) == 1:
                    raise
                size = len(some) // 2
                continue
            yield from found
            del todo[: len(some)]

    def pages(self, ask: Callable[[str, int], str], *, key: int = 0) -> Iterator[Row]:
        """All rows of a query, by pages in the order of the IRI in column ``key``, which must be distinct.

        ``ask`` makes the query from a FILTER on ``?key`` and the number of rows of a page.
        """
        after, size = "", self.client.limits.rows
        while True:
            condition = f"FILTER (STR(?key) > {ox.Literal(after)})" if after else ""
            try:
                found = self.rows(ask(condition, size))
            except AnswerCut:
                if size == 1:
                    raise
                size = max(1, size // 2)
                continue
            yield from found
            if len(found) < size:
                return
            *_, last = found
            after = node_of(last[key]).value

    def _triples(self, data: bytes) -> Iterator[ox.Quad]:
        try:
            yield from ox.parse(data, ox.RdfFormat.N_TRIPLES)
        except SyntaxError as error:
            raise self._broken(data, error) from error

    def _broken(self, data: bytes, error: SyntaxError) -> Exception:
        if not data.rstrip().endswith((b"}", b".")):
            advice = "See the log of the store, and of what stands between."
            return AnswerCut(
                self.client.url, f"it ends after {len(data)} bytes, in the middle ({error})", advice
            )
        return AnswerUnreadable(self.client.url, f"its answer cannot be read ({error})")


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """The query with those prefixes declared that it uses and does not declare; its lines stay as they are."""
    missing = undeclared(text, prefixes)
    return "".join(f"PREFIX {label}: <{iri}> " for label, iri in missing.items()) + text


def normal(term: object) -> Term | None:
    """The term as the engine would give it: one form for each value."""
    if isinstance(term, ox.Literal):
        kind, value = term.datatype.value, term.value
        if kind in _INTEGERS and value.lstrip("+-").isdecimal():
            return ox.Literal(str(int(value)), datatype=_INTEGER)
        if kind == f"{XSD}decimal":
            return decimal_literal(Decimal(value))
        if kind == f"{XSD}boolean":
            return ox.Literal({"1": "true", "0": "false"}.get(value, value), datatype=_BOOLEAN)
        if kind == f"{XSD}date":
            return ox.Literal(_ZONE.sub("", value), datatype=term.datatype)
        return term
    if isinstance(term, ox.NamedNode) or term is None:
        return term
    raise TypeError(f"{term} is a blank node, and the data has none")


def _is_one(rows: list[ox.QuerySolution]) -> bool:
    return bool(rows) and isinstance(rows[0][0], ox.Literal) and rows[0][0].value in ("1", "true")
