"""What is saved is what is shown, and the SPARQL query gives the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import networkx as nx
import pytest
from lxml import etree
from PIL import Image
from playwright.sync_api import expect

VIEW = "quad=3&quad=4&show=table"


def test_csv_has_the_rows_of_the_table(explorer: Any) -> None:
    explorer.turn(VIEW)
    rows = list(csv.DictReader(io.StringIO(explorer.download("csv").decode())))
    shown = [(row[0], row[1], row[2], row[4]) for row in explorer.rows()]
    told = [
        (one["source_label"], one["action"].replace("-", " "), one["target_label"], one["events"])
        for one in rows
    ]
    assert told == shown


def test_gexf_is_read_by_others_and_has_places_and_weights(explorer: Any) -> None:
    explorer.turn(VIEW)
    shown = len(explorer.rows())
    network = nx.read_gexf(
        io.BytesIO(explorer.download("gexf").replace(b"gexf.net/1.3", b"www.gexf.net/1.2draft"))
    )
    assert network.number_of_edges() == shown
    assert all("viz" in data and data["viz"]["position"] for _, data in network.nodes(data=True))
    assert {data["quad"] for *_, data in network.edges(data=True)} == {3, 4}


def test_svg_and_png_are_pictures_of_all_actors(explorer: Any) -> None:
    explorer.turn(VIEW)
    drawing = etree.fromstring(explorer.download("svg"))
    names = {"s": "http://www.w3.org/2000/svg"}
    assert len(drawing.findall(".//s:circle", names)) == len(explorer.listed())
    assert drawing.findtext("s:title", namespaces=names) == explorer.status
    image = Image.open(io.BytesIO(explorer.download("png")))
    assert image.format == "PNG"
    assert image.size == (2800, 1800)
    assert len(set(image.convert("RGB").resize((300, 200)).get_flattened_data())) > 50


def test_the_menu_works_by_keyboard(explorer: Any) -> None:
    explorer.turn()
    page = explorer.page
    page.get_by_role("button", name="Save or share what is shown").press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.save") == "sparql"
    page.keyboard.press("Escape")
    expect(page.locator("#save-menu")).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('aria-haspopup')") == "menu"


def test_the_link_is_copied(visit: Callable[..., Any], demo_server: str) -> None:
    one = visit(demo_server, permissions=["clipboard-read", "clipboard-write"]).open("quad=4")
    one.page.get_by_role("button", name="Save or share what is shown").click()
    one.page.locator("[data-save=link]").click()
    expect(one.page.locator(".toast")).to_have_text("The link is copied.")
    assert one.page.evaluate("navigator.clipboard.readText()") == one.page.url


@pytest.mark.parametrize(
    "view",
    [
        "",
        "actor=NOR",
        "actor=NOR&actor=KOR&type=State",
        "quad=3&action=ACCUSE&action=threaten&weight=2",
        "from=2024-03&to=2024-04&sector=GOV&modality=actual&modality=planned",
        "confidence=0.75",
        "hide=BLR&type=State&type=Group",
        "open=NOR&quad=3",
        "limit=10",
    ],
    ids=lambda view: view or "start",
)
def test_the_query_gives_what_is_shown(explorer: Any, view: str) -> None:
    explorer.turn(f"{view}&show=table")
    shown = sorted((row[1].replace(" ", "-"), int(row[4])) for row in explorer.rows())
    page = explorer.page
    page.get_by_role("button", name="Save or share what is shown").click()
    with page.expect_navigation():
        page.locator("[data-save=sparql]").click()
    assert urlsplit(page.url).path == "/workbench"
    (query,) = parse_qs(urlsplit(page.url).fragment)["query"]
    answer = page.request.post(f"{explorer.server}/sparql", form={"query": query})
    assert answer.ok, answer.text()
    found = json.loads(answer.body())["results"]["bindings"]
    told = sorted((one["action"]["value"].rpartition("/")[2], int(one["events"]["value"])) for one in found)
    assert len(told) > 0
    if view == "limit=10":  # which of equally strong ones are the last is a matter of order
        assert sorted(count for _, count in told) == sorted(count for _, count in shown)
    else:
        assert told == shown


def test_the_workbench_shows_what_the_explorer_showed(visit: Callable[..., Any], demo_server: str) -> None:
    one = visit(demo_server).open("actor=NOR&quad=3&show=table")
    shown = sorted((row[1].replace(" ", "-"), row[4]) for row in one.rows())
    one.page.get_by_role("button", name="Save or share what is shown").click()
    one.page.locator("[data-save=sparql]").click()
    one.page.wait_for_url("**/workbench#**")
    expect(one.page.locator(".panel")).to_have_attribute("aria-busy", "false")
    rows = one.page.locator(".panel tbody tr")
    expect(rows).to_have_count(len(shown))
    found = [row.locator("td").all_inner_texts() for row in rows.all()]
    assert sorted((cells[1].removeprefix("rel:"), cells[3]) for cells in found) == shown
    one.page.get_by_role("tab", name="Network").click()
    expect(one.page.locator(".network[data-ready=true]")).to_be_visible()
