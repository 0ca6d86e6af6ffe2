"""The error patterns of the extractor on the gold, counted: ``python -m bench.patterns [--half a|b] [NAME …]``.

A pattern is what the gold has and what was given instead, with why where nothing was: ``ASSAULT missed: no rule for
its predicate``. A sentence counts in each pattern that it shows. ``--list PATTERN`` prints its sentences.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from bench.gold import GOLD, SETS, half_of
from extract.model import CodedDocument, Document, Event
from extract.pipeline import Extractor

Gold = dict[str, Any]


def patterns(gold: list[Gold], coded: CodedDocument, extractor: Extractor) -> Iterator[str]:
    """The patterns that one sentence shows."""
    wanted = [set(event["event_accept"]) for event in gold]
    given = {event.type for event in coded.events}
    missed = [types for types in wanted if not types & given]
    extra = sorted(given - set().union(*wanted)) if wanted else sorted(given)
    for types in missed:
        name = min(types) if len(types) == 1 else "any of " + "|".join(sorted(types))[:40]
        if extra:
            yield f"{name} read as {extra[0]}"
        elif given:
            yield f"{name} missed beside {min(given)}"
        else:
            yield f"{name} missed: {_why(coded, extractor)}"
    if not missed:
        for type_ in extra:
            yield f"{type_} where the gold has {'another event' if wanted else 'none'}"
        yield from _actors(gold, coded.events)


def _why(coded: CodedDocument, extractor: Extractor) -> str:
    """Why a sentence gave no event: the first reason that its readings tell."""
    readings = [r for sentence in extractor.explain(coded.document) for r in sentence["readings"]]
    reasons = [r["why"] for r in readings if "rule" in r and r["why"]]
    return reasons[0].split(" without")[0] if reasons else "no rule for its predicate"


def _actors(gold: list[Gold], events: tuple[Event, ...]) -> Iterator[str]:
    """What is wrong with the actors where the types are right; by code where the gold has codes, else by words."""
    for role in ("source", "target"):
        wanted = [actor for event in gold for actor in event[f"{role}s"]]
        other = "target" if role == "source" else "source"
        if any(event.get("reciprocal") for event in gold):
            wanted = [actor for event in gold for actor in (*event["sources"], *event["targets"])]
        given = [mention for event in events if (mention := getattr(event, role)) is not None]
        if wanted and not given:
            yield f"{role} missed"
        elif given and not wanted:
            yield f"{role} where the gold has none"
        elif given and not any(_same(actor, mention) for actor in wanted for mention in given):
            swapped = [mention for event in events if (mention := getattr(event, other)) is not None]
            turned = any(_same(actor, mention) for actor in wanted for mention in swapped)
            unknown = all(mention.actor.code == "---" for mention in given)
            yield f"{role} {'turned round' if turned else 'unknown' if unknown else 'of another actor'}"


def _same(actor: Gold, mention: Any) -> bool:
    code = actor.get("code_iso") or actor.get("code")
    if code:
        return bool(mention.actor.code[:3] == code[:3])
    words = set(actor["text"].lower().split())
    return bool(words & set(mention.span.text.lower().split()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=SETS, help=f"of {', '.join(SETS)}")
    parser.add_argument("--half", choices=("a", "b"))
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--list", metavar="PATTERN")
    arguments = parser.parse_args()
    if not GOLD.is_dir():
        sys.exit("bench.patterns needs ../shared/gold, which is not part of the project")
    extractor = Extractor()
    counts: Counter[str] = Counter()
    sentences: defaultdict[str, list[str]] = defaultdict(list)
    for name in arguments.sets:
        lines = (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        records = [r for r in map(json.loads, lines) if arguments.half in {None, half_of(r["id"])}]
        documents = [Document(r["id"], r["text"]) for r in records]
        for record, coded in zip(records, extractor.extract(documents), strict=True):
            if isinstance(coded, CodedDocument):
                for pattern in dict.fromkeys(patterns(record["events"], coded, extractor)):
                    counts[pattern] += 1
                    sentences[pattern].append(f"{record['id']}\t{record['text']}")
    if arguments.list:
        print("\n".join(sentences[arguments.list]))
        return
    for pattern, count in counts.most_common(arguments.most):
        print(f"{count:5} {pattern}")


if __name__ == "__main__":
    main()
