"""``make bench``: what extraction costs on top of the parse, in one run over the same texts.

Prints tokens a second of bare ``nlp.pipe`` and of extraction with their ratio, the share that each step adds to the
parse, and the time in which the tables load.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any
from unittest.mock import patch

from extract.coreference import Cast
from extract.events import Coder
from extract.gazetteer import load_gazetteer
from extract.knowledge import load_knowledge
from extract.lexicon import load_lexicon
from extract.model import Document
from extract.pipeline import Extractor
from extract.places import Places

REPEAT = 20

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


def main() -> None:
    """Prints both rates and their ratio over the demo's texts, repeated, and the shares of the steps."""
    folder = resources.files("api") / "demo_texts"
    names = sorted(f.name for f in folder.iterdir() if f.name[:1].isdigit())
    texts = [(folder / name).read_text(encoding="utf-8") for name in names] * REPEAT
    documents = [Document(str(n), text) for n, text in enumerate(texts)]
    for load in (load_knowledge, load_gazetteer, load_lexicon):
        print(f"{load.__name__} {_timed(lambda load=load: bool(load()))[0]:.2f} s")  # type: ignore[misc]
    extractor = Extractor()
    list(extractor.nlp.pipe(texts[:5]))
    bare, tokens = _timed(lambda: sum(len(doc) for doc in extractor.nlp.pipe(texts, batch_size=64)))
    full, events = _timed(
        lambda: sum(len(getattr(coded, "events", ())) for coded in extractor.extract(documents))
    )
    print(f"nlp.pipe {tokens / bare:,.0f} tokens/s; extract {tokens / full:,.0f} tokens/s ({events} events)")
    print(f"ratio {bare / full:.2f}")
    watch = Stopwatch()
    with watch.watching():
        watched, _ = _timed(lambda: sum(1 for _ in extractor.extract(documents)))
    for step, seconds in watch.seconds.items():
        print(f"{step}: {seconds / bare:.1%} of the parse")
    who = sum(watch.seconds.values())
    print(f"together {who / bare:.1%}; frames, actions and the rest {(watched - bare - who) / bare:.1%}")


if __name__ == "__main__":
    main()
