"""Snapshot folders of a store: a new one whenever a question comes after a write, and none while one is half done."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)


def remove_folder(folder: Path) -> None:
    """Remove a snapshot that nobody reads any more; what cannot be removed is logged, and stays."""
    try:
        shutil.rmtree(folder)
    except OSError:
        log.exception("the snapshot %s cannot be removed", folder)


class Snapshots:
    """Call it for the folder of a snapshot that holds all that was acknowledged before the call.

    ``generation`` tells the store's generation, ``backup`` writes a snapshot to a folder that does not exist yet
    (``Store.backup``: hard links, some milliseconds). Who removes old snapshots is whoever reads them. For several
    threads; nobody waits for a writer.
    """

    def __init__(
        self, parent: Path, *, generation: Callable[[], int], backup: Callable[[Path], object]
    ) -> None:
        """Take ``parent`` for the snapshots; what a process that crashed has left there is removed."""
        self._parent = parent
        self._generation = generation
        self._backup = backup
        self._taking = threading.Lock()
        self._held = False
        self._newest: tuple[int, Path] | None = None
        parent.mkdir(parents=True, exist_ok=True)
        for leftover in parent.iterdir():
            remove_folder(leftover)

    def __call__(self) -> Path:
        with self._taking:
            return self._newest_folder()

    def hold(self) -> None:
        """Take a snapshot now and give no other until :meth:`release`: a writer begins what is no transaction yet."""
        with self._taking:
            self._newest_folder()
            self._held = True

    def release(self) -> None:
        """What the store holds is valid again."""
        with self._taking:
            self._held = False

    def _newest_folder(self) -> Path:
        # Read before the backup: a write between the two makes one snapshot too many, never one too few.
        generation = self._generation()
        if self._newest is None or (self._newest[0] != generation and not self._held):
            folder = self._parent / f"{generation}-{secrets.token_hex(4)}"
            self._backup(folder)
            self._newest = generation, folder
        return self._newest[1]
