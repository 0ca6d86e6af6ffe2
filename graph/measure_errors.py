"""What can go wrong with a measure, beside the errors of :mod:`graph.errors`; ``str()`` is the message for the user.

::

    GraphError
    └── MeasureError
        ├── NotComputable      a graph on which a measure is not defined
        ├── MeasureMemory      a measure that used up its memory
        ├── MeasureSlow        a measure that took too long
        └── MeasureDied        a process that ended before it was done
"""

from __future__ import annotations

from graph.errors import GraphError


class MeasureError(GraphError):
    """A measure that gave no figures."""


class NotComputable(MeasureError):  # noqa: N818 - read as a sentence where it is raised
    """``measure`` is not defined here, because of ``reason``."""

    def __init__(self, measure: str, reason: str) -> None:
        super().__init__(
            f"{measure} cannot be computed on this graph: {reason}. Widen the selection: fewer filters, more dates, "
            "or no actor."
        )
        self.measure = measure
        self.reason = reason


class MeasureMemory(MeasureError):  # noqa: N818
    """The process had ``limit`` bytes, and wanted more."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The measure needs more than {limit // 2**20} MB. Narrow the selection by dates, actions or min_weight."
        )
        self.limit = limit


class MeasureSlow(MeasureError):  # noqa: N818
    """It had ``seconds``, and was not done."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The measure was not done after {seconds:g} s. Narrow the selection by dates, actions or min_weight."
        )
        self.seconds = seconds


class MeasureDied(MeasureError):  # noqa: N818
    """The process that computed ended; ``reason`` says how."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The process that computed the measure ended ({reason}). The log has its last words."
        )
        self.reason = reason
