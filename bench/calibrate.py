"""Fit the weights of confidence on the development gold: ``python -m bench.calibrate [--write]``.

An event counts as right where a gold event of its sentence has its type and the words of its actors (token overlap of
at least one half); an actor that the event leaves out is not asked for, and of a reciprocal event the direction is
not. A right second event counts as wrong, so the figures are rather too low than too high. The reliability table is of
two halves, each judged by the weights of the other.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.gold import GOLD
from extract.confidence import BASE, features
from extract.model import CodedDocument, Event
from extract.pipeline import Extractor
from extract.read import read_documents

TABLE = Path(__file__).resolve().parents[1] / "extract" / "data" / "confidence.tsv"
HEADER = (
    "# How much each circumstance adds to the log odds that an event is right; "
    "fitted by python -m bench.calibrate.\n"
    "feature\tweight\n"
)
STOP = frozenset("the a an of in at on for to and or s its his her their from by with".split())
RIDGE = 1.0
"""Strength of the pull of every weight towards 0."""

Sample = tuple[tuple[str, ...], bool]


def samples(extractor: Extractor) -> Iterator[Sample]:
    """The features of each event that the extractor finds, and whether it is right."""
    for name in ("plover_gsr_dev", "plv_train", "utd_dev"):
        path = GOLD / f"{name}.jsonl"
        gold = {row["id"]: row["events"] for row in map(json.loads, path.open(encoding="utf-8"))}
        with path.open("rb") as stream:
            for coded in extractor.extract(read_documents(stream, name=name, input_format="jsonl")):
                if not isinstance(coded, CodedDocument):
                    continue
                expected = gold[coded.document.id]
                if name == "utd_dev" and expected:  # these carry quad classes only
                    continue
                for event in coded.events:
                    yield _features(event), any(_is(event, row) for row in expected)


def _features(event: Event) -> tuple[str, ...]:
    return tuple(
        features(
            source=event.source,
            target=event.target,
            rule=event.rule,
            modality=event.modality,
            reciprocal=event.reciprocal is not None,
        )
    )


def _is(event: Event, row: dict[str, Any]) -> bool:
    if event.type not in (row.get("event_accept") or [row["event"]]):
        return False
    sides = [row["sources"], row["targets"]]
    if row.get("reciprocal") or event.reciprocal is not None:
        sides = [sides[0] + sides[1]] * 2
    return all(
        mention is None or any(_overlap(mention.span.text, actor["text"]) for actor in side)
        for mention, side in zip((event.source, event.target), sides, strict=True)
    )


def _overlap(one: str, other: str) -> bool:
    words = [
        {w for w in text.lower().replace(",", " ").replace("'", " ").split() if w not in STOP}
        for text in (one, other)
    ]
    return bool(words[0] and words[1]) and len(words[0] & words[1]) / min(map(len, words)) >= 0.5


def fit(data: Sequence[Sample]) -> dict[str, float]:
    """The weights of a logistic regression with a ridge, by Newton's method."""
    names = [BASE, *sorted({name for found, _ in data for name in found})]
    matrix = np.array([[name == BASE or name in found for name in names] for found, _ in data], dtype=float)
    right = np.array([ok for _, ok in data], dtype=float)
    weights = np.zeros(len(names))
    pull = np.eye(len(names)) * RIDGE
    pull[0, 0] = 0
    for _ in range(30):
        share = 1 / (1 + np.exp(-matrix @ weights))
        gradient = matrix.T @ (right - share) - pull @ weights
        curve = matrix.T @ (matrix * (share * (1 - share))[:, None]) + pull
        weights += np.linalg.solve(curve, gradient)
    return {name: round(float(w), 2) for name, w in zip(names, weights, strict=True)}


def predicted(weights: dict[str, float], found: Iterable[str]) -> float:
    return 1 / (1 + math.exp(-weights[BASE] - sum(weights.get(name, 0.0) for name in found)))


def reliability(data: list[Sample]) -> Iterator[str]:
    """Markdown: for each tenth of confidence the events, their mean, and the share that is right."""
    shuffled = data[:]
    random.Random(1).shuffle(shuffled)
    halves = shuffled[::2], shuffled[1::2]
    judged = [
        (predicted(fit(other), found), ok) for own, other in (halves, halves[::-1]) for found, ok in own
    ]
    yield "| confidence | events | mean | right |"
    yield "|---|---|---|---|"
    for tenth in range(10):
        here = [(p, ok) for p, ok in judged if tenth <= p * 10 < tenth + 1]
        if here:
            mean, right = sum(p for p, _ in here) / len(here), sum(ok for _, ok in here) / len(here)
            yield f"| {tenth / 10:.1f} to {(tenth + 1) / 10:.1f} | {len(here)} | {mean:.2f} | {right:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="write the weights to extract/data/confidence.tsv"
    )
    arguments = parser.parse_args()
    if not GOLD.is_dir():
        sys.exit("bench.calibrate needs ../shared/gold, which is not part of the project")
    data = list(samples(Extractor()))
    weights = fit(data)
    for name, weight in weights.items():
        print(f"{name}\t{weight}")
    print("\n".join(reliability(data)))
    if arguments.write:
        TABLE.write_text(HEADER + "".join(f"{n}\t{w}\n" for n, w in weights.items()), encoding="utf-8")


if __name__ == "__main__":
    main()
