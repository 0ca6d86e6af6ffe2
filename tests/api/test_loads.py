"""``whowhom load``: records, N-Quads and TriG, compressed or not; what is cut short goes on, what is broken is told."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from api import batch, render, resuming
from api.batch import Place, RecordFiles
from api.cli import cli
from extract.opening import zstd
from extract.record import to_record
from graph.folder import LOADING, RDF
from graph.store import Store
from tests.graph.conftest import make_report

DOCUMENTS = [
    make_report(f"d {number}", *ends, "PRK", day=f"2017-01-0{1 + number % 3}")
    for number, ends in enumerate(
        [("KOR", "pressure"), ("CHN", "meet"), ("USA", "pressure"), ("KOR", "meet")] * 3
    )
]
EXTRACTOR, MODEL = "another program 1", "a model 2"
PACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstd.compress}
BASE = "https://w3id.org/whowhom/id/"
GENERATION = f"<{BASE}graph/store>"


def load(store: Path, *arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli, ["load", "--store", str(store), *map(str, arguments)], input=stdin)


def quads(store: Path) -> set[str]:
    """All but the generation."""
    rdf = ox.Store.read_only(str(store / RDF))
    return {str(quad) for quad in rdf if str(quad.graph_name) != GENERATION}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the documents in every format, and the store that holds them."""
    folder = tmp_path_factory.mktemp("files")
    with Store.open(folder / "store", create=True) as store:
        store.load(DOCUMENTS[:8], extractor=EXTRACTOR, model=MODEL)
        store.load(DOCUMENTS[8:])
        for form, ending in ((ox.RdfFormat.N_QUADS, "nq"), (ox.RdfFormat.TRIG, "trig")):
            store.rdf.dump(str(folder / f"data.{ending}"), form)
    lines = "".join(json.dumps(to_record(coded)) + "\n" for coded in DOCUMENTS)
    (folder / "data.jsonl").write_text(lines, "utf-8")
    return folder


@pytest.mark.parametrize("packed", PACK)
@pytest.mark.parametrize("form", ["nq", "trig"])
@pytest.mark.parametrize("how", ["file", "stdin", "untold name"])
def test_an_export_makes_the_same_store(
    files: Path, tmp_path: Path, form: str, packed: str, how: str
) -> None:
    data = PACK[packed]((files / f"data.{form}").read_bytes())
    name = tmp_path / ("data" if how == "untold name" else f"data.{form}{packed}")
    name.write_bytes(data)
    given = ("-",) if how == "stdin" else (name,)
    first = load(tmp_path / "s", *given, stdin=data)
    assert first.stdout == ""
    assert "12 documents (12 added, 0 replaced, 0 unchanged)" in first.stderr
    assert quads(tmp_path / "s") == quads(files / "store")
    with Store.open(tmp_path / "s", read_only=True) as store:
        assert not list(store.validate())
    assert "12 unchanged" in load(tmp_path / "s", *given, stdin=data).stderr
    assert not list(tmp_path.glob(".load-*"))


@pytest.mark.parametrize("packed", PACK)
@pytest.mark.parametrize("how", ["file", "stdin"])
def test_records_may_be_compressed(files: Path, tmp_path: Path, packed: str, how: str) -> None:
    data = PACK[packed]((files / "data.jsonl").read_bytes())
    (tmp_path / "some").write_bytes(data)
    result = load(tmp_path / "s", *(["-"] if how == "stdin" else [tmp_path / "some"]), stdin=data)
    assert "12 documents (12 added" in result.stderr


def test_files_of_all_formats_in_one_load(files: Path, tmp_path: Path) -> None:
    result = load(tmp_path / "s", *(files / f"data.{ending}" for ending in ("nq", "jsonl", "trig")))
    assert "36 documents (12 added, 16 replaced, 8 unchanged)" in result.stderr


QUAD = "<http://a> <http://b> <http://c> <http://g> .\n"
BLOCK = "GRAPH <http://g> { <http://a> <http://b> <http://c> }\n"
BROKEN = [
    pytest.param(
        "x.nq", QUAD + "<http://a> <http://b> <http://c d> <http://g> .\n", "Invalid IRI", id="space"
    ),
    pytest.param("x.nq", QUAD + "<a> <http://b> <http://c> <http://g> .\n", "No scheme", id="relative IRI"),
    pytest.param("x.nq", QUAD + "<http://a> <http://b> .\n", "N-Quads", id="too few terms"),
    pytest.param("x.trig", BLOCK + "GRAPH <http://g> { <http://a> <http://b> }\n", "TriG", id="TriG"),
    pytest.param(
        "x.trig", BLOCK + '<http://g> { <http://a> <http://b> "c\n" }\n', "TriG", id="line in a string"
    ),
]


@pytest.mark.parametrize(("name", "text", "said"), BROKEN)
def test_nothing_of_malformed_rdf_is_loaded(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    result = load(tmp_path / "s", tmp_path / name)
    assert result.exit_code == 1
    (failure,) = map(json.loads, result.stdout.splitlines())
    assert failure["id"].endswith(name)
    assert ", line 2, column" in failure["error"]
    assert said in failure["error"]
    assert "Nothing of the file is loaded" in failure["error"]
    assert not any("http://g" in quad for quad in quads(tmp_path / "s"))
    assert not list(tmp_path.glob(".load-*"))


REFUSED = [
    pytest.param("<http://a> <http://b> <http://c> .\n", "the default graph", id="no graph"),
    pytest.param(
        "<http://m/document/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/whowhom/ontology#Document> <http://m/document/d> .\n",
        "is 'http://m/'",
        id="another base",
    ),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_a_store_cannot_take(files: Path, tmp_path: Path, text: str, said: str) -> None:
    shutil.copytree(files / "store", tmp_path / "s")
    before = quads(tmp_path / "s")
    (tmp_path / "x.nq").write_text(text)
    result = load(tmp_path / "s", tmp_path / "x.nq")
    assert result.exit_code == 1
    assert said in json.loads(result.stdout)["error"]
    assert quads(tmp_path / "s") == before


def test_a_new_store_takes_over_the_base(files: Path, tmp_path: Path) -> None:
    moved = (files / "data.nq").read_text("utf-8").replace(BASE, "http://mine/")
    (tmp_path / "x.nq").write_text(moved, "utf-8")
    assert "12 added" in load(tmp_path / "s", tmp_path / "x.nq").stderr
    with Store.open(tmp_path / "s", read_only=True) as store:
        assert store.metadata.base == "http://mine/"
        assert not list(store.validate())


def test_graphs_of_others_go_in_as_they_are(files: Path, tmp_path: Path) -> None:
    mine = '<http://a> <http://b> "c" <http://mine> .\n_:x <http://b> _:y <http://mine> .\n'
    (tmp_path / "x.nq").write_text((files / "data.nq").read_text("utf-8") + mine, "utf-8")
    result = load(tmp_path / "s", tmp_path / "x.nq")
    assert "2 quads of graphs of others" in result.stderr
    assert len(quads(tmp_path / "s") - quads(files / "store")) == 2
    with Store.open(tmp_path / "s", read_only=True) as store:
        assert not list(store.validate())


def test_what_is_derived_in_a_file_is_not_believed(files: Path, tmp_path: Path) -> None:
    lines = (files / "data.nq").read_text("utf-8").splitlines(keepends=True)
    totals = [line for line in lines if "ontology#goldsteinSum" in line]
    changed = [line.replace(' "-', ' "-9') if line in totals else line for line in lines]
    assert changed != lines
    (tmp_path / "x.nq").write_text("".join(changed), "utf-8")
    load(tmp_path / "s", tmp_path / "x.nq")
    assert quads(tmp_path / "s") == quads(files / "store")


def test_documents_that_are_not_whole_are_listed(files: Path, tmp_path: Path) -> None:
    lines = (files / "data.nq").read_text("utf-8").splitlines(keepends=True)
    first = "d%200"
    kept = [line for line in lines if not (first in line and "ontology#rule" in line)]
    wrong = [line.replace('"104"', '"9"') for line in kept]
    (tmp_path / "x.nq").write_text("".join(wrong), "utf-8")
    result = load(tmp_path / "s", tmp_path / "x.nq")
    (failure,) = map(json.loads, result.stdout.splitlines())
    assert failure["id"] == "d 0"
    assert "ontology#rule" in failure["error"]
    assert "11 documents (11 added" in result.stderr


def test_values_that_no_record_may_have_are_listed(files: Path, tmp_path: Path) -> None:
    text = (files / "data.nq").read_text("utf-8").replace("pressure.v.1", " ")
    (tmp_path / "x.nq").write_text(text, "utf-8")
    result = load(tmp_path / "s", tmp_path / "x.nq")
    assert all("rule" in json.loads(line)["error"] for line in result.stdout.splitlines())
    assert result.exit_code in (0, 1)


def test_a_long_literal(tmp_path: Path) -> None:
    (tmp_path / "x.nq").write_text(f'<http://a> <http://b> "{"c" * 10_000_000}" <http://g> .\n')
    assert "1 quad of graphs of others" in load(tmp_path / "s", tmp_path / "x.nq").stderr


# --- a load that was cut short

KILLED = """
import os, signal, sys
from api import resuming
from api.cli import cli
from api.service import Service
Service.load.__kwdefaults__["batch"] = 1
commit, done = resuming.Resuming.committed, []
def committed(self, documents):
    commit(self, documents)
    done.append(documents)
    if len(done) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
resuming.Resuming.committed = committed
cli(sys.argv[1:])
"""


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places of the lines that are read."""
    read: list[str] = []
    record = batch._record

    def noted(line: bytes, where: str) -> Any:
        read.append(where)
        return record(line, where)

    monkeypatch.setattr(batch, "_record", noted)
    return read


@pytest.fixture
def several(files: Path, tmp_path: Path) -> list[Path]:
    """The lines in two files, the first one compressed, with a blank line and one that is none."""
    lines = (files / "data.jsonl").read_bytes().splitlines(keepends=True)
    paths = [tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl"]
    paths[0].write_bytes(gzip.compress(b"".join([*lines[:3], b"\n", b"no JSON\n", *lines[3:4]])))
    paths[1].write_bytes(b"".join(lines[4:]))
    return paths


def kill(store: Path, paths: Sequence[Path]) -> None:
    """Loads, a document a batch, until the process is killed after the fifth."""
    command = [sys.executable, "-c", KILLED, "load", "--store", store, *paths]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL


def test_a_killed_load_goes_on_where_it_was(
    files: Path, tmp_path: Path, several: list[Path], parsed: list[str]
) -> None:
    store = tmp_path / "s"
    kill(store, several)
    mark = json.loads((store / LOADING).read_text())
    assert mark["place"] == {"file": 1, "offset": mark["place"]["offset"], "line": 1}
    result = load(store, *several)
    assert f"goes on behind line 1 of {several[1]}" in result.stderr
    assert "7 documents (7 added, 0 replaced, 0 unchanged)" in result.stderr
    assert parsed == [f"b.jsonl:{number}" for number in range(2, 9)]
    assert not (store / LOADING).exists()
    with Store.open(store, read_only=True) as opened:
        assert {coded.document.id for coded in DOCUMENTS} == {
            coded.document.id for coded in DOCUMENTS if opened.document(coded.document.id) == coded
        }


def changed(store: Path, several: list[Path]) -> None:
    with several[1].open("ab") as stream:
        stream.write(b"\n")


def written(store: Path, several: list[Path]) -> None:
    with Store.open(store) as opened:
        assert opened.remove(DOCUMENTS[0].document.id)


def damaged(store: Path, several: list[Path]) -> None:
    (store / LOADING).write_text("{}")


@pytest.mark.parametrize(
    ("meanwhile", "counts"),
    [
        pytest.param(changed, "12 documents (7 added, 0 replaced, 5 unchanged)", id="another file"),
        pytest.param(written, "12 documents (8 added, 0 replaced, 4 unchanged)", id="another store"),
        pytest.param(damaged, "12 documents (7 added, 0 replaced, 5 unchanged)", id="a damaged mark"),
    ],
)
def test_else_it_begins_anew(
    tmp_path: Path, several: list[Path], meanwhile: Callable[[Path, list[Path]], None], counts: str
) -> None:
    kill(tmp_path / "s", several)
    meanwhile(tmp_path / "s", several)
    assert counts in load(tmp_path / "s", *several).stderr


def test_another_load_leaves_nothing_out(files: Path, tmp_path: Path, several: list[Path]) -> None:
    kill(tmp_path / "s", several)
    assert (
        "12 documents (7 added, 0 replaced, 5 unchanged)" in load(tmp_path / "s", files / "data.jsonl").stderr
    )
    assert "12 documents (0 added, 0 replaced, 12 unchanged)" in load(tmp_path / "s", *several).stderr


def test_standard_input_leaves_no_mark(files: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "s", create=True) as store:
        for path, local in ((batch.STDIN, True), (str(files / "data.jsonl"), False)):
            mark = resuming.Resuming(store, [path], local=local)
            assert mark.start() is None
            stdin = io.BytesIO((files / "data.jsonl").read_bytes())
            assert len(list(mark.followed(RecordFiles([path], stdin)))) == 12
            mark.committed(12)
            mark.end()
            assert not (tmp_path / "s" / LOADING).exists()


@pytest.mark.parametrize("packed", PACK)
def test_places(files: Path, tmp_path: Path, packed: str) -> None:
    """From the place behind any line the rest is read, and nothing else."""
    path = tmp_path / f"x{packed}"
    path.write_bytes(PACK[packed]((files / "data.jsonl").read_bytes()))
    paths = [str(path), str(files / "data.jsonl")]
    reading = RecordFiles(paths, io.BytesIO())
    assert reading.share == 0
    read = [(item, reading.place) for item in reading]
    assert reading.share == 1
    for number, (_, place) in enumerate(read, 1):
        assert list(RecordFiles(paths, io.BytesIO(), place)) == [item for item, _ in read[number:]]
    assert [place for _, place in read][11:13] == [
        Place(0, (files / "data.jsonl").stat().st_size, 12),
        Place(1, len(json.dumps(to_record(DOCUMENTS[0]))) + 1, 1),
    ]


def test_progress_tells_the_rest(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = iter([0.0, 10.0, 10.0, 10.0])
    monkeypatch.setattr(render.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    progress = render.Progress("documents")
    progress.share = lambda: 0.25
    progress.add(7, count=20)
    assert "20 documents, 7 events, 2 a second, 25%, 30 s left" in capsys.readouterr().err
