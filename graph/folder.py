"""The folder of an embedded store: what it holds, and who has it open.

::

    STORE/
      whowhom.json    format, base of the data's IRIs, day of creation
      lock            locked while the store is open; names the process that may write
      server          only while a server owns the store: its address, for commands beside it
      stale           only while what is derived may not fit what others have written
      unfinished      only while a bulk load has written what no transaction has made valid yet
      rdf/            the RDF store, which is the truth
      index.duckdb    the columnar index, derived from it
      index.journal   only during a write: what it changes in the index
      loading.json    only while a load of files is not at its end: how far it came
      recount.…/      only while the index is made anew or compared: files that are thrown away
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from io import TextIOWrapper
from pathlib import Path

import pyoxigraph as ox

from graph.errors import BadSelection, NotAStore, StoreLocked, StoreUnwritable, StoreVersion
from graph.ids import DEFAULT_BASE

FORMAT = 1
"""The format that this version writes and reads; it rises when an older version could not read a store."""

MIGRATIONS: Mapping[int, Callable[[Path], None]] = {}
"""By a format, what turns the folder of a store of it into one of the next. It finds the store locked for it alone,
and must bear to be run again on what it left when it was cut short."""

METADATA = "whowhom.json"
LOCK = "lock"
SERVER = "server"
RDF = "rdf"
INDEX = "index.duckdb"
JOURNAL = "index.journal"
UNFINISHED = "unfinished"
STALE = "stale"
LOADING = "loading.json"

_BASE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*[/#]')


@dataclass(frozen=True, slots=True)
class Metadata:
    """What ``whowhom.json`` says."""

    format: int
    base: str
    created: str


def prepare(path: Path, *, create: bool, base: str | None) -> Metadata:
    """The metadata of the store at ``path``, which is made if ``create`` allows it.

    Its format may be an older one that :func:`migrate` can raise. Raises NotAStore, StoreVersion, StoreUnwritable,
    and BadSelection for a base that is none or not the store's. A folder that holds anything else is never turned
    into a store.
    """
    if base is not None:
        check_base(base)
    if not (path / METADATA).is_file():
        check_place(path, create=create)
        created = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        metadata = Metadata(FORMAT, base or DEFAULT_BASE, created)
        with writing(path):
            path.mkdir(parents=True, exist_ok=True)
            _write_metadata(path, metadata)
        return metadata
    metadata = read_metadata(path)
    if base is not None and base != metadata.base:
        raise BadSelection("base", base, f"only the one that the store was made with, {metadata.base!r}")
    return metadata


def check_base(base: str) -> None:
    """Raises BadSelection for what cannot be the base of IRIs."""
    if not _BASE.fullmatch(base):
        raise BadSelection("base", base, "an absolute IRI that ends in / or #")


def check_place(path: Path, *, create: bool) -> None:
    """Raises NotAStore where no store may be made; with ``create`` a missing or an empty folder will do."""
    if path.exists() and not path.is_dir():
        raise NotAStore(path, "it is a file, and a store is a folder")
    held = sorted(entry.name for entry in path.iterdir() if entry.name != LOCK) if path.exists() else []
    if held:
        raise NotAStore(path, f"the folder holds other files ({', '.join(held[:3])}) and no {METADATA}")
    if not create:
        what = "the folder is empty" if path.exists() else "there is no such folder"
        raise NotAStore(path, f"{what}. `whowhom load --store {path}` makes one")


def read_metadata(path: Path) -> Metadata:
    """What ``whowhom.json`` says; raises NotAStore, and StoreVersion for a format with no way to ours."""
    try:
        data = json.loads((path / METADATA).read_text(encoding="utf-8"))
        found = data["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, f"it cannot be read, {error!r}") from None
    if type(found) is not int:
        raise _damaged(path, f"its format is {found!r} and should be a number")
    if found > FORMAT or any(step not in MIGRATIONS for step in range(found, FORMAT)):
        raise StoreVersion(path, found, FORMAT)
    try:
        metadata = Metadata(**data)
    except TypeError as error:
        raise _damaged(path, f"it has other fields than it should, {error}") from None
    if not isinstance(metadata.base, str) or not _BASE.fullmatch(metadata.base):
        raise _damaged(
            path, f"its base is {metadata.base!r} and should be an absolute IRI that ends in / or #"
        )
    return metadata


def _damaged(path: Path, problem: str) -> NotAStore:
    return NotAStore(
        path,
        f"its {METADATA} is damaged: {problem}. Take the file from a backup, or restore the store from it",
    )


def migrate(path: Path, metadata: Metadata, *, read_only: bool) -> Metadata:
    """Raises a store of an older format to ours, step by step; the caller has its lock, for itself alone.

    Raises StoreVersion where the store may only be read.
    """
    while metadata.format < FORMAT:
        if read_only:
            raise StoreVersion(path, metadata.format, FORMAT, migrates=True)
        with writing(path):
            MIGRATIONS[metadata.format](path)
            metadata = replace(metadata, format=metadata.format + 1)
            _write_metadata(path, metadata)
    return metadata


def _write_metadata(path: Path, metadata: Metadata) -> None:
    write_whole(path / METADATA, json.dumps(asdict(metadata), indent=1) + "\n")


def write_whole(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Writes a file so that a crash leaves the old one or the new one, whole; ``mode`` is cut by the umask."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync(path.parent)


def mark_stale(path: Path) -> None:
    """Says, durably, that what is derived from the RDF store at ``path`` may not fit it any more."""
    (path / STALE).touch()
    sync(path)


def open_rdf(path: Path, *, read_only: bool) -> ox.Store:
    """The engine of the store at ``path``, which raises what :func:`graph.trouble.told` knows."""
    return ox.Store.read_only(str(path / RDF)) if read_only else ox.Store(path / RDF)


def size(path: Path) -> int:
    """The bytes of the files in ``path``, while the engine makes and removes some."""
    total = 0
    with os.scandir(path) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                total += entry.stat().st_size
    return total


def snapshot_use(parent: Path) -> dict[str, int]:
    """How many snapshots stand in ``parent``, and the bytes of files that nobody else shares with them."""
    count, held = 0, 0
    for folder in parent.iterdir() if parent.exists() else ():
        count += 1
        with contextlib.suppress(FileNotFoundError):  # removed meanwhile
            stats = [entry.stat() for entry in folder.iterdir()]
            held += sum(stat.st_size for stat in stats if stat.st_nlink == 1)
    return {"snapshots": count, "snapshot_bytes": held}


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises StoreUnwritable for the store at ``path`` where the system lets nothing be written."""
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(path, error.strerror or str(error)) from error


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

    def __init__(self, store: Path, *, shared: bool, command: str | None = None) -> None:
        """Raises StoreLocked, which names the holder, if another opener is in the way, and StoreUnwritable.

        ``command`` is signed, for the message to others.
        """
        self._shared = shared
        self._file: TextIOWrapper | None = None
        path = store / LOCK
        try:
            self._file = path.open("r" if shared else "a+", encoding="utf-8")
        except FileNotFoundError:  # a copy of a store, in a place where nobody can write
            return
        except OSError as error:
            raise StoreUnwritable(store, error.strerror or str(error)) from error
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            with self._file:
                locked = _locked(store, path, self._file)
            self._file = None
            raise locked from None
        if not shared:
            try:
                self._sign(command)
            except OSError as error:
                self.release()
                raise StoreUnwritable(store, error.strerror or str(error)) from error

    def _sign(self, command: str | None) -> None:
        since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        signature = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "command": command}
        self._rewrite(json.dumps(signature))

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


def _locked(store: Path, lock: Path, file: TextIOWrapper) -> StoreLocked:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return StoreLocked(store, lock, "processes that read it")
    with contextlib.suppress(ValueError, KeyError, TypeError):
        file.seek(0)
        signed = json.loads(file.read())
        command = signed.get("command")
        named = f" (`whowhom {command}`)" if command else ""
        holder = f"process {signed['pid']}{named} on {signed['host']} since {signed['since']}"
        return StoreLocked(store, lock, holder, pid=signed["pid"], command=command)
    return StoreLocked(store, lock, "a process that has not signed it")
