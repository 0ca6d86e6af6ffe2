"""A remote store that misbehaves: down, slow, refusing, cutting its answers; and queries that are passed on."""

from __future__ import annotations

import gc
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from graph.errors import BadSelection
from graph.guard import undeclared
from graph.query_errors import NotAcceptable, PoolClosed, QueryFailed, QueryRefused, QueryTimeout, QueueFull
from graph.remote import SOLUTIONS_TYPE, RemoteRdf, normal
from graph.remote_client import Address, Client, RemoteLimits
from graph.remote_errors import AnswerCut, AnswerUnreadable, StoreDown, StoreRefuses, StoreSlow
from graph.remote_query import RemoteQueries
from graph.remote_update import bounded, delete, insert
from graph.workers import QueryLimits

LIMITS = RemoteLimits(connect=5, seconds=5, tries=3, backoff=0, triples=2, values=2, rows=2)
ROWS = {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "http://x/1"}}]}}
Respond = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers by the next of ``script``, the last of which stays; keeps what it was asked in ``asked``."""

    protocol_version = "HTTP/1.1"
    script: ClassVar[list[Respond]] = []
    asked: ClassVar[list[dict[str, Any]]] = []
    released: ClassVar[threading.Event] = threading.Event()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        form = self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        fields = parse_qs(body, keep_blank_values=True) if form else {"body": [body]}
        self.asked.append({"path": self.path, "headers": dict(self.headers), **fields})
        respond = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        respond(self)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """Nothing: the client goes away when it has enough."""


@pytest.fixture
def fake() -> Iterator[str]:
    """The address of the server; tests set ``Handler.script``."""
    Handler.script, Handler.asked, Handler.released = [], [], threading.Event()
    gc.collect()  # results of the engine must end in the thread that made them, not in the server's
    gc.disable()
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql"
        Handler.released.set()
        server.shutdown()
        thread.join()
    gc.enable()


def answer(
    body: str | bytes | dict[str, Any] = ROWS,
    status: int = 200,
    kind: str = SOLUTIONS_TYPE,
    length: int | None = None,
    **headers: str,
) -> Respond:
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    data = data.encode() if isinstance(data, str) else data

    def respond(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)
        handler.close_connection = length is not None

    return respond


def hang(handler: Handler) -> None:
    handler.released.wait(30)
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def trickle(handler: Handler) -> None:
    """A byte now and then, for longer than anybody may wait."""
    handler.send_response(200)
    handler.send_header("Content-Type", SOLUTIONS_TYPE)
    handler.end_headers()
    handler.close_connection = True
    while not handler.released.wait(0.02):
        handler.wfile.write(b" ")


def chunked(*pieces: bytes, whole: bool) -> Respond:
    def respond(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", SOLUTIONS_TYPE)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in pieces:
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if whole:
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    return respond


def remote(url: str, limits: RemoteLimits = LIMITS, **environment: str) -> RemoteRdf:
    return RemoteRdf(Client(Address(url), limits=limits, environment=environment))


def queries(url: str, **limits: Any) -> RemoteQueries:
    return RemoteQueries(remote(url), limits=QueryLimits(**limits), prefixes={"rel": "http://rel/"})


SELECT = "SELECT ?s { GRAPH ?g { ?s ?p ?o } }"


def test_nobody_there(port_of: Callable[[], int]) -> None:
    with pytest.raises(StoreDown, match=r"does not answer: .*refused.*Check the address") as down:
        remote(f"http://127.0.0.1:{port_of()}/sparql").rows(SELECT)
    assert down.value.retry_after > 0


def test_a_name_that_is_none() -> None:
    with pytest.raises(StoreDown, match="does not answer"):
        remote("http://store.invalid/sparql").rows(SELECT)


@pytest.mark.parametrize(
    "trouble", [hang_up, answer("busy", 503), answer("", 429)], ids=["cut", "503", "429"]
)
def test_a_passing_trouble_is_tried_again(fake: str, trouble: Respond) -> None:
    Handler.script = [trouble, trouble, answer()]
    assert len(remote(fake).rows(SELECT)) == 1
    Handler.script = [trouble, answer()]
    remote(fake).update("INSERT DATA { GRAPH <http://g> { <http://x/1> <http://x/2> 3 } }")
    assert len(Handler.asked) == 5
    assert len({str(asked.get("query")) for asked in Handler.asked[:3]}) == 1


def test_a_lasting_trouble_is_told(fake: str) -> None:
    Handler.script = [answer("too many\n\ncooks", 503, "text/plain")]
    with pytest.raises(StoreRefuses, match="refuses \\(HTTP 503\\): too many\ncooks"):
        remote(fake).rows(SELECT)
    assert len(Handler.asked) == LIMITS.tries
    Handler.script = [hang_up]
    with pytest.raises(StoreDown):
        remote(fake).rows(SELECT)


@pytest.mark.parametrize("slow", [hang, trickle], ids=["silent", "trickling"])
def test_a_slow_store_is_asked_once(fake: str, slow: Respond) -> None:
    Handler.script = [slow]
    with pytest.raises(StoreSlow, match=r"gave no whole answer within 0\.2 s"):
        remote(fake, RemoteLimits(seconds=0.2, backoff=0)).rows(SELECT)
    assert len(Handler.asked) == 1


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "Set WHOWHOM_STORE_USER and WHOWHOM_STORE_PASSWORD"),
        (403, "Ask who runs the store for the right"),
        (404, "Give the address of the SPARQL endpoint"),
        (405, "--update-url, if updates have one of their own"),
        (500, "See the log of the store"),
    ],
)
def test_a_refusal_is_passed_on_with_advice(fake: str, status: int, advice: str) -> None:
    page = "<html><head><title>no</title></head><body>\n<h1>Not  here</h1><p>Go away</body></html>"
    Handler.script = [answer(page, status, "text/html")]
    with pytest.raises(StoreRefuses, match=rf"\(HTTP {status}\): Not here Go away\n.*{advice}") as refused:
        remote(fake).update("DROP SILENT GRAPH <http://x>")
    assert refused.value.status == status
    assert len(Handler.asked) == 1


def test_no_redirection_is_followed(fake: str) -> None:
    Handler.script = [answer("", 301, Location="http://elsewhere.example/sparql")]
    with pytest.raises(
        StoreRefuses, match=r"it points to http://elsewhere.example/sparql\n.*if you trust it"
    ):
        remote(fake, WHOWHOM_STORE_TOKEN="secret").rows(SELECT)
    assert len(Handler.asked) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            answer(X_SPARQL_MaxRows="10000"),
            r"ends after 10000 rows .*Raise ResultSetMaxRows in virtuoso\.ini",
        ),
        (
            answer(X_SQL_State="S1TAT", X_SQL_Message="RC: interrupted by result timeout"),
            r"interrupted by result timeout \(X-SQL-State\).*Raise MaxQueryExecutionTime",
        ),
        (answer(status=206), "HTTP 206"),
        (answer(json.dumps(ROWS)[:-9]), r"it ends after \d+ bytes, in the middle"),
        (answer(length=5000), "the connection broke off"),
        (chunked(b'{"head": ', whole=False), "the connection broke off"),
        (chunked(b'{"head": ', whole=True), "in the middle"),
        (answer(""), "ends after 0 bytes"),
    ],
    ids=["rows", "time", "206", "json", "length", "chunk", "chunks", "nothing"],
)
def test_a_part_is_never_taken_for_the_whole(fake: str, given: Respond, message: str) -> None:
    Handler.script = [given]
    with pytest.raises(AnswerCut, match=message):
        remote(fake).rows(SELECT)


def test_something_else_than_asked_for(fake: str) -> None:
    Handler.script = [answer("<html>Welcome</html>", kind="text/html; charset=utf-8")]
    with pytest.raises(AnswerUnreadable, match="it gave text/html and not application/sparql-results"):
        remote(fake).rows(SELECT)
    Handler.script = [answer("{}")]
    with pytest.raises(AnswerUnreadable, match="cannot be read"):
        remote(fake).rows(SELECT)
    Handler.script = [answer({"head": {}, "boolean": True})]
    with pytest.raises(AnswerUnreadable, match="true or false, and not rows"):
        remote(fake).rows(SELECT)


def test_credentials_come_from_the_environment(fake: str) -> None:
    Handler.script = [answer()]
    remote(fake, WHOWHOM_STORE_USER="ann", WHOWHOM_STORE_PASSWORD="p:w").rows(SELECT)
    remote(fake, WHOWHOM_STORE_USER="ann", WHOWHOM_STORE_TOKEN="t0k").rows(SELECT)
    remote(fake).rows(SELECT)
    sent = [asked["headers"].get("Authorization") for asked in Handler.asked]
    assert sent == ["Basic YW5uOnA6dw==", "Bearer t0k", None]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (Address("ftp://host/x"), r"--store is 'ftp://host/x'"),
        (Address("https:///x"), "--store is"),
        (Address("https://host/x", "host/update"), "--update-url is 'host/update'"),
        (Address("https://host/x", graph_store_url="file:///x"), "--graph-store-url"),
        (
            Address("https://ann:pw@host/x"),
            r"--store is 'https://…@host/x', and allowed is .*WHOWHOM_STORE_USER",
        ),
    ],
)
def test_addresses_that_are_refused(address: Address, message: str) -> None:
    with pytest.raises(BadSelection, match=message) as refused:
        Client(address, environment={})
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        Address("http://store.example/sparql"),
        Address("https://store.example/sparql", "http://store.example/update"),
        Address("https://store.example/sparql", graph_store_url="http://10.0.0.1/store"),
        Address("http://localhost.example/sparql"),
    ],
)
@pytest.mark.parametrize("variable", ["WHOWHOM_STORE_USER", "WHOWHOM_STORE_TOKEN"])
def test_no_credentials_in_the_clear(address: Address, variable: str) -> None:
    with pytest.raises(BadSelection, match=r"allowed is an https:// address, as .* sent in the clear"):
        Client(address, environment={variable: "s3cret"})
    with Client(address, environment={}) as client:
        assert client.address is address


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_credentials_to_this_machine(host: str) -> None:
    with Client(Address(f"http://{host}/sparql"), environment={"WHOWHOM_STORE_TOKEN": "s3cret"}) as client:
        assert client.url == f"http://{host}/sparql"


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        ("boolean", "1", "true"),
        ("boolean", "0", "false"),
        ("decimal", "-5.0", "-5"),
        ("decimal", "1.50", "1.5"),
        ("int", "007", "7"),
        ("nonNegativeInteger", "+3", "3"),
        ("date", "2017-01-04Z", "2017-01-04"),
        ("string", "1", "1"),
    ],
)
def test_one_value_one_form(kind: str, given: str, read: str) -> None:
    term = normal(ox.Literal(given, datatype=ox.NamedNode(XSD + kind)))
    assert term is not None
    assert term.value == read


def test_blank_nodes_are_none_of_ours() -> None:
    with pytest.raises(TypeError, match="blank node"):
        normal(ox.BlankNode("b"))


def test_updates_are_bounded(fake: str) -> None:
    Handler.script = [answer("", kind="text/plain")]
    one, two = ox.NamedNode("http://g/1"), ox.NamedNode("http://g/2")
    lines = [f"<http://x/{n}> <http://x/p> <http://x/o> .\n" for n in range(5)]
    store = remote(fake)
    insert(store, {one: ["".join(lines[:3])], two: lines[3:]})
    sent = [asked["update"][0] for asked in Handler.asked]
    assert [text.count("<http://x/o>") for text in sent] == [2, 2, 1]
    assert sent[1].count("GRAPH") == 2
    assert sorted(line for text in sent for line in lines if line in text) == lines
    delete(store, {one: []})
    assert len(Handler.asked) == 3
    assert [part.count(".\n") for part in bounded({one: lines}, 10, 100)] == [2, 2, 1]


def test_large_graphs_go_by_the_graph_store_protocol(fake: str) -> None:
    Handler.script = [answer("", 204)]
    address = Address(fake, graph_store_url=f"{fake}-graphs?x=1")
    store = RemoteRdf(Client(address, limits=LIMITS, environment={}))
    lines = [f'<http://x/{n}> <http://x/p> "é" .\n' for n in range(3)]
    insert(store, {ox.NamedNode("http://g/1#a"): lines, ox.NamedNode("http://g/2"): lines[:1]})
    graph, update = Handler.asked
    assert graph["path"] == "/sparql-graphs?x=1&graph=http%3A%2F%2Fg%2F1%23a"
    assert graph["headers"]["Content-Type"] == "application/n-triples"
    assert graph["body"] == ["".join(lines)]
    assert "http://g/2" in update["update"][0]


def test_pages_and_lookups_shrink_where_answers_are_cut(fake: str) -> None:
    def respond(handler: Handler) -> None:
        text = handler.asked[-1]["query"][0]
        wanted = [
            n for n in range(5) if f"<http://x/{n}>" in text or ("FILTER" not in text and "LIMIT" in text)
        ]
        if "FILTER" in text:
            wanted = [n for n in range(5) if f"http://x/{n}" > text.split('"')[1]]
        limit = int(text.rpartition("LIMIT ")[2]) if "LIMIT" in text else len(wanted)
        cut = min(limit, len(wanted)) > 1
        bindings = [{"s": {"type": "uri", "value": f"http://x/{n}"}} for n in wanted[:limit]]
        found = {"head": {"vars": ["s"]}, "results": {"bindings": bindings}}
        answer(found, **({"X_SPARQL_MaxRows": "1"} if cut else {}))(handler)

    Handler.script = [respond]
    store, nodes = remote(fake), [ox.NamedNode(f"http://x/{n}") for n in range(5)]
    assert [
        row[0] for row in store.lookup(nodes, lambda some: f"SELECT ?s {{ VALUES ?s {{ {some} }} }}")
    ] == nodes
    found = store.pages(lambda condition, size: f"SELECT ?s {{ {condition} }} LIMIT {size}")
    assert [row[0] for row in found] == nodes


# ---------------------------------------------------------------- queries from outside


def test_a_query_is_passed_on_with_its_prefixes_and_graphs(fake: str) -> None:
    Handler.script = [answer()]
    text = "SELECT * { ?s rel:a ?t }\r\n# b\rLIMIT 1"
    got = queries(fake).query(text, default_graphs=["http://g/1"], named_graphs=["http://g/2"])
    assert got.media_type == SOLUTIONS_TYPE
    assert json.loads(got.read()) == ROWS
    (asked,) = Handler.asked
    assert asked["query"] == ["PREFIX rel: <http://rel/> SELECT * { ?s rel:a ?t }\n# b\nLIMIT 1"]
    assert (asked["default-graph-uri"], asked["named-graph-uri"]) == (["http://g/1"], ["http://g/2"])


def test_declared_prefixes_stay(fake: str) -> None:
    text = "PREFIX rel: <http://other/> SELECT * { ?s rel:a ?t }"
    assert undeclared(text, {"rel": "http://rel/"}) == {}
    assert undeclared("SELECT * { ?s <http://rel:a> 'rel:a' } # rel:b", {"rel": "http://rel/"}) == {}


def test_the_media_type_that_was_asked_for(fake: str) -> None:
    Handler.script = [answer("s\r\n", kind="text/csv; charset=utf-8")]
    with queries(fake).query(SELECT, accept=["image/png", "text/csv"]) as got:
        assert (got.media_type, got.read()) == ("text/csv", b"s\r\n")
    Handler.script = [answer()]
    got = queries(fake).query(SELECT, accept=["application/json"])
    assert (got.media_type, json.loads(got.read())) == ("application/json", ROWS)
    assert Handler.asked[-1]["headers"]["Accept"] == SOLUTIONS_TYPE
    with pytest.raises(NotAcceptable, match="cannot be given as image/png"):
        queries(fake).query(SELECT, accept=["image/png"])
    for other in ("text/csv", "application/trig"):
        with pytest.raises(NotAcceptable):
            queries(fake).query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", accept=[other])


VIRTUOSO_TRUE = {
    "head": {"vars": ["__ASK_RETVAL"]},
    "results": {
        "bindings": [{"__ASK_RETVAL": {"type": "typed-literal", "datatype": f"{XSD}integer", "value": "1"}}]
    },
}


@pytest.mark.parametrize(
    ("given", "truth"),
    [
        ({"head": {}, "boolean": True}, True),
        ({"head": {}, "boolean": False}, False),
        (VIRTUOSO_TRUE, True),
        ({"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": []}}, False),
    ],
)
def test_a_truth_is_told_as_the_standard_has_it(fake: str, given: dict[str, Any], truth: bool) -> None:
    Handler.script = [answer(given)]
    with queries(fake).query("ASK { ?s ?p ?o }") as got:
        assert json.loads(got.read())["boolean"] is truth
    got = queries(fake).query("ASK { ?s ?p ?o }", accept=["text/csv"])
    assert got.read().strip() == str(truth).lower().encode()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("INSERT DATA { <http://x> <http://x> 1 }", "update"),
        ("PREFIX select: <http://x/> DROP ALL", "update"),
        ('DEFINE get:soft "soft" SELECT * { ?s ?p ?o }', "form"),
        ("SELECT * { SERVICE <http://x> { ?s ?p ?o } }", "service"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "file"),
        ("{" * 300, "nesting"),
        ("", "empty"),
    ],
)
def test_what_is_not_passed_on(fake: str, text: str, rule: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        queries(fake).query(text)
    assert refused.value.rule == rule
    assert Handler.asked == []


def test_the_stores_complaint_about_a_query_is_the_users(fake: str) -> None:
    Handler.script = [answer("Error SP030: syntax error at 'x'", 400, "text/plain")]
    with pytest.raises(QueryFailed, match="cannot be evaluated: Error SP030: syntax error at 'x'"):
        queries(fake).query("SELECT * { x }")


@pytest.mark.parametrize("slow", [hang, trickle], ids=["silent", "trickling"])
def test_our_own_deadline_holds(fake: str, slow: Respond) -> None:
    Handler.script = [slow]
    with pytest.raises(QueryTimeout, match=r"ended after its 0\.2 s"):
        queries(fake).query(SELECT, timeout=0.2).read()


def test_an_answer_that_breaks_off_in_the_middle(fake: str) -> None:
    Handler.script = [chunked(b'{"head": ' + b" " * 10, whole=False)]
    with pytest.raises(AnswerCut):
        queries(fake).query(SELECT).read()
    Handler.script = [chunked(b'{"head": ', whole=True)]
    with pytest.raises(AnswerCut, match="it has no end"):
        queries(fake).query(SELECT).read()
    Handler.script = [answer("<sparql>", kind="application/sparql-results+xml")]
    with pytest.raises(AnswerCut, match="it has no end"):
        queries(fake).query(SELECT, accept=["application/sparql-results+xml"]).read()


def test_more_queries_than_the_store_may_be_asked(fake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.remote_query.AT_ONCE", 1)
    Handler.script = [answer(b" " * 200_000 + json.dumps(ROWS).encode())]
    asker = queries(fake, patience=0.05)
    with asker.query(SELECT) as first:
        next(first)
        with pytest.raises(QueueFull, match="Try again in"):
            asker.query(SELECT)
    with asker.query(SELECT) as second:
        assert json.loads(second.read()) == ROWS
    asker.query(SELECT).read()
    asker.close()
    with pytest.raises(PoolClosed):
        asker.query(SELECT)
