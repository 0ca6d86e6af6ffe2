"""The columnar index: a row an event, from which all that counts, ranks or draws is answered.

Derived from the RDF store and stamped with its generation: :class:`graph.store.Store` keeps it in step, and makes
it anew where it is missing, behind, or of another version. Actors are kept once, with every name and every wording
under which texts speak of them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from extract.model import Actor, Event
from graph import arrays, counting, dyads, edges, matrix, neighborhood, partners, paths, periods, selecting
from graph.arrays import EdgeArrays
from graph.cast import Cast, Known
from graph.codes import Kinds
from graph.columns import NotHeld
from graph.counting import Ranking, Timeline
from graph.dyads import Dyad
from graph.errors import UnknownActor
from graph.keeping import Keeper
from graph.matrix import Matrix
from graph.network import Edge, Network, Selection
from graph.partners import Common, Ego
from graph.paths import Days, Paths
from graph.search import ActorHit, Hits, Search, folded_words
from graph.selecting import EventFilter, EventPage, EventRow, Tables
from graph.trouble import index_told

_T = TypeVar("_T")

VERSION = 2
"""The version of the tables below; an index of another one is made anew."""

NEAR = 3
"""How many names an error message suggests."""

TABLES = ("events", "actors", "aliases", "words")
"""The tables that are counted from the store."""

_TABLES = """
CREATE TABLE events (
    event VARCHAR, source VARCHAR, target VARCHAR, action VARCHAR, plover VARCHAR, cameo VARCHAR, quad TINYINT,
    goldstein DOUBLE, start_date DATE, end_date DATE, granularity VARCHAR, modality VARCHAR, negated BOOLEAN,
    mentions INTEGER, confidence DOUBLE);
CREATE TABLE actors (id VARCHAR, code VARCHAR, sector VARCHAR, name VARCHAR, type VARCHAR, events BIGINT);
CREATE TABLE aliases (actor VARCHAR, name VARCHAR, uses BIGINT);
CREATE TABLE words (word VARCHAR, name VARCHAR, actor VARCHAR);
CREATE TABLE meta (version INTEGER, generation BIGINT, clustered BIGINT);
"""

MAX_THREADS = 4
"""Of one question at most: a scan of a million events gains nothing from more."""

SLOW = "late_materialization"
"""A step of planning that takes a short query longer than it saves a long one."""

CLUSTER = 50_000
"""Events added since the table was last sorted, from which on it is sorted anew once they are half of it."""

CLUSTERED = "ORDER BY source, target, start_date"
"""The events of a dyad lie together, and questions about it read little else."""

_KINDS = (
    "SELECT action, list((plover, quad) ORDER BY plover, quad) FROM "
    "(SELECT DISTINCT action, plover, quad FROM events) GROUP BY action"
)

event_values = attrgetter(*(column.name for column in fields(EventRow)))
"""The values of an EventRow, in the order of the columns."""


# What has become the asked word by so many errors is as long, or differs by so many letters.
_SIMILAR = """
SELECT DISTINCT word FROM words, range($length - $errors, $length + $errors + 1) AS lengths (n)
WHERE damerau_levenshtein(left(word, n), $word) <= $errors ORDER BY word
"""

_MERGE_ACTORS = """
MERGE INTO actors a USING (
    SELECT unnest($1::VARCHAR[]) AS id, unnest($2::BOOLEAN[]) AS gone, unnest($3::VARCHAR[]) AS code,
        unnest($4::VARCHAR[]) AS sector, unnest($5::VARCHAR[]) AS name, unnest($6::VARCHAR[]) AS type,
        unnest($7::BIGINT[]) AS n) d
ON a.id = d.id
WHEN MATCHED AND d.gone THEN DELETE
WHEN MATCHED THEN UPDATE SET code = d.code, sector = d.sector, name = d.name, type = d.type, events = a.events + d.n
WHEN NOT MATCHED AND NOT d.gone THEN INSERT VALUES (d.id, d.code, d.sector, d.name, d.type, d.n)
RETURNING merge_action, id
"""
_MERGE_ALIASES = """
MERGE INTO aliases a USING (
    SELECT unnest($1::VARCHAR[]) AS actor, unnest($2::VARCHAR[]) AS name, unnest($3::BIGINT[]) AS n) d
ON a.actor = d.actor AND a.name = d.name
WHEN MATCHED AND a.uses + d.n <= 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET uses = a.uses + d.n
WHEN NOT MATCHED AND d.n > 0 THEN INSERT VALUES (d.actor, d.name, d.n)
RETURNING merge_action, actor, name
"""


@dataclass(slots=True)
class IndexChanges:
    """What a committed write changes in the index.

    ``recounted`` are events of which only mentions and confidence may have changed. ``activity`` counts the events
    by actor that came or went, the negated left out; ``aliases`` the uses of (actor, wording).
    """

    added: list[EventRow] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    recounted: list[tuple[str, int, float]] = field(default_factory=list)
    actors: dict[str, Actor | None] = field(default_factory=dict)
    activity: Counter[str] = field(default_factory=Counter)
    aliases: Counter[tuple[str, str]] = field(default_factory=Counter)


def event_row(event_id: str, event: Event, mentions: int, confidence: float) -> EventRow:
    """The row of an event."""
    when = event.date
    return EventRow(
        event=event_id,
        source=event.source.actor.id if event.source else None,
        target=event.target.actor.id if event.target else None,
        action=event.relation,
        plover=event.type,
        cameo=event.cameo,
        quad=event.quad,
        goldstein=float(event.goldstein),
        start=when.start if when else None,
        end=when.end if when else None,
        granularity=when.granularity if when else None,
        modality=event.modality,
        negated=event.negated,
        mentions=mentions,
        confidence=confidence,
    )


def wordings(actor: Actor, text: str | None) -> set[str]:
    """By what an actor can be found: id, name, and the words of the mention; None for those that stand for the
    actor in this place only, such as a pronoun."""
    return {actor.id, actor.name} if text is None else {actor.id, actor.name, text}


class Index:
    """An open index. Reading is safe from several threads, writing from one at a time."""

    def __init__(self, path: Path | None, *, read_only: bool = False) -> None:
        """Opens the file, or makes one; None keeps the tables in memory.

        Here and below IndexDamaged is raised for a file that cannot be read, StoreUnwritable for a full disk.
        """
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": min(os.cpu_count() or 1, MAX_THREADS)
        }
        self._path = path
        place = ":memory:" if path is None else str(path)
        with index_told(path or Path(place)):
            self._connection = duckdb.connect(place, read_only=read_only, config=settings)
            self._connection.execute(f"SET disabled_optimizers = '{SLOW}'")
        self._cast = Cast()
        self._generation: int | None = None
        self._writes = 0
        self._clustered: tuple[int, int] | None = None
        self._kinds: tuple[int, Kinds] | None = None
        self._searching = threading.Lock()
        self._names: Search | None = None
        self._keeper = Keeper(self._reading)

    def close(self) -> None:
        """Closes the file; harmless the second time."""
        self._keeper.close()
        self._connection.close()

    @property
    def columns(self) -> Keeper:
        """The columns in memory, which are kept from when they are told to start: for who asks often."""
        return self._keeper

    @property
    def files(self) -> list[Path]:
        """The files of the index, to be copied while nobody writes it; none for one in memory."""
        if self._path is None:
            return []
        return [file for file in (self._path, log_of(self._path)) if file.exists()]

    @property
    def generation(self) -> int | None:
        """The generation of the store that the index shows; None for an empty one or one of another version."""
        if self._generation is None:
            self._generation = self._read_generation()
        return self._generation

    def _read_generation(self) -> int | None:
        try:
            rows = self._rows("SELECT generation FROM meta WHERE version = $version", {"version": VERSION})
        except duckdb.CatalogException:
            return None
        return rows[0][0] if rows else None

    def rebuild(self, facts: Path, *, generation: int, memory: str) -> None:
        """Replaces all that the index holds by the tables of the DuckDB file ``facts``; holds ``memory`` at most."""
        with self.beside(facts, memory=memory) as cursor:
            cursor.begin()
            _make_tables(cursor, generation)
            for table in TABLES:
                order = CLUSTERED if table == "events" else ""
                cursor.execute(f"INSERT INTO {table} SELECT * FROM facts.{table} {order}")  # noqa: S608
            cursor.execute("UPDATE meta SET clustered = (SELECT count(*) FROM events)")
            self._commit_anew(cursor)
        self._written(generation)

    def empty(self, *, generation: int) -> None:
        """Throws away all that the index holds."""
        with self._cursor() as cursor:
            cursor.begin()
            _make_tables(cursor, generation)
            self._commit_anew(cursor)
        self._written(generation)

    def _commit_anew(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Commits what has nothing of before."""
        with self._searching:
            cursor.commit()
            self._names = None
        self._clustered = None

    def _written(self, generation: int, changes: IndexChanges | None = None) -> None:
        """After a commit of ``changes``, or of any."""
        self._generation = generation
        self._writes += 1
        self._cast = self._cast.after(None if changes is None else changes.actors)
        if changes is None:
            self._keeper.renew()
        else:
            self._keeper.follow(changes, generation)

    @contextlib.contextmanager
    def beside(self, facts: Path, *, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor that sees the tables of the DuckDB file ``facts``, as ``facts.events``; holds ``memory`` at most."""
        with self._cursor() as cursor:
            cursor.execute(f"SET memory_limit = '{memory}'; ATTACH '{quoted(facts)}' AS facts (READ_ONLY)")
            try:
                yield cursor
            except BaseException:
                with contextlib.suppress(duckdb.TransactionException):  # where none had begun
                    cursor.rollback()
                raise
            finally:
                cursor.execute("DETACH facts; RESET memory_limit")

    def apply(self, changes: IndexChanges, *, generation: int) -> None:
        """Follows a write of the store, in one transaction."""
        with self._cursor() as cursor:
            cursor.begin()
            if changes.removed:
                cursor.execute("DELETE FROM events WHERE event IN (SELECT unnest($1))", [changes.removed])
            insert(cursor, "events", map(event_values, changes.added))
            if changes.recounted:
                cursor.execute(
                    "UPDATE events SET mentions = m, confidence = c FROM "
                    "(SELECT unnest($1) AS e, unnest($2) AS m, unnest($3) AS c) WHERE event = e",
                    [list(column) for column in zip(*changes.recounted, strict=True)],
                )
            self._apply_actors(cursor, changes)
            self._apply_aliases(cursor, changes.aliases)
            cursor.execute("UPDATE meta SET generation = $1", [generation])
            clustered = self._keep_clustered(cursor, changes)
            with self._searching:  # the names are read before the commit, or after, and never counted twice
                cursor.commit()
                if self._names is not None:
                    self._names.follow(changes.actors, changes.activity, changes.aliases)
        self._clustered = clustered
        self._written(generation, changes)
        self._keep_kinds(changes)

    def names(self, actor_id: str) -> list[str]:
        """Names and wordings of an actor."""
        try:
            rows = self._rows("SELECT name FROM aliases WHERE actor = $actor", {"actor": actor_id})
        except duckdb.CatalogException:
            return []
        return [name for (name,) in rows]

    def stamp(self, generation: int) -> None:
        """Says that the index shows ``generation``, after a write that changes nothing of it."""
        self._rows("UPDATE meta SET generation = $generation", {"generation": generation})
        self._generation = generation
        self._keeper.follow(None, generation)

    def _keep_clustered(self, cursor: duckdb.DuckDBPyConnection, changes: IndexChanges) -> tuple[int, int]:
        """Sorts the events once so many were added that a question reads more of them than of those in order.

        Returns how many there are, and how many lie in order.
        """
        if self._clustered is None:
            ((events, clustered),) = cursor.execute(
                "SELECT (SELECT count(*) FROM events), clustered FROM meta"
            ).fetchall()
        else:
            events, clustered = self._clustered
            events += len(changes.added) - len(changes.removed)
        if events - clustered > max(CLUSTER, events // 2):
            _cluster(cursor)
            clustered = events
        return events, clustered

    def _keep_kinds(self, changes: IndexChanges) -> None:
        """Keeps what is known of the actions where a write has not changed it, as most do not."""
        known = self._kinds
        if known and known[0] == self._writes - 1 and not changes.removed:
            written, kinds = known
            if all((row.plover, row.quad) in kinds.get(row.action, ()) for row in changes.added):
                self._kinds = written + 1, kinds

    @contextlib.contextmanager
    def _tables(self) -> Iterator[Tables]:
        """All that is asked through these tables is answered from one state of the index."""
        # Who is known must be of that state or of one before: of two writes the later may have come in between.
        cast, writes, known = self._cast, self._writes, self._kinds
        with self._reading() as cursor:
            if known is None or known[0] != writes:
                kinds = {action: tuple(types) for action, types in cursor.execute(_KINDS).fetchall()}
                known = self._kinds = writes, kinds
            yield Tables(cursor, known[1], cast, self.generation or 0)

    def _answer(self, question: Callable[[Tables], _T]) -> _T:
        """Answers from the columns in memory where these are there and can tell it, else from the tables."""
        held = self._keeper.now
        if held is not None:
            with contextlib.suppress(NotHeld):
                return question(held.tables)
        with self._tables() as tables:
            return question(tables)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor that sees one state of the index."""
        with self._cursor() as cursor:
            cursor.begin()
            yield cursor
            cursor.rollback()

    def _apply_actors(self, cursor: duckdb.DuckDBPyConnection, changes: IndexChanges) -> None:
        rows = [
            (i, a is None, *((a.code, a.sector, a.name, a.type) if a else (None,) * 4), changes.activity[i])
            for i, a in changes.actors.items()
        ]
        _merge(cursor, _MERGE_ACTORS, rows)

    def _apply_aliases(self, cursor: duckdb.DuckDBPyConnection, deltas: Counter[tuple[str, str]]) -> None:
        rows = [(actor, name, n) for (actor, name), n in deltas.items() if n]
        done = _merge(cursor, _MERGE_ALIASES, rows)
        gone = [(actor, name) for action, actor, name in done if action == "DELETE"]
        if gone:
            columns = [list(column) for column in zip(*gone, strict=True)]
            cursor.execute(
                "DELETE FROM words WHERE (actor, name) IN (SELECT (unnest($1), unnest($2)))", columns
            )
        new = [(actor, name) for action, actor, name in done if action == "INSERT"]
        words = ((word, name, actor) for actor, name in new for word in dict.fromkeys(folded_words(name)))
        insert(cursor, "words", words)

    def search(self, q: str, *, limit: int = 10) -> Hits:
        """The actors of whose names some words begin with the words of ``q``, or nearly so; see :mod:`graph.search`."""
        return self._search().find(q, limit=limit, similar=self._similar)

    def _search(self) -> Search:
        with self._searching:
            if self._names is None:
                with self._reading() as cursor:
                    actors = cursor.execute(
                        "SELECT id, name, type, code, sector, events, name FROM actors ORDER BY id"
                    ).fetchall()
                    uses = cursor.execute("SELECT actor, name, uses FROM aliases").fetchall()
                self._names = Search((ActorHit(*row) for row in actors), uses)
            return self._names

    def _similar(self, word: str, errors: int) -> list[str]:
        values = {"word": word, "length": len(word), "errors": errors}
        return [found for (found,) in self._rows(_SIMILAR, values)]

    def actor(self, actor_id: str) -> ActorHit:
        """The actor of that id; raises UnknownActor with those that are near."""
        rows = self._rows(
            "SELECT id, name, type, code, sector, events, name FROM actors WHERE id = $id", {"id": actor_id}
        )
        if not rows:
            raise UnknownActor(actor_id, self._near_actors(actor_id))
        return ActorHit(*rows[0])

    def _near_actors(self, given: str) -> list[str]:
        named = [hit.id for hit in self.search(given, limit=NEAR).actors]
        if named:
            return named
        ids = [row[0] for row in self._rows("SELECT id FROM actors ORDER BY events DESC, id LIMIT 20000", {})]
        folded = {actor_id.casefold(): actor_id for actor_id in reversed(ids)}
        return [folded[near] for near in difflib.get_close_matches(given.casefold(), folded, NEAR)]

    def network(self, selection: Selection) -> Network:
        """The selected part of the network; see :mod:`graph.neighborhood`."""

        def answer(tables: Tables) -> Network:
            return neighborhood.network(
                tables, selection, self._seeds(tables, selection), generation=tables.generation
            )

        return self._answer(answer)

    def last_period(self, selection: Selection) -> tuple[dt.date, dt.date] | None:
        """The last months that have something to show of the selection; see :mod:`graph.periods`."""
        with self._tables() as tables:
            return periods.last_period(tables, selection)

    @contextlib.contextmanager
    def whole(self, selection: Selection) -> Iterator[Network]:
        """All of the selected network without a limit: its nodes and edges are read as they are needed, before the
        context ends, from one state of the index."""
        with self._tables() as tables:
            seeds = self._seeds(tables, selection)
            yield neighborhood.whole(tables, selection, seeds, generation=tables.generation)

    def latest(self, selection: Selection, shown: Sequence[Edge]) -> dict[str, list[EventRow]]:
        """The latest events of edges of the selection, ``evidence`` of each at most, by the edges' ids."""
        with self._tables() as tables:
            seeds = self._seeds(tables, selection)
            return edges.Edges(tables, selection, seeds).latest(shown, selection.evidence)

    def _seeds(self, tables: Tables, selection: Selection) -> list[str]:
        """The nodes of the selected actors; raises UnknownActor."""
        found = edges.seeds(tables, selection)
        for actor_id in selection.actors:
            if actor_id not in found:
                self.actor(actor_id)
        return list(dict.fromkeys(found.values()))

    def named_events(
        self, chosen: EventFilter, *, limit: int, cursor: str | None = None
    ) -> tuple[EventPage, dict[str, Known]]:
        """The same page as :meth:`events`, and who its sources and targets are, by their ids."""

        def answer(tables: Tables) -> tuple[EventPage, dict[str, Known]]:
            page = selecting.events(tables, chosen, limit=limit, cursor=cursor)
            return page, tables.known({end for row in page.rows for end in (row.source, row.target) if end})

        return self._answer(answer)

    def events(
        self, chosen: EventFilter, *, limit: int = 50, cursor: str | None = None, counted: bool = True
    ) -> EventPage:
        """A page of the events that ``chosen`` lets pass, the latest first."""
        return self._answer(
            lambda tables: selecting.events(tables, chosen, limit=limit, cursor=cursor, counted=counted)
        )

    def timeline(self, chosen: EventFilter, *, bucket: str) -> Timeline:
        """The events that ``chosen`` lets pass over time; see :mod:`graph.counting`."""
        return self._answer(lambda tables: counting.timeline(tables, chosen, bucket=bucket))

    def ranking(self, chosen: EventFilter, *, rank: str, limit: int) -> Ranking:
        """Who or what has most of the events that ``chosen`` lets pass; see :mod:`graph.counting`."""
        return self._answer(lambda tables: counting.ranking(tables, chosen, rank=rank, limit=limit))

    def edge_arrays(self, selection: Selection) -> EdgeArrays:
        """The dyads of a selection; see :mod:`graph.arrays`."""
        with self._tables() as tables:
            return arrays.edge_arrays(tables, selection)

    def dated_arrays(self, selection: Selection) -> tuple[EdgeArrays, Days]:
        """The dyads of a selection by their dated events, and when these begin; see :mod:`graph.paths`."""
        with self._tables() as tables:
            return paths.dated_arrays(tables, selection)

    def paths(self, selection: Selection, source: str, target: str, **options: Any) -> Paths:
        """Ways from one actor to another, with the keywords of :func:`graph.paths.paths`."""
        with self._tables() as tables:
            return paths.paths(tables, selection, source, target, **options)

    def common(self, chosen: EventFilter, actors: Sequence[str], *, limit: int) -> Common:
        """The partners that several actors have in common; see :mod:`graph.partners`."""
        with self._tables() as tables:
            return partners.common(tables, chosen, actors, limit=limit)

    def ego(self, chosen: EventFilter, actor: str, *, bucket: str, limit: int) -> Ego:
        """An actor and its partners over time; see :mod:`graph.partners`."""
        with self._tables() as tables:
            return partners.ego(tables, chosen, actor, bucket=bucket, limit=limit)

    def dyad(self, chosen: EventFilter, source: str, target: str, *, limit: int) -> Dyad:
        """What two actors do to each other; see :mod:`graph.dyads`."""
        with self._tables() as tables:
            return dyads.dyad(tables, chosen, source, target, limit=limit)

    def matrix(self, chosen: EventFilter, actors: Sequence[str], *, limit: int) -> Matrix:
        """Who does what to whom among actors; see :mod:`graph.matrix`."""
        with self._tables() as tables:
            return matrix.matrix(tables, chosen, actors, limit=limit)

    def named(self, actors: Sequence[str]) -> dict[str, dict[str, object]]:
        """Label, type, country and sector of actors, by their ids."""
        with self._tables() as tables:
            return arrays.names_of(tables, actors)

    def counts(self) -> dict[str, int]:
        """How many events, mentions, relations and actors there are."""
        (events, mentions, relations), *_ = self._rows(
            "SELECT count(*), coalesce(sum(mentions), 0)::BIGINT, "
            "count(DISTINCT (source, action, target)) FILTER (source NOT NULL AND target NOT NULL) FROM events",
            {},
        )
        ((actors,),) = self._rows("SELECT count(*) FROM actors", {})
        return {"events": events, "mentions": mentions, "relations": relations, "actors": actors}

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with index_told(self._path or Path(":memory:")), self._connection.cursor() as cursor:
            yield cursor

    def _rows(self, query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._cursor() as cursor:
            return cursor.execute(query, values or None).fetchall()


def _cluster(cursor: duckdb.DuckDBPyConnection) -> None:
    """Sorts the events."""
    cursor.execute(f"CREATE TABLE sorted AS SELECT * FROM events {CLUSTERED}")  # noqa: S608
    cursor.execute("DROP TABLE events")
    cursor.execute("ALTER TABLE sorted RENAME TO events")
    cursor.execute("UPDATE meta SET clustered = (SELECT count(*) FROM events)")


def log_of(path: Path) -> Path:
    """The file beside an index that holds what is not in it yet."""
    return path.with_name(f"{path.name}.wal")


def remove(path: Path) -> None:
    """Removes the files of the index at ``path``, which nobody has open."""
    for leftover in (path, log_of(path)):
        leftover.unlink(missing_ok=True)


def _make_tables(cursor: duckdb.DuckDBPyConnection, generation: int) -> None:
    own = "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
    for (table,) in cursor.execute(own).fetchall():
        cursor.execute(f"DROP TABLE {table}")
    for statement in filter(str.strip, _TABLES.split(";")):
        cursor.execute(statement)
    cursor.execute(
        "INSERT INTO meta VALUES ($version, $generation, 0)", {"version": VERSION, "generation": generation}
    )


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of SQL."""
    return str(path).replace("'", "''")


def insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Inserts rows by columns: a hundred times as fast as ``executemany``."""
    batch = list(rows)
    if batch:
        columns = [list(column) for column in zip(*batch, strict=True)]
        values = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
        cursor.execute(f"INSERT INTO {table} SELECT {values}", columns)


def _merge(
    cursor: duckdb.DuckDBPyConnection, statement: str, rows: Sequence[Sequence[object]]
) -> list[tuple[Any, ...]]:
    """Merges rows, given by columns, into a table; returns what was done, by row."""
    return (
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)]).fetchall()
        if rows
        else []
    )
