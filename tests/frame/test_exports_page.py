"""docs/exports.md and docs/plots.md name every format, who reads it in which test, and the limits of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.export import FORMATS, labels, layout, svg
from graph.export.events import EVENT_FORMATS
from graph.matrix import SIDE
from graph.palette import QUAD_COLORS, hexadecimal
from graph.plot import calendar, dyad

ROOT = Path(__file__).resolve().parents[2]
EXPORTS, PLOTS = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("exports.md", "plots.md"))
RDF = ("nquads", "trig", "turtle")


def table(heading: str) -> dict[str, str]:
    """The rest of a row, by each name in its first cell."""
    text = EXPORTS.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    rows = re.findall(r"^\| (`.+?) \| (.+) \|$", text, re.MULTILINE)
    return {name: rest for first, rest in rows for name in re.findall(r"`([\w-]+)`", first)}


def test_every_network_format_says_what_it_is_for() -> None:
    assert set(table("## Networks")) == set(FORMATS)


def test_every_format_is_read_in_a_test_that_there_is() -> None:
    readers = table("### Who reads them in the tests")
    assert set(readers) == {*FORMATS, *EVENT_FORMATS, *RDF}
    for name, rest in readers.items():
        files = re.findall(r"`([\w/]+\.py)`", rest)
        assert files, name
        for file in files:
            text = (ROOT / (file if "/" in file else f"tests/graph/{file}")).read_text(encoding="utf-8")
            assert f'"{name}"' in text, (name, file)


def test_pajek_is_left_out_for_a_reason() -> None:
    assert "pajek" not in FORMATS
    assert re.search(r"There is no Pajek: .{80,}", EXPORTS)


@pytest.mark.parametrize(
    "words",
    [
        f"{svg.MAX_NODES} actors and {svg.MAX_EDGES} relations at most are drawn",
        f"cut after {labels.MOST} characters",
        f"the {SIDE} that take part in most events",
        f"Of more than {calendar.MOST_YEARS} years",
        f"all are marked, {dyad.TOLD} are told",
        *(f"| {quad} " for quad in QUAD_COLORS),
        *(f"`{hexadecimal(color)}`" for color in QUAD_COLORS.values()),
    ],
)
def test_limits_and_colours_of_plots_are_those_of_the_code(words: str) -> None:
    assert words in " ".join(PLOTS.split())


def test_limits_of_exports_are_those_of_the_code() -> None:
    text = " ".join(EXPORTS.split())
    assert f"{svg.MAX_NODES} actors and {svg.MAX_EDGES} relations at most" in text
    assert f"more than {layout.MAX_NODES:,} are refused" in text
