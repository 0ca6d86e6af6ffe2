"""A JSON list, written item by item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graph.export.attributes import to_json


def listing(items: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The list, an item a line.

    >>> "".join(listing([{"a": 1}, {}]))
    '[\\n{"a":1},\\n{}\\n]'
    """
    separator = "[\n"
    for item in items:
        yield separator + to_json(item)
        separator = ",\n"
    yield "[]" if separator == "[\n" else "\n]"
