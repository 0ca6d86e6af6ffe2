"""The words on drawings: names in one line, what was asked for, and which store answered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from graph.export.text import portable
from graph.network import ASSERTED

_MOVING = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
"""White space, and characters that nobody sees but that turn the direction of what follows."""

_USUAL: Mapping[str, object] = {
    "depth": 1,
    "direction": "both",
    "min_weight": 1,
    "min_confidence": 0.0,
    "aggregate": "action",
    "by": "actor",
    "order": "weight",
    "bucket": "day",
}
"""Parameters that are not worth a word where they have this value."""

_SILENT = frozenset({"cursor", "sentences", "include", "limit"})


def line(text: str, most: int = 10_000) -> str:
    """``text`` in one line of ``most`` characters at most, cut with an ellipsis.

    >>> line("South\\nKorea"), line("sanctions", 6)
    ('South Korea', 'sanct…')
    """
    plain = portable(_MOVING.sub(" ", text)).strip()
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def width_of(text: str) -> float:
    """How wide ``text`` is in most fonts without serifs, in units of their size; rather too much."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    capitals = sum(one.isupper() or one in "mwMW—…@%" for one in text)
    return 0.6 * len(text) + 0.4 * wide + 0.14 * capitals


def query_words(query: Mapping[str, object]) -> str:
    """The parameters of a query, but those that are as usual.

    >>> query_words({"actor": ["KOR", "PRK"], "depth": 1, "modality": ["actual"], "quad": []})
    'actor=KOR,PRK modality=actual'
    """
    told = []
    for name, value in query.items():
        if name in _SILENT or value in (None, [], ()) or _USUAL.get(name) == value:
            continue
        shown = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        if name == "modality" and shown == ",".join(ASSERTED):
            shown = "all but hypothetical"
        told.append(f"{name}={line(shown, 200)}")
    return " ".join(told)


def source_words(query: Mapping[str, object], dataset: Mapping[str, object], days: str = "") -> str:
    """Whence a drawing is: what was asked, the days of the events shown, and the state of the store."""
    facts = ["whowhom", f"query: {words}" if (words := query_words(query)) else "", days]
    if "generation" in dataset:
        facts.append(f"generation {dataset['generation']} of the store")
    return " · ".join(filter(None, facts))


def days_words(first: object, last: object) -> str:
    """From which day to which the events are.

    >>> days_words("2017-01-04", "2017-01-04")
    'events of 2017-01-04'
    """
    if not first:
        return "events without a date"
    return f"events of {first}" if first == last else f"events of {first} to {last}"


def listed(names: Iterable[str], most: int = 3) -> str:
    """``A, B and C``, or ``A, B, C and 4 others``.

    >>> listed(["A", "B"]), listed("ABCDE")
    ('A and B', 'A, B, C and 2 others')
    """
    every = list(names)
    shown, left = every[:most], len(every) - most
    if left > 0:
        return f"{', '.join(shown)} and {left} other{'s' if left > 1 else ''}"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def counted(number: int, noun: str) -> str:
    """``1 event``, ``1,200 events``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
