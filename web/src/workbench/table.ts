/** The rows of an answer as a table that can be sorted. */

import { fill, h } from "../shared/dom";
import { TEXTS } from "../texts";
import type { Rows } from "./answer";
import { numberColumns } from "./fit";
import { describePlace } from "./permalink";
import { type Cell, compare, numberOf, type Prefixes, rounded, shorten } from "./terms";

/** Rows that are put on the page at a time. */
export const PAGE = 200;

/** Characters of a text beyond which it is folded. */
const LONG = 400;

interface Order {
  readonly column: number;
  readonly down: boolean;
}

/** A table of the rows in their order, which the reader can change. */
export function tableView(answer: Rows, prefixes: Prefixes): HTMLElement {
  const body = h("tbody");
  const foot = h("p", { class: "table-foot soft small" });
  const numbers = numberColumns(answer);
  const heads = answer.columns.map((name, column) => headOf(name, numbers.includes(column), () => sort(column)));
  let order: Order | null = null;
  let rows = answer.rows;
  let shown = 0;

  function more(): void {
    const page = rows.slice(shown, shown + PAGE);
    body.append(...page.map((row) => h("tr", {}, row.map((cell) => cellOf(cell, prefixes)))));
    shown += page.length;
    const left = rows.length - shown;
    const button = h("button", { class: "button", type: "button", on: { click: more } }, TEXTS.workbench.more(Math.min(PAGE, left)));
    fill(foot, left > 0 && [TEXTS.workbench.shown(shown, rows.length), " ", button]);
    foot.hidden = left === 0;
  }

  function sort(column: number): void {
    order = { column, down: order?.column === column && !order.down };
    const { down } = order;
    const sign = down ? -1 : 1;
    rows = [...answer.rows].sort((a, b) => sign * compare(a[column] ?? null, b[column] ?? null));
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column]?.setAttribute("aria-sort", down ? "descending" : "ascending");
    fill(body);
    shown = 0;
    more();
  }

  more();
  return h(
    "div",
    {},
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": TEXTS.workbench.views.table },
      h("table", { class: "rows" }, h("thead", {}, h("tr", {}, heads)), body)),
    foot,
  );
}

function headOf(name: string, number: boolean, sort: () => void): HTMLElement {
  const button = h("button", { type: "button", title: TEXTS.workbench.sort(name), on: { click: sort } }, name);
  return h("th", { scope: "col", class: number ? "number" : "" }, button);
}

/** A cell; what it says is set as text, and only addresses of the web become links out. */
export function cellOf(cell: Cell, prefixes: Prefixes): HTMLElement {
  if (cell === null) return h("td", { class: "none" }, h("span", { class: "unseen" }, TEXTS.workbench.blank));
  if (cell.type === "uri") return h("td", { class: "iri" }, linkOf(cell.value, prefixes));
  if (cell.type === "bnode") return h("td", { class: "iri" }, `_:${cell.value}`);
  if (numberOf(cell) !== null) return h("td", { class: "number", title: cell.value }, rounded(cell.value));
  if (cell.value.length > LONG) return h("td", { class: "long" }, folded(cell.value));
  return h("td", { class: cell.value.length > 60 ? "long" : "", lang: cell.lang ?? null }, cell.value);
}

function folded(text: string): HTMLElement {
  const end = text.lastIndexOf(" ", LONG / 2);
  const begin = text.slice(0, end > 0 ? end : LONG / 2);
  return h("details", {}, h("summary", {}, `${begin} …`), h("p", { class: "whole" }, text));
}

/** Ours leads to what the graph says of it, another one out to the web. */
function linkOf(iri: string, prefixes: Prefixes): HTMLElement | string {
  const short = shorten(iri, prefixes);
  const place = describePlace(iri);
  const ours = Object.values(prefixes).some((base) => iri.startsWith(base));
  if (ours && place !== null) return h("a", { href: place, title: iri }, short.replace(/^<|>$/g, ""));
  if (!/^https?:\/\//.test(iri)) return short;
  return h("a", { href: iri, target: "_blank", rel: "noopener noreferrer" }, iri);
}
