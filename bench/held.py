"""The index asked in process, by its tables and by the columns in memory: ``python -m bench.held STORE/index.duckdb``.

Processor time of each question, median and 95th percentile in ms, hubs and tails in turn; whether both answer the same;
and what the columns take to be made. To be run on a store that nobody has open.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from graph.index import Index
from graph.network import ACTUAL, Selection
from graph.selecting import EventFilter

HUBS = 12
WARM = 5

Asked = Callable[[Index], Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.held", description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--requests", type=int, default=100, help="of each question")
    options = parser.parse_args(arguments)
    index = Index(options.index, read_only=True)
    asked = questions(index, options.requests)
    from_tables = {name: measured(index, several) for name, several in asked.items()}
    before, wall, cpu = resident(), time.perf_counter(), time.process_time()
    index.columns.start()
    index.columns.finish()
    spent = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{index.counts()['events']:,} events: columns made in {spent[0]:.2f} s ({spent[1]:.2f} s of processor), "
          f"resident {before} MB before, {resident()} MB after\n")  # fmt: skip
    print("| processor, ms, median / p95 | tables | columns | answers |\n|---|---|---|---|")
    for name, several in asked.items():
        with mock.patch.object(index, "_tables", side_effect=AssertionError("asked of the tables")):
            held, answers = measured(index, several)
        same = "the same" if answers == from_tables[name][1] else "DIFFERENT"
        print(f"| {name} | {from_tables[name][0]} | {held} | {same} |")
    index.close()


def measured(index: Index, several: Sequence[Asked]) -> tuple[str, list[Any]]:
    """Median and 95th percentile, and the answers."""
    for question in several[:WARM]:
        question(index)
    times, answers = [], []
    for question in several:
        start = time.process_time()
        answer = question(index)
        times.append((time.process_time() - start) * 1000)
        answers.append(answer)
    times.sort()
    return f"{times[len(times) // 2]:.2f} / {times[int(len(times) * 0.95)]:.2f}", answers


def questions(index: Index, requests: int) -> dict[str, list[Asked]]:
    """Each question with different values."""
    rng = random.Random(1)
    ranked = {rank: index.ranking(EventFilter(), rank=rank, limit=1000).rows for rank in ("actors", "dyads")}
    actors: list[Any] = [row.id for row in ranked["actors"]]  # type: ignore[union-attr]
    dyads: list[Any] = [(row.source, row.target) for row in ranked["dyads"]]  # type: ignore[union-attr]

    def each(things: Sequence[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
        """One of the busiest or of the others, and a range of dates."""
        for number in range(requests):
            year = rng.randint(2000, 2018)
            first, last = dt.date(year, rng.randint(1, 9), 1), dt.date(year + rng.randint(1, 7), 10, 1)
            hub = things[number // 2 % HUBS]
            yield hub if number % 2 == 0 else rng.choice(things[HUBS:]), {"start": first, "end": last}

    def chosen(**given: Any) -> EventFilter:
        return EventFilter(modalities=ACTUAL, negated=False, **given)

    return {
        "neighborhood, dates": [asking("network", Selection(actors=(a,), **d)) for a, d in each(actors)],
        "neighborhood": [asking("network", Selection(actors=(a,))) for a, _ in each(actors)],
        "events of a dyad, dates": [
            asking("named_events", chosen(source=s, target=t, **d), limit=20) for (s, t), d in each(dyads)
        ],
        "targets of an actor": [
            asking("ranking", chosen(actor=a), rank="targets", limit=20) for a, _ in each(actors)
        ],
        "timeline of a dyad": [
            asking("timeline", chosen(source=s, target=t), bucket="month") for (s, t), _ in each(dyads)
        ],
        "actors, dates": [asking("ranking", chosen(**d), rank="actors", limit=20) for _, d in each(actors)],
        "dyads, dates": [asking("ranking", chosen(**d), rank="dyads", limit=20) for _, d in each(actors)],
        "latest events, dates": [asking("named_events", chosen(**d), limit=20) for _, d in each(actors)],
        "timeline of all": [asking("timeline", chosen(), bucket="month") for _ in range(requests // 10)],
    }


def asking(method: str, *values: Any, **more: Any) -> Asked:
    """A question to an index."""
    return lambda index: getattr(index, method)(*values, **more)


def resident() -> int:
    """Megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 // 1_000_000


if __name__ == "__main__":
    main()
