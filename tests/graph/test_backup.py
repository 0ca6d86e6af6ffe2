"""Backups: what comes back is what was there; what is not whole is never taken for it."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pyoxigraph as ox
import pytest

from graph import backup as backups
from graph import folder
from graph.backup import MANIFEST, backup, restore
from graph.errors import BadBackup, NotAStore, StoreLocked, StoreVersion
from graph.network import Selection
from graph.store import Store

SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture
def place(tmp_path: Path, report: Any) -> Path:
    with Store.open(tmp_path / "store", create=True, base="https://example.org/") as store:
        store.load([report("d1", "KOR", "pressure", "PRK"), report("d2", "KOR", "urge", "PRK")], batch=1)
    return tmp_path / "store"


def contents(path: Path) -> tuple[set[ox.Quad], object]:
    with Store.open(path, read_only=True) as store:
        return set(store.rdf), store.index.network(Selection(limit=None))


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def test_there_and_back(tmp_path: Path, place: Path, report: Any) -> None:
    before = contents(place)
    made = backup(place, tmp_path / "copy")
    assert made.counts == {
        "generation": 3,
        "documents": 2,
        "events": 2,
        "mentions": 2,
        "relations": 2,
        "actors": 2,
        "quads": len(before[0]),
    }
    shutil.rmtree(place)
    (tmp_path / "back").mkdir()
    assert restore(tmp_path / "copy", tmp_path / "back") == made
    assert contents(tmp_path / "back") == before
    assert names(tmp_path) == ["back", "copy"]
    with Store.open(tmp_path / "back") as store:
        assert store.metadata.base == "https://example.org/"
        store.load([report("d3", "KOR", "aid", "PRK", type_="AID")])
    restore(tmp_path / "copy", tmp_path / "again")  # what the restored store wrote is its own
    assert contents(tmp_path / "again") == before


def test_the_store_goes_on_without_its_backup(tmp_path: Path, place: Path, report: Any) -> None:
    before = contents(place)
    backup(place, tmp_path / "copy")
    with Store.open(place) as store:
        store.load([report(f"e{n}", "PRK", "urge", "KOR") for n in range(20)], batch=1)
        store.remove("d1")
        store.rdf.optimize()
    restore(tmp_path / "copy", tmp_path / "back")
    assert contents(tmp_path / "back") == before


def test_to_another_file_system(place: Path, tmp_path: Path) -> None:
    if not SHARED_MEMORY.is_dir() or SHARED_MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has one file system only")
    target = SHARED_MEMORY / f"whowhom-{tmp_path.name}"
    try:
        backup(place, target)
        assert all(file.stat().st_nlink == 1 for file in (target / "rdf").iterdir())
        restore(target, tmp_path / "back")
    finally:
        shutil.rmtree(target, ignore_errors=True)
    assert contents(tmp_path / "back") == contents(place)


def test_an_index_that_is_behind_is_left_out_and_made_anew(tmp_path: Path, place: Path) -> None:
    (place / "index.duckdb").unlink()
    backup(place, tmp_path / "copy")
    assert names(tmp_path / "copy") == [MANIFEST, "rdf", "whowhom.json"]
    restore(tmp_path / "copy", tmp_path / "back")
    assert (tmp_path / "back" / "index.duckdb").exists()
    assert contents(tmp_path / "back") == contents(place)


def test_what_a_crash_left_is_in_no_backup(tmp_path: Path, place: Path) -> None:
    killed = (
        "import os, signal; from pathlib import Path; from graph.store import Store\n"
        f"store = Store.open({str(place)!r})\n"
        "store.rdf.update('INSERT DATA { GRAPH document:d9 { document:d9 a ww:Document } }', prefixes=store.prefixes)\n"
        "store.rdf.flush(); (store.path / 'unfinished').touch(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -9
    assert backup(place, tmp_path / "copy").counts["documents"] == 2
    restore(tmp_path / "copy", tmp_path / "back")


def test_a_store_that_is_written_meanwhile(tmp_path: Path, place: Path) -> None:
    with Store.open(place, command="ingest"), pytest.raises(StoreLocked, match="`whowhom ingest`"):
        backup(place, tmp_path / "copy")
    assert names(tmp_path) == ["store"]
    with Store.open(place, read_only=True):
        backup(place, tmp_path / "copy")


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("Store.snapshot", RuntimeError("IO error: No space left on device")),
        ("shutil.copyfile", OSError(errno.ENOSPC, "No space left on device")),
        ("_sync", OSError(errno.EIO, "Input/output error")),
        ("folder.write_whole", KeyboardInterrupt()),
    ],
    ids=["engine", "copy", "sync", "ctrl-c"],
)
def test_a_backup_that_is_cut_short_leaves_nothing(
    tmp_path: Path, place: Path, step: str, error: BaseException
) -> None:
    expected = type(error) if isinstance(error, KeyboardInterrupt) else BadBackup
    with mock.patch.object(*_target(step), side_effect=error), pytest.raises(expected) as caught:
        backup(place, tmp_path / "copy")
    assert names(tmp_path) == ["store"]
    if expected is BadBackup:
        assert "copy: it cannot be written: " in str(caught.value)
        assert str(error).rpartition("] ")[2] in str(caught.value)


def _target(step: str) -> tuple[Any, str]:
    owner, _, name = step.rpartition(".")
    return (getattr(backups, owner) if owner else backups), name


def test_a_backup_that_is_killed_is_none(tmp_path: Path, place: Path) -> None:
    killed = (
        "import os, signal; from pathlib import Path; from graph import backup\n"
        "backup._sync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"backup.backup(Path({str(place)!r}), Path({str(tmp_path / 'copy')!r}))\n"
    )
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -9
    (part,) = (tmp_path / name for name in names(tmp_path) if name != "store")
    assert part.name.endswith(".part")
    with pytest.raises(BadBackup, match="no backup, or none that was finished"):
        restore(part, tmp_path / "back")
    backup(place, tmp_path / "copy")


def test_places_that_will_not_do(tmp_path: Path, place: Path) -> None:
    backup(place, tmp_path / "copy")
    with pytest.raises(BadBackup, match=r"copy: A backup is written into a folder .* holds backup.json"):
        backup(place, tmp_path / "copy")
    with pytest.raises(BadBackup, match=r"A store is restored into a folder .* this one holds index.duckdb"):
        restore(tmp_path / "copy", place)
    (tmp_path / "file").touch()
    with pytest.raises(BadBackup, match="this is a file"):
        backup(place, tmp_path / "file")
    with pytest.raises(BadBackup, match="it is inside"):
        backup(place, place / "copy")
    with pytest.raises(NotAStore, match="no such folder"):
        backup(tmp_path / "none", tmp_path / "other")


def drop(copy: Path) -> None:
    next((copy / "rdf").glob("*.sst")).unlink()


def shorten(copy: Path) -> None:
    file = next((copy / "rdf").glob("*.sst"))
    data = file.read_bytes()
    file.unlink()  # it has another name in the store
    file.write_bytes(data[:-1])


def rewrite(**changes: object) -> Any:
    def change(copy: Path) -> None:
        data = json.loads((copy / MANIFEST).read_text())
        (copy / MANIFEST).write_text(json.dumps(data | changes))

    return change


def recount(copy: Path) -> None:
    data = json.loads((copy / MANIFEST).read_text())
    rewrite(counts=data["counts"] | {"events": 7})(copy)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (shutil.rmtree, "it does not exist, and a backup is a folder"),
        (lambda copy: (copy / MANIFEST).unlink(), "there is no backup.json"),
        (lambda copy: (copy / MANIFEST).write_text("{"), "its backup.json is damaged"),
        (lambda copy: (copy / MANIFEST).write_bytes(b"\xff"), "its backup.json is damaged"),
        (rewrite(backup=2), "of format 2, and this version of whowhom reads 1"),
        (rewrite(counts={}), "counts or files are missing"),
        (rewrite(files={"../../x": 1, "whowhom.json": 1}), r"'\.\./\.\./x' is no file of it"),
        (rewrite(more=1), "its backup.json is damaged"),
        (drop, ".sst is missing, so that the backup is not whole"),
        (shorten, r"\d+ bytes and should have \d+"),
        (recount, "the copy holds 2 events in place of 7"),
    ],
)
def test_a_backup_that_is_harmed(tmp_path: Path, place: Path, harm: Any, said: str) -> None:
    backup(place, tmp_path / "copy")
    harm(tmp_path / "copy")
    with pytest.raises(BadBackup, match=said):
        restore(tmp_path / "copy", tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_backup_of_another_format(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup(place, tmp_path / "copy")
    monkeypatch.setattr(folder, "FORMAT", 2)
    with pytest.raises(StoreVersion, match="of format 1, and this version of whowhom reads format 2"):
        restore(tmp_path / "copy", tmp_path / "back")
    monkeypatch.setattr(folder, "MIGRATIONS", {1: lambda path: (path / "migrated").touch()})
    restore(tmp_path / "copy", tmp_path / "back")
    assert (tmp_path / "back" / "migrated").exists()
    assert json.loads((tmp_path / "back" / "whowhom.json").read_text())["format"] == 2
