"""The extractor with the real model, loaded once for the whole run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from extract.model import CodedDocument, Document, Event
from extract.pipeline import Extractor


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """An extractor over the default model, appeals included; its documents do not know of each other."""
    return Extractor(appeals=True)


@pytest.fixture(scope="session")
def code(extractor: Extractor) -> Callable[..., list[Event]]:
    """The events of a text, with the fields of the document as keywords."""

    def events(text: str, **fields: Any) -> list[Event]:
        (coded,) = extractor.extract([Document(id="test", text=text, **fields)])
        assert isinstance(coded, CodedDocument)
        return list(coded.events)

    return events
