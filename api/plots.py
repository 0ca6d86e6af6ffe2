"""The commands ``plot dyad``, ``plot ego``, ``plot matrix`` and ``plot calendar``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from api.analysis import FILTERS
from api.console import Command, filters, given, named, say, store_option, write_all

if TYPE_CHECKING:
    from api.console import Place
    from graph.plot.sheet import Picture

output_option = click.option(
    "-o", "--output", metavar="FILE.svg|png", help="By default SVG on standard output."
)
_ACTUAL = tuple(
    (name, metavar, "Or all; actual by default; may be repeated." if name == "modality" else help_)
    for name, metavar, help_ in FILTERS
)


@click.group()
def plot() -> None:
    """Draw a dyad, the network around an actor, a matrix or a calendar, as SVG or PNG."""


def _plot(*own: tuple[str, str, str]) -> Callable[[Command], Command]:
    """The options of a plot: store, file, and some under the names of HTTP parameters."""
    return lambda command: store_option(output_option(named(command, own)))


@plot.command()
@_plot(*FILTERS)
@click.argument("source")
@click.argument("target")
def dyad(store: Place, output: str | None, source: str, target: str, **chosen: Any) -> None:
    """Cooperation and conflict of SOURCE and TARGET by month, their Goldstein scores, and the turning points."""
    from api.plotting import dyad_values
    from graph.plot.dyad import draw

    asked = given(chosen) | {"source": [source], "target": [target]}
    _draw(store, "dyad", asked, output, lambda answer: draw(dyad_values(answer)))


@plot.command()
@_plot(("limit", "2..40", "Actors that are shown where none are given; 15 by default."), *FILTERS)
@click.argument("actors", nargs=-1, metavar="[ACTOR ACTOR...]")
def matrix(store: Place, output: str | None, actors: tuple[str, ...], **chosen: Any) -> None:
    """Who does what to whom: of ACTORs, or of the actors with most events."""
    from api.plotting import matrix_values
    from graph.plot.matrix import draw

    asked = given(chosen) | {"actor": list(actors)}
    _draw(store, "matrix", asked, output, lambda answer: draw(matrix_values(answer)))


@plot.command()
@_plot(
    ("actor", "ID", "On either side."),
    ("source", "ID", "Who acts."),
    ("target", "ID", "Who is acted on."),
    *_ACTUAL,
)
def calendar(store: Place, output: str | None, **chosen: Any) -> None:
    """Events by day over years, and the sum of each year."""
    from api.plotting import calendar_values
    from graph.plot.calendar import draw

    asked = given(chosen) | {"bucket": ["day"]}
    _draw(store, "timeline", asked, output, lambda answer: draw(calendar_values(answer)))


@plot.command()
@store_option
@output_option
@filters
@click.argument("actors", nargs=-1, required=True, metavar="ACTOR...")
def ego(store: Place, output: str | None, actors: tuple[str, ...], **options: Any) -> None:
    """The network around ACTORs, an arrow for each quad class. As SVG it needs no other package."""
    from api.parameters import selection
    from api.plotting import network_of, picture, suffix_of
    from api.reading import reading
    from graph.plot.sheet import check

    asked = {"aggregate": ["quad"], **given(options), "actor": list(actors)}
    suffix = suffix_of(output)
    chosen = selection(asked)
    if suffix == ".png":
        check("A plot as PNG")
    with (
        reading(store) as source,
        source.network(chosen, "svg" if suffix == ".svg" else "graphology") as file,
    ):
        data = b"".join(file.pieces)
    if suffix == ".svg":
        _write_bytes(data, output)
        return
    from graph.export.drawing import drawing
    from graph.export.svg import check as check_size
    from graph.plot.network import draw

    network = network_of(json.loads(data))
    check_size(network)
    _write(picture(lambda: draw(drawing(network)), suffix), output)


def _draw(
    store: Place, name: str, asked: dict[str, list[str]], output: str | None, figure: Callable[[Any], Any]
) -> None:
    """Draws what a store answers to a question, and writes it."""
    from api.plotting import picture, suffix_of
    from api.reading import checked, reading
    from graph.plot.sheet import check

    suffix = suffix_of(output)
    checked(name, asked)
    check("A plot")
    with reading(store) as source:
        answer = source.analysis(name, asked)
    _write(picture(lambda: figure(answer), suffix), output)


def _write(picture: Picture, output: str | None) -> None:
    if picture.lacking:
        say(f"matplotlib's font has no {picture.lacking}: boxes stand for them. An SVG shows them.")
    _write_bytes(picture.data, output)


def _write_bytes(data: bytes, output: str | None) -> None:
    """To standard output, or into a file, whole or not at all."""
    from pathlib import Path

    from graph.export import write_pieces

    if output in (None, "-"):
        write_all([data])
    else:
        write_pieces([data], Path(str(output)))
        say(f"{output}: {len(data):,} bytes")
