"""The layers hold, and the check can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAULTS = {
    "the-model-imports-a-library": ("extract/model.py", "import numpy"),
    "a-step-imports-the-parser": ("extract/frames.py", "import spacy"),
    "extraction-imports-a-graph-library": ("extract/tables.py", "import rdflib"),
    "the-graph-imports-the-web": ("graph/ids.py", "import flask"),
    "the-graph-imports-a-step-of-extraction": ("graph/ids.py", "import extract.tables"),
    "a-step-imports-a-later-one": ("extract/frames.py", "import extract.events"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": "."},
    )


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """The three packages and setup.cfg, without data."""
    for name in ("extract", "graph", "api"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.tsv", "*.ttl", "*.txt")
        )
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    return tmp_path


def test_the_contracts_are_kept(packages: Path) -> None:
    done = lint(packages)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(("file", "line"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_breaks_a_contract(file: str, line: str, packages: Path) -> None:
    path = packages / file
    path.write_text(path.read_text().replace("from __future__", f"{line}\nfrom __future__", 1))
    done = lint(packages)
    assert done.returncode != 0
    assert "1 broken" in done.stdout


def test_the_packaged_ontology_is_the_one_at_the_root() -> None:
    assert (ROOT / "graph" / "ontology.ttl").resolve() == ROOT / "ontology.ttl"
