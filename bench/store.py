"""The store against its peers, in one run over the same generated events: ``python -m bench store``.

whowhom over HTTP, ``oxigraph serve`` and Virtuoso 7 answer the same questions, each as well as it can, over HTTP on the
loopback: median and 95th percentile of so many requests with varied values, hubs and tails in turn, after a warm-up,
and in brackets the processor time of a request, which is the figure to compare where the machine is busy with else.
Bare pyoxigraph in this process is the yardstick of what is asked in SPARQL (the median of ``/sparql`` should be below
1.1 times its own and 2 ms), and its ``bulk_load`` of our quads that of the load (0.6 of its rate). Then requests a
second of a mix over 8 connections, resident memory, a new document's way into the store, and the new snapshot that
queries see after it.

::

    python -m bench store                                 # 100,000 events
    python -m bench store --events 1000000 --keep FOLDER --json FILE

``--keep`` keeps the stores and takes them from there the next time; a store ``FOLDER/whowhom`` that is there already is
taken as it is. The events come from ``../shared/tools/generate_events.py``; without it, or without Virtuoso, the run
says so and goes on.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from api.service import Service
from bench import servers
from bench.client import Client, Request, Timing, measure, mixed, timing
from bench.columns import bare_columns
from bench.prepare import Prepared
from bench.questions import Question, questions
from extract.model import CodedDocument
from extract.record import from_record
from graph import folder as layout
from graph.store import Store

RESULTS = "application/sparql-results+json"
GRAPHS = "application/n-triples"
BARE = "pyoxigraph"
COLUMNS = "DuckDB"
NEW_DOCUMENTS = 50

Report = dict[str, Any]


def say(text: str) -> None:
    """A line about what goes on, beside the results."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs all, prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench store", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200, help="of each question to each server")
    parser.add_argument("--seconds", type=float, default=10, help="of mixed requests")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the results as JSON, too")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the stores here, or take them from here"
    )
    parser.add_argument("--without", action="append", default=[], choices=("oxigraph", "virtuoso", "ingest"))
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        prepared = Prepared(folder.resolve(), options.events, say)
        report = run(prepared, options)
    for line in table(report):
        print(line)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def run(prepared: Prepared, options: argparse.Namespace) -> Report:
    """All measurements."""
    report: Report = {"events": options.events, "cores": os.cpu_count(), "load_average": [os.getloadavg()[0]]}
    with Store.open(
        prepared.whowhom
    ) as store:  # for writing: so that the server need not bring it up to date
        asked = questions(store.index, store.iris, requests=options.requests)
        holds = store.info()
        report["holds"] = {
            name: holds[name] for name in ("documents", "events", "mentions", "relations", "quads")
        }
    report["questions"] = {question.name: {"asked p95": question.asked} for question in asked}
    for name, found in bare_columns(prepared.whowhom / layout.INDEX, asked).items():
        report["questions"][name][COLUMNS] = dataclasses.asdict(found)
    report["servers"] = {}
    with servers.whowhom(prepared.whowhom) as server:
        ask(report, server, asked, ours=True, seconds=options.seconds)
    if "oxigraph" in options.without:
        say("oxigraph serve is left out")
    else:
        bare(report, prepared.oxigraph, asked)
        program = servers.oxigraph_program()
        if program is None:
            say("no oxigraph program: oxigraph serve is left out")
        else:
            with servers.oxigraph(program, prepared.oxigraph) as server:
                ask(report, server, asked, ours=False, seconds=options.seconds)
    if "virtuoso" in options.without or shutil.which("virtuoso-t") is None:
        say("Virtuoso is left out" + ("" if "virtuoso" in options.without else ": there is no virtuoso-t"))
    else:
        with servers.virtuoso(prepared.virtuoso, prepared.folder) as (server, _):
            ask(report, server, asked, ours=False, seconds=options.seconds)
    load_rate(report, prepared)
    if "ingest" not in options.without:
        report["ingest"] = ingest(prepared.whowhom)
    report["load_average"].append(os.getloadavg()[0])
    return report


def requests_of(question: Question, server: servers.Server, *, ours: bool) -> list[Request]:
    """The requests of a question to a server."""
    if ours:
        return [
            (question.path(values), f"{RESULTS}, {GRAPHS}, application/json") for values in question.values
        ]
    accept = GRAPHS if "CONSTRUCT" in question.query(question.values[0]) else RESULTS
    return [(server.query_path(question.query(values)), accept) for values in question.values]


def ask(
    report: Report, server: servers.Server, asked: Sequence[Question], *, ours: bool, seconds: float
) -> None:
    """Every question to a server, then a mix of those about the index, then its memory."""
    mix: list[Request] = []
    for question in asked:
        say(f"{server.name}: {question.name} …")
        requests = requests_of(question, server, ours=ours)
        record(report, question, server.name, measure(server, requests))
        note_rows(report, question, server, requests)
        mix += requests if question.asked is not None else []
    say(f"{server.name}: mixed requests …")
    rate, errors = mixed(server, mix, seconds=seconds)
    again, more = mixed(server, mix, seconds=seconds, kept=True)
    errors += more
    report["servers"][server.name] = {
        "mixed requests a second": rate,
        "with kept answers": again,
        "errors": len(errors),
        "first error": errors[0] if errors else None,
        "memory MB": servers.memory(server.pid),
    }


def record(report: Report, question: Question, name: str, found: Timing) -> None:
    """Puts a time into the report."""
    report["questions"][question.name][name] = dataclasses.asdict(found)


def note_rows(report: Report, question: Question, server: servers.Server, requests: list[Request]) -> None:
    """How many rows the first answers have, so that it shows where two servers do not answer the same."""
    client = Client(server)
    bodies = [client.get(*request) for request in requests[:4]]
    client.close()
    rows = question.rows if server.name == "whowhom" else rows_of_sparql
    report["questions"][question.name].setdefault("rows", {})[server.name] = [rows(body) for body in bodies]


def rows_of_sparql(body: bytes) -> int:
    """Solutions or triples."""
    if body.lstrip().startswith(b"{"):
        return len(json.loads(body)["results"]["bindings"])
    return body.count(b"\n")


def bare(report: Report, location: Path, asked: Sequence[Question]) -> None:
    """The SPARQL of every question by pyoxigraph in this process, from its text to the serialised answer."""
    store = ox.Store.read_only(str(location))

    def answer(text: str) -> bytes:
        found = store.query(text, use_default_graph_as_union=True)
        form = ox.RdfFormat.N_TRIPLES if isinstance(found, ox.QueryTriples) else ox.QueryResultsFormat.JSON
        return found.serialize(format=form) or b""  # type: ignore[arg-type,union-attr]

    for question in asked:
        say(f"{BARE}: {question.name} …")
        texts = [question.query(values) for values in question.values]
        for text in texts[-20:]:
            answer(text)
        cpu = time.process_time()
        times = [seconds(lambda text=text: answer(text)) for text in texts]  # type: ignore[misc]
        record(report, question, BARE, timing(times, cpu=time.process_time() - cpu))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def load_rate(report: Report, prepared: Prepared) -> None:
    """Quads a second of our load and of the bare bulk load."""
    quads, known = report["holds"]["quads"], prepared.known
    report["load"] = {
        name: {"seconds": known[f"{step} s"], "quads a second": quads / known[f"{step} s"]}
        for name, step in (("whowhom", "whowhom"), (BARE, "oxigraph"), ("Virtuoso 7", "virtuoso"))
        if f"{step} s" in known
    }


def new_document(number: int) -> CodedDocument:
    """A report that no store has yet."""
    day = dt.date(2026, 1, 1) + dt.timedelta(number)
    text = "USA meets CHN, officials said."
    actors = [
        {
            "code": code,
            "sector": "GOV",
            "name": code,
            "type": "State",
            "text": code,
            "start": at,
            "end": at + 3,
        }
        for code, at in (("USA", 0), ("CHN", 10))
    ]
    event = {
        "source": actors[0],
        "relation": "meet",
        "event": "CONSULT",
        "mode": None,
        "contexts": [],
        "cameo": "036",
        "quad": 1,
        "goldstein": 4.0,
        "target": actors[1],
        "modality": "actual",
        "negated": False,
        "date": {
            "start": str(day),
            "end": str(day + dt.timedelta(1)),
            "granularity": "day",
            "basis": "document",
        },
        "place": None,
        "attribution": None,
        "sentence": {"number": 1, "start": 0, "end": len(text), "text": text},
        "trigger": {"text": "meets", "start": 4, "end": 9},
        "rule": "meet.v.1",
        "confidence": random.Random(number).uniform(0.4, 1),
    }
    return from_record({"id": f"new-{number}", "date": str(day), "text": text, "events": [event]})


def ingest(store: Path) -> Report:
    """New documents one at a time into a copy of the store, and after each the snapshot that queries see it in."""
    say("new documents …")
    with tempfile.TemporaryDirectory(dir=store.parent) as folder:
        copy = Path(
            shutil.copytree(store, Path(folder) / "store", ignore=shutil.ignore_patterns("snapshots"))
        )
        (copy / layout.LOCK).unlink(missing_ok=True)
        writes, switches = [], []
        with Service(copy) as service:
            service.warm()
            spent = [0.0, 0.0]
            for number in range(NEW_DOCUMENTS):
                coded = new_document(number)
                marks = [time.process_time()]
                writes.append(seconds(lambda coded=coded: service.load([coded])))  # type: ignore[misc]
                marks.append(time.process_time())
                switches.append(seconds(service.warm))
                marks.append(time.process_time())
                spent = [total + marks[n + 1] - marks[n] for n, total in enumerate(spent)]
        return {
            "write": dataclasses.asdict(timing(writes, cpu=spent[0])),
            "snapshot and switch": dataclasses.asdict(timing(switches, cpu=spent[1])),
        }


def table(report: Report) -> list[str]:
    """The report in Markdown."""
    names = [
        name for name in ("whowhom", "oxigraph serve", "Virtuoso 7", BARE, COLUMNS) if _measured(report, name)
    ]
    held = ", ".join(f"{number:,} {what}" for what, number in report["holds"].items())
    loads = " to ".join(f"{load:.1f}" for load in report["load_average"])
    lines = [
        f"{report['events']:,} generated events ({held}); {report['cores']} cores, load average {loads}.",
        "",
        "| median / p95 (processor), ms | asked p95 | "
        + " | ".join(names)
        + " | best peer / whowhom, median |",
        "|---|" + "---|" * (len(names) + 2),
    ]
    for name, found in report["questions"].items():
        cells = [_times(found[n]) if n in found else "" for n in names]
        peers = [found[n]["median"] for n in names[1:] if n in found and n not in (BARE, COLUMNS)]
        ratio = f"{min(peers) / found['whowhom']['median']:.1f}" if peers else ""
        asked = f"{found['asked p95']:g}" if found["asked p95"] else _sparql_bound(found)
        lines.append(f"| {name} | {asked} | " + " | ".join(cells) + f" | {ratio} |")
    lines += ["", *_others(report)]
    return lines


def _times(found: Report) -> str:
    return f"{found['median']:.1f} / {found['p95']:.1f} ({found['cpu']:.1f})"


def _measured(report: Report, name: str) -> bool:
    return any(name in found for found in report["questions"].values())


def _sparql_bound(found: Report) -> str:
    return f"median {1.1 * found[BARE]['median'] + 2:.1f}" if BARE in found else ""


def _others(report: Report) -> list[str]:
    lines = []
    for name, found in report["servers"].items():
        memory = found["memory MB"]
        errors = f", {found['errors']} errors ({found['first error']})" if found["errors"] else ", no error"
        lines.append(
            f"- {name}: {found['mixed requests a second']:.0f} mixed requests a second over 8 connections, "
            f"{found['with kept answers']:.0f} where answers may be given again{errors}; "
            f"{memory['pss']:.0f} MB resident ({memory['rss']:.0f} with shared pages counted again) in "
            f"{memory['processes']:.0f} processes"
        )
    for name, found in report["load"].items():
        lines.append(
            f"- load, {name}: {found['seconds']:.1f} s, {found['quads a second']:,.0f} quads a second"
        )
    if {"whowhom", BARE} <= report["load"].keys():
        rates = [report["load"][name]["quads a second"] for name in ("whowhom", BARE)]
        lines.append(f"- load, whowhom to bare bulk load: {rates[0] / rates[1]:.2f} (asked 0.6)")
    for what, found in report.get("ingest", {}).items():
        lines.append(f"- a new document, {what}: {_times(found)} ms")
    return lines


if __name__ == "__main__":
    main()
