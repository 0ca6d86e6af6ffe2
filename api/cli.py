"""The command line: progress and messages on standard error, data on standard output, ``-`` for standard input.

Exit status 0, 1 for a failure, 2 for wrong usage. What a command needs is imported when it runs, so that help and
usage errors come at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from api import analysis, backups, exports, loads, maintenance, plots
from api.console import (
    BATCH_HELP,
    Commands,
    coding,
    coding_options,
    counter,
    day_of,
    documents,
    filters,
    given,
    known_country,
    limits,
    model_option,
    page_options,
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
from api.exports import NETWORK_FORMATS, layout_option

if TYPE_CHECKING:
    from api.console import Place

ANSWER_FORMATS = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
}
OF_A_FOLDER = ("raw", "allow_update", "max_rows", "max_memory", "workers")
"""Options of serve that a remote store does not have."""

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
    with (
        Service(store, create=True, coding=coder, command="ingest") as service,
        Progress("documents") as progress,
    ):
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
    from api.reading import reading
    from api.render import answer_table

    accept = [ANSWER_FORMATS[format_]] if format_ != "table" else [JSON_ANSWER, ANSWER_FORMATS["ttl"]]
    if text == "-":
        text = stdin().read().decode("utf-8", "replace")
    with (
        reading(store) as source,
        source.query(text, accept=accept, timeout=timeout) as answer,
    ):
        if format_ == "table" and answer.media_type == JSON_ANSWER:
            lines = answer_table(json.loads(answer.read()), source.prefixes, width=width())
            click.echo("\n".join(lines))
        else:
            write_all(answer)


@cli.command()
@store_option
@click.option("--format", "format_", type=click.Choice(["table", *NETWORK_FORMATS]), default="table")
@layout_option
@filters
@page_options
@click.argument("actors", nargs=-1, required=True, metavar="ACTOR...")
def neighborhood(
    store: Place, format_: str, actors: tuple[str, ...], *, layout: bool, **options: Any
) -> None:
    """The strongest relations around actors, which are named by their ids, such as KOR."""
    from api.parameters import NEIGHBORHOOD, selection
    from api.reading import reading
    from api.render import evidence_lines, table

    chosen = selection(given(options) | {"actor": list(actors)}, extra=NEIGHBORHOOD)
    with reading(store) as source:
        if format_ != "table":
            with source.network(chosen, format_, layout=layout) as exported:
                write_all(exported.pieces)
            return
        relations = source.relations(chosen)
    headers = ("source", "action", "target", "events", "mentions", "first", "last")
    click.echo("\n".join(table(headers, relations.rows, width=width())))
    for row, records in zip(relations.rows, relations.evidence, strict=False):
        click.echo("\n".join(["", " ".join(map(str, row[:3])), *evidence_lines(records)]))
    more = f"; --cursor {relations.next} gives more" if relations.next else ""
    say(f"{relations.returned} of {relations.total} relations{more}")


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
    from api.reading import reading

    with reading(store) as source:
        facts = source.info()
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
@click.option("--raw", is_flag=True, help="The SPARQL protocols alone, over the store as it is.")
@click.option("--allow-update", is_flag=True, help="Take writes with the token in WHOWHOM_UPDATE_TOKEN.")
@click.option(
    "--max-rows", type=click.IntRange(0), metavar="N", help="Rows of a SELECT at most; 0: any number."
)
@click.option(
    "--max-seconds", type=click.FloatRange(0, min_open=True), help="That a query may ask for at most."
)
@click.option("--max-memory", type=click.IntRange(64), metavar="MB", help="Memory of a query at most.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Queries at the same time.")
@coding_options
def serve(store: Place, host: str, port: int, *, raw: bool, allow_update: bool, **options: Any) -> None:
    """Answer over HTTP until Ctrl-C or SIGTERM; the address stands on standard output.

    The server owns the store: meanwhile query, neighborhood, export and info ask it, and no other command can open
    the store.
    """
    from api.access import access
    from api.server import serve as run

    asked = {**options, "raw": raw or None, "allow_update": allow_update or None}
    _check_served(store, [name for name in OF_A_FOLDER if asked[name] is not None])
    allowed = access(allow_update=allow_update, raw=raw, host=host)
    if allowed.open:
        say("Writes need no token here: whoever uses this machine can change the store.")

    def ready(address: str) -> None:
        click.echo(f"whowhom serves {store} at {address} (Ctrl-C ends it)")
        sys.stdout.flush()

    sys.exit(
        run(
            store,
            host,
            port,
            coding=None if raw else coding(options),
            access=allowed,
            limits=limits(options),
            ready=ready,
        )
    )


def _check_served(store: Place, options: Sequence[str]) -> None:
    """Raises click.UsageError for options that only a store in a folder can follow."""
    if options and not isinstance(store, str):
        named = ", ".join(f"--{name.replace('_', '-')}" for name in options)
        raise click.UsageError(f"{named}: only for a store in a folder, and {store} is none.")


@cli.command()
@click.option("--store", metavar="STORE", help="By default a new folder for temporary files.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="By default a free one.")
@model_option
@click.argument("text", required=False, metavar="[TEXT]")
def demo(store: str | None, port: int, model: str | None, text: str | None) -> None:
    """Show the whole way on ten short texts, or on the file TEXT: events, graph, query, network, server."""
    from api.demo import Demo

    Demo(store=store, port=port, model=model).run(text)


for command in (
    *(analysis.paths, analysis.common, analysis.dyad, analysis.ego, analysis.matrix, analysis.measures),
    plots.plot,
):
    cli.add_command(command)
cli.add_command(backups.backup)
cli.add_command(backups.restore)
cli.add_command(exports.export)
cli.add_command(loads.load)
cli.add_command(maintenance.validate)
cli.add_command(maintenance.rebuild)


if __name__ == "__main__":
    main()
