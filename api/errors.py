"""What the faces say when something goes wrong: one problem document for HTTP, one line for the command line.

:func:`problem_of` is the only place that knows which error has which HTTP status.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from extract.errors import ExtractError, ModelMissing, quote
from graph import errors as graph_errors
from graph import measure_errors, query_errors, remote_errors

PROBLEMS = "https://w3id.org/whowhom/problem/"
BAD_PARAMETER = "bad-parameter"


class BadParameter(Exception):  # noqa: N818 - read as a sentence where it is raised
    """A parameter ``name`` that does not exist or has a value that it may not have; ``near`` are values like it."""

    def __init__(self, name: str, message: str, near: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.name = name
        self.near = tuple(near)

    @classmethod
    def unknown(cls, name: str, allowed: Collection[str]) -> BadParameter:
        """``name`` is no parameter here."""
        near = difflib.get_close_matches(name, allowed, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        listed = f"Allowed are {', '.join(sorted(allowed))}." if allowed else "None is allowed here."
        return cls(name, f"There is no parameter {quote(name)}.{hint} {listed}")

    @classmethod
    def value(cls, name: str, given: object, allowed: str) -> BadParameter:
        """``given`` may not stand for ``name``."""
        return cls(name, f"{name}={quote(given)} is not possible. Allowed is {allowed}.")

    @classmethod
    def missing(cls, name: str, allowed: str) -> BadParameter:
        """``name`` is needed."""
        return cls(name, f"{name} is missing. Give {allowed}.")


class BadBody(Exception):  # noqa: N818
    """The body of a request cannot be read as what its media type says."""


class UpdatesOff(Exception):  # noqa: N818
    """A write to a server that takes none."""

    def __init__(self) -> None:
        super().__init__(
            "This server takes no writes from outside. Start it with --allow-update and a token in "
            "WHOWHOM_UPDATE_TOKEN."
        )


class Unauthorized(Exception):  # noqa: N818
    """A write without the token that it needs."""


class NotSupported(Exception):  # noqa: N818
    """Something that this version does not do yet, and says so."""


class UnknownJob(Exception):  # noqa: N818
    """A job that there is not, or no longer."""

    def __init__(self, id_: str) -> None:
        super().__init__(
            f"No job {quote(id_)}. The last ones that ended are kept; ask the measure again, which is answered at "
            "once if it was computed lately."
        )


class JobEnded(Exception):  # noqa: N818
    """A job that was cancelled, or forgotten, before it was done."""

    def __init__(self, id_: str) -> None:
        super().__init__(f"The job {quote(id_)} was ended before it was done. Ask again.")


class Busy(Exception):  # noqa: N818
    """``running`` jobs, and no more are allowed; trying again helps after ``retry_after`` seconds."""

    def __init__(self, running: int, retry_after: int) -> None:
        super().__init__(
            f"{running} measures are being computed, and no more at a time. Try again in {retry_after} s, or end one "
            "by DELETE of its job."
        )
        self.retry_after = retry_after


class PagesMissing(Exception):  # noqa: N818
    """The pages are not built, as in a checkout that was never set up."""

    def __init__(self) -> None:
        super().__init__(
            "The pages are not built here. In a checkout, `make setup` builds them; a wheel holds them if they were "
            "built before it. Everything else is served: /api/v1/info, /sparql."
        )


class CannotListen(Exception):  # noqa: N818
    """The address ``host``:``port`` is taken, or is none of this machine."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port}: {reason}. Stop what uses it, or take another --host or --port "
            "(0: any free one)."
        )
        self.host = host
        self.port = port


class Told(Exception):  # noqa: N818
    """What a server says that is asked in place of its store: ``problem``."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Problem:
    """An RFC 9457 problem.

    ``slug`` ends its type's IRI, ``extra`` are further members, and ``retry_after`` counts seconds, where trying
    again helps.
    """

    status: int
    slug: str
    title: str
    detail: str
    extra: Mapping[str, object] = field(default_factory=dict)
    retry_after: int | None = None

    def as_dict(self) -> dict[str, object]:
        """The JSON body."""
        return {
            "type": PROBLEMS + self.slug,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], int, str, str], ...] = (
    (BadParameter, 400, BAD_PARAMETER, "Bad parameter"),
    (graph_errors.BadSelection, 400, BAD_PARAMETER, "Bad parameter"),
    (graph_errors.BadCursor, 400, "bad-cursor", "Bad cursor"),
    (graph_errors.UnknownAction, 400, "unknown-action", "Unknown action"),
    (graph_errors.NotFound, 404, "not-found", "Not found"),
    (query_errors.QuerySyntax, 400, "query-syntax", "Syntax error in the query"),
    (query_errors.QueryRefused, 400, "query-refused", "Query refused"),
    (query_errors.QueryFailed, 400, "query-failed", "Query failed"),
    (query_errors.NotAcceptable, 406, "not-acceptable", "Not acceptable"),
    (query_errors.GraphRefused, 403, "graph-refused", "This graph is whowhom's"),
    (query_errors.ClientGone, 499, "client-gone", "The client hung up"),
    (query_errors.QueryMemory, 422, "query-memory", "Query needs too much memory"),
    (query_errors.WorkerDied, 422, "query-crashed", "Query ended its worker"),
    (query_errors.QueryTimeout, 504, "query-timeout", "Query took too long"),
    (query_errors.QueryError, 503, "busy", "Not ready to answer queries"),
    (measure_errors.NotComputable, 422, "not-computable", "Measure cannot be computed"),
    (measure_errors.MeasureMemory, 422, "measure-memory", "Measure needs too much memory"),
    (measure_errors.MeasureSlow, 504, "measure-timeout", "Measure took too long"),
    (measure_errors.MeasureDied, 500, "measure-crashed", "Measure ended its process"),
    (Busy, 503, "busy", "Too many measures at a time"),
    (JobEnded, 409, "job-ended", "Job was ended"),
    (UnknownJob, 404, "not-found", "Not found"),
    (remote_errors.StoreDown, 503, "store-down", "The remote store is down"),
    (remote_errors.StoreSlow, 504, "store-slow", "The remote store took too long"),
    (remote_errors.StoreConflict, 503, "store-conflict", "Somebody else writes to the remote store"),
    (remote_errors.NotOffered, 501, "not-offered", "Not offered by a remote store"),
    (remote_errors.RemoteError, 502, "store-answer", "The remote store gave no answer that can be used"),
    ((graph_errors.StoreError, graph_errors.StoreClosed), 503, "store", "The store cannot serve this"),
    (UpdatesOff, 403, "updates-off", "No writes here"),
    (Unauthorized, 401, "unauthorized", "A token is needed"),
    ((NotSupported, graph_errors.PackageMissing), 501, "not-supported", "Not supported yet"),
    (ModelMissing, 503, "model-missing", "Language model missing"),
    (BadBody, 400, "bad-body", "Bad body"),
    (ExtractError, 400, "bad-input", "Bad input"),
    (PagesMissing, 503, "pages-missing", "Pages are not built"),
    (CannotListen, 500, "cannot-listen", "Cannot listen"),
)
"""The first kind that an error is an instance of tells its status, slug and title."""

_EXTRA = ("line", "column", "near", "rule")
"""Data of errors that a page can use, passed on under their own names."""


def problem_of(error: Exception) -> Problem | None:
    """The problem that an expected error is, None for a fault of our own."""
    if isinstance(error, Told):
        return error.problem
    for kind, status, slug, title in _KINDS:
        if isinstance(error, kind):
            extra = {name: value for name in _EXTRA if (value := getattr(error, name, None))}
            if isinstance(error, BadParameter):
                extra["parameter"] = error.name
            return Problem(status, slug, title, str(error), extra, getattr(error, "retry_after", None))
    return None
