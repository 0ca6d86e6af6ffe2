"""The manual tells the truth: parameters, defaults, limits and exit statuses are the code's, and the examples run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import asking, cli, console, demo, exporting, parameters, plots
from api.access import Access
from api.app import MAX_BODY, create_app
from api.routes import graph, graph_store, sparql, texts
from api.service import Service
from extract.model import MODALITIES, QUAD_CLASSES
from extract.nlp import DEFAULT_MODEL
from extract.pipeline import Extractor
from graph.counting import BUCKETS, MAX_RANKED, RANKED, RANKS
from graph.export import FORMATS
from graph.matrix import LEAST_SIDE, MOST_SIDE, SIDE
from graph.measures import MEASURES
from graph.network import (
    ACTORS_BY,
    AGGREGATES,
    DEFAULT_LIMIT,
    DIRECTIONS,
    MAX_DEPTH,
    MAX_EVIDENCE,
    MAX_LIMIT,
    ORDERS,
)
from graph.partners import LEAST_ACTORS, MOST_ACTORS
from graph.paths import LENGTH, MAX_LENGTH, MAX_PATHS, PATH_DIRECTIONS, PATHS
from graph.selecting import MAX_PAGE
from graph.store import Store
from graph.updates import UpdateLimits
from graph.workers import QueryLimits

ROOT = Path(__file__).resolve().parents[2]
HTTP, CLI, README = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("docs/http.md", "docs/cli.md", "README.md")
)
COMMANDS = {
    name: command
    for group, commands in (("", cli.cli.commands), ("plot ", plots.plot.commands))
    for name, command in ((f"{group}{name}", command) for name, command in commands.items())
    if not isinstance(command, click.Group)
}
NEIGHBORHOOD = "GET /api/v1/neighborhood"
PLACES = {"actor": "KOR", "name": "csv", "relation": "KOR--pressure--PRK"}
LIMITS = QueryLimits()
UPDATES = UpdateLimits()
ANALYSES = {
    "paths": {"source": "KOR", "target": "PRK"},
    "common": {"actor": "IDN,PRK"},
    "dyad": {"source": "KOR", "target": "PRK"},
    "ego": {"actor": "KOR"},
    "matrix": {"limit": "3"},
    "measures": {"measure": "degree"},
}
TOKEN = "0123456789abcdef"
STORING = "POST /api/v1/documents"
PAGES = ("GET /", "GET /workbench", "GET /assets/<name>")


def sections(page: str) -> dict[str, str]:
    """The text below each heading of a page, by the heading."""
    parts = re.split(r"^## `?(.+?)`?$", page, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def rows(section: str) -> dict[str, tuple[str, ...]]:
    """The first table of a section: the other cells of a row, by each name in its first one."""
    table: dict[str, tuple[str, ...]] = {}
    for line in re.findall(r"^\| (`.+) \|$", section, re.MULTILINE):
        first, *others = (cell.strip() for cell in line.split(" | "))
        table |= dict.fromkeys(re.findall(r"`([^`]+)`", first), tuple(others))
    return table


def examples(page: str) -> list[str]:
    """The commands that a page shows behind a prompt."""
    return re.findall(r"^\$ (.+)$", page, re.MULTILINE)


ROUTES = {name: text for name, text in sections(HTTP).items() if name != "Errors"}
MANUAL = {" ".join(re.findall(r" ([a-z]+)", name)): text for name, text in sections(CLI).items()}
CURLS = [line for line in examples(HTTP) if line.startswith("curl")]


@pytest.fixture(scope="module")
def service(extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the demo's store, in which the examples of the manual find what they ask for."""
    folder = tmp_path_factory.mktemp("manual") / "mystore"
    with Service(folder, create=True) as service:
        coded = list(extractor.extract(demo._packaged()))
        assert service.load(coded, model=extractor.model).failures == []
        yield service


@pytest.fixture(scope="module")
def client(service: Service) -> FlaskClient:
    return create_app(service, Access(TOKEN)).test_client()


def call(client: FlaskClient, route: str, **query: str) -> TestResponse:
    """The answer of a route of the manual with values in its places."""
    methods, path = route.split()
    path = re.sub(r"<(\w+)>", lambda place: PLACES.get(place[1], "none"), path)
    sent = {"data": "Chad expelled the envoy of Gabon.", "content_type": "text/plain"}
    body = sent if methods == "POST" else {}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return client.open(path, method=methods.split("|")[0], query_string=query, headers=headers, **body)


def asked(client: FlaskClient, curl: str) -> TestResponse:
    """The answer to a curl command of the manual."""
    words = iter(shlex.split(curl)[1:])
    headers, body, path = {}, None, ""
    for word in words:
        if word == "-H":
            name, value = next(words).split(": ", 1)
            headers[name] = value
        elif word == "--data":
            body = next(words)
        elif word == "--data-urlencode":
            body = dict([next(words).split("=", 1)])
        elif word.startswith("http"):
            address = urlsplit(word)
            path = address.path + (f"?{address.query}" if address.query else "")
        else:
            assert word == "-s", f"{word} is no option that the test knows"
    return client.open(path, method="GET" if body is None else "POST", headers=headers, data=body)


# --- HTTP


@pytest.mark.parametrize("route", [route for route in ROUTES if route not in PAGES])
def test_a_route_has_its_own_parameters_and_no_others(route: str, client: FlaskClient) -> None:
    needed = {"query": "ASK {}"} if route.endswith("/sparql") else {}
    answer = call(client, route, zzz="1", **needed)
    assert answer.status_code == 400, answer.text
    said = answer.get_json(force=True)["detail"]
    listed = re.search(r"Allowed are (.+)\.$", said)
    assert listed or "None is allowed here" in said
    allowed = {*listed[1].split(", "), *needed} if listed else set()
    described = set(rows(ROUTES[route]))
    if "The parameters of `/api/v1/neighborhood` without `format`" in ROUTES[route]:
        described |= set(rows(ROUTES[NEIGHBORHOOD])) - {"format", "cursor", "sentences"}
    assert described == allowed


VALUES = [
    (NEIGHBORHOOD, "depth", f"1 to {MAX_DEPTH} ", "1"),
    (NEIGHBORHOOD, "direction", ", ".join(f"`{way}`" for way in DIRECTIONS), "`both`"),
    (NEIGHBORHOOD, "modality", ", ".join(f"`{name}`" for name in MODALITIES), "`actual`"),
    (NEIGHBORHOOD, "quad", ", ".join(f"{number} {name}" for number, name in QUAD_CLASSES.items()), "all"),
    (NEIGHBORHOOD, "min_weight", "", "1"),
    (NEIGHBORHOOD, "min_confidence", "0 to 1", "0"),
    (NEIGHBORHOOD, "limit", f"1 to {MAX_LIMIT}", f"{DEFAULT_LIMIT}"),
    (NEIGHBORHOOD, "format", "", "`graphology`"),
    *((NEIGHBORHOOD, "aggregate", f"`{name}`", "`action`") for name in AGGREGATES),
    *((NEIGHBORHOOD, "by", f"`{name}`", "`actor`") for name in ACTORS_BY),
    *((NEIGHBORHOOD, "order", f"`{name}`", "`weight`") for name in ORDERS),
    *((NEIGHBORHOOD, "include", f"`{name}`", "none") for name in parameters.INCLUDED),
    (NEIGHBORHOOD, "sentences", f"1 to {MAX_EVIDENCE}", f"{parameters.SENTENCES}"),
    ("GET /api/v1/actors", "limit", f"1 to {graph.MAX_HITS}", f"{graph.HITS}"),
    ("GET /api/v1/events", "limit", f"1 to {MAX_PAGE}", f"{parameters.PAGE}"),
    ("GET /api/v1/timeline", "bucket", ", ".join(f"`{name}`" for name in BUCKETS), "`month`"),
    *(("GET /api/v1/ranking", "rank", f"`{name}`", "needed") for name in RANKS),
    ("GET /api/v1/ranking", "limit", f"1 to {MAX_RANKED}", f"{RANKED}"),
    ("GET /api/v1/relations/<relation>/events", "limit", f"1 to {MAX_PAGE}", f"{parameters.PAGE}"),
    ("GET /api/v1/paths", "max_length", f"1 to {MAX_LENGTH} ", f"{LENGTH}"),
    ("GET /api/v1/paths", "k", f"1 to {MAX_PATHS} ", f"{PATHS}"),
    ("GET /api/v1/paths", "direction", ", ".join(f"`{way}`" for way in PATH_DIRECTIONS), "`out`"),
    ("GET /api/v1/common", "actor", f"{LEAST_ACTORS} to {MOST_ACTORS} ids", "needed"),
    ("GET /api/v1/dyad", "limit", f"1 to {asking.MAX_NAMED}", f"{asking.NAMED}"),
    ("GET /api/v1/ego", "bucket", ", ".join(f"`{name}`" for name in asking.EGO_BUCKETS), "`year`"),
    (
        "GET /api/v1/matrix",
        "actor",
        f"{LEAST_SIDE} to {MOST_SIDE} ids",
        "those that take part in most events",
    ),
    ("GET /api/v1/matrix", "limit", f"{LEAST_SIDE} to {MOST_SIDE}", f"{SIDE}"),
    ("GET /api/v1/measures", "measure", ", ".join(f"`{name}`" for name in MEASURES), "needed"),
    ("GET /api/v1/measures", "limit", f"1 to {MAX_RANKED}", f"{RANKED}"),
    ("GET|POST /sparql", "timeout", f"at most {LIMITS.longest:.0f}", f"{LIMITS.seconds:.0f}"),
]


@pytest.mark.parametrize(
    ("route", "name", "value", "default"), VALUES, ids=[f"{route}-{name}" for route, name, _, _ in VALUES]
)
def test_values_and_defaults_are_those_of_the_code(route: str, name: str, value: str, default: str) -> None:
    written, given = rows(ROUTES[route])[name]
    assert value.replace(" cooperation", "") in written.replace(" cooperation", "")
    assert given == default


def test_defaults_are_those_that_an_answer_repeats(client: FlaskClient) -> None:
    query = call(client, NEIGHBORHOOD, actor="KOR").get_json()["attributes"]["query"]
    table = rows(ROUTES[NEIGHBORHOOD])
    for name in ("depth", "direction", "min_weight", "limit"):
        assert table[name][1].strip("`") == str(query[name])
    assert query["modality"] == ["actual"]
    assert "modality" not in call(client, "GET /api/v1/events").get_json()["meta"]["query"]
    assert rows(ROUTES["GET /api/v1/events"])["modality"][1].startswith("all, `hypothetical` too")


def test_every_format_is_listed_and_no_other() -> None:
    assert set(re.findall(r"`([^`]+)`", rows(ROUTES[NEIGHBORHOOD])["format"][0])) == set(FORMATS)


def test_limits_of_bodies_and_queries_are_those_of_the_code() -> None:
    query = ROUTES["GET|POST /sparql"]
    assert f"{LIMITS.characters} characters and {LIMITS.nesting} brackets" in " ".join(query.split())
    assert f"{LIMITS.memory // 2**30} GiB" in query
    assert f"{LIMITS.rows:,} rows at most" in query
    update = " ".join(ROUTES["POST /update"].split())
    sizes = f"{UPDATES.characters} characters, {UPDATES.operations} operations and {UPDATES.nesting} brackets"
    assert sizes in update
    assert f"{UPDATES.seconds:.0f} s and {UPDATES.memory // 2**30} GiB" in update
    assert f"up to {texts.MAX_DOCUMENTS:,} of them" in ROUTES["POST /api/v1/extract"]
    assert f"size ({MAX_BODY // 2**20} MiB)" in HTTP


def test_the_prefixes_are_those_of_a_store(service: Service) -> None:
    assert isinstance(service.store, Store)
    (listed,) = re.findall(r"The prefixes (.+?) need not\s+be declared", HTTP, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", listed)) == set(service.store.prefixes)


@pytest.mark.parametrize(
    "route",
    [r for r in ROUTES if r not in PAGES and not r.startswith(("GET|", "GET /exp", "POST /upd", STORING))],
)
def test_every_member_of_an_answer_is_named(route: str, client: FlaskClient) -> None:
    if "<event>" in route:
        (event,) = call(client, "GET /api/v1/events", source="KOR", target="PRK").get_json()["events"]
        answer = client.get(f"/api/v1/events/{event['id']}")
    else:
        needed = {"actors": {"q": "south ko"}, "ranking": {"rank": "dyads"}, "neighborhood": {"actor": "KOR"}}
        needed |= ANALYSES
        answer = call(client, route, **needed.get(route.rpartition("/")[2], {}))
    assert answer.status_code == 200, answer.text
    assert [name for name in answer.get_json() if f"`{name}`" not in ROUTES[route]] == []


def test_every_member_of_meta_is_named(client: FlaskClient) -> None:
    intro = HTTP.split("\n## ")[0]
    meta = call(client, "GET /api/v1/events").get_json()["meta"]
    assert [name for name in [*meta, *meta["dataset"]] if f"`{name}`" not in intro] == []


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_has_an_example(route: str) -> None:
    path = re.escape(route.split()[1])
    pattern = re.sub(r"<\w+>", "[^/?' ]+", path.replace(r"\<", "<").replace(r"\>", ">"))
    assert any(re.search(rf"127\.0\.0\.1:8000{pattern}(?=[?' ]|$)", line) for line in CURLS), route


@pytest.mark.parametrize("curl", CURLS)
def test_an_example_is_answered_as_it_is_shown(curl: str, client: FlaskClient) -> None:
    answer = asked(client, curl)
    shown = HTTP.split(f"$ {curl}\n", 1)[1].split("```", 1)[0]
    assert (answer.status_code in (200, 201, 204)) is ("/problem/" not in shown), answer.text
    if answer.status_code == 204:
        assert shown == ""
    elif answer.is_json and shown.startswith("{"):
        names = re.findall(r'[{,] ?"(\w+)":', shown)
        assert names
        assert [name for name in names if f'"{name}":' not in answer.text] == []
    else:
        assert answer.text.splitlines()[0] == shown.splitlines()[0]


def test_every_member_of_what_storing_answers_is_named(client: FlaskClient) -> None:
    answer = call(client, STORING).get_json()  # behind the examples, which tell the generation
    names = [*answer, *answer["meta"], *answer["stored"]]
    assert [name for name in names if f"`{name}`" not in ROUTES[STORING]] == []


# --- the command line


@pytest.mark.parametrize("command", COMMANDS)
def test_options_and_defaults_are_those_of_the_command(command: str) -> None:
    table = rows(MANUAL[command])
    named = {option for option in table if option.startswith("-")}
    options = [p for p in COMMANDS[command].params if isinstance(p, click.Option)]
    exist = {name for option in options for name in option.opts}
    assert named <= exist
    referred = re.findall(r"[Oo]ptions of `(\w+)`", MANUAL[command])
    for other in referred:
        table = rows(MANUAL[other]) | table
    assert exist <= set(table) | ({"--store"} if "`--store`" in MANUAL[command] else set())
    for option in options:
        if option.opts[-1] in named and isinstance(option.default, str | int) and not option.is_flag:
            assert table[option.opts[-1]][1].strip("`") == str(option.default)
        if (
            option.opts[-1] in named
            and isinstance(option.type, click.Choice)
            and "`table`" not in MANUAL[command]
        ):
            assert re.findall(r"`([\w-]+)`", table[option.opts[-1]][0]) == list(option.type.choices)


def test_what_the_options_of_texts_and_networks_fall_back_to() -> None:
    assert rows(MANUAL["extract"])["--model"][1] == f"`{DEFAULT_MODEL}`"
    assert re.findall(r"`(\w+)`", rows(MANUAL["extract"])["--input-format"][0]) == [*console.INPUT_FORMATS]
    table = rows(MANUAL["neighborhood"])
    http = rows(ROUTES[NEIGHBORHOOD])
    for name in ("depth", "direction", "action", "quad", "sector", "min_weight", "min_confidence", "limit"):
        assert table[f"--{name.replace('_', '-')}"][1] == http[name][1]
    assert set(re.findall(r"`([\w-]+)`", rows(MANUAL["query"])["--format"][0])) == {
        "table",
        *cli.ANSWER_FORMATS,
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example_that_it_understands(command: str) -> None:
    lines = [line for line in examples(MANUAL[command]) if f"whowhom {command}" in line]
    assert lines
    for line in lines:
        words = shlex.split(re.split(r" [|>] ", line.split(f"whowhom {command} ", 1)[1])[0])
        context = click.Context(COMMANDS[command])
        COMMANDS[command].make_parser(context).parse_args(words)


@pytest.mark.parametrize(
    ("fault", "status"),
    [(console.Fault("x"), "1"), (console.WrongUse("x"), "2"), (console.Interrupted(), "130")],
    ids=["fault", "wrong-use", "interrupted"],
)
def test_exit_statuses_are_listed(fault: click.ClickException, status: str) -> None:
    assert str(fault.exit_code) == status
    assert re.search(rf"^\| {status} \|", CLI, re.MULTILINE)


# --- the README


def test_the_readme_names_commands_targets_and_files_that_exist() -> None:
    for name in re.findall(r"whowhom +([a-z]+)\b +(?:--|\w+\.\w+)", README):
        assert name in {command.partition(" ")[0] for command in COMMANDS}
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"\bmake ([a-z]+)(?=`| +#)", README)
    assert len(named) >= 3
    assert set(named) <= set(targets)
    paths = re.findall(r"`((?:docs|extract|graph|api)/[\w./-]+)`", README)
    assert len(paths) >= 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_parameters_of_the_routes_are_all_in_the_manual() -> None:
    known = (
        sparql.ALLOWED
        | sparql.ALLOWED_UPDATE
        | graph_store.ALLOWED
        | texts.ALLOWED
        | parameters.NEIGHBORHOOD
        | parameters.EVENTS
        | parameters.TIMELINE
        | parameters.RANKING
        | asking.OF_PATHS
        | asking.OF_COMMON
        | asking.OF_DYAD
        | asking.OF_EGO
        | asking.OF_MATRIX
        | asking.OF_MEASURES
        | exporting.LAYOUT
        | {"q", "format"}
    )
    assert {name for text in ROUTES.values() for name in rows(text)} == known
