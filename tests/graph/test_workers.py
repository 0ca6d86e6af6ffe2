"""Queries from outside on real worker processes: answers, limits, failures, snapshots."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib

from graph.query_errors import (
    ClientGone,
    NotAcceptable,
    PoolClosed,
    QueryFailed,
    QueryMemory,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    QueueFull,
    SnapshotUnreadable,
    WorkerDied,
)
from graph.snapshots import Snapshots, remove_folder
from graph.worker_process import WorkerProcess
from graph.workers import QueryLimits, QueryPool

TRIPLES = 4_000
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SORTED_CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
EVERYTHING = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

Pools = Callable[..., QueryPool]


def quad(number: int, graph: str = "http://g/0") -> ox.Quad:
    subject = ox.NamedNode(f"http://e/{number % 7}")
    return ox.Quad(subject, ox.NamedNode("http://e/p"), ox.Literal(number), ox.NamedNode(graph))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of 4,000 triples, a thousand in each of the graphs http://g/0 … 3."""
    place = tmp_path_factory.mktemp("workers")
    store = ox.Store(place / "store")
    store.extend(quad(number, f"http://g/{number % 4}") for number in range(TRIPLES))
    store.backup(place / "snapshot")
    return place / "snapshot"


@pytest.fixture
def pools(folder: Path) -> Iterator[Pools]:
    """Makes pools over the snapshot; closes them in the end."""
    made: list[QueryPool] = []

    def make(
        *, size: int = 1, prefixes: dict[str, str] | None = None, union: bool = True, **limits: float
    ) -> QueryPool:
        pool = QueryPool(
            lambda: folder,
            prefixes=prefixes,
            union=union,
            limits=QueryLimits(workers=size, **limits),  # type: ignore[arg-type]
            discard=lambda _: None,
        )
        made.append(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[QueryPool]:
    """One pool for the tests that ask and get."""
    with QueryPool(lambda: folder, limits=QueryLimits(workers=1), discard=lambda _: None) as pool:
        yield pool


def count(answer: bytes) -> int:
    return int(json.loads(answer)["results"]["bindings"][0]["n"]["value"])


class TestAnswers:
    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [
            ((), "application/sparql-results+json"),
            ("text/csv", "text/csv"),
            (["image/png", "text/tab-separated-values"], "text/tab-separated-values"),
            (["application/sparql-results+xml"], "application/sparql-results+xml"),
            (["application/xml"], "application/xml"),
            (["application/json"], "application/json"),
            (["text/turtle", "*/*"], "application/sparql-results+json"),
            (["text/*"], "text/csv"),
        ],
    )
    def test_rows_in_the_first_media_type_that_fits(
        self, shared: QueryPool, accept: list[str], media_type: str
    ) -> None:
        answer = shared.query("SELECT ?o { <http://e/3> ?p ?o } ORDER BY ?o LIMIT 2", accept=accept)
        body = answer.read().decode()
        assert answer.media_type == media_type
        if "json" in media_type:
            values = [row["o"]["value"] for row in json.loads(body)["results"]["bindings"]]
        elif "xml" in media_type:
            values = [
                node.text or ""
                for node in ElementTree.fromstring(body).iter()
                if node.tag.endswith("literal")
            ]
        else:
            values = [
                row[0]
                for row in csv.reader(io.StringIO(body), delimiter="," if "csv" in media_type else "\t")
            ][1:]
        assert values == ["3", "10"]

    @pytest.mark.parametrize(
        ("accept", "media_type", "parser"),
        [
            ([], "text/turtle", "turtle"),
            (["application/n-triples"], "application/n-triples", "nt"),
            (["application/rdf+xml"], "application/rdf+xml", "xml"),
            (["application/ld+json"], "application/ld+json", "json-ld"),
            (["text/csv", "text/xml"], "text/xml", "xml"),
        ],
    )
    @pytest.mark.filterwarnings(
        "ignore:ConjunctiveGraph is deprecated"
    )  # of rdflib, by its own JSON-LD parser
    @pytest.mark.parametrize("form", ["CONSTRUCT WHERE { <http://e/3> ?p ?o }", "DESCRIBE <http://e/3>"])
    def test_graphs(
        self, shared: QueryPool, form: str, accept: list[str], media_type: str, parser: str
    ) -> None:
        answer = shared.query(form, accept=accept)
        rdf = rdflib.Graph().parse(data=answer.read(), format=parser)
        assert answer.media_type == media_type
        assert {int(o) for o in rdf.objects()} == set(range(3, TRIPLES, 7))

    @pytest.mark.parametrize(
        ("accept", "body"),
        [
            ("application/sparql-results+json", b'{"head":{},"boolean":true}'),
            ("text/csv", b"true"),
            ("text/tab-separated-values", b"true"),
        ],
    )
    def test_ask(self, shared: QueryPool, accept: str, body: bytes) -> None:
        assert shared.query("ASK { ?s ?p 3 }", accept=accept).read() == body

    @pytest.mark.parametrize(
        ("query", "accept", "allowed"),
        [
            ("SELECT * { ?s ?p ?o }", "text/turtle", "application/sparql-results+json"),
            ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv", "text/turtle"),
        ],
        ids=["rows", "graph"],
    )
    def test_media_types_that_do_not_fit(
        self, shared: QueryPool, query: str, accept: str, allowed: str
    ) -> None:
        message = re.escape(f"as {accept}. Accept one of {allowed}, ")
        with pytest.raises(NotAcceptable, match=message) as caught:
            shared.query(query, accept=[accept])
        assert caught.value.allowed[0] == allowed

    def test_a_long_answer_comes_in_pieces(self, shared: QueryPool) -> None:
        with shared.query("SELECT * { ?s ?p ?o }") as answer:
            pieces = list(answer)
        assert len(pieces) > 3
        assert max(map(len, pieces)) < 80_000
        assert len(json.loads(b"".join(pieces))["results"]["bindings"]) == TRIPLES

    def test_prefixes_that_need_no_declaration(self, pools: Pools) -> None:
        pool = pools(prefixes={"e": "http://e/"})
        assert count(pool.query("SELECT (COUNT(*) AS ?n) { e:3 e:p ?o }").read()) == len(range(3, TRIPLES, 7))
        turtle = pool.query("CONSTRUCT WHERE { ?s e:p 3 }").read()
        assert b"e:3 e:p 3 ." in turtle
        redefined = "PREFIX e: <http://other/> SELECT (COUNT(*) AS ?n) { e:3 e:p ?o }"
        assert count(pool.query(redefined).read()) == 0


class TestDataset:
    @pytest.mark.parametrize(
        ("query", "graphs", "expected"),
        [
            (COUNT, {}, 4000),
            (COUNT.replace("{", "FROM <http://g/1> {", 1), {}, 1000),
            (COUNT.replace("{", "FROM NAMED <http://g/1> {", 1), {}, 0),
            (COUNT, {"default_graphs": ["http://g/1", "http://g/2"]}, 2000),
            (COUNT.replace("{", "FROM <http://g/1> {", 1), {"default_graphs": ["http://g/9"]}, 0),
            (COUNT, {"named_graphs": ["http://g/1"]}, 0),
            ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {}, 4000),
            ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"named_graphs": ["http://g/1"]}, 1000),
            ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"default_graphs": ["http://g/1"]}, 0),
        ],
        ids=[
            "union-by-default",
            "from",
            "from-named-leaves-no-default",
            "protocol-default",
            "protocol-over-from",
            "protocol-named-leaves-no-default",
            "all-named",
            "protocol-named",
            "protocol-default-leaves-no-named",
        ],
    )
    def test_which_graphs_are_asked(
        self, shared: QueryPool, query: str, graphs: dict[str, list[str]], expected: int
    ) -> None:
        assert count(shared.query(query, **graphs).read()) == expected  # type: ignore[arg-type]

    def test_without_union_the_default_graph_is_the_default_graph(self, pools: Pools) -> None:
        assert count(pools(union=False).query(COUNT).read()) == 0

    def test_a_file_as_graph_is_refused(self, shared: QueryPool) -> None:
        with pytest.raises(QueryRefused, match="reads no files"):
            shared.query(COUNT, default_graphs=["file:///etc/passwd"])
        with pytest.raises(QueryRefused, match="reads no files"):
            shared.query("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }")


class TestErrors:
    @pytest.mark.parametrize(
        ("query", "line", "column", "message"),
        [
            (
                "SELECT *\n{ ?s rel:p ?o }",
                2,
                11,
                r"the prefix rel: is not declared\.\n\{ \?s rel:p \?o \}\n {10}\^$",
            ),
            ("SELECT * { ?s <p> ?o }", 1, 20, "the IRI <p> is relative. Declare a BASE"),
            ("SELEKT * {}", 1, 10, "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with SELEKT"),
            ("SELECT ?s {\n?s ?p ?o", 2, 9, r'expected "?,'),
            (
                "SELECT (COUNT(?x) AS ?n) ?y { ?x ?y ?z }",
                1,
                41,
                "The SELECT contains a variable that is unbound",
            ),
        ],
        ids=["prefix", "relative-iri", "form", "unclosed", "grouping"],
    )
    def test_syntax(self, shared: QueryPool, query: str, line: int, column: int, message: str) -> None:
        with pytest.raises(QuerySyntax, match=message) as caught:
            shared.query(query)
        assert (caught.value.line, caught.value.column) == (line, column)
        assert str(caught.value).startswith(f"Syntax error in line {line}, column {column}: ")

    def test_an_update_is_no_query(self, shared: QueryPool) -> None:
        with pytest.raises(QueryRefused, match="This is an update") as caught:
            shared.query("PREFIX e: <http://e/> INSERT DATA { e:a e:b e:c }")
        assert caught.value.rule == "update"

    def test_what_the_engine_cannot_evaluate(self, shared: QueryPool) -> None:
        with pytest.raises(QueryFailed, match=r"custom function <http://e/f> is not supported\.$"):
            shared.query("BASE <http://e/> SELECT (<f>(1) AS ?x) {}")

    def test_service_is_refused_and_the_network_out_of_reach(self, shared: QueryPool, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            query = f"SELECT * {{ SERVICE <http://127.0.0.1:{server.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
            with pytest.raises(QueryRefused, match="SERVICE in line 1"):
                shared.query(query)
            process = WorkerProcess(2**28)
            try:
                process.wait_ready()
                process.ask((str(folder), "query", query, (), True, (), (), {}, None, None, None))
                kind, report = process.receive(time.monotonic() + 20)
                if not process.sandboxed:
                    pytest.skip("the kernel of this machine cannot take the network from a process")
            finally:
                process.kill()
            assert (kind, report) == (b"E", b"failed\nOperation not permitted (os error 1)")
            server.setblocking(False)
            with pytest.raises(BlockingIOError):
                server.accept()

    def test_a_worker_cannot_write(self, folder: Path) -> None:
        before = sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir())
        with QueryPool(lambda: folder, limits=QueryLimits(workers=1), discard=lambda _: None) as pool:
            pool.query(COUNT).read()
        assert sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir()) == before

    def test_errors_leave_the_worker_as_it_is(self, pools: Pools) -> None:
        pool = pools()
        pool.refresh()
        [worker] = pool.workers
        for query in ("SELECT", "BASE <http://e/> SELECT (<f>(1) AS ?x) {}", "ASK { SERVICE ?x {} }"):
            with pytest.raises((QuerySyntax, QueryFailed, QueryRefused)):
                pool.query(query)
        assert pool.query("ASK {}").read()
        assert pool.workers == [worker]

    def test_a_snapshot_that_is_gone(self, tmp_path: Path) -> None:
        with (
            QueryPool(
                lambda: tmp_path / "none", limits=QueryLimits(workers=1), discard=lambda _: None
            ) as pool,
            pytest.raises(SnapshotUnreadable, match="none"),
        ):
            pool.query("ASK {}")


class TestLimits:
    def test_a_query_that_does_not_end_is_ended(self, pools: Pools) -> None:
        pool = pools(seconds=0.4)
        pool.refresh()
        [before] = pool.workers
        start = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"after its 0\.4 s"):
            pool.query(CROSS)
        assert time.monotonic() - start < 5
        assert pool.query("ASK {}").read()
        assert before not in pool.workers
        assert not is_running(before)

    def test_the_limit_of_one_query(self, pools: Pools) -> None:
        pool = pools(longest=5.0)
        with pytest.raises(QueryTimeout, match=r"after its 0\.2 s"):
            pool.query(CROSS, timeout=0.2)
        for wrong in (0, -1, 5.1):
            with pytest.raises(QueryRefused, match="more than 0 and at most 5 s"):
                pool.query("ASK {}", timeout=wrong)

    def test_the_time_runs_while_the_answer_is_read(self, pools: Pools) -> None:
        answer = pools(seconds=0.5).query(EVERYTHING)
        with pytest.raises(QueryTimeout):
            for _ in answer:
                pass

    def test_a_query_that_needs_too_much_memory(self, pools: Pools) -> None:
        pool = pools(memory=64 * 2**20)
        with pytest.raises(QueryMemory, match="more than the 64 MB"):
            pool.query(SORTED_CROSS)
        assert pool.query("ASK {}").read()

    @pytest.mark.parametrize("levels", [4_000, 150], ids=["refused", "answered"])
    def test_nested_braces(self, shared: QueryPool, levels: int) -> None:
        query = "ASK " + "{" * levels + "}" * levels
        if levels > 200:
            with pytest.raises(QueryRefused, match="nested deeper"):
                shared.query(query)
        else:
            assert b"true" in shared.query(query).read()

    def test_a_long_chain_is_no_crash(self, shared: QueryPool) -> None:
        assert shared.query("ASK {" + " UNION ".join(["{}"] * 5_000) + "}").read()

    def test_a_crash_costs_a_worker(self, pools: Pools) -> None:
        pool = pools(nesting=10**6)
        with pytest.raises(WorkerDied, match="SIGSEGV"):
            pool.query("ASK " + "{" * 60_000 + "}" * 60_000)
        assert pool.query("ASK {}").read()

    def test_a_worker_that_dies_while_it_is_idle_is_replaced(self, pools: Pools) -> None:
        pool = pools()
        pool.query("ASK {}").read()
        [idle] = pool.workers
        os.kill(idle, signal.SIGKILL)
        os.waitid(os.P_PID, idle, os.WEXITED | os.WNOWAIT)
        assert pool.query("ASK {}").read()
        assert idle not in pool.workers

    def test_who_finds_the_queue_full_is_told(self, pools: Pools) -> None:
        pool = pools(waiting=0)
        with pool.query(EVERYTHING), pytest.raises(QueueFull, match="busy and 0 queries wait") as caught:
            pool.query("ASK {}")
        assert caught.value.retry_after > 0
        assert pool.query("ASK {}").read()

    def test_patience_ends(self, pools: Pools) -> None:
        pool = pools(patience=0.05)
        with pool.query(EVERYTHING), pytest.raises(QueueFull):
            pool.query("ASK {}")

    def test_who_waits_is_served(self, pools: Pools) -> None:
        pool = pools()
        busy = pool.query(EVERYTHING)
        with ThreadPoolExecutor() as threads:
            waiting = threads.submit(lambda: pool.query(COUNT).read())
            while not pool.waiting:
                os.sched_yield()
            busy.close()
            assert count(waiting.result(timeout=20)) == TRIPLES

    def test_many_threads(self, pools: Pools) -> None:
        pool = pools(size=2, waiting=64)
        with ThreadPoolExecutor(8) as threads:
            answers = threads.map(
                lambda n: count(pool.query(f"SELECT (COUNT(*) AS ?n) {{ <http://e/{n % 7}> ?p ?o }}").read()),
                range(200),
            )
            assert list(answers) == [len(range(n % 7, TRIPLES, 7)) for n in range(200)]
        assert len(pool.workers) == 2


class TestStart:
    """What happens where a worker cannot be started, or not go on."""

    @pytest.mark.parametrize("ends_idle", [False, True], ids=["first", "in-place-of-one-that-died"])
    def test_no_interpreter(self, pools: Pools, monkeypatch: pytest.MonkeyPatch, ends_idle: bool) -> None:
        pool = pools()
        if ends_idle:
            pool.refresh()
            [idle] = pool.workers
            os.kill(idle, signal.SIGKILL)
            os.waitid(os.P_PID, idle, os.WEXITED | os.WNOWAIT)
        with monkeypatch.context() as patch:
            patch.setattr("sys.executable", "/no/python")
            with pytest.raises(FileNotFoundError, match="/no/python"):
                pool.query("ASK {}")
        assert pool.query("ASK {}").read()

    def test_no_replacement(
        self, pools: Pools, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        pool = pools()
        answer = pool.query(EVERYTHING)
        with monkeypatch.context() as patch:
            patch.setattr("sys.executable", "/no/python")
            answer.close()
        assert "no query worker can be started" in caplog.text
        assert pool.workers == []
        assert pool.query("ASK {}").read()

    def test_a_worker_that_ends_at_once(
        self, pools: Pools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        script = tmp_path / "worker.py"
        script.write_text("raise SystemExit(3)")
        monkeypatch.setattr("graph.worker.__file__", str(script))
        with pytest.raises(WorkerDied, match="exit status 3"):
            pools().query("ASK {}")

    def test_a_worker_that_never_gets_ready(
        self, pools: Pools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        script = tmp_path / "worker.py"
        script.write_text("import sys; sys.stdin.close(); import time; time.sleep(60)")
        monkeypatch.setattr("graph.worker.__file__", str(script))
        monkeypatch.setattr("graph.worker_process.START_SECONDS", 0.1)
        with pytest.raises(WorkerDied, match=r"did not start within 0\.1 s"):
            pools().query("ASK {}")

    def test_all_workers_are_started_ahead(self, pools: Pools) -> None:
        pool = pools(size=3)
        assert pool.workers == []
        pool.refresh()
        started = pool.workers
        assert len(started) == 3
        pool.query("ASK {}").read()
        assert pool.workers == started


class TestHangUp:
    @pytest.mark.parametrize("read", [0, 1], ids=["unread", "half-read"])
    def test_closing_frees_the_worker(self, pools: Pools, read: int) -> None:
        pool = pools(waiting=0)
        answer = pool.query(EVERYTHING)
        for _ in range(read):
            next(answer)
        [busy] = pool.workers
        answer.close()
        answer.close()
        assert list(answer) == []
        assert not is_running(busy)
        assert count(pool.query(COUNT).read()) == TRIPLES

    def test_an_answer_that_is_dropped_frees_the_worker(self, pools: Pools) -> None:
        pool = pools(waiting=0)
        answer = pool.query(EVERYTHING)
        del answer
        assert pool.query("ASK {}").read()

    def test_a_short_answer_holds_nobody(self, pools: Pools) -> None:
        pool = pools(waiting=0)
        answers = [pool.query(f"ASK {{ ?s ?p {number} }}") for number in range(3)]
        assert [answer.read() for answer in answers] == [b'{"head":{},"boolean":true}'] * 3

    def test_a_closed_pool(self, pools: Pools) -> None:
        pool = pools(size=2)
        pool.refresh()
        answer = pool.query(EVERYTHING)
        workers = pool.workers
        pool.close()
        pool.close()
        with pytest.raises(PoolClosed, match="closed"):
            pool.query("ASK {}")
        with pytest.raises(WorkerDied, match="SIGKILL"):
            list(answer)
        assert pool.workers == []
        assert not any(map(is_running, workers))

    def test_closing_wakes_those_who_wait(self, pools: Pools) -> None:
        pool = pools()
        busy = pool.query(EVERYTHING)
        with ThreadPoolExecutor() as threads:
            waiting = threads.submit(pool.query, "ASK {}")
            while not pool.waiting:
                os.sched_yield()
            pool.close()
            with pytest.raises(PoolClosed):
                waiting.result(timeout=20)
        busy.close()

    def test_a_client_that_hangs_up_frees_its_worker_at_once(self, pools: Pools) -> None:
        pool = pools()
        mine, its = socket.socketpair()
        (pid,) = self.started(pool)
        with mine, ThreadPoolExecutor() as threads:
            asked = threads.submit(pool.query, CROSS, client=mine)
            its.close()
            with pytest.raises(ClientGone):
                asked.result(timeout=20)
        assert pid not in pool.workers
        assert count(pool.query(COUNT).read()) == TRIPLES

    def test_what_a_client_sends_ahead_is_no_hanging_up(self, pools: Pools) -> None:
        mine, its = socket.socketpair()
        with mine, its:
            its.sendall(b"GET /next HTTP/1.1")
            assert count(pools().query(COUNT, client=mine).read()) == TRIPLES

    @staticmethod
    def started(pool: QueryPool) -> list[int]:
        pool.query(COUNT).read()
        return pool.workers

    def test_a_worker_ends_with_its_parent_even_in_a_query(self, folder: Path) -> None:
        process = WorkerProcess(2**28)
        process.wait_ready()
        process.ask((str(folder), "query", CROSS, (), True, (), (), {}, None, None, None))
        process.hang_up()
        assert process.wait() == -signal.SIGIO
        process.kill()


class TestSnapshots:
    def test_queries_see_what_was_written_before_them(self, tmp_path: Path) -> None:
        store, generation, snapshots = written(tmp_path)
        with QueryPool(snapshots, limits=QueryLimits(workers=1)) as pool:
            for expected in range(1, 4):
                store.add(quad(expected))
                generation.append(expected)
                assert count(pool.query(COUNT).read()) == expected
            assert count(pool.query(COUNT).read()) == 3
            assert len(list((tmp_path / "snapshots").iterdir())) == 1
        assert list((tmp_path / "snapshots").iterdir()) == []

    def test_a_running_answer_keeps_its_snapshot(self, tmp_path: Path) -> None:
        store, generation, snapshots = written(tmp_path)
        store.extend(map(quad, range(TRIPLES)))
        generation.append(1)
        with QueryPool(snapshots, limits=QueryLimits(workers=2)) as pool:
            running = pool.query("SELECT * { ?s ?p ?o }")
            [old] = (tmp_path / "snapshots").iterdir()
            store.add(quad(TRIPLES))
            generation.append(2)
            assert count(pool.query(COUNT).read()) == TRIPLES + 1
            assert old.exists()
            assert len(json.loads(running.read())["results"]["bindings"]) == TRIPLES
            assert not old.exists()
            assert count(pool.query(COUNT).read()) == TRIPLES + 1

    def test_an_answer_that_is_closed_gives_its_snapshot_back(self, tmp_path: Path) -> None:
        store, generation, snapshots = written(tmp_path)
        store.extend(map(quad, range(TRIPLES)))
        with QueryPool(snapshots, limits=QueryLimits(workers=1)) as pool:
            running = pool.query(EVERYTHING)
            [old] = (tmp_path / "snapshots").iterdir()
            generation.append(1)
            pool.refresh()
            assert old.exists()
            running.close()
            assert not old.exists()

    def test_writes_and_queries_at_once(self, tmp_path: Path) -> None:
        store, generation, snapshots = written(tmp_path)
        with QueryPool(snapshots, limits=QueryLimits(workers=2)) as pool:
            done = threading.Event()

            def read() -> list[int]:
                seen = []
                while not done.is_set():
                    known = len(generation) - 1
                    seen.append(count(pool.query(COUNT).read()) - known)
                return seen

            with ThreadPoolExecutor(3) as threads:
                readers = [threads.submit(read) for _ in range(3)]
                for number in range(40):
                    store.add(quad(number))
                    generation.append(number + 1)
                done.set()
                behind = [least for reader in readers for least in reader.result(timeout=60)]
            assert min(behind) >= 0
            assert len(list((tmp_path / "snapshots").iterdir())) == 1

    def test_leftovers_of_a_crash_are_removed(self, tmp_path: Path) -> None:
        (tmp_path / "snapshots" / "7-dead").mkdir(parents=True)
        (tmp_path / "snapshots" / "7-dead" / "CURRENT").touch()
        _, _, snapshots = written(tmp_path)
        assert list((tmp_path / "snapshots").iterdir()) == []
        assert snapshots() == snapshots()

    def test_a_snapshot_that_cannot_be_removed_is_logged(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        remove_folder(tmp_path / "none")
        assert "none cannot be removed" in caplog.text


def written(place: Path) -> tuple[ox.Store, list[int], Snapshots]:
    """A store, its generations (the last counts), and its snapshots."""
    store = ox.Store(place / "store")
    generation = [0]
    return (
        store,
        generation,
        Snapshots(place / "snapshots", generation=lambda: generation[-1], backup=store.backup),
    )


def is_running(pid: int) -> bool:
    """True unless the process is gone or a zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
