/** What lies beside the editor: examples that teach, and the queries asked before. */

import { fill, h } from "../shared/dom";
import { TEXTS } from "../texts";
import type { History } from "./history";
import type { Example } from "./vocabulary";

const WORDS = TEXTS.workbench;

export interface ShelfEvents {
  example(example: Example): void;
  past(query: string): void;
}

export class Shelf {
  readonly element: HTMLElement;
  readonly #examples = h("div", {}, h("p", { class: "soft small" }, "…"));
  readonly #history = h("div");
  readonly #folds: readonly HTMLDetailsElement[];

  constructor(
    private readonly history: History,
    private readonly events: ShelfEvents,
    open: boolean,
  ) {
    this.#folds = [
      h("details", { open }, h("summary", {}, h("h2", {}, WORDS.examples)), this.#examples),
      h("details", {}, h("summary", {}, h("h2", {}, WORDS.history)), this.#history),
    ];
    this.element = h("aside", { class: "shelf", "aria-label": WORDS.shelf }, ...this.#folds);
    this.showHistory();
  }

  /** Closes what lies over the editor on a narrow screen. */
  fold(): void {
    for (const fold of this.#folds) fold.open = false;
  }

  /** The examples, or null where they could not be had. */
  showExamples(examples: readonly Example[] | null): void {
    if (examples === null) {
      fill(this.#examples, h("p", { class: "soft small" }, WORDS.examplesMissing));
      return;
    }
    const items = examples.map((example) => {
      const button = h(
        "button",
        { type: "button", class: "shelf-item", on: { click: () => this.events.example(example) } },
        h("span", { class: "shelf-title" }, example.title),
        h("span", { class: "soft small" }, example.explanation),
      );
      return h("li", {}, button);
    });
    fill(this.#examples, h("ol", {}, items));
  }

  showHistory(): void {
    const { past } = this.history;
    if (past.length === 0) {
      fill(this.#history, h("p", { class: "soft small" }, WORDS.historyNone));
      return;
    }
    const items = past.map(({ query, when, rows }) => {
      const told = [new Date(when).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }), rows === null ? null : WORDS.rows(rows)];
      const button = h(
        "button",
        { type: "button", class: "shelf-item", on: { click: () => this.events.past(query) } },
        h("span", { class: "shelf-query" }, query.replace(/\s+/g, " ").trim()),
        h("span", { class: "soft small" }, told.filter((word) => word !== null).join(" · ")),
      );
      return h("li", {}, button);
    });
    const clear = (): void => {
      this.history.clear();
      this.showHistory();
    };
    const button = h("button", { type: "button", class: "link-button small", on: { click: clear } }, WORDS.historyClear);
    fill(this.#history, h("p", { class: "soft small shelf-note" }, WORDS.historyKept, " ", button), h("ol", {}, items));
  }
}
