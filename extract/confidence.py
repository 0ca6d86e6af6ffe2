"""How far to trust an event: a logistic model over what was uncertain on the way to it.

The weights stand in ``extract/data/confidence.tsv``, fitted by ``python -m bench.calibrate`` on the development gold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from extract.model import UNKNOWN, ActorMention

BASE = "base"


def confidence(
    weights: Mapping[str, float],
    *,
    source: ActorMention | None,
    target: ActorMention | None,
    rule: str,
    modality: str,
    reciprocal: bool,
) -> float:
    """A figure between 0 and 1 with two decimals: the share of such events that is right in the gold."""
    names = features(source=source, target=target, rule=rule, modality=modality, reciprocal=reciprocal)
    total = weights.get(BASE, 0.0) + sum(weights.get(name, 0.0) for name in names)
    return min(0.99, max(0.01, round(1 / (1 + math.exp(-total)), 2)))


def features(
    *, source: ActorMention | None, target: ActorMention | None, rule: str, modality: str, reciprocal: bool
) -> Iterator[str]:
    """What holds of an event, by the names of the table."""
    for role, mention in (("source", source), ("target", target)):
        if mention is None:
            yield f"no {role}"
        elif mention.actor.code == UNKNOWN:
            yield f"unknown {role}"
        elif mention.resolution is not None:
            yield f"resolved {role}"
    first, _, last = rule.partition("+")
    if last:
        yield "operator"
        if last == "none":
            yield "operator over nothing"
    elif ".n." in first:
        yield "event noun"
    if modality != "actual":
        yield modality
    if reciprocal:
        yield "reciprocal"
