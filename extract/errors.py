"""What can go wrong between bytes and events; ``str()`` of each is the whole message for the user.

::

    ExtractError
    ├── BadInput       an input that cannot be read as text or as lines of documents
    ├── BadRecord      an event record that is not of the documented form
    ├── BadTable       a row of a table under ``extract/data`` (or a user's own) that cannot be read
    ├── ModelMissing   a spaCy pipeline that is not installed or not fit
    └── WorkerDied     a process that ended while it coded documents
"""

from __future__ import annotations

LONGEST_QUOTE = 80
"""Characters of a given value that a message repeats."""


class ExtractError(Exception):
    """Any error of this package that is not a fault of its code."""


class BadInput(ExtractError):  # noqa: N818 - the names are the interface, and read as sentences where they are raised
    """Input ``name`` cannot be read; ``problem`` says what was found, what is allowed and what to do."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class BadRecord(ExtractError):  # noqa: N818
    """At ``path`` (a JSONPath) of an event record stands ``given`` where only ``allowed`` may stand."""

    def __init__(self, path: str, given: object, allowed: str) -> None:
        super().__init__(f"{path}: given is {quote(given)}, allowed is {allowed}")
        self.path = path
        self.given = given
        self.allowed = allowed


class BadTable(ExtractError):  # noqa: N818
    """Line ``line`` of table ``table`` cannot be read."""

    def __init__(self, table: str, line: int, problem: str) -> None:
        super().__init__(f"{table}, line {line}: {problem}")
        self.table = table
        self.line = line
        self.problem = problem


class ModelMissing(ExtractError):  # noqa: N818
    """The spaCy pipeline ``model`` cannot serve; ``problem`` says why."""

    def __init__(self, model: str, problem: str) -> None:
        super().__init__(
            f"model {model!r}: {problem}. `make setup` installs the default model; "
            "--model takes any installed English spaCy pipeline with tagger, parser and NER"
        )
        self.model = model
        self.problem = problem


class WorkerDied(ExtractError):  # noqa: N818
    """A worker process ended at or before the parcel that begins with document ``first``."""

    def __init__(self, first: str) -> None:
        super().__init__(
            f"a process ended while documents from {first!r} on were coded, perhaps for want of memory. "
            "What was written before is whole; run it again with fewer --processes"
        )
        self.first = first


def quote(given: object) -> str:
    """``repr`` of a value, cut so that a message stays readable.

    >>> quote("a" * 500)[-10:]
    'aaaaaaaaa…'
    """
    # A huge string is cut before repr, so that a message about 20 MB does not cost 20 MB.
    shown = repr(given[: LONGEST_QUOTE + 1] if isinstance(given, str) else given)
    return shown if len(shown) <= LONGEST_QUOTE else shown[:LONGEST_QUOTE] + "…"
