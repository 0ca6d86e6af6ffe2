"""What the engine has committed, on the disk before it is acknowledged.

A commit of the engine stands in its log, which the system may still hold in memory. ``flush`` of the engine writes all
of its tables, some ten files, each of which is waited for, and later merged. For a small write it is enough to wait for
the log, in which the engine finds the commit when it is opened after a crash: a twentieth of the time.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pyoxigraph as ox

from graph.folder import sync

SMALL = 4_000_000
"""Characters of an update up to which the log is waited for; after a larger one the tables are written."""


def make_durable(rdf: ox.Store, files: Path | None) -> None:
    """Returns when all that the engine has committed is on the disk: its log in the folder ``files``, or all tables."""
    if files is None or not _sync_logs(files):
        rdf.flush()


def _sync_logs(files: Path) -> bool:
    """Waits for the engine's logs; False where there are none, so that they cannot hold the commit."""
    found = False
    for log in files.glob("*.log"):
        with contextlib.suppress(FileNotFoundError):  # the tables of that log were written meanwhile
            descriptor = os.open(log, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            found = True
    sync(files)
    return found
