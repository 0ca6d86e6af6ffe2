"""``make bench``: tokens a second of extraction as a ratio to bare ``nlp.pipe`` over the same texts, in one run."""

from __future__ import annotations

import time
from importlib import resources

from extract.model import Document
from extract.pipeline import Extractor

REPEAT = 20


def main() -> None:
    """Prints both rates and their ratio over the demo's texts, repeated."""
    folder = resources.files("api") / "demo_texts"
    names = sorted(f.name for f in folder.iterdir() if f.name[:1].isdigit())
    texts = [(folder / name).read_text(encoding="utf-8") for name in names] * REPEAT
    extractor = Extractor()
    list(extractor.nlp.pipe(texts[:5]))
    start = time.perf_counter()
    tokens = sum(len(doc) for doc in extractor.nlp.pipe(texts, batch_size=64))
    bare = time.perf_counter() - start
    start = time.perf_counter()
    events = sum(
        len(getattr(coded, "events", ()))
        for coded in extractor.extract(Document(str(n), text) for n, text in enumerate(texts))
    )
    full = time.perf_counter() - start
    print(f"nlp.pipe {tokens / bare:,.0f} tokens/s; extract {tokens / full:,.0f} tokens/s ({events} events)")
    print(f"ratio {bare / full:.2f}")


if __name__ == "__main__":
    main()
