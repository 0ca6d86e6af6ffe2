"""The console script as users run it: pipes, exit status, help without heavy imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Whowhom = Callable[..., "subprocess.CompletedProcess[str]"]
HEAVY = ("spacy", "rdflib", "pyoxigraph", "duckdb", "flask", "gunicorn", "networkx")


@pytest.mark.parametrize("arguments", [["--help"], ["export", "--help"], ["serve", "--port", "x"]])
def test_help_and_usage_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print('heavy:', [m for m in {HEAVY} if m in sys.modules], file=sys.stderr))\n"
        "from api.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.stderr.endswith("heavy: []\n"), done.stderr


def test_head_ends_the_pipe_quietly(whowhom: Whowhom, stored: Path) -> None:
    script = Path(sys.executable).with_name("whowhom")
    many = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    command = f"'{script}' query --store '{stored}' --format csv '{many}' | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("a,b,c,d,e,f", "", 0)


def test_the_same_text_gives_the_same_events_in_every_process() -> None:
    script = Path(sys.executable).with_name("whowhom")
    text = "Troops attacked Mali. Peruvian Rebels met Chile's Troops in Gao."
    answers = {
        subprocess.run(
            [script, "extract", "-"],
            input=text,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(answers) == 1


def test_several_processes_write_what_one_writes(whowhom: Whowhom, tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "text": f"Mali met {n} envoys of Chad in Oslo."}) for n in range(70)]
    file = tmp_path / "texts.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    one, two = (whowhom("extract", "--processes", number, file) for number in ("1", "2"))
    assert two.stdout == one.stdout
    assert one.stdout.count("CONSULT") == 2 * len(lines)
    none = whowhom("extract", "--processes", "0", file)
    assert (none.returncode, none.stdout) == (2, "")
    assert "0 is not in the range 1<=x<=256" in none.stderr


def test_explain_as_text_and_as_json(whowhom: Whowhom) -> None:
    told = whowhom("explain", "Chad condemned Mali.")
    assert "frames" in told.stdout
    (line,) = whowhom("explain", "--json", "Chad condemned Mali.").stdout.splitlines()
    assert json.loads(line)["readings"][0]["event"] == "ACCUSE"


def test_records_through_pipes(whowhom: Whowhom, record_file: Path, tmp_path: Path) -> None:
    loaded = whowhom("load", "--store", "s", "-", input=record_file.read_text("utf-8"))
    assert (loaded.returncode, loaded.stdout) == (0, "")
    shown = whowhom("query", "--store", "s", "SELECT ?t { ?t ww:code 'KOR' ; a ww:State }")
    assert shown.stdout.splitlines()[-1] == "actor:KOR"
    assert shown.stderr == ""


def test_errors_are_one_line_without_traceback(whowhom: Whowhom) -> None:
    done = whowhom("info", "--store", "none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("whowhom: none is no whowhom store")
    assert done.stderr.count("\n") == 1


def test_an_unknown_command(whowhom: Whowhom) -> None:
    done = whowhom("frobnicate")
    assert done.returncode == 2
    assert "No such command 'frobnicate'" in done.stderr


def test_a_full_disk_leaves_no_file(whowhom: Whowhom, stored: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = whowhom("export", "--store", stored, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr == "whowhom: No space left on device\n"


@pytest.mark.slow
def test_the_whole_way_with_the_model(whowhom: Whowhom, tmp_path: Path) -> None:
    text = "OSLO, March 12 (Fjord Wire) -- Norway condemned Belarus on Tuesday. It will impose sanctions on Belarus."
    (tmp_path / "a.txt").write_text(text)
    extracted = whowhom("extract", "--date", "2024-03-12", "a.txt")
    record = json.loads(extracted.stdout)
    assert extracted.returncode == 0
    coded = [(e["source"]["id"], e["event"], e["target"]["id"]) for e in record["events"] if e["target"]]
    assert ("NOR", "ACCUSE", "BLR") in coded
    for event in record["events"]:
        for part in (event["source"], event["target"], event["trigger"], event["sentence"]):
            assert text[part["start"] : part["end"]] == part["text"]
    assert whowhom("load", "--store", "s", input=extracted.stdout).returncode == 0
    again = whowhom("ingest", "--store", "s", "--date", "2024-03-12", "a.txt")
    assert "1 document (0 added" in again.stderr


@pytest.mark.slow
@pytest.mark.parametrize("own", [False, True], ids=["packaged-texts", "own-text"])
def test_demo(whowhom: Whowhom, tmp_path: Path, own: bool) -> None:
    (tmp_path / "own.txt").write_text("Japan sent aid to Mozambique on Tuesday. Mozambique thanked Japan.")
    done = whowhom("demo", *(["own.txt"] if own else []))
    assert (done.returncode, done.stderr) == (0, "")
    assert "[Japan] [sent] aid to [Mozambique]" in done.stdout
    assert "actor:JPN" in done.stdout
    assert done.stdout.count("200 application/") == 2
    (gexf,) = tmp_path.glob("whowhom-demo-*/whowhom.gexf")
    assert str(gexf) in done.stdout


@pytest.mark.slow
def test_demo_of_a_text_without_event(whowhom: Whowhom, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("Rain fell all day.")
    done = whowhom("demo", "--store", "here", "own.txt")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No event was found" in done.stdout
    assert "1 document, 0 events" in done.stdout
    assert (tmp_path / "here" / "whowhom.json").is_file()


def test_demo_of_a_file_that_is_not_there(whowhom: Whowhom) -> None:
    done = whowhom("demo", "none.txt")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("whowhom: none.txt: No such file")


def test_lint_lists_faults_and_says_by_its_status_that_there_are_some(
    whowhom: Whowhom, tmp_path: Path
) -> None:
    assert (whowhom("lint").returncode, whowhom("lint").stdout) == (0, "")
    own = tmp_path / "own.tsv"
    own.write_text("predicate\tpos\tcomplement\tclass\tnote\nzonk\tv\tinf\tdance\t\n", encoding="utf-8")
    done = whowhom("lint", own)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{own}, line 2: class dance")
    assert done.stderr.startswith("1 finding")
    wrong = whowhom("lint", tmp_path / "none.tsv")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "cannot be read" in wrong.stderr
