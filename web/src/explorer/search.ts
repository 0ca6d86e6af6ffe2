/** The search field: actors as one types, by keyboard or pointer, and those that were chosen as chips before it. */

import { address, ask, isAbort } from "../shared/api";
import { fill, h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import { parts } from "./matching";

interface Hit {
  readonly id: string;
  readonly label: string;
  readonly actor_type: string;
  readonly events: number;
  readonly matched: string;
}

export interface Choice {
  readonly id: string;
  readonly label: string;
}

const WAIT = 60; // milliseconds after a key

export class Search {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list = h("ul", { id: "search-hits", class: "hits", role: "listbox", "aria-label": TEXTS.search.label, hidden: true });
  private readonly said = h("p", { class: "unseen", role: "status" });
  private readonly chips = h("span", { class: "chips" });
  private hits: Hit[] = [];
  private active = -1;
  private asking: AbortController | null = null;
  private timer = 0;

  constructor(
    private readonly choose: (id: string) => void,
    private readonly remove: (id: string) => void,
  ) {
    this.input = h("input", {
      ...{ class: "search-input", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false" },
      ...{ "aria-label": TEXTS.search.label, "aria-expanded": "false", "aria-controls": "search-hits", "aria-autocomplete": "list" },
      placeholder: TEXTS.search.hint,
      on: {
        input: () => this.typed(),
        keydown: (event) => this.key(event),
        focus: () => this.typed(),
        blur: () => this.close(),
      },
    });
    this.element = h("div", { class: "search", role: "search" }, icon("search"), this.chips, this.input, this.list, this.said);
  }

  focus(): void {
    this.input.focus();
  }

  /** Shows the actors that the view starts from. */
  showChosen(chosen: readonly Choice[]): void {
    const chip = ({ id, label }: Choice): HTMLElement => {
      const button = h("button", { type: "button", "aria-label": TEXTS.search.remove(label), on: { click: () => this.remove(id) } }, icon("close"));
      return h("span", { class: "chip" }, h("span", { class: "chip-name" }, label), button);
    };
    fill(this.chips, ...chosen.map(chip));
    this.input.placeholder = chosen.length > 0 ? "" : TEXTS.search.hint;
  }

  private typed(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    if (!this.input.value.trim()) return this.close();
    this.timer = window.setTimeout(() => void this.find(this.input.value.trim()), WAIT);
  }

  private async find(words: string): Promise<void> {
    const asking = (this.asking = new AbortController());
    try {
      const answer = await ask<{ actors: Hit[] }>(address("/api/v1/actors", { q: words, limit: 8 }), asking.signal);
      if (asking.signal.aborted) return;
      this.open(answer.actors, words);
    } catch (error) {
      if (isAbort(error)) return;
      this.open([], words, TEXTS.search.failed);
    }
  }

  private open(hits: Hit[], words: string, trouble: string | null = null): void {
    this.hits = hits;
    this.active = hits.length > 0 ? 0 : -1;
    const note = trouble ?? TEXTS.search.none(words);
    fill(this.list, ...(hits.length > 0 ? hits.map((hit, place) => this.option(hit, place, words)) : [h("li", { class: "hit-none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, note)]));
    this.said.textContent = hits.length > 0 ? TEXTS.search.results(hits.length) : note;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.point();
  }

  private option(hit: Hit, place: number, words: string): HTMLElement {
    const marked = (text: string): HTMLElement[] => parts(text, words).map((part) => h(part.hit ? "mark" : "span", {}, part.text));
    const alias = hit.matched === hit.label ? null : h("span", { class: "soft small" }, TEXTS.search.as(""), ...marked(hit.matched));
    if (alias) fill(alias, "“", ...marked(hit.matched), "”");
    return h(
      "li",
      {
        ...{ class: "hit", role: "option", id: `hit-${place}` },
        on: { mousedown: (event) => event.preventDefault(), click: () => this.take(place), mousemove: () => this.move(place) },
      },
      h("span", { class: "hit-name" }, ...marked(hit.label), alias && " ", alias),
      h("span", { class: "soft small number" }, `${TEXTS.actorType(hit.actor_type)} · ${TEXTS.search.events(hit.events)}`),
    );
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Backspace" && this.input.value === "") {
      const last = this.chips.lastElementChild?.querySelector("button");
      last?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.typed();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (this.hits.length > 0) this.move((this.active + step + this.hits.length) % this.hits.length);
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.take(this.active);
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.input.value = "";
      this.close();
    }
  }

  private move(place: number): void {
    this.active = place;
    this.point();
  }

  private point(): void {
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.active)));
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `hit-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private take(place: number): void {
    const hit = this.hits[place];
    if (!hit) return;
    this.input.value = "";
    this.close();
    this.choose(hit.id);
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    fill(this.list);
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
