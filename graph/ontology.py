"""The terms of the ontology, from ``ontology.ttl``, which is read once; and of the vocabularies that it leans on.

No other module writes down an IRI of the ontology: it takes ``terms.mentionOf``, which raises UnknownTerm for
a name that the file does not declare.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Generic, TypeVar, cast

import pyoxigraph as ox

from graph.errors import UnknownTerm

ONTOLOGY = "https://w3id.org/whowhom/ontology"
NAMESPACE = f"{ONTOLOGY}#"
ACTIONS = "https://w3id.org/whowhom/action/"
RELATIONS = "https://w3id.org/whowhom/relation/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES = {
    "ww": NAMESPACE,
    "rel": RELATIONS,
    "plover": f"{ACTIONS}plover/",
    "cameo": f"{ACTIONS}cameo/",
    "quad": f"{ACTIONS}quad/",
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "xsd": XSD,
}
"""The prefixes that queries and serialisations may use without declaring them; the store adds those of its data."""


T = TypeVar("T")


class Terms(Generic[T]):
    """The ontology as a closed namespace: ``terms().Event`` is the node of ``ww:Event``."""

    def __init__(self, by_name: Mapping[str, T]) -> None:
        self.names = frozenset(by_name)
        self.__dict__.update(by_name)

    def __getattr__(self, name: str) -> T:
        raise UnknownTerm(name)

    def __getitem__(self, name: str) -> T:
        if name not in self.names:
            raise UnknownTerm(name)
        return cast(T, self.__dict__[name])


@functools.cache
def terms() -> Terms[ox.NamedNode]:
    """The terms that ``ontology.ttl`` declares, as nodes."""
    subjects = (quad.subject for quad in ox.parse(_file().read_bytes(), ox.RdfFormat.TURTLE))
    nodes = {node for node in subjects if isinstance(node, ox.NamedNode) and node.value.startswith(NAMESPACE)}
    return Terms({node.value.removeprefix(NAMESPACE): node for node in nodes})


@functools.cache
def term_texts() -> Terms[str]:
    """The same terms as they stand in N-Triples: ``<https://…#Event>``."""
    return Terms({name: str(terms()[name]) for name in terms().names})


def local_name(term: ox.NamedNode) -> str:
    """The name of a term of the ontology; raises UnknownTerm for any other IRI."""
    name = term.value.removeprefix(NAMESPACE)
    if name not in terms().names or not term.value.startswith(NAMESPACE):
        raise UnknownTerm(term.value)
    return name


def seeds() -> dict[ox.NamedNode, tuple[str, list[ox.Triple]]]:
    """What every store holds from the start: for each graph a digest of its files, and its triples."""
    scheme_files = [entry for entry in (_package() / "schemes").iterdir() if entry.name.endswith(".ttl")]
    graphs = {ox.NamedNode(ONTOLOGY): [_file()], ox.NamedNode(ACTIONS): sorted(scheme_files, key=str)}
    return {graph: _seed(files) for graph, files in graphs.items()}


def _seed(files: list[Traversable]) -> tuple[str, list[ox.Triple]]:
    contents = [file.read_bytes() for file in files]
    triples = [quad.triple for content in contents for quad in ox.parse(content, ox.RdfFormat.TURTLE)]
    return hashlib.blake2b(b"".join(contents), digest_size=16).hexdigest(), triples


def _package() -> Traversable:
    return resources.files("graph")


def _file() -> Traversable:
    return _package() / "ontology.ttl"
