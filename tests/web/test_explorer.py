"""The explorer shows, finds, filters and keeps in its address what is asked of it."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

QUADS = {1: (0x3B, 0x92, 0xD0), 2: (0x0B, 0x4A, 0x86), 3: (0xD0, 0x74, 0x0A), 4: (0x9C, 0x1C, 0x12)}
NODE = (0x3D, 0x4A, 0x5A)


def colors(visit: Any) -> tuple[Image.Image, Counter[tuple[int, int, int]]]:
    """What the network looks like, and how often it has each colour."""
    image = Image.open(io.BytesIO(visit.page.locator(".stage").screenshot())).convert("RGB")
    return image, Counter(image.get_flattened_data())


def middle_of_largest(image: Image.Image, color: tuple[int, int, int]) -> tuple[float, float]:
    """A point well within the largest spot of a colour."""
    width, height = image.size
    pixels = image.load()
    assert pixels is not None
    best, place = 0, (0, 0)
    for y in range(0, height, 2):
        for x in range(0, width, 2):
            run = 0
            while x + run < width and pixels[x + run, y] == color:
                run += 1
            if run > best:
                best, place = run, (x + run // 2, y)
    assert best > 3
    return place


def click_on(visit: Any, color: tuple[int, int, int]) -> None:
    """Clicks on the largest spot of a colour in the network."""
    image, _ = colors(visit)
    x, y = middle_of_largest(image, color)
    visit.page.locator(".stage").click(position={"x": x, "y": y})


def find(visit: Any, words: str, count: int = 1) -> None:
    box = visit.page.get_by_role("combobox", name="Search actors")
    box.fill(words)
    expect(visit.page.locator(".hit")).to_have_count(count)
    box.press("Enter")
    visit.settle()


# --- the first picture


def test_it_starts_with_a_picture_and_says_what_is_shown(explorer: Any) -> None:
    explorer.open()
    assert re.fullmatch(
        r"All \d\d relations between 5\d actors, May 2023 – Apr 2024; nothing left out\.", explorer.status
    )
    _, found = colors(explorer)
    assert found[NODE] > 2000
    assert all(found[color] > 20 for color in QUADS.values())
    assert explorer.view == ""


def test_what_was_left_out_is_said_and_can_be_had(explorer: Any) -> None:
    explorer.turn("limit=5")
    assert re.match(r"The 5 strongest of \d\d relations, .*; \d+ weaker ones are left out\.", explorer.status)
    explorer.button("Show more").click()
    explorer.settle()
    expect(explorer.page.locator(".status-line")).to_contain_text("nothing left out")
    assert "limit" not in explorer.view


def test_the_lines_of_quad_classes_are_told_apart_without_colours(explorer: Any) -> None:
    explorer.turn()
    dashes = explorer.page.locator(".legend path").evaluate_all(
        "all => all.map(one => one.getAttribute('stroke-dasharray'))"
    )
    assert len(set(dashes)) == len(dashes) == 4


# --- search


@pytest.mark.parametrize(
    ("words", "label", "marked"),
    [("nor", "North Korea", "Nor"), ("SOUTH k", "South Korea", "South"), ("rok", None, None)],
    ids=["beginning", "two-words", "nobody"],
)
def test_search_finds_as_one_types(explorer: Any, words: str, label: str | None, marked: str | None) -> None:
    explorer.turn()
    explorer.page.keyboard.press("/")
    explorer.page.keyboard.type(words)
    if label is None:
        expect(explorer.page.locator(".hit-none")).to_have_text(f"No actor has a name with “{words}”.")
        return
    option = explorer.page.get_by_role("option").filter(has_text=label)
    expect(option).to_be_visible()
    assert option.locator("mark").first.inner_text() == marked


def test_actors_are_chosen_by_keyboard_and_taken_away_again(explorer: Any) -> None:
    explorer.turn()
    find(explorer, "norw")
    assert explorer.view == "actor=NOR&select=NOR"
    assert "around Norway, all time" in explorer.status
    find(explorer, "japan")
    assert "around Norway, Japan" in explorer.status
    explorer.page.get_by_role("combobox").press("Backspace")
    expect(explorer.page.locator(".status-line")).to_contain_text("around Norway, all time")
    explorer.button("Remove Norway from the start").click()
    expect(explorer.page.locator(".status-line")).to_contain_text("May 2023")


def test_an_alias_is_found_under_the_name_it_has_in_texts(explorer: Any) -> None:
    explorer.turn()
    explorer.page.get_by_role("combobox").fill("blr")
    expect(explorer.page.get_by_role("option").filter(has_text="“BLR”").first).to_be_visible()


# --- the address


def test_back_forward_undo_and_redo_go_through_the_views(explorer: Any) -> None:
    explorer.open()
    assert explorer.button("Back to the view before (undo)").is_disabled()
    find(explorer, "norw")
    explorer.button("Hide").click()
    assert "hide=NOR" in explorer.view
    explorer.button("Back to the view before (undo)").click()
    expect(explorer.page.locator(".inspector h2")).to_have_text("Norway")
    assert "hide" not in explorer.view
    explorer.button("Forward again (redo)").click()
    explorer.wait_for("hide")
    explorer.page.go_back()
    explorer.page.go_back()
    explorer.settle()
    expect(explorer.page.locator(".status-line")).to_contain_text("May 2023")
    explorer.page.locator("body").press("Control+Shift+Z")
    explorer.wait_for("actor=NOR")


def test_a_copied_link_shows_the_same(visit: Callable[..., Any], demo_server: str) -> None:
    first = visit(demo_server).open()
    find(first, "norw")
    first.page.locator(".actor-item").first.wait_for(state="attached")
    first.button("Close").click()
    first.page.locator("[data-id=BLR]").click()
    first.settle()
    first.page.locator("[data-key=quad-1]").check()
    first.settle()
    second = visit(demo_server).open(first.view)
    assert second.status == first.status
    assert second.download("svg") == first.download("svg")  # places included


def test_an_address_that_says_nonsense_shows_the_start(explorer: Any) -> None:
    explorer.open("from=2024-99&quad=9&limit=x&pin=1&link=a&%F0%9F")
    assert explorer.status.startswith("All ")


# --- the network


def test_a_click_on_an_actor_opens_it_and_its_neighbors(visit: Callable[..., Any], ring_server: str) -> None:
    ring = visit(ring_server).open("limit=3&actor=MNC-company-100")
    before = len(ring.listed())
    click = ring.page.locator(".actor-item").last
    name = click.locator(".actor-name").inner_text()
    click.click()
    ring.settle()
    expect(ring.page.locator(".inspector h2")).to_have_text(name)
    ring.button("Close").click()
    assert len(ring.listed()) > before


def test_a_click_in_the_drawing_selects_what_is_there(explorer: Any) -> None:
    explorer.turn("actor=NOR")
    click_on(explorer, NODE)
    expect(explorer.page.locator(".inspector h2")).to_be_visible()
    assert "select=" in explorer.view
    click_on(explorer, QUADS[3])
    explorer.wait_for("link=")
    expect(explorer.page.locator(".evidence .card").first).to_be_visible()
    explorer.page.locator(".stage").click(position={"x": 3, "y": 3})
    expect(explorer.page.locator(".inspector")).to_be_hidden()


def test_pointing_at_an_actor_dims_the_others(explorer: Any) -> None:
    explorer.turn()
    _, before = colors(explorer)
    explorer.page.locator("[data-id=KEN]").hover()
    _, dimmed = colors(explorer)
    assert 0 < dimmed[NODE] < before[NODE] / 2
    explorer.page.mouse.move(5, 5)
    assert colors(explorer)[1][NODE] == before[NODE]


def test_an_actor_that_is_dragged_is_pinned_there(explorer: Any) -> None:
    explorer.turn("actor=NOR")
    image, _ = colors(explorer)
    x, y = middle_of_largest(image, NODE)
    box = explorer.page.locator(".stage").bounding_box()
    explorer.page.mouse.move(box["x"] + x, box["y"] + y)
    explorer.page.mouse.down()
    explorer.page.mouse.move(box["x"] + x + 60, box["y"] + y + 30, steps=5)
    explorer.page.mouse.up()
    explorer.wait_for("pin=")
    pinned = re.search(r"pin=(-?[\d.]+)%2C(-?[\d.]+)%2C(\w+)", explorer.view)
    assert pinned
    assert explorer.open(explorer.view).view == explorer.view


def test_pin_and_hide_by_button(explorer: Any) -> None:
    explorer.turn("select=NOR")
    explorer.button("Pin").click()
    assert "pin=" in explorer.view
    explorer.button("Unpin").click()
    assert "pin=" not in explorer.view
    explorer.button("Hide").click()
    assert "Norway" not in explorer.listed()


def test_the_drawing_moves_and_zooms_by_keyboard_and_buttons(explorer: Any) -> None:
    explorer.turn()
    stage = explorer.page.locator(".stage")
    seen = {stage.screenshot()}
    stage.focus()
    for key in ("ArrowRight", "ArrowDown", "+", "+", "-"):
        explorer.page.keyboard.press(key)
        seen.add(stage.screenshot())
    for name in ("Zoom in", "Zoom out", "Show all"):
        explorer.button(name).click()
        seen.add(stage.screenshot())
    assert len(seen) >= 7


def test_the_list_walks_the_network_by_arrow_keys(explorer: Any) -> None:
    explorer.turn()
    first = explorer.page.locator(".actor-item").first
    name = first.locator(".actor-name").inner_text()
    first.focus()
    explorer.page.keyboard.press("ArrowRight")
    expect(explorer.page.locator(".actor-panel h2")).to_have_text(f"Neighbors of {name}")
    explorer.page.keyboard.press("ArrowDown")
    focused = explorer.page.evaluate("document.activeElement.dataset.id")
    assert focused
    explorer.page.keyboard.press("ArrowRight")
    assert name in explorer.listed()
    explorer.page.keyboard.press("ArrowLeft")
    assert explorer.page.evaluate("document.activeElement.dataset.id") == focused
    explorer.page.keyboard.press("ArrowLeft")
    assert explorer.page.evaluate("document.activeElement.textContent").startswith(name)
    explorer.page.keyboard.press("Enter")
    expect(explorer.page.locator(".inspector h2")).to_have_text(name)


# --- filters


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("quad-4", "quad=4"),
        ("action-ACCUSE", "action=ACCUSE"),
        ("types-State", "type=State"),
        ("sectors-GOV", "sector=GOV"),
        ("modality-planned", "modality=planned"),
    ],
)
def test_a_filter_changes_what_is_shown_and_the_address(explorer: Any, key: str, part: str) -> None:
    explorer.turn("show=table")
    before = explorer.status
    box = explorer.page.locator(f"[data-key={key}]")
    box.check()
    explorer.wait_for(part)
    expect(explorer.page.locator(".status-line")).not_to_have_text(before)
    if key == "quad-4":
        assert {row[3] for row in explorer.rows()} == {"material conflict"}
    assert explorer.page.evaluate("document.activeElement.dataset.key") == key
    explorer.settle()
    explorer.button("Reset").click()
    expect(explorer.page.locator(".status-line")).to_have_text(before)


def test_the_tree_of_actions_opens_and_counts(explorer: Any) -> None:
    explorer.turn("show=table")
    explorer.button("Show the actions of Accuse").click()
    label = explorer.page.locator("li.check:has(> label > [data-key=action-condemn]) > label").inner_text()
    explorer.page.locator("[data-key=action-condemn]").check()
    rows = explorer.rows()
    assert {row[1] for row in rows} == {"condemn"}
    assert sum(int(row[4]) for row in rows) == int(label.split()[-1])


@pytest.mark.parametrize(("name", "part"), [("weight", "weight=2"), ("confidence", "confidence=0.05")])
def test_sliders_work_by_keyboard(explorer: Any, name: str, part: str) -> None:
    explorer.turn("show=table")
    explorer.page.locator(f"#slider-{name}").focus()
    explorer.page.keyboard.press("ArrowRight")
    explorer.wait_for(part)
    explorer.settle()
    if name == "weight":
        assert all(int(row[4]) >= 2 for row in explorer.rows())


def test_a_filter_of_what_is_loaded_is_shown_in_the_next_frame(explorer: Any) -> None:
    explorer.turn("show=table")
    before, after = explorer.page.evaluate(
        """async () => {
          const rows = () => document.querySelectorAll('tbody tr').length;
          const before = rows();
          document.querySelector('[data-key=quad-3]').click();
          await new Promise(requestAnimationFrame);
          return [before, rows()];
        }"""
    )
    assert 0 < after < before


def test_a_stale_answer_is_dropped_and_loading_is_shown(visit: Callable[..., Any], demo_server: str) -> None:
    explorer = visit(demo_server).open()
    held: list[Route] = []
    explorer.page.route(re.compile(r"neighborhood.*actor=NOR"), lambda route: held.append(route))
    box = explorer.page.get_by_role("combobox")
    box.fill("norw")
    expect(explorer.page.locator(".hit")).to_have_count(1)
    box.press("Enter")
    expect(explorer.page.locator(".progress")).to_be_visible()
    expect(explorer.page.locator(".canvas")).to_have_attribute("aria-busy", "true")
    explorer.button("Remove NOR from the start", exact=False).or_(
        explorer.button("Remove Norway from the start")
    ).click()
    find(explorer, "japan")
    expect(explorer.page.locator(".status-line")).to_contain_text("around Japan")
    shown = explorer.status
    for route in held:
        route.continue_()
    explorer.page.wait_for_load_state("networkidle")
    assert explorer.status == shown


# --- time


def test_the_brush_chooses_months_by_keyboard_and_pointer(explorer: Any) -> None:
    explorer.turn("show=table")
    first = explorer.page.get_by_role("slider", name="First month")
    first.focus()
    for key in ("PageUp", "ArrowLeft", "ArrowLeft"):
        explorer.page.keyboard.press(key)
    explorer.settle()
    assert "from=2024-02" in explorer.view
    assert "Feb 2024 – Apr 2024" in explorer.status
    explorer.button("Last period").click()
    expect(explorer.page.locator(".status-line")).to_contain_text("May 2023")
    box = explorer.page.locator(".brush-box").bounding_box()
    explorer.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 20)
    explorer.page.mouse.down()
    explorer.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 20, steps=4)
    explorer.page.mouse.up()
    explorer.settle()
    assert "from=2022-06&to=2022-10" in explorer.view
    expect(explorer.page.locator(".notice")).to_contain_text("Nothing matches")
    explorer.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20)
    explorer.page.mouse.down()
    explorer.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 20, steps=4)
    explorer.page.mouse.up()
    explorer.wait_for("from=2023-12")
    explorer.settle()
    assert len(explorer.rows()) > 0


def test_playback_goes_through_the_months_and_ends(visit: Callable[..., Any], demo_server: str) -> None:
    explorer = visit(demo_server)
    explorer.page.clock.install(time=0)
    explorer.open("show=table&from=2024-01&to=2024-05")
    explorer.page.clock.pause_at(10**6)
    everything = len(explorer.rows())
    explorer.button("Play").click()
    expect(explorer.page.locator(".time-words")).to_have_text("Playing: January 2024")
    seen = [len(explorer.rows())]
    for month in ("February", "March", "April"):
        explorer.page.clock.run_for(750)
        expect(explorer.page.locator(".time-words")).to_have_text(f"Playing: {month} 2024")
        seen.append(len(explorer.rows()))
    explorer.button("Pause").click()
    explorer.page.clock.run_for(3000)
    expect(explorer.page.locator(".time-words")).to_have_text("Playing: April 2024")
    explorer.button("Play").click()
    explorer.page.clock.run_for(1500)
    expect(explorer.page.locator(".time-words")).to_have_text("Jan 2024 – Apr 2024")
    assert len(explorer.rows()) == everything
    assert seen[1] == 0
    assert 0 < seen[2] < everything


# --- the table and files


def test_the_table_sorts_and_shares_the_selection(explorer: Any) -> None:
    explorer.turn("show=table")
    header = explorer.page.get_by_role("columnheader", name="Action")
    header.get_by_role("button").click()
    actions = [row[1] for row in explorer.rows()]
    assert actions == sorted(actions)
    expect(header).to_have_attribute("aria-sort", "ascending")
    header.get_by_role("button").click()
    assert [row[1] for row in explorer.rows()] == sorted(actions, reverse=True)
    explorer.page.locator("tbody .link-button").first.click()
    expect(explorer.page.locator("tr.chosen").first).to_be_visible()
    expect(explorer.page.locator(".evidence .card").first).to_be_visible()
    explorer.button("Network").click()
    assert explorer.page.locator(".inspector").is_visible()
