"""Measures that take long, each in a process of its own, which can be asked how far it is, and ended.

As many run at a time as are allowed, and as many results are kept; a question that is asked again while its job runs
shares it. All jobs end with :meth:`Jobs.close`.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from api.asking import MeasureAsked
from api.errors import Busy, Problem, UnknownJob, problem_of
from graph.arrays import EdgeArrays
from graph.measure_errors import MeasureDied
from graph.measure_process import SECONDS, MeasureProcess
from graph.measures import Measured

RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"
MOST_RUNNING = 2
MOST_KEPT = 32
RETRY_SECONDS = 5

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Job:
    """A measure that is computed, or was; ``result`` when it is done, ``error`` when it failed."""

    id: str
    key: Hashable
    asked: MeasureAsked
    started: dt.datetime
    process: MeasureProcess
    state: str = RUNNING
    progress: float = 0.0
    words: str = "the process starts"
    result: Measured | None = None
    error: Exception | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def problem(self) -> Problem | None:
        """Why it failed."""
        if self.error is None:
            return None
        return problem_of(self.error) or Problem(
            500, "internal", "Internal error", "The log has the details."
        )


class Jobs:
    """The jobs of a server, for any number of threads."""

    def __init__(
        self, *, running: int = MOST_RUNNING, kept: int = MOST_KEPT, seconds: float = SECONDS
    ) -> None:
        self._running, self._kept, self._seconds = running, kept, seconds
        self._lock = threading.Lock()  # guards the two below, and the state of every job
        self._jobs: dict[str, Job] = {}
        self._closed = False

    def start(
        self,
        key: Hashable,
        asked: MeasureAsked,
        arrays: EdgeArrays,
        *,
        done: Callable[[Measured], object],
    ) -> Job:
        """The job that computes ``key``, which is started where it does not run yet.

        ``done`` is called with what it finds, before it counts as ended.
        Raises Busy.
        """
        with self._lock:
            running = [job for job in self._jobs.values() if job.state == RUNNING]
            for job in running:
                if job.key == key:
                    return job
            if self._closed or len(running) >= self._running:
                raise Busy(len(running), RETRY_SECONDS)
            job = Job(
                secrets.token_hex(8),
                key,
                asked,
                dt.datetime.now(dt.UTC),
                MeasureProcess(seconds=self._seconds),
            )
            self._jobs[job.id] = job
            self._forget()
        threading.Thread(
            target=self._run, args=(job, arrays, done), name=f"job {job.id}", daemon=True
        ).start()
        return job

    def job(self, id_: str) -> Job:
        """A job that runs, or whose end is kept; raises UnknownJob."""
        with self._lock:
            if id_ not in self._jobs:
                raise UnknownJob(id_)
            return self._jobs[id_]

    def cancel(self, id_: str) -> None:
        """Ends a job, and waits for its process to be gone; one that has ended is forgotten. Raises UnknownJob."""
        job = self.job(id_)
        with self._lock:
            if job.state != RUNNING:
                self._jobs.pop(id_, None)
                return
            job.state, job.words = CANCELLED, "it was cancelled"
        job.process.stop()
        job.ended.wait()

    def close(self) -> None:
        """Ends all jobs; harmless the second time."""
        with self._lock:
            self._closed = True
            running = [job for job in self._jobs.values() if job.state == RUNNING]
        for job in running:
            self.cancel(job.id)

    def _forget(self) -> None:
        """Forgets the oldest that have ended, where too many are kept."""
        ended = [job.id for job in self._jobs.values() if job.state != RUNNING]
        for id_ in ended[: max(0, len(ended) - self._kept)]:
            del self._jobs[id_]

    def _run(self, job: Job, arrays: EdgeArrays, done: Callable[[Measured], object]) -> None:
        def tell(progress: float, words: str) -> None:
            with self._lock:
                if job.state == RUNNING:
                    job.progress, job.words = progress, words

        try:
            result = job.process.run(job.asked.measure, arrays, tell)
            done(result)
        except Exception as error:  # the border of a thread: told by the job, and logged if it is our fault
            self._failed(job, error)
        else:
            with self._lock:
                if job.state == RUNNING:
                    job.state, job.progress, job.words, job.result = DONE, 1.0, "done", result
        finally:
            with self._lock:
                self._forget()
            job.ended.set()

    def _failed(self, job: Job, error: Exception) -> None:
        with self._lock:
            if job.state != RUNNING:  # it was ended on purpose
                return
            job.state, job.words, job.error = FAILED, "it failed", error
        if problem_of(error) is None or isinstance(error, MeasureDied):
            log.error("job %s failed", job.id, exc_info=error)
