"""The checkout, and its tracked files as a clean copy."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api import demo
from api.service import Service
from extract.pipeline import Extractor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """The project's files as git knows them, relative to its root."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout: which files belong to the project cannot be told")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in done.stdout.decode().split("\0") if name]
    return [Path(name) for name in names if (ROOT / name).exists()]


@pytest.fixture(scope="session")
def clean_copy(tracked: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the tracked files and the built pages, and nothing else."""
    copy = tmp_path_factory.mktemp("copy") / "whowhom"
    for name in tracked:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    for name in built_pages():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    return copy


@pytest.fixture
def mystore(tmp_path: Path, extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's store, which pages call ``mystore``, in the folder that the test is in then."""
    monkeypatch.chdir(tmp_path)
    with Service(tmp_path / "mystore", create=True) as service:
        service.load(extractor.extract(demo._packaged()), model=extractor.model)
    return tmp_path / "mystore"


@pytest.fixture
def run_python() -> Callable[[str], dict[str, Any]]:
    """Runs the Python of a page of the manual, one block after the other, and gives its names."""

    def run(page: str) -> dict[str, Any]:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        names: dict[str, Any] = {}
        for number, block in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL), 1):
            exec(compile(block, f"docs/{page}, block {number}", "exec"), names)
        return names

    return run


def built_pages() -> list[Path]:
    """The files that `make setup` builds from web/, relative to the checkout."""
    return [path.relative_to(ROOT) for path in (ROOT / "api" / "pages").rglob("*") if path.is_file()]
