"""The demo in process, with a fake for the model; its server is a process of its own."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner, Result

from api import demo
from api.cli import cli
from api.service import Service
from extract.model import CodedDocument, Span


@pytest.fixture
def run(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(demo, "Coding", type(service.coding))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return lambda *arguments: CliRunner().invoke(cli, ["demo", *map(str, arguments)], prog_name="whowhom")


def test_each_step_is_shown(run: Callable[..., Result], tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text('{"id": "a", "text": "Norway accused Belarus. Rain."}\n{"id": "b", "text": ""}\n')
    result = run(own)
    assert result.exit_code == 0
    assert "no text" in result.stderr
    steps = [
        "Language model",
        "Events in 1 text",
        "Graph",
        "SPARQL",
        "Network",
        "Gephi",
        "Server",
        "GET /api/v1/",
    ]
    places = [result.stdout.index(f"== {step}") for step in steps]
    assert places == sorted(places)
    assert "    [Norway] [accused] [Belarus]." in result.stdout
    assert "?source rel:accuse ?target" in result.stdout
    assert "The strongest edges around Belarus (BLR), 1 of 1:" in result.stdout
    assert "200 application/sparql-results+json: 1 row\n" in result.stdout
    (gexf,) = tmp_path.glob("whowhom-demo-*/whowhom.gexf")
    assert nx.read_gexf(gexf).number_of_edges() == 1


def test_the_same_store_twice(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("Norway accused Belarus. Rain.")
    for said in ("1 document, 1 event", "(1 of the documents stood there already)"):
        result = run("--store", tmp_path / "s", tmp_path / "own.txt")
        assert result.exit_code == 0
        assert said in result.stdout


def test_the_packaged_texts_are_dated_and_named() -> None:
    documents = demo._packaged()
    assert len(documents) == 10
    for document in documents:
        assert not isinstance(document, demo.Failure)
        assert document.date
        assert document.publisher


def test_a_store_that_is_none(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("Norway accused Belarus.")
    result = run("--store", tmp_path, tmp_path / "own.txt")
    assert result.exit_code == 1
    assert "the folder holds other files" in result.stderr


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param("", "", "[Norway] [accused] [Belarus].", id="whole"),
        pytest.param("", " and more" * 20, "[Norway] [accused] [Belarus]. and more and mor…", id="end-cut"),
        pytest.param(
            "more and " * 20, "", "…ore and more and [Norway] [accused] [Belarus].", id="beginning-cut"
        ),
    ],
)
def test_the_words_stay_in_view(sample_event: CodedDocument, before: str, after: str, shown: str) -> None:
    event = sample_event.events[0]
    assert event.source
    assert event.target
    text = before + event.sentence.span.text + after

    def moved(span: Span) -> Span:
        return Span(span.text, span.start + len(before) + 7, span.end + len(before) + 7)

    event = dataclasses.replace(
        event,
        source=dataclasses.replace(event.source, span=moved(event.source.span)),
        target=dataclasses.replace(event.target, span=moved(event.target.span)),
        trigger=moved(event.trigger),
        sentence=dataclasses.replace(event.sentence, span=Span(text, 7, 7 + len(text))),
    )
    assert demo._sentence(event, 40).replace("  ", " ") == shown
