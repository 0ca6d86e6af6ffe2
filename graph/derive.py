"""The graphs that follow from documents and events, made anew and written where they differ.

These are the graphs of relations and actors, the links from events to relations, the ontology and the action
schemes. They are compared line by line, in N-Triples, with what is expected: :func:`graph.validation.findings`
reports the differences, :func:`repair` writes them, in bounded transactions.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from extract.model import Actor
from graph import ids, ontology
from graph import ntriples as nt
from graph.ids import EVENT_DIGEST
from graph.ontology import term_texts, terms
from graph.rdf import name_lines
from graph.recount import CHUNK, Faults, Progress, Recount, silent
from graph.shared import Totals, action_lines, actor_lines, relation_lines
from graph.transaction import Transaction, n_triples
from graph.vocabulary import decimal_literal

AT_ONCE = 20_000
"""Triples that one transaction changes at most."""

_BLANK = re.compile(r"^_:|> _:")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a whole derivation found: triples that were ``deleted`` and ``inserted``; ``faults`` that it left alone;
    ``strangers``, events whose id does not fit what they say."""

    deleted: int
    inserted: int
    faults: Faults
    strangers: int


class Derivation:
    """The tables ``missing`` and ``extra`` (graph, line): what is to be inserted and deleted."""

    def __init__(self, counted: Recount, progress: Progress = silent) -> None:
        self.counted = counted
        self.iris = counted.iris
        self._progress = progress
        counted.sql.execute("""
            CREATE TABLE expected (line VARCHAR); CREATE TABLE stored (line VARCHAR); CREATE TABLE kept (node VARCHAR);
            CREATE TABLE missing (graph VARCHAR, line VARCHAR); CREATE TABLE extra (graph VARCHAR, line VARCHAR);
            CREATE TABLE strangers (e VARCHAR, digest VARCHAR)""")
        steps = {
            "checking events": self._check_events,
            "comparing the links of events": self._links,
            "comparing relations": self._relations,
            "comparing actors": self._actors,
            "comparing the ontology": self._seeds,
        }
        for number, (what, step) in enumerate(steps.items()):
            progress(what, number, len(steps))
            step()
        progress("comparing", len(steps), len(steps))

    @property
    def strangers(self) -> int:
        """How many events have an id that does not fit what they say."""
        ((found,),) = self.counted.rows("SELECT count(*) FROM strangers")
        return int(found)

    def _check_events(self) -> None:
        rows = self.counted.rows(
            "SELECT event, source, action, plover, cameo, quad, goldstein, target, start_date, end_date, granularity, "
            "modality, negated, document FROM events JOIN counted ON e = event"
        )
        self.counted.fill("strangers", _strangers(rows))

    def _links(self) -> None:
        """Each event of the relation of a source and a target links to it."""
        self.counted.scan_links()
        sql = self.counted.sql
        sql.execute("CREATE TABLE ends (source VARCHAR, action VARCHAR, target VARCHAR, id VARCHAR)")
        triples = self.counted.rows(
            "SELECT DISTINCT source, action, target FROM events WHERE source NOT NULL AND target NOT NULL"
        )
        self.counted.fill("ends", ((s, a, t, ids.relation_id(s, a, t)) for s, a, t in triples))
        sql.execute(
            """CREATE TABLE linked AS SELECT event AS e, $1 || id || '>' AS relation
            FROM events JOIN ends USING (source, action, target)""",
            [f"<{self.iris.base}relation/"],
        )
        # A node that cannot be read keeps what it says; so does one without mention.
        sql.execute("DELETE FROM links WHERE e NOT IN (SELECT event FROM events) OR e IS NULL")
        line = f"'<{self.iris.base}event/' || e || '> {term_texts().relation} ' || relation || ' .'"
        graph = self.iris.graph("events").value
        for table, one, other in (("missing", "linked", "links"), ("extra", "links", "linked")):
            sql.execute(
                f"INSERT INTO {table} SELECT DISTINCT $1, {line} FROM {one} ANTI JOIN {other} USING (e, relation)",  # noqa: S608
                [graph],
            )

    def _relations(self) -> None:
        self._compare(
            self.iris.graph("relations"), itertools.chain(self._relation_lines(), self._action_lines())
        )

    def _relation_lines(self) -> Iterator[str]:
        counts = "NOT negated AND modality <> 'hypothetical'"
        found = self.counted.rows(
            f"""SELECT source, action, target, count(*) FILTER ({counts}), sum(mentions) FILTER ({counts}),
            min(start_date) FILTER ({counts}), max(start_date) FILTER ({counts}), histogram(goldstein) FILTER ({counts})
            FROM events WHERE source NOT NULL AND target NOT NULL GROUP BY source, action, target"""  # noqa: S608
        )
        for source, action, target, events, mentions, first, last, scores in found:
            total = sum(
                (Decimal(decimal_literal(score).value) * n for score, n in (scores or {}).items()), Decimal(0)
            )
            totals = Totals(events, int(mentions or 0), first, last, total)
            yield from relation_lines((source, action, target), totals, self.iris)

    def _action_lines(self) -> Iterator[str]:
        types: defaultdict[str, set[str]] = defaultdict(set)
        for action, type_ in self.counted.rows("SELECT DISTINCT action, plover FROM events"):
            types[action].add(type_)
        for action, above in types.items():
            yield from action_lines(action, above)

    def _actors(self) -> None:
        # Of names that cannot be told nothing is known, so what stands there stays, with the actor's own node.
        self.counted.sql.execute("""INSERT INTO kept SELECT unnest([node, split_part(node, '#', 1) || '>'])
            FROM used ANTI JOIN names USING (node)""")
        self._compare(self.iris.graph("actors"), self._actor_lines())

    def _actor_lines(self) -> Iterator[str]:
        mentions = term_texts().mentions
        found = self.counted.rows("SELECT actor, code, sector, name, type, uses FROM names ORDER BY actor")
        for _, rows in itertools.groupby(found, key=lambda row: row[0]):
            names = {Actor(*row[1:5]): row[5] for row in rows}
            for actor, uses in names.items():
                yield from name_lines(actor, self.iris)
                yield from nt.lines(nt.name(actor, self.iris), [(mentions, nt.integer(uses))])
            yield from actor_lines(names, self.iris)

    def _seeds(self) -> None:
        for graph, (digest, triples) in ontology.seeds().items():
            mark = ox.Triple(graph, terms().contentHash, ox.Literal(digest))
            self._compare(graph, [n_triples([*triples, mark])])

    def _compare(self, graph: ox.NamedNode, expected: Iterable[str]) -> None:
        """Puts into ``missing`` and ``extra`` how ``graph`` differs from N-Triples; only these are remembered."""
        counted, sql = self.counted, self.counted.sql
        files = counted.path / "expected.nt", counted.path / "stored.nt"
        header, lines = b"line\n", iter(expected)
        with files[0].open("wb") as stream:
            stream.write(header)
            while texts := list(itertools.islice(lines, CHUNK)):
                # As the engine writes it, which escapes more than is needed.
                triples = ox.parse("".join(texts), ox.RdfFormat.N_TRIPLES)
                stream.write(
                    ox.serialize((quad.triple for quad in triples), format=ox.RdfFormat.N_TRIPLES) or b""
                )
        with files[1].open("wb") as stream:
            stream.write(header)
            counted.shared.rdf.dump(stream, ox.RdfFormat.N_TRIPLES, from_graph=graph)
        for table, file in zip(("expected", "stored"), files, strict=True):
            sql.execute(f"DELETE FROM {table}")  # noqa: S608
            counted.read(table, file, ["line"])
        for table, one, other in (("missing", "expected", "stored"), ("extra", "stored", "expected")):
            sql.execute(
                f"""INSERT INTO {table} SELECT DISTINCT $1, line FROM {one} ANTI JOIN {other} USING (line)
                WHERE split_part(line, ' ', 1) NOT IN (SELECT node FROM kept)""",  # noqa: S608
                [graph.value],
            )
        sql.execute("DELETE FROM kept")


def _strangers(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[str, str]]:
    """Events whose id is not the digest of what they say, as :func:`graph.ids.event_id` makes it."""
    for event, source, *action, target, start, end, granularity, modality, negated, document in rows:
        when = [str(start), str(end), granularity] if start is not None else ids.decode(str(document))
        key = [source, [*action[:4], float(str(action[4])) + 0.0], target, when, [modality, negated]]
        digest = ids.digest(key, EVENT_DIGEST)
        if digest != event:
            yield str(event), digest


def repair(
    derivation: Derivation, commit: Callable[[Transaction], None], progress: Progress = silent
) -> tuple[int, int]:
    """Deletes what is extra and inserts what is missing; returns how many triples of each.

    ``commit`` makes each transaction a generation of the store.
    """
    counted = derivation.counted
    rdf = counted.shared.rdf
    done = {"extra": 0, "missing": 0}
    ((total,),) = counted.rows("SELECT (SELECT count(*) FROM extra) + (SELECT count(*) FROM missing)")
    for table in done:
        rows = counted.rows(f"SELECT graph, line FROM {table} ORDER BY graph, line")  # noqa: S608
        while some := list(itertools.islice(rows, AT_ONCE)):
            transaction = Transaction()
            lines = transaction.deletes if table == "extra" else transaction.inserts
            for graph, line in some:
                node = ox.NamedNode(graph)
                if table == "extra" and _BLANK.search(line):
                    for quad in ox.parse(line, ox.RdfFormat.N_TRIPLES):  # an update cannot name a blank node
                        rdf.remove(ox.Quad(quad.subject, quad.predicate, quad.object, node))
                else:
                    lines[node].append(f"{line}\n")
            commit(transaction)
            done[table] += len(some)
            progress("writing the graph", sum(done.values()), total)
    return done["extra"], done["missing"]
