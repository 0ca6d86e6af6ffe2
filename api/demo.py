"""``whowhom demo``: the whole way of a datum on ten short texts, or on one's own, each step shown and timed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from csv import DictReader
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import click

from api.batch import documents
from api.console import Fault, plural, width
from api.render import ACTION, SOURCE, TARGET, Mark, answer_table, highlight, plain, shorten, table
from api.service import Coding, Service
from extract.model import CodedDocument, Document, Event
from extract.read import Failure, document_from
from graph.export import FORMATS, write_file
from graph.ids import action_property
from graph.network import Network, Selection

TEXTS = "demo_texts"
MAX_EVENTS, MAX_OF_EACH = 40, 5
"""Events that are printed of one text, and of each of several."""

MAX_EDGES = 10
GEXF = "whowhom.gexf"
ANSWER_SECONDS = 30

PLAIN_WIDTH = 110
JSON_ANSWER = "application/sparql-results+json"
TOTALS = """\
SELECT ?source ?action ?target ?events ?mentions {
  ?relation ww:source ?source ; ww:action ?action ; ww:target ?target ; ww:events ?events ; ww:mentions ?mentions
} ORDER BY DESC(?mentions) ?relation LIMIT 10"""


@dataclass(slots=True)
class Demo:
    """One run; without ``store`` in a new folder for temporary files, which stays there."""

    store: str | None
    port: int
    model: str | None

    def run(self, text: str | None) -> None:
        """Shows all steps on the packaged texts, or on the file ``text``. Raises Fault."""
        began = time.monotonic()
        texts = _packaged() if text is None else _given(text)
        coding = Coding(self.model)
        with _step("Language model"):
            model = coding.load().model
        with _step(f"Events in {plural(len(texts), 'text')}"):
            coded = [item for item in coding.extract(texts) if isinstance(item, CodedDocument)]
        _show_events(coded)
        folder = self.store or str(Path(tempfile.mkdtemp(prefix="whowhom-demo-")) / "store")
        with Service(folder, create=True, coding=coding, command="demo") as service:
            with _step("Graph"):
                loaded = service.load(coded, model=model)
            facts = service.info()
            sizes = ", ".join(
                plural(int(str(facts[f"{noun}s"])), noun) for noun in ("document", "event", "quad")
            )
            same = f" ({loaded.unchanged} of the documents stood there already)" if loaded.unchanged else ""
            _say(f"{folder} has {sizes}{same}.")
            query = _show_queries(service)
            busiest = _show_network(service, Path(folder).parent / GEXF)
        self._serve(folder, _questions(query, busiest), began)

    def _serve(self, folder: str, paths: Sequence[str], began: float) -> None:
        """A server of its own, until Ctrl-C at a terminal, else for the questions ``paths``."""
        # -P: a folder of the user's that is called api or graph is not taken for ours.
        command = [sys.executable, "-P", "-m", "api.cli", "serve"]
        command += [
            "--store",
            folder,
            "--port",
            str(self.port),
            *(["--model", self.model] if self.model else []),
        ]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
        stays = sys.stdin.isatty() and sys.stdout.isatty()
        try:
            with _step("Server"):
                address = _address(server)
            _say(f"It answers at {address}" + (" until Ctrl-C. Try for example:" if stays else "."))
            for path in paths:
                if stays:
                    _say(f"  curl '{address}{path}'")
                else:
                    _ask(address, path)
            _say(f"\nAll in {time.monotonic() - began:.1f} s.")
            if stays:
                server.wait()
        except KeyboardInterrupt:
            _say("")
        finally:
            server.terminate()
            server.wait()
            if server.stdout:
                server.stdout.close()


def _questions(query: str, busiest: str | None) -> list[str]:
    """Paths with queries, for the server."""
    actor = ["/api/v1/neighborhood?" + urllib.parse.urlencode({"actor": busiest})] if busiest else []
    return [*actor, "/sparql?" + urllib.parse.urlencode({"query": query})]


def _packaged() -> list[Document | Failure]:
    """The texts of the package, with the dates and publishers of their manifest."""
    folder = files("api") / TEXTS
    with (folder / "manifest.tsv").open(encoding="utf-8") as manifest:
        rows = list(DictReader(manifest, delimiter="\t"))
    return [
        document_from(
            {
                "text": (folder / row["file"]).read_text(encoding="utf-8"),
                **{key: row[key] or None for key in ("date", "publisher", "url")},
            },
            default_id=row["file"],
        )
        for row in rows
    ]


def _given(path: str) -> list[Document | Failure]:
    """The documents of a file of text or JSONL. Raises Fault where there is none in it."""
    found = list(documents([path], sys.stdin.buffer))
    good: list[Document | Failure] = [item for item in found if isinstance(item, Document)]
    bad = [item for item in found if isinstance(item, Failure)]
    if not good:
        raise Fault(bad[0].error)
    for failure in bad:
        click.echo(f"whowhom: {failure.error}", err=True)
    return good


@contextmanager
def _step(name: str, detail: str = "") -> Iterator[None]:
    """Says what was done and how long it took, when it is done."""
    start = time.monotonic()
    yield
    _say(f"\n== {name} ({time.monotonic() - start:.1f} s)" + (f"\n{detail}\n" if detail else ""))


def _say(message: str) -> None:
    click.echo(message)


def _show_events(coded: Sequence[CodedDocument]) -> None:
    """The events as a table, each with its sentence, in which the words are highlighted."""
    most = MAX_EVENTS if len(coded) == 1 else MAX_OF_EACH
    shown = [(one, event) for one in coded for event in one.events[:most]]
    space = width() or PLAIN_WIDTH
    headers = ("source", "action", "target", "type", "modality", "when")
    header, rule, *lines = table(headers, [_cells(event) for _, event in shown], width=space)
    _say(f"{header}\n{rule}" if shown else "No event was found: nobody does anything to anybody in it.")
    for line, (one, event) in zip(lines, shown, strict=True):
        if event is one.events[0]:
            about = (one.document.id, one.document.publisher, one.document.date, one.document.title)
            _say("\n# " + plain(", ".join(str(fact) for fact in about if fact)))
        _say(line)
        _say(f"    {_sentence(event, space - 10)}")
    if left := sum(len(one.events) for one in coded) - len(shown):
        _say(f"\n… and {left} more.")


def _cells(event: Event) -> tuple[str | None, ...]:
    source, target = (mention.actor.name if mention else None for mention in (event.source, event.target))
    action = f"not {event.relation}" if event.negated else event.relation
    return source, action, target, event.type, event.modality, _when(event)


def _when(event: Event) -> str | None:
    if event.date is None:
        return None
    day = event.date.start.isoformat()
    shown = {"day": day, "month": day[:7], "year": day[:4]}
    return shown.get(event.date.granularity, f"{day} ({event.date.granularity})")


def _sentence(event: Event, space: int) -> str:
    """Some ``space`` characters of the sentence, with who, what and whom highlighted."""
    words = [(event.trigger, ACTION)]
    words += [(m.span, style) for m, style in ((event.source, SOURCE), (event.target, TARGET)) if m]
    begin, text = event.sentence.span.start, event.sentence.span.text
    inside = [(span, style) for span, style in words if begin <= span.start and span.end <= begin + len(text)]
    # The window begins with the sentence, or so late that the last of the words is in it.
    last = max((span.end - begin for span, _ in inside), default=0)
    offset = max(0, min(last + space // 4, len(text)) - space)
    window = ("…" if offset else "") + text[offset : offset + space]
    window += "…" if offset + space < len(text) else ""
    shift = begin + offset - (1 if offset else 0)
    marks = (Mark(span.start - shift, span.end - shift, style) for span, style in inside)
    return highlight(window, marks, colour=sys.stdout.isatty())


def _show_queries(service: Service) -> str:
    """Two queries with their answers; returns the first."""
    prefixes = service.store.prefixes
    strongest = next(iter(service.network(Selection(limit=1)).edges), None)
    action = strongest.label if strongest else "meet"
    name = shorten(action_property(action).value, prefixes)
    first = f"SELECT ?source ?target {{ ?source {name} ?target }}"
    for query in (first, TOTALS):
        with _step("SPARQL", query), service.sparql.query(query, accept=[JSON_ANSWER]) as answer:
            found = json.loads(answer.read())
        _say("\n".join(answer_table(found, prefixes, width=width())))
    return first


def _show_network(service: Service, path: Path) -> str | None:
    """The strongest edges around the busiest actor, and the file for Gephi; returns the actor's id."""
    with _step("Network"):
        network = service.network(Selection(limit=None))
    busiest = max(network.nodes, key=lambda node: node.events, default=None)
    if busiest:
        around = service.network(Selection(actors=(busiest.id,), limit=MAX_EDGES))
        _say(f"The strongest edges around {busiest.label} ({busiest.id}), {_of(around)}:")
        rows = [(e.source, e.action, e.target, e.weight, e.mentions, e.first) for e in around.edges]
        headers = ("source", "action", "target", "events", "mentions", "first")
        _say("\n".join(table(headers, rows, width=width())))
    with _step("Gephi"):
        write_file(network, path, FORMATS["gexf"])
    _say(f"{path} has {plural(len(network.nodes), 'actor')} and {plural(len(network.edges), 'relation')}.")
    return busiest.id if busiest else None


def _of(network: Network) -> str:
    return f"{network.meta['returned']} of {network.meta['total']}"


def _address(server: subprocess.Popen[str]) -> str:
    """The address that the server prints when it is ready; Fault if it ends instead."""
    for line in server.stdout or ():
        if address := re.search(r"http://\S+", line):
            return address[0]
    raise Fault(f"the server did not start (status {server.wait()})")


def _ask(address: str, path: str) -> None:
    """Asks the server, and says what came."""
    with _step(f"GET {path}"), urllib.request.urlopen(address + path, timeout=ANSWER_SECONDS) as response:  # noqa: S310 - our own server
        data = json.load(response)
    if "nodes" in data:
        shown = f"{plural(len(data['nodes']), 'actor')}, {plural(len(data['edges']), 'relation')}"
    else:
        shown = plural(len(data["results"]["bindings"]), "row")
    _say(f"{response.status} {response.headers['Content-Type']}: {shown}")
