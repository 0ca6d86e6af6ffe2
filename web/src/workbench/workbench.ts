/** The page: what the reader asks, what is answered, and the address that says the same. */

import { fill, h } from "../shared/dom";
import { TEXTS } from "../texts";
import { ask, type Asked } from "./client";
import { actorName } from "./completion";
import { Editor } from "./editor";
import { History } from "./history";
import { type Place, readPlace, TIMEOUT, type View, writePlace } from "./permalink";
import { Results } from "./results";
import { Shelf } from "./shelf";
import { Toolbar } from "./toolbar";
import { actor, EMPTY, type Example, examples, vocabulary, type Vocabulary } from "./vocabulary";

const WORDS = TEXTS.workbench;
const NARROW = window.matchMedia("(max-width: 60rem)");

export class Workbench {
  readonly element: HTMLElement;
  readonly #history = new History(storage());
  readonly #shelf: Shelf;
  readonly #editor: Editor;
  readonly #toolbar: Toolbar;
  readonly #results: Results;
  readonly #lesson = h("p", { class: "lesson" });
  readonly #meaning = h("p", { class: "meaning small soft" }, WORDS.editor.keys);
  readonly #status = h("p", { class: "status", role: "status" });
  readonly #clock = h("p", { class: "clock", "aria-hidden": "true" });
  readonly #told = h("div", { class: "told" }, this.#status, this.#clock);
  #vocabulary: Vocabulary = EMPTY;
  #examples: readonly Example[] = [];
  #running: AbortController | null = null;
  #name: string | null = null;

  constructor() {
    this.#shelf = new Shelf(
      this.#history,
      { example: (example) => this.#open(example.query), past: (query) => this.#open(query) },
      !NARROW.matches,
    );
    const code = h("div", { class: "code" });
    this.#toolbar = new Toolbar({
      run: () => void this.#runHere(),
      cancel: () => this.#running?.abort(),
      format: () => this.#editor.format(),
      link: () => void this.#copyLink(),
    });
    this.#results = new Results(this.#vocabulary, {
      view: (view) => this.#changeView(view),
      again: () => void this.run(),
      longer: (seconds) => {
        this.#toolbar.timeout = seconds;
        void this.run();
      },
      goTo: (line, column) => this.#editor.goTo(line, column),
      doubt: () => this.#editor.doubt,
      say: (words) => fill(this.#status, words),
    });
    const query = h("section", { class: "query", "aria-label": WORDS.query }, this.#lesson, code, this.#meaning, this.#toolbar.element);
    this.element = h(
      "main",
      { class: "workbench" },
      h("h1", { class: "unseen" }, WORDS.heading),
      this.#shelf.element,
      h("div", { class: "desk" }, query, this.#told, this.#results.element),
    );
    this.#editor = new Editor(code, {
      run: () => void this.#runHere(),
      changed: () => this.#showLesson(),
      on: (name) => void this.#showMeaning(name),
    });
  }

  /** Loads what helps to write, and runs what the address says, or the first example. */
  async start(): Promise<void> {
    this.#editor.measure();
    window.addEventListener("popstate", () => void this.#follow());
    const [names, lessons] = await Promise.allSettled([vocabulary(), examples()]);
    if (names.status === "fulfilled") {
      this.#vocabulary = this.#editor.vocabulary = this.#results.vocabulary = names.value;
    } else fill(this.#meaning, WORDS.vocabularyMissing);
    this.#examples = lessons.status === "fulfilled" ? lessons.value : [];
    this.#shelf.showExamples(lessons.status === "fulfilled" ? lessons.value : null);
    await this.#follow();
  }

  /** Asks the server what stands in the editor; what was being asked before is given up. */
  async run(): Promise<void> {
    const timeout = this.#toolbar.timeout;
    if (timeout === null) return;
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const asked: Asked = { query: this.#editor.text, timeout, signal: running.signal };
    this.#goTo({ query: asked.query, timeout, view: this.#results.view });
    this.#editor.clearProblem();
    this.#toolbar.running = true;
    this.#results.show({ kind: "running" });
    fill(this.#status, WORDS.running);
    const began = performance.now();
    const tick = (): void => fill(this.#clock, WORDS.runningFor(Math.floor((performance.now() - began) / 1000), timeout));
    const ticking = window.setInterval(tick, 1000);
    const found = await ask(asked);
    window.clearInterval(ticking);
    if (this.#running !== running) return; // another question has taken its place
    this.#running = null;
    this.#toolbar.running = false;
    fill(this.#clock);
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    if (found.kind === "rows" || found.kind === "truth") {
      const rows = found.kind === "rows" ? found.rows.length : null;
      const told = found.kind === "truth" ? WORDS.answer : found.graph ? WORDS.triples(found.rows.length) : WORDS.rows(found.rows.length);
      fill(this.#status, WORDS.took(told, seconds));
      this.#history.add({ query: asked.query, when: Date.now(), rows });
      this.#shelf.showHistory();
      this.#results.show({ kind: "answer", answer: found, asked });
      return;
    }
    fill(this.#status, WORDS.failed);
    this.#results.show({ kind: "failed", failure: found, asked });
    if (found.kind === "problem" && found.line !== undefined) {
      this.#editor.showProblem(found.line, found.column ?? 1, found.detail.split("\n")[0] ?? found.title);
    }
  }

  /** Puts a query into the editor and runs it, in the view that is open. */
  #open(query: string): void {
    if (NARROW.matches) this.#shelf.fold();
    this.#editor.text = query;
    void this.#runHere();
  }

  /** Runs, and on a narrow screen brings the answer to where it is seen. */
  async #runHere(): Promise<void> {
    await this.run();
    if (NARROW.matches) this.#told.scrollIntoView();
  }

  /** Shows what the address says. */
  async #follow(): Promise<void> {
    const place = readPlace(location.hash) ?? this.#first();
    if (place === null) return;
    this.#editor.text = place.query;
    this.#toolbar.timeout = place.timeout;
    this.#results.view = place.view;
    await this.run();
  }

  #first(): Place | null {
    const query = this.#examples[0]?.query;
    return query === undefined ? null : { query, timeout: TIMEOUT, view: "table" };
  }

  /** The address of what is shown; the same one is no new step back. */
  #goTo(place: Place): void {
    const fragment = writePlace(place);
    if (location.hash === fragment || readPlace(location.hash)?.query === place.query || location.hash === "") {
      history.replaceState(null, "", fragment);
    } else history.pushState(null, "", fragment);
  }

  #changeView(view: View): void {
    const place = readPlace(location.hash);
    if (place !== null) history.replaceState(null, "", writePlace({ ...place, view }));
  }

  async #copyLink(): Promise<void> {
    const timeout = this.#toolbar.timeout;
    if (timeout === null) return;
    this.#goTo({ query: this.#editor.text, timeout, view: this.#results.view });
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false, // not allowed: the address bar has it
    );
    fill(this.#status, copied === true ? WORDS.linkCopied : WORDS.linkShown);
  }

  #showLesson(): void {
    const text = this.#editor.text.trim();
    const example = this.#examples.find(({ query }) => query.trim() === text);
    fill(this.#lesson, example !== undefined && [h("strong", {}, example.title), " ", example.explanation]);
  }

  /** Says what the name under the cursor means. */
  async #showMeaning(name: string | null): Promise<void> {
    if (name === this.#name) return;
    this.#name = name;
    const meaning = name === null ? null : await this.#meaningOf(name);
    if (this.#name === name) fill(this.#meaning, ...(meaning === null || name === null ? [WORDS.editor.keys] : [h("code", {}, name), " ", meaning]));
  }

  async #meaningOf(name: string): Promise<string | null> {
    const term = this.#vocabulary.terms.find((one) => one.name === name);
    if (term !== undefined) return term.comment === "" ? term.label : term.comment;
    const [prefix, local = ""] = name.split(/:(.*)/s);
    if (prefix === "rel") {
      const action = this.#vocabulary.actions.find((one) => one.action === local);
      return action === undefined ? null : `${action.plover}, ${TEXTS.quads[action.quad]}, ${WORDS.editor.events(action.events)}`;
    }
    if (prefix !== "actor" || local === "") return null;
    const found = await actor(decodeURIComponent(local));
    return found !== null && actorName(found.id, this.#vocabulary.prefixes) === name
      ? `${found.label}, ${WORDS.editor.events(found.events)}`
      : null;
  }
}

/** The browser's storage, or null where it is forbidden. */
function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
