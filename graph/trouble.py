"""What the engines say of files that they cannot read or write, as errors of the store; and whether there is room.

On a full disk RocksDB waits inside a commit until there is room again, for ever if need be, and cannot be
interrupted: so room is looked for before.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from graph.errors import IndexDamaged, StoreDamaged, StoreUnwritable

ROOM = 128 * 2**20
"""Bytes that must be free before a write: the log, what it is merged into, and the index."""

_FULL = ("No space left", "File too large", "Disk quota exceeded", "Read-only file system", "Could not write")
"""What in the text of an engine, which is all that it gives, is a matter of writing."""

_INDEX_ERRORS = (
    duckdb.IOException,
    duckdb.SerializationException,
    duckdb.InternalException,
    duckdb.FatalException,
)


def check_room(path: Path) -> None:
    """Raises StoreUnwritable where the file system of the store at ``path`` has no room for a write."""
    system = os.statvfs(path)
    if system.f_flag & os.ST_RDONLY:
        raise StoreUnwritable(path, "its file system is mounted for reading only")
    free = system.f_bavail * system.f_frsize
    if free < ROOM:
        raise StoreUnwritable(
            path, f"the disk has {_megabytes(free)} free, and a write needs {_megabytes(ROOM)}"
        )
    largest, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if largest != resource.RLIM_INFINITY and largest < ROOM:
        raise StoreUnwritable(
            path,
            f"a file may have {_megabytes(largest)} here (`ulimit -f`), and a write needs {_megabytes(ROOM)}",
        )


def _megabytes(number: int) -> str:
    return f"{number // 2**20} MB"


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raises StoreDamaged or StoreUnwritable for what the engines raise on the files of the store at ``path``."""
    try:
        yield
    except (OSError, RuntimeError) as error:  # pyoxigraph raises either, with RocksDB's words
        said = getattr(error, "strerror", None) or str(error)
        if said.startswith(("Corruption", "IO error")) or isinstance(error, OSError):
            raise _kind(said)(path, said.strip()) from error
        raise
    except duckdb.Error as error:  # of the index while it is written
        said = str(error)
        if isinstance(error, _INDEX_ERRORS) and _kind(said) is StoreUnwritable:
            raise StoreUnwritable(path, said) from error
        raise


@contextmanager
def index_told(file: Path) -> Iterator[None]:
    """Raises IndexDamaged, or StoreUnwritable, for what DuckDB raises on the index ``file``."""
    try:
        yield
    except duckdb.Error as error:
        said = str(error)
        # A wrong checksum is raised as the base class.
        if not isinstance(error, _INDEX_ERRORS) and type(error) is not duckdb.Error:
            raise
        if _kind(said) is StoreUnwritable:
            raise StoreUnwritable(file.parent, said) from error
        raise IndexDamaged(file, said) from error


def _kind(said: str) -> type[StoreDamaged] | type[StoreUnwritable]:
    return StoreUnwritable if any(words in said for words in _FULL) else StoreDamaged
