"""How far a load of files came, kept in the folder of the store, so that the same load goes on from there."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from api.batch import STDIN, Place, RecordFiles
from extract.model import CodedDocument
from extract.read import Failure
from graph import folder
from graph.store import Store


class Resuming:
    """The mark of one load; it counts only while nothing else has written to the store since.

    None is kept of standard input, which cannot be read twice, and for a remote store, which others may write.
    """

    def __init__(self, store: Store, paths: Sequence[str], *, local: bool) -> None:
        self._store = store
        self._path = store.path / folder.LOADING if local and STDIN not in paths else None
        self._files = [_identity(path) for path in paths] if self._path else []
        self._places: deque[Place] = deque()

    def start(self) -> Place | None:
        """Where the load that was cut short has to go on; None at the beginning."""
        if self._path is None:
            return None
        try:
            held = json.loads(self._path.read_text("utf-8"))
            if held["files"] == self._files and held["generation"] == self._store.generation:
                return Place(**held["place"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # there is no mark, or none that can be used: then all is read, and what is there is unchanged
        return None

    def followed(self, files: RecordFiles) -> Iterator[CodedDocument | Failure]:
        """The documents of the files, each of which is remembered with the place behind it."""
        for item in files:
            if isinstance(item, CodedDocument):
                self._places.append(files.place)
            yield item

    def committed(self, documents: int) -> None:
        """So many more documents are on the disk."""
        place = [self._places.popleft() for _ in range(documents)][-1]
        if self._path is not None:
            mark = {"files": self._files, "generation": self._store.generation, "place": asdict(place)}
            folder.write_whole(self._path, json.dumps(mark) + "\n")

    def end(self) -> None:
        """All is loaded."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def _identity(path: str) -> list[str | int]:
    """What tells a file from another, or from what it was."""
    try:
        found = Path(path).stat()
    except OSError:
        return [path]
    return [str(Path(path).resolve()), found.st_size, found.st_mtime_ns]
