"""What the next commit of the RDF store changes in the index, on the disk before that commit.

If the process dies between the two commits, the next opening finds the file ``index.journal`` and applies it,
instead of making the whole index anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from extract.model import Actor
from graph.folder import sync
from graph.index import IndexChanges, event_values
from graph.selecting import EventRow

START, END = 8, 9
"""Where the dates stand among the fields of EventRow."""


class Journal:
    """The file ``path``; written for each commit, and thrown away after it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, changes: IndexChanges, recounted: list[str], *, before: int, after: int) -> None:
        """Keeps what turns the index of generation ``before`` into that of ``after``.

        ``recounted`` are the events of which mentions and confidence are read from the store when it is applied.
        """
        body = json.dumps(
            {
                "before": before,
                "after": after,
                "added": [_plain(row) for row in changes.added],
                "removed": changes.removed,
                "recounted": recounted,
                "actors": [
                    [i, actor and [actor.code, actor.sector, actor.name, actor.type]]
                    for i, actor in changes.actors.items()
                ],
                "activity": list(changes.activity.items()),
                "aliases": [[*key, n] for key, n in changes.aliases.items()],
            }
        ).encode()
        with self.path.open("wb") as stream:
            stream.write(_digest(body) + b"\n" + body)
            stream.flush()
            os.fsync(stream.fileno())
        sync(self.path.parent)

    def read(self, *, before: int | None, after: int) -> tuple[IndexChanges, list[str]] | None:
        """What was written for exactly these generations; None if there is no such, or it is damaged."""
        try:
            digest, _, body = self.path.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        if _digest(body) != digest:
            return None
        held = json.loads(body)
        if (held["before"], held["after"]) != (before, after):
            return None
        changes = IndexChanges(
            added=[_row(values) for values in held["added"]],
            removed=held["removed"],
            actors={i: values and Actor(*values) for i, values in held["actors"]},
            activity=Counter(dict(held["activity"])),
            aliases=Counter({(actor, name): n for actor, name, n in held["aliases"]}),
        )
        return changes, held["recounted"]

    def clear(self) -> None:
        """Throws the file away, if there is one."""
        self.path.unlink(missing_ok=True)


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()


def _plain(row: EventRow) -> list[Any]:
    values = list(event_values(row))
    for place in (START, END):
        values[place] = values[place] and values[place].isoformat()
    return values


def _row(values: list[Any]) -> EventRow:
    for place in (START, END):
        values[place] = values[place] and dt.date.fromisoformat(values[place])
    return EventRow(*values)
