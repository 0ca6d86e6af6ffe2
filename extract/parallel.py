"""Extraction in several processes: documents go out in parcels, and come back coded in their order."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from extract.errors import WorkerDied
from extract.model import CodedDocument, Document
from extract.pipeline import WINDOW, Extractor
from extract.read import Failure

PARCEL = 30_000
"""Characters from which on a parcel is full; it has at most as many documents as are parsed together."""

AHEAD = 3
"""Parcels for each process that are read before their answers are asked for."""

_extractor: Extractor | None = None
"""In a worker: the parent's extractor, shared by the fork."""


def extract_in_processes(
    extractor: Extractor, documents: Iterable[Document | Failure], processes: int
) -> Iterator[CodedDocument | Failure]:
    """What :meth:`Extractor.extract` gives, by ``processes`` workers; a Failure goes through as it is.

    The workers are forked with the extractor in their memory. Raises WorkerDied where one of them ends.
    """
    gc.freeze()  # so that the workers' collections do not copy the tables
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("fork"), initializer=_begin, initargs=(extractor,)
    )
    waiting: deque[tuple[str, Future[list[CodedDocument | Failure]]]] = deque()
    try:
        for parcel in _parcels(documents):
            waiting.append((parcel[0].id, pool.submit(_code, parcel)))
            if len(waiting) >= AHEAD * processes:
                yield from _answer(*waiting.popleft())
        while waiting:
            yield from _answer(*waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()


def _parcels(documents: Iterable[Document | Failure]) -> Iterator[list[Document | Failure]]:
    parcel: list[Document | Failure] = []
    size = 0
    for document in documents:
        parcel.append(document)
        size += len(document.text) if isinstance(document, Document) else 0
        if size >= PARCEL or len(parcel) >= WINDOW:
            yield parcel
            parcel, size = [], 0
    if parcel:
        yield parcel


def _answer(first: str, coded: Future[list[CodedDocument | Failure]]) -> list[CodedDocument | Failure]:
    try:
        return coded.result()
    except BrokenProcessPool:
        raise WorkerDied(first) from None


def _begin(extractor: Extractor) -> None:
    global _extractor  # noqa: PLW0603 - a worker codes with what it was forked with
    _extractor = extractor
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's


def _code(parcel: list[Document | Failure]) -> list[CodedDocument | Failure]:
    if _extractor is None:
        raise RuntimeError("a worker begins with _begin")
    return list(_extractor.extract(parcel))
