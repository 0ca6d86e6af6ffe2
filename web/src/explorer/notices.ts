/** What the page says where there is nothing to draw: what happened, and what to do. */

import type { ApiError } from "../shared/api";
import { type Child, fill, h } from "../shared/dom";
import { TEXTS } from "../texts";

export interface Ways {
  again(): void;
  reset(): void;
  start(): void;
}

export class Notices {
  readonly element = h("div", { class: "notice", role: "status", hidden: true });

  constructor(private readonly ways: Ways) {}

  clear(): void {
    this.element.hidden = true;
    fill(this.element);
  }

  /** The store holds nothing. */
  empty(): void {
    const { title, what } = TEXTS.trouble.empty;
    this.show("empty", title, what, h("pre", { tabindex: "0" }, h("code", {}, TEXTS.trouble.emptyCommands.join("\n"))), this.button(TEXTS.trouble.again, this.ways.again));
  }

  /** No relation passes: for the filters, or since there is none. */
  none(filtered: boolean): void {
    const { title, what, reset } = TEXTS.trouble.none;
    if (filtered) this.show("none", title, what, this.button(reset, this.ways.reset));
    else this.show("none", TEXTS.trouble.alone.title, TEXTS.trouble.alone.what, this.button(TEXTS.trouble.start, this.ways.start));
  }

  /** An answer failed; `over` says that an older picture is still there. */
  failed(error: ApiError, over: boolean, take: (id: string) => void): void {
    const { title, what } = TEXTS.trouble[error.trouble];
    const told = error.trouble === "refused" || error.trouble === "timeout" ? error.message : "";
    const said = error.near.length > 0 ? told.replace(/ Did you mean [^?]*\?$/, "") : told; // it stands below, to be clicked
    const near = error.near.length > 0 ? h("p", {}, `${TEXTS.trouble.near} `, ...error.near.flatMap((id) => [h("button", { type: "button", class: "link-button", on: { click: () => take(id) } }, id), " "])) : null;
    const start = error.trouble === "refused" ? this.button(TEXTS.trouble.start, this.ways.start) : this.button(TEXTS.trouble.again, this.ways.again);
    this.show(error.trouble, title, [what, said, over ? TEXTS.trouble.shownStill : ""].filter(Boolean).join(" "), near, start);
  }

  private show(kind: string, title: string, what: string, ...more: Child[]): void {
    this.element.dataset["kind"] = kind;
    this.element.hidden = false;
    fill(this.element, h("h2", {}, title), h("p", {}, what), ...more);
  }

  private button(words: string, act: () => void): HTMLElement {
    return h("button", { type: "button", class: "button button-main", on: { click: act } }, words);
  }
}
