"""Stores of the same generated events for ``bench.store``: ours, and the peers' from our quads.

What a folder has already is not made again; ``prepared.json`` keeps the seconds that each step took.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pyoxigraph as ox

from bench import servers
from graph import folder as layout

ROOT = Path(__file__).resolve().parent.parent
GENERATOR = ROOT.parent / "shared" / "tools" / "generate_events.py"
ACTORS, LINKS = 5_000, 20_000
"""The network of :attr:`Prepared.network`."""

SENTENCES = 50
"""Of a made-up document at most."""

Record = dict[str, Any]
Kind = tuple[str, str, str, int, float]


class Prepared:
    """The stores in a folder, each made at the first need."""

    def __init__(self, folder: Path, events: int, say: Callable[[str], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._events = events
        self._say = say
        self._notes = folder / "prepared.json"
        self.known: dict[str, Any] = json.loads(self._notes.read_text()) if self._notes.exists() else {}
        if self.known.setdefault("events", events) != events:
            raise SystemExit(
                f"{folder} holds stores of {self.known['events']} events, not {events}. Take another --keep."
            )

    def _made(self, name: str, what: str, make: Callable[[Path], None]) -> Path:
        path = self.folder / name
        if f"{name} s" not in self.known:
            if name == "whowhom" and (path / layout.METADATA).exists():
                self._say(f"{path} was there: its load is not timed")
                return path
            shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True) if path.is_file() else None
            self._say(f"{what} …")
            start = time.perf_counter()
            make(path)
            self.known[f"{name} s"] = round(time.perf_counter() - start, 2)
            self.known[f"{name} load average"] = os.getloadavg()[0]
            self._notes.write_text(json.dumps(self.known, indent=1), "utf-8")
        return path

    @property
    def lines(self) -> Path:
        """The event records, a document a line."""
        return self._made("events.jsonl", f"{self._events} events are generated", self._generate)

    def _generate(self, path: Path) -> None:
        with path.open("w", encoding="utf-8") as out:
            if GENERATOR.exists():
                command = [sys.executable, str(GENERATOR), str(self._events)]
                subprocess.run(command, stdout=out, check=True)
            else:
                self._say(f"no {GENERATOR}: simpler events are made instead")
                for line in made_up(self._events):
                    out.write(json.dumps(line) + "\n")

    @property
    def whowhom(self) -> Path:
        """Our store."""
        place = self.folder / "whowhom"
        lines = None if (place / layout.METADATA).exists() else self.lines

        def load(path: Path) -> None:
            command = [sys.executable, "-m", "api.cli", "load", "--store", str(path), str(lines)]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

        return self._made("whowhom", "whowhom loads them", load)

    @property
    def network(self) -> Path:
        """A store of ours whose last period is one large network: as many links as are drawn at most."""

        def load(path: Path) -> None:
            lines = "".join(json.dumps(one) + "\n" for one in made_up_network(ACTORS, LINKS))
            command = [sys.executable, "-m", "api.cli", "load", "--store", str(path), "-"]
            subprocess.run(command, input=lines, text=True, stdout=subprocess.DEVNULL, check=True)

        return self._made("network", f"a network of {ACTORS} actors and {LINKS} links is loaded", load)

    @property
    def quads(self) -> Path:
        """All that our store holds, as N-Quads."""
        store = self.whowhom

        def dump(path: Path) -> None:
            ox.Store.read_only(str(store / layout.RDF)).dump(str(path), format=ox.RdfFormat.N_QUADS)

        return self._made("quads.nq", "its quads are written", dump)

    @property
    def oxigraph(self) -> Path:
        """A bare store that ``bulk_load`` has filled with our quads."""
        quads = self.quads

        def load(path: Path) -> None:
            store = ox.Store(str(path))
            store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
            store.flush()

        return self._made("oxigraph", "bare pyoxigraph bulk-loads them", load)

    @property
    def virtuoso(self) -> Path:
        """A Virtuoso database of our quads."""
        quads = self.quads

        def load(path: Path) -> None:
            with servers.virtuoso(path, self.folder) as (_, port), ThreadPoolExecutor(2) as pool:
                servers.isql(port, f"ld_dir('{self.folder}', '{quads.name}', 'http://example.org/none');")
                list(pool.map(lambda _: servers.isql(port, "rdf_loader_run();"), range(2)))
                failed = servers.isql(
                    port, "select ll_error from DB.DBA.load_list where ll_state <> 2 or ll_error is not null;"
                )
                if "\n0 Rows." not in failed:
                    raise RuntimeError(f"Virtuoso did not load {quads}: {failed}")
                servers.isql(port, "checkpoint;")

        return self._made("virtuoso", "Virtuoso loads them", load)


KINDS = (
    ("meet", "CONSULT", "036", 1, 4.0),
    ("accuse", "ACCUSE", "112", 3, -2.0),
    ("aid", "AID", "073", 2, 7.4),
)
"""Relation, PLOVER type, CAMEO code, quad class and Goldstein score of what is made up."""


def made_up(events: int, seed: int = 1) -> Iterator[Record]:
    """Event records of the form that ``load`` reads, where the generator is missing: 200 actors, the first busiest."""
    rng = random.Random(seed)
    codes = [a + b + c for a in "ABCDEFGH" for b in "KLMNO" for c in "TUVWX"]
    for number in range(events):
        source, target = (int(len(codes) * rng.random() ** 3) for _ in range(2))
        names = codes[source], codes[target if target != source else (target + 1) % len(codes)]
        kind = rng.choice(KINDS)
        day = date(2000, 1, 1) + timedelta(rng.randrange(9000))
        yield _document(f"made-up-{number:08}", [(names, kind, day)])


def made_up_network(actors: int, links: int, seed: int = 1) -> Iterator[Record]:
    """Records of one year in which so many actors are joined by so many links: a few by many, one in ten by several
    events. All actors are joined with each other."""
    rng = random.Random(seed)
    codes = [a + b + c for a in ascii_uppercase for b in ascii_uppercase for c in ascii_uppercase][:actors]
    pairs = {(codes[number], codes[int(number * rng.random() ** 3)]) for number in range(1, actors)}
    while len(pairs) < links:
        source, target = (int(actors * rng.random() ** 3) for _ in range(2))
        if source != target:
            pairs.add((codes[source], codes[target]))
    told = []
    for pair in sorted(pairs):
        kind = rng.choice(KINDS)
        times = rng.randrange(2, 9) if rng.random() < 0.1 else 1
        told += [(pair, kind, date(2023, 1, 1) + timedelta(rng.randrange(365))) for _ in range(times)]
    for at in range(0, len(told), SENTENCES):
        yield _document(f"network-{at:08}", told[at : at + SENTENCES])


def _document(id_: str, told: list[tuple[tuple[str, str], Kind, date]]) -> Record:
    """A document with a sentence and an event for each of what is told."""
    text, events = "", []
    for number, (names, kind, day) in enumerate(told, 1):
        start = len(text) + 1 if text else 0
        sentence = f"{names[0]} {kind[0]}s {names[1]}."
        text += (" " if text else "") + sentence
        events.append(_event(names, kind, day, {"number": number, "start": start, "text": sentence}))
    return {"id": id_, "date": str(told[-1][2]), "text": text, "events": events}


def _event(names: tuple[str, str], kind: Kind, day: date, sentence: Record) -> Record:
    word, plover, cameo, quad, score = kind
    begin = sentence["start"]
    trigger = begin + len(names[0]) + 1
    known = {"sector": "GOV", "type": "State"}
    source, target = (
        {"code": name, "name": name, "text": name, "start": at, "end": at + len(name), **known}
        for name, at in zip(names, (begin, trigger + len(word) + 2), strict=True)
    )
    return {
        "source": source,
        "relation": word,
        "event": plover,
        "mode": None,
        "contexts": [],
        "cameo": cameo,
        "quad": quad,
        "goldstein": score,
        "target": target,
        "modality": "actual",
        "negated": False,
        "date": {
            "start": str(day),
            "end": str(day + timedelta(1)),
            "granularity": "day",
            "basis": "expression",
        },
        "place": None,
        "attribution": None,
        "sentence": sentence | {"end": begin + len(sentence["text"])},
        "trigger": {"text": f"{word}s", "start": trigger, "end": trigger + len(word) + 1},
        "rule": f"{word}.v.1",
        "confidence": 0.8,
    }
