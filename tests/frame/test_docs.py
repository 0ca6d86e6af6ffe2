"""The manual is complete: every route, parameter, option and term stands in it, and what the README shows works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from api import cli, plots
from api.app import create_app
from api.errors import _KINDS
from api.routes import graph_store
from api.service import Service
from extract.pipeline import Extractor
from extract.read import read_documents
from graph.ontology import terms
from graph.ontology_page import page

ROOT = Path(__file__).resolve().parents[2]
HTTP = (ROOT / "docs" / "http.md").read_text()
CLI = (ROOT / "docs" / "cli.md").read_text()
README = (ROOT / "README.md").read_text()
COMMANDS = cli.cli.commands
PLOTS = plots.plot.commands


@pytest.fixture
def service(tmp_path: Path, extractor: Extractor) -> Iterator[Service]:
    """A service over the demo's texts."""
    with Service(str(tmp_path / "store"), create=True) as service:
        for file in sorted((ROOT / "api" / "demo_texts").glob("[0-9]*.txt")):
            with file.open("rb") as stream:
                service.load(list(extractor.extract(read_documents(stream, name=file.name))))
        yield service


def test_every_route_has_its_heading(service: Service) -> None:
    # A graph's own name answers as the graph store does.
    rules = {str(rule) for rule in create_app(service).url_map.iter_rules()} - {graph_store.DIRECT}
    headings = set(re.findall(r"^## `[A-Z|]+ (\S+)`$", HTTP, re.MULTILINE))
    assert {rule.replace("<path:", "<") for rule in rules} == headings


@pytest.mark.parametrize("slug", sorted({slug for _, _, slug, _ in _KINDS} - {"cannot-listen"}))
def test_every_problem_type_is_listed(slug: str) -> None:
    assert f"`{slug}`" in HTTP


@pytest.mark.parametrize("command", [*sorted(COMMANDS), *(f"plot {name}" for name in sorted(PLOTS))])
def test_every_command_and_option_is_described(command: str) -> None:
    match = re.search(rf"^## `whowhom {command}\b.*?(?=^## |\Z)", CLI, re.MULTILINE | re.DOTALL)
    assert match, command
    section = match[0]
    if re.search(r"[Oo]ptions of `(neighborhood|extract)`", section):
        section = CLI
    described = PLOTS[command.removeprefix("plot ")] if command.startswith("plot ") else COMMANDS[command]
    for parameter in described.params:
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts:
            assert all(f"`{name}`" in section for name in parameter.opts), parameter.opts


def test_the_page_of_the_ontology_is_made_from_it() -> None:
    assert (ROOT / "docs" / "ontology.md").read_text() == page()
    assert all(f"`ww:{name}`" in page() for name in terms().names)


def test_the_readme_uses_commands_and_options_that_exist() -> None:
    lines = re.findall(r"^\.venv/bin/whowhom (.+)$", README, re.MULTILINE)
    assert len(lines) >= 4
    for line in lines:
        name, *words = shlex.split(line)
        context = click.Context(COMMANDS[name])
        COMMANDS[name].make_parser(context).parse_args(list(words))


@pytest.mark.parametrize("place", ["plain-edges", "relations"])
def test_the_queries_of_the_readme_are_answered(place: str, service: Service) -> None:
    query = {
        "plain-edges": re.search(r"query +--store \S+ '(.+)'", README),
        "relations": re.search(r"```sparql\n(.+?)```", README, re.DOTALL),
    }[place]
    assert query is not None
    with service.sparql.query(query[1], accept=["text/csv"]) as answer:
        assert len(answer.read().splitlines()) > 1
