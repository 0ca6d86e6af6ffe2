/** The answer that is none: why, and what to do. */

import { h } from "../shared/dom";
import { TEXTS } from "../texts";
import type { Failure, Problem } from "./client";
import { LONGEST } from "./permalink";

const WORDS = TEXTS.workbench;

export interface FailureEvents {
  again(): void;
  longer(seconds: number): void;
  goTo(line: number, column: number): void;
  /** The line where the editor's grammar stumbles, from 1. */
  doubt(): { readonly line: number; readonly words: string } | null;
}

export function emptyView(): HTMLElement {
  return notice("empty", WORDS.empty.title, h("p", {}, WORDS.empty.advice));
}

export function failureView(failure: Failure, timeout: number, events: FailureEvents): HTMLElement {
  const again = h("button", { class: "button", type: "button", on: { click: () => events.again() } }, WORDS.again);
  switch (failure.kind) {
    case "cancelled":
      return notice("cancelled", WORDS.cancelled.title, h("p", {}, WORDS.cancelled.advice), again);
    case "gone":
      return notice("bad", WORDS.gone.title, h("p", {}, WORDS.gone.advice), again);
    case "broken":
      return notice("bad", WORDS.broken.title, h("p", {}, WORDS.broken.advice), again);
    case "problem":
      return problemView(failure, timeout, again, events);
  }
}

function problemView(problem: Problem, timeout: number, again: HTMLElement, events: FailureEvents): HTMLElement {
  const { slug, title, detail, line, column = 1 } = problem;
  if (slug === "query-timeout") {
    const seconds = Math.min(timeout * 4, LONGEST);
    const longer = h("button", { class: "button", type: "button", on: { click: () => events.longer(seconds) } }, WORDS.timedOut.longer(seconds));
    return notice("bad", WORDS.timedOut.title, h("p", {}, detail), timeout < LONGEST && longer);
  }
  const [first = "", ...excerpt] = detail.split("\n");
  const words = h("div", {}, h("p", {}, first), excerpt.length > 0 && h("pre", { class: "detail", tabindex: 0 }, excerpt.join("\n")));
  if (line === undefined) return notice("bad", title, words, slug === "busy" && again);
  const goTo = (): void => events.goTo(line, column);
  const button = h("button", { class: "button", type: "button", on: { click: goTo } }, WORDS.problem.at(line, column));
  const doubt = events.doubt();
  // The engine tells where it gave up, which can be behind the fault.
  const earlier = doubt !== null && doubt.line < line && h("p", {}, WORDS.problem.earlier(doubt.line, doubt.words), " ",
    h("button", { class: "link-button", type: "button", on: { click: () => events.goTo(doubt.line, 1) } }, WORDS.problem.look));
  return notice("bad", title, words, earlier, button);
}

function notice(kind: string, title: string, ...children: (HTMLElement | false)[]): HTMLElement {
  return h("div", { class: `notice notice-${kind}` }, h("h3", {}, title), ...children);
}
