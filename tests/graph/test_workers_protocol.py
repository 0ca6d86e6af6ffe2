"""What a worker process says, without the process: negotiation, frames, errors."""

from __future__ import annotations

import json
import marshal
import socket
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import worker
from graph.query_errors import NotAcceptable, QueryFailed, QueryMemory, QueryRefused, QuerySyntax
from graph.query_failures import failure
from graph.row_limit import bound
from graph.worker import SOLUTIONS, TRIPLES, Answerer, Channel, UnacceptableError, negotiate


@pytest.mark.parametrize(
    ("accept", "offered", "media_type"),
    [
        ([], SOLUTIONS, "application/sparql-results+json"),
        ([], TRIPLES, "text/turtle"),
        (["*/*"], TRIPLES, "text/turtle"),
        (["text/*"], SOLUTIONS, "text/csv"),
        (["text/plain", "text/turtle"], TRIPLES, "text/plain"),
        (["image/*", "application/*"], TRIPLES, "application/n-triples"),
        (["application/json"], SOLUTIONS, "application/json"),
    ],
)
def test_negotiation(accept: list[str], offered: dict[str, str], media_type: str) -> None:
    assert negotiate(accept, offered) == media_type


def test_nothing_acceptable() -> None:
    with pytest.raises(UnacceptableError) as caught:
        negotiate(["text/turtle", "image/*"], SOLUTIONS)
    assert caught.value.args == tuple(SOLUTIONS)


@pytest.mark.parametrize("media_type", [*SOLUTIONS, *TRIPLES])
def test_the_engine_knows_every_format(media_type: str) -> None:
    if media_type in SOLUTIONS:
        assert hasattr(ox.QueryResultsFormat, SOLUTIONS[media_type])
    if media_type in TRIPLES:
        assert hasattr(ox.RdfFormat, TRIPLES[media_type])


class Conversation:
    """Both ends of a worker's channel in one process."""

    def __init__(self, folder: Path) -> None:
        self.parent, self.child = socket.socketpair()
        self.folder = str(folder)
        self.channel = Channel(self.child.fileno())
        self.answerer = Answerer(self.channel, 2**28)

    def ask(
        self, query: str | None, accept: tuple[str, ...] = (), folder: str | None = None, rows: int = 0
    ) -> list[tuple[bytes, bytes]]:
        """The frames of an answer that fits the socket's buffer."""
        operation = "open" if query is None else "query"
        limit = bound(query, rows) if query and rows else None
        request = (folder or self.folder, operation, query or "", accept, True, (), (), {}, limit, None, None)
        data = marshal.dumps(request)
        self.parent.sendall(len(data).to_bytes(4, "big") + data)
        self.answerer.answer(self.channel.receive())
        return self.frames()

    def frames(self) -> list[tuple[bytes, bytes]]:
        self.parent.setblocking(False)
        try:
            data = self.parent.recv(2**20)
        except BlockingIOError:
            return []
        finally:
            self.parent.setblocking(True)
        frames = []
        while data:
            end = 5 + int.from_bytes(data[1:5], "big")
            frames.append((data[:1], data[5:end]))
            data = data[end:]
        return frames


@pytest.fixture
def conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversation]:
    store = ox.Store(tmp_path / "store")
    store.add(ox.Quad(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/b"), ox.Literal("c")))
    store.backup(tmp_path / "snapshot")
    monkeypatch.setattr(worker, "limit_memory", lambda _: None)  # it would be the limit of the tests
    talk = Conversation(tmp_path / "snapshot")
    yield talk
    talk.parent.close()
    talk.child.close()


@pytest.mark.parametrize(
    ("query", "accept", "media_type", "body"),
    [
        ("SELECT ?o { ?s ?p ?o }", "text/csv", b"text/csv", b"o\r\nc\r\n"),
        ("ASK { ?s ?p ?o }", "text/csv", b"text/csv", b"true"),
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            "text/turtle",
            b"text/turtle",
            b'<http://e/a> <http://e/b> "c" .\n',
        ),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . FILTER(false) }", "text/turtle", b"text/turtle", b""),
    ],
    ids=["rows", "boolean", "graph", "empty-graph"],
)
def test_an_answer_is_a_media_type_pieces_and_an_end(
    conversation: Conversation, query: str, accept: str, media_type: bytes, body: bytes
) -> None:
    pieces = [(b"D", body)] if body else []
    assert conversation.ask(query, (accept,)) == [(b"H", media_type), *pieces, (b"F", b"")]


@pytest.mark.parametrize(
    ("query", "accept", "report"),
    [
        ("SELECT", "*/*", b"syntax\nerror at 1:7: "),
        ("SELECT (<http://e/f>(1) AS ?x) {}", "*/*", b"failed\nThe custom function"),
        ("ASK {}", "text/turtle", b"unacceptable\napplication/sparql-results+json\napplication/"),
        ("SELECT ('\ud800' AS ?x) {}", "*/*", b"failed\n'utf-8' codec can't encode"),
    ],
    ids=["syntax", "function", "media-type", "half-a-surrogate-pair"],
)
def test_an_error_is_one_frame(conversation: Conversation, query: str, accept: str, report: bytes) -> None:
    [(kind, payload)] = conversation.ask(query, (accept,))
    assert kind == b"E"
    assert payload.startswith(report)


def test_a_snapshot_is_opened_ahead_in_silence(conversation: Conversation) -> None:
    assert conversation.ask(None) == []
    assert conversation.ask(None, folder="/none") == []
    [(kind, payload)] = conversation.ask("ASK {}", folder="/none")
    assert (kind, payload[:14]) == (b"E", b"snapshot\n/none")
    assert conversation.ask("ASK {}", ("text/csv",))[1] == (b"D", b"true")


def test_an_error_behind_the_first_piece_stands_at_its_place(conversation: Conversation) -> None:
    output = worker.Output(conversation.channel, "text/csv")
    output.write(b"x" * (worker.CHUNK_BYTES - 1))
    output.flush()
    assert conversation.frames() == []
    output.write(b"yz")
    assert [(kind, len(load)) for kind, load in conversation.frames()] == [
        (b"H", 8),
        (b"D", 65_537 - worker.HELD_BACK),
    ]
    output.end()
    assert [(kind, len(load)) for kind, load in conversation.frames()] == [
        (b"D", worker.HELD_BACK),
        (b"F", 0),
    ]


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_long_answer_that_was_cut_says_so_at_its_end(conversation: Conversation, form: str) -> None:
    values = " ".join(f'"{number:0100}"' for number in range(1000))
    accept = {"json": "application/json", "csv": "text/csv"}[form]
    frames = conversation.ask(f"SELECT ?x {{ VALUES ?x {{ {values} }} }}", (accept,), rows=999)
    assert frames[0] == (b"H", accept.encode())
    assert frames[-1] == (b"F", b"cut")
    body = b"".join(load for kind, load in frames if kind == b"D")
    if form == "json":
        answer = json.loads(body)
        assert len(answer["results"]["bindings"]) == answer["meta"]["returned"] == 999
        assert answer["meta"]["reason"] == "limit of 999 rows"
    else:
        assert len(body.split()) == 1000


def test_a_limit_that_the_engine_cannot_read_is_left_out(conversation: Conversation) -> None:
    request = (
        conversation.folder,
        "query",
        "ASK {}",
        ("text/csv",),
        True,
        (),
        (),
        {},
        ("ASK {", "}", 0, 5),
        None,
        None,
    )
    conversation.answerer.answer(request)
    assert (b"D", b"true") in conversation.frames()


def test_the_end_of_the_parent_is_noticed(conversation: Conversation) -> None:
    conversation.parent.close()
    with pytest.raises(EOFError):
        conversation.channel.receive()
    with pytest.raises(BrokenPipeError):
        conversation.channel.send((b"F", b""))


@pytest.mark.parametrize(
    ("report", "text", "kind", "message"),
    [
        ("memory\n", "ASK {}", QueryMemory, "more than the 1 MB"),
        ("failed\nNo such thing.", "ASK {}", QueryFailed, r"cannot be evaluated: No such thing\.$"),
        ("unacceptable\na/b\nc/d", "ASK {}", NotAcceptable, r"as x/y\. Accept one of a/b, c/d\."),
        ("syntax\nDEEP TROUBLE", "ASK {}", QuerySyntax, r"column 1: DEEP TROUBLE\.$"),
        ("syntax\nerror at 1:5: expected [_]", "ASK x", QuerySyntax, r"this is not SPARQL\.\nASK x\n {4}\^$"),
        ("syntax\nerror at 1:5: expected Prefix not found", "ASK a:b", QuerySyntax, "the prefix before it"),
        ('syntax\nerror at 1:5: expected one of ["a", \',\'], "{", FROM', "ASK x", QuerySyntax, 'expected "{" or FROM'),
        ("syntax\nerror at 1:5: expected one of " + ", ".join("ABCDEFGHIJKLMN"), "ASK", QuerySyntax, r"L … \(2 more\)"),
        ("syntax\nerror at 1:200: expected A", "ASK {" + " " * 300, QuerySyntax, r"column 200: expected A\.$"),
        ("syntax\nerror at 1:5: expected A", "DROP ALL", QueryRefused, "This is an update"),
    ],
)  # fmt: skip
def test_reports_become_errors(report: str, text: str, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        raise failure(report, text=text, accept=["x/y"], memory_limit=2**20)
