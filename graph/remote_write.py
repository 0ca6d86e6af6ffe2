"""Writing to a remote store, which carries out one request after the other and never several as one.

So a batch is written in an order in which nothing half-written is valid: the graphs of new documents and the nodes
that they lead to first, then the content hashes, by which documents count, then what goes. The graph ``unfinished``
stands in the store meanwhile. It names the writer and the documents of the batch, and whoever opens the store for
writing next clears them away and counts the shared graphs anew (:mod:`graph.remote_repair`).
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from extract.model import CodedDocument
from graph import ntriples as nt
from graph import remote_fill, remote_repair
from graph.ahead import WriteAhead
from graph.batch import Batch
from graph.counts import Counts
from graph.derive import Rebuilt
from graph.index import Index, IndexChanges
from graph.loading import Loader, LoadReport, Provenance
from graph.ontology import DCTERMS, term_texts, terms
from graph.rdf import ids_of_events
from graph.recount import Faults, Progress, silent
from graph.remote import RemoteRdf
from graph.remote_errors import RemoteError, StoreConflict
from graph.remote_shared import RemoteShared
from graph.remote_update import delete, insert, lines_of
from graph.transaction import Transaction
from graph.vocabulary import node_of, value_of

AHEAD_CHARACTERS = 1_000_000
"""Characters of N-Triples that are sent while the next documents are being made."""

FILL_ATTEMPTS = 3
"""How often the index is read from a store that others write to meanwhile."""

WRITER = ox.NamedNode(f"{DCTERMS}creator")
PART = ox.NamedNode(f"{DCTERMS}hasPart")


class Unfinished:
    """The graph that stands in the store while something written is not valid yet."""

    def __init__(self, remote: RemoteRdf, node: ox.NamedNode) -> None:
        self.node = node
        self.token = secrets.token_hex(8)
        self._remote = remote
        self._listed: set[ox.NamedNode] = set()
        self.mine = False

    def writers(self) -> set[str]:
        """Who is in the middle of writing."""
        return {
            value_of(q.object) for q in self._remote.quads_for_pattern(self.node, WRITER, None, self.node)
        }

    def documents(self) -> list[ox.NamedNode]:
        """The documents that are being written or taken out."""
        parts = self._remote.quads_for_pattern(self.node, PART, None, self.node)
        return [node_of(part.object) for part in parts]

    def add(self, documents: Iterable[ox.NamedNode]) -> None:
        """Lists documents before they are touched."""
        fresh = [node for node in documents if node not in self._listed]
        if self.mine and not fresh:
            return
        pairs = [(str(WRITER), nt.literal(self.token))] + [(str(PART), str(node)) for node in fresh]
        insert(self._remote, {self.node: nt.lines(str(self.node), pairs)})
        self.mine = True
        self._listed.update(fresh)

    def take_over(self, writers: Iterable[str]) -> None:
        """Puts our name in the place of others', who find out before they make anything valid."""
        self.add(())
        others = [(str(WRITER), nt.literal(token)) for token in writers if token != self.token]
        delete(self._remote, {self.node: nt.lines(str(self.node), others)})

    def drop(self) -> None:
        """Ends it."""
        self._remote.update(f"DROP SILENT GRAPH {self.node}")
        self.forget()

    def forget(self) -> None:
        """Takes what is in the store for another's."""
        self.mine = False
        self._listed.clear()


class RemoteAhead(WriteAhead):
    """Sends what is new to the store in the background, all of it."""

    def __init__(self, shared: RemoteShared, unfinished: Unfinished, marker: Path) -> None:
        super().__init__(shared, marker, chunk=AHEAD_CHARACTERS)
        self._remote, self._unfinished = shared.remote, unfinished
        self._documents = shared.iris.document("").value

    def finish(self, transaction: Transaction) -> None:  # noqa: ARG002 - nothing is left to it
        """Waits until all is there."""
        self._hand_over()
        if self._executor is not None:
            self._executor.shutdown()
        self._wait()

    def _mark(self) -> None:
        """Nothing: each piece lists its own documents."""

    def _work(self, fresh: Mapping[ox.NamedNode, Iterable[str]]) -> Callable[[], None]:
        return partial(self._send, {graph: "".join(texts) for graph, texts in fresh.items()})

    def _send(self, fresh: Mapping[ox.NamedNode, str]) -> None:
        self._unfinished.add(graph for graph in fresh if graph.value.startswith(self._documents))
        insert(self._remote, {graph: [text] for graph, text in fresh.items()})


class RemoteLoader(Loader):
    """Writes batches to a remote store; one at a time, which is the caller's care."""

    def __init__(self, shared: RemoteShared, index: Index, folder: Path) -> None:
        super().__init__(shared, index, folder)
        self.remote_shared, self.remote = shared, shared.remote
        self.unfinished = Unfinished(shared.remote, shared.iris.graph("unfinished"))
        self._known: int | None = None

    @property
    def generation(self) -> int:
        """How many writes the store has committed, those of other programs too."""
        return self.read_generation()

    def load(
        self,
        batch: Sequence[CodedDocument],
        provenance: Provenance,
        meanwhile: Callable[[], bool] = lambda: False,  # noqa: ARG002 - it is for a faster engine
    ) -> LoadReport:
        """Loads a batch; each of its documents whole or not at all, and all of them if this returns.

        Raises StoreConflict where another program writes, and the other errors of graph.remote_errors.
        """
        self._begin()
        event_ids = [event_id for coded in batch for event_id in ids_of_events(coded)]
        self.remote_shared.prefetch(batch, event_ids)
        ahead = RemoteAhead(self.remote_shared, self.unfinished, self.marker)
        try:
            return self._load(batch, provenance, ahead)
        except BaseException:
            ahead.abandon()
            self._undo()
            raise
        finally:
            self.remote_shared.forget()

    def remove(self, document_id: str) -> bool:
        """Takes a document out with all that it alone told; False if the store does not have it."""
        self._begin()
        try:
            return super().remove(document_id)
        except BaseException:
            self._undo()
            raise
        finally:
            self.remote_shared.forget()

    def write(self, transaction: Transaction) -> None:
        """Carries out a transaction, in the order that the module describes, after which nothing is unfinished.

        Raises StoreConflict.
        """
        prefix, store = self.iris.document("").value, self.iris.graph("store")
        content, hashes, shared = _parted(transaction.inserts, prefix, store)
        documents = {
            graph for graph in (*content, *hashes, *transaction.drops) if graph.value.startswith(prefix)
        }
        self.unfinished.add(documents)
        self._check_alone()
        for some in portions(transaction.drops, self.remote.client.limits.operations // 2):
            self.remote.update(";\n".join(map(_drop, some)))
        insert(self.remote, content)
        insert(self.remote, shared)
        insert(self.remote, hashes)
        for graph, lines in transaction.deletes.items():
            if graph != store:
                delete(self.remote, {graph: lines})
        insert(
            self.remote, {store: transaction.inserts[store]}
        )  # for a moment there are two: the higher counts
        delete(self.remote, {store: transaction.deletes[store]})
        self._known = None
        self.unfinished.drop()

    def _commit(self, transaction: Transaction, changes: Batch, rows: IndexChanges) -> None:
        before = self.generation
        self.raise_generation(transaction)
        self.write(transaction)
        self.counts.remember(changes.settled_totals, changes.settled_names)
        if self.index.generation != before:
            self.rebuild_index()
            return
        by_node = {self.iris.event(event_id): event_id for event_id in changes.recounted}
        counted = self.remote_shared.mention_counts(by_node)
        rows.recounted += [(by_node[node], *found) for node, found in counted.items()]
        self.index.apply(rows, generation=before + 1)

    def _undo(self) -> None:
        """Clears away what a batch that failed has written, if the store can be asked; else the next opening does."""
        self.remote_shared.forget()
        self.counts = Counts(self.shared)
        if not self.unfinished.mine:
            return
        with contextlib.suppress(RemoteError):  # the error of the batch says more
            if self.unfinished.writers() == {self.unfinished.token}:
                self.clear()
            else:  # what we wrote stays listed, for the next opening
                listed = self.unfinished.documents()
                self.unfinished.mine = False
                self.unfinished.add(listed)

    def clear(self) -> None:
        """Clears away what a batch that was cut short has written, and counts anew what it has changed."""
        self.unfinished.forget()
        if not (writers := self.unfinished.writers()):
            return
        self.unfinished.take_over(writers)
        self._repair()

    def _repair(self) -> tuple[int, int]:
        """Puts the store in order, as the next generation; returns how many triples were deleted and inserted."""
        done = remote_repair.repair(self.remote_shared, self.unfinished.documents())
        transaction = Transaction()
        self.raise_generation(transaction)
        self._known = self.generation
        self.write(transaction)
        self.counts.forget()
        return done

    def rebuild(self, progress: Progress = silent) -> Rebuilt:
        """Makes the shared graphs and the index anew from documents and events."""
        self._begin()
        self.unfinished.add(())
        progress("comparing relations and actors", 0, 1)
        try:
            self._check_alone()
            deleted, inserted = self._repair()
        except BaseException:
            self._undo()
            raise
        return Rebuilt(deleted, inserted, self.rebuild_index(progress), 0)

    def rebuild_index(self, progress: Progress = silent) -> Faults:
        """Makes the index anew from the store, page by page; leaves nothing out."""
        progress("reading the store", 0, 1)
        for _ in range(FILL_ATTEMPTS):
            before = self.generation
            remote_fill.fill(self.remote_shared, self.index, generation=before)
            if self.generation == before:
                progress("reading the store", 1, 1)
                return Faults()
        raise StoreConflict(str(self.remote.client.url), "it changes faster than it can be read")

    def _begin(self) -> None:
        """Takes notice of what others have written since."""
        if self.unfinished.mine:
            self.clear()
        if found := self.unfinished.writers():
            raise StoreConflict(self.remote.client.url, f"{', '.join(sorted(found))} has not finished")
        self._known = self.generation
        if self._known != self.index.generation:
            self.counts = Counts(self.shared)
            self.rebuild_index()

    def _check_alone(self) -> None:
        writers, generation = self.unfinished.writers(), self.generation
        if self._known is not None and generation != self._known:
            found = f"its generation is {generation}, and was {self._known} when this batch began"
            raise StoreConflict(self.remote.client.url, found)
        if writers != {self.unfinished.token}:
            others = (
                ", ".join(sorted(writers - {self.unfinished.token})) or "one that has taken our mark away"
            )
            raise StoreConflict(self.remote.client.url, f"there is another writer ({others})")

    def _withdraw(self, node: ox.NamedNode, changes: Batch, transaction: Transaction) -> None:
        # By the ids that the store has: a store may round numbers, and an id must not follow it.
        coded, event_ids = self.remote_shared.stored(node)
        self.remote_shared.prefetch_events([coded], event_ids)
        changes.remove(coded.events, event_ids)
        transaction.drops.append(node)


def portions(nodes: Sequence[ox.NamedNode], size: int) -> Iterator[Sequence[ox.NamedNode]]:
    """The nodes, so many at a time."""
    return (nodes[start : start + size] for start in range(0, len(nodes), size))


def _drop(graph: ox.NamedNode) -> str:
    """Takes a graph out, the content hash first: what is left where this breaks off is no document."""
    mark = f"{graph} {terms().contentHash} ?hash"
    return f"DELETE WHERE {{ GRAPH {graph} {{ {mark} }} }};\nDROP SILENT GRAPH {graph}"


def _parted(
    inserts: Mapping[ox.NamedNode, list[str]], documents: str, store: ox.NamedNode
) -> tuple[dict[ox.NamedNode, list[str]], dict[ox.NamedNode, list[str]], dict[ox.NamedNode, list[str]]]:
    """What makes up documents and other graphs of their own, content hashes, and additions to shared graphs."""
    content: dict[ox.NamedNode, list[str]] = {}
    hashes: dict[ox.NamedNode, list[str]] = {}
    shared: dict[ox.NamedNode, list[str]] = {}
    for graph, texts in inserts.items():
        if graph == store:
            continue
        start = f"{graph} {term_texts().contentHash} "
        lines = list(lines_of(texts))
        marks = [line for line in lines if line.startswith(start)]
        if marks:
            hashes[graph] = marks
        others = [line for line in lines if not line.startswith(start)]
        (content if marks or graph.value.startswith(documents) else shared)[graph] = others
    return content, hashes, shared
