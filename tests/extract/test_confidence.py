"""Confidence follows from the weights of the table, each of which belongs to a feature."""

from __future__ import annotations

import pytest

from extract.confidence import BASE, confidence, features
from extract.lexicon import load_lexicon
from extract.model import UNKNOWN, Actor, ActorMention, Span

SPAN = Span("Chad", 0, 4)
CHAD = ActorMention(Actor("TCD", "GOV", "Chad", "State"), SPAN)
IT = ActorMention(Actor("TCD", "GOV", "Chad", "State"), SPAN, "pronoun")
SOMEBODY = ActorMention(Actor(UNKNOWN, None, "somebody", "UnknownActor"), SPAN)

FEATURES = {
    "nothing-uncertain": (CHAD, CHAD, "condemn.v.1", "actual", False, []),
    "no-target": (CHAD, None, "condemn.v.1", "actual", False, ["no target"]),
    "resolved-source": (IT, CHAD, "condemn.v.1", "actual", False, ["resolved source"]),
    "unknown-target": (CHAD, SOMEBODY, "condemn.v.1", "actual", False, ["unknown target"]),
    "event-noun": (CHAD, CHAD, "attack.n.1", "actual", False, ["event noun"]),
    "operator": (CHAD, CHAD, "refuse+aid", "actual", False, ["operator"]),
    "operator-over-nothing": (
        CHAD,
        CHAD,
        "refuse+none",
        "actual",
        False,
        ["operator", "operator over nothing"],
    ),
    "planned": (CHAD, CHAD, "condemn.v.1", "planned", False, ["planned"]),
    "reciprocal": (CHAD, CHAD, "meet.v.1", "actual", True, ["reciprocal"]),
}


@pytest.mark.parametrize(
    ("source", "target", "rule", "modality", "reciprocal", "expected"), FEATURES.values(), ids=FEATURES
)
def test_features(
    source: ActorMention,
    target: ActorMention | None,
    rule: str,
    modality: str,
    reciprocal: bool,
    expected: list[str],
) -> None:
    found = features(source=source, target=target, rule=rule, modality=modality, reciprocal=reciprocal)
    assert list(found) == expected


def test_the_figure_is_the_logistic_of_the_weights() -> None:
    weights = {BASE: 1.0, "no target": -1.0}
    figures = [
        confidence(weights, source=CHAD, target=t, rule="condemn.v.1", modality="actual", reciprocal=False)
        for t in (CHAD, None)
    ]
    assert figures == [0.73, 0.5]


def test_the_table_has_a_base_and_makes_what_is_uncertain_less_likely() -> None:
    weights = load_lexicon().weights
    assert weights[BASE] > 0
    assert all(
        weights[name] < 0 for name in ("resolved source", "unknown target", "hypothetical", "no source")
    )
