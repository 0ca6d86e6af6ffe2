"""The command ``plot``: what it draws is what the store answers, into a file whole or not at all."""

from __future__ import annotations

import datetime as dt
import re
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from lxml import etree

from api import asking, plotting
from api.cli import cli
from api.service import Service
from extract.model import Actor, CodedDocument, Document
from graph.network import Selection

SVG = "{http://www.w3.org/2000/svg}"
PLOTS = (("dyad", "KOR", "NOR"), ("ego", "NOR"), ("matrix",), ("calendar",))
Run = Callable[..., Any]


def run(store: Path, *words: str) -> Result:
    name, *others = words
    return CliRunner().invoke(cli, ["plot", name, "--store", str(store), *others], prog_name="whowhom")


def texts(data: bytes) -> list[str]:
    return ["".join(map(str, one.itertext())) for one in etree.fromstring(data).iter(f"{SVG}text")]


@pytest.mark.parametrize("words", PLOTS, ids=lambda words: str(words[0]))
def test_without_a_file_an_svg_is_on_standard_output(stored: Path, words: tuple[str, ...]) -> None:
    done = run(stored, *words)
    assert (done.exit_code, done.stderr) == (0, "")
    said = " ".join(texts(done.stdout_bytes))
    assert "whowhom · query: " in said
    assert re.search(r"generation \d+ of the store", said)
    assert run(stored, *words, "-o", "-").stdout_bytes == done.stdout_bytes


@pytest.mark.parametrize("words", PLOTS, ids=lambda words: str(words[0]))
def test_a_png_is_written_whole(stored: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    path = tmp_path / "Plot.PNG"
    done = run(stored, *words, "-o", str(path))
    data = path.read_bytes()
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"{path}: {len(data):,} bytes\n")
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width > 600
    assert height > 300
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("dyad", "KOR", "NOR", "-o", "x.pdf"), "output='x.pdf' is not possible. Allowed is the name of a file"),
        (("ego", "NOR", "-o", "svg"), "ends in .svg or .png"),
        (("dyad", "KORR", "NOR"), "source: No actor 'KORR' in the store. Did you mean KOR?"),
        (("ego", "NORR"), "actor: No actor 'NORR' in the store. Did you mean NOR"),
        (("matrix", "NOR", "BLRR"), "actor: No actor 'BLRR' in the store. Did you mean BLR"),
        (("matrix", "NOR"), "2 to 40 different actors' ids"),
        (("matrix", "--limit", "41"), "a whole number from 2 to 40"),
        (("calendar", "--source", "NORR"), "source: No actor 'NORR'"),
        (("calendar", "--quad", "5"), "1 (verbal cooperation)"),
        (("dyad", "KOR", "KOR"), "another actor than the source"),
        (("dyad", "KOR", "NOR", "--from", "2024-02-01", "--to", "2024-01-01"), "a day after from=2024-02-01"),
        (("ego", "NOR", "--depth", "4"), "a whole number from 1 to 3"),
        (("ego", "NOR", "--modality", "maybe"), "Allowed is all, actual"),
        (("ego",), "Missing argument 'ACTOR...'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)  # fmt: skip
def test_what_is_wrong_is_told(
    stored: Path, tmp_path: Path, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(stored, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", PLOTS, ids=lambda words: str(words[0]))
def test_an_unknown_action_is_told(stored: Path, words: tuple[str, ...]) -> None:
    done = run(stored, *words, "--action", "acuse")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "No action 'acuse' in the store. Did you mean" in done.stderr


@pytest.mark.parametrize("words", PLOTS, ids=lambda words: str(words[0]))
def test_an_empty_result_is_a_plot_that_says_so(stored: Path, words: tuple[str, ...]) -> None:
    done = run(stored, *words, "--from", "1990-01-01", "--to", "1990-02-01")
    assert done.exit_code == 0
    said = texts(done.stdout_bytes)
    assert {"No events match the query.", "No relations match the query."} & set(said)
    assert "from=1990-01-01 to=1990-02-01" in " ".join(said)


def test_without_matplotlib_all_but_the_svg_of_a_network_say_how_to_get_it(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    file = str(tmp_path / "x.png")
    for words in (*PLOTS[:1], *PLOTS[2:], ("ego", "NOR", "-o", file)):
        done = run(stored, *words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "needs matplotlib, which is not installed: pip install 'whowhom[plot]'" in done.stderr
    assert run(stored, "ego", "NOR").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing(stored: Path, tmp_path: Path) -> None:
    done = run(stored, "ego", "NOR", "-o", str(tmp_path / "none" / "x.svg"))
    assert done.exit_code == 1
    assert "No such file or directory" in done.stderr


def test_the_svg_of_an_actor_is_that_of_the_routes(stored: Path, client: FlaskClient) -> None:
    answer = client.get("/api/v1/neighborhood?actor=NOR&aggregate=quad&format=svg")
    assert answer.content_type == "image/svg+xml"
    drawn = run(stored, "ego", "NOR").stdout_bytes
    assert arrows(drawn) == arrows(answer.data) == {("KOR", "NOR", "1", "1"), ("NOR", "BLR", "3", "1")}
    whole = client.get("/export.svg")
    assert whole.status_code == 200
    assert "filename=whowhom.svg" in whole.headers["Content-Disposition"]
    assert b"&lt;img src=x onerror=alert(1)&gt;" in whole.data
    assert b"<img" not in whole.data
    assert (
        b"whowhom \xc2\xb7 query: modality=actual \xc2\xb7 events of 2024-03-10 to 2024-04-01" in whole.data
    )


def arrows(data: bytes) -> set[tuple[str, ...]]:
    names = ("data-source", "data-target", "data-quad", "data-events")
    groups = [one for one in etree.fromstring(data).iter(f"{SVG}g") if one.get("data-quad")]
    return {tuple(str(one.get(name)) for name in names) for one in groups}


def test_a_png_of_a_network_is_drawn_from_the_same_network(service: Service, client: FlaskClient) -> None:
    query = "actor=NOR&depth=2&aggregate=dyad&modality=all"
    told = client.get(f"/api/v1/neighborhood?{query}").get_json()
    found = plotting.network_of(told)
    network = service.network(
        Selection(
            actors=("NOR",),
            depth=2,
            aggregate="dyad",
            modalities=tuple(told["attributes"]["query"]["modality"]),
        )
    )
    assert (found.nodes, found.edges) == (tuple(network.nodes), tuple(network.edges))
    assert found.meta["seeds"] == network.meta["seeds"] == ["NOR"]


def test_the_values_of_a_dyad_are_those_of_its_answer(service: Service) -> None:
    answer = service.analyses.dyad(asking.dyad({"source": ["NOR"], "target": ["BLR"]}))
    values = plotting.dyad_values(answer)
    assert [(one.month, one.quads, one.goldstein) for one in values.months] == [
        (dt.date(2024, 3, 1), (0, 0, 1, 0), -2.0)
    ]
    assert values.heading.subtitle == "Norway → Belarus: 1 event; Belarus → Norway: 0 events"
    assert "modality=all but hypothetical source=NOR target=BLR" in values.heading.source


def test_the_values_of_a_matrix_are_those_of_its_answer(service: Service) -> None:
    values = plotting.matrix_values(service.analyses.matrix(asking.matrix({"limit": ["2"]})))
    assert values.names == ("Belarus", "Norway")
    assert values.cells == {(1, 0): (0, 0, 1, 0)}
    assert values.heading.subtitle == "2 actors, those with most events of 5; 1 event between them"


def test_events_of_no_single_day_stand_in_no_day_of_a_calendar(
    tmp_path: Path, sample_event: CodedDocument
) -> None:
    from dataclasses import replace

    from extract.model import When

    (event,) = sample_event.events
    days = [
        When(dt.date(2024, 1, 1), dt.date(2025, 1, 1), "year", "expression"),
        When(dt.date(2024, 1, 1), dt.date(2024, 1, 2), "day", "expression"),
        None,
    ]
    coded = [
        CodedDocument(
            Document(f"{n}", sample_event.document.text), (replace(event, date=day, relation=f"r{n}"),)
        )
        for n, day in enumerate(days)
    ]
    with Service(tmp_path / "store", create=True) as service:
        service.load(coded)
    done = run(tmp_path / "store", "calendar", "--actor", "BLR")
    said = texts(done.stdout_bytes)
    assert "1 event on 1 day" in said
    assert "Left out: 1 event known by week, month or year only, 1 event without a date." in said
    assert "Events by day (actor=BLR)" in said


def test_a_character_that_no_font_has_is_told_of_a_png(tmp_path: Path, sample_event: CodedDocument) -> None:
    from dataclasses import replace

    (event,) = sample_event.events
    assert event.source is not None
    han = replace(event.source, actor=Actor("CHN", "GOV", "北京", "State"))
    with Service(tmp_path / "store", create=True) as service:
        service.load([CodedDocument(sample_event.document, (replace(event, source=han),))])
    done = run(tmp_path / "store", "ego", "CHN", "-o", str(tmp_path / "x.png"))
    assert done.exit_code == 0
    assert "matplotlib's font has no 京北: boxes stand for them. An SVG shows them." in done.stderr
    assert "北京" in run(tmp_path / "store", "ego", "CHN").stdout
