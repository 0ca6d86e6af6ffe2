"""The server as a process: address, lock, signals, and what happens to the process that answers."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.service import Service

Whowhom = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., Any]


@pytest.fixture
def store(stored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "store"))


def query(text: str, **others: object) -> str:
    return "/sparql?" + urllib.parse.urlencode({"query": text, **others})


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["terminate", "ctrl-c"])
def test_it_answers_and_gives_the_store_back(start: Start, store: Path, sign: signal.Signals) -> None:
    server = start(store)
    assert str(store) in server.line
    assert server.get("/health")["status"] == "ok"
    assert server.get(query("ASK { actor:NOR rel:accuse actor:BLR }")) == {"head": {}, "boolean": True}
    assert len(server.get("/api/v1/neighborhood?actor=NOR")["edges"]) == 2
    assert server.stop(sign) == (0, "")
    with Service(store) as service:  # the lock is free, and no snapshot was left
        assert not list((service.store.path / "snapshots").iterdir())


def test_the_store_is_its_own(start: Start, store: Path, whowhom: Whowhom) -> None:
    start(store)
    for command in (["serve", "--port", "0"], ["load", "-"], ["backup", "copy"]):
        done = whowhom(command[0], "--store", store, *command[1:])
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(
            r"whowhom: .* is in use: .*lock is held by process \d+ \(`whowhom serve`\) .*, for anything else stop it "
            r"first\.\n",
            done.stderr.replace("; for", ", for"),
        )


def test_an_occupied_port_is_said_before_the_store_is_touched(whowhom: Whowhom, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = whowhom("serve", "--store", tmp_path / "none", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"whowhom: Cannot listen on 127.0.0.1:{port}: Address already in use. Stop what uses it, or take another "
        "--host or --port (0: any free one).\n"
    )


@pytest.mark.parametrize(
    ("place", "said"),
    [("none", "there is no such folder"), ("http://127.0.0.1:1/sparql", "does not answer")],
)
def test_no_store_is_said_once(whowhom: Whowhom, place: str, said: str) -> None:
    done = whowhom("serve", "--store", place, "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("whowhom: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_process_that_dies_is_replaced(start: Start, store: Path) -> None:
    server = start(store)
    holder = json.loads((store / "lock").read_text())["pid"]
    assert holder != server.process.pid
    os.kill(holder, signal.SIGKILL)
    assert server.process.stdout is not None
    assert server.address in server.process.stdout.readline()  # said again by the new process
    assert server.get("/health")["status"] == "ok"
    status, errors = server.stop()
    assert status == 0
    assert f"server process {holder} ended by itself" in errors


def test_a_slow_query_does_not_hold_the_others(start: Start, store: Path) -> None:
    server = start(store)
    slow = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    slow.request("GET", query("SELECT (COUNT(*) AS ?n) {?a ?b ?c. ?d ?e ?f. ?g ?h ?i}", timeout=2))
    for _ in range(20):
        assert server.get(query("ASK {}"))["boolean"] is True
    response = slow.getresponse()
    assert response.status == 504
    assert json.load(response)["type"].endswith("/query-timeout")
    slow.close()


def test_an_answer_that_breaks_off_is_never_taken_for_whole(start: Start, store: Path) -> None:
    server = start(store)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", query("SELECT * {?a ?b ?c. ?d ?e ?f}", timeout=0.5))
    response = connection.getresponse()
    assert response.status == 200
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        response.read()
    connection.close()
    _, errors = server.stop()
    assert "an answer broke off" in errors
    assert "Traceback" not in errors
