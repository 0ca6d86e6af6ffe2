/** The table beside the picture: its columns, sorted, and as CSV. */

import { csv } from "./csv";
import type { Picture } from "./filtering";

export interface Row {
  readonly id: string;
  readonly source: string;
  readonly sourceLabel: string;
  readonly action: string;
  readonly plover: string;
  readonly quad: number;
  readonly target: string;
  readonly targetLabel: string;
  readonly events: number;
  readonly mentions: number;
  readonly goldstein: number;
  readonly first: string | null;
  readonly last: string | null;
}

export type Column = "sourceLabel" | "action" | "targetLabel" | "quad" | "events" | "mentions" | "goldstein" | "first" | "last";

export const COLUMNS: readonly Column[] = ["sourceLabel", "action", "targetLabel", "quad", "events", "mentions", "goldstein", "first", "last"];

export interface Order {
  readonly column: Column;
  readonly down: boolean;
}

export const BY_EVENTS: Order = { column: "events", down: true };

/** A row for each relation of a picture. */
export function rowsOf(picture: Picture): Row[] {
  const label = (id: string): string => picture.actors.get(id)?.actor.label ?? id;
  return picture.relations.map(({ relation: r, weight }) => ({
    ...{ id: r.id, source: r.source, sourceLabel: label(r.source), action: r.action, plover: r.plover, quad: r.quad },
    ...{ target: r.target, targetLabel: label(r.target), events: weight, mentions: r.mentions },
    ...{ goldstein: r.goldstein, first: r.first, last: r.last },
  }));
}

/** Sorted rows; what has no value comes last either way, and equals stay in the order of their ids. */
export function sorted(rows: readonly Row[], { column, down }: Order): Row[] {
  const sign = down ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [one[column], other[column]];
    if (a === null || b === null) return a === b ? byId(one, other) : a === null ? 1 : -1;
    const order = typeof a === "number" ? a - (b as number) : a.localeCompare(b as string, "en");
    return sign * order || byId(one, other);
  });
}

function byId(one: Row, other: Row): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** The rows as a file, in their order. */
export function rowsAsCsv(rows: readonly Row[]): string {
  const head = ["source", "source_label", "action", "plover", "quad", "target", "target_label", "events", "mentions", "goldstein", "first", "last"];
  const lines = rows.map((r) => [r.source, r.sourceLabel, r.action, r.plover, r.quad, r.target, r.targetLabel, r.events, r.mentions, r.goldstein, r.first, r.last]);
  return csv([head, ...lines]);
}
