/** How the engine carried a query out: its operators as a tree, with rows and time. */

import { h } from "../shared/dom";
import { TEXTS } from "../texts";
import type { Operator, Plan } from "./client";

const WORDS = TEXTS.workbench.plan;

interface Step {
  readonly operator: Operator;
  readonly depth: number;
}

/** The operators from the top down, each with its depth. */
export function steps(operator: Operator, depth = 0): Step[] {
  return [{ operator, depth }, ...operator.children.flatMap((child) => steps(child, depth + 1))];
}

export function planView({ meta, plan }: Plan, asked: string): HTMLElement {
  const ms = (seconds: number): string => (seconds * 1000).toLocaleString("en", { maximumFractionDigits: 2 });
  const rows = steps(plan).map(({ operator, depth }) => rowOf(operator, depth, plan.seconds, ms));
  const summary = WORDS.summary(TEXTS.workbench.rows(meta.rows), ms(meta.planning_seconds), ms(meta.evaluation_seconds));
  const head = [WORDS.operator, WORDS.rows, WORDS.time].map((name, i) => h("th", { scope: "col", class: i > 0 ? "number" : "" }, name));
  return h(
    "div",
    { class: "plan" },
    h("p", {}, summary),
    meta.notes.length > 0 && [
      h("h3", {}, WORDS.notes),
      h("ul", { class: "notes" }, meta.notes.map((note) => h("li", {}, note))),
    ],
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": TEXTS.workbench.views.plan },
      h("table", { class: "rows" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows))),
    meta.query.trim() !== asked.trim() && [
      h("h3", {}, WORDS.mended),
      h("pre", { class: "raw", tabindex: 0 }, meta.query),
    ],
  );
}

function rowOf({ name, rows, seconds }: Operator, depth: number, whole: number, ms: (seconds: number) => string): HTMLElement {
  const words = h("td", { class: "operator" }, h("span", { class: "unseen" }, depth > 0 && `${depth}: `), name);
  words.style.setProperty("--depth", String(depth));
  const bar = h("meter", { class: "share", min: 0, max: 1, value: whole > 0 ? seconds / whole : 0, "aria-hidden": "true" });
  return h("tr", {}, words, h("td", { class: "number" }, rows.toLocaleString("en")), h("td", { class: "number" }, bar, ms(seconds)));
}
