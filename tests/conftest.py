"""The extractor with the real model, loaded once for the whole run; and programs that serve SPARQL."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from extract.model import CodedDocument, Document, Event
from extract.pipeline import Extractor


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """An extractor over the default model, appeals included; its documents do not know of each other."""
    return Extractor(appeals=True)


@pytest.fixture(scope="session")
def code(extractor: Extractor) -> Callable[..., list[Event]]:
    """The events of a text, with the fields of the document as keywords."""

    def events(text: str, **fields: Any) -> list[Event]:
        (coded,) = extractor.extract([Document(id="test", text=text, **fields)])
        assert isinstance(coded, CodedDocument)
        return list(coded.events)

    return events


START = 600
"""Attempts to reach a program that starts, 50 ms apart."""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(command: Sequence[str | Path], port: int, folder: Path) -> Iterator[None]:
    """Runs a program in ``folder`` until the end, once it listens on ``port``; its words stand in ``output``."""
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
        try:
            for _ in range(START):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except ConnectionRefusedError:
                    if _ended(process):
                        raise RuntimeError((folder / "output").read_text(encoding="utf-8")) from None
            else:
                raise RuntimeError(f"{command[0]} does not listen on {port}")
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        return False
    return True


@pytest.fixture(scope="session")
def run_program() -> Callable[..., Any]:
    """:func:`running`, for tests that bring a program of their own."""
    return running


@pytest.fixture(scope="session")
def port_of() -> Callable[[], int]:
    """:func:`free_port`."""
    return free_port


@pytest.fixture(scope="module")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty `oxigraph serve`: queries go to its ``/query``, updates to ``/update``."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    with running(
        [program, "serve", "--bind", f"127.0.0.1:{port}"], port, tmp_path_factory.mktemp("oxigraph")
    ):
        yield f"http://127.0.0.1:{port}"
