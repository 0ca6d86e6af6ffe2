"""The extractor with the real model, loaded once for the whole run."""

from __future__ import annotations

import pytest

from extract.pipeline import Extractor


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """An extractor over the default model; its documents do not know of each other."""
    return Extractor()
