"""RDF files on their way into a store: read as a whole into a folder that is thrown away, then document by document.

Only documents and what they say are taken from whowhom's own graphs: relations, actors, totals and the rest follow from
them, and are made anew by the loader. Graphs of others go in as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from extract.model import CodedDocument
from graph import ontology
from graph.errors import BadSelection, GraphError
from graph.ids import DEFAULT_BASE, Iris
from graph.loading import Provenance
from graph.ontology import terms
from graph.reports import Properties, Reader
from graph.vocabulary import RDF_TYPE, node_of, value_of

FORMATS = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}
TITLES = {"nquads": "N-Quads", "trig": "TriG"}

AT_ONCE = 50_000
"""Quads of other graphs that go in together."""


class BadRdf(GraphError):  # noqa: N818 - read as a sentence where it is raised
    """``name`` is not well formed; nothing of it is taken."""

    def __init__(self, name: str, form: str, error: SyntaxError) -> None:
        place = f", line {error.lineno}, column {error.offset}" if error.lineno is not None else ""
        said = error.msg.rstrip(".")
        super().__init__(
            f"{name}{place}: no {TITLES[form]}: {said}. Nothing of the file is loaded: mend it and load it again"
        )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that cannot be made of its graph, and what is missing or wrong."""

    id: str
    problem: str


class Incoming:
    """What was read; a store of its own in ``folder``, which is empty before and of no use afterwards."""

    def __init__(self, folder: Path) -> None:
        self._rdf = ox.Store(folder)
        self._iris = Iris()

    def read(self, stream: BinaryIO, name: str, form: str) -> None:
        """Reads all of a stream in one of FORMATS; raises BadRdf, which names the place of what is not well formed."""
        try:
            self._rdf.bulk_load(stream, FORMATS[form])
        except SyntaxError as error:
            raise BadRdf(name, form, error) from None

    def settle(self, base: str | None) -> str:
        """Finds the base of the data's IRIs, which should be ``base`` where that is given; returns it.

        Raises BadSelection for another one, for several, and for triples that stand in no graph.
        """
        if next(self._rdf.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is not None:
            raise BadSelection(
                "graph",
                "the default graph",
                "only named graphs, in which whowhom keeps what it loads: give each triple a graph "
                "(N-Quads: a fourth term; TriG: GRAPH <…> {…})",
            )
        found = {_base_of(node) for node in self._documents()}
        wanted = base or next(iter(found), DEFAULT_BASE)
        if others := found - {wanted}:
            raise BadSelection(
                "base of the data's IRIs in the file",
                ", ".join(sorted(others)),
                f"only {wanted}, the one of the store. Load the file into a new store, which takes over its base",
            )
        self._iris = Iris(wanted)
        return wanted

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return sum(1 for _ in self._documents())

    def provenances(self) -> list[Provenance]:
        """What the documents were read by, each once."""
        found = dict.fromkeys(self._provenance(node) for node in self._documents())
        return list(found)

    def coded(self, provenance: Provenance) -> Iterator[CodedDocument | Unreadable]:
        """The documents that were read by that, each with its events."""
        reader_of = lru_cache(maxsize=1 << 14)(self._describe)
        for node in self._documents():
            if self._provenance(node) == provenance:
                yield self._coded(node, reader_of)

    def others(self) -> Iterator[list[ox.Quad]]:
        """The quads of graphs that are not whowhom's, in portions."""
        own = {graph.value for graph in ontology.seeds()}
        base = self._iris.base
        graphs = [node_of(graph) for graph in self._rdf.named_graphs()]
        quads = (
            quad
            for graph in graphs
            if graph.value not in own and not graph.value.startswith((f"{base}document/", f"{base}graph/"))
            for quad in self._rdf.quads_for_pattern(None, None, None, graph)
        )
        while some := list(islice(quads, AT_ONCE)):
            yield some

    def _documents(self) -> Iterator[ox.NamedNode]:
        """Documents in graphs of their own, as whowhom writes them."""
        for quad in self._rdf.quads_for_pattern(None, RDF_TYPE, terms().Document, None):
            if quad.subject == quad.graph_name and "document/" in node_of(quad.subject).value:
                yield node_of(quad.subject)

    def _provenance(self, node: ox.NamedNode) -> Provenance:
        ww = terms()
        found = (self._rdf.quads_for_pattern(node, said, None, node) for said in (ww.extractor, ww.model))
        extractor, model = (next((value_of(quad.object) for quad in quads), None) for quads in found)
        return Provenance(extractor, model)

    def _describe(self, node: ox.NamedNode, graph: ox.NamedNode) -> Properties:
        properties: defaultdict[ox.NamedNode, list[str]] = defaultdict(list)
        for quad in self._rdf.quads_for_pattern(node, None, None, graph):
            properties[quad.predicate].append(value_of(quad.object))
        return dict(properties)

    def _coded(
        self, document: ox.NamedNode, shared: Callable[[ox.NamedNode, ox.NamedNode], Properties]
    ) -> CodedDocument | Unreadable:
        own: dict[ox.NamedNode, dict[ox.NamedNode, list[str]]] = {}
        try:
            for quad in self._rdf.quads_for_pattern(None, None, None, document):
                values = own.setdefault(node_of(quad.subject), {}).setdefault(quad.predicate, [])
                values.append(value_of(quad.object))
            mentions = [node for node, has in own.items() if terms().Mention.value in has.get(RDF_TYPE, ())]

            def describe(node: ox.NamedNode, graph: ox.NamedNode) -> Properties:
                return own.get(node, {}) if graph == document else shared(node, graph)

            return Reader(describe, self._iris).coded_document(document, mentions)
        except KeyError as error:
            missing = error.args[0]
            problem = (
                f"{missing} is missing of it, or of an event or actor that it names: load the whole export"
            )
        except (ValueError, TypeError, IndexError) as error:
            problem = f"its graph is not as whowhom writes it: {error}"
        return Unreadable(self._iris.local("document", document), problem)


def _base_of(document: ox.NamedNode) -> str:
    return document.value.rpartition("document/")[0]
