"""What can go wrong with a SPARQL query from outside; ``str()`` of each is the whole message for the user.

::

    GraphError
    └── QueryError
        ├── QuerySyntax      not SPARQL: line, column and what was expected there
        ├── QueryRefused     not even parsed: too long, nested too deep, SERVICE, FROM <file:…>, an update
        ├── QueryTimeout     it did not end within its time
        ├── QueryMemory      it needed more memory than a query may have
        ├── QueryFailed      the engine gave up on it (a function that it does not know …)
        ├── NotAcceptable    none of the media types asked for fits the kind of result
        ├── QueueFull        all workers are busy and enough queries wait
        ├── WorkerDied       the process that answered ended by itself
        ├── SnapshotUnreadable   the files to answer from are gone or damaged: our fault
        ├── GraphRefused     a graph that only whowhom itself writes to
        ├── ClientGone       nobody waits for the answer any more
        └── PoolClosed       the service is shutting down
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.errors import GraphError


class QueryError(GraphError):
    """A query that has no answer, or of which the answer broke off."""


class QuerySyntax(QueryError):  # noqa: N818 - the names are the interface, and read as sentences where raised
    """``line`` and ``column`` count from 1; ``reason`` says what is wrong there, ``excerpt`` is that line."""

    def __init__(self, line: int, column: int, reason: str, excerpt: str) -> None:
        pointer = f"\n{excerpt}\n{' ' * (column - 1)}^" if excerpt else ""
        super().__init__(f"Syntax error in line {line}, column {column}: {reason}{pointer}")
        self.line = line
        self.column = column
        self.reason = reason
        self.excerpt = excerpt


class QueryRefused(QueryError):  # noqa: N818
    """``rule`` is ``empty``, ``length``, ``nesting``, ``operations``, ``service``, ``load``, ``file``, ``graph``,
    ``timeout``, ``update`` or ``query``."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class QueryTimeout(QueryError):  # noqa: N818
    """The query was ended after ``seconds``, by ending the process that worked on it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The query was ended after its {seconds:g} s. Ask for less (LIMIT, a narrower pattern, no cross "
            "product), or allow it more time."
        )
        self.seconds = seconds


class QueryMemory(QueryError):  # noqa: N818
    """The query needed more than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The query needed more than the {limit / 2**20:.0f} MB that one query may have. Ask for less: sort, "
            "group or compare fewer rows, or add a LIMIT to a subquery."
        )
        self.limit = limit


class QueryFailed(QueryError):  # noqa: N818
    """The engine could not evaluate the query; ``reason`` is what it says."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The query cannot be evaluated: {reason}.")
        self.reason = reason


class NotAcceptable(QueryError):  # noqa: N818
    """``allowed`` are the media types that the result of this query can have."""

    def __init__(self, accept: Sequence[str], allowed: Sequence[str]) -> None:
        super().__init__(
            f"The result of this query cannot be given as {', '.join(accept)}. Accept one of {', '.join(allowed)}."
        )
        self.accept = tuple(accept)
        self.allowed = tuple(allowed)


class QueueFull(QueryError):  # noqa: N818
    """``waiting`` queries wait already; try again after ``retry_after`` seconds."""

    def __init__(self, waiting: int, retry_after: int) -> None:
        super().__init__(
            f"All query workers are busy and {waiting} queries wait for one. Try again in {retry_after} s."
        )
        self.waiting = waiting
        self.retry_after = retry_after


class WorkerDied(QueryError):  # noqa: N818
    """``cause`` says how the process ended; the next query has a new one."""

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"The process that answered the query ended by itself ({cause}). Simplify the query: fewer operators "
            "in a chain, less nesting."
        )
        self.cause = cause


class SnapshotUnreadable(QueryError):  # noqa: N818
    """``reason`` names the folder and what the engine says of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The snapshot of the store cannot be read: {reason}. Ask again after the next write."
        )
        self.reason = reason


class GraphRefused(QueryError):  # noqa: N818
    """``graph`` holds what whowhom writes and derives."""

    def __init__(self, graph: str) -> None:
        super().__init__(
            f"The graph {graph} is whowhom's own, and is written by loading and removing documents. Take another "
            "graph for data of yours."
        )
        self.graph = graph


class ClientGone(QueryError):  # noqa: N818
    """The client hung up, and the query was ended."""

    def __init__(self) -> None:
        super().__init__("The client hung up, and the query was ended.")


class PoolClosed(QueryError):  # noqa: N818
    """A query came, or still ran, when the pool was closed."""

    def __init__(self) -> None:
        super().__init__("The query service is closed. Ask again when it has been started anew.")
