"""The pages in Debian's Chromium, on real servers over small stores.

One browser and a few servers serve the whole run. A page that asks another host for anything, or writes an error into
the console that its test did not announce, fails its test.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect, sync_playwright

from api import demo
from api.service import Service
from extract.model import (
    PLOVER_TYPES,
    Actor,
    ActorMention,
    CodedDocument,
    Document,
    Event,
    Sentence,
    Span,
    When,
)
from extract.pipeline import Extractor

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = (
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *(
        "--disable-component-update",
        "--disable-sync",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
    ),
)
TOKEN = "0123456789abcdef"
HOSTILE = Actor("---", None, "<img src=x onerror=alert(1)>", "UnknownActor")
DOVE = Actor("---", None, "🕊 Peace “&” Co.", "NonGovernmentalOrganization")
CAMEO = {"ACCUSE": "111", "CONSULT": "040", "COERCE": "173", "AID": "071"}


def reported(
    source: Actor, words: str, target: Actor, kind: str, day: dt.date, before: str = ""
) -> CodedDocument:
    """A document of one sentence ``source words target.``, behind ``before``, and its event."""
    sentence = f"{source.name} {words} {target.name}."
    start = len(before)
    trigger = start + len(source.name) + 1
    aim = trigger + len(words) + 1
    event = Event(
        source=ActorMention(source, Span(source.name, start, start + len(source.name))),
        relation=words.split()[0],
        type=kind,
        mode=None,
        contexts=(),
        cameo=CAMEO[kind],
        quad=PLOVER_TYPES[kind],
        goldstein=1.0,
        target=ActorMention(target, Span(target.name, aim, aim + len(target.name))),
        modality="actual",
        negated=False,
        date=When(day, day + dt.timedelta(days=1), "day", "expression"),
        place=None,
        attribution=None,
        sentence=Sentence(1, Span(sentence, start, start + len(sentence))),
        trigger=Span(words, trigger, trigger + len(words)),
        rule=f"{words.split()[0]}.v.1",
        confidence=0.8,
    )
    name = f"{source.name}-{words}-{target.name}-{day}-{len(before)}".replace("/", " ")
    url = "javascript:alert(1)" if source is HOSTILE else "https://example.org/a?b=1&c=<d>"
    known: dict[str, Any] = {
        "title": f"About {source.name}",
        "date": day,
        "publisher": "Fjord <b>Wire</b>",
        "url": url,
    }
    return CodedDocument(Document(name, before + sentence, **known), (event,))


def hostile() -> list[CodedDocument]:
    """Names that would be markup, characters that JavaScript counts double, and an edge with many events."""
    day = dt.date(2024, 3, 1)
    many = [reported(HOSTILE, "accuse", DOVE, "ACCUSE", day + dt.timedelta(days=n), "🕊🕊 ") for n in range(25)]
    again = [reported(DOVE, "aid", HOSTILE, "AID", day, "x" * n) for n in range(3)]
    return many + again


def ring(size: int = 230) -> list[CodedDocument]:
    """Actors in a ring, each of which meets the three behind it: whoever is opened brings new neighbors."""
    actors = [Actor("MNC", None, f"Company {number:03}", "Company") for number in range(size)]
    day = dt.date(2024, 1, 1)
    return [
        reported(one, "meet", actors[(place + step) % size], "CONSULT", day + dt.timedelta(days=place))
        for place, one in enumerate(actors)
        for step in (1, 2, 3)
    ]


def crowd(size: int = 700) -> list[CodedDocument]:
    """So many actors, and three times as many links between them, by four kinds of events: more than sigma draws."""
    actors = [Actor("MNC", None, f"Company {number:03}", "Company") for number in range(size)]
    kinds = ("CONSULT", "AID", "ACCUSE", "COERCE")
    day = dt.date(2024, 1, 1)
    return [
        _together(
            [
                reported(one, "deal with", actors[(place * factor + step) % size], kinds[step], day)
                for factor, step in ((1, 1), (7, 2), (31, 3))
                if actors[(place * factor + step) % size] != one
            ]
        )
        for place, one in enumerate(actors)
    ]


def _together(coded: list[CodedDocument]) -> CodedDocument:
    """One document with the events of several: it is stored faster."""
    text, events = "", []
    for one in coded:
        (event,) = one.events
        events.append(_moved(event, len(text), len(events) + 1))
        text += one.document.text + " "
    return CodedDocument(replace(coded[0].document, text=text.rstrip()), tuple(events))


def _moved(event: Event, by: int, sentence: int) -> Event:
    """The event where its sentence begins ``by`` characters later."""

    def span(one: Span) -> Span:
        return Span(one.text, one.start + by, one.end + by)

    assert event.source
    assert event.target
    return replace(
        event,
        source=replace(event.source, span=span(event.source.span)),
        target=replace(event.target, span=span(event.target.span)),
        trigger=span(event.trigger),
        sentence=Sentence(sentence, span(event.sentence.span)),
    )


class Served:
    """A server of a store that has said its address."""

    def __init__(self, store: Path, *options: str, token: str | None = None) -> None:
        command = [
            Path(sys.executable).with_name("whowhom"),
            "serve",
            "--store",
            store,
            "--port",
            "0",
            *options,
        ]
        environment = os.environ | ({"WHOWHOM_UPDATE_TOKEN": token} if token else {})
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        assert self._process.stdout is not None
        found = re.search(r"http://[\w.]+:\d+", self._process.stdout.readline())
        assert found
        self.address = found[0]

    def stop(self) -> None:
        """Ends the server; harmless the second time."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=30)


Serve = Callable[..., Served]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Starts a server over a store, with options of the command: ``serve(store, "--workers", "1")``."""
    started: list[Served] = []

    def start(store: Path, *options: str, token: str | None = None) -> Served:
        started.append(Served(store, *options, token=token))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def demo_server(serve: Serve, extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server over the demo's store with hostile names beside it."""
    store = tmp_path_factory.mktemp("web") / "demo"
    with Service(store, create=True) as service:
        service.load(list(extractor.extract(demo._packaged())) + hostile(), model=extractor.model)
    return serve(store).address


@pytest.fixture(scope="session")
def ring_server(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    store = tmp_path_factory.mktemp("web") / "ring"
    with Service(store, create=True) as service:
        service.load(ring())
    return serve(store).address


@pytest.fixture(scope="session")
def crowd_server(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    store = tmp_path_factory.mktemp("web") / "crowd"
    with Service(store, create=True) as service:
        service.load(crowd())
    return serve(store).address


@pytest.fixture(scope="session")
def writable_server(serve: Serve, extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server over the demo's store that takes writes with :data:`TOKEN`."""
    store = tmp_path_factory.mktemp("web") / "writable"
    with Service(store, create=True) as service:
        service.load(list(extractor.extract(demo._packaged())), model=extractor.model)
    return serve(store, "--allow-update", token=TOKEN).address


@pytest.fixture(scope="session")
def token() -> str:
    """The token of ``writable_server``."""
    return TOKEN


@pytest.fixture(scope="session")
def empty_server(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    store = tmp_path_factory.mktemp("web") / "empty"
    with Service(store, create=True):
        pass
    return serve(store).address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


class Visit:
    """A page on one of the servers, watched."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.page: Page = context.new_page()
        self.server = server
        self.faults: list[str] = []
        self.allowed: list[str] = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self._note("error", f"uncaught: {error}"))
        self.page.on(
            "dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )
        context.route(lambda url: not url.startswith((server, "blob:", "data:")), self._elsewhere)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(re.search(pattern, text) for pattern in self.allowed):
            self.faults.append(f"{kind}: {text}")

    def _elsewhere(self, route: Route) -> None:
        self.faults.append(f"asked another host: {route.request.url}")
        route.abort()

    def allow(self, *patterns: str) -> None:
        """Console messages that this test brings about."""
        self.allowed += patterns

    def open(self, view: str = "", *, settled: bool = True) -> Visit:
        """Loads the explorer with a view in its address, and waits until it is shown."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.server}/#{view}" if view else f"{self.server}/")
        return self.settle() if settled else self

    def turn(self, view: str = "") -> Visit:
        """Shows a view in the page that is there, as its back button would; loads the page the first time."""
        if urlsplit(self.page.url)[:3] != urlsplit(f"{self.server}/")[:3]:
            return self.open(view)
        self.page.evaluate(
            """(hash) => {
              document.activeElement.blur();
              document.querySelector('.search-input').value = '';
              history.pushState({depth: 0}, '', hash || location.pathname);
              dispatchEvent(new PopStateEvent('popstate', {state: {depth: 0}}));
            }""",
            f"#{view}" if view else "",
        )
        return self.settle()

    def settle(self) -> Visit:
        """Waits until nothing is being loaded any more and the picture stands."""
        self.page.locator(".canvas[aria-busy=false][data-ready=true]").wait_for(state="attached")
        return self

    def wait_for(self, part: str) -> None:
        """Waits until the address has a part."""
        expect(self.page).to_have_url(re.compile(re.escape(part)))

    def button(self, name: str, *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    @property
    def status(self) -> str:
        return self.page.locator(".status-line").inner_text()

    @property
    def view(self) -> str:
        return urlsplit(self.page.url).fragment

    def rows(self) -> list[list[str]]:
        """The cells of the table."""
        lines = self.page.locator("tbody tr").all()
        return [[" ".join(cell.split()) for cell in line.locator("td").all_text_contents()] for line in lines]

    def listed(self) -> list[str]:
        """The names in the list of actors."""
        return self.page.locator(".actor-item .actor-name").all_text_contents()

    def download(self, kind: str) -> bytes:
        """What the save menu gives under a name."""
        self.page.get_by_role("button", name="Save or share what is shown").click()
        with self.page.expect_download() as download:
            self.page.locator(f"[data-save={kind}]").click()
        return Path(download.value.path()).read_bytes()

    def axe(self) -> list[str]:
        """What axe-core finds wrong."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE.read_text())
        self.page.evaluate(
            "() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)))"
        )
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {node['html'][:160]} {json.dumps(node['any'][:1])[:300]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a page in a browser of its own: ``visit(server, **options of the context)``."""
    opened: list[tuple[BrowserContext, Visit]] = []

    def start(server: str, **options: Any) -> Visit:
        size = {"width": 1360, "height": 820}
        context = browser.new_context(**{"viewport": size, "reduced_motion": "reduce"} | options)
        context.set_default_timeout(10_000)
        one = Visit(context, server)
        opened.append((context, one))
        return one

    yield start
    faults = [fault for _, one in opened for fault in one.faults]
    for context, _ in opened:
        context.close()
    assert faults == []


@pytest.fixture(scope="module")
def shared(browser: Browser, demo_server: str) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1360, "height": 820}, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield Visit(context, demo_server)
    context.close()


@pytest.fixture
def explorer(shared: Visit) -> Iterator[Visit]:
    """A page on the demo's server that the tests of a module share; each turns it to a view of its own."""
    yield shared
    faults, shared.faults, shared.allowed = shared.faults, [], []
    assert faults == []
