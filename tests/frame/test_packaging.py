"""Wheel and sdist hold the same, and the wheel does its main job in an empty environment, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

NEEDED = (
    "graph/ontology.ttl",
    "graph/schemes/plover.ttl",
    "graph/schemes/cameo.ttl",
    "extract/data/actions.tsv",
    "extract/data/countries.tsv",
    "extract/py.typed",
    "api/demo_texts/manifest.tsv",
)


def run(*command: str | Path, cwd: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command with nothing of the checkout in its environment."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV_", "COVERAGE"))}
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        input=text,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def built(clean_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel and the sdist, built as a user builds them: the wheel out of the sdist."""
    out = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, clean_copy, cwd=out)
    assert done.returncode == 0, done.stdout + done.stderr
    return {"wheel": next(out.glob("*.whl")), "sdist": next(out.glob("*.tar.gz"))}


@pytest.fixture(scope="module")
def environment(built: dict[str, Path], clean_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of an empty environment with the locked packages and the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = clean_copy / "requirements.lock"
    for extra in (["--require-hashes", "-r", lock], ["--no-deps", built["wheel"]]):
        done = run(*pip, *extra, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder / "bin"


def test_the_wheel_holds_code_tables_schemes_and_licence(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as wheel:
        names = wheel.namelist()
        assert set(NEEDED) <= set(names)
        assert any(name.endswith("licenses/LICENSE") for name in names)
        assert {name.split("/")[0] for name in names} == {
            "extract",
            "graph",
            "api",
            next(n.split("/")[0] for n in names if n.endswith("METADATA")),
        }
        assert b"owl:Ontology" in wheel.read("graph/ontology.ttl")


def test_the_sdist_holds_what_the_wheel_holds(built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as sdist, zipfile.ZipFile(built["wheel"]) as wheel:
        inside = {name.split("/", 1)[-1] for name in sdist.getnames()}
        code = {name for name in wheel.namelist() if ".dist-info/" not in name}
        assert code <= inside
        assert {"setup.cfg", "README.md", "LICENSE"} <= inside


def test_the_command_says_its_version(environment: Path, tmp_path: Path) -> None:
    done = run(environment / "whowhom", "--version", cwd=tmp_path)
    assert done.stdout.startswith("whowhom, version ")
    assert done.returncode == 0


def test_a_text_on_standard_input_becomes_events(environment: Path, tmp_path: Path) -> None:
    done = run(
        environment / "whowhom", "extract", "-", cwd=tmp_path, text="Chad expelled the envoy of Gabon.\n"
    )
    assert done.returncode == 0, done.stderr
    (event,) = json.loads(done.stdout)["events"]
    assert (event["source"]["code"], event["event"], event["target"]["code"]) == ("TCD", "SANCTION", "GAB")


def test_the_demo_goes_the_whole_way_and_ends(environment: Path, tmp_path: Path) -> None:
    done = run(environment / "whowhom", "demo", "--store", tmp_path / "store", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "200 application/sparql-results+json" in done.stdout
    assert (tmp_path / "store").is_dir()
