"""The top level is exactly what it is meant to be, and no module stands outside the layers."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("extract", "graph", "api")
TOP_LEVEL = {
    *PACKAGES,
    "tests",
    "bench",
    "web",
    "docs",
    "ontology.ttl",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "setup.cfg",
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    ".ci",
    ".editorconfig",
    ".gitignore",
}


def test_the_top_level_is_exactly_this(tracked: list[Path]) -> None:
    assert {name.parts[0] for name in tracked} == TOP_LEVEL


def test_every_module_of_extraction_has_its_layer() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    layers = re.findall(r"\w+", config["importlinter:contract:steps"]["layers"])
    modules = [path.stem for path in (ROOT / "extract").glob("*.py") if path.stem != "__init__"]
    assert sorted(layers) == sorted(modules)


def test_the_web_in_the_model_is_found(tmp_path: Path) -> None:
    for name in PACKAGES:
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.tsv", "*.ttl", "*.txt")
        )
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    model = tmp_path / "extract" / "model.py"
    source = model.read_text()
    assert source.count("\nimport ") > 0
    model.write_text(source.replace("\nimport ", "\nimport flask\nimport ", 1))
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert re.search(r"extract\.model -> flask", done.stdout)
    assert "extract knows no graph library and no web framework BROKEN" in done.stdout
