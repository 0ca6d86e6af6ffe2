"""A plain RDF store: what ``whowhom serve --raw`` serves, with nothing of whowhom's in it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from graph import folder
from graph.errors import StoreClosed, StoreReadOnly
from graph.folder import Lock
from graph.snapshots import Snapshots
from graph.trouble import check_room, told


class PlainStore:
    """The RDF store of a folder as it is, opened by one process; a context manager that closes it.

    Where the folder is a store of whowhom's, its next opening as such makes all that is derived anew.
    """

    prefixes: Mapping[str, str] = {}

    def __init__(self, path: str | Path, *, create: bool = True, read_only: bool = False) -> None:
        """Raises NotAStore, StoreVersion, StoreLocked and StoreDamaged."""
        self.path = Path(path)
        self.read_only = read_only
        folder.prepare(self.path, create=create and not read_only, base=None)
        self._lock = Lock(self.path, shared=read_only)
        self._writing = threading.RLock()
        self._generation = 1
        try:
            with told(self.path):
                if not read_only:
                    check_room(self.path)
                self._rdf: ox.Store | None = folder.open_rdf(self.path, read_only=read_only)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> PlainStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the store; harmless the second time."""
        self._rdf = None
        self._lock.release()

    @property
    def rdf(self) -> ox.Store:
        """The engine; raises StoreClosed."""
        if self._rdf is None:
            raise StoreClosed
        return self._rdf

    @property
    def generation(self) -> int:
        """How often it was written to since it was opened, from 1."""
        return self._generation

    def snapshots(self, parent: Path) -> Snapshots:
        """Snapshots in the folder ``parent``, for readers that wait for no writer."""
        return Snapshots(parent, generation=lambda: self.generation, backup=self._backup)

    def _backup(self, target: Path) -> None:  # a bound method of the engine would keep it open
        self.rdf.backup(target)

    def is_own(self, graph: str) -> bool:  # noqa: ARG002
        """False: all graphs are the user's."""
        return False

    @contextlib.contextmanager
    def writing(self, *, own: bool) -> Iterator[ox.Store]:  # noqa: ARG002
        """Gives the engine to one writer; what it did is on the disk at the end."""
        if self.read_only:
            raise StoreReadOnly(self.path)
        with self._writing, told(self.path):
            check_room(self.path)
            if (self.path / folder.INDEX).exists():
                folder.mark_stale(self.path)
            yield self.rdf
            self.rdf.flush()
            self._generation += 1
