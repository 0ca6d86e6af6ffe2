"""What can be asked about the network beyond its edges, read from parameters and checked.

The same for a query string and for command-line options, as in :mod:`api.parameters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.errors import BadParameter
from api.parameters import MAX_WEIGHT, Given, Parameters
from graph.counting import MAX_RANKED, RANKED
from graph.matrix import LEAST_SIDE, MOST_SIDE, SIDE
from graph.measures import MEASURES
from graph.network import ASSERTED, DIRECTIONS, MAX_DEPTH, Selection
from graph.partners import LEAST_ACTORS, MOST_ACTORS
from graph.paths import LENGTH, MAX_LENGTH, MAX_PATHS, PATH_DIRECTIONS, PATHS
from graph.selecting import EventFilter

FILTERS = frozenset({"action", "quad", "from", "to", "modality", "min_confidence"})
OF_PATHS = FILTERS | {"source", "target", "max_length", "k", "direction", "ordered"}
OF_COMMON = FILTERS | {"actor", "limit"}
OF_DYAD = FILTERS | {"source", "target", "limit"}
OF_EGO = FILTERS | {"actor", "bucket", "limit"}
OF_MATRIX = FILTERS | {"actor", "limit"}
OF_JOBS = frozenset({"limit", "order"})
OF_MEASURES = FILTERS | OF_JOBS | {"measure", "actor", "depth", "direction", "sector", "min_weight"}
EGO_BUCKETS = ("year", "month")
NAMED = 10
"""Partners or actions that are named in each list, by default."""

MAX_NAMED = 100

AN_ACTOR = "an actor's id; /api/v1/actors?q= finds it by name"


@dataclass(frozen=True, slots=True)
class PathsAsked:
    """The ``k`` cheapest ways from ``source`` to ``target``; ``ordered`` in the order of time."""

    selection: Selection
    source: str
    target: str
    max_length: int
    k: int
    direction: str
    ordered: bool


@dataclass(frozen=True, slots=True)
class CommonAsked:
    """Whom ``actors`` have in common."""

    chosen: EventFilter
    actors: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class DyadAsked:
    """What ``source`` and ``target`` do to each other."""

    chosen: EventFilter
    source: str
    target: str
    limit: int


@dataclass(frozen=True, slots=True)
class EgoAsked:
    """``actor`` and its partners over time."""

    chosen: EventFilter
    actor: str
    bucket: str
    limit: int


@dataclass(frozen=True, slots=True)
class MatrixAsked:
    """Who does what to whom among ``actors``, or among the ``limit`` strongest."""

    chosen: EventFilter
    actors: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class MeasureAsked:
    """``limit`` actors by the figure ``order`` of a measure."""

    selection: Selection
    measure: str
    order: str
    limit: int


Asked = PathsAsked | CommonAsked | DyadAsked | EgoAsked | MatrixAsked | MeasureAsked


def paths(given: Given) -> PathsAsked:
    """Raises BadParameter, as all of these."""
    p = Parameters(given, OF_PATHS)
    source, target = _ends(p)
    return PathsAsked(
        _selection(p),
        source,
        target,
        max_length=p.integer("max_length", 1, MAX_LENGTH, LENGTH),
        k=p.integer("k", 1, MAX_PATHS, PATHS),
        direction=p.choice("direction", PATH_DIRECTIONS, "out"),
        ordered=p.choice("ordered", ("true", "false"), "false") == "true",
    )


def common(given: Given) -> CommonAsked:
    """Several actors."""
    p = Parameters(given, OF_COMMON)
    actors = p.many("actor")
    allowed = f"{LEAST_ACTORS} to {MOST_ACTORS} different actors' ids"
    if not actors:
        raise BadParameter.missing("actor", allowed)
    if not LEAST_ACTORS <= len(actors) <= MOST_ACTORS:
        raise BadParameter.value("actor", ",".join(actors), allowed)
    return CommonAsked(_events(p), actors, p.integer("limit", 1, MAX_RANKED, RANKED))


def dyad(given: Given) -> DyadAsked:
    """Two actors."""
    p = Parameters(given, OF_DYAD)
    source, target = _ends(p)
    return DyadAsked(_events(p), source, target, p.integer("limit", 1, MAX_NAMED, NAMED))


def ego(given: Given) -> EgoAsked:
    """One actor."""
    p = Parameters(given, OF_EGO)
    actor = _needed(p, "actor")
    bucket = p.choice("bucket", EGO_BUCKETS, "year")
    return EgoAsked(_events(p), actor, bucket, p.integer("limit", 1, MAX_NAMED, NAMED))


def matrix(given: Given) -> MatrixAsked:
    """Some actors, or the strongest."""
    p = Parameters(given, OF_MATRIX)
    actors = p.many("actor")
    if actors and not LEAST_SIDE <= len(actors) <= MOST_SIDE:
        raise BadParameter.value(
            "actor", ",".join(actors), f"{LEAST_SIDE} to {MOST_SIDE} different actors' ids"
        )
    return MatrixAsked(_events(p), actors, p.integer("limit", LEAST_SIDE, MOST_SIDE, SIDE))


def measures(given: Given) -> MeasureAsked:
    """A measure of the network, or of the part around actors."""
    p = Parameters(given, OF_MEASURES)
    measure = p.choice("measure", MEASURES, "")
    if not measure:
        raise BadParameter.missing("measure", f"one of {', '.join(MEASURES)}")
    selection = _selection(
        p,
        actors=p.many("actor"),
        depth=p.integer("depth", 1, MAX_DEPTH, 1),
        direction=p.choice("direction", DIRECTIONS, "both"),
        sectors=p.sectors(),
        min_weight=p.integer("min_weight", 1, MAX_WEIGHT, 1),
    )
    return MeasureAsked(selection, measure, *_ranked(p, measure))


def of_job(given: Given, measure: str) -> tuple[str, int]:
    """By which figure of a measure, and how many."""
    return _ranked(Parameters(given, OF_JOBS), measure)


def query_of(asked: Asked) -> dict[str, object]:
    """The parameters that ask for ``asked``, defaults included, as ``meta.query`` repeats them."""
    options: dict[str, Any] = {
        name: getattr(asked, name) for name in asked.__slots__ if name not in ("selection", "chosen")
    }
    chosen = asked.selection if isinstance(asked, PathsAsked | MeasureAsked) else asked.chosen
    query: dict[str, object] = {
        "action": list(chosen.actions),
        "quad": list(chosen.quads),
        "from": chosen.start.isoformat() if chosen.start else None,
        "to": chosen.end.isoformat() if chosen.end else None,
        "modality": list(chosen.modalities),
        "min_confidence": chosen.min_confidence,
    }
    if isinstance(asked, CommonAsked | MatrixAsked):
        options["actor"] = list(options.pop("actors"))
    if isinstance(asked, MeasureAsked):
        query |= {"actor": list(asked.selection.actors), "depth": asked.selection.depth}
        query |= {"direction": asked.selection.direction, "sector": list(asked.selection.sectors)}
        query |= {"min_weight": asked.selection.min_weight}
    return {name: value for name, value in (query | options).items() if value not in (None, [])}


def _ranked(p: Parameters, measure: str) -> tuple[str, int]:
    columns = MEASURES[measure].columns
    return p.choice("order", columns, columns[0]), p.integer("limit", 1, MAX_RANKED, RANKED)


def _needed(p: Parameters, name: str) -> str:
    value = p.one(name)
    if value is None:
        raise BadParameter.missing(name, AN_ACTOR)
    return value


def _ends(p: Parameters) -> tuple[str, str]:
    source, target = _needed(p, "source"), _needed(p, "target")
    if source == target:
        raise BadParameter.value("target", target, "another actor than the source")
    return source, target


def _filters(p: Parameters) -> dict[str, Any]:
    start, end = p.days()
    return {
        "actions": p.many("action"),
        "quads": p.quads(),
        "start": start,
        "end": end,
        "modalities": p.modalities(ASSERTED),
        "min_confidence": p.fraction("min_confidence"),
    }


def _events(p: Parameters) -> EventFilter:
    return EventFilter(**_filters(p))


def _selection(p: Parameters, **more: Any) -> Selection:
    return Selection(**_filters(p), **more, limit=None)


def given_of(query: Mapping[str, object]) -> dict[str, list[str]]:
    """Parameters as a request gives them, from those of :func:`query_of`."""
    return {
        name: [_text(one) for one in (value if isinstance(value, list) else [value])]
        for name, value in query.items()
    }


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
