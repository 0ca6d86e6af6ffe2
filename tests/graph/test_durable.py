"""What is acknowledged is in the engine's log on the disk, or in its tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from extract.model import CodedDocument
from graph import transaction
from graph.durable import make_durable
from graph.store import Store


class Engine:
    """Counts how often its tables are written."""

    def __init__(self) -> None:
        self.flushed = 0

    def flush(self) -> None:
        self.flushed += 1


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were waited for."""
    names: list[str] = []
    wait = os.fsync

    def note(descriptor: int) -> None:
        names.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        wait(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return names


def test_logs_and_their_folder_are_waited_for(tmp_path: Path, synced: list[str]) -> None:
    engine: Any = Engine()
    for name in ("000004.log", "000008.log", "000009.sst"):
        (tmp_path / name).touch()
    make_durable(engine, tmp_path)
    assert sorted(synced[:-1]) == ["000004.log", "000008.log"]
    assert synced[-1] == tmp_path.name
    assert not engine.flushed


@pytest.mark.parametrize("given", [True, False], ids=["no log", "no folder"])
def test_else_the_tables_are_written(given: bool, tmp_path: Path) -> None:
    engine: Any = Engine()
    make_durable(engine, tmp_path if given else None)
    assert engine.flushed == 1


@pytest.mark.parametrize("read_only", [False, True], ids=["for writing", "for reading"])
def test_the_logs_hold_what_was_committed(read_only: bool, tmp_path: Path, synced: list[str]) -> None:
    """The copy has nothing but what the system has of the files; what the engine alone holds is lost in it."""
    rdf = ox.Store(tmp_path / "rdf")
    write = transaction.Transaction()
    write.inserts[ox.NamedNode("http://g")].append("<http://a> <http://b> <http://c> .\n")
    write.commit(rdf, tmp_path / "rdf")
    assert [name for name in synced if name.endswith(".log")]
    shutil.copytree(tmp_path / "rdf", tmp_path / "copy")
    copy = ox.Store.read_only(str(tmp_path / "copy")) if read_only else ox.Store(tmp_path / "copy")
    assert [str(quad.subject) for quad in copy] == ["<http://a>"]


def test_large_writes_are_in_the_tables(
    tmp_path: Path, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "SMALL", 10)
    rdf = ox.Store(tmp_path / "rdf")
    write = transaction.Transaction()
    write.inserts[ox.NamedNode("http://g")].append("<http://a> <http://b> <http://c> .\n")
    write.commit(rdf, tmp_path / "rdf")
    assert not synced
    assert list((tmp_path / "rdf").glob("*.sst"))


def test_a_store_that_is_copied_while_it_is_open_holds_the_document(
    tmp_path: Path, synced: list[str], report: Callable[..., CodedDocument]
) -> None:
    coded = report("a report", "KOR", "pressure", "PRK")
    with Store.open(tmp_path / "store", create=True) as store:
        store.load([coded])
        assert [name for name in synced if name.endswith(".log")]
        shutil.copytree(tmp_path / "store", tmp_path / "copy")
    with Store.open(tmp_path / "copy") as copy:
        assert copy.document(coded.document.id) == coded
        assert not list(copy.validate())
