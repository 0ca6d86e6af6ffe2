"""Several processes give what one gives, in the same order, and a process that ends is said."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator

import pytest

from extract import nlp, parallel, pipeline
from extract.errors import WorkerDied
from extract.model import CodedDocument, Document
from extract.parallel import extract_in_processes
from extract.pipeline import Extractor
from extract.read import Failure

TEXTS = (
    "Chad attacked Mali. It said so on Monday.",
    "Peru's president met his counterpart from Chile in Lima.",
    "The two countries signed a treaty.",
    "Rebels in Kenya freed 12 hostages after the army had left.",
    "",
)
DOCUMENTS: list[Document | Failure] = [
    *(Document(str(n), text) for n, text in enumerate(TEXTS * 3)),
    Failure("x", "x: it is no text"),
]


class Stub:
    """An extractor that codes nothing, and ends its process at a document without words."""

    def extract(self, documents: Iterable[Document | Failure]) -> Iterator[CodedDocument | Failure]:
        for document in documents:
            if isinstance(document, Document):
                if not document.text:
                    os._exit(1)
                yield CodedDocument(document, ())


def test_the_answers_are_those_of_one_process(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "PARCEL", 100)
    one = list(extractor.extract(DOCUMENTS))
    assert list(extract_in_processes(extractor, DOCUMENTS, 2)) == one
    assert sum(len(item.events) for item in one if isinstance(item, CodedDocument)) > len(TEXTS)


def test_a_process_that_ends_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "PARCEL", 1)
    with pytest.raises(WorkerDied, match=r"documents from '\d+' on.*fewer --processes"):
        list(extract_in_processes(Stub(), DOCUMENTS, 2))  # type: ignore[arg-type]


def test_who_takes_only_some_answers_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "PARCEL", 1)
    documents = [Document(str(n), "Mali.") for n in range(100)]
    answers = extract_in_processes(Stub(), documents, 2)  # type: ignore[arg-type]
    first = next(answers)
    assert isinstance(first, CodedDocument)
    assert first.document.id == "0"
    answers.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("size", [1, 3, 64])
def test_neither_order_nor_batch_change_an_answer(
    size: int, extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = list(extractor.extract(DOCUMENTS))
    monkeypatch.setattr(nlp, "BATCH", size)
    monkeypatch.setattr(pipeline, "WINDOW", size)
    assert list(extractor.extract(reversed(DOCUMENTS))) == expected[::-1]
