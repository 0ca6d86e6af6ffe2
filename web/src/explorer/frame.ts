/** The parts of the page and where they stand. */

import { QUADS } from "../palette";
import { fill, h, icon } from "../shared/dom";
import { header } from "../shared/header";
import { TEXTS } from "../texts";
import { swatch } from "./swatch";

export interface Parts {
  readonly search: HTMLElement;
  readonly save: HTMLElement;
  readonly filters: HTMLElement;
  readonly list: HTMLElement;
  readonly inspector: HTMLElement;
  readonly table: HTMLElement;
  readonly time: HTMLElement;
  readonly notice: HTMLElement;
}

export interface Handlers {
  undo(): void;
  redo(): void;
  read(): void;
  show(form: "network" | "table"): void;
  zoom(factor: number): void;
  pan(x: number, y: number): void;
  fit(): void;
  more(): void;
}

export class Frame {
  readonly canvas = h("div", { class: "canvas" });
  readonly network: HTMLElement;
  private readonly status = h("p", { class: "status-line", role: "status" });
  private readonly more: HTMLButtonElement;
  private readonly progress = h("div", { class: "progress", hidden: true });
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly forms: Record<"network" | "table", HTMLButtonElement>;
  private readonly drawing: HTMLElement;
  private readonly side: HTMLElement;
  private readonly lists: HTMLElement;

  constructor(
    private readonly parts: Parts,
    private readonly handlers: Handlers,
  ) {
    const round = (name: Parameters<typeof icon>[0], words: string, click: () => void): HTMLButtonElement =>
      h("button", { type: "button", class: "icon-button", "aria-label": words, title: words, on: { click } }, icon(name));
    this.undo = round("undo", TEXTS.bar.undo, handlers.undo);
    this.redo = round("redo", TEXTS.bar.redo, handlers.redo);
    const read = h("button", { type: "button", class: "button", "aria-label": TEXTS.bar.read, on: { click: handlers.read } }, icon("text"), h("span", { class: "wide" }, TEXTS.bar.read));
    const form = (name: "network" | "table"): HTMLButtonElement =>
      h("button", { type: "button", class: "button", "aria-pressed": "false", on: { click: () => handlers.show(name) } }, icon(name), h("span", { class: "wide" }, TEXTS.show[name]));
    this.forms = { network: form("network"), table: form("table") };
    for (const name of ["network", "table"] as const) this.forms[name].setAttribute("aria-label", TEXTS.show[name]);
    this.more = h("button", { type: "button", class: "link-button", on: { click: handlers.more } }, TEXTS.status.more);
    this.network = h("div", { class: "stage", tabindex: "0", role: "img", "aria-label": TEXTS.network.label(0, 0), on: { keydown: (event) => this.key(event) } });
    const zoom = h("div", { class: "zoom" }, round("plus", TEXTS.network.zoomIn, () => handlers.zoom(1.5)), round("minus", TEXTS.network.zoomOut, () => handlers.zoom(1 / 1.5)), round("fit", TEXTS.network.fit, handlers.fit));
    this.drawing = h("div", { class: "drawing" }, this.network, zoom, legend());
    parts.inspector.hidden = true;
    this.side = h("aside", { class: "side side-right", "aria-label": TEXTS.list.title }, parts.inspector, parts.list);
    const drawer = h("button", { type: "button", class: "button drawer-button", "aria-expanded": "false", "aria-label": TEXTS.bar.filters }, icon("filter"), h("span", { class: "wide" }, TEXTS.bar.filters));
    const lists = h("button", { type: "button", class: "button drawer-button", "aria-expanded": "false", "aria-label": TEXTS.list.title }, icon("list"));
    lists.addEventListener("click", () => this.openSide(!this.side.classList.contains("open")));
    this.lists = lists;
    const left = h("aside", { class: "side side-left", "aria-label": TEXTS.filters.label }, parts.filters);
    drawer.addEventListener("click", () => {
      const open = left.classList.toggle("open");
      drawer.setAttribute("aria-expanded", String(open));
    });
    const forms = h("div", { class: "forms", role: "group", "aria-label": TEXTS.show.label }, this.forms.network, this.forms.table);
    const top = h("div", { class: "top" }, drawer, lists, h("div", { class: "status" }, this.status, this.more), forms);
    fill(this.canvas, this.drawing, parts.table, parts.notice);
    document.body.append(
      header("explorer", parts.search, [this.undo, this.redo, read, parts.save]),
      h("main", { class: "explorer" }, h("h1", { class: "unseen" }, TEXTS.pages.explorer), left, h("div", { class: "middle" }, top, this.progress, this.canvas, parts.time), this.side),
    );
  }

  showForm(form: "network" | "table"): void {
    for (const name of ["network", "table"] as const) this.forms[name].setAttribute("aria-pressed", String(name === form));
    this.drawing.hidden = form !== "network";
    this.parts.table.hidden = form !== "table";
  }

  /** Shows the inspector in place of the list, or the list. */
  showInspector(inspected: boolean): void {
    const before = !this.parts.inspector.hidden;
    this.parts.inspector.hidden = !inspected;
    this.parts.list.hidden = inspected;
    if (inspected !== before) this.openSide(inspected);
  }

  /** On narrow screens, shows or hides the list or inspector over the rest. */
  private openSide(open: boolean): void {
    this.side.classList.toggle("open", open);
    this.lists.setAttribute("aria-expanded", String(open));
  }

  showStatus(words: string, more: boolean): void {
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.title = words;
    this.more.hidden = !more;
  }

  showSteps(undo: boolean, redo: boolean): void {
    this.undo.disabled = !undo;
    this.redo.disabled = !redo;
  }

  showLoading(loading: boolean): void {
    this.progress.hidden = !loading;
    this.canvas.classList.toggle("waiting", loading);
    this.canvas.setAttribute("aria-busy", String(loading));
  }

  /** Marks whether all that the view asks for is shown, for whoever watches the page by a program. */
  markReady(ready: boolean): void {
    this.canvas.dataset["ready"] = String(ready);
  }

  describeNetwork(actors: number, links: number): void {
    this.network.setAttribute("aria-label", TEXTS.network.label(actors, links));
  }

  private key(event: KeyboardEvent): void {
    const { handlers } = this;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => handlers.pan(-0.1, 0),
      ArrowRight: () => handlers.pan(0.1, 0),
      ArrowUp: () => handlers.pan(0, 0.1),
      ArrowDown: () => handlers.pan(0, -0.1),
      "+": () => handlers.zoom(1.5),
      "=": () => handlers.zoom(1.5),
      "-": () => handlers.zoom(1 / 1.5),
      "0": () => handlers.fit(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

function legend(): HTMLElement {
  const rows = QUADS.map((quad) => h("li", {}, swatch(quad), TEXTS.quads[quad]));
  const dot = (state: boolean): HTMLElement => h("span", { class: state ? "actor-dot actor-dot-state" : "actor-dot", "aria-hidden": "true" });
  return h("ul", { class: "legend small" }, ...rows, h("li", {}, dot(true), TEXTS.network.state), h("li", {}, dot(false), TEXTS.network.other));
}
