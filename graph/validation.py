"""A store compared with a recount of its documents and events: what is stored, and what should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.derive import Derivation
from graph.index import TABLES, Index
from graph.recount import MEMORY, Progress, Recount, silent

_KEYS = {
    "events": ("event",),
    "actors": ("id",),
    "aliases": ("actor", "name"),
    "words": ("word", "name", "actor"),
}
"""What tells the rows of the tables of the index apart."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: ``kind`` says what, ``place`` where; None stands for nothing."""

    kind: str
    place: str
    stored: str | None
    recounted: str | None

    def __str__(self) -> str:
        stored, recounted = (
            value if value is not None else "nothing" for value in (self.stored, self.recounted)
        )
        return f"{self.kind}: {self.place}: stored {stored}, recounted {recounted}"


def findings(counted: Recount, index: Index, progress: Progress = silent) -> Iterator[Finding]:
    """Each difference, those of the graph first; ``counted`` is used up."""
    derivation = Derivation(counted, progress)
    yield from _faults(counted)
    yield from _of_graph(derivation)
    yield from _of_index(counted, index, progress)


def _faults(counted: Recount) -> Iterator[Finding]:
    event, document = f"{counted.iris.base}event/", f"{counted.iris.base}document/"
    for e, digest in counted.rows("SELECT e, digest FROM strangers ORDER BY e"):
        yield Finding("event that does not fit its id", f"<{event}{e}>", e, digest)
    for (e,) in counted.rows("SELECT DISTINCT e FROM mentions SEMI JOIN wrong USING (e) ORDER BY e"):
        yield Finding("event that cannot be read", f"<{event}{e}>", "broken or missing", None)
    wrong = """SELECT m, e FROM mentions ANTI JOIN events ON e = event WHERE e NOT IN (SELECT e FROM wrong)
        UNION ALL SELECT m, e FROM unsure ORDER BY ALL"""
    for m, e in counted.rows(wrong):
        yield Finding("mention that cannot be read", f"<{document}{m}>", e, None)
    for (e,) in counted.rows("SELECT DISTINCT e FROM nodes ANTI JOIN mentions USING (e) ORDER BY e"):
        yield Finding("event without mention", f"<{event}{e}>", "an event", None)
    for node, uses in counted.rows("SELECT node, uses FROM used ANTI JOIN names USING (node) ORDER BY node"):
        yield Finding("name that cannot be read", node, f"{uses} uses", None)


def _of_graph(derivation: Derivation) -> Iterator[Finding]:
    """A finding for each subject and property of which the values differ."""
    iris = derivation.iris
    kinds = {iris.graph("events").value: "link", iris.graph("relations").value: "relation"}
    kinds[iris.graph("actors").value] = "actor"
    side = """SELECT graph, split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p,
        string_agg(line[length(s) + length(p) + 3:-3], ', ' ORDER BY line) AS o FROM {} GROUP BY ALL"""
    found = derivation.counted.rows(
        f"""SELECT graph, s, p, stored.o, recounted.o FROM ({side.format("extra")}) stored
        FULL JOIN ({side.format("missing")}) recounted USING (graph, s, p) ORDER BY ALL"""  # noqa: S608
    )
    for graph, subject, predicate, stored, recounted in found:
        yield Finding(kinds.get(graph, "ontology"), f"{subject} {predicate}", stored, recounted)


def _of_index(counted: Recount, index: Index, progress: Progress) -> Iterator[Finding]:
    with index.beside(counted.save(), memory=MEMORY) as cursor:
        for number, table in enumerate(TABLES):
            progress("comparing the index", number, len(TABLES))
            keys = _KEYS[table]
            columns = [row[0] for row in cursor.execute(f"DESCRIBE facts.{table}").fetchall()]
            rest = [column for column in columns if column not in keys]
            place = ", ".join(keys)
            stored, expected = (
                f"SELECT {', '.join(columns)}, count(*) AS rows FROM {name} GROUP BY ALL"  # noqa: S608
                for name in (table, f"facts.{table}")
            )
            side = (
                f"SELECT {place}, string_agg(concat_ws(' ', {', '.join(_texts([*rest, 'rows']))}), '; ' ORDER BY ALL) "  # noqa: S608
                "AS found FROM ({} EXCEPT {}) GROUP BY ALL"
            )
            cursor.execute(
                f"""SELECT {place}, a.found, b.found FROM ({side.format(stored, expected)}) a
                FULL JOIN ({side.format(expected, stored)}) b USING ({place}) ORDER BY ALL"""  # noqa: S608
            )
            while rows := cursor.fetchmany(1000):
                for *key, was, should in rows:
                    yield Finding(f"index {table}", " ".join(map(str, key)), was, should)
        progress("comparing the index", len(TABLES), len(TABLES))


def _texts(columns: list[str]) -> list[str]:
    return [f"coalesce({column}::VARCHAR, '-')" for column in columns]
