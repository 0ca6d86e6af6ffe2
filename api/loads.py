"""The command ``load``: files of event records, N-Quads and TriG, compressed or not, into a store."""

from __future__ import annotations

import gc
import io
import re
import tempfile
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from api.console import (
    BATCH_HELP,
    counter,
    files_argument,
    inputs,
    plural,
    report_loaded,
    say,
    stdin,
    store_option,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.console import Place
    from api.render import Progress
    from api.service import Service
    from graph.incoming import Incoming

STDIN = "-"
RECORDS, NQUADS, TRIG = "records", "nquads", "trig"
FORMATS = ("auto", RECORDS, NQUADS, TRIG)
ENDINGS = {
    ".nq": NQUADS,
    ".nquads": NQUADS,
    ".trig": TRIG,
    ".jsonl": RECORDS,
    ".ndjson": RECORDS,
    ".json": RECORDS,
}

_COMMENTS = rb"\s*(?:#[^\n]*\n\s*)*"
_QUAD = re.compile(_COMMENTS + rb"(?:<[^>\n]*>|_:\S+)[ \t]+<[^>\n]*>[ \t]+[^\n]*\.[ \t]*(?:#[^\n]*)?(?:\n|$)")
_TRIG = re.compile(_COMMENTS + rb"(?:@?prefix\b|@?base\b|graph\b|<|_:|\{\s*[^\s\"}]|\w*:)", re.IGNORECASE)
SELDOM = 200_000, 50, 1000
"""When the garbage collector looks through what was made: next to nothing here is garbage that it alone finds, and at
its usual pace it takes a load 6 to 12 % of its processor time."""

LOOKED_AT = 2**18
"""Bytes by which the format of what has no telling name is told."""


@click.command(epilog=BATCH_HELP)
@store_option
@files_argument
@click.option(
    "--input-format", type=click.Choice(FORMATS), default="auto", help="Told by name and content by default."
)
def load(store: Place, files: tuple[str, ...], *, input_format: str) -> None:
    """Event records, as extract writes them, or N-Quads and TriG, as export does, into a store.

    The store is made if it is not there. A document that the store has is replaced, or unchanged. Files may be
    compressed by gzip or zstd. A load of records that was cut short goes on where it was, if it is given again. What
    fails is listed on standard output, one line of JSON each.
    """
    from api.render import Progress

    gc.set_threshold(*SELDOM)
    with ExitStack() as stack, Progress("documents") as progress:
        work = _Load(store, stack, progress)
        for form, some in groupby(inputs(files), lambda path: _by_name(path, input_format)):
            work.add(form, list(some))
        work.end()
    report_loaded(work.loaded, progress)


def _by_name(path: str, given: str) -> str:
    """The format of a file by its name; ``auto`` where its content has to tell."""
    from extract.opening import without_suffix

    return given if given != "auto" else ENDINGS.get(Path(without_suffix(path)).suffix.lower(), "auto")


def by_content(head: bytes) -> str:
    """The format of what begins so; records where it is none of them, whose reader says what is wrong.

    >>> by_content(b'{"id": 1}'), by_content(b"<http://a> <http://b> 1 <http://g> ."), by_content(b"@prefix a: <b:> .")
    ('records', 'nquads', 'trig')
    """
    if _QUAD.match(head):
        return NQUADS
    return TRIG if _TRIG.match(head) else RECORDS


def _begins(head: bytes) -> bytes:
    """What a file with this beginning begins with when it is decompressed, as far as that goes."""
    from extract.opening import DAMAGED, Opened

    file, begin = Opened(io.BytesIO(head), buffer=1), b""
    with suppress(*DAMAGED):  # it ends where no more was read
        while len(begin) < LOOKED_AT and (part := file.stream.read(1)):
            begin += part
    return begin


class _Load:
    """One run of the command: opens the store at its first need, since a new one takes its base from the data."""

    def __init__(self, store: Place, stack: ExitStack, progress: Progress) -> None:
        from api.service import Loaded
        from graph.folder import METADATA

        self.loaded = Loaded()
        self._others = 0
        self._store = store
        self._stack = stack
        self._progress = progress
        self._stdin = io.BufferedReader(cast(io.RawIOBase, stdin()), LOOKED_AT)
        self._service: Service | None = None
        if not isinstance(store, str) or (Path(store) / METADATA).exists():
            self._open(None)

    def end(self) -> None:
        """Makes the store, even if nothing could be put into it, and says what the counts do not."""
        self._open(None)
        if self._others:
            say(f"{plural(self._others, 'quad')} of graphs of others")

    def add(self, form: str, paths: Sequence[str]) -> None:
        """Loads files of one format; ``auto`` is told for each."""
        if form == "auto":
            for path in paths:
                self.add(self._form(path), [path])
        elif form == RECORDS:
            self._add_records(paths)
        else:
            for path in paths:
                self._add_rdf(path, form)

    def _form(self, path: str) -> str:
        try:
            with self._buffered(path) as stream:
                return by_content(_begins(stream.peek(LOOKED_AT)))
        except OSError:
            return RECORDS  # which says what is wrong with it

    def _buffered(self, path: str) -> AbstractContextManager[Any]:
        return nullcontext(self._stdin) if path == STDIN else Path(path).open("rb", LOOKED_AT)

    def _open(self, base: str | None) -> Service:
        from api.service import Service

        if self._service is None:
            self._service = self._stack.enter_context(
                Service(self._store, create=True, base=base, command="load")
            )
        return self._service

    def _add_records(self, paths: Sequence[str]) -> None:
        from api.batch import RecordFiles, counted
        from api.resuming import Resuming

        service = self._open(None)
        resuming = Resuming(service.store, paths, local=isinstance(self._store, str))
        start = resuming.start()
        if start is not None:
            say(f"goes on behind line {start.line} of {paths[start.file]}")
        files = RecordFiles(paths, self._stdin, start)
        self._progress.share = lambda: files.share
        documents = counted(resuming.followed(files), counter(self._progress))
        self.loaded = self.loaded.plus(service.load(documents, committed=resuming.committed))
        resuming.end()

    def _add_rdf(self, path: str, form: str) -> None:
        from api.batch import UNREADABLE, opened, unread
        from extract.read import Failure
        from graph.errors import BadSelection
        from graph.incoming import BadRdf, Incoming

        name = "stdin" if path == STDIN else path
        with tempfile.TemporaryDirectory(prefix=".load-", dir=self._room()) as folder:
            incoming = Incoming(Path(folder))
            try:
                with opened(path, self._stdin) as file:
                    incoming.read(file.stream, name, form)
                base = incoming.settle(self._service.store.iris.base if self._service else None)
            except (BadRdf, BadSelection) as error:
                self.loaded.failures.append(Failure(name, str(error)))
            except UNREADABLE as error:
                self.loaded.failures.append(unread(path, error))
            else:
                self._load_incoming(self._open(base), incoming)

    def _load_incoming(self, service: Service, incoming: Incoming) -> None:
        """The documents, each checked as a record is, and then the graphs of others."""
        from api.batch import checked, counted

        total, begun, progress = incoming.documents, self._progress.count, self._progress
        progress.share = lambda: (progress.count - begun) / total if total else None
        for provenance in incoming.provenances():
            documents = counted(map(checked, incoming.coded(provenance)), counter(progress))
            loaded = service.load(documents, read_by=provenance)
            self.loaded = self.loaded.plus(loaded)
        self._others += service.store.take_in(incoming.others())

    def _room(self) -> Path | None:
        """Where there is room for as much as the store will take."""
        return Path(self._store).absolute().parent if isinstance(self._store, str) else None
