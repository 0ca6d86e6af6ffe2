"""validate and rebuild: what they print, and their exit status."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api import maintenance
from api.cli import cli
from graph.store import Store

WRONG = """PREFIX ww: <https://w3id.org/whowhom/ontology#>
DELETE { GRAPH ?g { ?r ww:events ?n } } INSERT { GRAPH ?g { ?r ww:events 77 } } WHERE { GRAPH ?g { ?r ww:events ?n } };
DELETE WHERE { GRAPH ?h { ?e ww:granularity ?day } }"""


@pytest.fixture
def store(tmp_path: Path, stored: Path) -> Path:
    """A store that may be damaged."""
    return Path(shutil.copytree(stored, tmp_path / "store"))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)), prog_name="whowhom")


def test_a_whole_store(store: Path) -> None:
    result = run("validate", "--store", store)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("0 findings in ")


def test_a_damaged_store(store: Path) -> None:
    with Store.open(store) as opened:
        opened.rdf.update(WRONG)
    result = run("validate", "--store", store)
    assert result.exit_code == 1
    found = result.stdout.splitlines()
    assert any(line.startswith("relation: <") and 'stored "77"' in line for line in found)
    assert any(line.startswith("event that cannot be read: <") for line in found)
    assert result.stderr.startswith(f"{len(found)} findings in ")


def test_rebuild(store: Path) -> None:
    with Store.open(store) as opened:
        opened.rdf.update(WRONG.partition(";\n")[0])
    result = run("rebuild", "--store", store)
    assert (result.exit_code, result.stdout) == (0, "")
    assert " triples deleted, " in result.stderr
    assert "left alone" not in result.stderr
    assert run("validate", "--store", store).exit_code == 0


def test_rebuild_says_what_it_left_alone(store: Path) -> None:
    with Store.open(store) as opened:
        opened.rdf.update(WRONG)
    result = run("rebuild", "--index-only", "--store", store)
    assert result.exit_code == 0
    assert result.stderr.startswith("index made anew in ")
    assert " × event that cannot be read" in result.stderr


def test_an_index_behind_is_a_finding(store: Path) -> None:
    (store / "index.duckdb").unlink()
    result = run("validate", "--store", store)
    assert result.exit_code == 1
    assert result.stdout.startswith("index: generation: stored nothing, recounted ")
    assert run("rebuild", "--index-only", "--store", store).exit_code == 0
    assert run("validate", "--store", store).exit_code == 0


def test_no_store(tmp_path: Path) -> None:
    for command in ("validate", "rebuild"):
        result = run(command, "--store", tmp_path / "none")
        assert result.exit_code == 1
        assert "there is no such folder" in result.stderr


def test_steps_are_shown_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with maintenance.Steps() as steps:
        steps("counting", 1, 2)
    assert capsys.readouterr().err == "\r0 s: counting, 1 of 2\x1b[K\r\x1b[K"
