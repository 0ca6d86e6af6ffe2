"""The pages and the plots show the quad classes in the same colours, and the manual names them."""

from __future__ import annotations

import re
from pathlib import Path

from graph.palette import QUAD_COLORS, hexadecimal

ROOT = Path(__file__).parents[2]


def test_the_pages_and_the_plots_have_the_same_colors() -> None:
    text = (ROOT / "web" / "src" / "palette.ts").read_text("utf-8")
    light = text[text.index("light:") : text.index("dark:")]
    found = dict(re.findall(r'([1-4]): "(#[0-9a-f]{6})"', light))
    assert found == {str(quad): hexadecimal(color) for quad, color in QUAD_COLORS.items()}


def test_the_manual_names_the_colors() -> None:
    text = (ROOT / "docs" / "plots.md").read_text("utf-8")
    assert re.findall(r"`(#[0-9a-f]{6})`", text) == list(map(hexadecimal, QUAD_COLORS.values()))
