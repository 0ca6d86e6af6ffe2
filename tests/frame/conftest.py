"""The checkout, and its tracked files as a clean copy."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

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


def built_pages() -> list[Path]:
    """The files that `make setup` builds from web/, relative to the checkout."""
    return [path.relative_to(ROOT) for path in (ROOT / "api" / "pages").rglob("*") if path.is_file()]
