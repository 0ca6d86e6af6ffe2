"""Whatever is loaded, replaced, removed, cut short and opened again: the store holds what a recount finds."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from extract.model import CodedDocument, Event
from graph import ahead, ids, journal, loading
from graph.folder import JOURNAL
from graph.ids import Iris
from graph.index import Index
from graph.network import ASSERTED, Selection
from graph.reports import from_quads
from graph.selecting import EventFilter
from graph.store import Store
from graph.transaction import Transaction

NAMES = ("d1", "d/2", "d 3")


@st.composite
def documents(draw: st.DrawFn) -> CodedDocument:
    """One of few documents, so that they are often replaced, with dates near each other, so that events meet."""
    coded = draw(st.from_type(CodedDocument))
    days = st.integers(1, 3).map(lambda day: dt.date(2017, 1, day))
    events = []
    for event in coded.events:
        date = event.date
        if date and draw(st.booleans()):
            start = draw(days)
            date = dataclasses.replace(date, start=start, end=start + dt.timedelta(1), granularity="day")
        events.append(dataclasses.replace(event, date=date, cameo="104", goldstein=-5.0))
    document = dataclasses.replace(coded.document, id=draw(st.sampled_from(NAMES)))
    return CodedDocument(document, tuple(events))


LATE = (journal.Journal, "clear")
CUTS = ((Index, "apply"), (Index, "_apply_aliases"), LATE)
"""Before the index, in the middle of its transaction, and after it."""

JOURNAL_DAMAGE = ("missing", "cut", "garbage", "another")


class PowerCut(Exception):  # noqa: N818
    pass


def cut(*_: object) -> None:
    raise PowerCut


class StoreMachine(RuleBasedStateMachine):
    """A store beside a dict of the documents that it should hold."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.model: dict[str, CodedDocument] = {}
        self.store = Store.open(self.folder / "store", create=True)
        self.store.index.columns.start()

    def teardown(self) -> None:
        self.all_is_as_in_a_fresh_store()
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(several=st.lists(documents(), max_size=3), bulk=st.booleans(), batch=st.sampled_from([1, 100]))
    def load(self, several: list[CodedDocument], bulk: bool, batch: int) -> None:
        with mock.patch.object(ahead, "BULK_CHUNK", 1 if bulk else 10**9):
            self.store.load(several, batch=batch)
        self.model |= {coded.document.id: coded for coded in several}

    @rule(document_id=st.sampled_from(NAMES))
    def remove(self, document_id: str) -> None:
        assert self.store.remove(document_id) == (document_id in self.model)
        self.model.pop(document_id, None)

    @rule(coded=documents(), bulk=st.booleans())
    def crash_before_the_commit(self, coded: CodedDocument, bulk: bool) -> None:
        with (
            mock.patch.object(ahead, "BULK_CHUNK", 1 if bulk else 10**9),
            mock.patch.object(loading.Loader, "_commit", side_effect=PowerCut),
            mock.patch.object(loading.Loader, "clear"),
        ):
            if self.model.get(coded.document.id) != coded:
                with pytest.raises(PowerCut):
                    self.store.load([coded])
        self.open_again()

    @rule(coded=documents())
    def crash_between_journal_and_commit(self, coded: CodedDocument) -> None:
        with mock.patch.object(Transaction, "commit", cut):  # a Mock would keep the engine open
            self.cut_short(coded)
        self.open_again()

    @rule(coded=documents(), where=st.sampled_from(CUTS), damage=st.none() | st.sampled_from(JOURNAL_DAMAGE))
    def crash_after_the_commit(
        self, coded: CodedDocument, where: tuple[type, str], damage: str | None
    ) -> None:
        with mock.patch.object(*where, side_effect=PowerCut):
            written = self.cut_short(coded)
        self.model[coded.document.id] = coded
        behind = self.store.index.generation != self.store.generation
        assert behind == (written and where != LATE)
        if damage and written:
            self.damage_journal(damage)
        with mock.patch.object(
            loading.Loader, "rebuild_index", autospec=True, side_effect=loading.Loader.rebuild_index
        ) as rebuilt:
            self.open_again()
        assert rebuilt.called == bool(behind and damage)
        assert not (self.folder / "store" / JOURNAL).exists()

    def cut_short(self, coded: CodedDocument) -> bool:
        """Loads a document until the power is cut; False if there was nothing to load."""
        if self.model.get(coded.document.id) == coded:
            return False
        with pytest.raises(PowerCut):
            self.store.load([coded])
        return True

    def damage_journal(self, damage: str) -> None:
        path = self.folder / "store" / JOURNAL
        whole = path.read_bytes()
        digest, _, body = whole.partition(b"\n")
        if damage == "missing":
            path.unlink()
        elif damage == "cut":
            path.write_bytes(whole[: len(whole) // 2])
        elif damage == "garbage":
            path.write_bytes(digest + b"\n" + body.replace(b"[", b"{", 1))
        else:  # of other generations
            held = json.loads(body) | {"before": 0, "after": 1}
            body = json.dumps(held).encode()
            path.write_bytes(journal._digest(body) + b"\n" + body)

    @rule(whole=st.booleans())
    def rebuild(self, whole: bool) -> None:
        before = set(self.store.rdf)
        (self.store.rebuild if whole else self.store.rebuild_index)()
        assert set(self.store.rdf) == before

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder / "store")
        self.store.index.columns.start()

    @invariant()
    def documents_are_those_of_the_model(self) -> None:
        assert from_quads(self.store.rdf, self.store.iris) == sorted(
            self.model.values(), key=lambda coded: coded.document.id
        )

    @invariant()
    def events_are_a_recount(self) -> None:
        mentions, best = Counter[str](), defaultdict[str, float](float)
        for event_id, event in self.reports():
            mentions[event_id] += 1
            best[event_id] = max(best[event_id], event.confidence)
        rows = self.store.index.events(EventFilter(), limit=1000).rows
        assert {row.event: (row.mentions, row.confidence) for row in rows} == {
            event_id: (count, best[event_id]) for event_id, count in mentions.items()
        }
        nodes = {
            self.store.iris.local("event", row["e"]) for row in self.store.query("SELECT ?e {?e a ww:Event}")
        }
        assert nodes == set(mentions)

    @invariant()
    def relations_are_a_recount(self) -> None:
        events = {event_id: event for event_id, event in self.reports() if event.source and event.target}
        counts = Counter(event_id for event_id, _ in self.reports())
        expected: dict[str, tuple[object, ...]] = {}
        plain: set[tuple[str, ...]] = set()
        for event in events.values():
            triple = event.source.actor.id, event.relation, event.target.actor.id
            alike = {
                i: e
                for i, e in events.items()
                if (e.source.actor.id, e.relation, e.target.actor.id) == triple
            }
            counted = {i: e for i, e in alike.items() if not e.negated and e.modality != "hypothetical"}
            days = [e.date.start for e in counted.values() if e.date]
            expected[ids.relation_id(*triple)] = (
                len(counted),
                sum(counts[event_id] for event_id in counted),
                sum((Decimal(str(e.goldstein)) for e in counted.values()), Decimal(0)),
                min(days, default=None),
                max(days, default=None),
            )
            if counted:
                plain.add(triple)
        assert self.stored_relations() == expected
        assert self.stored_plain_edges() == plain
        edges = self.store.index.network(Selection(limit=None, modalities=ASSERTED)).edges
        assert {edge.id: (edge.weight, edge.mentions, edge.first, edge.last) for edge in edges} == {
            relation: (events, mentions, first, last)
            for relation, (events, mentions, _, first, last) in expected.items()
            if events
        }

    @invariant()
    def columns_answer_as_the_tables(self) -> None:
        index = self.store.index
        index.columns.finish()
        assert index.columns.now is not None
        assert index.columns.now.generation == index.generation
        with mock.patch.object(index, "_tables", side_effect=AssertionError("not asked of the columns")):
            from_columns = self.answers(index)
        with mock.patch.object(index.columns, "now", None):
            assert from_columns == self.answers(index)

    def answers(self, index: Index) -> list[object]:
        """What is asked most, of all and of each actor."""
        ends = [end for _, event in self.reports() for end in (event.source, event.target) if end]
        actors = sorted({end.actor.id for end in ends})
        everything = EventFilter()
        return [
            index.named_events(everything, limit=100),
            *(index.ranking(everything, rank=rank, limit=10) for rank in ("dyads", "actors", "actions")),
            *(index.timeline(EventFilter(actor=actor), bucket="month") for actor in actors),
            *(index.network(Selection(actors=(actor,), modalities=ASSERTED)) for actor in actors),
        ]

    def reports(self) -> list[tuple[str, Event]]:
        return [
            (ids.event_id(event, coded.document.id), event)
            for coded in self.model.values()
            for event in coded.events
        ]

    def stored_relations(self) -> dict[str, tuple[object, ...]]:
        found = self.store.query("""SELECT * { ?r a ww:Relation ; ww:events ?events ; ww:mentions ?mentions ;
            ww:goldsteinSum ?sum OPTIONAL { ?r ww:first ?first ; ww:last ?last } }""")
        relations = {}
        for row in found:
            days = [row[day] and dt.date.fromisoformat(row[day].value) for day in ("first", "last")]
            sums = int(row["events"].value), int(row["mentions"].value), Decimal(row["sum"].value)
            relations[self.store.iris.local("relation", row["r"])] = (*sums, *days)
        return relations

    def stored_plain_edges(self) -> set[tuple[str, ...]]:
        iris: Iris = self.store.iris
        found = self.store.query(f"""SELECT ?s ?p ?o {{ GRAPH {iris.graph("relations")} {{ ?s ?p ?o
            FILTER (STRSTARTS(STR(?s), "{iris.base}actor/")) }} }}""")
        return {
            (iris.local("actor", row["s"]), ids.action_name(row["p"]), iris.local("actor", row["o"]))
            for row in found
        }

    def all_is_as_in_a_fresh_store(self) -> None:
        """Order and history of the loads leave no trace: actors, names, actions, wordings."""
        assert list(self.store.validate()) == []
        with Store.open(self.folder / "fresh", create=True) as fresh:
            fresh.load(reversed(list(self.model.values())))
            generation = fresh.iris.graph("store")
            assert {quad for quad in self.store.rdf if quad.graph_name != generation} == {
                quad for quad in fresh.rdf if quad.graph_name != generation
            }
            for q in ("k", "n", "c", "g", "л", "m"):
                assert self.store.index.search(q, limit=99) == fresh.index.search(q, limit=99)
        shutil.rmtree(self.folder / "fresh")


StoreMachine.TestCase.settings = settings(
    max_examples=6,
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
)
TestStore = StoreMachine.TestCase
