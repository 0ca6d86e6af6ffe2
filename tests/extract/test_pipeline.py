"""Documents in, coded documents out, in order."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.model import CodedDocument, Document
from extract.pipeline import WINDOW, Extractor
from extract.read import Failure
from extract.record import from_record, to_record

TEXTS = (
    "Chad attacked Sudan.",
    "The cat sat.",
    "PARIS, May 2 (X) -- The ministry condemned Mali.\n\nIt will meet Peru.",
)


def coded(extractor: Extractor, texts: list[str]) -> list[CodedDocument]:
    found = list(extractor.extract(Document(id=str(n), text=text) for n, text in enumerate(texts)))
    assert all(isinstance(item, CodedDocument) for item in found)
    return [item for item in found if isinstance(item, CodedDocument)]


def test_documents_come_in_order_and_failures_go_through(extractor: Extractor) -> None:
    items = [
        Document(id=str(n), text=TEXTS[n % 3]) if n % 5 else Failure(str(n), "broken")
        for n in range(WINDOW + 9)
    ]
    found = list(extractor.extract(items))
    assert [f.document.id if isinstance(f, CodedDocument) else f.id for f in found] == [
        str(n) for n in range(WINDOW + 9)
    ]


def test_a_document_knows_nothing_of_the_one_before(extractor: Extractor) -> None:
    alone = coded(extractor, ["It will meet Peru."])[0].events
    after = coded(extractor, ["Chad attacked Sudan.", "It will meet Peru."])[1].events
    assert alone == after


def test_the_layout_gives_date_place_and_publisher(extractor: Extractor) -> None:
    (item,) = extractor.extract(
        [Document(id="d", text="PARIS, 2 May 2016 (Seine News) -- Chad attacked Sudan.")]
    )
    assert isinstance(item, CodedDocument)
    assert (item.document.place, item.document.publisher) == ("Paris", "Seine News")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(
            ["Chad", "attacked", "Sudan", "it", "the army", ".", ",", "“", "\n", "é", "🙂", "will"]
        ),
        max_size=30,
    )
)
def test_any_text_gives_true_offsets_and_a_record_that_reads_back(
    words: list[str], extractor: Extractor
) -> None:
    text = " ".join(words) or "-"
    (item,) = coded(extractor, [text])
    for event in item.events:
        for span in (
            event.trigger,
            event.sentence.span,
            *(m.span for m in (event.source, event.target) if m),
        ):
            assert text[span.start : span.end] == span.text
    assert from_record(to_record(item)) == item
