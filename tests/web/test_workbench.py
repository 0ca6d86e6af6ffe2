"""The workbench in a browser, on the real server with the demo's store: what it offers, and each state it can be in.

A request to another host, an error of a script or a refusal of the policy fails every test; a failed request does
where the test does not expect it.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from api import demo
from api.queries import examples
from api.service import Service
from extract.model import CodedDocument
from extract.pipeline import Extractor

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PLAIN = "SELECT ?s ?t { ?s rel:pressure ?t }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (STR(?a) = STR(?i)) }"
EVIL = '<img src=x onerror="document.title=1">'
QUERIES = {one.name: one.query for one in examples()}
MOST_ROWS = 2000
LIMITS = ("--workers", "1", "--max-rows", str(MOST_ROWS))
REFUSED = re.compile(r"Failed to load resource: (?:the server responded with a status of \d+|net::ERR_)")


# --- a store, and a server with limits that a test reaches; the browser is that of all pages


@pytest.fixture(scope="module")
def store(extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store, with one actor more whose name is markup."""
    path = tmp_path_factory.mktemp("workbench") / "store"
    coded = [one for one in extractor.extract(demo._packaged()) if isinstance(one, CodedDocument)]
    first = next(event for event in coded[0].events if event.source and event.target)
    assert first.source is not None
    source = dataclasses.replace(
        first.source, actor=dataclasses.replace(first.source.actor, code="---", name=f"Evil {EVIL}")
    )
    evil = CodedDocument(
        dataclasses.replace(coded[0].document, id="evil"), (dataclasses.replace(first, source=source),)
    )
    with Service(path, create=True) as service:
        assert service.load([*coded, evil], model=extractor.model).failures == []
    return path


@pytest.fixture(scope="module")
def address(store: Path, serve: Callable[..., Any]) -> str:
    return str(serve(store, *LIMITS).address)


@dataclasses.dataclass
class Bench:
    """The open page."""

    page: Page
    address: str
    failures_expected: bool = False

    def open(self, query: str | None = None, **place: str) -> None:
        """The page with a query in its address, once its answer is there."""
        self.page.goto(
            f"{self.address}/workbench" + (f"#{urlencode({'query': query} | place)}" if query else "")
        )
        self.settle()

    def settle(self) -> None:
        """Returns when nothing is asked any more."""
        expect(self.page.locator(".panel")).to_have_attribute("aria-busy", "false")
        expect(self.page.locator(".waiting")).to_have_count(0)

    def write(self, text: str) -> None:
        """Puts the cursor into the editor and types in the place of all that stands there."""
        self.page.locator(".CodeMirror").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    @property
    def text(self) -> str:
        return str(self.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()"))

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()
        self.settle()

    def rows(self) -> list[list[str]]:
        cells = self.page.locator(".panel tbody tr")
        return [row.split("\t") for row in cells.all_inner_texts()]


@pytest.fixture
def bench(browser: Browser, address: str) -> Iterator[Bench]:
    """The page, not open yet, which must ask nobody else and have no errors."""
    context = browser.new_context(
        color_scheme="light", viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(15_000)
    bench = Bench(page, address)
    faults: list[str] = []

    def asked(request: Request) -> None:
        if urlsplit(request.url).scheme not in ("blob", "data") and not request.url.startswith(bench.address):
            faults.append(f"asked {request.url}")

    def told(kind: str, words: str) -> None:
        if kind == "error" and not (bench.failures_expected and REFUSED.match(words)):
            faults.append(words)

    page.on("request", asked)
    page.on("console", lambda message: told(message.type, message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield bench
    context.close()
    assert faults == []


def axe(page: Page) -> list[str]:
    """What axe finds wrong on the page as it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


# --- examples, answers, views


def test_it_starts_with_the_answer_to_the_first_example(bench: Bench) -> None:
    bench.open()
    assert bench.text == PLAIN
    assert ["actor:KOR", "actor:PRK"] in bench.rows()
    expect(bench.page.get_by_role("status")).to_contain_text(re.compile(r"3 rows in \d+\.\d\d s"))
    expect(bench.page.locator(".lesson")).to_contain_text(examples()[0].explanation)


def test_every_example_is_in_the_menu_and_one_is_run_by_choosing_it(bench: Bench) -> None:
    bench.open()
    items = bench.page.locator(".shelf-title")
    expect(items).to_have_text([one.title for one in examples()])
    bench.page.get_by_role("button", name="Who acts most").click()
    bench.settle()
    assert bench.text == QUERIES["most-active"]
    assert ["Norway", "8"] in bench.rows()


def test_a_column_sorts_up_and_down(bench: Bench) -> None:
    bench.open(QUERIES["strongest-relations"])
    head = bench.page.get_by_role("button", name="weight")
    numbers: list[list[int]] = []
    for order in ("ascending", "descending"):
        head.click()
        expect(bench.page.get_by_role("columnheader", name="weight")).to_have_attribute("aria-sort", order)
        numbers.append([int(row[3]) for row in bench.rows()])
    assert numbers[0] == sorted(numbers[0])
    assert numbers[1] == sorted(numbers[1], reverse=True)


def test_an_iri_leads_to_what_the_graph_says_of_it_and_back(bench: Bench) -> None:
    bench.open(PLAIN)
    bench.page.get_by_role("link", name="actor:KOR").first.click()
    expect(bench.page.locator(".status")).to_contain_text("triples")
    assert "DESCRIBE <https://w3id.org/whowhom/id/actor/KOR>" in bench.text
    assert ["actor:KOR", "rdfs:label", "South Korea"] in bench.rows()
    bench.page.go_back()
    expect(bench.page.locator(".status")).to_contain_text("rows")
    assert bench.text == PLAIN


def test_a_long_answer_is_shown_in_parts(bench: Bench) -> None:
    bench.open("SELECT ?s { ?s ?p ?o } LIMIT 450")
    assert len(bench.rows()) == 200
    bench.page.get_by_role("button", name="Show 200 more").click()
    bench.page.get_by_role("button", name="Show 50 more").click()
    assert len(bench.rows()) == 450


def test_a_chart_of_months_has_a_line_for_each_quad_class(bench: Bench) -> None:
    bench.open(QUERIES["timeline"], view="chart")
    assert bench.page.locator(".picture .line").count() == 4
    expect(
        bench.page.get_by_role("img", name=re.compile("^Line chart of events along month"))
    ).to_be_visible()
    expect(bench.page.locator(".legend li")).to_have_count(4)
    expect(bench.page.locator(".picture .dot title")).to_contain_text(["material conflict, 2022-01: 1"])


def test_the_reader_chooses_what_a_chart_shows(bench: Bench) -> None:
    bench.open(QUERIES["places"], view="chart")
    bench.page.get_by_label("Height").select_option("events")
    expect(bench.page.get_by_role("img", name=re.compile("^Bar chart of events along where"))).to_be_visible()
    names = bench.page.locator(".picture .tick-left title").all_text_contents()
    assert "Jakarta" in names
    assert bench.page.locator(".bar-fill").count() == len(set(names)) == 9


def test_a_network_is_drawn_where_the_columns_fit(bench: Bench) -> None:
    loaded: list[str] = []
    bench.page.on("response", lambda response: loaded.append(urlsplit(response.url).path))
    bench.open(QUERIES["strongest-relations"])
    assert not any("/network-" in path for path in loaded)
    bench.tab("Network")
    picture = bench.page.get_by_role("img", name=re.compile(r"^Network of \d+ nodes and 60 links"))
    expect(picture.locator("canvas").first).to_be_attached()
    assert any("/network-" in path for path in loaded)
    drawn = picture.screenshot()
    bench.page.get_by_role("button", name="Nearer").click()
    assert picture.screenshot() != drawn
    bench.page.get_by_role("button", name="The whole network").click()
    expect(bench.page.locator(".dealings")).to_contain_text("Point at a node")


def test_the_network_is_walked_by_arrow_keys_in_its_list(bench: Bench) -> None:
    bench.open(QUERIES["strongest-relations"], view="network")
    bench.page.locator(".network[data-ready=true]").wait_for()
    bench.page.locator(".actor-item", has_text="Belarus").first.focus()
    expect(bench.page.locator(".dealings")).to_contain_text("Norway → Belarus: summon 2")
    bench.page.keyboard.press("ArrowRight")
    expect(bench.page.locator(".actor-panel h2")).to_have_text("Neighbors of Belarus")
    bench.page.keyboard.press("ArrowDown")
    other = str(bench.page.evaluate("document.activeElement.dataset.id"))
    assert other != "Belarus"
    expect(bench.page.locator(".dealings")).to_contain_text(other)
    bench.page.keyboard.press("ArrowLeft")
    assert bench.page.evaluate("document.activeElement.dataset.id") == "Belarus"


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("Chart", "A chart needs a column of numbers"),
        ("Network", "A network needs the columns source and target"),
    ],
)
def test_what_does_not_fit_is_told(bench: Bench, view: str, words: str) -> None:
    bench.open("SELECT ?name { ?actor rdfs:label ?name } LIMIT 3")
    bench.tab(view)
    expect(bench.page.locator(".panel")).to_contain_text(words)


def test_raw_answers_and_the_turtle_of_a_graph(bench: Bench) -> None:
    bench.open(PLAIN, view="raw")
    assert json.loads(bench.page.locator(".panel .raw").inner_text())["head"]["vars"] == ["s", "t"]
    bench.write(QUERIES["graph-of-conflict"])
    bench.page.keyboard.press("Control+Enter")
    expect(bench.page.locator(".panel .raw")).to_contain_text("@prefix ww:")


def test_the_plan_tells_operators_with_rows_and_time(bench: Bench) -> None:
    bench.open(QUERIES["a-dyad"])
    bench.tab("Plan")
    rows = bench.rows()
    assert rows[0][0].startswith("Project")
    assert {row[1] for row in rows[:2]} == {"9"}
    expect(bench.page.locator(".panel")).to_contain_text(re.compile(r"9 rows, planned in [\d.,]+ ms"))


@pytest.mark.parametrize(("target", "words"), [("PRK", "Yes"), ("NOR", "No")])
def test_a_question_is_answered_by_yes_or_no(bench: Bench, target: str, words: str) -> None:
    bench.open(f"ASK {{ actor:KOR rel:pressure actor:{target} }}")
    expect(bench.page.locator(".truth")).to_have_text(words)


@pytest.mark.parametrize(
    ("name", "query", "ending", "begins"),
    [
        ("CSV", PLAIN, "csv", "s,t"),
        ("TSV", PLAIN, "tsv", "?s\t?t"),
        ("JSON", PLAIN, "json", '{"head":'),
        ("Turtle", QUERIES["graph-of-conflict"], "ttl", "@prefix"),
        ("N-Triples", QUERIES["graph-of-conflict"], "nt", "<https://"),
        ("JSON-LD", QUERIES["graph-of-conflict"], "jsonld", "["),
    ],
)
def test_answers_are_downloaded(bench: Bench, name: str, query: str, ending: str, begins: str) -> None:
    bench.open(query)
    with bench.page.expect_download() as download:
        bench.page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"answer.{ending}"
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith(begins)


# --- writing


@pytest.mark.parametrize(
    ("typed", "shown", "picked"),
    [
        ("SELECT * { ?s rel:pressu", "rel:pressure", "rel:pressure"),
        ("SELECT * { ?s ww:targetM", "ww:targetMention", "ww:targetMention"),
        ("SELECT * { actor:south_ko", "South Korea", "actor:KOR"),
        ("SELECT ?target { ?tar", "?target", "?target"),
        ('SELECT * { ?e ww:modality "pla', "planned", '"planned"'),
    ],
    ids=["action", "term", "actor", "variable", "value"],
)
def test_names_are_completed(bench: Bench, typed: str, shown: str, picked: str) -> None:
    bench.open()
    bench.write(typed)
    option = bench.page.get_by_role("option").filter(has_text=shown)
    expect(option.first).to_be_visible()
    bench.page.keyboard.press("Enter")
    assert bench.text.endswith(picked)


def test_ctrl_space_completes_a_word_by_actors_actions_and_terms(bench: Bench) -> None:
    bench.open()
    bench.write("SELECT * { ?s ?p norw")
    expect(bench.page.get_by_role("option")).to_have_count(0)
    bench.page.keyboard.press("Control+ ")
    expect(bench.page.get_by_role("option").first).to_contain_text("Norway")
    bench.page.keyboard.press("Enter")
    assert bench.text.endswith("?p actor:NOR")


def test_prefixes_are_known_and_what_is_wrong_is_marked_while_one_types(bench: Bench) -> None:
    bench.open()
    bench.write("SELECT * { ?s rel:pressure actor:PRK }")
    expect(bench.page.locator(".error-mark")).to_have_count(0)
    bench.write("SELECT * { ?s foo:bar ?t }")
    expect(bench.page.locator(".error-mark")).to_have_attribute("title", re.compile("foo"))


@pytest.mark.parametrize(
    ("query", "back", "words"),
    [
        ("SELECT * { ?e ww:target ?t }", 6, "Who is acted on."),
        ("SELECT * { ?s rel:pressure ?t }", 6, "REQUEST, verbal conflict, 3 events"),
        ("SELECT * { ?s ?p actor:NOR }", 3, "Norway, "),
    ],
    ids=["term", "action", "actor"],
)
def test_the_name_under_the_cursor_is_explained(bench: Bench, query: str, back: int, words: str) -> None:
    bench.open()
    bench.write(query)
    for _ in range(back):
        bench.page.keyboard.press("ArrowLeft")
    expect(bench.page.locator(".meaning")).to_contain_text(words)


def test_the_query_is_formatted(bench: Bench) -> None:
    bench.open()
    bench.write("SELECT * { ?s ?p ?o . ?o ?q ?r }")
    bench.page.get_by_role("button", name="Format").click()
    assert len(bench.text.splitlines()) > 2


# --- links and history


def test_a_link_shows_the_same(bench: Bench) -> None:
    bench.open()
    bench.page.get_by_role("button", name="Conflict and cooperation over time").click()
    bench.tab("Chart")
    bench.page.get_by_label("Time limit").fill("45")
    bench.page.get_by_role("button", name="Copy link").click()
    expect(bench.page.get_by_role("status")).to_have_text("The link is copied.")
    link = str(bench.page.evaluate("navigator.clipboard.readText()"))
    bench.page.goto("about:blank")
    bench.page.goto(link)
    bench.settle()
    assert bench.text == QUERIES["timeline"]
    expect(bench.page.get_by_label("Time limit")).to_have_value("45")
    expect(bench.page.locator(".picture .line")).to_have_count(4)


def test_the_history_is_kept_in_the_browser_and_can_be_cleared(bench: Bench) -> None:
    bench.open(PLAIN)
    bench.open("ASK {}")
    bench.page.reload()
    bench.settle()
    bench.page.get_by_text("History", exact=True).click()
    items = bench.page.locator(".shelf-query")
    expect(items).to_have_text(["ASK {}", PLAIN])
    items.nth(1).click()
    bench.settle()
    assert bench.text == PLAIN
    bench.page.get_by_role("button", name="Clear").click()
    expect(items).to_have_count(0)
    assert bench.page.evaluate("localStorage.getItem('whowhom-queries')") is None


# --- what goes wrong


def test_an_error_is_told_and_marked_where_it_is(bench: Bench) -> None:
    bench.failures_expected = True
    bench.open("SELECT ?s {\n  ?s rel:pressure ?t .\n  FILTR (?s = ?t)\n}")
    notice = bench.page.locator(".notice-bad")
    expect(notice).to_contain_text("Syntax error in line 3")
    expect(bench.page.locator(".error-line")).to_have_count(1)
    expect(bench.page.locator(".error-words")).to_have_count(1)
    expect(bench.page.locator(".error-mark")).to_have_attribute("title", re.compile("line 3"))
    notice.get_by_role("button", name="Go to line 3").click()
    assert bench.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getCursor().line") == 2
    bench.page.keyboard.type(" ")
    expect(bench.page.locator(".error-line")).to_have_count(0)


def test_a_fault_before_the_place_where_the_engine_gave_up_is_told(bench: Bench) -> None:
    bench.failures_expected = True
    bench.open("SELECT ?s {\n  ?s rel:pressure ?t\n  FILTER (?s = = ?t)\n}")
    expect(bench.page.locator(".notice-bad")).to_contain_text("The fault may lie before that, in line 3.")
    expect(bench.page.locator(".error-mark")).to_have_count(2)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "does not call out"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "file"),
        ("INSERT DATA { actor:NOR rdfs:label 'x' }", "update"),
    ],
    ids=["service", "file", "update"],
)
def test_a_refused_query_is_told_why(bench: Bench, query: str, words: str) -> None:
    bench.failures_expected = True
    bench.open(query)
    expect(bench.page.locator(".notice-bad")).to_contain_text(words)


def test_nothing_found_is_told_with_advice(bench: Bench) -> None:
    bench.open("SELECT ?t { actor:NOR rel:assault ?t }")
    expect(bench.page.locator(".notice-empty")).to_contain_text("Nothing was found")
    expect(bench.page.get_by_role("status")).to_contain_text("0 rows")


def test_the_time_limit_ends_a_query_and_more_can_be_given(bench: Bench) -> None:
    bench.failures_expected = True
    bench.open(HEAVY, timeout="0.5")
    notice = bench.page.locator(".notice-bad")
    expect(notice).to_contain_text("The time was up")
    expect(notice).to_contain_text("0.5 s")
    notice.get_by_role("button", name="Run with 2 s").click()
    expect(bench.page.get_by_label("Time limit")).to_have_value("2")
    expect(notice).to_contain_text("2 s")


@pytest.mark.parametrize("given", ["0", "301", "soon", ""])
def test_a_wrong_time_limit_is_told_and_asks_nothing(bench: Bench, given: str) -> None:
    bench.open()
    asked: list[str] = []
    bench.page.on("request", lambda request: asked.append(request.url))
    bench.page.get_by_label("Time limit").fill(given)
    bench.page.get_by_role("button", name="Run", exact=True).click()
    expect(bench.page.get_by_role("alert")).to_contain_text("above 0 and up to 300")
    expect(bench.page.get_by_label("Time limit")).to_be_focused()
    assert asked == []


def test_a_query_is_cancelled_and_the_only_worker_is_free_again(bench: Bench) -> None:
    bench.open()
    bench.page.get_by_label("Time limit").fill("300")
    bench.write(HEAVY)
    bench.page.keyboard.press("Control+Enter")
    expect(bench.page.get_by_role("status")).to_have_text("Running")
    expect(bench.page.locator(".clock")).to_contain_text("1 s of 300 s at most")
    bench.page.get_by_role("button", name="Cancel").click()
    expect(bench.page.locator(".notice-cancelled")).to_contain_text("Cancelled")
    bench.write(PLAIN)
    bench.page.keyboard.press("Control+Enter")
    expect(bench.page.get_by_role("status")).to_contain_text("3 rows")


def test_the_answer_of_a_question_that_was_given_up_is_not_shown(bench: Bench) -> None:
    bench.open()
    bench.write(HEAVY)
    bench.page.keyboard.press("Control+Enter")
    bench.page.evaluate(
        "new MutationObserver(() => { window.noticed ||= document.querySelector('.notice') !== null })"
        ".observe(document.body, { childList: true, subtree: true })"
    )
    bench.write(PLAIN)
    bench.page.keyboard.press("Control+Enter")
    expect(bench.page.get_by_role("status")).to_contain_text("3 rows")
    assert bench.page.evaluate("window.noticed") is False


def test_rows_that_the_server_leaves_out_are_told(bench: Bench) -> None:
    bench.open("SELECT ?s { ?s ?p ?o }")
    expect(bench.page.locator(".cut")).to_contain_text(f"Only the first {MOST_ROWS:,} rows")
    bench.open(PLAIN)
    expect(bench.page.locator(".cut")).to_be_hidden()


def test_bytes_that_the_page_does_not_read_are_told(bench: Bench) -> None:
    """The rows are few, and each is large."""
    bench.open(
        "SELECT (CONCAT(?t, ?t, ?t, ?t, ?t, ?t, ?t, ?t, ?t, ?t, ?t, ?t) AS ?text) "
        "{ ?d a ww:Document ; ww:text ?t . ?s ?p ?o }"
    )
    expect(bench.page.locator(".cut")).to_contain_text("the page reads no more")


def test_a_store_is_empty_and_then_the_server_is_gone(
    bench: Bench, serve: Callable[..., Any], tmp_path: Path
) -> None:
    with Service(tmp_path / "empty", create=True):
        pass
    server = serve(tmp_path / "empty", *LIMITS)
    bench.address = server.address
    try:
        bench.open()
        expect(bench.page.locator(".notice-empty")).to_contain_text("Nothing was found")
    finally:
        server.stop()
    bench.failures_expected = True
    bench.write("ASK {}")
    bench.page.keyboard.press("Control+Enter")
    expect(bench.page.locator(".notice-bad")).to_contain_text("The server does not answer")
    assert bench.text == "ASK {}"


# --- keyboard, names that are markup, accessibility


def test_the_keyboard_goes_through_the_page_and_out_of_the_editor(bench: Bench) -> None:
    bench.open()
    focus = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
    bench.page.locator(".CodeMirror").click()
    seen = [bench.page.evaluate(focus)]
    for _ in range(6):
        bench.page.keyboard.press("Tab")
        seen.append(str(bench.page.evaluate(focus)).strip())
    assert seen[:2] == ["SPARQL query", "Run"]
    assert "Table" in seen
    bench.page.get_by_role("tab", name="Table").focus()
    bench.page.keyboard.press("ArrowRight")
    expect(bench.page.get_by_role("tab", name="Chart")).to_be_focused()
    expect(bench.page.get_by_role("tab", name="Chart")).to_have_attribute("aria-selected", "true")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert bench.page.evaluate(outline) == "solid"


@pytest.mark.parametrize("view", ["table", "chart", "network", "raw"])
def test_names_are_never_markup(bench: Bench, view: str) -> None:
    bench.open(
        "SELECT ?source ?target (COUNT(?event) AS ?weight) "
        "{ ?event ww:source/rdfs:label ?source ; ww:target/rdfs:label ?target } GROUP BY ?source ?target",
        view=view,
    )
    assert bench.page.locator("img[src=x]").count() == 0
    assert "SPARQL" in bench.page.title()
    if view == "table":
        assert any(row[0] == f"Evil {EVIL}" for row in bench.rows())


def test_names_that_are_completed_are_never_markup(bench: Bench) -> None:
    bench.open()
    bench.write("SELECT * { actor:evil")
    expect(bench.page.get_by_role("option").first).to_contain_text(EVIL)
    assert bench.page.locator("img[src=x]").count() == 0


def failed(bench: Bench) -> None:
    bench.failures_expected = True
    bench.open("SELECT ?s {\n  ?s = ?t\n}")


def hinted(bench: Bench) -> None:
    bench.open()
    bench.write("SELECT * { ?s rel:p")
    expect(bench.page.get_by_role("option").first).to_be_visible()


def running(bench: Bench) -> None:
    bench.open()
    bench.write(HEAVY)
    bench.page.keyboard.press("Control+Enter")
    expect(bench.page.locator(".clock")).to_contain_text("s of")


def narrow(bench: Bench) -> None:
    bench.page.set_viewport_size({"width": 390, "height": 800})
    bench.open(QUERIES["evidence"])
    assert bench.page.evaluate("document.documentElement.scrollWidth") <= 390


def timed_out(bench: Bench) -> None:
    bench.failures_expected = True
    bench.open(HEAVY, timeout="0.2")


STATES: dict[str, Callable[[Bench], None]] = {
    "table": lambda bench: bench.open(QUERIES["evidence"]),
    "chart": lambda bench: bench.open(QUERIES["timeline"], view="chart"),
    "bars": lambda bench: bench.open(QUERIES["most-active"], view="chart"),
    "network": lambda bench: bench.open(QUERIES["strongest-relations"], view="network"),
    "raw": lambda bench: bench.open(PLAIN, view="raw"),
    "plan": lambda bench: bench.open(PLAIN, view="plan"),
    "cut": lambda bench: bench.open("SELECT ?s { ?s ?p ?o }"),
    "empty": lambda bench: bench.open("SELECT ?t { actor:NOR rel:assault ?t }"),
    "failed": failed,
    "timed-out": timed_out,
    "hinted": hinted,
    "running": running,
    "narrow": narrow,
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_light_and_dark(bench: Bench, state: str) -> None:
    STATES[state](bench)
    assert axe(bench.page) == []
    bench.page.emulate_media(color_scheme="dark")
    assert axe(bench.page) == []


def test_the_policy_allows_no_inline_script_and_no_style_but_the_servers(bench: Bench, address: str) -> None:
    response: Any = bench.page.goto(f"{address}/workbench")
    policy = response.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    bench.settle()
