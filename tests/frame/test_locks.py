"""The lock files pin everything with hashes and name no place to fetch from; nothing that ships is under the GPL."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PLACES = re.compile(r"(?<![\w.])/(?:root|work|home|opt)/\w|--(?:extra-)?index-url|--find-links")
TEXT = {".py", ".md", ".cfg", ".toml", ".ttl", ".tsv", ".txt", ".lock", ""}


def pins(name: str) -> set[tuple[str, str]]:
    """(package, version) of a lock file; a package has several where they depend on the Python or the platform."""
    lines = (ROOT / name).read_text().splitlines()
    starts = [line for line in lines if line and not line.startswith((" ", "#"))]
    pinned = [re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", line) for line in starts]
    assert all(pinned), [line for line, pin in zip(starts, pinned, strict=True) if pin is None]
    return {(canonicalize_name(pin[1]), pin[2]) for pin in pinned if pin}


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text())
    entries = [entry for entry in entries if "==" in entry.splitlines()[0]]
    assert len(entries) == len(pins(name)) > 20
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_development_lock_is_the_lock_and_more() -> None:
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_no_file_names_a_place_of_a_machine_or_an_index(tracked: list[Path]) -> None:
    found = [
        f"{name}: {match[0]}"
        for name in tracked
        if name.suffix in TEXT and name != Path(__file__).relative_to(ROOT)
        if (match := PLACES.search((ROOT / name).read_text(encoding="utf-8")))
    ]
    assert found == []


def test_nothing_that_ships_is_under_a_licence_that_forbids_it() -> None:
    wrong = []
    for name, _ in pins("requirements.lock"):
        try:
            facts = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # for another platform
        licence = facts.get("License-Expression") or (facts.get("License") or "").splitlines()[:1]
        classifiers = [c for c in facts.get_all("Classifier") or () if c.startswith("License ::")]
        words = f"{licence} {classifiers}"
        if re.search(r"(?<!L)GPL|GNU General|ODbL", re.sub(r"Lesser General|LGPL", "", words)):
            wrong.append(f"{name}: {words}")
    assert wrong == []
