"""How a text was read: parse, actors, frames, the rules tried, and what became of each reading.

For those who extend the tables: the same steps as in :mod:`extract.pipeline`, told instead of coded. An explanation is
what ``json.dumps`` takes (docs/http.md has its keys), and :func:`lines` is the same for a reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extract.coreference import Cast
from extract.events import Coder, Step
from extract.frames import adjective_frame, noun_frame, verb_frame
from extract.lexicon import Lexicon
from extract.parsed import Token, Tokens
from extract.record import Record, event_to_record, mention_to_record

FRAMES = {
    "VERB": verb_frame,
    "AUX": verb_frame,
    "NOUN": noun_frame,
    "PROPN": noun_frame,
    "ADJ": adjective_frame,
}


def explain(sentence: Tokens, *, coder: Coder, cast: Cast, lexicon: Lexicon, number: int) -> Record:
    """The steps of one sentence; ``cast`` must have entered its block."""
    actors = dict.fromkeys(m for token in sentence for m in cast.actors(token))
    frames = [frame for token in sentence for frame in _frames(token, coder, lexicon)]
    known = {frame["token"] for frame in frames if frame["rules"] or frame["operators"]}
    return {
        "sentence": number,
        "text": sentence.text,
        "tokens": [
            {
                "i": t.i,
                "text": t.text,
                "lemma": t.lemma_,
                "pos": t.pos_,
                "tag": t.tag_,
                "dep": t.dep_,
                "head": t.head.i,
            }
            for t in sentence
        ],
        "actors": [mention_to_record(m) for m in sorted(actors, key=lambda m: m.span.start)],
        "frames": frames,
        "readings": [
            _step(step)
            for step in coder.steps(sentence, number)
            if step.reading is not None or step.predicate.i in known
        ],
    }


def _frames(token: Token, coder: Coder, lexicon: Lexicon) -> Iterator[Record]:
    """The frame of a verb, or of a noun or adjective that the tables know, with its rules and operators."""
    read = FRAMES.get(token.pos_)
    if read is None or token.dep_ in {"aux", "auxpass"}:
        return
    frame = read(token)
    rules = [
        {
            "rule": rule.action.rule,
            "asks": list(rule.objects),
            "targets": list(rule.targets),
            "holds": holds,
        }
        for rule, holds in coder.reader.tried(frame)
    ]
    operators = [
        {"complement": complement, "class": class_}
        for lemma in frame.lemmas
        for complement, class_ in lexicon.operators.get((lemma, frame.pos), ())
    ]
    if frame.pos == "v" or rules or operators:
        yield {
            "predicate": token.text,
            "token": token.i,
            "pos": frame.pos,
            "names": list(frame.lemmas),
            "passive": frame.passive,
            "agents": _words(frame.agents),
            "objects": _words(frame.objects),
            "datives": _words(frame.datives),
            "phrases": [[preposition, head.text] for preposition, head in frame.phrases],
            "rules": rules,
            "operators": operators,
        }


def _words(tokens: Iterable[Token]) -> list[str]:
    return [token.text for token in tokens]


def _step(step: Step) -> Record:
    record: Record = {"predicate": step.predicate.text, "token": step.predicate.i}
    reading = step.reading
    if reading is not None:
        action = reading.action
        record |= {
            "rule": action.rule,
            "event": action.type,
            "mode": action.mode,
            "cameo": action.cameo,
            "relation": action.relation,
            "sources": [mention_to_record(m) for m in reading.sources],
            "targets": [mention_to_record(m) for m in reading.targets],
            "modality": reading.modality,
            "negated": reading.negated,
        }
    return record | {"events": [event_to_record(event) for event in step.events], "why": step.why}


def lines(explained: Record) -> Iterator[str]:
    """An explanation as text: the parse as a tree, then actors, frames, and what became of each reading."""
    yield explained["text"]
    yield ""
    yield from _tree(explained["tokens"])
    yield "\nactors"
    for m in explained["actors"]:
        sector = f"/{m['sector']}" if m["sector"] else ""
        why = m.get("resolution", "its own words")
        yield f"  {m['text']!r} is {m['code']}{sector} ({m['name']}), by {why}"
    yield "\nframes"
    for frame in explained["frames"]:
        yield from _frame_lines(frame)
    yield "\nreadings"
    for step in explained["readings"]:
        yield from _reading_lines(step)


def _tree(tokens: list[Record]) -> Iterator[str]:
    children: dict[int, list[Record]] = {}
    roots = []
    for token in tokens:
        if token["i"] == token["head"]:
            roots.append(token)
        else:
            children.setdefault(token["head"], []).append(token)
    below = [(root, 0) for root in reversed(roots)]
    while below:
        token, depth = below.pop()
        yield f"{'  ' * (depth + 1)}{token['text']} ({token['dep']}, {token['tag']}, {token['lemma']})"
        below.extend((child, depth + 1) for child in reversed(children.get(token["i"], ())))


def _frame_lines(frame: Record) -> Iterator[str]:
    roles = [f"{role} {', '.join(frame[role])}" for role in ("agents", "objects", "datives") if frame[role]]
    roles += [" ".join(phrase) for phrase in frame["phrases"]]
    voice = ", passive" if frame["passive"] else ""
    yield f"  {frame['predicate']} ({' or '.join(frame['names'])}{voice}): {'; '.join(roles) or 'no arguments'}"
    for rule in frame["rules"]:
        asked, where = "|".join(rule["asks"]) or "anything", "|".join(rule["targets"]) or "nowhere"
        holds = "holds" if rule["holds"] else "does not hold"
        yield f"    rule {rule['rule']} asks for {asked}, target in {where}: {holds}"
    for operator in frame["operators"]:
        yield f"    operator {operator['class']} over {operator['complement']}"


def _reading_lines(step: Record) -> Iterator[str]:
    if "rule" in step:
        sources = ", ".join(m["text"] for m in step["sources"]) or "nobody"
        targets = ", ".join(m["text"] for m in step["targets"]) or "nobody"
        coded = f"{step['event'] or 'no type'}, CAMEO {step['cameo']}, {step['relation']}"
        denied = "not " if step["negated"] else ""
        yield (
            f"  {step['predicate']}: {denied}{sources} → {targets}, {coded}, {step['modality']}, by {step['rule']}"
        )
    else:
        yield f"  {step['predicate']}"
    events = len(step["events"])
    yield f"    {events} event(s)" if events else f"    no event: {step['why']}"
