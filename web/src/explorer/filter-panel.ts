/** The filters beside the network: each says how much there is behind it. */

import { type Line, type Quad, QUADS } from "../palette";
import { type Child, fill, h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import type { Facets } from "./filtering";
import { swatch } from "./swatch";
import { isFiltered, MODALITIES, toggled, type View } from "./view";

type Change = (patch: Partial<View>, passing?: boolean) => void;

export class FilterPanel {
  readonly element: HTMLElement;
  private readonly quads = h("ul", { class: "checks" });
  private readonly actions = h("ul", { class: "checks" });
  private readonly types = h("ul", { class: "checks" });
  private readonly sectors = h("ul", { class: "checks" });
  private readonly claims = h("ul", { class: "checks" });
  private readonly reset: HTMLButtonElement;
  private readonly weight: Slider;
  private readonly confidence: Slider;
  private readonly opened = new Set<string>();
  private view: View | null = null;
  private facets: Facets | null = null;

  constructor(
    private readonly change: Change,
    reset: () => void,
  ) {
    this.reset = h("button", { type: "button", class: "link-button small", on: { click: reset } }, TEXTS.filters.reset);
    this.weight = new Slider("weight", TEXTS.filters.weight, 1, 20, 1, (value) => String(value), (value, passing) => change({ weight: value }, passing));
    const percent = (value: number): string => (value > 0 ? `${Math.round(value * 100)} %` : TEXTS.filters.any);
    this.confidence = new Slider("confidence", TEXTS.filters.confidence, 0, 0.95, 0.05, percent, (value, passing) => {
      if (!passing) change({ confidence: value }); // only the server knows how sure an event is
    });
    this.element = h(
      "div",
      { class: "filters" },
      h("div", { class: "panel-head" }, h("h2", {}, TEXTS.filters.label), this.reset),
      group(TEXTS.filters.quads, this.quads),
      group(TEXTS.filters.actions, this.actions),
      group(TEXTS.filters.types, this.types),
      group(TEXTS.filters.sectors, this.sectors),
      group(TEXTS.filters.claims, this.claims),
      this.weight.element,
      this.confidence.element,
    );
  }

  show(view: View, facets: Facets): void {
    [this.view, this.facets] = [view, facets];
    this.reset.hidden = !isFiltered(view);
    const focus = keptFocus(this.element);
    fill(this.quads, ...QUADS.map((quad) => this.quad(quad, view, facets)));
    this.showActions(view, facets);
    this.showOf(this.types, "types", view.types, facets.types, TEXTS.actorType);
    this.showOf(this.sectors, "sectors", view.sectors, facets.sectors, (sector) => {
      const words = TEXTS.sectors[sector];
      return words ?? sector;
    });
    fill(this.claims, ...MODALITIES.map((modality) => check(`modality-${modality}`, TEXTS.modalities[modality], null, view.modalities.includes(modality), () => {
      const next = MODALITIES.filter((one) => toggled(view.modalities, modality).includes(one));
      this.change({ modalities: next.length > 0 ? next : ["actual"] });
    })));
    this.weight.set(view.weight);
    this.confidence.set(view.confidence);
    focus();
  }

  private quad(quad: Quad, view: View, facets: Facets): HTMLElement {
    const chosen = view.quads.includes(quad);
    const change = (): void => this.change({ quads: QUADS.filter((one) => toggled(view.quads, quad).includes(one)) });
    return check(`quad-${quad}`, TEXTS.quads[quad], facets.quads.get(quad) ?? 0, chosen, change, swatch(quad));
  }

  private showActions(view: View, facets: Facets): void {
    const types = [...facets.actions].sort((a, b) => b[1].events - a[1].events || (a[0] < b[0] ? -1 : 1));
    const missing = view.actions.filter((name) => name === name.toUpperCase() && !facets.actions.has(name));
    const items = types.map(([type, { quad, events, names }]) => this.actionType(type, quad, events, names, view));
    items.push(...missing.map((type) => this.actionType(type, null, 0, new Map(), view)));
    fill(this.actions, ...(items.length > 0 ? items : [h("li", { class: "soft small" }, TEXTS.filters.none)]));
  }

  private actionType(type: string, quad: Line | null, events: number, names: ReadonlyMap<string, number>, view: View): HTMLElement {
    const inner = [...names].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const open = this.opened.has(type) || inner.some(([name]) => view.actions.includes(name));
    const opener = h(
      "button",
      {
        ...{ type: "button", class: "opener", "aria-expanded": String(open), "aria-label": TEXTS.filters.open(TEXTS.plover(type)), "data-key": `open-${type}` },
        on: { click: () => this.toggle(type, open) },
      },
      icon("forward"),
    );
    const change = (name: string) => () => this.change({ actions: toggled(view.actions, name) });
    const line = quad === null ? null : swatch(quad);
    const item = check(`action-${type}`, TEXTS.plover(type), events, view.actions.includes(type), change(type), line, opener);
    if (open) {
      const rows = inner.map(([name, amount]) => check(`action-${name}`, TEXTS.action(name), amount, view.actions.includes(name), change(name)));
      item.append(h("ul", { class: "checks inner" }, ...rows));
    }
    return item;
  }

  private toggle(type: string, open: boolean): void {
    if (open) this.opened.delete(type);
    else this.opened.add(type);
    if (this.view && this.facets) this.show(this.view, this.facets);
  }

  private showOf(list: HTMLElement, name: "types" | "sectors", chosen: readonly string[], counts: ReadonlyMap<string, number>, words: (value: string) => string): void {
    const all = new Map([...counts, ...chosen.filter((value) => !counts.has(value)).map((value): [string, number] => [value, 0])]);
    const items = [...all].map(([value, amount]) =>
      check(`${name}-${value || "none"}`, words(value), amount, chosen.includes(value), () => this.change({ [name]: toggled(chosen, value) })),
    );
    fill(list, ...(items.length > 0 ? items : [h("li", { class: "soft small" }, TEXTS.filters.none)]));
  }
}

function group(title: string, content: HTMLElement): HTMLElement {
  return h("details", { class: "group", open: true }, h("summary", {}, h("h3", {}, title)), content);
}

function check(key: string, words: string, amount: number | null, checked: boolean, change: () => void, sign: Child = null, before: Child = null): HTMLElement {
  const box = h("input", { type: "checkbox", "data-key": key, on: { change } });
  box.checked = checked;
  const label = h("label", {}, box, sign, h("span", { class: "check-words" }, words), amount === null ? null : h("span", { class: "soft small number" }, TEXTS.number(amount)));
  return h("li", { class: amount === 0 && !checked ? "check nothing" : "check" }, before, label);
}

/** Keeps the focus on the same control while all are made anew. */
function keptFocus(within: HTMLElement): () => void {
  const key = within.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["key"] : undefined;
  return () => {
    if (key !== undefined) within.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  };
}

/** A slider with its value in words; it tells each movement as passing, and the last as a change. */
class Slider {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly output = h("output", { class: "number" });

  constructor(
    name: string,
    label: string,
    least: number,
    most: number,
    step: number,
    private readonly words: (value: number) => string,
    change: (value: number, passing: boolean) => void,
  ) {
    const told = (passing: boolean): void => {
      this.output.textContent = this.words(Number(this.input.value));
      change(Number(this.input.value), passing);
    };
    this.input = h("input", { type: "range", id: `slider-${name}`, min: least, max: most, step, on: { input: () => told(true), change: () => told(false) } });
    this.element = h("div", { class: "slider" }, h("label", { for: `slider-${name}` }, h("span", {}, label), this.output), this.input);
  }

  set(value: number): void {
    if (Number(this.input.max) < value) this.input.max = String(value);
    this.input.value = String(value);
    this.output.textContent = this.words(value);
  }
}
