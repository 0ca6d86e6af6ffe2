/** The table twin of the network: the same relations, sortable, with the same selection. */

import type { Quad } from "../palette";
import { fill, h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import type { Picture } from "./filtering";
import { BY_EVENTS, type Column, COLUMNS, type Order, type Row, rowsOf, sorted } from "./rows";
import { swatch } from "./swatch";
import type { Selected } from "./view";

const PAGE = 200;
const NUMBERS: ReadonlySet<Column> = new Set(["events", "mentions", "goldstein", "first", "last"]);

export class Table {
  readonly element: HTMLElement;
  private readonly head = h("tr");
  private readonly body = h("tbody");
  private readonly foot = h("div", { class: "table-foot" });
  private order: Order = BY_EVENTS;
  private rows: Row[] = [];
  private selected: Selected | null = null;
  private length = PAGE;

  constructor(
    private readonly open: (source: string, target: string) => void,
    private readonly save: () => void,
  ) {
    const caption = h("caption", { class: "unseen" }, TEXTS.table.caption);
    const table = h("table", { class: "table" }, caption, h("thead", {}, this.head), this.body);
    this.element = h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": TEXTS.table.caption }, table, this.foot);
    this.drawHead();
  }

  show(picture: Picture, selected: Selected | null): void {
    this.rows = sorted(rowsOf(picture), this.order);
    this.selected = selected;
    this.draw();
  }

  /** The rows in the order in which they are shown. */
  get shown(): readonly Row[] {
    return this.rows;
  }

  private drawHead(): void {
    fill(this.head, ...COLUMNS.map((column) => {
      const current = column === this.order.column;
      const sort = current ? (this.order.down ? "descending" : "ascending") : "none";
      const sign = current ? (this.order.down ? "▾" : "▴") : "";
      const button = h("button", { type: "button", "data-column": column, on: { click: () => this.sortBy(column) } }, TEXTS.table.columns[column], h("span", { "aria-hidden": "true" }, sign));
      return h("th", { scope: "col", "aria-sort": sort, class: NUMBERS.has(column) ? "number" : "" }, button);
    }));
  }

  private sortBy(column: Column): void {
    const down = this.order.column === column ? !this.order.down : NUMBERS.has(column);
    this.order = { column, down };
    this.rows = sorted(this.rows, this.order);
    this.drawHead();
    this.draw();
    this.head.querySelector<HTMLElement>(`[data-column="${column}"]`)?.focus();
  }

  private draw(): void {
    fill(this.body, ...this.rows.slice(0, this.length).map((row) => this.row(row)));
    const left = this.rows.length - this.length;
    const grow = (): void => {
      this.length += PAGE;
      this.draw();
    };
    fill(
      this.foot,
      left > 0 ? h("button", { type: "button", class: "button", on: { click: grow } }, TEXTS.table.more(Math.min(left, PAGE))) : null,
      this.rows.length > 0 ? h("button", { type: "button", class: "button", on: { click: this.save } }, icon("save"), TEXTS.table.csv) : null,
    );
  }

  private row(row: Row): HTMLElement {
    const { selected } = this;
    const chosen = selected?.kind === "link" ? selected.source === row.source && selected.target === row.target : selected !== null && (selected.id === row.source || selected.id === row.target);
    const open = h("button", { type: "button", class: "link-button", "aria-label": TEXTS.table.open(TEXTS.action(row.action), row.sourceLabel, row.targetLabel), on: { click: () => this.open(row.source, row.target) } }, TEXTS.action(row.action));
    const quad = row.quad as Quad;
    return h(
      "tr",
      { class: chosen ? "chosen" : "" },
      h("td", {}, row.sourceLabel),
      h("td", {}, open),
      h("td", {}, row.targetLabel),
      h("td", {}, h("span", { class: "quad-cell" }, swatch(quad), h("span", { class: "quad-words" }, TEXTS.quads[quad]))),
      ...[TEXTS.number(row.events), TEXTS.number(row.mentions), row.goldstein.toFixed(1), row.first ?? "", row.last ?? ""].map((value) => h("td", { class: "number" }, value)),
    );
  }
}
