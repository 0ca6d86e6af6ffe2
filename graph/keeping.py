"""The columns in memory over the life of an index: made in the background, kept in step with what is written."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from duckdb import DuckDBPyConnection

from extract.model import Actor
from graph.cast import Cast
from graph.codes import Kinds
from graph.columns import SPARE, Columns, load
from graph.selecting import EventRow, Tables

log = logging.getLogger(__name__)


class Written(Protocol):
    """What a write has changed."""

    added: list[EventRow]
    removed: list[str]
    recounted: list[tuple[str, int, float]]
    actors: dict[str, Actor | None]


@dataclass(frozen=True, slots=True)
class Held:
    """The columns of one state of the index, with all that questions need beside them."""

    columns: Columns
    kinds: Kinds
    cast: Cast
    generation: int

    def after(self, written: Written | None, generation: int) -> Held | None:
        """After a write, None for one that changes nothing; None where the columns cannot follow it."""
        if written is None:
            return Held(self.columns, self.kinds, self.cast, generation)
        columns = self.columns.after(written.added, written.removed, written.recounted)
        if columns is None:
            return None
        same = columns.kinds.used_alike(self.columns.kinds)
        kinds = self.kinds if same else columns.kinds.by_action()
        return Held(columns, kinds, self.cast.after(written.actors), generation)

    @property
    def tables(self) -> Tables:
        """The tables for a question."""
        return Tables(None, self.kinds, self.cast, self.generation, self.columns)


def read(connection: DuckDBPyConnection) -> Held | None:
    """All of the state that a connection sees; None where the columns cannot be made of it."""
    found = connection.execute("SELECT generation FROM meta").fetchall()
    columns = load(connection) if found else None
    if columns is None:
        return None
    return Held(columns, columns.kinds.by_action(), Cast.read(connection), found[0][0])


def _followed(held: Held, written: Written | None, generation: int) -> Held | None:
    """After a write; None where that does not fit, whatever it is: it is committed, and the engine can answer."""
    try:
        return held.after(written, generation)
    except Exception:
        log.exception(
            "the columns in memory could not follow a write; the engine answers until they are made anew"
        )
        return None


class Keeper:
    """Keeps columns once it was told to :meth:`start`. Writes come from one thread at a time."""

    def __init__(self, connected: Callable[[], AbstractContextManager[DuckDBPyConnection]]) -> None:
        """``connected`` gives a connection that sees one state of the index."""
        self.now: Held | None = None
        self.started = False
        self._connected = connected
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._missed: list[tuple[Written | None, int]] = []
        self._rows_missed = 0
        self._useless = self._refused = False

    def start(self) -> None:
        """Makes the columns in the background, and keeps them from now on; harmless the second time."""
        with self._lock:
            if not self.started:
                self.started = True
                self._make()

    def close(self) -> None:
        """Ends what is done in the background."""
        with self._lock:
            self.started, self.now = False, None
        self.finish()

    @property
    def state(self) -> str:
        """``in memory``, ``being made``, or ``none``, where nobody asked for them or they cannot be had."""
        with self._lock:
            if self.now is not None:
                return "in memory"
            return "none" if self._thread is None else "being made"

    def finish(self) -> None:
        """Returns when nothing is done in the background."""
        while (thread := self._running()) is not None:
            thread.join()

    def _running(self) -> threading.Thread | None:
        with self._lock:
            return self._thread

    def follow(self, written: Written | None, generation: int) -> None:
        """After each write; None stands for one that changes nothing but the generation."""
        if not self.started:
            return
        with self._lock:
            if self._thread is not None:
                self._miss(written, generation)
            if self.now is not None:
                self.now = _followed(self.now, written, generation)
            wanted = self.now is None or self.now.columns.worn
            if wanted and self._thread is None and not self._refused:
                self._make()

    def renew(self) -> None:
        """After all was replaced: there are no columns until others are made."""
        with self._lock:
            self.now, self._refused = None, False
            if self.started:
                self._make()

    def _miss(self, written: Written | None, generation: int) -> None:
        """Remembers a write that the columns that are being made may not have seen, if it fits into them."""
        self._missed.append((written, generation))
        self._rows_missed += 0 if written is None else len(written.added) + len(written.recounted)
        if self._rows_missed > SPARE:
            self._useless = True
            self._missed.clear()

    def _make(self) -> None:
        if self._thread is None:
            self._missed, self._rows_missed, self._useless = [], 0, False
            self._thread = threading.Thread(target=self._run, name="columns", daemon=True)
            self._thread.start()
        else:
            self._useless = True

    def _run(self) -> None:
        try:
            made = self._made()
        except Exception:
            log.exception("the columns could not be made; the engine answers without them")
            made = None
        with self._lock:
            again = self._useless and self.started
            self._refused = made is None
            for written, generation in self._missed:
                if made is not None and generation > made.generation:
                    made = _followed(made, written, generation)
            if made is not None and self.started and not self._useless:
                self.now = made
            self._thread = None
            if again:
                self._make()

    def _made(self) -> Held | None:
        with self._connected() as connection:
            return read(connection)
