"""The answers of the analyses: paths, common partners, dyads, an actor over time, and measures.

Each is one question to the index, told as JSON with ``meta``. Arrays and measures are kept by the generation of the
store and the selection, so that to ask again costs little.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, Protocol, TypeAlias

from api import asking
from api.asking import CommonAsked, DyadAsked, EgoAsked, MatrixAsked, MeasureAsked, PathsAsked
from api.errors import BadParameter, JobEnded
from api.jobs import DONE, RUNNING, Job, Jobs
from api.kept import Kept
from api.parameters import Given
from extract.model import QUAD_CLASSES
from extract.record import Record
from graph.arrays import EdgeArrays
from graph.counting import RANKED_BY
from graph.dyads import Direction, Month, Score, TurningPoint
from graph.errors import UnknownActor
from graph.index import Index
from graph.measures import MEASURES, Measured
from graph.network import Selection
from graph.partners import EgoBucket, Shared, Tie
from graph.paths import MAX_EXPANSIONS, Days, Path
from graph.turning import LEAST_MONTHS, MAX_VALUES, PENALTY

KEPT_ARRAYS = 8
KEPT_MEASURES = 32
INLINE_SECONDS = 0.5
"""What a measure may take, as it guesses, to be computed where it is asked; beyond, it runs in a process."""

WAIT_SECONDS = 2.0
"""How long a request waits for a job."""

Names: TypeAlias = Mapping[str, Mapping[str, object]]
QUAD_NAMES = tuple(name.replace(" ", "_") for _, name in sorted(QUAD_CLASSES.items()))
"""The members of an object that counts by quad class, such as ``verbal_cooperation``."""


class Indexed(Protocol):
    """A store, as far as it is needed here: its index, which may be another one later."""

    @property
    def index(self) -> Index: ...


class Analyses:
    """What is asked of the network of an open store; for several threads."""

    def __init__(self, store: Indexed, dataset: Callable[[], Record], *, jobs: Jobs | None = None) -> None:
        """``dataset`` says what of ``meta`` tells of the store."""
        self._store = store
        self._dataset = dataset
        self.jobs = jobs or Jobs()
        self._arrays: Kept[EdgeArrays] = Kept(KEPT_ARRAYS)
        self._dated: Kept[tuple[EdgeArrays, Days]] = Kept(KEPT_ARRAYS)
        self._measured: Kept[Measured] = Kept(KEPT_MEASURES)
        self._shown: int | None = None

    def close(self) -> None:
        """Ends all jobs; harmless the second time."""
        self.jobs.close()

    @property
    def _index(self) -> Index:
        return self._store.index

    def _now(self) -> int | None:
        """The generation that the index shows; what is kept of another one is forgotten."""
        generation = self._index.generation
        if generation != self._shown:
            self._shown = generation
            for kept in (self._arrays, self._dated, self._measured):
                kept.clear()
        return generation

    # --- between actors

    def paths(self, asked: PathsAsked) -> Record:
        """The cheapest ways from one actor to another. Raises BadParameter and UnknownAction."""
        self._known("source", [asked.source])
        self._known("target", [asked.target])
        days = None
        key = self._now(), asked.selection
        if asked.ordered:
            arrays, days = self._dated.get(key, lambda: self._index.dated_arrays(asked.selection))
        else:
            arrays = self._arrays_of(asked.selection)
        found = self._index.paths(
            asked.selection,
            asked.source,
            asked.target,
            arrays=arrays,
            days=days,
            max_length=asked.max_length,
            k=asked.k,
            direction=asked.direction,
        )
        shown = len(found.paths)
        reason = f"limit of {asked.k} paths" if found.more else None
        if found.cut:
            reason = f"the search ended after {MAX_EXPANSIONS} beginnings of paths; filters narrow it"
        cut = found.more or found.cut
        meta = self._meta(asked, None if cut else shown, shown, reason, order="cost")
        names = self._names(actor for path in found.paths for actor in path.actors)
        more = {"cost": "the sum of 1 / weight over the steps", "expansions": found.expansions}
        return {"meta": meta | more, "paths": [_path(path, names) for path in found.paths]}

    def common(self, asked: CommonAsked) -> Record:
        """The partners that actors have in common. Raises BadParameter and UnknownAction."""
        self._known("actor", asked.actors)
        found = self._index.common(asked.chosen, asked.actors, limit=asked.limit)
        shown = len(found.shared)
        reason = f"limit of {asked.limit}" if shown < found.total else None
        meta = self._meta(asked, found.total, shown, reason, order="least, events, id")
        names = self._names(one.actor for one in found.shared)
        return {"meta": meta, "common": [_shared(one, asked.actors, names) for one in found.shared]}

    def dyad(self, asked: DyadAsked) -> Record:
        """What two actors do to each other. Raises BadParameter and UnknownAction."""
        self._known("source", [asked.source])
        self._known("target", [asked.target])
        found = self._index.dyad(asked.chosen, asked.source, asked.target, limit=asked.limit)
        months = len(found.months)
        method = {
            "net": "cooperation (quad class 1, 2) minus conflict (3, 4), both directions",
            "balance": "net / events",
            "turning_points": f"least squares, penalty {PENALTY:g} σ² ln n, {LEAST_MONTHS} months apart at least",
            "months": found.span,
        }
        if found.turns is None:
            method["turning_points"] = f"not sought: more than {MAX_VALUES} months"
        meta = self._meta(asked, months, months, None, order="month")
        names = self._names([asked.source, asked.target])
        return {
            "meta": meta | {"undated": found.undated, "method": method},
            "source": names[asked.source],
            "target": names[asked.target],
            "both": _score(found.both),
            "directions": [_direction(one) for one in (found.forth, found.back)],
            "months": [_month(one) for one in found.months],
            "turning_points": [_turn(one) for one in found.turns or ()],
        }

    def ego(self, asked: EgoAsked) -> Record:
        """An actor and its partners over time. Raises BadParameter and UnknownAction."""
        self._known("actor", [asked.actor])
        found = self._index.ego(asked.chosen, asked.actor, bucket=asked.bucket, limit=asked.limit)
        count = len(found.buckets)
        meta = self._meta(asked, count, count, None, order="start")
        lists = (actors for one in found.buckets for actors in (one.partners, one.entered, one.left))
        names = self._names(actor for actors in lists for actor, _ in actors)
        return {
            "meta": meta | {"undated": found.undated},
            "actor": self._names([asked.actor])[asked.actor],
            "ego": [_ego(one, asked.bucket, names) for one in found.buckets],
        }

    def matrix(self, asked: MatrixAsked) -> Record:
        """Who does what to whom among actors. Raises BadParameter and UnknownAction."""
        self._known("actor", asked.actors)
        found = self._index.matrix(asked.chosen, asked.actors, limit=asked.limit)
        shown = len(found.actors)
        reason = f"limit of {asked.limit}" if shown < found.total else None
        order = "as given" if asked.actors else RANKED_BY
        meta = self._meta(asked, found.total, shown, reason, order=order)
        names = self._names(found.actors)
        return {
            "meta": meta | {"first": found.first, "last": found.last},
            "actors": [dict(names[actor]) for actor in found.actors],
            "cells": [
                {"source": one.source, "target": one.target, **_score(one.score)} for one in found.cells
            ],
        }

    # --- measures

    def measures(self, asked: MeasureAsked, *, wait: float | None) -> Record | Job:
        """A measure, ranked; the job that computes it where it takes more than ``wait`` seconds, None for any number.

        Raises BadParameter, UnknownAction, NotComputable, Busy and what a process may die of.
        """
        self._known("actor", asked.selection.actors)
        key = self._now(), asked.selection, asked.measure
        known = self._measured.known(key)
        if known is None:
            arrays = self._arrays_of(asked.selection)
            measure = MEASURES[asked.measure]
            if measure.cost(arrays) > INLINE_SECONDS:
                return self._in_process(key, asked, arrays, wait)
            known = self._measured.get(key, lambda: measure.compute(arrays, lambda *_: None))
        return self._ranked(asked, known)

    def job(self, id_: str, given: Given) -> Record:
        """The state of a job, with its result, ranked as is asked, or its problem. Raises UnknownJob, BadParameter."""
        job = self.jobs.job(id_)
        asked = job.asked
        order, limit = asking.of_job(given, asked.measure)
        told: Record = {
            "id": job.id,
            "state": job.state,
            "progress": job.progress,
            "words": job.words,
            "started": job.started.isoformat(timespec="seconds"),
            "query": asking.query_of(asked),
        }
        if job.state == DONE and job.result is not None:
            told["result"] = self._ranked(replace(asked, order=order, limit=limit), job.result)
        elif job.problem is not None:
            told["problem"] = job.problem.as_dict()
        return told

    def _in_process(
        self, key: tuple[object, ...], asked: MeasureAsked, arrays: EdgeArrays, wait: float | None
    ) -> Record | Job:
        def keep(found: Measured) -> None:
            self._measured.put(key, found)

        job = self.jobs.start(key, asked, arrays, done=keep)
        try:
            job.ended.wait(wait)
        except KeyboardInterrupt:
            self.jobs.cancel(job.id)
            raise
        if job.state == RUNNING:
            return job
        if job.error is not None:
            raise job.error
        return job if job.result is None else self._ranked(asked, job.result)

    def _arrays_of(self, selection: Selection) -> EdgeArrays:
        key = self._now(), selection
        return self._arrays.get(key, lambda: self._index.edge_arrays(selection))

    def _ranked(self, asked: MeasureAsked, found: Measured) -> Record:
        measure = MEASURES[asked.measure]
        values = found.columns[asked.order]
        sign = 1 if asked.order in measure.ascending else -1
        places = range(len(found.actors))
        first = heapq.nsmallest(
            asked.limit, places, key=lambda place: (sign * values[place], found.actors[place])
        )
        names = self._names(found.actors[place] for place in first)
        total, shown = len(found.actors), len(first)
        reason = f"limit of {asked.limit}" if shown < total else None
        meta = self._meta(asked, total, shown, reason, order=f"{asked.order}, id")
        rows = [
            {"rank": rank, **names[found.actors[place]], **_figures(found, place)}
            for rank, place in enumerate(first, 1)
        ]
        return {"meta": meta | {"method": found.method}, "summary": found.summary, "measures": rows}

    # --- what all of them need

    def _known(self, name: str, actors: Sequence[str]) -> None:
        """Raises BadParameter, with the names that are near, for an actor that the store does not have."""
        for actor in actors:
            with _unknown_as(name):
                self._index.actor(actor)

    def _names(self, actors: Iterable[str]) -> Names:
        return self._index.named(sorted(set(actors)))

    def _meta(
        self, asked: asking.Asked, total: int | None, returned: int, reason: str | None, *, order: str
    ) -> Record:
        return {
            "query": asking.query_of(asked),
            "total": total,
            "returned": returned,
            "truncated": reason is not None,
            "reason": reason,
            "order": order,
            "next": None,
            "dataset": self._dataset(),
        }


@contextmanager
def _unknown_as(name: str) -> Iterator[None]:
    try:
        yield
    except UnknownActor as error:
        raise BadParameter(name, f"{name}: {error}", error.near) from error


def _quads(quads: Sequence[int]) -> Record:
    return dict(zip(QUAD_NAMES, quads, strict=True))


def _figures(found: Measured, place: int) -> Record:
    """What a measure says of an actor; lists of four by the names of the quad classes, or of the triads."""
    figures: Record = {}
    for name, column in found.columns.items():
        value = column[place]
        if name.endswith("_quads"):
            value = _quads(value)
        elif name == "kinds":
            value = dict(zip(found.summary["kinds"], value, strict=True))  # type: ignore[call-overload]
        figures[name] = value
    return figures


def _path(path: Path, names: Names) -> Record:
    steps = []
    for step in path.steps:
        told = asdict(step)
        event = told.pop("event")
        if event is not None:
            told["event"] = event | {"start": event["start"].isoformat()}
        steps.append(told)
    return {
        "cost": path.cost,
        "length": len(steps),
        "actors": [dict(names[actor]) for actor in path.actors],
        "steps": steps,
    }


def _tie(tie: Tie) -> Record:
    return {
        "events": tie.events,
        "out": sum(tie.out),
        "in": sum(tie.into),
        "out_quads": _quads(tie.out),
        "in_quads": _quads(tie.into),
    }


def _shared(one: Shared, actors: Sequence[str], names: Names) -> Record:
    ties = {actor: _tie(tie) for actor, tie in zip(actors, one.ties, strict=True)}
    return {**names[one.actor], "least": one.least, "events": one.events, "ties": ties}


def _score(score: Score) -> Record:
    return {
        "events": score.events,
        "quads": _quads(score.quads),
        "cooperation": score.cooperation,
        "conflict": score.conflict,
        "net": score.net,
        "balance": score.balance,
        "goldstein": score.goldstein,
    }


def _direction(one: Direction) -> Record:
    return {
        "source": one.source,
        "target": one.target,
        **_score(one.score),
        "mentions": one.mentions,
        "kinds": one.kinds,
        "actions": [asdict(action) for action in one.actions],
    }


def _month(one: Month) -> Record:
    both = one.both
    return {
        "month": one.month.isoformat()[:7],
        "out_quads": _quads(one.forth.quads),
        "in_quads": _quads(one.back.quads),
        "cooperation": both.cooperation,
        "conflict": both.conflict,
        "net": both.net,
        "balance": both.balance,
        "goldstein": both.goldstein,
    }


def _turn(one: TurningPoint) -> Record:
    events = [asdict(event) | {"start": event.start.isoformat()} for event in one.events]
    return {
        "month": one.month.isoformat()[:7],
        "before": one.before,
        "after": one.after,
        "events": events,
    }


def _ego(one: EgoBucket, bucket: str, names: Names) -> Record:
    def named(actors: Sequence[tuple[str, int]]) -> list[Record]:
        return [{"id": actor, "label": names[actor]["label"], "events": events} for actor, events in actors]

    return {
        "bucket": one.start.isoformat()[: {"month": 7, "year": 4}[bucket]],
        **_tie(one.tie),
        "partners": one.number,
        "strongest": named(one.partners),
        "entered": {"number": one.entered_number, "strongest": named(one.entered)},
        "left": {"number": one.left_number, "strongest": named(one.left)},
    }


def answered(analyses: Analyses, name: str, given: Given) -> Record:
    """The answer of an analysis to parameters, as long as it takes. Raises JobEnded for a job that others end."""
    if name != "measures":
        read, answer = ANSWERS[name]
        return answer(analyses, read(given))
    found = analyses.measures(asking.measures(given), wait=None)
    if isinstance(found, Job):
        raise JobEnded(found.id)
    return found


ANSWERS: Mapping[str, tuple[Callable[[Given], Any], Callable[[Analyses, Any], Record]]] = {
    "paths": (asking.paths, Analyses.paths),
    "common": (asking.common, Analyses.common),
    "dyad": (asking.dyad, Analyses.dyad),
    "ego": (asking.ego, Analyses.ego),
    "matrix": (asking.matrix, Analyses.matrix),
}
"""By its name in the address, how the parameters of an analysis are read, and how it is answered."""
