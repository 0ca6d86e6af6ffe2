"""docs/from-a-question-to-gephi.md: from its texts to the file and back, each step gives what stands below it."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api import demo
from api.cli import cli

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "from-a-question-to-gephi.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
MEASURED = re.compile(r"\d+\.\d s\b|[\d,]+ bytes")
"""What differs from run to run, or with the look of a drawing."""


def answer(command: str) -> str:
    """What a command says, its answer first, then its messages."""
    words = shlex.split(command)
    assert words.pop(0) == "whowhom"
    done = CliRunner().invoke(cli, words, prog_name="whowhom")
    assert done.exit_code == 0, done.output
    return done.stdout + done.stderr


def test_the_page_leads_from_the_texts_to_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(Path(demo.__file__).parent / "demo_texts", tmp_path / "api" / "demo_texts")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    printed = ""
    for number, (language, block) in enumerate(BLOCKS, 1):
        if language == "python":
            exec(compile(block, f"the page, block {number}", "exec"), names)
            printed = capsys.readouterr().out
        elif language == "console":
            command, _, shown = block.removeprefix("$ ").partition("\n")
            assert MEASURED.sub("…", answer(command)) == MEASURED.sub("…", shown)
        else:
            assert printed == block
    assert [language for language, _ in BLOCKS].count("console") == PAGE.count("\n$ whowhom ") == 6
    network = names["network"]
    sizes = f"{network.number_of_nodes()} actors, {network.number_of_edges()} relations"
    assert f"belarus.gexf: {sizes}" in PAGE
    assert (
        f"{network.number_of_nodes()} nodes and {network.number_of_edges()} edges, directed and dynamic"
        in PAGE
    )
    assert network.is_directed()
    check_what_is_said_of_gephi(network)


def check_what_is_said_of_gephi(network: Any) -> None:
    """The attributes that the panels are told to use are in the file, and the European Union comes in April."""
    edges = [edge for _, _, edge in network.edges(data=True)]
    for attribute in ("goldstein", "plover"):
        assert all(attribute in edge for edge in edges)
    for attribute in ("events", "country", "actor_type"):
        assert all(attribute in node for node in network.nodes.values())
    assert {"ACCUSE", "SANCTION"} <= {edge["plover"] for edge in edges}
    union = [edge for *ends, edge in network.edges(data=True) if "IGO-european-union" in ends]
    assert union
    assert all(spell[0] >= "2024-04" for edge in union for spell in edge["spells"])
    assert any(spell[0] < "2024-04" for edge in edges for spell in edge.get("spells", ()))
