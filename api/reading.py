"""What commands read of a store: from its files, from the server that owns it (:mod:`api.beside`), or from afar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from api.exporting import Exported, exported, network_file, network_selected
from api.parameters import Given
from api.service import Service
from graph.answers import Answer
from graph.errors import StoreLocked
from graph.export import FORMATS
from graph.network import Selection
from graph.remote_client import Address
from graph.remote_query import RemoteAnswer

if TYPE_CHECKING:
    from api.beside import Beside

EDGE_COLUMNS = ("source", "action", "target", "weight", "mentions", "first", "last")


@dataclass(frozen=True, slots=True)
class Relations:
    """Rows of :data:`EDGE_COLUMNS`, how many there are, and how many match."""

    rows: Sequence[Sequence[object]]
    returned: int
    total: object


def reading(store: str | Address) -> Here | Beside:
    """The store in the folder, or at the address, ``store``, open for reading; a context manager.

    Raises what open_store does; StoreLocked only where the process that owns the store is no server, or one that
    does not answer.
    """
    try:
        return Here(Service(store, read_only=True))
    except StoreLocked as locked:  # a folder: a remote store has no lock
        from api.beside import find

        return find(Path(str(store)), locked)


class Here:
    """Reads the files of a store that nobody writes, or a remote store; a context manager.

    Where a network is in memory before its first piece is written, the store is given back by then: who reads the
    pieces slowly keeps no writer out.
    """

    def __init__(self, service: Service) -> None:
        """Takes over ``service``."""
        self._service = service

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        self._service.close()

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that queries may use undeclared."""
        return self._service.store.prefixes

    def info(self) -> dict[str, object]:
        """What the store holds."""
        return self._service.info()

    def query(self, text: str, *, accept: Sequence[str], timeout: float | None) -> Answer | RemoteAnswer:
        """The answer to a SPARQL query, streamed; a context manager."""
        return self._service.sparql.query(text, accept=accept, timeout=timeout)

    def relations(self, chosen: Selection) -> Relations:
        """The edges of a network, for a table."""
        network = self._service.network(chosen)
        row = attrgetter(*EDGE_COLUMNS)
        return Relations([row(edge) for edge in network.edges], len(network.edges), network.meta["total"])

    @contextmanager
    def network(self, chosen: Selection, form: str, *, layout: bool = False) -> Iterator[Exported]:
        """A network as a file of that format."""
        network = self._service.network(chosen)
        if isinstance(network.nodes, tuple) and isinstance(network.edges, tuple):
            self._service.close()
        yield network_file(network, form, layout=layout)

    @contextmanager
    def export(self, name: str, given: Given) -> Iterator[Exported]:
        """An export of what parameters select."""
        if name in FORMATS:
            chosen, layout = network_selected(given)
            with self.network(chosen, name, layout=layout) as file:
                yield file
            return
        file = exported(self._service, name, given)
        try:
            yield file
        finally:
            file.close()
