"""A loader that is killed at any moment: what it acknowledged is in the store, whole, and all counts are right."""

from __future__ import annotations

import contextlib
import pickle
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from extract.model import CodedDocument
from graph import ids
from graph.network import Selection
from graph.reports import from_quads
from graph.selecting import EventFilter
from graph.store import Store

KILLS = 8
SEED = 20170104
BATCH = 3
MOST_ACKNOWLEDGED = 8
"""Batches in one life, at most."""

LONGEST_PAUSE = 0.03
"""Seconds between the last acknowledgement that is read and the kill, at most: about as long as a batch takes."""

IDS = 60
ACTORS = ("KOR", "PRK", "JPN", "NOR", "BLR")
ACTIONS = (("pressure", "REQUEST"), ("shell", "ASSAULT"), ("aid", "AID"))

CHILD = """
import pickle, sys
from pathlib import Path
from graph import ahead
from graph.store import Store
if sys.argv[2] == "bulk":
    ahead.BULK_CHUNK = 1
with Store.open(sys.argv[1], create=True) as store, Path(sys.argv[3]).open("rb") as batches:
    for batch in pickle.load(batches)[int(sys.argv[4]) :]:
        store.load(batch)
        print("stored", flush=True)
"""

Report = Callable[..., CodedDocument]


def writes(report: Report) -> Iterator[CodedDocument]:
    """Documents that often replace an earlier one, and report the same events as others."""
    dice = random.Random(SEED)
    while True:
        source, target = dice.sample(ACTORS, 2)
        relation, kind = dice.choice(ACTIONS)
        yield report(
            f"d{dice.randrange(IDS)}",
            source,
            relation,
            target,
            type_=kind,
            day=f"2017-01-0{dice.randint(1, 5)}",
            negated=dice.random() < 0.1,
            confidence=round(dice.random(), 3),
        )


def batches(report: Report, number: int) -> list[list[CodedDocument]]:
    stream = writes(report)
    return [list({c.document.id: c for c in islice(stream, BATCH)}.values()) for _ in range(number)]


def state(done: list[list[CodedDocument]]) -> list[CodedDocument]:
    """The documents that a store holds after these batches."""
    held = {coded.document.id: coded for batch in done for coded in batch}
    return sorted(held.values(), key=lambda coded: coded.document.id)


def lived(place: Path, plan: Path, done: int, dice: random.Random, *, bulk: bool) -> int:
    """Lets a loader live for a while; how many batches it acknowledged before it was killed."""
    command = [sys.executable, "-c", CHILD, place, "bulk" if bulk else "plain", plan, str(done)]
    wanted, acknowledged = dice.randint(0, MOST_ACKNOWLEDGED), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        while acknowledged < wanted:
            assert child.stdout.readline() == "stored\n"
            acknowledged += 1
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(dice.uniform(0, LONGEST_PAUSE))
        child.kill()
        acknowledged += len(child.stdout.readlines())  # said before the end, and not read until now
    assert child.returncode == -9
    return acknowledged


def check_counts(store: Store, held: list[CodedDocument], unharmed: Store) -> None:
    """Events, index and relations are what can be counted in the documents that the store holds."""
    reports = [(ids.event_id(e, c.document.id), e) for c in held for e in c.events]
    mentions = Counter(event_id for event_id, _ in reports)
    rows = store.index.events(EventFilter(), limit=1000).rows
    assert {row.event: row.mentions for row in rows} == mentions
    expected: dict[str, tuple[int, int, Decimal]] = {}
    for event_id, event in dict(reports).items():
        assert event.source is not None
        assert event.target is not None
        name = ids.relation_id(event.source.actor.id, event.relation, event.target.actor.id)
        events, times, score = expected.get(name, (0, 0, Decimal(0)))
        if not event.negated:
            events, times, score = (
                events + 1,
                times + mentions[event_id],
                score + Decimal(str(event.goldstein)),
            )
        expected[name] = events, times, score
    found = store.query(
        "SELECT * { ?r a ww:Relation ; ww:events ?events ; ww:mentions ?mentions ; ww:goldsteinSum ?sum }"
    )
    assert isinstance(found, ox.QuerySolutions)
    assert {
        store.iris.local("relation", row["r"]): (
            int(row["events"].value),
            int(row["mentions"].value),
            Decimal(row["sum"].value),
        )
        for row in found
    } == expected
    edges = store.index.network(Selection(limit=None)).edges
    assert {edge.id: (edge.weight, edge.mentions) for edge in edges} == {
        name: totals[:2] for name, totals in expected.items() if totals[0]
    }
    generation = store.iris.graph("store")
    assert {quad for quad in store.rdf if quad.graph_name != generation} == {
        quad for quad in unharmed.rdf if quad.graph_name != generation
    }


def test_nothing_acknowledged_is_lost(tmp_path: Path, report: Report) -> None:
    dice = random.Random(SEED)
    place, plan = tmp_path / "store", tmp_path / "batches"
    every = batches(report, KILLS * (MOST_ACKNOWLEDGED + 40))
    done = acknowledged = 0
    plan.write_bytes(pickle.dumps(every))
    with Store.open(tmp_path / "unharmed", create=True) as unharmed:
        for life in range(KILLS):
            told = lived(place, plan, done, dice, bulk=life % 3 == 2)
            acknowledged += sum(len(batch) for batch in every[done : done + told])
            done += told
            with Store.open(place, create=True) as store:
                held = from_quads(store.rdf, store.iris)
                if held != state(every[:done]):
                    done += 1  # the batch that was under way may have been stored, but only whole
                    assert held == state(every[:done]), f"life {life}, after {done} batches"
                unharmed.load(held)
                check_counts(store, held, unharmed)
        with Store.open(place) as store:
            assert list(store.validate()) == []
    print(f"{KILLS} kills, {acknowledged} documents acknowledged, none lost")
    assert acknowledged > KILLS * BATCH
