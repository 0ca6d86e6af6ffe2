"""The commands in process: what they print where, and their exit status."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner, Result

from api import exporting, exports, service
from api.cli import NETWORK_FORMATS, cli
from api.console import INPUT_FORMATS
from extract.read import FORMATS as READ_FORMATS
from graph.export import FORMATS
from graph.export.events import EVENT_FORMATS

Run = Callable[..., Result]
SELECT = "SELECT ?s ?t { ?s rel:accuse ?t }"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Run:
    fake = type(request.getfixturevalue("service").coding)
    monkeypatch.setattr(service, "Coding", fake)

    def invoke(*arguments: str | Path, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(cli, list(map(str, arguments)), input=stdin, prog_name="whowhom")

    return invoke


def test_names_of_formats_are_those_of_the_packages() -> None:
    assert READ_FORMATS == INPUT_FORMATS
    assert (tuple(FORMATS), tuple(EVENT_FORMATS)) == (NETWORK_FORMATS, exports.EVENT_FORMATS)
    assert tuple(exporting.SUFFIXES) == exports.EXPORT_FORMATS


def test_extract_one_line_in_one_line_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Norway accused Belarus. Rain.")
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.jsonl").write_text('{"id": "c1", "text": "Sun."}\n{\n')
    result = run("extract", *(tmp_path / name for name in ("a.txt", "b.txt", "none", "c.jsonl")))
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["a.txt", "b.txt", "none", "c1", "c.jsonl:2"]
    assert ["error" in line for line in lines] == [False, True, True, False, True]
    assert result.exit_code == 0
    assert "2 documents, 1 event in" in result.stderr
    assert result.stderr.endswith("; 3 failed\n")


def test_extract_ends_with_1_where_nothing_could_be_used(run: Run) -> None:
    result = run("extract", "none.txt")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"].startswith("none.txt: No such file")


def test_extract_reads_standard_input_with_what_is_known(run: Run) -> None:
    result = run("extract", "--date", "2024-03-13", "--publisher", "Wire", "-", stdin="Rain.")
    record = json.loads(result.stdout)
    assert (record["id"], record["date"], record["publisher"]) == ("stdin", "2024-03-13", "Wire")


def test_load_twice_is_once(run: Run, tmp_path: Path, record_file: Path) -> None:
    first = run("load", "--store", tmp_path / "s", record_file)
    assert first.stderr.startswith(
        "7 documents (7 added, 0 replaced, 0 unchanged), 6 new events, 7 mentions in"
    )
    second = run("load", "--store", tmp_path / "s", record_file)
    assert "0 added, 0 replaced, 7 unchanged), 0 new events" in second.stderr
    assert (first.exit_code, second.exit_code, second.stdout) == (0, 0, "")


def test_load_lists_what_failed_and_goes_on(run: Run, tmp_path: Path) -> None:
    lines = '{"id": "a", "events": []}\n{"id": "b", "events": 1}\n{"id": "c", "events": []}\n'
    result = run("load", "--store", tmp_path / "s", stdin=lines)
    assert json.loads(result.stdout)["id"] == "b"
    assert "2 documents" in result.stderr
    assert result.exit_code == 0


def test_ingest_twice_is_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Norway accused Belarus. Rain.")
    results = [run("ingest", "--store", tmp_path / "s", tmp_path / "a.txt") for _ in range(2)]
    assert [result.exit_code for result in results] == [0, 0]
    assert "1 added" in results[0].stderr
    assert "1 unchanged" in results[1].stderr
    told = run("query", "--store", tmp_path / "s", "--format", "csv", "SELECT ?m { ?d ww:model ?m }")
    assert told.stdout.splitlines() == ["m", "fake 1"]


def test_wrong_usage_makes_no_store(run: Run, tmp_path: Path) -> None:
    result = run("ingest", "--store", tmp_path / "s", "--date", "soon", "-", stdin="Rain.")
    assert (result.exit_code, (tmp_path / "s").exists()) == (2, False)
    assert result.stderr == (
        "whowhom: date='soon' is not possible. Allowed is a day as YYYY-MM-DD, e.g. 2017-01-04.\n"
    )


@pytest.mark.parametrize(
    ("form", "begin"),
    [
        ("csv", "s,t"),
        ("tsv", "?s\t?t"),
        ("json", '{"head"'),
        ("xml", "<?xml"),
        ("table", "s          t\n---------  ---------\nactor:NOR  actor:BLR\n"),
    ],
)
def test_query_in_each_format(run: Run, stored: Path, form: str, begin: str) -> None:
    result = run("query", "--store", stored, "--format", form, SELECT)
    assert result.exit_code == 0
    assert result.stdout.startswith(begin)


@pytest.mark.parametrize(
    ("form", "query", "begin"),
    [
        ("table", "ASK { actor:NOR rel:accuse actor:BLR }", "yes\n"),
        ("table", "CONSTRUCT WHERE { ?s rel:accuse ?t }", "@prefix"),
        ("ttl", "CONSTRUCT WHERE { ?s rel:accuse ?t }", "@prefix"),
        ("nt", "CONSTRUCT WHERE { ?s rel:accuse ?t }", "<https://w3id.org/whowhom/id/actor/NOR>"),
    ],
)
def test_query_for_other_than_rows(run: Run, stored: Path, form: str, query: str, begin: str) -> None:
    assert run("query", "--store", stored, "--format", form, query).stdout.startswith(begin)


def test_query_from_standard_input(run: Run, stored: Path) -> None:
    assert "actor:NOR" in run("query", "--store", stored, "-", stdin=SELECT).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["SELECT ?s { ?s"], "Syntax error in line 1", id="syntax"),
        pytest.param(["--format", "ttl", SELECT], "application/sparql-results+json", id="rows-as-turtle"),
        pytest.param(["ASK { SERVICE <http://x/> {} }"], "SERVICE", id="service"),
        pytest.param(
            ["--timeout", "0.1", "SELECT (COUNT(*) AS ?n) {?a ?b ?c. ?d ?e ?f. ?g ?h ?i}"], "0.1 s", id="time"
        ),
    ],
)
def test_a_query_that_fails(run: Run, stored: Path, arguments: list[str], said: str) -> None:
    result = run("query", "--store", stored, *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("whowhom: ")
    assert said in result.stderr


def test_neighborhood_as_a_table(run: Run, stored: Path) -> None:
    result = run("neighborhood", "--store", stored, "NOR", "--direction", "out", "--quad", "3", "--quad", "4")
    assert result.stdout.splitlines()[2].split() == ["NOR", "accuse", "BLR", "1", "2", *["2024-03-12"] * 2]
    assert result.stderr == "1 of 1 relations\n"


def test_neighborhood_for_a_program(run: Run, stored: Path) -> None:
    result = run("neighborhood", "--store", stored, "NOR", "--format", "node-link", "--min-confidence", "0.5")
    assert [edge["key"] for edge in json.loads(result.stdout)["edges"]] == ["NOR--accuse--BLR"]


def test_export_to_a_file(run: Run, stored: Path, tmp_path: Path) -> None:
    result = run("export", "--store", stored, "-o", tmp_path / "x.gexf")
    assert result.stderr.endswith("x.gexf: 5 actors, 3 relations\n")
    assert nx.read_gexf(tmp_path / "x.gexf").number_of_edges() == 3
    assert [path.name for path in tmp_path.iterdir()] == ["x.gexf"]


def test_export_to_standard_output_with_filters(run: Run, stored: Path) -> None:
    result = run("export", "--store", stored, "--format", "csv", "--actor", "KOR", "--from", "2024-01-01")
    assert [row["Id"] for row in csv.DictReader(io.StringIO(result.stdout))] == ["KOR--meet--NOR"]


def test_info(run: Run, stored: Path) -> None:
    facts = json.loads(run("info", "--store", stored, "--format", "json").stdout)
    assert (facts["documents"], facts["events"], facts["mentions"]) == (7, 6, 7)
    assert "documents   7\n" in run("info", "--store", stored).stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param(
            ["neighborhood", "NORR"], 2, "No actor 'NORR' in the store. Did you mean NOR", id="actor"
        ),
        pytest.param(["neighborhood", "NOR", "--depth", "9"], 2, "a whole number from 1 to 3", id="depth"),
        pytest.param(["neighborhood", "NOR", "--action", "hug"], 1, "No action 'hug'", id="action"),
        pytest.param(["neighborhood"], 2, "Missing argument", id="no-actor"),
        pytest.param(["export", "--format", "doc"], 2, "'gexf'", id="format"),
        pytest.param(["export", "-o", "none/x.gexf"], 1, "No such file or directory", id="no-folder"),
        pytest.param(["query"], 2, "Missing argument", id="no-query"),
        pytest.param(["serve", "--port", "70000"], 2, "0<=x<=65535", id="port"),
        pytest.param(["serve", "--host", "no.such.host.invalid"], 1, "Cannot listen on", id="host"),
    ],
)
def test_a_wrong_argument(run: Run, stored: Path, arguments: list[str], status: int, said: str) -> None:
    result = run(arguments[0], "--store", stored, *arguments[1:])
    assert result.exit_code == status
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["query", SELECT], ["info"], ["export"], ["neighborhood", "NOR"]])
@pytest.mark.parametrize(
    ("store", "said"),
    [
        pytest.param("none", "there is no such folder. `whowhom load --store", id="missing"),
        pytest.param("folder", "the folder holds other files", id="other-folder"),
        pytest.param("newer", "format 99", id="newer-format"),
        pytest.param("http://127.0.0.1:1/sparql", "does not answer", id="remote"),
    ],
)
def test_a_store_that_is_none(run: Run, tmp_path: Path, command: list[str], store: str, said: str) -> None:
    for name, text in (("folder/x.txt", ""), ("newer/whowhom.json", '{"format": 99}')):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    place = store if "://" in store else str(tmp_path / store)
    result = run(command[0], "--store", place, *command[1:])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("whowhom: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_fault_of_ours_keeps_its_traceback(run: Run, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(service.Service, "info", fail)
    result = run("info", "--store", stored)
    assert isinstance(result.exception, RuntimeError)


def test_ctrl_c_is_said_in_one_word(run: Run, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def press(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service.Service, "info", press)
    result = run("info", "--store", stored)
    assert (result.exit_code, result.stderr) == (130, "whowhom: interrupted\n")


@pytest.mark.parametrize("command", [[], *([name] for name in sorted(cli.commands))])
def test_help(run: Run, command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: whowhom")
