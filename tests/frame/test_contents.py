"""The wheel holds each tracked file of the packages and no other, and the sdist builds the same wheel."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

PACKAGES = ("extract", "graph", "api")
Contents = dict[str, bytes]


def build(kind: str, source: Path, out: Path) -> Path:
    """The ``wheel`` or ``sdist`` of a folder, with the installed build system."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV_", "COVERAGE"))}
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", out, source]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=out)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


def contents(wheel: Path) -> Contents:
    """The files of a wheel but its list of files; none of them is a symbolic link."""
    with zipfile.ZipFile(wheel) as archive:
        assert not any(stat.S_ISLNK(entry.external_attr >> 16) for entry in archive.infolist())
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/RECORD")}


@pytest.fixture(scope="module")
def source(clean_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second clean copy: an earlier build leaves lists of files behind, which would hide what is missing."""
    copy = tmp_path_factory.mktemp("source") / "whowhom"
    left = shutil.ignore_patterns("*.egg-info", "build", "dist")
    shutil.copytree(clean_copy, copy, symlinks=True, ignore=left)
    return copy


@pytest.fixture(scope="module")
def sdist(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", source, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a user has who unpacks the sdist."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (inside,) = folder.iterdir()
    return inside


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """The wheel that the checkout builds."""
    return contents(build("wheel", source, tmp_path_factory.mktemp("wheel")))


def test_the_wheel_holds_every_tracked_file_of_the_packages_and_the_pages(
    wheel: Contents, tracked: list[Path], source: Path
) -> None:
    shipped = {name: data for name, data in wheel.items() if ".dist-info/" not in name}
    built = [path.relative_to(source) for path in (source / "api" / "pages").rglob("*") if path.is_file()]
    names = [name for name in tracked if name.parts[0] in PACKAGES] + built
    files = {str(name): (source / name).read_bytes() for name in names}
    assert len(files) > 80
    assert {"api/pages/index.html", "api/pages/workbench.html"} <= files.keys()
    assert sorted(shipped) == sorted(files)
    assert shipped == files  # a link is followed: the ontology is a file


def test_the_wheel_has_licence_and_command(wheel: Contents, source: Path) -> None:
    facts = {name.split("/", 1)[1]: data for name, data in wheel.items() if ".dist-info/" in name}
    assert facts["licenses/LICENSE"] == (source / "LICENSE").read_bytes()
    assert "whowhom = api.cli:main" in facts["entry_points.txt"].decode()


def test_the_sdist_builds_the_same_wheel(
    wheel: Contents, unpacked: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = contents(build("wheel", unpacked, tmp_path_factory.mktemp("again")))
    assert sorted(again) == sorted(wheel)
    assert again == wheel


def test_the_sdist_holds_no_link_and_no_file_of_the_machine(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        assert not any(entry.issym() or entry.islnk() for entry in archive.getmembers())
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "setup.cfg", "pyproject.toml"} <= names
    assert not any(name.startswith((".venv", ".git/", "bench/out")) for name in names)
