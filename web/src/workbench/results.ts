/** The answer with its views: table, chart, network, raw and plan. */

import { swatch } from "../explorer/swatch";
import { type Child, fill, h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import { type Quad, QUADS } from "../palette";
import type { Answer, Rows } from "./answer";
import { chartView } from "./chart";
import { type Asked, download, explain, type Failure } from "./client";
import { type ChartColumns, chartColumns, chartOf, dateColumns, dealings, networkColumns, networkOf, numberColumns } from "./fit";
import type { Drawn } from "./network";
import { type View, VIEWS } from "./permalink";
import { planView } from "./plan";
import { emptyView, failureView, type FailureEvents } from "./states";
import { tableView } from "./table";
import { Tabs } from "./tabs";
import type { Vocabulary } from "./vocabulary";

const WORDS = TEXTS.workbench;
const RAW_SHOWN = 200_000;
const MOST_DEALINGS = 8;

const FILES = {
  rows: { CSV: ["text/csv", "csv"], TSV: ["text/tab-separated-values", "tsv"], JSON: ["application/sparql-results+json", "json"] },
  graph: { Turtle: ["text/turtle", "ttl"], "N-Triples": ["application/n-triples", "nt"], "JSON-LD": ["application/ld+json", "jsonld"] },
  truth: { JSON: ["application/sparql-results+json", "json"] },
} as const;

export type Shown =
  | { readonly kind: "idle" }
  | { readonly kind: "running" }
  | { readonly kind: "answer"; readonly answer: Answer; readonly asked: Asked }
  | { readonly kind: "failed"; readonly failure: Failure; readonly asked: Asked };

export interface ResultsEvents extends FailureEvents {
  /** The reader chose another view. */
  view(view: View): void;
  say(words: string): void;
}

export class Results {
  readonly element: HTMLElement;
  readonly #note = h("p", { class: "cut", hidden: true });
  readonly #downloads = h("div", { class: "downloads" });
  readonly #tabs: Tabs<View>;
  readonly #panel: HTMLElement;
  #shown: Shown = { kind: "idle" };
  #columns: ChartColumns | null = null;
  #drawn: Drawn | null = null;
  #turn = 0;
  vocabulary: Vocabulary;

  constructor(
    vocabulary: Vocabulary,
    private readonly events: ResultsEvents,
  ) {
    this.vocabulary = vocabulary;
    this.#tabs = new Tabs(WORDS.views.label, VIEWS, WORDS.views, (view) => {
      this.events.view(view);
      void this.#draw();
    });
    this.#panel = this.#tabs.panel;
    this.element = h(
      "section",
      { class: "answer", "aria-label": WORDS.answer },
      h("div", { class: "answer-head" }, this.#tabs.list, this.#downloads),
      this.#note,
      this.#panel,
    );
    let width = 0;
    new ResizeObserver(([entry]) => {
      const now = Math.round(entry?.contentRect.width ?? 0);
      if (now !== width && this.view === "chart") void this.#draw();
      width = now;
    }).observe(this.#panel);
  }

  get view(): View {
    return this.#tabs.chosen;
  }

  set view(view: View) {
    this.#tabs.chosen = view;
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#columns = null;
    this.#panel.setAttribute("aria-busy", String(shown.kind === "running"));
    this.#showCut();
    this.#showDownloads();
    void this.#draw();
  }

  #showCut(): void {
    const answer = this.#shown.kind === "answer" ? this.#shown.answer : null;
    const cut = answer?.kind === "rows" ? answer.cut : null;
    this.#note.hidden = cut === null;
    if (cut !== null && answer?.kind === "rows") fill(this.#note, WORDS.cut[cut](answer.rows.length));
  }

  #showDownloads(): void {
    if (this.#shown.kind !== "answer") {
      fill(this.#downloads);
      return;
    }
    const { answer, asked } = this.#shown;
    const files = FILES[answer.kind === "truth" ? "truth" : answer.graph ? "graph" : "rows"];
    const buttons = Object.entries(files).map(([name, [media, ending]]) =>
      h("button", { class: "link-button small", type: "button", on: { click: () => void this.#save(asked, media, ending) } }, name),
    );
    fill(this.#downloads, h("span", { class: "soft small" }, WORDS.download), ...buttons);
  }

  async #save(asked: Asked, media: string, ending: string): Promise<void> {
    this.events.say(WORDS.downloading);
    const found = await download({ ...asked, signal: new AbortController().signal }, media);
    if (!(found instanceof Blob)) {
      this.show({ kind: "failed", failure: found, asked });
      return;
    }
    const href = URL.createObjectURL(found);
    h("a", { href, download: `answer.${ending}` }).click();
    URL.revokeObjectURL(href);
    this.events.say("");
  }

  async #draw(): Promise<void> {
    const turn = ++this.#turn;
    this.#drawn?.kill();
    this.#drawn = null;
    const content = this.#content(this.view);
    if (!(content instanceof Promise)) {
      fill(this.#panel, content);
      return;
    }
    fill(this.#panel, WAITING());
    const found = await content;
    if (turn === this.#turn) fill(this.#panel, found);
  }

  #content(view: View): Child | Promise<Child> {
    const shown = this.#shown;
    if (shown.kind === "idle") return h("p", { class: "soft" }, WORDS.idle);
    if (shown.kind === "running") return WAITING();
    if (view === "plan") return this.#plan(shown.asked);
    if (shown.kind === "failed") return failureView(shown.failure, shown.asked.timeout, this.events);
    const { answer, asked } = shown;
    if (view === "raw") return answer.kind === "rows" && answer.graph ? this.#turtle(asked) : rawView(answer.raw);
    if (answer.kind === "truth") return h("p", { class: "truth" }, answer.value ? WORDS.yes : WORDS.no);
    if (answer.rows.length === 0) return emptyView();
    if (view === "chart") return this.#chart(answer);
    return view === "network" ? this.#network(answer) : tableView(answer, this.vocabulary.prefixes);
  }

  async #plan(asked: Asked): Promise<Child> {
    const found = await explain({ ...asked, signal: new AbortController().signal });
    return found.kind === "plan" ? planView(found, asked.query) : failureView(found, asked.timeout, this.events);
  }

  async #turtle(asked: Asked): Promise<Child> {
    const found = await download({ ...asked, signal: new AbortController().signal }, "text/turtle");
    return found instanceof Blob ? rawView(await found.text()) : failureView(found, asked.timeout, this.events);
  }

  #chart(answer: Rows): Child {
    const columns = this.#columns ?? chartColumns(answer);
    if (columns === null) return h("p", { class: "soft" }, WORDS.chart.none);
    const name = (column: number): string => answer.columns[column] ?? "";
    const chart = chartOf(answer, columns, this.vocabulary.prefixes);
    const width = Math.max(this.#panel.clientWidth - 2, 280);
    return h(
      "div",
      {},
      this.#chartFields(answer, columns),
      chartView(chart, { along: name(columns.along), height: name(columns.height) }, Math.min(width, 960)),
      chart.left > 0 && h("p", { class: "soft small" }, WORDS.chart.left(chart.left)),
    );
  }

  #chartFields(answer: Rows, columns: ChartColumns): HTMLElement {
    const numbers = numberColumns(answer);
    const dates = dateColumns(answer);
    const all = answer.columns.map((_, i) => i);
    const change = (changed: Partial<ChartColumns>): void => {
      const { along = columns.along } = changed;
      this.#columns = { ...columns, ...changed, dates: dates.includes(along) };
      void this.#draw();
    };
    const field = (words: string, chosen: number | null, from: readonly number[], none: boolean, set: (column: number | null) => void): HTMLElement => {
      const options = from.map((i) => h("option", { value: i, selected: i === chosen }, answer.columns[i]));
      const select = h("select", { class: "field", on: { change: () => set(select.value === "" ? null : Number(select.value)) } },
        none && h("option", { value: "", selected: chosen === null }, WORDS.chart.one), options);
      return h("label", { class: "small" }, words, " ", select);
    };
    const others = all.filter((i) => !numbers.includes(i) && i !== columns.along);
    return h("div", { class: "chart-fields" },
      field(WORDS.chart.along, columns.along, all.filter((i) => i !== columns.height), false, (along) => along !== null && change({ along, series: columns.series === along ? null : columns.series })),
      field(WORDS.chart.height, columns.height, numbers.filter((i) => i !== columns.along), false, (height) => height !== null && change({ height })),
      others.length > 0 && field(WORDS.chart.series, columns.series, others, true, (series) => change({ series })));
  }

  async #network(answer: Rows): Promise<Child> {
    const columns = networkColumns(answer);
    if (columns === null) return h("p", { class: "soft" }, WORDS.network.none);
    const net = networkOf(answer, columns, this.vocabulary.prefixes);
    const picture = h("div", { class: "network", role: "img", "aria-label": WORDS.network.label(net.nodes.length, net.links.length) });
    const beside = h("div", { class: "network-list" });
    const told = h("ul", { class: "dealings small", "aria-live": "polite" });
    const tell = (node: string | null): void => {
      const found = node === null ? [] : dealings(net, node);
      const lines = found.slice(0, MOST_DEALINGS).map(({ source, target, actions }) => h("li", {}, `${source} → ${target}: ${actions.join(", ")}`));
      fill(told, lines, found.length > MOST_DEALINGS && h("li", {}, WORDS.network.others(found.length - MOST_DEALINGS)));
      if (node === null) fill(told, h("li", { class: "soft" }, WORDS.network.hover));
    };
    tell(null);
    const turn = this.#turn;
    const { draw } = await import("./network");
    // It is measured when it is drawn, so it must be on the page first.
    requestAnimationFrame(() => {
      if (turn !== this.#turn) return;
      try {
        this.#drawn = draw(picture, beside, net, (action) => this.#quadOf(action), tell);
      } catch (error) {
        console.warn(error);
        fill(picture, h("p", { class: "soft" }, WORDS.network.broken));
      }
    });
    const quads = QUADS.filter((quad) => net.links.some(({ action }) => this.#quadOf(action) === quad));
    const legend = quads.map((quad) => h("li", {}, swatch(quad), TEXTS.quads[quad]));
    const zoom = (name: "plus" | "minus" | "fit", words: string, ratio: number | null): HTMLElement =>
      h("button", { class: "icon-button", type: "button", title: words, "aria-label": words, on: { click: () => this.#drawn?.zoom(ratio) } }, icon(name));
    const tools = h("div", { class: "network-tools" }, h("ul", { class: "legend" }, legend), h("div", {},
      zoom("plus", WORDS.network.nearer, 2 / 3), zoom("minus", WORDS.network.farther, 3 / 2), zoom("fit", WORDS.network.whole, null)));
    return h("div", {}, tools, h("div", { class: "network-parts" }, picture, beside), told, net.left > 0 && h("p", { class: "soft small" }, WORDS.network.left(net.left)));
  }

  /** The quad class of an action by its name, with a prefix or not, or of its own name. */
  #quadOf(action: string): Quad | null {
    const named = Object.entries(TEXTS.quads).find(([, words]) => words === action)?.[0];
    if (named !== undefined) return Number(named) as Quad;
    const name = action.replace(/^rel:/, "");
    return this.vocabulary.actions.find((one) => one.action === name)?.quad ?? null;
  }
}

/** A line that moves while an answer is made; what is going on is told in the status. */
const WAITING = (): HTMLElement => h("div", { class: "waiting", "aria-hidden": "true" });

function rawView(raw: string): HTMLElement {
  return h(
    "div",
    {},
    raw.length > RAW_SHOWN && h("p", { class: "soft small" }, WORDS.raw.cut(RAW_SHOWN)),
    h("pre", { class: "raw", tabindex: 0, role: "region", "aria-label": WORDS.views.raw }, raw.slice(0, RAW_SHOWN)),
  );
}
