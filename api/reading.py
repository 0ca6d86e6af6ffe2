"""What commands read of a store: from its files, from the server that owns it (:mod:`api.beside`), or from afar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import asking
from api.analyses import answered
from api.exporting import Exported, exported, network_file, network_selected
from api.parameters import Given, timeline
from api.service import Service
from graph.answers import Answer
from graph.errors import StoreLocked
from graph.export import FORMATS
from graph.network import Selection
from graph.remote_client import Address
from graph.remote_query import RemoteAnswer

if TYPE_CHECKING:
    from api.beside import Beside

TIMELINE = "timeline"
EDGE_COLUMNS = ("source", "label", "target", "weight", "mentions", "first", "last")


@dataclass(frozen=True, slots=True)
class Relations:
    """Rows of :data:`EDGE_COLUMNS`, the event records of each if they were asked for, how many rows there are and how
    many match, and the cursor of the next page or None."""

    rows: Sequence[Sequence[object]]
    evidence: Sequence[Sequence[Mapping[str, Any]]]
    returned: int
    total: object
    next: str | None


def checked(name: str, given: Given) -> None:
    """Raises BadParameter for what is wrong with the parameters of an analysis or of the timeline."""
    (timeline if name == TIMELINE else getattr(asking, name))(given)


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
        meta, edges = network.meta, tuple(network.edges)
        following = None if meta["next"] is None else str(meta["next"])
        evidence = [edge.evidence for edge in edges] if chosen.evidence else []
        return Relations([row(edge) for edge in edges], evidence, len(edges), meta["total"], following)

    def analysis(self, name: str, given: Given) -> dict[str, Any]:
        """The answer of an analysis or of the timeline, by its name in the address, to parameters; as long as it
        takes."""
        if name == TIMELINE:
            chosen, bucket = timeline(given)
            return self._service.timeline(chosen, bucket=bucket)
        return answered(self._service.analyses, name, given)

    @contextmanager
    def network(self, chosen: Selection, form: str, *, layout: bool = False) -> Iterator[Exported]:
        """A network as a file of that format."""
        network = self._service.network(chosen)
        self._service.close()
        yield network_file(network, form, layout=layout)

    @contextmanager
    def export(self, name: str, given: Given) -> Iterator[Exported]:
        """An export of what parameters select."""
        if name in FORMATS:
            chosen, layout = network_selected(given)
            if chosen.limit is not None:
                with self.network(chosen, name, layout=layout) as file:
                    yield file
                return
        with closing(exported(self._service, name, given)) as file:
            yield file
