"""A network in the formats of other programs; all of them hold the same nodes and edges.

The exception are tables, where nodes and edges are two files: ``csv`` has the edges, ``csv-nodes`` the nodes, and so
have the tables for Neo4j and those in Parquet. Events are in :mod:`graph.export.events`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graph.errors import BadSelection
from graph.export import cytoscape, dot, gexf, graphml, graphology, node_link, parquet, svg, tables
from graph.network import Network

PIECE_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its name; ``chunks`` gives the text of a file, which is UTF-8, or its bytes.

    ``check`` raises an error for a network that the format cannot hold, or a package that is missing.
    """

    name: str
    media_type: str
    suffix: str
    chunks: Callable[[Network], Iterator[str] | Iterator[bytes]]
    check: Callable[[Network], None] = lambda _: None

    def stream(self, network: Network) -> Iterator[bytes]:
        """The file in pieces of some 64 KB; equal networks give equal bytes. Raises what ``check`` does, at once."""
        self.check(network)
        return pieces(self.chunks(network))

    def write(self, network: Network, stream: BinaryIO) -> None:
        """Write the file to ``stream``."""
        for piece in self.stream(network):
            stream.write(piece)


def pieces(chunks: Iterable[str] | Iterable[bytes]) -> Iterator[bytes]:
    """Texts in pieces of some 64 KB, as UTF-8; bytes as they come."""
    parts: list[str] = []
    size = 0
    for part in chunks:
        if isinstance(part, bytes):
            yield part
            continue
        parts.append(part)
        size += len(part)
        if size >= PIECE_CHARACTERS:
            yield "".join(parts).encode()
            parts.clear()
            size = 0
    if parts:
        yield "".join(parts).encode()


CSV = "text/csv; charset=utf-8; header=present"
PARQUET = "application/vnd.apache.parquet"

FORMATS = {
    form.name: form
    for form in (
        Format("gexf", "application/gexf+xml", ".gexf", gexf.chunks),
        Format("graphml", "application/graphml+xml", ".graphml", graphml.chunks),
        Format("graphology", "application/json", ".json", graphology.chunks),
        Format("cytoscape", "application/json", ".cyjs", cytoscape.chunks),
        Format("node-link", "application/json", ".json", node_link.chunks),
        Format("dot", "text/vnd.graphviz; charset=utf-8", ".dot", dot.chunks, dot.check),
        Format("svg", "image/svg+xml", ".svg", svg.chunks, svg.check),
        Format("csv", CSV, ".csv", tables.edge_chunks),
        Format("csv-nodes", CSV, ".csv", tables.node_chunks),
        Format("csv-neo4j", CSV, ".csv", tables.neo4j_edge_chunks),
        Format("csv-neo4j-nodes", CSV, ".csv", tables.neo4j_node_chunks),
        Format("parquet", PARQUET, ".parquet", parquet.edge_chunks, parquet.check),
        Format("parquet-nodes", PARQUET, ".parquet", parquet.node_chunks, parquet.check),
    )
}
"""The formats by name."""


def format_named(name: str) -> Format:
    """The format of that name; BadSelection if there is none."""
    if name not in FORMATS:
        raise BadSelection("format", name, f"one of {', '.join(FORMATS)}")
    return FORMATS[name]


def write_file(network: Network, path: Path, form: Format) -> None:
    """Write ``path`` whole or not at all; OSError leaves what was there."""
    write_pieces(form.stream(network), path)


def write_pieces(pieces: Iterable[bytes], path: Path) -> None:
    """Write ``path`` whole or not at all: beside it first, then renamed; any error leaves what was there."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
