"""Documents and event nodes counted anew, in bounded memory: what the index and the shared graphs are made from.

The engine writes terms, a property at a time (:mod:`graph.scans`), into files that DuckDB reads, in a file of its own
that is thrown away.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

import duckdb
import pyoxigraph as ox

from extract.model import Actor
from graph import ids, scans
from graph.index import TABLES, insert, quoted, wordings
from graph.names import NameFinder
from graph.ontology import terms
from graph.scans import Scan
from graph.search import folded_words
from graph.shared import SharedGraphs

MEMORY = "384MB"
"""What DuckDB may hold while it counts; what is more goes to the disk."""

SCANS = min(os.cpu_count() or 1, 4)
"""Scans of the RDF store at the same time."""

CHUNK = 20_000
"""Rows that are in Python at once."""

BUCKET = 3_000_000
"""Properties of events that are brought together at once."""

FOLDER = "recount."
"""How the names of the folders begin in which is counted."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Is told what is being done, and how many of how many steps are done."""

_ESCAPED = re.compile(r"\\(.)")
_UNESCAPED = {"t": "\t", "n": "\n", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Faults:
    """What cannot be counted, because the node of an event or a name, or a mention, is not what it should be.

    ``events`` are mentioned, but lack properties or have wrong ones; ``mentions`` are of no event that counts, or
    without confidence; ``names`` are used, but do not say whom they name; ``unmentioned`` are events without mention.
    """

    events: int = 0
    mentions: int = 0
    names: int = 0
    unmentioned: int = 0


def silent(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


class Recount:
    """The tables ``events``, ``actors``, ``aliases``, ``words`` as the index has them, and what they come from.

    Also ``names`` (node, actor, code, sector, name, type, uses), ``relations`` (source, action, target, id),
    ``mentions`` and ``said``. A context manager, that throws all away.
    """

    def __init__(
        self,
        shared: SharedGraphs,
        folder: Path | None,
        *,
        progress: Progress = silent,
        known: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        """Counts, with files in ``folder`` (None: where the system has its temporary files).

        ``known`` gives by an actor's id names that it may have, to find again those that the store has lost.
        """
        self.shared = shared
        self.iris = shared.iris
        self._progress = progress
        self._folder = tempfile.TemporaryDirectory(prefix=FOLDER, dir=folder)
        self.path = Path(self._folder.name)
        self.finder = NameFinder(shared, known)
        self.file = self.path / "facts.duckdb"
        self.sql = duckdb.connect(config={"temp_directory": str(self.path / "spilled")})
        try:
            self.sql.execute(
                f"SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false; SET threads = 2"
            )
            self.sql.execute(scans.MACROS)
            self._scan()
            self._events()
            self._names()
            self._actors()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Recount:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Throws the tables away; harmless the second time."""
        self.sql.close()
        self._folder.cleanup()

    def save(self) -> Path:
        """Ends the counting, and gives the tables of the index as a DuckDB file, which :meth:`close` deletes."""
        self.sql.execute(f"ATTACH '{quoted(self.file)}' AS saved")
        for table in TABLES:
            self.sql.execute(f"CREATE TABLE saved.{table} AS SELECT * FROM main.{table}")  # noqa: S608
        self.sql.execute("DETACH saved")
        self.sql.close()
        return self.file

    @property
    def faults(self) -> Faults:
        """What was left out."""
        return Faults(
            self._count("SELECT count(DISTINCT e) FROM mentions SEMI JOIN wrong USING (e)"),
            self._count("SELECT count(*) FROM mentions ANTI JOIN events ON e = event")
            + self._count("SELECT count(*) FROM unsure"),
            self._count("SELECT count(*) FROM used ANTI JOIN names USING (node)"),
            self._count("SELECT count(*) FROM nodes ANTI JOIN mentions USING (e)"),
        )

    def rows(self, query: str, values: Sequence[object] | None = None) -> Iterator[tuple[Any, ...]]:
        """The rows of an SQL query over the tables, some at a time."""
        with self.sql.cursor() as cursor:
            cursor.execute(query, values)
            while some := cursor.fetchmany(CHUNK):
                yield from some

    def fill(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Puts rows into a table, some at a time."""
        chunk: list[Sequence[object]] = []
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                insert(self.sql, table, chunk)
                chunk = []
        insert(self.sql, table, chunk)

    def read(self, table: str, file: Path, columns: Sequence[str], select: str = "*") -> None:
        """Puts what ``select`` makes of the columns of a file, which it deletes, into a table."""
        shape = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
        with self.sql.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO {table} SELECT {select} FROM read_csv($1, delim = '\t', quote = '', escape = '',
                header = true, auto_detect = false, new_line = '\\n', nullstr = '\x01', max_line_size = 64000000,
                columns = {{{shape}}})""",  # noqa: S608 - all of it is ours
                [str(file)],
            )
        file.unlink()

    def _count(self, query: str) -> int:
        return cast(int, self.sql.execute(query).fetchall()[0][0])

    def scan_links(self) -> None:
        """Adds the table ``links``: the relation that each event says it is of."""
        self.sql.execute("CREATE TABLE links (e VARCHAR, relation VARCHAR)")
        self._take([scans.of_links(self.iris)])

    def _scan(self) -> None:
        """Takes all that is counted out of the RDF store."""
        self.sql.execute("""
            CREATE TABLE said (e VARCHAR, p VARCHAR, v VARCHAR);
            CREATE TABLE nodes (e VARCHAR);
            CREATE TABLE mention_of (m VARCHAR, e VARCHAR);
            CREATE TABLE sure (m VARCHAR, c DOUBLE);
            CREATE TABLE worded_uses (node VARCHAR, text VARCHAR, uses BIGINT);
            CREATE TABLE resolved_uses (node VARCHAR, text VARCHAR, uses BIGINT);""")
        self._take(scans.all_of(self.iris, within=self._within()))

    def _within(self) -> str:
        """Keeps a query to the documents, where other graphs say what documents do; else nothing, which is faster."""
        self.sql.execute("CREATE TABLE graphs (g VARCHAR)")
        self._take([scans.of_graphs()])
        document = f"{self.iris.base}document/"
        self.sql.execute("DELETE FROM graphs WHERE starts_with(g, $1)", [f"<{document}"])
        others = [ox.NamedNode(g[1:-1]) for (g,) in self.rows("SELECT g FROM graphs") if g.startswith("<")]
        told = (
            self.shared.rdf.quads_for_pattern(None, terms()[role], None, graph)
            for graph in others
            for role in scans.ROLES
        )
        if any(next(quads, None) is not None for quads in told):
            return f"FILTER STRSTARTS(STR(?g), '{document}')"
        return ""

    def _take(self, wanted: Sequence[Scan]) -> None:
        """Fills tables by scans, some at the same time: there are as many files at once."""
        with ThreadPoolExecutor(SCANS) as executor:
            running = [executor.submit(self._take_one, number, one) for number, one in enumerate(wanted)]
            try:
                for number, done in enumerate(as_completed(running), 1):
                    done.result()
                    self._progress("reading the graph", number, len(wanted))
            except BaseException:
                executor.shutdown(wait=False, cancel_futures=True)
                raise

    def _take_one(self, number: int, scan: Scan) -> None:
        file = self._export(number, scan.query)
        self.read(scan.table, file, scan.columns.split(), scan.select)

    def _export(self, number: int, query: str) -> Path:
        file = self.path / f"{number}.tsv"
        found = cast(ox.QuerySolutions, self.shared.rdf.query(f"SELECT {query}"))
        found.serialize(str(file), ox.QueryResultsFormat.TSV)
        return file

    def _events(self) -> None:
        """Rows of events, and the mentions that they have."""
        buckets = 1 + self._count("SELECT count(*) FROM said") // BUCKET
        self._progress("counting events", 0, buckets)
        self.sql.execute("""
            CREATE TABLE mentions AS SELECT m, e, max(c) AS c FROM mention_of JOIN sure USING (m)
                WHERE c NOT NULL GROUP BY m, e;
            CREATE TABLE unsure AS SELECT m, e FROM mention_of ANTI JOIN mentions USING (m, e);
            DROP TABLE sure; DROP TABLE mention_of;
            CREATE TABLE counted AS SELECT e, count(*)::INTEGER AS mentions, max(c) AS confidence,
                min(split_part(m, '#', 1)) AS document FROM mentions GROUP BY e;
            CREATE TABLE wrong (e VARCHAR);
            CREATE TABLE properties (e VARCHAR, action VARCHAR, plover VARCHAR, cameo VARCHAR, quad TINYINT,
                goldstein DOUBLE, modality VARCHAR, negated BOOLEAN, source VARCHAR, target VARCHAR,
                start_date DATE, end_date DATE, granularity VARCHAR, undated BOOLEAN, single BOOLEAN, bound BOOLEAN)""")
        values = ", ".join(f"max(v) FILTER (p = '{p}') AS {p}" for p in scans.SINGLE)
        several = " + ".join(f"({p} NOT NULL)::INTEGER" for p in scans.SINGLE)
        fits = ", ".join(f"nullif({p}, '{scans.UNFIT}') AS {p}_" for p in scans.SINGLE)
        for bucket in range(buckets):
            self.sql.execute(
                f"""INSERT INTO properties SELECT e, action_, ploverType_, cameoCode_, try_cast(quadClass_ AS TINYINT),
                try_cast(goldstein_ AS DOUBLE), modality_, try_cast(negated_ AS BOOLEAN), source_, target_,
                try_cast(startDate_ AS DATE), try_cast(endDate_ AS DATE), granularity_,
                startDate IS NULL AND endDate IS NULL AND granularity IS NULL, n = {several},
                source IS DISTINCT FROM '{scans.UNFIT}' AND target IS DISTINCT FROM '{scans.UNFIT}'
                FROM (SELECT *, {fits} FROM (SELECT e, {values}, count(*) AS n FROM said
                    WHERE hash(e) % {buckets} = {bucket} GROUP BY e))"""  # noqa: S608
            )
            self._progress("counting events", bucket + 1, buckets)
        self.sql.execute("""
            DROP TABLE said;
            INSERT INTO wrong SELECT e FROM counted ANTI JOIN (SELECT e FROM properties SEMI JOIN nodes USING (e)
                WHERE action NOT NULL AND plover NOT NULL AND cameo NOT NULL
                AND quad NOT NULL AND goldstein NOT NULL AND modality NOT NULL AND negated NOT NULL AND single AND bound
                AND (undated OR start_date NOT NULL AND end_date NOT NULL AND granularity NOT NULL)) USING (e);
            CREATE TABLE local (encoded VARCHAR, id VARCHAR)""")
        encoded = "SELECT DISTINCT unnest([source, target, action, plover, cameo]) AS encoded FROM properties"
        self.fill("local", ((text, ids.decode(text)) for (text,) in self.rows(encoded) if text is not None))
        self.sql.execute("""
            CREATE TABLE events AS SELECT e AS event, s.id AS source, t.id AS target, a.id AS action, p.id AS plover,
                c.id AS cameo, quad, goldstein, start_date, end_date, granularity, modality, negated, mentions,
                confidence
            FROM properties JOIN counted USING (e) JOIN local a ON a.encoded = action JOIN local p ON p.encoded = plover
                JOIN local c ON c.encoded = cameo LEFT JOIN local s ON s.encoded = source
                LEFT JOIN local t ON t.encoded = target
            WHERE e NOT IN (SELECT e FROM wrong)""")
        self.sql.execute("DROP TABLE properties")

    def _names(self) -> None:
        """The names that are used, with their uses, and the wordings."""
        self._progress("counting names", 0, 1)
        self.sql.execute("""
            CREATE TABLE uses AS SELECT node, text, sum(uses)::BIGINT AS uses FROM (
                FROM worded_uses UNION ALL SELECT node, text, -uses FROM resolved_uses
                UNION ALL SELECT node, NULL, uses FROM resolved_uses)
                GROUP BY node, text HAVING sum(uses) > 0;
            DROP TABLE worded_uses; DROP TABLE resolved_uses;
            CREATE TABLE used AS SELECT node, sum(uses)::BIGINT AS uses FROM uses GROUP BY node;
            CREATE TABLE names (node VARCHAR, actor VARCHAR, code VARCHAR, sector VARCHAR, name VARCHAR, type VARCHAR,
                uses BIGINT);
            CREATE TABLE worded (actor VARCHAR, name VARCHAR, uses BIGINT);
            CREATE TABLE aliases (actor VARCHAR, name VARCHAR, uses BIGINT);
            CREATE TABLE words (word VARCHAR, name VARCHAR, actor VARCHAR)""")
        self.fill("names", self._named())
        self.fill("worded", self._worded())
        self.sql.execute("INSERT INTO aliases SELECT actor, name, sum(uses)::BIGINT FROM worded GROUP BY ALL")
        self.sql.execute("DROP TABLE worded")
        self.fill(
            "words",
            (
                (word, name, actor)
                for actor, name in self.rows("SELECT actor, name FROM aliases")
                for word in dict.fromkeys(folded_words(name))
            ),
        )
        self._progress("counting names", 1, 1)

    def _named(self) -> Iterator[tuple[object, ...]]:
        for node, uses in self.rows("SELECT node, uses FROM used WHERE node[1] = '<'"):
            actor = self.finder.find(ox.NamedNode(node[1:-1]), self._wordings_of(node))
            if actor is not None:
                yield node, actor.id, actor.code, actor.sector, actor.name, actor.type, uses

    def _wordings_of(self, node: str) -> Callable[[], list[str]]:
        def wordings_() -> list[str]:
            found = self.rows("SELECT DISTINCT text FROM uses WHERE node = $1 AND text NOT NULL", [node])
            return [text_of(text) for (text,) in found]

        return wordings_

    def _worded(self) -> Iterator[tuple[str, str, int]]:
        found = self.rows("SELECT code, sector, name, type, text, u.uses FROM uses u JOIN names USING (node)")
        for code, sector, name, type_, text, uses in found:
            actor = Actor(code, sector, name, type_)
            for wording in wordings(actor, None if text is None else text_of(text)):
                yield actor.id, wording, uses

    def _actors(self) -> None:
        """Each actor as it is presented most, see :func:`graph.shared.main_name`; how busy it is."""
        self.sql.execute("""
            CREATE TABLE actors AS SELECT actor AS id, code, sector, name, type, coalesce(total, 0)::BIGINT AS events
            FROM (SELECT * FROM names QUALIFY row_number() OVER (
                PARTITION BY actor ORDER BY uses DESC, name, type, code, coalesce(sector, '')) = 1)
            LEFT JOIN (SELECT id, count(*) AS total FROM (
                SELECT source AS id FROM events WHERE NOT negated UNION ALL
                SELECT target FROM events WHERE NOT negated AND target IS DISTINCT FROM source)
                GROUP BY id) busy ON busy.id = actor""")


def text_of(term: str) -> str:
    """The text of a literal as it stands in Turtle.

    >>> text_of('"a\\\\tb"')
    'a\\tb'
    """
    if not term.startswith('"'):
        return term
    inner = term[1 : term.rindex('"')]
    return _ESCAPED.sub(lambda match: _UNESCAPED.get(match[1], match[1]), inner) if "\\" in inner else inner


def clear(folder: Path) -> None:
    """Throws away what a process that died has left in ``folder``."""
    for leftover in folder.glob(f"{FOLDER}*"):
        shutil.rmtree(leftover)
