"""The bare columnar table for ``bench.store``: how fast this machine answers what the design was measured with.

The same questions as ``anchors.md`` has for a table in DuckDB, in process, SQL text to rows, without names, totals and
all else that an answer of whowhom has: the ratio to the figures there says how fast this machine is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench.client import Timing, timing
from bench.questions import EDGES, PAGE, Question

_NEIGHBORHOOD = f"""SELECT source, action, target, count(*) AS n, avg(goldstein), min(start_date), max(start_date)
FROM events WHERE (source = $actor OR target = $actor) AND start_date >= $from AND start_date < $to
GROUP BY ALL ORDER BY n DESC LIMIT {EDGES}"""

_EVENTS = f"""SELECT event, action, start_date, goldstein, modality FROM events
WHERE source = $source AND target = $target AND start_date >= $from AND start_date < $to
ORDER BY start_date DESC LIMIT {PAGE}"""

_TARGETS = """SELECT target, count(*) AS n FROM events WHERE source = $actor GROUP BY target ORDER BY n DESC LIMIT 20"""

_TIMELINE = """SELECT date_trunc('month', start_date), quad, count(*), sum(goldstein) FROM events
WHERE source = $source AND target = $target GROUP BY ALL"""

QUERIES = {
    "one-hop neighborhood": _NEIGHBORHOOD,
    "events of a dyad": _EVENTS,
    "top 20 targets": _TARGETS,
    "timeline of a dyad": _TIMELINE,
}
"""By the beginning of the question's name."""


def bare_columns(index: Path, asked: Sequence[Question]) -> dict[str, Timing]:
    """The times of those questions that a table alone answers, by their names; nobody may have ``index`` open."""
    found: dict[str, Timing] = {}
    with duckdb.connect(str(index), read_only=True, config={"threads": 2}) as connection:
        for question in asked:
            query = next((sql for name, sql in QUERIES.items() if question.name.startswith(name)), None)
            if query is None:
                continue
            connection.execute(query, question.values[0]).fetchall()
            times, cpu = [], time.process_time()
            for values in question.values:
                start = time.perf_counter()
                connection.execute(query, values).fetchall()
                times.append(time.perf_counter() - start)
            found[question.name] = timing(times, cpu=time.process_time() - cpu)
    return found
