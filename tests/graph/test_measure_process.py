"""A measure in a process of its own: the same figures, and an end for every reason."""

from __future__ import annotations

import os
import threading
from itertools import combinations

import pytest

from graph import measure_process
from graph.arrays import EdgeArrays, from_cells
from graph.measure_errors import MeasureDied, MeasureMemory, MeasureSlow, NotComputable
from graph.measure_process import MeasureProcess
from graph.measures import MEASURES

CELLS = [(a, b, n % 4 + 1, n + 1) for n, (a, b) in enumerate(combinations("ABCDEF", 2))]


def arrays_of(size: int = 6) -> EdgeArrays:
    """A clique of six, or a ring."""
    if size == 6:
        source, target, quad, events = zip(*CELLS, strict=True)
        return from_cells(source, target, quad, events)
    ids = [f"A{n:06d}" for n in range(size)]
    turned = [*ids[1:], ids[0]]
    return from_cells(ids, turned, [1] * size, [1] * size)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("name", MEASURES)
def test_the_figures_are_those_of_this_process(name: str) -> None:
    process = MeasureProcess()
    found = process.run(name, arrays_of(), lambda *_: None)
    assert found == MEASURES[name].compute(arrays_of(), lambda *_: None)
    assert gone(process.pid)


def test_what_cannot_be_computed_is_told_from_there() -> None:
    with pytest.raises(
        NotComputable, match="Betweenness cannot be computed on this graph: there are only two"
    ):
        MeasureProcess().run("betweenness", from_cells(["A"], ["B"], [1], [1]), lambda *_: None)


def test_it_says_how_far_it_is_and_can_be_stopped(caplog: pytest.LogCaptureFixture) -> None:
    process = MeasureProcess()
    heard: list[tuple[float, str]] = []

    def stop(progress: float, words: str) -> None:
        heard.append((progress, words))
        process.stop()

    with pytest.raises(MeasureDied, match="SIGKILL"):
        process.run("betweenness", arrays_of(2000), stop)
    assert 0 <= heard[0][0] < 1
    assert "of 2000 actors" in heard[0][1]
    assert caplog.records == []
    assert gone(process.pid)


def test_it_can_be_stopped_before_it_was_asked() -> None:
    process = MeasureProcess()
    process.stop()
    with pytest.raises(MeasureDied, match="SIGKILL"):
        process.run("betweenness", arrays_of(2000), lambda *_: None)


def test_it_ends_when_its_time_is_over() -> None:
    process = MeasureProcess(seconds=0.2)
    with pytest.raises(MeasureSlow, match=r"not done after 0\.2 s"):
        process.run("betweenness", arrays_of(2000), lambda *_: None)
    assert gone(process.pid)


@pytest.mark.parametrize("megabytes", [60, 200], ids=["to-start", "to-compute"])
def test_it_has_no_more_memory_than_it_may_have(megabytes: int) -> None:
    with pytest.raises(MeasureMemory, match=f"more than {megabytes} MB"):
        MeasureProcess(memory=megabytes * 2**20).run("balance", arrays_of(200_000), lambda *_: None)


def test_it_ends_with_its_parent() -> None:
    """The end of its standard input is all that it sees of that."""
    process = MeasureProcess()
    first = threading.Event()

    def hang_up(*_: object) -> None:
        if not first.is_set():
            first.set()
            process._input.close()

    with pytest.raises(MeasureDied, match="exit status 0"):
        process.run("betweenness", arrays_of(2000), hang_up)
    assert gone(process.pid)


def test_a_process_that_cannot_be_started_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure_process.sys, "executable", "/nonexistent/python")
    with pytest.raises(FileNotFoundError):
        MeasureProcess()
