"""The commands ``backup`` and ``restore``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from api.service import Service


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)), prog_name="whowhom")


def test_there_and_back(stored: Path, tmp_path: Path) -> None:
    made = run("backup", "--store", stored, tmp_path / "copy")
    assert (made.exit_code, made.stdout) == (0, "")
    told = r"/{}: 7 documents, 6 events, generation 2, (\d+) bytes\n"
    assert re.search(told.format("copy"), made.stderr)
    back = run("restore", "--store", tmp_path / "back", tmp_path / "copy")
    assert (back.exit_code, back.stdout) == (0, "")
    assert re.search(told.format("back"), back.stderr)
    exports = [run("export", "--store", place).stdout for place in (stored, tmp_path / "back")]
    assert exports[0] == exports[1] != ""


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_fails_is_one_line(command: str, stored: Path, tmp_path: Path) -> None:
    for store in (stored, "https://example.org/sparql"):
        done = run(command, "--store", store, stored)
        assert (done.exit_code, done.stdout) == (1, "")
        assert re.fullmatch(r"whowhom: .+\.\n", done.stderr)
    assert run(command, "--store", stored).exit_code == 2


def test_beside_a_server(stored: Path, tmp_path: Path) -> None:
    with Service(tmp_path / "store", create=True, command="serve"):
        done = run("backup", "--store", tmp_path / "store", tmp_path / "copy")
    assert done.exit_code == 1
    assert "answers query, neighborhood, export and info" in done.stderr
    assert "stop it first" in done.stderr
    assert not (tmp_path / "copy").exists()
