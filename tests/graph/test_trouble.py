"""Stores in trouble: each says what was found and what to do, and nothing that was stored is lost."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from extract.model import CodedDocument
from graph import folder, loading, trouble
from graph.errors import IndexDamaged, NotAStore, StoreDamaged, StoreUnwritable, StoreVersion
from graph.network import Selection
from graph.query_errors import SnapshotUnreadable
from graph.query_failures import failure
from graph.selecting import EventFilter
from graph.store import Store
from graph.transaction import Transaction

NOBODY = 65534
INDEX_BLOCK = 256 * 1024


@pytest.fixture
def place(tmp_path: Path, report: Any) -> Path:
    with Store.open(tmp_path / "store", create=True) as store:
        store.load(
            [report(f"d{n}", "KOR", "pressure", "PRK", day=f"2017-01-0{1 + n % 9}") for n in range(60)]
        )
    return tmp_path / "store"


def documents(path: Path) -> int:
    with Store.open(path, read_only=True) as store:
        return int(str(store.info()["documents"]))


def spoil(file: Path, *, start: float = 0.0, end: float = 1.0) -> None:
    """Turns the bits of a part of a file."""
    data = bytearray(file.read_bytes())
    first, last = int(start * len(data)), int(end * len(data))
    data[first:last] = bytes(byte ^ 0x5A for byte in data[first:last])
    file.unlink()
    file.write_bytes(data)


# ---------------------------------------------------------------- formats and metadata


def says(path: Path, **changes: object) -> None:
    file = path / folder.METADATA
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (0, "of format 0, .* reads format 1. Open it with a whowhom of its own age"),
        (2, "of format 2, .* reads format 1. Open it with a newer whowhom"),
    ],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_a_format_with_no_way_to_ours(place: Path, found: int, said: str, read_only: bool) -> None:
    says(place, format=found)
    with pytest.raises(StoreVersion, match=said):
        Store.open(place, read_only=read_only)
    assert json.loads((place / folder.METADATA).read_text())["format"] == found


def test_an_older_format_is_raised_step_by_step(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []

    def to_two(path: Path) -> None:
        steps.append(1)
        (path / "mark").touch()

    def to_three(path: Path) -> None:
        steps.append(2)
        if steps.count(2) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder, "FORMAT", 3)
    monkeypatch.setattr(folder, "MIGRATIONS", {1: to_two, 2: to_three})
    with pytest.raises(StoreVersion, match=r"`whowhom load --store .*store` of any records raises it"):
        Store.open(place, read_only=True)
    assert steps == []
    with pytest.raises(StoreUnwritable, match="No space left"):
        Store.open(place)
    assert json.loads((place / folder.METADATA).read_text())["format"] == 2
    with Store.open(place) as store:
        assert store.metadata.format == 3
    assert steps == [1, 2, 2]
    assert documents(place) == 60


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"format": "1"}', "its format is '1' and should be a number"),
        (b'{"format": true}', "its format is True and should be a number"),
        (b'{"format": 1, "base": "x"}', "other fields than it should"),
        (b'{"format": 1, "created": "", "base": 7}', "its base is 7 and should be an absolute IRI"),
        (b'{"format": 1, "created": "", "base": "a b"}', "its base is 'a b' and should be"),
    ],
)
def test_damaged_metadata(place: Path, text: bytes, said: str) -> None:
    (place / folder.METADATA).write_bytes(text)
    with pytest.raises(NotAStore, match=rf"its whowhom.json is damaged: .*{said}.* from a backup"):
        Store.open(place)


# ---------------------------------------------------------------- damaged files


@pytest.mark.parametrize("read_only", [True, False], ids=["reading", "writing"])
@pytest.mark.parametrize("pattern", ["CURRENT", "MANIFEST-*"])
def test_a_damaged_file_that_is_met_on_opening(place: Path, pattern: str, read_only: bool) -> None:
    spoil(next((place / "rdf").glob(pattern)))
    with pytest.raises(StoreDamaged, match=r"cannot be read: Corruption.* Restore it from a backup"):
        Store.open(place, read_only=read_only)


def test_a_table_that_is_cut_short(place: Path) -> None:
    with Store.open(place) as store:
        store.rdf.optimize()
    file = max((place / "rdf").glob("*.sst"), key=lambda file: file.stat().st_size)
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(StoreDamaged, match=f"cannot be read: Corruption: .*{file.name}"):
        Store.open(place)


def questions(store: Store) -> Iterator[Callable[[], object]]:
    """All that reads the engine's files."""
    yield store.info
    for number in range(0, 60, 6):
        yield partial(store.document, f"d{number}")
    for row in store.index.events(EventFilter(), limit=3).rows:
        yield partial(store.event, row.event)


def test_damage_that_is_met_on_reading(place: Path) -> None:
    """Whichever table is damaged, what does not answer says so; nothing else is raised."""
    with Store.open(place) as store:
        store.rdf.optimize()
    met: list[str] = []
    for file in (place / "rdf").glob("*.sst"):
        good = file.read_bytes()
        spoil(file, end=0.6)
        try:
            with Store.open(place, read_only=True) as store:
                for question in questions(store):
                    try:
                        question()
                    except StoreDamaged as error:
                        met.append(str(error))
        except StoreDamaged as error:
            met.append(str(error))
        file.write_bytes(good)
    assert len(met) > 3
    assert all("cannot be read: Corruption: block checksum mismatch" in said for said in met)
    assert documents(place) == 60


def test_damage_that_a_query_meets_is_no_fault_of_the_query() -> None:
    said = failure("failed\nCorruption: block checksum mismatch ", text="ASK {}", accept=(), memory_limit=1)
    assert isinstance(said, SnapshotUnreadable)
    assert "cannot be read: Corruption: block checksum mismatch." in str(said)


@pytest.mark.parametrize("start", [0, 4096, 8192, 12288], ids=["head", "one", "two", "catalogue"])
def test_an_index_with_a_damaged_head_is_made_anew(place: Path, report: Any, start: int) -> None:
    file = place / "index.duckdb"
    size = file.stat().st_size
    spoil(file, start=start / size, end=(start + 8000) / size)
    with Store.open(place, read_only=True) as store:
        assert store.index.counts()["events"] == 9
    with Store.open(place) as store:
        store.load([report("new", "KOR", "pressure", "PRK")])
        assert store.index.counts()["mentions"] == 61


def test_an_index_that_is_damaged_within_says_how_to_renew_it(place: Path) -> None:
    file = place / "index.duckdb"
    good = file.read_bytes()
    with Store.open(place, read_only=True) as store:
        network = store.index.network(Selection(limit=None))
    met: list[str] = []
    for begin in range(12_288, len(good), INDEX_BLOCK):
        spoil(file, start=begin / len(good), end=(begin + 8000) / len(good))
        try:
            with Store.open(place, read_only=True) as store:
                assert store.index.network(Selection(limit=None)) == network
        except IndexDamaged as error:
            met.append(str(error))
        file.write_bytes(good)
    assert met
    assert all(f"{file} cannot be read: " in said and "Remove that file" in said for said in met)
    file.unlink()
    with Store.open(place) as store:
        assert store.index.network(Selection(limit=None)) == network


def test_a_damaged_index_can_be_rebuilt(place: Path) -> None:
    with Store.open(place) as store:
        good = store.index.network(Selection(limit=None))
    spoil(place / "index.duckdb", start=0.05)
    with Store.open(place) as store:
        store.rebuild()
        assert store.index.network(Selection(limit=None)) == good


# ---------------------------------------------------------------- no room, no right

LOADER = """
import pickle, resource, sys
from graph.errors import StoreUnwritable
from graph.store import Store
with Store.open(sys.argv[1]) as store, open(sys.argv[2], "rb") as batches:
    for number, batch in enumerate(pickle.load(batches)):
        if number == 3:
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        try:
            store.load(batch)
        except StoreUnwritable as error:
            sys.exit(str(error))
        print("stored", flush=True)
"""


def test_a_limit_on_the_size_of_files(place: Path, tmp_path: Path, report: Any) -> None:
    batches = [[report(f"e{n}", "KOR", "urge", "PRK")] for n in range(6)]
    (tmp_path / "batches").write_bytes(pickle.dumps(batches))
    command = [sys.executable, "-c", LOADER, place, tmp_path / "batches"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "stored\n" * 3)
    assert done.stderr.startswith(f"{place} cannot be written: a file may have 0 MB here (`ulimit -f`)")
    assert "What was stored before is kept." in done.stderr
    assert documents(place) == 63
    with Store.open(place) as store:
        assert store.load([batch[0] for batch in batches]).unchanged == 3


def test_a_disk_that_fills_up_during_a_load(
    place: Path, report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = os.statvfs(place)
    free = iter([2**30] * 6)

    def left(_: Path) -> Any:
        size = next(free, 2**20)
        return SimpleNamespace(f_flag=system.f_flag, f_bavail=size, f_frsize=1)

    more = [report(f"e{n}", "KOR", "urge", "PRK") for n in range(9)]
    with Store.open(place) as store:
        monkeypatch.setattr(trouble.os, "statvfs", left)
        with pytest.raises(StoreUnwritable, match=r"the disk has 1 MB free, and a write needs 128 MB"):
            store.load(more, batch=1)
        with pytest.raises(StoreUnwritable):
            store.remove("d1")
        monkeypatch.undo()
        before = documents_of(store)
        assert 60 < before < 69
        assert store.load(more).unchanged == before - 60
    assert documents(place) == 69


def documents_of(store: Store) -> int:
    return int(str(store.info()["documents"]))


@pytest.mark.parametrize(
    "error",
    [OSError("IO error: No space left on device: While appending"), RuntimeError("IO error: File too large")],
    ids=["os", "runtime"],
)
def test_an_engine_that_cannot_write(place: Path, report: Any, error: Exception) -> None:
    with Store.open(place) as store:
        with (
            mock.patch.object(Transaction, "commit", side_effect=error),
            pytest.raises(StoreUnwritable, match="cannot be written: IO error"),
        ):
            store.load([report("e1", "KOR", "urge", "PRK")])
        assert store.load([report("e1", "KOR", "urge", "PRK")]).added == 1


def test_a_file_system_for_reading_only(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = SimpleNamespace(f_flag=os.ST_RDONLY, f_bavail=2**40, f_frsize=1)
    monkeypatch.setattr(trouble.os, "statvfs", lambda _: found)
    with pytest.raises(StoreUnwritable, match="its file system is mounted for reading only"):
        Store.open(place)
    assert documents(place) == 60


@contextmanager
def without_rights(path: Path) -> Iterator[None]:
    """Takes the right to write away from this process."""
    for entry in [path, *path.rglob("*")]:
        entry.chmod(0o555 if entry.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for entry in [path, *path.rglob("*")]:
            entry.chmod(0o755)


def test_a_folder_that_may_not_be_written(place: Path) -> None:
    with tempfile.TemporaryDirectory() as parent:
        os.chmod(parent, 0o755)  # noqa: PTH101 - pytest's own folders are closed to others
        store = Path(shutil.copytree(place, Path(parent) / "store"))
        with without_rights(store):
            with pytest.raises(StoreUnwritable, match="cannot be written: Permission denied"):
                Store.open(store)
            with pytest.raises(StoreUnwritable, match="cannot be written: Permission denied"):
                Store.open(store / "new", create=True)
            assert documents(store) == 60
        with Store.open(store) as opened:
            assert documents_of(opened) == 60


# ---------------------------------------------------------------- odd documents


def test_a_text_of_ten_megabytes(place: Path, report: Any) -> None:
    coded: CodedDocument = report("long", "KOR", "urge", "PRK")
    text = coded.document.text + "\n\u00e4\U0001f600" * 1_700_000
    assert len(text.encode()) > 10_000_000
    long = dataclasses.replace(coded, document=dataclasses.replace(coded.document, text=text))
    with Store.open(place) as store:
        assert store.load([long]).added == 1
        assert store.document("long") == long
        assert store.remove("long")


ODD = [
    "a b",
    '<>"{}|^`\\',
    "../../etc/passwd",
    "https://example.org/?q=ä&x=%20#f",
    "\x00\x01\n\r\t",
    "\u202e\u200b",
    "\U0001f600",
    "%2F",
    "#",
    "x" * 5000,
    "' OR 1=1 --",
]


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_odd_ids_and_urls_come_back_as_they_are(place: Path, report: Callable[..., Any], name: str) -> None:
    coded = report(name, "KOR", "urge", "PRK")
    odd = dataclasses.replace(coded, document=dataclasses.replace(coded.document, url=name, title=name))
    with Store.open(place) as store:
        assert store.load([odd]) == loading.LoadReport(added=1, events=1, mentions=1)
        assert store.document(name) == odd
        assert store.remove(name)
        assert store.document(name) is None
