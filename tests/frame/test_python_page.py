"""The code of docs/python.md runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from api import demo
from api.service import Service
from extract.pipeline import Extractor

PAGE = Path(__file__).resolve().parents[2] / "docs" / "python.md"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # of rdflib's own, within dataset.graphs()
def test_the_page_runs(tmp_path: Path, extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    with Service(tmp_path / "mystore", create=True) as service:
        service.load(extractor.extract(demo._packaged()), model=extractor.model)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"docs/python.md, block {number + 1}", "exec"), names)
    assert names["totals"]["North Korea"] >= 1
    assert names["graphs"] == len(list((Path(demo.__file__).parent / "demo_texts").glob("[0-9]*.txt")))
    assert names["strength"]["KOR"] == max(names["strength"].values()) >= len(names["totals"])
    assert [path.name for path in tmp_path.iterdir()] == ["mystore"]
