"""Every state of the explorer says what happened and what to do, is accessible, and fits where it is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

OVERVIEW = re.compile("/api/v1/overview")


def problem(status: int, detail: str) -> Callable[[Route], None]:
    body = json.dumps({"type": "about:blank", "title": "t", "status": status, "detail": detail})
    return lambda route: route.fulfill(status=status, content_type="application/problem+json", body=body)


STATES = {
    "overview": ("", None, "nothing left out"),
    "table": ("show=table", None, None),
    "actor": ("actor=KOR&select=KOR", None, None),
    "evidence": ("link=NOR&link=BLR", None, None),
    "nothing-matches": ("weight=90", None, "Nothing matches"),
    "unknown-actor": ("actor=KORR", None, "Did you mean"),
    "gone": ("", lambda route: route.abort(), "The server does not answer"),
    "timeout": ("", problem(504, "The deadline passed."), "That took too long"),
    "failed": ("", problem(500, "no"), "The server failed"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_a_state_is_told_and_accessible(
    visit: Callable[..., Any], demo_server: str, state: str, scheme: str
) -> None:
    view, answer, words = STATES[state]
    one = visit(demo_server, color_scheme=scheme, bypass_csp=True)
    one.allow("Failed to load resource")
    if answer:
        one.page.route(OVERVIEW, answer)
    one.open(view)
    if words:
        expect(one.page.locator("main")).to_contain_text(words)
    if "link" in view:
        expect(one.page.locator(".card").first).to_be_visible()
    one.page.wait_for_load_state("networkidle")
    assert one.axe() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_empty_store_says_how_to_fill_it(
    visit: Callable[..., Any], empty_server: str, scheme: str
) -> None:
    one = visit(empty_server, color_scheme=scheme, bypass_csp=True).open()
    notice = one.page.locator(".notice")
    expect(notice).to_contain_text("The store is empty")
    expect(notice.locator("code")).to_contain_text("whowhom ingest --store STORE article.txt")
    assert one.axe() == []


def test_a_server_that_comes_back_is_asked_again(visit: Callable[..., Any], demo_server: str) -> None:
    one = visit(demo_server)
    one.allow("Failed to load resource")
    one.page.route(OVERVIEW, lambda route: route.abort())
    one.open()
    one.page.unroute(OVERVIEW)
    one.button("Try again").click()
    expect(one.page.locator(".status-line")).to_contain_text("relations between")
    expect(one.page.locator(".notice")).to_be_hidden()


def test_what_was_shown_stays_when_the_server_goes(explorer: Any) -> None:
    explorer.turn()
    explorer.allow("Failed to load resource")
    listed = explorer.listed()
    explorer.page.route(re.compile("confidence"), lambda route: route.abort())
    explorer.page.locator("#slider-confidence").press("ArrowRight")
    expect(explorer.page.locator(".notice")).to_contain_text("The server does not answer")
    assert explorer.listed() == listed
    explorer.page.unroute(re.compile("confidence"))


def test_filters_that_let_nothing_pass_are_reset_by_a_click(explorer: Any) -> None:
    explorer.turn("weight=90")
    explorer.button("Reset the filters").click()
    expect(explorer.page.locator(".status-line")).to_contain_text("nothing left out")
    expect(explorer.page.locator(".notice")).to_be_hidden()


def test_the_theme_is_the_systems_until_one_chooses(visit: Callable[..., Any], demo_server: str) -> None:
    one = visit(demo_server, color_scheme="dark").open()
    ground = "getComputedStyle(document.body).backgroundColor"
    assert one.page.evaluate(ground) == "rgb(18, 23, 29)"
    one.button("Use the light theme").click()
    assert one.page.evaluate(ground) == "rgb(255, 255, 255)"
    one.open()
    assert one.page.evaluate(ground) == "rgb(255, 255, 255)"


@pytest.mark.parametrize(
    "view", ["", "show=table", "link=NOR&link=BLR"], ids=["network", "table", "evidence"]
)
def test_it_fits_a_narrow_screen(visit: Callable[..., Any], demo_server: str, view: str) -> None:
    one = visit(demo_server, viewport={"width": 390, "height": 800}, bypass_csp=True).open(view)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("Filters", "Read a text", "Save or share what is shown"):
        box = one.button(name).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    if not view:
        one.button("Filters").click()
        one.page.locator("[data-key=quad-4]").check()
        expect(one.page.locator(".status-line")).to_contain_text("filters show")
    assert one.axe() == []


def test_every_control_is_reached_by_keyboard_and_shows_the_focus(explorer: Any) -> None:
    explorer.turn("select=KOR")
    page = explorer.page
    page.locator(".brand").focus()
    seen: list[str] = []
    for _ in range(140):
        page.keyboard.press("Tab")
        name, shown = page.evaluate(
            """() => {
              const one = document.activeElement;
              if (one === document.body) return ['', true];
              const style = getComputedStyle(one);
              const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
              const around = one.closest('.search') && getComputedStyle(one.closest('.search')).outlineStyle !== 'none';
              return [one.getAttribute('aria-label') || one.dataset.key || one.id || one.textContent, ring || !!around];
            }"""
        )
        if name == "" or (seen and name == seen[0]):
            break
        assert shown, name
        seen.append(name)
    wanted = ("Search actors", "Read a text", "quad-4", "slider-weight", "First month", "Last month", "Play")
    assert [name for name in wanted if name not in seen] == []
    assert any(name.startswith("Network of") for name in seen)


def test_two_hundred_expansions_leave_the_memory_bounded(visit: Callable[..., Any], ring_server: str) -> None:
    ring = visit(ring_server, viewport={"width": 600, "height": 420}).open("limit=1&actor=MNC-company-000")
    session = ring.page.context.new_cdp_session(ring.page)

    def used() -> int:
        session.send("HeapProfiler.collectGarbage")
        size: int = session.send("Runtime.getHeapUsage")["usedSize"]
        return size

    before = used()
    opened = ring.page.evaluate(
        """async () => {
          const wait = () => new Promise((done) => setTimeout(done, 1));
          for (let number = 1; number <= 200; number++) {
            const view = new URLSearchParams(location.hash.slice(1));
            view.append('open', `MNC-company-${String((number * 3) % 230).padStart(3, '0')}`);
            history.pushState({depth: number}, '', '#' + view);
            dispatchEvent(new PopStateEvent('popstate', {state: {depth: number}}));
            do await wait(); while (document.querySelector('.canvas').dataset.ready !== 'true');
          }
          return document.querySelectorAll('.actor-item').length;
        }"""
    )
    ring.settle()
    assert opened > 100
    assert used() - before < 40 * 2**20
