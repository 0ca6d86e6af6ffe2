"""Neighborhoods of hubs over HTTP, ``python -m bench.neighborhoods STORE``.

``whowhom serve`` over a store, such as the one that ``python -m bench store --events 1000000 --keep FOLDER`` leaves in
``FOLDER/whowhom``: median and 95th percentile in ms, and in brackets the processor time of a request, in the form
``graphology``; depth 1 with 200 edges, and depth 2 with 500, for the busiest actors in several date ranges. Asked are
95th percentiles of 30 and 150 ms. Then seconds of PageRank over the whole graph, the first time and again (3 and 0.02).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from bench import servers
from bench.client import Client, measure
from graph.selecting import EventFilter
from graph.store import Store

HUBS = 20
RANGES: tuple[dict[str, str], ...] = (
    {},
    {"from": "2005-01-01", "to": "2010-01-01"},
    {"from": "2008-03-01", "to": "2016-09-01"},
    {"from": "2012-01-01"},
    {"to": "2018-06-01"},
)
ASKED = {1: (200, 30), 2: (500, 150)}
"""By depth: the limit of edges, and the 95th percentile in ms."""

MEASURE = "/api/v1/measures?measure=pagerank"


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs all, prints a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.neighborhoods", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("store", type=Path)
    options = parser.parse_args(arguments)
    with Store.open(options.store) as store:  # for writing: so that the server need not bring it up to date
        hubs = [row.id for row in store.index.ranking(EventFilter(), rank="actors", limit=HUBS).rows]  # type: ignore[union-attr]
        events = store.index.counts()["events"]
    print(f"{events:,} events\n\n| | median / p95 (processor), ms | asked p95 |\n|---|---|---|")
    with servers.whowhom(options.store) as server:
        for depth, (limit, asked) in ASKED.items():
            paths = [
                f"/api/v1/neighborhood?{urlencode({'actor': hub, 'depth': depth, 'limit': limit} | dates)}"
                for dates in RANGES
                for hub in hubs
            ]
            found = measure(server, [(path, "application/json") for path in paths])
            print(
                f"| depth {depth}, limit {limit} | {found.median:.1f} / {found.p95:.1f} ({found.cpu:.1f}) | {asked} |"
            )
        client = Client(server)
        first, again = (_ranked(client) for _ in range(2))
        client.close()
    print(f"\nPageRank of all: {first:.2f} s the first time (asked 3), {again:.3f} s again (asked 0.02)")


def _ranked(client: Client) -> float:
    """Seconds until PageRank over all is answered, by a job where it takes longer than a request may."""
    start = time.perf_counter()
    answer = json.loads(client.get(MEASURE, "application/json"))
    while answer.get("state") == "running":
        time.sleep(0.05)
        answer = json.loads(client.get(f"/api/v1/jobs/{answer['id']}", "application/json"))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
