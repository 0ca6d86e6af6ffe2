"""The code of docs/python.md runs as it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api import demo


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # of rdflib's own, within dataset.graphs()
def test_the_page_runs(mystore: Path, run_python: Callable[[str], dict[str, Any]]) -> None:
    names = run_python("python.md")
    assert names["totals"]["North Korea"] >= 1
    assert names["graphs"] == len(list((Path(demo.__file__).parent / "demo_texts").glob("[0-9]*.txt")))
    assert names["strength"]["KOR"] == max(names["strength"].values()) >= len(names["totals"])
    assert list(mystore.parent.iterdir()) == [mystore]
