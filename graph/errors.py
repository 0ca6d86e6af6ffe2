"""What can go wrong with a store or a question to it; ``str()`` of each is the whole message for the user.

::

    GraphError
    ├── StoreError
    │   ├── NotAStore        a folder that is missing, or holds something else
    │   ├── StoreVersion     a store of a format that this version does not read
    │   ├── StoreLocked      a store that another process has open
    │   ├── StoreReadOnly    a write to a store that was opened for reading
    │   ├── StoreUnwritable  a folder that may not be written, or a disk that is full
    │   ├── StoreDamaged     files of a store that the engine cannot read
    │   │   └── IndexDamaged     the columnar index, which can be made anew
    │   ├── BadBackup        a backup that is none, or not whole; or a place where none can be made
    │   └── RemoteError      a store that another program serves: see graph.remote_errors
    ├── StoreClosed          a question to a store after its end
    ├── NotFound
    │   ├── UnknownActor, UnknownAction          with names that are near
    │   └── UnknownEvent, UnknownRelation, UnknownGraph
    ├── BadCursor            a page mark that this store did not give out
    ├── BadSelection         a value that a selection does not allow
    ├── BadRdf               a file that is not well formed: see graph.incoming
    ├── PackageMissing       an optional package that what was asked for needs
    └── UnknownTerm          a name that the ontology does not have: a fault of our code
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class GraphError(Exception):
    """Any error of this package that is not a fault of its code (but for UnknownTerm)."""


class StoreError(GraphError):
    """A store that cannot be opened or written; ``path`` is its folder, or the address of a remote one."""

    def __init__(self, path: Path | str, message: str) -> None:
        super().__init__(message)
        self.path = path


class NotAStore(StoreError):  # noqa: N818 - the names are the interface, and read as sentences where raised
    """``problem`` says what was found at ``path``."""

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(path, f"{path} is no whowhom store: {problem}.")
        self.problem = problem


class StoreVersion(StoreError):  # noqa: N818
    """A store written in format ``found``; this version reads ``supported``.

    ``migrates`` where a store of that format is raised to ours when it is opened for writing.
    """

    def __init__(self, path: Path | str, found: int, supported: int, *, migrates: bool = False) -> None:
        if migrates:
            advice = f"`whowhom load --store {path}` of any records raises it, which takes a moment once."
        elif found > supported:
            advice = "Open it with a newer whowhom, or load the records into a new store."
        else:
            advice = "Open it with a whowhom of its own age, or load the records into a new store."
        super().__init__(
            path,
            f"{path} is a store of format {found}, and this version of whowhom reads format {supported}. {advice}",
        )
        self.found = found
        self.supported = supported


class StoreLocked(StoreError):  # noqa: N818
    """``holder`` says who has the store open, as the lock file ``lock`` tells.

    ``pid`` and ``command`` are those of the process that may write, None where they are not known. ``advice``
    says what to do, where more is known than these.
    """

    path: Path

    def __init__(
        self,
        path: Path,
        lock: Path,
        holder: str,
        *,
        pid: int | None = None,
        command: str | None = None,
        advice: str | None = None,
    ) -> None:
        if advice is None:
            advice = _SERVING if command == "serve" else _LOADING if command else _WAIT
        super().__init__(path, f"{path} is in use: {lock} is held by {holder}. {advice}")
        self.lock = lock
        self.holder = holder
        self.pid = pid
        self.command = command

    def because(self, advice: str) -> StoreLocked:
        """The same with another advice."""
        return StoreLocked(
            self.path, self.lock, self.holder, pid=self.pid, command=self.command, advice=advice
        )


_SERVING = (
    "That server answers query, neighborhood, export and info, and paths, common, dyad, ego and measures, which ask it "
    "by themselves; for anything else stop it first."
)
_LOADING = (
    "Wait until it ends, or end it: what it has stored stays, and the same input can be given again, for nothing is "
    "stored twice."
)
_WAIT = "Wait until it ends."


class StoreReadOnly(StoreError):  # noqa: N818
    """A write was asked of a store that was opened with ``read_only=True``."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, f"{path} was opened for reading only. Open it without read_only to write.")


class StoreDamaged(StoreError):  # noqa: N818
    """The engine could not read the files; ``reason`` is what it says."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            path, f"{path} cannot be read: {reason}. Restore it from a backup, or load the records anew."
        )
        self.reason = reason


class IndexDamaged(StoreDamaged):
    """The index file ``file`` cannot be read; the store itself may be in order."""

    def __init__(self, file: Path, reason: str) -> None:
        StoreError.__init__(
            self,
            file.parent,
            f"The index {file} cannot be read: {reason}. Remove that file while nothing has the store open: it is "
            "made anew from the store.",
        )
        self.reason = reason


class StoreUnwritable(StoreError):  # noqa: N818
    """Nothing can be written; ``reason`` is what the system says."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            path,
            f"{path} cannot be written: {reason}. What was stored before is kept. See that the folder may be written "
            "and the disk has room, and give the same input again.",
        )
        self.reason = reason


class BadBackup(StoreError):  # noqa: N818
    """``problem`` says what is wrong with the backup at ``path``, and what to do."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, f"{path}: {problem}.")
        self.problem = problem


class StoreClosed(GraphError):  # noqa: N818
    """A store was used after :meth:`graph.store.Store.close`."""

    def __init__(self) -> None:
        super().__init__("The store was closed. Open it again.")


class NotFound(GraphError):  # noqa: N818
    """Something named that the store does not hold; ``near`` are names like it that it does."""

    kind = "thing"
    hint = ""

    def __init__(self, given: str, near: Sequence[str] = ()) -> None:
        advice = f"Did you mean {_listed(near)}?" if near else self.hint
        super().__init__(f"No {self.kind} {given!r} in the store. {advice}".strip())
        self.given = given
        self.near = tuple(near)


class UnknownActor(NotFound):
    """An actor id that no event of the store has."""

    kind = "actor"
    hint = "Search the actors by name for the id."


class UnknownAction(NotFound):
    """A word that is no relation name of the store, no PLOVER type and no CAMEO code."""

    kind = "action"
    hint = (
        "Give a relation name, a PLOVER type in capitals (REQUEST) or the first digits of a CAMEO code (10)."
    )


class UnknownEvent(NotFound):
    """An event id that the store does not hold."""

    kind = "event"
    hint = "Event ids are those that the list of events gives."


class UnknownDocument(NotFound):
    """A document id that the store does not hold."""

    kind = "document"
    hint = "Event records name the document that reports them."


class UnknownRelation(NotFound):
    """A relation id that the store does not hold."""

    kind = "relation"
    hint = "Relation ids have the form SOURCE--action--TARGET, as the edges of a network give them."


class BadCursor(GraphError):  # noqa: N818
    """A cursor that was not given out as ``next`` of the same question."""

    def __init__(self, given: str) -> None:
        super().__init__(
            f"The cursor {given[:80]!r} is none of this list. Give the one that the page before named as next, "
            "or none for the first page."
        )
        self.given = given


class UnknownGraph(NotFound):
    """``given`` is the IRI of no graph of the store."""

    kind = "graph"
    hint = "SELECT DISTINCT ?g { GRAPH ?g {} } lists those that there are."


class BadSelection(GraphError):  # noqa: N818
    """``name`` was given as ``given``; ``allowed`` says what may stand there."""

    def __init__(self, name: str, given: object, allowed: str) -> None:
        super().__init__(f"{name} is {given!r}, and allowed is {allowed}.")
        self.name = name
        self.given = given
        self.allowed = allowed


class PackageMissing(GraphError):  # noqa: N818
    """``what`` needs ``package``, which the extra ``extra`` brings."""

    def __init__(self, package: str, what: str, extra: str) -> None:
        super().__init__(f"{what} needs {package}, which is not installed: pip install 'whowhom[{extra}]'.")
        self.package = package


class UnknownTerm(GraphError, AttributeError):  # noqa: N818 - an AttributeError, so that hasattr() works
    """``name`` is not declared in the ontology."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The ontology declares no term {name!r}. Declare it in ontology.ttl first.")
        self.term = name


def _listed(names: Sequence[str]) -> str:
    """``a, b or c``."""
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
