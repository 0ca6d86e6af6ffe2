"""A network of more links than sigma draws: a worker draws it; it is lit, moved and clicked like a small one."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

VIEW = "limit=20000"
QUADS = {1: (0x3B, 0x92, 0xD0), 2: (0x0B, 0x4A, 0x86), 3: (0xD0, 0x74, 0x0A), 4: (0x9C, 0x1C, 0x12)}
NODE = (0x3D, 0x4A, 0x5A)


@pytest.fixture(scope="module")
def page_of_many(browser: Any, crowd_server: str) -> Any:
    context = browser.new_context(viewport={"width": 1360, "height": 820}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{crowd_server}/#{VIEW}")
    settle(page)
    yield page
    context.close()


def settle(page: Any) -> None:
    page.locator(".canvas[aria-busy=false][data-ready=true]").wait_for(state="attached")


def colors(page: Any) -> tuple[Image.Image, Counter[tuple[int, ...]]]:
    image = Image.open(io.BytesIO(page.locator(".stage").screenshot())).convert("RGB")
    return image, Counter(image.get_flattened_data())


def leftmost(image: Image.Image) -> int:
    """The first column in which an actor is."""
    width, height = image.size
    return next(x for x in range(width) for y in range(height) if image.getpixel((x, y)) == NODE)


def until(page: Any, holds: Callable[[Counter[tuple[int, ...]]], bool]) -> Counter[tuple[int, ...]]:
    """The colours once they are as expected: the worker draws when it has time."""
    for _ in range(40):
        found = colors(page)[1]
        if holds(found):
            return found
        page.evaluate("new Promise(requestAnimationFrame)")
    raise AssertionError(found.most_common(8))


def test_all_is_drawn_and_told(page_of_many: Any) -> None:
    assert re.search(
        r"^All 2,\d\d\d relations between 700 actors", page_of_many.locator(".status-line").inner_text()
    )
    _, found = colors(page_of_many)
    assert found[NODE] > 300
    assert all(found[QUADS[quad]] > 100 for quad in (2, 3, 4))
    assert page_of_many.locator("canvas.large").is_visible()


def test_the_same_link_is_drawn_the_same(
    page_of_many: Any, visit: Callable[..., Any], crowd_server: str
) -> None:
    other = visit(crowd_server).open(VIEW)
    assert colors(other.page)[0].tobytes() == colors(page_of_many)[0].tobytes()


def test_pointing_at_an_actor_dims_the_others(page_of_many: Any) -> None:
    before = colors(page_of_many)[1]
    page_of_many.locator(".actor-item").nth(3).hover()
    until(page_of_many, lambda found: found[QUADS[3]] < before[QUADS[3]] / 5)
    page_of_many.mouse.move(5, 5)
    until(page_of_many, lambda found: found == before)


def test_it_moves_with_the_pointer_and_is_drawn_anew_where_it_comes_to_rest(page_of_many: Any) -> None:
    image, before = colors(page_of_many)
    box = page_of_many.locator(".stage").bounding_box()
    x, y = box["x"] + 6, box["y"] + box["height"] / 2
    page_of_many.mouse.move(x, y)
    page_of_many.mouse.down()
    page_of_many.mouse.move(x + 250, y, steps=5)
    page_of_many.mouse.up()
    until(page_of_many, lambda found: found != before)
    assert leftmost(colors(page_of_many)[0]) > leftmost(image) + 150
    page_of_many.get_by_role("button", name="Show all").click()
    page_of_many.mouse.move(5, 5)
    until(page_of_many, lambda found: found == before)


def test_a_click_selects_the_actor_that_is_drawn_there(page_of_many: Any) -> None:
    image, _ = colors(page_of_many)
    pixels = image.load()
    assert pixels is not None
    width, height = image.size
    place = next(
        (x, y)
        for y in range(20, height - 20)
        for x in range(20, width - 120)
        if all(pixels[x + dx, y + dy] == NODE for dx in (-1, 0, 1) for dy in (-1, 0, 1))
    )
    page_of_many.locator(".stage").click(position={"x": place[0], "y": place[1]})
    expect(page_of_many.locator(".inspector h2")).to_contain_text("Company")
    settle(page_of_many)
    accent = (0x1D, 0x5F, 0xC2)
    until(page_of_many, lambda found: found[accent] > 5)
    page_of_many.keyboard.press("Escape")
    settle(page_of_many)
    page_of_many.evaluate("document.activeElement.blur()")  # the ring of the focus has the same colour
    page_of_many.mouse.move(5, 5)
    until(page_of_many, lambda found: found[accent] == 0)


def test_filters_bring_it_back_to_what_sigma_draws(page_of_many: Any) -> None:
    page_of_many.locator("[data-key=quad-4]").check()
    settle(page_of_many)
    expect(page_of_many.locator("canvas.large")).to_be_hidden()
    found = until(page_of_many, lambda found: found[QUADS[4]] > 100)
    assert found[QUADS[2]] == 0
    page_of_many.locator("[data-key=quad-4]").uncheck()
    settle(page_of_many)
    expect(page_of_many.locator("canvas.large")).to_be_visible()
