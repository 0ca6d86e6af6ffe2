"""Who is named by a name node: what the node says, or, where it was damaged, what its IRI proves.

The IRI of a name ends in a digest of code, sector, name and class (:meth:`graph.ids.Iris.name`). Of a node that has
lost some of them, what else the store knows of the actor is tried until the digest fits.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable

import pyoxigraph as ox

from extract.model import UNKNOWN, Actor
from graph.errors import UnknownTerm
from graph.ontology import ONTOLOGY, RDFS, local_name, seeds, terms
from graph.shared import ALT_LABEL, SharedGraphs
from graph.vocabulary import LABEL, node_of, value_of

MOST_TRIED = 200_000
"""Digests that are tried for one name: about a second."""

ROLES = (
    "GOV MIL REB OPP PTY COP JUD SPY MED EDU BUS CRM CVL CIV ELI LAB LEG REF MOD RAD UAF HLT HRI IGO NGO MNC AGR DEV "
    "ENV SET UIS INS BND IDP NGM TOP MID HRD PRM UNS"
).split()
"""Sectors that PLOVER and CAMEO have, for names of which the sector is lost; those of other names are tried too."""

_SUB_CLASS_OF = ox.NamedNode(f"{RDFS}subClassOf")


class NameFinder:
    """Finds the actors of name nodes."""

    def __init__(self, shared: SharedGraphs, known: Callable[[str], Iterable[str]] | None = None) -> None:
        """``known`` gives by an actor's id further names that it may have."""
        self._shared = shared
        self._known = known

    def find(self, node: ox.NamedNode, wordings: Callable[[], Iterable[str]]) -> Actor | None:
        """The actor that ``node`` names, None if that cannot be told; ``wordings`` are texts that mention it."""
        if "#" not in node.value:
            return None
        actor = self._described(node)
        if actor is not None and self._shared.iris.name(actor) == node:
            return actor
        return self._tried(node, wordings)

    def _described(self, node: ox.NamedNode) -> Actor | None:
        try:
            return self._shared.reader.name(node)
        except (KeyError, UnknownTerm):
            return None

    def _tried(self, node: ox.NamedNode, wordings: Callable[[], Iterable[str]]) -> Actor | None:
        iris, ww = self._shared.iris, terms()
        bearer = ox.NamedNode(node.value.rpartition("#")[0])
        if not bearer.value.startswith(f"{iris.base}actor/"):
            return None
        actor_id = iris.local("actor", bearer)
        graph = iris.graph("actors")
        said = [self._shared.describe(one, graph) for one in (node, bearer)]
        labels = [label for has in said for key in (LABEL, ALT_LABEL) for label in has.get(key, [])]
        names = dict.fromkeys([*labels, *wordings(), *(self._known(actor_id) if self._known else ())])
        # A code holds no hyphen, but for that of the unknown; an id begins with it.
        codes = dict.fromkeys(
            [*(code for has in said for code in has.get(ww.code, [])), actor_id.partition("-")[0], UNKNOWN]
        )
        sectors: dict[str | None, None] = dict.fromkeys(
            [*(sector for has in said for sector in has.get(ww.sector, [])), None, *self._sectors]
        )
        tried = (
            actor
            for code, name, type_ in itertools.product(codes, names, self._types)
            for sector in [*sectors, actor_id.rpartition("-")[2]]
            if (actor := Actor(code, sector, name, type_)).id == actor_id
        )
        return next((a for a in itertools.islice(tried, MOST_TRIED) if iris.name(a) == node), None)

    @functools.cached_property
    def _types(self) -> list[str]:
        """The classes of actors, of the ontology's file: the store's copy may be damaged."""
        ((_, triples),) = (seed for graph, seed in seeds().items() if graph.value == ONTOLOGY)
        return [
            local_name(node_of(one.subject))
            for one in triples
            if one.predicate == _SUB_CLASS_OF and one.object == terms().Actor
        ]

    @functools.cached_property
    def _sectors(self) -> list[str]:
        """The sectors that names of the store have, and the usual ones."""
        found = self._shared.rdf.quads_for_pattern(
            None, terms().sector, None, self._shared.iris.graph("actors")
        )
        return list(dict.fromkeys([*sorted({value_of(quad.object) for quad in found}), *ROLES]))
