"""Commands beside a running server say what they say without one; and what they say of a server that is not there."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.beside import Announcement, Beside, announce, find
from api.cli import ANSWER_FORMATS, NETWORK_FORMATS, cli
from api.errors import Told
from api.service import Service
from graph.errors import StoreLocked

Start = Callable[..., Any]
SELECT = "SELECT * { ?s rel:accuse ?t }"
GRAPH = "CONSTRUCT WHERE { ?s rel:accuse ?t }"
AROUND = ("neighborhood", "NOR")

COMMANDS: list[tuple[str, ...]] = [
    *(("query", "--format", form, SELECT) for form in ("table", "csv", "tsv", "json", "xml")),
    *(("query", "--format", form, GRAPH) for form in ("table", "ttl", "nt")),
    ("query", "ASK {}"),
    ("query", "SELECT ?x { BIND ('ä\U0001f600' AS ?x) }"),
    *((*AROUND, "--format", form) for form in NETWORK_FORMATS),
    AROUND,
    (*AROUND, "KOR", "--depth", "2", "--quad", "1,3", "--limit", "1", "--modality", "all", "--sector", "GOV"),
    (*AROUND, "--from", "2024-03-01", "--to", "2024-04-01", "--min-weight", "1", "--min-confidence", "0.5"),
    (*AROUND, "--action", "accuse", "--direction", "out"),
    *(("export", "--format", form) for form in NETWORK_FORMATS),
    ("export", "--actor", "KOR", "--min-confidence", "0.5"),
    ("export", "-o", "network.gexf"),
    ("plot", "dyad", "KOR", "NOR"),
    ("plot", "ego", "NOR", "--depth", "2"),
    ("plot", "matrix", "--limit", "3"),
    ("plot", "calendar", "--actor", "NOR"),
    ("plot", "ego", "NOR", "-o", "network.gexf.png"),
    ("matrix", "NOR", "BLR", "--format", "json"),
    # what fails
    ("plot", "dyad", "KORR", "NOR"),
    ("plot", "calendar", "--action", "hug"),
    ("query", "SELECT ?s {\n ?s <a b> ?o }"),
    ("query", "--format", "ttl", SELECT),
    ("query", "--timeout", "1000", "ASK {}"),
    ("query", "--timeout", "0.2", "SELECT (COUNT(*) AS ?n) {?a ?b ?c. ?d ?e ?f. ?g ?h ?i}"),
    ("query", "ASK { SERVICE <http://x/> {} }"),
    ("query", "ASK {}" + " " * 300_000),
    ("query", ""),
    ("neighborhood", "NORR"),
    ("neighborhood", "NOR", "--action", "hug"),
    ("neighborhood", "NOR", "--depth", "9"),
    ("export", "-o", "none/network.gexf"),
]


def run(store: Path, command: tuple[str, ...]) -> Result:
    words = 2 if command[0] == "plot" else 1
    given = [*command[:words], "--store", str(store), *command[words:]]
    return CliRunner().invoke(cli, given, prog_name="whowhom")


def outcome(store: Path, command: tuple[str, ...]) -> tuple[Any, ...]:
    """Exit status, output, messages and the file, which is removed."""
    result = run(store, command)
    file = next(Path().glob("network.gexf*"), Path("network.gexf"))
    written = file.read_bytes() if file.exists() else None
    file.unlink(missing_ok=True)
    return result.exit_code, result.stdout_bytes, result.stderr_bytes, written


@pytest.fixture(scope="module")
def place(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beside")
    return Path(shutil.copytree(stored, folder / "store"))


@pytest.fixture(scope="module")
def alone(place: Path) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """What each command does while no server runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.parent)
        return {command: outcome(place, command) for command in [*COMMANDS, ("info",)]}


@pytest.fixture(scope="module")
def server(place: Path, alone: object, start: Start) -> Any:
    return start(place)


@pytest.fixture
def beside(server: object, place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store, which a server owns; its parent is the working folder."""
    monkeypatch.chdir(place.parent)
    return place


def test_the_server_says_where_it_is(beside: Path, server: Any) -> None:
    file = beside / "server"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = json.loads(file.read_text())
    assert (said["pid"], said["port"]) == (json.loads((beside / "lock").read_text())["pid"], server.port)
    assert server.get("/health")["instance"] == said["instance"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command)[:60])
def test_a_command_says_what_it_says_without_a_server(
    beside: Path, alone: dict[tuple[str, ...], tuple[Any, ...]], command: tuple[str, ...]
) -> None:
    assert outcome(beside, command) == alone[command]


def test_info_tells_the_same_of_the_store(
    beside: Path, alone: dict[tuple[str, ...], tuple[Any, ...]]
) -> None:
    """But for the bytes: the engine that writes has files of its own."""
    status, told, *_ = outcome(beside, ("info",))
    lines = [line for line in told.splitlines() if not line.startswith(b"bytes ")]
    assert (status, lines) == (0, alone["info",][1].splitlines()[:-1])
    assert f"path        {beside}\n".encode() in told


def test_the_answers_are_the_servers(beside: Path, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the commands say above, they do not read the files."""
    asked: list[str] = []
    ask = Beside._answer

    def note(self: Beside, method: str, path: str, *others: Any, **more: Any) -> Any:
        asked.append(path)
        return ask(self, method, path, *others, **more)

    monkeypatch.setattr(Beside, "_answer", note)
    for command in (("info",), ("query", SELECT), AROUND, ("export",)):
        assert run(beside, command).exit_code == 0
    paths = ["/api/v1/info", "/sparql", "/api/v1/neighborhood", "/export.gexf"]
    assert asked == [path for wanted in paths for path in ("/health", wanted)]


def test_many_actors_at_once_are_refused_by_name(beside: Path) -> None:
    result = run(beside, ("export", *(word for n in range(900) for word in ("--actor", f"actor-{n}"))))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a server is asked 8000 at most. Name fewer actors" in result.stderr


def test_a_large_answer_comes_in_pieces(beside: Path) -> None:
    with find(beside, locked(beside)) as server:
        query = "SELECT ?a ?d { ?a a ?b . ?c a ?d } LIMIT 20000"
        with server.query(query, accept=["text/csv"], timeout=None) as answer:
            pieces = list(answer)
    assert len(pieces) > 10
    assert b"".join(pieces).count(b"\n") == 20_001


def test_an_answer_that_breaks_off_is_a_failure(beside: Path) -> None:
    result = run(beside, ("query", "--format", "csv", "--timeout", "0.5", "SELECT * {?a ?b ?c. ?d ?e ?f}"))
    assert result.exit_code == 1
    assert result.stdout.startswith("a,b,c,d,e,f")
    assert "the answer broke off" in result.stderr
    assert "is not the whole. The server's log says why" in result.stderr
    assert result.stderr.count("\n") == 1


def locked(store: Path) -> StoreLocked:
    with pytest.raises(StoreLocked) as caught:
        Service(store, read_only=True)
    return caught.value


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_that_listens_everywhere_is_asked_here(
    start: Start, stored: Path, tmp_path: Path, host: str
) -> None:
    if host == "::" and not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    store = Path(shutil.copytree(stored, tmp_path / "store"))
    server = start(store, "--host", host)
    assert json.loads((store / "server").read_text())["host"] == host
    assert run(store, ("query", "--format", "csv", SELECT)).exit_code == 0
    assert server.stop() == (0, "")
    assert not (store / "server").exists()
    assert run(store, ("query", "--format", "csv", SELECT)).exit_code == 0


def test_a_file_that_a_crash_left_is_harmless(start: Start, stored: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(stored, tmp_path / "store"))
    server = start(store)
    pid = json.loads((store / "server").read_text())["pid"]
    server.process.kill()  # the parent first, which would start another
    server.process.wait()
    os.kill(pid, signal.SIGKILL)
    server.process.communicate()  # ends when the child has let go of its pipes, and of the lock with them
    assert (store / "server").exists()
    assert run(store, ("query", "--format", "csv", SELECT)).exit_code == 0
    with Service(store, command="load"):
        result = run(store, ("query", SELECT))
    assert result.exit_code == 1
    assert f"held by process {os.getpid()} (`whowhom load`) on" in result.stderr
    assert "Wait until it ends, or end it: what it has stored stays" in result.stderr


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers as another whowhom would, or as none."""

    body = b'{"instance": "another"}'

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def other() -> Iterator[int]:
    """The port of a server that is not ours."""
    with http.server.HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_another_server_at_that_address_is_not_believed(stored: Path, tmp_path: Path, other: int) -> None:
    store = Path(shutil.copytree(stored, tmp_path / "store"))
    with Service(store, command="serve") as service:
        announce(store, Announcement(os.getpid(), "127.0.0.1", other, service.sparql.instance))
        result = run(store, ("query", SELECT))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"at http://127.0.0.1:{other}, but does not: another server answers there." in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "That server is starting or stopping. Try again in a moment."),
        ("{", "Its file server cannot be read"),
        ('{"pid": 1}', "Its file server cannot be read"),
        (
            json.dumps({"pid": 1, "host": "127.0.0.1", "port": 1, "instance": "x"}),
            "That server is starting or stopping.",
        ),
        (
            json.dumps({"pid": os.getpid(), "host": "127.0.0.1", "port": 1, "instance": "x"}),
            "said to answer at http://127.0.0.1:1, but does not: The server at http://127.0.0.1:1: ",
        ),
    ],
    ids=["none", "no-json", "other-fields", "of-another-process", "nobody-listens"],
)
def test_a_server_that_cannot_be_asked(stored: Path, tmp_path: Path, text: str | None, said: str) -> None:
    store = Path(shutil.copytree(stored, tmp_path / "store"))
    with Service(store, command="serve"):
        if text is not None:
            (store / "server").write_text(text)
        result = run(store, ("info",))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"whowhom: {store} is in use: {store / 'lock'} is held by process")
    assert said in result.stderr


def test_what_is_no_answer_of_ours(tmp_path: Path, other: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answering, "body", b"<html>")
    with Beside(tmp_path, Announcement(1, "127.0.0.1", other, "x")) as server:
        with pytest.raises(Told, match="its answer to /health is no JSON"):
            server.health()
        with (
            pytest.raises(Told, match="answered with status 501 and no problem"),
            server.query("ASK {}", accept=["text/csv"], timeout=None),
        ):
            pass


def test_every_format_of_answers_is_compared() -> None:
    compared = {command[2] for command in COMMANDS if command[:2] == ("query", "--format")}
    assert compared == {"table", *ANSWER_FORMATS}
