"""The terms of the ontology, from ``ontology.ttl``, which is read once; and of the vocabularies that it leans on.

No other module writes down an IRI of the ontology: it takes ``terms.mentionOf``, which raises UnknownTerm for
a name that the file does not declare.
"""

from __future__ import annotations

import functools
import hashlib
from importlib import resources
from importlib.resources.abc import Traversable

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


class Terms:
    """The ontology as a closed namespace: ``terms.Event`` is the node of ``ww:Event``."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.__dict__.update({name: ox.NamedNode(NAMESPACE + name) for name in names})

    def __getattr__(self, name: str) -> ox.NamedNode:
        raise UnknownTerm(name)

    def __getitem__(self, name: str) -> ox.NamedNode:
        if name not in self.names:
            raise UnknownTerm(name)
        return ox.NamedNode(NAMESPACE + name)


@functools.cache
def terms() -> Terms:
    """The terms that ``ontology.ttl`` declares."""
    subjects = (quad.subject for quad in ox.parse(_file().read_bytes(), ox.RdfFormat.TURTLE))
    declared = (node.value for node in subjects if isinstance(node, ox.NamedNode))
    return Terms(frozenset(iri.removeprefix(NAMESPACE) for iri in declared if iri.startswith(NAMESPACE)))


def local_name(term: ox.NamedNode) -> str:
    """The name of a term of the ontology; raises UnknownTerm for any other IRI."""
    name = term.value.removeprefix(NAMESPACE)
    if name not in terms().names or not term.value.startswith(NAMESPACE):
        raise UnknownTerm(term.value)
    return name


def seeds() -> dict[ox.NamedNode, tuple[str, list[ox.Quad]]]:
    """What every store holds from the start: for each graph a digest of its file, and its quads."""
    scheme_files = [entry for entry in (_package() / "schemes").iterdir() if entry.name.endswith(".ttl")]
    graphs = {ox.NamedNode(ONTOLOGY): [_file()], ox.NamedNode(ACTIONS): sorted(scheme_files, key=str)}
    return {graph: _seed(graph, files) for graph, files in graphs.items()}


def _seed(graph: ox.NamedNode, files: list[Traversable]) -> tuple[str, list[ox.Quad]]:
    contents = [file.read_bytes() for file in files]
    parsed = [quad for content in contents for quad in ox.parse(content, ox.RdfFormat.TURTLE)]
    quads = [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]
    return hashlib.blake2b(b"".join(contents), digest_size=16).hexdigest(), quads


def _package() -> Traversable:
    return resources.files("graph")


def _file() -> Traversable:
    return _package() / "ontology.ttl"
