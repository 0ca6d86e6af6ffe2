"""What docs/networks.md says is so: its code runs, and its measures, figures and limits are those of the code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api import analyses, jobs
from api.service import Service
from graph import measure_process, measures, partners, paths, turning
from graph.arrays import from_cells
from graph.network import Selection

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "networks.md").read_text(encoding="utf-8")


def test_the_example_runs(mystore: Path, run_python: Callable[[str], dict[str, Any]]) -> None:
    names = run_python("networks.md")
    with Service(mystore, read_only=True) as service:
        network = service.network(Selection(actors=("KOR",), depth=2, limit=None))
    assert names["weights"] == {edge.id: edge.weight for edge in network.edges}
    assert names["strength"]["KOR"] == max(names["strength"].values())
    assert set(names["between"]) == {node.id for node in network.nodes}


def test_the_measures_and_their_figures_are_those_of_the_code() -> None:
    table = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", PAGE, re.MULTILINE))
    assert set(table) == set(measures.MEASURES)
    arrays = from_cells(["A", "B", "C"], ["B", "C", "A"], [1, 1, 1], [1, 1, 1])
    for name, measure in measures.MEASURES.items():
        figures = re.findall(r"`(\w+)`", table["degree" if name == "strength" else name])
        assert figures == list(measure.compute(arrays, lambda *_: None).columns)


@pytest.mark.parametrize(
    "words",
    [
        f"After {paths.MAX_EXPANSIONS:,} continued beginnings",
        f"each of {partners.LEAST_ACTORS} to {partners.MOST_ACTORS} given actors",
        f"levels of at least {turning.LEAST_MONTHS} months",
        f"+ {turning.PENALTY:g} σ² ln(n)",
        f"more than {turning.OUTLIER:g} σ from the median",
        f"More than {turning.MAX_VALUES} months",
        f"damping {measures.DAMPING:g}",
        f"up to {measures.EXACT_ACTORS} actors. Beyond, those from {measures.PIVOTS} actors",
        f"drawn by seed {measures.SEED} ",
        f"A request waits {analyses.WAIT_SECONDS:g} s",
        f"{measure_process.MEMORY // 2**30} GB and {measure_process.SECONDS:g} s",
        f"the last {analyses.KEPT_MEASURES} of them",
    ],
)
def test_limits_are_those_of_the_code(words: str) -> None:
    assert words in " ".join(PAGE.split())


def test_the_numbers_of_jobs_are_written_in_words() -> None:
    words = {2: "two"}
    assert f"{words[jobs.MOST_RUNNING]} run at a time" in " ".join(PAGE.split())
    assert analyses.INLINE_SECONDS == 0.5
    assert "beyond half a second" in " ".join(PAGE.split())
