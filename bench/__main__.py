"""``make bench``: what extraction costs on top of the parse, in one run over the same texts.

``python -m bench store`` measures the store instead, see :mod:`bench.store`, ``python -m bench networks`` networks,
see :mod:`bench.networks`, and ``python -m bench web`` the explorer, see :mod:`bench.web`.

Prints tokens a second of bare ``nlp.pipe`` and of extraction with their ratio, the share that each step adds to the
parse, and the time in which the tables load.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import spacy

from bench import conformance, networks, store, web
from extract.coreference import Cast
from extract.events import Coder
from extract.gazetteer import load_gazetteer
from extract.knowledge import load_knowledge
from extract.lexicon import load_lexicon
from extract.model import Document
from extract.nlp import DEFAULT_MODEL
from extract.pipeline import Extractor
from extract.places import Places
from extract.read import read_documents

DEMO = Path(__file__).parent.parent / "api" / "demo_texts"
LEAST = 120_000
"""Characters that are read at least, so that a run takes some seconds."""

STEPS = {
    "actors and coreference": (Cast, ("enter", "actors", "owners", "leave", "filled")),
    "dates": (Coder, ("_dates_in",)),
    "places": (Places, ("of",)),
}
"""The methods through which each step is entered; what one step asks of another counts for the first."""


class Stopwatch:
    """Seconds by step, counted by the outermost call."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._running = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the methods of :data:`STEPS`."""
        patches = [
            patch.object(owner, name, self._timed(step, getattr(owner, name)))
            for step, (owner, names) in STEPS.items()
            for name in names
        ]
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in patches:
                each.stop()

    def _timed(self, step: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **keywords: Any) -> Any:
            if self._running:
                return method(*arguments, **keywords)
            self._running = True
            start = time.perf_counter()
            try:
                return method(*arguments, **keywords)
            finally:
                self.seconds[step] += time.perf_counter() - start
                self._running = False

        return timed


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _read(files: Sequence[Path]) -> Iterator[Document]:
    for file in files or sorted(DEMO.glob("[0-9]*")):
        with file.open("rb") as stream:
            yield from (d for d in read_documents(stream, name=file.name) if isinstance(d, Document))


def main() -> None:
    """Prints both rates and their ratio over the texts, repeated up to a length, and the shares of the steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="texts or JSONL; else the demo's texts")
    documents = list(_read(parser.parse_args().files))
    documents *= 1 + LEAST // sum(len(document.text) for document in documents)
    texts = [document.text for document in documents]
    for load in (load_knowledge, load_gazetteer, load_lexicon):
        print(f"{load.__name__} {_timed(lambda load=load: bool(load()))[0]:.2f} s")  # type: ignore[misc]
    extractor = Extractor()
    nlp = spacy.load(DEFAULT_MODEL)
    list(nlp.pipe(texts[:5]))
    list(extractor.extract(documents[:5]))
    bare, tokens = _timed(lambda: sum(len(doc) for doc in nlp.pipe(texts)))
    parse, _ = _timed(lambda: sum(len(doc) for doc in extractor.parser.read(texts)))
    full, events = _timed(
        lambda: sum(len(getattr(coded, "events", ())) for coded in extractor.extract(documents))
    )
    print(f"nlp.pipe {tokens / bare:,.0f} tokens/s; extract {tokens / full:,.0f} tokens/s ({events} events)")
    print(f"ratio {bare / full:.2f}; our parse alone {bare / parse:.2f}")
    watch = Stopwatch()
    with watch.watching():
        watched, _ = _timed(lambda: sum(1 for _ in extractor.extract(documents)))
    for step, seconds in watch.seconds.items():
        print(f"{step}: {seconds / bare:.1%} of the parse")
    who = sum(watch.seconds.values())
    print(f"together {who / bare:.1%}; frames, actions and the rest {(watched - parse - who) / bare:.1%}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["store"]:
        store.main(sys.argv[2:])
    elif sys.argv[1:2] == ["networks"]:
        networks.main(sys.argv[2:])
    elif sys.argv[1:2] == ["web"]:
        web.main(sys.argv[2:])
    elif sys.argv[1:2] == ["conformance"]:
        sys.exit(conformance.main(sys.argv[2:]))
    else:
        main()
