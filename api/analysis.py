"""The commands ``paths``, ``common``, ``dyad``, ``ego``, ``matrix`` and ``measures``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from api.console import Command, given, named, plural, say, store_option, width

if TYPE_CHECKING:
    from api.console import Place

Record = dict[str, Any]

FILTERS = (
    ("action", "ACTION", "Relation name, PLOVER type or CAMEO code; may be repeated."),
    ("quad", "1|2|3|4", "Quad class; may be repeated."),
    ("from", "YYYY-MM-DD", "Events that start on this day or later."),
    ("to", "YYYY-MM-DD", "Events that start before this day."),
    ("modality", "MODALITY", "Or all; by default all but hypothetical; may be repeated."),
    ("min_confidence", "0..1", "Least confidence of an event."),
)
_SHORT = {
    "verbal_cooperation": "verbal coop",
    "material_cooperation": "material coop",
    "verbal_conflict": "verbal conf",
    "material_conflict": "material conf",
}
"""Headings of columns that count by quad class."""

SHOWN = 3
"""Partners or actions that a cell names."""


def options(*own: tuple[str, str, str]) -> Callable[[Command], Command]:
    """Options under the names of the HTTP parameters: a command's own, then the filters, and the form of output."""

    def add(command: Command) -> Command:
        form = click.option(
            "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True
        )
        return form(named(command, (*own, *FILTERS)))

    return add


@click.command()
@store_option
@options(
    ("max_length", "1..6", "Steps at most; 3 by default."),
    ("k", "N", "Paths at most; 5 by default."),
    ("direction", "out|any", "Along the relations, or either way; out by default."),
    ("ordered", "true|false", "Only paths whose events can be in the order of time; false by default."),
)
@click.argument("source")
@click.argument("target")
def paths(store: Place, format_: str, source: str, target: str, **chosen: Any) -> None:
    """The cheapest ways from SOURCE to TARGET over relations, and what they consist of."""
    asked = given(chosen) | {"source": [source], "target": [target]}
    answer = _asked(store, "paths", asked, format_)
    if answer is None:
        return
    rows = []
    for number, path in enumerate(answer["paths"], 1):
        for place, step in enumerate(path["steps"]):
            event = step.get("event") or {}
            first = (number, f"{path['cost']:.3f}") if place == 0 else (None, None)
            rows.append(
                (
                    *first,
                    step["source"],
                    step["target"],
                    step["weight"],
                    _listed((one["relation"], one["events"]) for one in step["actions"]),
                    event.get("start"),
                )
            )
    _table(("path", "cost", "from", "to", "events", "strongest relations", "in order"), rows)
    _say_meta(answer["meta"], "path")


@click.command()
@store_option
@options(("limit", "N", "Actors at most; 20 by default."))
@click.argument("actors", nargs=-1, required=True, metavar="ACTOR ACTOR...")
def common(store: Place, format_: str, actors: tuple[str, ...], **chosen: Any) -> None:
    """Whom two or more actors have in common, and what each has to do with them."""
    answer = _asked(store, "common", given(chosen) | {"actor": list(actors)}, format_)
    if answer is None:
        return
    ids = answer["meta"]["query"]["actor"]
    headers = ("id", "label", "events", "least", *(f"{one}{way}" for one in ids for way in (" out", " in")))
    rows = [
        (
            row["id"],
            row["label"],
            row["events"],
            row["least"],
            *(row["ties"][one][way] for one in ids for way in ("out", "in")),
        )
        for row in answer["common"]
    ]
    _table(headers, rows)
    _say_meta(answer["meta"], "actor")


@click.command()
@store_option
@options(("limit", "N", "Actions of each direction at most; 10 by default."))
@click.argument("source")
@click.argument("target")
def dyad(store: Place, format_: str, source: str, target: str, **chosen: Any) -> None:
    """What SOURCE and TARGET do to each other: in all, by month, and where it turns."""
    asked = given(chosen) | {"source": [source], "target": [target]}
    answer = _asked(store, "dyad", asked, format_)
    if answer is None:
        return
    headers = ("source", "target", "events", *_SHORT.values(), "balance", "strongest actions")
    rows = [
        (
            one["source"],
            one["target"],
            one["events"],
            *one["quads"].values(),
            one["balance"],
            _listed((action["action"], action["events"]) for action in one["actions"]),
        )
        for one in answer["directions"]
    ]
    _table(headers, rows)
    if answer["months"]:
        click.echo()
        columns = ("month", f"by {source}", f"by {target}", "cooperation", "conflict", "net", "balance")
        _table(columns, [_month(one) for one in answer["months"]])
    if answer["turning_points"]:
        click.echo()
        headers = ("turning point", "net before", "net after", "events of the month that weigh most")
        turns = [
            (
                one["month"],
                one["before"],
                one["after"],
                _listed((event["relation"], event["event"]) for event in one["events"]),
            )
            for one in answer["turning_points"]
        ]
        _table(headers, turns)
    both = answer["both"]
    say(
        f"{plural(both['events'], 'event')}, {plural(answer['meta']['undated'], 'undated event')}; "
        f"net {both['net']}, balance {both['balance']}; {plural(len(answer['turning_points']), 'turning point')}"
    )


@click.command()
@store_option
@options(
    ("bucket", "year|month", "Of time; year by default."),
    ("limit", "N", "Partners that are named in each list; 10 by default."),
)
@click.argument("actor")
def ego(store: Place, format_: str, actor: str, **chosen: Any) -> None:
    """An actor over time: what it does and is done to it, and its partners as they come and go."""
    answer = _asked(store, "ego", given(chosen) | {"actor": [actor]}, format_)
    if answer is None:
        return
    headers = ("bucket", "out", "in", "partners", "entered", "left", "strongest partners")
    rows = [
        (
            one["bucket"],
            one["out"],
            one["in"],
            one["partners"],
            one["entered"]["number"],
            one["left"]["number"],
            _listed((partner["id"], partner["events"]) for partner in one["strongest"]),
        )
        for one in answer["ego"]
    ]
    _table(headers, rows)
    say(f"{plural(answer['meta']['undated'], 'undated event')}")


@click.command()
@store_option
@options(("limit", "2..40", "Actors that are shown where none are given; 15 by default."))
@click.argument("actors", nargs=-1, metavar="[ACTOR ACTOR...]")
def matrix(store: Place, format_: str, actors: tuple[str, ...], **chosen: Any) -> None:
    """How many events the actors in the rows direct at those in the columns: of ACTORs, or of the strongest."""
    answer = _asked(store, "matrix", given(chosen) | {"actor": list(actors)}, format_)
    if answer is None:
        return
    cells = {(cell["source"], cell["target"]): cell["events"] for cell in answer["cells"]}
    ids = [actor["id"] for actor in answer["actors"]]
    _table(("source", *ids), [(source, *(cells.get((source, one)) for one in ids)) for source in ids])
    _say_meta(answer["meta"], "actor")


@click.command()
@store_option
@options(
    ("limit", "N", "Actors at most; 20 by default."),
    ("order", "FIGURE", "Of the measure, that ranks the actors; its first by default."),
    ("actor", "ID", "Only around this actor; may be repeated."),
    ("depth", "1|2|3", "Steps from the actors; 1 by default."),
    ("direction", "both|out|in", "Of the steps; both by default."),
    ("sector", "SECTOR", "Role of the other actors, such as GOV or MIL; may be repeated."),
    ("min_weight", "N", "Least number of events of a relation."),
)
@click.argument("measure")
def measures(store: Place, format_: str, measure: str, **chosen: Any) -> None:
    """A MEASURE of the network, for the actors that rank highest by it.

    degree, strength, pagerank, betweenness, kcore, reciprocity, community or balance.
    """
    answer = _asked(store, "measures", given(chosen) | {"measure": [measure]}, format_)
    if answer is None:
        return
    rows = answer["measures"]
    left_out = ("actor_type", "country", "sector")
    names = [name for name in (rows[0] if rows else ("rank", "id", "label")) if name not in left_out]
    _table(names, [[_cell(row[name]) for name in names] for row in rows])
    for name, value in answer["summary"].items():
        say(f"{name}: {_cell(value)}")
    _say_meta(answer["meta"], "actor")


def _asked(store: Place, name: str, asked: dict[str, list[str]], form: str) -> Record | None:
    """The answer; None where it is printed as JSON already."""
    from api.reading import checked, reading

    checked(name, asked)  # what is wrong is said before the store is opened
    with reading(store) as source:
        answer = source.analysis(name, asked)
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False))
        return None
    return answer


def _table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from api.render import table

    click.echo("\n".join(table(headers, rows, width=width())))


def _month(one: Record) -> tuple[object, ...]:
    sums = (sum(one[quads].values()) for quads in ("out_quads", "in_quads"))
    return (one["month"], *sums, one["cooperation"], one["conflict"], one["net"], one["balance"])


def _listed(named: Any) -> str:
    return ", ".join(f"{name} {number}" for name, number in list(named)[:SHOWN])


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _say_meta(meta: Record, noun: str) -> None:
    returned, total, reason = meta["returned"], meta["total"], meta["reason"]
    of = f"{returned} of {total} {noun}s" if total is not None else plural(returned, noun)
    say(of + (f" ({reason})" if reason else ""))
