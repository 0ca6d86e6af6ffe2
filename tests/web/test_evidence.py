"""What the inspector says of actors and edges, and that names are never more than text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect


def edge(visit: Any, source: str, target: str) -> None:
    """Opens the edge between two actors by their names, through the table."""
    visit.turn("show=table")
    first = visit.page.locator("td:first-child").filter(has_text=source)
    row = visit.page.locator("tbody tr").filter(has=first).filter(has_text=target).first
    row.get_by_role("button").click()
    expect(visit.page.locator(".evidence .card").first).to_be_visible()


def test_an_edge_shows_the_sentence_with_source_trigger_and_target(explorer: Any) -> None:
    explorer.turn("link=KOR&link=PRK&modality=planned&modality=actual")
    card = explorer.page.locator(".evidence .card").first
    expect(card.locator(".sentence")).to_have_text(
        "South Korea will pressure North Korea to give up its nuclear weapons, its president said after the meeting."
    )
    shown = {name: card.locator(f".mark-{name}").inner_text() for name in ("source", "trigger", "target")}
    assert shown == {"source": "South Korea", "trigger": "pressure", "target": "North Korea"}
    words = card.inner_text()
    for part in (
        "pressure",
        "April 16, 2024",
        "planned",
        "according to its president (South Korea) (“said”)",
    ):
        assert part in words
    for part in ("Planned: the text says that it is intended.", "Capital Post", "75 % sure", "pressure.v.1"):
        assert part in words


def test_marks_are_right_behind_characters_that_javascript_counts_double(explorer: Any) -> None:
    edge(explorer, "<img src=x", "Peace")
    card = explorer.page.locator(".evidence .card").first
    assert card.locator(".mark-source").inner_text() == "<img src=x onerror=alert(1)>"
    assert card.locator(".mark-trigger").inner_text() == "accuse"
    assert card.locator(".mark-target").inner_text() == "🕊 Peace “&” Co."


def test_more_sentences_are_loaded_page_by_page(explorer: Any) -> None:
    edge(explorer, "<img src=x", "Peace")
    cards = explorer.page.locator(".evidence .card")
    expect(cards).to_have_count(10)
    explorer.button("Load more (15 left)").click()
    expect(cards).to_have_count(20)
    explorer.button("Load more (5 left)").click()
    expect(cards).to_have_count(25)
    expect(explorer.page.locator(".evidence-foot button")).to_have_count(0)


def test_all_reports_of_an_event_can_be_read(explorer: Any) -> None:
    edge(explorer, "Peace", "<img src=x")
    card = explorer.page.locator(".evidence .card").first
    card.get_by_role("button", name="Reported 3 times: show all").click()
    expect(card.locator(".report")).to_have_count(3)
    assert card.locator("a").first.get_attribute("href") == "https://example.org/a?b=1&c=<d>"
    assert "noopener" in (card.locator("a").first.get_attribute("rel") or "")


def test_an_address_that_is_a_script_is_no_link(explorer: Any) -> None:
    edge(explorer, "<img src=x", "Peace")
    assert explorer.page.locator(".evidence a").count() == 0


def test_the_actions_of_an_edge_choose_its_evidence(explorer: Any) -> None:
    explorer.turn("link=NOR&link=BLR")
    rows = explorer.page.locator(".inspector .row-button")
    expect(rows.first).to_be_visible()
    assert rows.count() > 1
    name = rows.last.locator(".row-name").inner_text()
    rows.last.click()
    expect(rows.last).to_have_attribute("aria-pressed", "true")
    heads = explorer.page.locator(".evidence .card-head strong")
    expect(heads.first).to_have_text(name)
    assert set(heads.all_inner_texts()) == {name}


def test_an_actor_shows_partners_actions_time_names_and_its_rdf(explorer: Any) -> None:
    explorer.turn("select=BLR")
    page = explorer.page
    expect(page.locator(".inspector h2")).to_have_text("Belarus")
    for title in ("Acts on", "Is acted on by", "Actions", "Events over time"):
        expect(page.get_by_role("heading", name=title, exact=True).first).to_be_visible()
    expect(page.locator(".inspector")).to_contain_text(re.compile(r"state · BLR · \d+ events"))
    link = page.get_by_role("link", name="RDF of this actor")
    answer = page.request.get(explorer.server + (link.get_attribute("href") or ""))
    assert "actor:BLR" in answer.text()
    page.locator(".inspector .row-button").filter(has_text="Norway").first.click()
    expect(page.locator(".inspector h2")).to_have_text("Belarus → Norway")
    expect(page.locator(".evidence .card").first).to_be_visible()


def test_evidence_that_cannot_be_loaded_can_be_tried_again(explorer: Any) -> None:
    explorer.allow("Failed to load resource")
    explorer.turn()
    explorer.page.route(re.compile("/api/v1/events"), lambda route: route.abort())
    explorer.turn("link=NOR&link=BLR")
    expect(explorer.page.locator(".evidence-foot")).to_contain_text("could not be loaded")
    explorer.page.unroute(re.compile("/api/v1/events"))
    explorer.page.locator(".evidence-foot button").click()
    expect(explorer.page.locator(".evidence .card").first).to_be_visible()


# --- names that would be markup


@pytest.mark.parametrize("view", ["", "show=table"], ids=["list", "table"])
def test_names_are_text_wherever_they_stand(explorer: Any, view: str) -> None:
    explorer.turn(view)
    page = explorer.page
    page.locator("[data-id*=onerror]").click()
    expect(page.locator(".inspector h2")).to_have_text("<img src=x onerror=alert(1)>")
    box = page.get_by_role("combobox")
    box.fill("img")
    expect(page.get_by_role("option").first).to_contain_text("<img src=x onerror=alert(1)>")
    box.press("Enter")
    explorer.settle()
    expect(page.locator(".chip-name")).to_have_text("<img src=x onerror=alert(1)>")
    expect(page.locator(".status-line")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("img, [onerror]").count() == 0


def test_files_hold_names_as_text(explorer: Any) -> None:
    explorer.turn()
    for kind in ("svg", "gexf"):
        text = explorer.download(kind).decode()
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        assert "<img" not in text


# --- a text of one's own


def test_a_text_is_read_and_nothing_is_stored(visit: Callable[..., Any], demo_server: str) -> None:
    one = visit(demo_server).open()
    page = one.page
    before = page.request.get(f"{demo_server}/api/v1/info").json()["generation"]
    one.button("Read a text").click()
    field = page.get_by_label("Text", exact=True)
    field.fill("🕊 Norway condemned Belarus on Tuesday. Nothing else <b>happened</b>.")
    one.button("Find events").click()
    expect(page.locator(".text-said")).to_have_text("1 event found", timeout=60_000)
    marked = page.locator(".text-marked")
    expect(marked).to_have_text("🕊 Norway condemned Belarus on Tuesday. Nothing else <b>happened</b>.")
    assert marked.locator(".mark-trigger").inner_text() == "condemned"
    assert marked.locator(".mark-target").inner_text() == "Belarus"
    expect(page.locator(".text-events li")).to_have_count(1)
    assert page.locator(".text-graph").evaluate("image => image.complete && image.naturalWidth > 0")
    field.fill("It rained all day.")
    one.button("Find events").click()
    expect(page.locator(".text-said")).to_have_text("No event was found in this text.")
    field.fill(" ")
    one.button("Find events").click()
    expect(page.locator(".text-said")).to_have_text("There is no text yet.")
    assert one.axe() == []
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    assert page.request.get(f"{demo_server}/api/v1/info").json()["generation"] == before


def test_a_text_is_stored_where_the_server_takes_it(
    visit: Callable[..., Any], writable_server: str, token: str
) -> None:
    one = visit(writable_server, bypass_csp=True).open("actor=NOR&show=table")
    one.allow("status of 401")
    page = one.page
    assert not any(row[2] == "Chad" for row in one.rows())
    one.button("Read a text").click()
    page.get_by_label("Text", exact=True).fill("Norway condemned Chad on Tuesday.")
    page.get_by_label("Day of the text").fill("2024-03-13")
    one.button("Find events").click()
    said = page.locator(".text-stored")
    for given, words in (("", "Give the token"), ("fedcba9876543210", "another token"), (token, "1 event")):
        page.get_by_label("Token of the server").fill(given)
        one.button("Store this text").click()
        expect(said).to_contain_text(words, timeout=60_000)
        assert one.axe() == []
    kept = page.evaluate("JSON.stringify([location.href, {...localStorage}, {...sessionStorage}])")
    assert token not in kept
    page.keyboard.press("Escape")
    one.settle()
    assert any(row[2] == "Chad" for row in one.rows())
    one.button("Read a text").click()
    one.button("Find events").click()
    expect(page.get_by_label("Token of the server")).to_have_value("")
    page.get_by_label("Token of the server").fill(token)
    page.keyboard.press("Enter")
    expect(said).to_have_text("The store had this text already.", timeout=60_000)


def test_where_the_server_takes_none_it_is_said_how_to_store_a_text(
    visit: Callable[..., Any], demo_server: str
) -> None:
    one = visit(demo_server).open()
    one.button("Read a text").click()
    one.button("Use an example").click()
    one.button("Find events").click()
    expect(one.page.locator(".text-store")).to_contain_text("--allow-update", timeout=60_000)
    expect(one.button("Store this text")).to_have_count(0)
