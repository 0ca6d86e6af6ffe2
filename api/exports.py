"""The command ``export``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from api.console import filters, given, plural, say, store_option, write_all

if TYPE_CHECKING:
    from api.console import Place
    from api.exporting import Exported
    from api.render import Progress

NETWORK_FORMATS = (
    *("gexf", "graphml", "graphology", "cytoscape", "node-link", "dot", "svg"),
    *("csv", "csv-nodes", "csv-neo4j", "csv-neo4j-nodes", "parquet", "parquet-nodes"),
)
EVENT_FORMATS = ("events-csv", "events-icews", "events-polecat")
RDF_FORMATS = ("nquads", "trig", "turtle")
EXPORT_FORMATS = (*NETWORK_FORMATS, *EVENT_FORMATS, *RDF_FORMATS)

layout_option = click.option(
    "--layout", is_flag=True, help="Give each actor a place, for up to 1,500 actors."
)


@click.command()
@store_option
@click.option("--format", "format_", type=click.Choice(EXPORT_FORMATS), default="gexf", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="By default standard output.")
@click.option("--actor", multiple=True, metavar="ID", help="Only around this actor; may be repeated.")
@click.option("--source", multiple=True, metavar="ID", help="Of events: who acts.")
@click.option("--target", multiple=True, metavar="ID", help="Of events: who is acted on.")
@layout_option
@filters
def export(store: Place, format_: str, output: str | None, layout: bool, **options: Any) -> None:
    """The network, or a part of it, as a file for Gephi and other programs; its events as a table; or all as RDF.

    A file is written whole or not at all.
    """
    from pathlib import Path

    from api.reading import reading
    from api.render import Progress
    from graph.export import write_pieces

    asked = given(options) | ({"layout": ["true"]} if layout else {})
    with reading(store) as source, source.export(format_, asked) as exported, Progress("lines") as progress:
        pieces = _watched(exported, progress)
        if output is None or output == "-":
            write_all(pieces)
        else:
            write_pieces(pieces, Path(output))
    if output not in (None, "-"):
        counts = [plural(count, noun) for noun, count in exported.counts.items()]
        say(f"{output}: {', '.join(counts) or plural(progress.events, 'byte')}")


def _watched(exported: Exported, progress: Progress) -> Iterator[bytes]:
    for piece in exported.pieces:
        progress.add(len(piece), count=piece.count(b"\n"), noun="bytes")
        yield piece
