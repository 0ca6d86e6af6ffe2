"""Exports for both faces: a network, a table of events or the whole graph as RDF, as a file in pieces."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO, cast

import pyoxigraph as ox

from api import event_tables
from api.errors import BadParameter
from api.parameters import Given, Parameters, selection
from api.service import Service
from graph.export import FORMATS
from graph.export.events import EVENT_FORMATS
from graph.export.layout import placed
from graph.network import Network, Selection

LAYOUT = frozenset({"layout"})

HEADERS = {"actor": "Whowhom-Actors", "relation": "Whowhom-Relations", "event": "Whowhom-Events"}
"""Response headers that say how much a file holds, by the noun for what is counted."""

BATCH = 20_000
"""Triples that stand together in Turtle."""


@dataclass(frozen=True, slots=True)
class RdfFormat:
    """A format of the whole graph; ``dump`` is the media type in which the engine gives it."""

    name: str
    media_type: str
    suffix: str
    dump: str


RDF_FORMATS = {
    form.name: form
    for form in (
        RdfFormat("nquads", "application/n-quads", ".nq", "application/n-quads"),
        RdfFormat("trig", "application/trig", ".trig", "application/trig"),
        RdfFormat("turtle", "text/turtle", ".ttl", "application/n-quads"),
    )
}

SUFFIXES = {
    form.name: form.suffix for group in (FORMATS, EVENT_FORMATS, RDF_FORMATS) for form in group.values()
}
"""The formats of exports by name, each with the suffix of its files."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file in pieces, and how many there are of what it holds, by the noun for it.

    Whoever does not read to the end calls ``close``.
    """

    pieces: Iterator[bytes]
    media_type: str
    counts: Mapping[str, int] = field(default_factory=dict)
    close: Callable[[], object] = lambda: None


def exported(service: Service, name: str, given: Given, *, client: socket.socket | None = None) -> Exported:
    """The export ``name``, one of SUFFIXES, of what parameters select; if ``client`` hangs up, it ends.

    Raises what the selection does, BadSelection for what the format cannot hold, and PackageMissing.
    """
    if name in FORMATS:
        chosen, layout = network_selected(given)
        if chosen.limit is not None:
            return network_file(service.network(chosen), name, layout=layout)
        with ExitStack() as opened:  # what is read as it is written stays open until the file is closed
            network = opened.enter_context(service.whole(chosen))
            return replace(network_file(network, name, layout=layout), close=opened.pop_all().close)
    if name in EVENT_FORMATS:
        return service.event_table(name, given)
    return whole(service, name, given, client=client)


def network_selected(given: Given) -> tuple[Selection, bool]:
    """The network that parameters of an export ask for, and whether it is to be laid out."""
    return selection(given, extra=LAYOUT, limit=None), wants_layout(given)


def wants_layout(given: Given) -> bool:
    """The parameter ``layout``."""
    asked = {name: values for name, values in given.items() if name == "layout"}
    return Parameters(asked, LAYOUT).choice("layout", ("true", "false"), "false") == "true"


def network_file(network: Network, name: str, *, layout: bool = False) -> Exported:
    """A network as a file of that format."""
    if layout:
        network = placed(network)
    form = FORMATS[name]
    counts = {"actor": len(network.nodes), "relation": len(network.edges)}
    return Exported(form.stream(network), form.media_type, counts)


def event_file(service: Service, name: str, given: Given) -> Exported:
    """A table of events."""
    form = EVENT_FORMATS[name]
    chosen, limit = event_tables.selected(given, form)
    count = event_tables.counted(service.store, chosen, limit)
    events = event_tables.told(service.store, chosen, limit)
    return Exported(form.stream(events), form.media_type, {"event": count})


def check_whole(name: str, given: Given) -> None:
    """Raises BadParameter for parameters, as RDF holds the whole graph."""
    for parameter in given:
        raise BadParameter(
            parameter,
            f"{parameter} is not possible for {name}: exports in RDF hold the whole graph. A part of it is selected by "
            "CONSTRUCT over /sparql, or by `whowhom query --format ttl`.",
        )


def whole(service: Service, name: str, given: Given, *, client: socket.socket | None = None) -> Exported:
    """The whole graph, as the engine writes it in a worker; in Turtle, the triples of all graphs."""
    check_whole(name, given)
    form = RDF_FORMATS[name]
    answer = service.sparql.dataset(accept=[form.dump], client=client)
    pieces = _turtle(answer, service.store.prefixes) if name == "turtle" else answer
    return Exported(iter(pieces), form.media_type, close=answer.close)


def _turtle(dump: Iterable[bytes], prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """The triples of a dump in N-Quads, some at a time; one that is in several graphs can stand there again."""
    triples = (quad.triple for quad in ox.parse(cast(IO[bytes], _Pieces(dump)), ox.RdfFormat.N_QUADS))
    head: bytes | None = None
    while batch := list(islice(triples, BATCH)):
        text = ox.serialize(batch, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
        lines = _PREFIXES.match(text)
        if head is None:
            head = lines[0] if lines else b""
            yield text
        else:
            yield text.removeprefix(head)


_PREFIXES = re.compile(rb"(?:@prefix [^\n]*\n)*")


class _Pieces(io.RawIOBase):
    """A file to be read, of pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces = iter(pieces)
        self._left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Some bytes, none at the end."""
        if not self._left:
            self._left = next(self._pieces, b"")
        taken, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return taken
