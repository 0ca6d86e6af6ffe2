"""The command line: progress and messages on standard error, data on standard output, ``-`` for standard input.

Exit status 0, 1 for a failure, 2 for wrong usage. What a command needs is imported when it runs, so that help and
usage errors come at once.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from api.console import (
    BATCH_HELP,
    Commands,
    coding,
    coding_options,
    counter,
    day_of,
    documents,
    files_argument,
    filters,
    given,
    inputs,
    known_country,
    model_option,
    place_options,
    plural,
    report,
    report_loaded,
    say,
    stdin,
    store_option,
    text_options,
    width,
    write_all,
    write_line,
)

if TYPE_CHECKING:
    from graph.endpoint import Address

    Place: TypeAlias = str | Address

NETWORK_FORMATS = ("gexf", "graphml", "graphology", "cytoscape", "node-link", "csv", "csv-nodes")
ANSWER_FORMATS = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
}
JSON_ANSWER = ANSWER_FORMATS["json"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="whowhom")
def cli() -> None:
    """Who did what to whom: news text to an event/actor knowledge graph."""


def main() -> None:
    """The console script."""
    cli(prog_name="whowhom")


@cli.command(epilog=BATCH_HELP)
@text_options
def extract(files: tuple[str, ...], **options: Any) -> None:
    """Texts to event records: one line of JSON a document on standard output.

    An input that fails becomes {"id": …, "error": …}, and the batch goes on.
    """
    from api.batch import counted, line_of
    from api.render import Progress

    failed = 0
    coder = coding(options)
    with Progress("documents") as progress:
        for item in counted(coder.extract(documents(files, options)), counter(progress)):
            record = line_of(item)
            failed += "error" in record
            write_line(record)
    done = progress.count - failed
    report(
        f"{plural(done, 'document')}, {plural(progress.events, 'event')} in {progress.seconds:.1f} s",
        done,
        failed,
    )


@cli.command(epilog=BATCH_HELP)
@store_option
@files_argument
def load(store: Place, files: tuple[str, ...]) -> None:
    """Event records, as extract writes them, into a store, which is made if it is not there.

    A document that the store has is replaced, or unchanged. What fails is listed on standard output, one line of
    JSON each.
    """
    from api.batch import counted, records
    from api.render import Progress
    from api.service import Service

    coded = records(inputs(files), stdin())
    with Service(store, create=True) as service, Progress("documents") as progress:
        loaded = service.load(counted(coded, counter(progress)))
    report_loaded(loaded, progress)


@cli.command(epilog=BATCH_HELP)
@store_option
@text_options
def ingest(store: Place, files: tuple[str, ...], **options: Any) -> None:
    """Texts into a store: extract and load in one.

    The same input twice is one: after an interruption, run it again. What fails is listed on standard output, one
    line of JSON each.
    """
    from api.batch import counted
    from api.render import Progress
    from api.service import Service

    coder = coding(options)
    texts = documents(files, options)
    coder.load()
    with Service(store, create=True, coding=coder) as service, Progress("documents") as progress:
        loaded = service.ingest(counted(texts, lambda _: progress.add(0)))
    report_loaded(loaded, progress)


@cli.command()
@store_option
@click.option("--format", "format_", type=click.Choice(["table", *ANSWER_FORMATS]), default="table")
@click.option("--timeout", type=float, metavar="SECONDS", help="Time that the query may take.")
@click.argument("text", metavar="SPARQL|-")
def query(store: Place, format_: str, timeout: float | None, text: str) -> None:
    """Answer a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE.

    The prefixes ww, rel, actor and so on need not be declared. A table shows graphs as Turtle.
    """
    from api.render import answer_table
    from api.service import Service

    accept = [ANSWER_FORMATS[format_]] if format_ != "table" else [JSON_ANSWER, ANSWER_FORMATS["ttl"]]
    if text == "-":
        text = stdin().read().decode("utf-8", "replace")
    with (
        Service(store, read_only=True) as service,
        service.query(text, accept=accept, timeout=timeout) as answer,
    ):
        if format_ == "table" and answer.media_type == JSON_ANSWER:
            lines = answer_table(json.loads(answer.read()), service.store.prefixes, width=width())
            click.echo("\n".join(lines))
        else:
            write_all(answer)


@cli.command()
@store_option
@click.option("--format", "format_", type=click.Choice(["table", *NETWORK_FORMATS]), default="table")
@filters
@click.argument("actors", nargs=-1, required=True, metavar="ACTOR...")
def neighborhood(store: Place, format_: str, actors: tuple[str, ...], **options: Any) -> None:
    """The strongest relations around actors, which are named by their ids, such as KOR."""
    from api.parameters import selection
    from api.render import table
    from api.service import Service
    from graph.export import FORMATS

    chosen = selection(given(options) | {"actor": list(actors)})
    with Service(store, read_only=True) as service:
        network = service.network(chosen)
    if format_ != "table":
        write_all(FORMATS[format_].stream(network))
        return
    headers = ("source", "action", "target", "events", "mentions", "first", "last")
    rows = ((e.source, e.action, e.target, e.weight, e.mentions, e.first, e.last) for e in network.edges)
    click.echo("\n".join(table(headers, rows, width=width())))
    say(f"{network.meta['returned']} of {network.meta['total']} relations")


@cli.command()
@store_option
@click.option("--format", "format_", type=click.Choice(NETWORK_FORMATS), default="gexf", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="By default standard output.")
@click.option("--actor", multiple=True, metavar="ID", help="Only around this actor; may be repeated.")
@filters
def export(store: Place, format_: str, output: str | None, **options: Any) -> None:
    """The network, or a part of it, as a file for Gephi and other programs."""
    from pathlib import Path

    from api.parameters import selection
    from api.service import Service
    from graph.export import FORMATS, write_file

    chosen = selection(given(options), limit=None)
    with Service(store, read_only=True) as service:
        network = service.network(chosen)
    if output is None or output == "-":
        write_all(FORMATS[format_].stream(network))
    else:
        write_file(network, Path(output), FORMATS[format_])
        say(f"{output}: {plural(len(network.nodes), 'actor')}, {plural(len(network.edges), 'relation')}")


@cli.command()
@place_options
@coding_options
@click.argument("text", metavar="TEXT|-")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each sentence.")
def explain(text: str, country: str | None, date: str | None, *, as_json: bool, **options: Any) -> None:
    """How TEXT is read: the parse as a tree, actors, frames, rules, and what became of each reading."""
    from extract.explain import lines
    from extract.model import Document

    day = day_of(date)
    extractor = coding(options).load()
    known_country(country, extractor.countries)
    if text == "-":
        text = stdin().read().decode("utf-8", "replace")
    place = extractor.country_name(country) if country else None
    for number, sentence in enumerate(extractor.explain(Document("text", text, date=day, place=place))):
        if as_json:
            write_line(sentence)
        else:
            click.echo(("\n" if number else "") + "\n".join(lines(sentence)))


@cli.command()
@click.argument("files", nargs=-1, metavar="[FILE.tsv]...")
def lint(files: tuple[str, ...]) -> None:
    """Faults in the tables on actions, ours and FILEs of your own: what contradicts, shadows or is never reached.

    A finding stands on a line of standard output; exit status 1 if there is one.
    """
    from pathlib import Path

    from extract.lint import lint as findings

    found = findings([Path(file) for file in files])
    for finding in found:
        click.echo(str(finding))
    say(plural(len(found), "finding"))
    if found:
        raise click.exceptions.Exit(1)


@cli.command()
@place_options
@coding_options
@click.argument("text")
def lookup(text: str, country: str | None, date: str | None, **options: Any) -> None:
    """Whom the words of TEXT stand for, and why: "the foreign ministry", "Park Geun-hye", "Georgia"."""
    from api.render import table

    day = day_of(date)
    extractor = coding(options).load()
    known_country(country, extractor.countries)
    found = extractor.look_up(text, country=country, date=day)
    headers = ("words", "actor", "code", "sector", "type", "name", "why")
    rows = [
        (
            m.span.text,
            m.actor.id,
            m.actor.code,
            m.actor.sector,
            m.actor.type,
            m.actor.name,
            m.resolution or "own words",
        )
        for m in found
    ]
    click.echo("\n".join(table(headers, rows, width=width())) if rows else f"{text!r} names no actor.")
    meanings = [
        (n.kind, n.code, n.sector, n.name, n.start, n.end, "yes" if n.holds(day) else "no")
        for n in extractor.meanings(text)
    ]
    if meanings:
        click.echo("\nIn the tables, the likeliest first:")
        columns = ("kind", "code", "sector", "name", "from", "to", "on the date")
        click.echo("\n".join(table(columns, meanings, width=width())))


@cli.command()
@store_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def info(store: Place, format_: str) -> None:
    """What a store holds."""
    from api.service import Service

    with Service(store, read_only=True) as service:
        facts = service.info()
    if format_ == "json":
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        click.echo("\n".join(f"{name:<12}{value}" for name, value in facts.items()))


@cli.command()
@store_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one."
)
@coding_options
def serve(store: Place, host: str, port: int, **options: Any) -> None:
    """Answer over HTTP until Ctrl-C or SIGTERM; the address stands on standard output.

    The server owns the store: meanwhile no other command can open it.
    """
    from api.server import serve as run

    def ready(address: str) -> None:
        click.echo(f"whowhom serves {store} at {address} (Ctrl-C ends it)")
        sys.stdout.flush()

    sys.exit(run(store, host, port, coding=coding(options), ready=ready))


@cli.command()
@click.option("--store", metavar="STORE", help="By default a new folder for temporary files.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="By default a free one.")
@model_option
@click.argument("text", required=False, metavar="[TEXT]")
def demo(store: str | None, port: int, model: str | None, text: str | None) -> None:
    """Show the whole way on ten short texts, or on the file TEXT: events, graph, query, network, server."""
    from api.demo import Demo

    Demo(store=store, port=port, model=model).run(text)


if __name__ == "__main__":
    main()
