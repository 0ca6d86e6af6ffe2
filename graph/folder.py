"""The folder of an embedded store: what it holds, and who has it open.

::

    STORE/
      whowhom.json    format, base of the data's IRIs, day of creation
      lock            locked while the store is open; names the process that may write
      unfinished      only while a bulk load has written what no transaction has made valid yet
      rdf/            the RDF store, which is the truth
      index.duckdb    the columnar index, derived from it
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import re
import socket
from dataclasses import asdict, dataclass
from io import TextIOWrapper
from pathlib import Path

from graph.errors import BadSelection, NotAStore, StoreLocked, StoreVersion
from graph.ids import DEFAULT_BASE

FORMAT = 1
"""The format that this version writes and reads; it rises when an older version could not read a store."""

METADATA = "whowhom.json"
LOCK = "lock"
RDF = "rdf"
INDEX = "index.duckdb"
UNFINISHED = "unfinished"

_BASE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*[/#]')


@dataclass(frozen=True, slots=True)
class Metadata:
    """What ``whowhom.json`` says."""

    format: int
    base: str
    created: str


def prepare(path: Path, *, create: bool, base: str | None) -> Metadata:
    """The metadata of the store at ``path``, which is made if ``create`` allows it.

    Raises NotAStore, StoreVersion, and BadSelection for a base that is none or not the store's. A folder that
    holds anything else is never turned into a store.
    """
    if base is not None:
        check_base(base)
    if not (path / METADATA).is_file():
        _check_place(path, create=create)
        path.mkdir(parents=True, exist_ok=True)
        created = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        metadata = Metadata(FORMAT, base or DEFAULT_BASE, created)
        _write(path / METADATA, json.dumps(asdict(metadata), indent=1) + "\n")
        return metadata
    metadata = _read(path)
    if base is not None and base != metadata.base:
        raise BadSelection("base", base, f"only the one that the store was made with, {metadata.base!r}")
    return metadata


def check_base(base: str) -> None:
    """Raises BadSelection for what cannot be the base of IRIs."""
    if not _BASE.fullmatch(base):
        raise BadSelection("base", base, "an absolute IRI that ends in / or #")


def _check_place(path: Path, *, create: bool) -> None:
    if path.exists() and not path.is_dir():
        raise NotAStore(path, "it is a file, and a store is a folder")
    held = sorted(entry.name for entry in path.iterdir() if entry.name != LOCK) if path.exists() else []
    if held:
        raise NotAStore(path, f"the folder holds other files ({', '.join(held[:3])}) and no {METADATA}")
    if not create:
        what = "the folder is empty" if path.exists() else "there is no such folder"
        raise NotAStore(path, f"{what}. `whowhom load --store {path}` makes one")


def _read(path: Path) -> Metadata:
    try:
        data = json.loads((path / METADATA).read_text(encoding="utf-8"))
        found = data["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAStore(path, f"its {METADATA} cannot be read ({error!r})") from None
    if found != FORMAT:
        raise StoreVersion(path, found, FORMAT)
    try:
        return Metadata(**data)
    except TypeError as error:
        raise NotAStore(path, f"its {METADATA} has other fields than it should ({error})") from None


def _write(path: Path, text: str) -> None:
    """Writes a file so that a crash leaves the old one or the new one, whole."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Makes the names of the files in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Lock:
    """The lock of a store: one process may write, or any number may read.

    A lock of the operating system, so that a process that dies leaves none behind; the text in the file is for
    the messages only.
    """

    def __init__(self, store: Path, *, shared: bool) -> None:
        """Raises StoreLocked, which names the holder, if another opener is in the way."""
        self._shared = shared
        self._file: TextIOWrapper | None = None
        path = store / LOCK
        try:
            self._file = path.open("r" if shared else "a+", encoding="utf-8")
        except FileNotFoundError:  # a copy of a store, in a place where nobody can write
            return
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            with self._file:
                holder = _holder(self._file)
            self._file = None
            raise StoreLocked(store, path, holder) from None
        if not shared:
            self._sign()

    def _sign(self) -> None:
        since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        self._rewrite(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))

    def _rewrite(self, text: str) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.write(text)
            self._file.flush()

    def release(self) -> None:
        """Gives the lock back; harmless the second time."""
        if self._file is not None:
            if not self._shared:
                self._rewrite("")
            self._file.close()
            self._file = None


def _holder(file: TextIOWrapper) -> str:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return "processes that read it"
    with contextlib.suppress(ValueError, KeyError, TypeError):
        file.seek(0)
        signed = json.loads(file.read())
        return f"process {signed['pid']} on {signed['host']} since {signed['since']}"
    return "a process that has not signed it"
