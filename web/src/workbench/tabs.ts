/** Tabs as WAI-ARIA describes them: one stop for the keyboard, arrows go from one to the next. */

import { h } from "../shared/dom";

let made = 0;

export class Tabs<Name extends string> {
  readonly list: HTMLElement;
  readonly panel: HTMLElement;
  readonly #buttons: ReadonlyMap<Name, HTMLButtonElement>;
  #chosen: Name;

  /** `choose` is called when the reader chooses; the first name is chosen to begin with. */
  constructor(label: string, names: readonly [Name, ...Name[]], words: Readonly<Record<Name, string>>, choose: (name: Name) => void) {
    const id = `tabs-${++made}`;
    this.panel = h("div", { id: `${id}-panel`, class: "panel", role: "tabpanel" });
    this.#chosen = names[0];
    const pick = (name: Name): void => {
      this.chosen = name;
      choose(name);
    };
    this.#buttons = new Map(
      names.map((name) => {
        const attributes = { id: `${id}-${name}`, type: "button", role: "tab", class: "tab", "aria-controls": `${id}-panel` };
        return [name, h("button", { ...attributes, on: { click: () => pick(name) } }, words[name])];
      }),
    );
    const keydown = (event: KeyboardEvent): void => {
      const at = names.indexOf(this.#chosen);
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      pick(names[(next + names.length) % names.length] ?? names[0]);
      this.#buttons.get(this.#chosen)?.focus();
    };
    this.list = h("div", { class: "tabs", role: "tablist", "aria-label": label, on: { keydown } }, ...this.#buttons.values());
    this.chosen = names[0];
  }

  get chosen(): Name {
    return this.#chosen;
  }

  set chosen(chosen: Name) {
    this.#chosen = chosen;
    for (const [name, button] of this.#buttons) {
      button.setAttribute("aria-selected", String(name === chosen));
      button.tabIndex = name === chosen ? 0 : -1;
    }
    this.panel.setAttribute("aria-labelledby", this.#buttons.get(chosen)?.id ?? "");
  }
}
