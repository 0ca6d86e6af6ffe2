"""N-Triples into a remote store and out of it, in requests of a size that a store can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from graph.remote import RemoteRdf
from graph.transaction import blocks


def insert(remote: RemoteRdf, triples: Mapping[ox.NamedNode, Iterable[str]]) -> None:
    """Inserts N-Triples by graph, in requests that a store can take, in order."""
    limits = remote.client.limits
    for graph, lines in _large(triples, limits.triples) if remote.client.graph_store_url else ():
        remote.client.add(graph.value, "".join(lines))
    left = _small(triples, limits.triples) if remote.client.graph_store_url else triples
    for text in bounded(left, limits.triples, limits.characters):
        remote.update(f"INSERT DATA {{\n{text}}}")


def delete(remote: RemoteRdf, triples: Mapping[ox.NamedNode, Iterable[str]]) -> None:
    """Deletes N-Triples by graph, likewise."""
    limits = remote.client.limits
    for text in bounded(triples, limits.triples, limits.characters):
        remote.update(f"DELETE DATA {{\n{text}}}")


def bounded(triples: Mapping[ox.NamedNode, Iterable[str]], most: int, characters: int) -> Iterator[str]:
    """GRAPH blocks with ``most`` triples and some ``characters`` at a time; triples of one graph stay in order."""
    part: dict[ox.NamedNode, list[str]] = {}
    count = size = 0
    for graph, texts in triples.items():
        for line in lines_of(texts):
            if part and (count == most or size + len(line) > characters):
                yield blocks(part)
                part, count, size = {}, 0, 0
            part.setdefault(graph, []).append(line)
            count += 1
            size += len(line)
    if part:
        yield blocks(part)


def lines_of(texts: Iterable[str]) -> Iterator[str]:
    """The single triples of N-Triples, which may stand together in one text."""
    for text in texts:
        yield from (f"{line}\n" for line in text.split("\n") if line)


def _large(
    triples: Mapping[ox.NamedNode, Iterable[str]], most: int
) -> Iterator[tuple[ox.NamedNode, list[str]]]:
    return ((graph, lines) for graph, texts in triples.items() if len(lines := list(lines_of(texts))) > most)


def _small(triples: Mapping[ox.NamedNode, Iterable[str]], most: int) -> dict[ox.NamedNode, list[str]]:
    listed = {graph: list(lines_of(texts)) for graph, texts in triples.items()}
    return {graph: lines for graph, lines in listed.items() if len(lines) <= most}
