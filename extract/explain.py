"""How a text was read: parse, actors, predicates, the rules tried, and what became of each reading.

For those who extend the tables: the same steps as in :mod:`extract.pipeline`, told instead of coded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extract.coreference import Cast
from extract.events import Coder, Step
from extract.frames import verb_frame
from extract.lexicon import Lexicon
from extract.model import ActorMention
from extract.parsed import Token, Tokens


@dataclass(frozen=True, slots=True)
class Explained:
    """One sentence: ``tokens`` as (index, word, lemma, tag, dependency, head's index)."""

    text: str
    tokens: tuple[tuple[int, str, str, str, str, int], ...]
    actors: tuple[ActorMention, ...]
    predicates: tuple[str, ...]
    steps: tuple[Step, ...]


def explain(sentence: Tokens, *, coder: Coder, cast: Cast, lexicon: Lexicon, number: int) -> Explained:
    """The steps of one sentence; ``cast`` must have entered its block."""
    actors = dict.fromkeys(m for token in sentence for m in cast.actors(token))
    return Explained(
        sentence.text,
        tuple((t.i, t.text, t.lemma_, t.tag_, t.dep_, t.head.i) for t in sentence),
        tuple(sorted(actors, key=lambda m: m.span.start)),
        tuple(line for token in sentence for line in _known(token, lexicon)),
        tuple(coder.steps(sentence, number)),
    )


def _known(token: Token, lexicon: Lexicon) -> Iterator[str]:
    """What the tables know of a predicate: its rules with what they ask for, and its operators."""
    pos = {"VERB": "v", "AUX": "v", "NOUN": "n", "PROPN": "n", "ADJ": "a"}.get(token.pos_)
    if pos is None:
        return
    names = verb_frame(token).lemmas if pos == "v" else (token.lemma_.lower(),)
    for name in names:
        for rule in lexicon.rules.get((name, pos), ()):
            asked = "|".join(rule.objects) or "anything"
            where = "|".join(rule.targets) or "nowhere"
            yield f"{token.text}: rule {rule.action.rule} asks for {asked}, target in {where}"
        for complement, class_ in lexicon.operators.get((name, pos), ()):
            yield f"{token.text}: operator {class_} over {complement}"


def lines(explained: Explained) -> Iterator[str]:
    """The explanation as text: the parse as a tree, then actors, tables, and what became of each reading."""
    yield explained.text
    yield ""
    yield from _tree(explained)
    yield "\nactors"
    for m in explained.actors:
        sector = f"/{m.actor.sector}" if m.actor.sector else ""
        yield f"  {m.span.text!r} is {m.actor.code}{sector} ({m.actor.name}), by {m.resolution or 'its own words'}"
    yield "\ntables"
    yield from (f"  {line}" for line in explained.predicates)
    yield "\nreadings"
    for step in explained.steps:
        yield from (f"  {line}" for line in _step(step))


def _tree(explained: Explained) -> Iterator[str]:
    children: dict[int, list[tuple[int, str, str, str, str, int]]] = {}
    roots = []
    for token in explained.tokens:
        if token[0] == token[5]:
            roots.append(token)
        else:
            children.setdefault(token[5], []).append(token)
    below = [(root, 0) for root in reversed(roots)]
    while below:
        token, depth = below.pop()
        yield f"{'  ' * (depth + 1)}{token[1]} ({token[4]}, {token[3]}, {token[2]})"
        below.extend((child, depth + 1) for child in reversed(children.get(token[0], ())))


def _step(step: Step) -> Iterator[str]:
    reading, action = step.reading, step.reading.action
    sources = ", ".join(m.span.text for m in reading.sources) or "nobody"
    targets = ", ".join(m.span.text for m in reading.targets) or "nobody"
    coded = f"{action.type or 'no type'}, CAMEO {action.cameo}, {action.relation}"
    denied = "not " if reading.negated else ""
    yield f"{step.predicate.text}: {denied}{sources} → {targets}, {coded}, {reading.modality}, by {action.rule}"
    yield f"    {f'{len(step.events)} event(s)' if step.events else f'no event: {step.why}'}"
