"""What the commands share: messages instead of tracebacks, options, and the three standard streams."""

from __future__ import annotations

import datetime as dt
import functools
import json
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeVar, cast

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.render import Progress
    from api.service import Coding, Loaded
    from extract.model import CodedDocument, Document
    from extract.read import Failure
    from graph.remote_client import Address
    from graph.workers import QueryLimits

    Place: TypeAlias = str | Address

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_PROCESSES = 256
INPUT_FORMATS = ("auto", "text", "jsonl")
BATCH_HELP = "Exit status 1 if no input could be used."


class Fault(click.ClickException):
    """Ends the program with one message, and status 1."""

    def show(self, file: Any = None) -> None:
        """One message, without traceback."""
        click.echo(f"whowhom: {self.message}", file=file, err=file is None)


class WrongUse(Fault):
    """What was given is not allowed."""

    exit_code = 2


class Interrupted(Fault):
    """The user pressed Ctrl-C."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("interrupted")


class Commands(click.Group):
    """The group of commands; turns expected errors into messages. Faults of the program keep their traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted from None
        except (BrokenPipeError, click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # click's own; after a broken pipe it ends quietly
        except Exception as error:
            fault = _fault(error)
            if fault is None:
                raise
            raise fault from error


def _fault(error: Exception) -> Fault | None:
    from api.errors import BAD_PARAMETER, problem_of

    problem = problem_of(error)
    if problem:
        return (WrongUse if problem.slug == BAD_PARAMETER else Fault)(problem.detail)
    if isinstance(error, OSError) and error.strerror:
        return Fault(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    return None


files_argument = click.argument("files", nargs=-1, metavar="[FILES|-]")
model_option = click.option("--model", metavar="NAME", help="An installed English spaCy pipeline.")
appeals_option = click.option(
    "--appeals", is_flag=True, help="Report appeals (CAMEO 02) too, as REQUEST; PLOVER has no type for them."
)


actors_option = click.option(
    "--actors", multiple=True, metavar="FILE.tsv", help="Actors of your own; may be repeated."
)
actions_option = click.option(
    "--actions", multiple=True, metavar="FILE.tsv", help="Action rules of your own; may be repeated."
)


def store_option(command: Command) -> Command:
    """The options that say where the store is; the command gets them as one ``store``."""

    @functools.wraps(command)
    def located(
        *,
        store: str,
        update_url: str | None,
        graph_store_url: str | None,
        index: str | None,
        **options: Any,
    ) -> Any:
        return command(store=place_of(store, update_url, graph_store_url, index), **options)

    changed: Any = located
    for option in (
        click.option("--index", metavar="FOLDER", help="Of a remote store: folder for the index."),
        click.option("--graph-store-url", metavar="URL", help="Of a remote store: where its graphs are."),
        click.option("--update-url", metavar="URL", help="Of a remote store: where it takes updates."),
        click.option(
            "--store", required=True, metavar="STORE", help="Folder, or http(s):// address of SPARQL."
        ),
    ):
        changed = option(changed)
    return cast(Command, changed)


def place_of(store: str, update_url: str | None, graph_store_url: str | None, index: str | None) -> Place:
    """The folder, or the address with what belongs to it."""
    from graph.remote_client import Address, is_address

    if is_address(store):
        return Address(store, update_url, graph_store_url, Path(index) if index else None)
    if update_url or graph_store_url or index:
        raise click.UsageError(
            "--update-url, --graph-store-url and --index belong to a store at an http:// or https:// address, "
            f"and {store} is a folder."
        )
    return store


def coding_options(command: Command) -> Command:
    """The options that say how texts are coded; :func:`coding` takes them."""
    for option in (actions_option, actors_option, appeals_option, model_option):
        command = option(command)
    return command


def coding(options: dict[str, Any]) -> Coding:
    """The extraction by the values of :func:`coding_options`, which it takes out of ``options``."""
    from api.service import Coding

    values = {name: options.pop(name) for name in ("appeals", "actors", "actions")}
    return Coding(options.pop("model"), processes=options.pop("processes", 1), **values)


def place_options(command: Command) -> Command:
    """The options that say where and when a text was written."""
    command = click.option("--country", metavar="CODE", help="Country of the dateline, such as KOR.")(command)
    date = click.option("--date", metavar="YYYY-MM-DD", help="Date of the document, for offices and states.")
    return date(command)


def day_of(value: str | None) -> dt.date | None:
    """The day of an option."""
    from api.parameters import Parameters

    return Parameters({"date": [value or ""]}, frozenset({"date"})).day("date")


def known_country(code: str | None, known: Collection[str]) -> None:
    """Raises click.BadParameter for a code that the tables do not have."""
    if code is not None and code not in known:
        raise click.BadParameter(
            f"{code!r} is no code of countries.tsv, such as KOR.", param_hint="--country"
        )


def text_options(command: Command) -> Command:
    command = coding_options(command)
    for option in (
        files_argument,
        click.option(
            "--processes",
            type=click.IntRange(1, MOST_PROCESSES),
            default=1,
            metavar="N",
            help="Processes that code documents; 1 by default.",
        ),
        click.option("--publisher", metavar="NAME", help="Publisher of documents that give none."),
        click.option("--date", metavar="YYYY-MM-DD", help="Date of documents that give none."),
        click.option(
            "--input-format",
            type=click.Choice(INPUT_FORMATS),
            default="auto",
            help="By default auto: JSONL or text.",
        ),
    ):
        command = option(command)
    return command


def filters(command: Command) -> Command:
    """Options under the names of the HTTP parameters, which are read by the same code."""
    return named(
        command,
        (
            ("depth", "1|2|3", "Steps from the actors; 1 by default."),
            ("direction", "both|out|in", "Of the steps; both by default."),
            ("action", "ACTION", "Relation name, PLOVER type or CAMEO code; may be repeated."),
            ("quad", "1|2|3|4", "Quad class; may be repeated."),
            ("sector", "SECTOR", "Role of the other actors, such as GOV or MIL; may be repeated."),
            ("from", "YYYY-MM-DD", "Events that start on this day or later."),
            ("to", "YYYY-MM-DD", "Events that start before this day."),
            ("modality", "MODALITY", "Or all; actual by default; may be repeated."),
            ("min_weight", "N", "Least number of events of a relation."),
            ("min_confidence", "0..1", "Least confidence of an event."),
            ("aggregate", "action|quad|dyad", "What is one edge: an action, a quad class, or all of a dyad."),
            ("by", "actor|country|sector", "What is one node: an actor, a country, or a sector of one."),
            ("order", "weight|recent", "The strongest edges first, or the latest."),
            ("include", "months", "The events of each edge by month; evidence too, for a neighborhood."),
            ("limit", "N", "Strongest relations at most."),
        ),
    )


def page_options(command: Command) -> Command:
    """Options of a neighborhood that an export does not have."""
    return named(
        command,
        (
            ("sentences", "1..10", "Of each edge with --include evidence; 3 by default."),
            ("cursor", "MARK", "The page after the one that ended with this mark."),
        ),
    )


def named(command: Command, options: Sequence[tuple[str, str, str]]) -> Command:
    """Options under the names of HTTP parameters, each with what stands for a value and its help."""
    for name, metavar, help_ in reversed(options):
        option = click.option(f"--{name.replace('_', '-')}", name, metavar=metavar, multiple=True, help=help_)
        command = option(command)
    return command


def limits(options: Mapping[str, Any]) -> QueryLimits:
    """What a query may take, by the options of ``serve``."""
    from graph.workers import QueryLimits

    default = QueryLimits()
    longest = options["max_seconds"] or default.longest
    return QueryLimits(
        seconds=min(default.seconds, longest),
        longest=longest,
        rows=default.rows if options["max_rows"] is None else options["max_rows"],
        memory=options["max_memory"] * 2**20 if options["max_memory"] else default.memory,
        workers=options["workers"] or default.workers,
    )


def inputs(files: tuple[str, ...]) -> tuple[str, ...]:
    """The files to read; standard input where none is given and it is no terminal."""
    if not files and sys.stdin.isatty():
        raise click.UsageError("Give FILES, or - for standard input.")
    return files or ("-",)


def stdin() -> BinaryIO:
    """Standard input as bytes."""
    return sys.stdin.buffer


def documents(files: tuple[str, ...], options: Mapping[str, Any]) -> Iterator[Document | Failure]:
    """The documents of files, by the values of :func:`text_options`."""
    from api.batch import documents as read

    date = day_of(options["date"])
    return read(
        inputs(files),
        stdin(),
        input_format=options["input_format"],
        date=date,
        publisher=options["publisher"],
    )


def given(options: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The values of :func:`filters`, as :mod:`api.parameters` reads them."""
    return {name: list(values) for name, values in options.items() if values}


def counter(progress: Progress) -> Callable[[CodedDocument | Failure], None]:
    """Counts documents, and the events in them."""
    return lambda item: progress.add(len(getattr(item, "events", ())))


def write_line(record: Mapping[str, Any]) -> None:
    """A line of JSON on standard output."""
    write_all([json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"])


def write_all(pieces: Iterable[bytes]) -> None:
    """Bytes on standard output, as they come."""
    stdout = sys.stdout.buffer
    for piece in pieces:
        stdout.write(piece)
    stdout.flush()


def report_loaded(loaded: Loaded, progress: Progress) -> None:
    """Lists what failed, and says what was stored; ends with status 1 where nothing was."""
    for failure in loaded.failures:
        write_line({"id": failure.id, "error": failure.error})
    counts = f"{loaded.added} added, {loaded.replaced} replaced, {loaded.unchanged} unchanged"
    events = f"{plural(loaded.events, 'new event')}, {plural(loaded.mentions, 'mention')}"
    message = f"{plural(loaded.documents, 'document')} ({counts}), {events} in {progress.seconds:.1f} s"
    report(message, loaded.documents, len(loaded.failures))


def report(message: str, done: int, failed: int) -> None:
    """Says what was done; ends with status 1 where nothing was."""
    say(message + (f"; {failed} failed" if failed else ""))
    if failed and not done:
        sys.exit(1)


def say(message: str) -> None:
    """A line on standard error."""
    click.echo(message, err=True)


def width() -> int | None:
    """Columns of the terminal, None where standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def plural(number: int, noun: str) -> str:
    """``1 event``, ``2 events``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
