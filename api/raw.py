"""``whowhom serve --raw``: the SPARQL protocols over a plain store, and nothing else."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import extract
from api.endpoint import Endpoint
from extract.record import Record
from graph.plain import PlainStore
from graph.workers import QueryLimits


class RawService:
    """An open plain store with its endpoint; a context manager."""

    def __init__(self, path: str | Path, *, limits: QueryLimits | None = None) -> None:
        """Opens the store in the folder ``path``, which is made if it is not there."""
        self.store = PlainStore(path)
        self.sparql = Endpoint(self.store, limits=limits)

    def __enter__(self) -> RawService:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the query workers and closes the store; harmless the second time."""
        self.sparql.close()
        self.store.close()

    def warm(self) -> None:
        """Starts the query workers."""
        self.sparql.pool.refresh()

    def health(self) -> Record:
        """That the store answers, and how."""
        return {
            "status": "ok",
            "version": extract.__version__,
            "generation": self.store.generation,
            **self.sparql.disk(),
        }
