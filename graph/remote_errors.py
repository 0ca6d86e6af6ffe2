"""What can go wrong with a store that another program serves; ``str()`` of each is the whole message for the user.

::

    StoreError
    └── RemoteError
        ├── StoreDown        nobody answers at the address, or the connection breaks
        ├── StoreSlow        no answer in the time that there was
        ├── StoreRefuses     an answer that is an error: not allowed, not found, a fault of the store
        ├── AnswerCut        an answer that holds less than was asked for
        ├── AnswerUnreadable an answer in another form than was asked for
        ├── StoreConflict    somebody else writes to the same data
        └── NotOffered       what only a store in a folder can do
"""

from __future__ import annotations

from graph.errors import StoreError

RETRY_AFTER = 10
"""Seconds after which it may be worth asking again a store that is down."""


class RemoteError(StoreError):
    """``path`` is the address that was asked."""


class StoreDown(RemoteError):  # noqa: N818 - the names are the interface, and read as sentences where raised
    """``reason`` is what the connection says."""

    retry_after = RETRY_AFTER

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            address,
            f"{address} does not answer: {reason}. Check the address, and that the store is running.",
        )
        self.reason = reason


class StoreSlow(RemoteError):  # noqa: N818
    """The store took longer than ``seconds``."""

    def __init__(self, address: str, seconds: float) -> None:
        super().__init__(
            address,
            f"{address} gave no whole answer within {seconds:g} s. See what else the store is doing, or write "
            "fewer events at a time.",
        )
        self.seconds = seconds


class StoreRefuses(RemoteError):  # noqa: N818
    """The store answered with ``status``; ``said`` are the first lines of its message."""

    def __init__(self, address: str, status: int, said: str, advice: str) -> None:
        super().__init__(
            address, f"{address} refuses (HTTP {status}){f': {said}' if said else '.'}\n{advice}".strip()
        )
        self.status = status
        self.said = said


class AnswerCut(RemoteError):  # noqa: N818
    """``reason`` says how it is known that the answer is not whole, ``advice`` what to change."""

    def __init__(self, address: str, reason: str, advice: str) -> None:
        super().__init__(address, f"{address} gave a part of the answer only: {reason}. {advice}")
        self.reason = reason


class AnswerUnreadable(RemoteError):  # noqa: N818
    """``reason`` says what came instead."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            address,
            f"{address} does not answer as a SPARQL endpoint does: {reason}. Give the address of its SPARQL "
            "endpoint, such as https://host/sparql.",
        )
        self.reason = reason


class StoreConflict(RemoteError):  # noqa: N818
    """``found`` says what shows that another program writes."""

    def __init__(self, address: str, found: str) -> None:
        super().__init__(
            address,
            f"{address} is being written by another program: {found}. Nothing of this batch counts. Let one "
            "program write at a time, then run it again.",
        )
        self.found = found


class NotOffered(RemoteError):  # noqa: N818
    """``what`` needs a store in a folder."""

    def __init__(self, address: str, what: str) -> None:
        super().__init__(
            address, f"{what} is possible with a store in a folder only, and {address} is none. {_ADVICE}"
        )
        self.what = what


_ADVICE = "Ask it by SPARQL, or use the tools of that store."
