"""The explorer in headless Chromium: ``python -m bench web``.

Four figures, each the median of some runs, in a browser context of its own (nothing is in a cache):

- *cold load*: from the navigation to the frame in which the network of a store of generated events is drawn;
- *expand of a hub*: from the click on one of the busiest actors to the frame in which its neighbors are drawn;
- *a large network* (as many actors and links as are drawn at most): the longest task of the main thread from the load
  of the page until the network is drawn, and while it is panned; frames a second while it is panned by the pointer;
- *budget*: what the page and all that it loads are together when they are compressed (``node budget.mjs``).

Chromium runs as it does on a machine without a graphics card: pages are put together by the processor, WebGL is drawn
by SwiftShader. The load average stands beside the figures: on a busy machine they say little.

::

    python -m bench web --keep FOLDER --json FILE
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench import servers
from bench.prepare import LINKS, ROOT, Prepared

Report = dict[str, Any]

EVENTS, RUNS = 100_000, 5
HUBS = 5
LARGE = f"limit={LINKS}"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader")
SIZE = {"width": 1360, "height": 820}
PAN_STEPS = 120
"""Movements of the pointer in a pan."""

ASKED = {
    "cold load ms": 1200,
    "expand ms": 300,
    "frames a second while panned": 30,
    "longest task ms": 100,
    "compressed bytes": 450_000,
}

WATCH = """
window.tasks = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) window.tasks.push([startTime, duration]);
}).observe({ type: 'longtask', buffered: true });
window.frame = () => new Promise(requestAnimationFrame);
// Ready is told when the network is given to sigma, which draws in the next frame; then one more comes.
window.drawn = async () => {
  while (!document.querySelector('.canvas[aria-busy=false][data-ready=true]')) await window.frame();
  await window.frame();
  await window.frame();
  return performance.now();
};
"""
EXPAND = """async (place) => {
  const button = document.querySelectorAll('.actor-item')[place];
  const start = performance.now();
  button.click();
  return [(await window.drawn()) - start, document.querySelectorAll('.actor-item').length];
}"""
COUNT_FRAMES = """() => {
  window.frames = [];
  const step = (now) => { window.frames.push(now); window.counting = requestAnimationFrame(step); };
  window.counting = requestAnimationFrame(step);
}"""
STOP_COUNTING = "() => { cancelAnimationFrame(window.counting); return window.frames; }"
TASKS = "([from, to]) => window.tasks.filter(([at]) => at >= from && at <= to).map(([, took]) => took)"
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"


@contextmanager
def visited(browser: Browser, address: str) -> Iterator[Page]:
    """A page that was never seen before."""
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    yield page
    context.close()


def cold(browser: Browser, address: str) -> Report:
    """Milliseconds from the navigation until the network is drawn."""
    with visited(browser, address) as page:
        took: float = page.evaluate("drawn()")
        return {"cold load ms": took, "longest task of it ms": _longest(page, 0, took)}


def expand(browser: Browser, address: str, hub: int) -> Report:
    """Milliseconds from a click on a busy actor until its neighbors are drawn."""
    with visited(browser, address) as page:
        page.evaluate("drawn()")
        before = page.locator(".actor-item").count()
        took, after = page.evaluate(EXPAND, hub)
        return {"expand ms": took, "actors added": after - before}


def large(browser: Browser, address: str) -> Report:
    """The large network: how long until it is drawn, the longest tasks, and the frames while it is panned."""
    with visited(browser, f"{address}/#{LARGE}") as page:
        drawn: float = page.evaluate("drawn()")
        loading = _longest(page, page.evaluate(LOADED), drawn)
        start = page.evaluate("performance.now()")
        rate = _pan(page)
        page.evaluate(
            "new Promise((done) => setTimeout(done, 500))"
        )  # it is drawn anew when the pointer rests
        panning = _longest(page, start, page.evaluate("performance.now()"))
        label = page.locator(".stage").get_attribute("aria-label") or ""
        found = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+(?= actor| link)", label)]
        return {
            "drawn after ms": drawn,
            "longest task ms": loading,
            "longest task while panned ms": panning,
            "frames a second while panned": rate,
            "actors": found[0],
            "links": found[1],
        }


def _pan(page: Page) -> float:
    """Frames a second while the pointer drags the network to and fro."""
    box = page.locator(".stage").bounding_box()
    assert box is not None
    x, y = box["x"] + 6, box["y"] + box["height"] / 2  # at the border, where no actor is: it would be dragged
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4, y + 4)
    page.evaluate(COUNT_FRAMES)
    for step in range(PAN_STEPS):
        way = step if step < PAN_STEPS / 2 else PAN_STEPS - step
        page.mouse.move(x + 4 + 3 * way, y + 4 + 2 * way)
    frames: list[float] = page.evaluate(STOP_COUNTING)
    page.mouse.up()
    return 1000 * (len(frames) - 1) / (frames[-1] - frames[0])


def _longest(page: Page, start: float, end: float) -> float:
    """The longest task that began in a stretch of time; what is not above 50 ms is not told by the browser."""
    return max(page.evaluate(TASKS, [start, end]), default=50.0)


def budget() -> int:
    """Bytes of the explorer, compressed; raises RuntimeError where there are no pages."""
    environment = os.environ | {"PYTHON": sys.executable}
    command = [ROOT / "web" / "npm.sh", "exec", "--offline", "--call", "node budget.mjs"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"index\.html: (\d+) bytes", said.stdout)
    if found is None:
        raise RuntimeError(f"node budget.mjs says {said.stdout + said.stderr!r}. Build the pages: make web")
    return int(found[1])


def measure(stores: Prepared, runs: int, say: Callable[[str], None]) -> Report:
    """The report."""
    report: Report = {"cores": os.cpu_count(), "load average before": os.getloadavg()[0], "runs": runs}
    events, network = stores.whowhom, stores.network
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        report["browser"] = f"Chromium {browser.version}, SwiftShader"
        with servers.whowhom(events) as server:
            address = f"http://127.0.0.1:{server.port}/"
            say("cold load …")
            report["first load of a server ms"] = cold(browser, address)["cold load ms"]
            report["cold load"] = [cold(browser, address) for _ in range(runs)]
            say("expand …")
            report["expand"] = [expand(browser, address, hub) for hub in range(HUBS)]
        with servers.whowhom(network) as server:
            say("a large network …")
            report["large"] = [large(browser, f"http://127.0.0.1:{server.port}") for _ in range(runs)]
        browser.close()
    report["compressed bytes"] = budget()
    report["load average after"] = os.getloadavg()[0]
    return report


def table(report: Report) -> list[str]:
    """The report as lines of Markdown."""

    def row(what: str, found: list[float], asked: str = "") -> str:
        middle, least, most = statistics.median(found), min(found), max(found)
        return f"| {what} | {asked} | {middle:,.0f} | {least:,.0f} to {most:,.0f} |"

    def rows(part: str, names: dict[str, str]) -> list[str]:
        return [
            row(what, [one[name] for one in report[part]], asked) for (name, asked), what in _asked(names)
        ]

    large = report["large"][0]
    before, after = report["load average before"], report["load average after"]
    return [
        f"{report['browser']}; {report['cores']} cores, load average {before:.1f} before, {after:.1f} after.",
        "",
        f"| | asked | median of {report['runs']} | all |",
        "|---|---|---|---|",
        row("first load of a server, ms", [report["first load of a server ms"]]),
        *rows("cold load", {"cold load ms": "cold load to the first picture, ms"}),
        *rows(
            "expand",
            {"expand ms": f"expand of a hub to drawn ({HUBS} hubs), ms", "actors added": "actors added"},
        ),
        *rows(
            "large",
            {
                "drawn after ms": f"{large['actors']:,} actors, {large['links']:,} links: drawn after, ms",
                "longest task ms": "longest task from the load of the page until that, ms",
                "longest task while panned ms": "longest task while it is panned, ms",
                "frames a second while panned": "frames a second while it is panned",
            },
        ),
        row("explorer, compressed bytes", [report["compressed bytes"]], "≤ 450,000"),
    ]


def _asked(names: dict[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Each figure with the bound that is asked of it."""
    for name, what in names.items():
        bound = ASKED.get(name.replace(" while panned ms", " ms"))
        sign = "≥" if name.startswith("frames") else "≤"
        yield (name, f"{sign} {bound:,}" if bound else ""), what


def main(arguments: list[str]) -> None:
    """Prints the table; with ``--json`` the report goes into a file, too."""
    parser = argparse.ArgumentParser(prog="python -m bench web", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help="of the store")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--keep", type=Path, help="a folder for the stores, which are made once")
    parser.add_argument("--json", type=Path, help="write the report into a file")
    asked = parser.parse_args(arguments)

    def say(words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        report = measure(Prepared(asked.keep or Path(folder), asked.events, say), asked.runs, say)
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1), "utf-8")
    print("\n".join(table(report)))
