/** Which columns of a table make a chart, and which a network. */

import { type Rows } from "./answer";
import { type Cell, isDate, numberOf, type Prefixes, wordsOf } from "./terms";

// --- charts

export interface ChartColumns {
  /** What runs along: days or names. */
  readonly along: number;
  /** The numbers. */
  readonly height: number;
  /** What tells lines or bars apart; null for one. */
  readonly series: number | null;
  readonly dates: boolean;
}

export interface Point {
  readonly along: string;
  readonly height: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Chart {
  readonly kind: "line" | "bar";
  /** All that stands along, in order. */
  readonly along: readonly string[];
  readonly series: readonly Series[];
  /** Rows that are not drawn: without a number, or beyond the most. */
  readonly left: number;
}

export const MOST_SERIES = 6;
export const MOST_BARS = 40;

/** The columns of numbers: those with a number wherever they have anything, and somewhere. */
export function numberColumns({ columns, rows }: Rows): number[] {
  return every(columns, rows, (cell) => numberOf(cell) !== null);
}

export function dateColumns({ columns, rows }: Rows): number[] {
  return every(columns, rows, isDate);
}

function every(columns: readonly string[], rows: Rows["rows"], fits: (cell: Cell) => boolean): number[] {
  return columns.flatMap((_, i) => {
    const cells = rows.map((row) => row[i] ?? null).filter((cell) => cell !== null);
    return cells.length > 0 && cells.every(fits) ? [i] : [];
  });
}

/** Columns that make a chart, or null: a number, and something that it is told along. */
export function chartColumns(answer: Rows): ChartColumns | null {
  const numbers = numberColumns(answer);
  const dates = dateColumns(answer);
  const others = answer.columns.map((_, i) => i).filter((i) => !numbers.includes(i) && !dates.includes(i));
  const [along = numbers.length > 1 ? numbers[0] : undefined] = [...dates, ...others];
  const height = numbers.find((i) => i !== along);
  if (along === undefined || height === undefined) return null;
  const series = others.find((i) => i !== along && distinct(answer, i) <= MOST_SERIES && distinct(answer, i) > 1) ?? null;
  return { along, height, series, dates: dates.includes(along) };
}

function distinct({ rows }: Rows, column: number): number {
  return new Set(rows.map((row) => row[column]?.value ?? "")).size;
}

/** The chart of some columns: lines over days, bars over all else; what meets at one place is added up. */
export function chartOf(answer: Rows, columns: ChartColumns, prefixes: Prefixes): Chart {
  const sums = new Map<string, Map<string, number>>();
  const places = new Set<string>();
  let left = 0;
  for (const row of answer.rows) {
    const number = numberOf(row[columns.height] ?? null);
    const place = wordsOf(row[columns.along] ?? null, prefixes);
    const known = places.has(place);
    if (number === null || place === "" || (!known && !columns.dates && places.size >= MOST_BARS)) {
      left++;
      continue;
    }
    places.add(place);
    const name = columns.series === null ? (answer.columns[columns.height] ?? "") : wordsOf(row[columns.series] ?? null, prefixes);
    const points = sums.get(name) ?? new Map<string, number>();
    points.set(place, (points.get(place) ?? 0) + number);
    sums.set(name, points);
  }
  const along = columns.dates ? [...places].sort() : [...places];
  const names = [...sums.keys()].slice(0, MOST_SERIES);
  const series = names.map((name) => ({ name, points: pointsOf(sums.get(name), along) }));
  return { kind: columns.dates && along.length > 2 ? "line" : "bar", along, series, left };
}

function pointsOf(found: ReadonlyMap<string, number> | undefined, along: readonly string[]): Point[] {
  return along.flatMap((place) => {
    const height = found?.get(place);
    return height === undefined ? [] : [{ along: place, height }];
  });
}

/** Round figures from below the least to above the most number, with 0 among them. */
export function ticks(least: number, most: number, wanted = 5): number[] {
  const [low, high] = [Math.min(0, least), Math.max(0, most)];
  const rough = (high - low || 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10);
  const found: number[] = [];
  for (let i = Math.floor(low / step + 1e-9); i <= Math.ceil((high || (low === 0 ? 1 : 0)) / step - 1e-9); i++) {
    found.push(Number((i * step).toPrecision(12)));
  }
  return found;
}

// --- networks

export interface NetworkColumns {
  readonly source: number;
  readonly target: number;
  readonly action: number | null;
  readonly weight: number | null;
}

export interface Link {
  readonly source: string;
  readonly target: string;
  readonly action: string;
  readonly weight: number;
}

export interface Net {
  readonly nodes: readonly string[];
  /** The heaviest first. */
  readonly links: readonly Link[];
  /** Links that are not drawn, beyond the most. */
  readonly left: number;
}

export const MOST_LINKS = 1000;

const NAMES = {
  source: ["source", "s", "from", "subject"],
  target: ["target", "t", "to", "object"],
  action: ["action", "deed", "relation", "predicate", "p", "class"],
  weight: ["weight", "events", "mentions", "n", "count"],
} as const;

/** Columns that make a network, or null: a source and a target, perhaps an action and a weight. */
export function networkColumns(answer: Rows): NetworkColumns | null {
  const lower = answer.columns.map((name) => name.toLowerCase());
  const named = (names: readonly string[]): number | null => {
    const found = names.map((name) => lower.indexOf(name)).find((i) => i >= 0);
    return found ?? null;
  };
  const [source, target, action, weight] = [NAMES.source, NAMES.target, NAMES.action, NAMES.weight].map(named);
  if (source === null || source === undefined || target === null || target === undefined) return null;
  const heavy = weight !== null && weight !== undefined && numberColumns(answer).includes(weight) ? weight : null;
  return { source, target, action: action ?? null, weight: heavy };
}

/** The network of some columns: rows that agree in source, target and action are one link. */
export function networkOf(answer: Rows, columns: NetworkColumns, prefixes: Prefixes): Net {
  const links = new Map<string, Link>();
  for (const row of answer.rows) {
    const [from, to] = [row[columns.source] ?? null, row[columns.target] ?? null];
    if (from === null || to === null || to.type === "literal" && answer.graph) continue;
    const [source, target] = [wordsOf(from, prefixes), wordsOf(to, prefixes)];
    const action = columns.action === null ? "" : wordsOf(row[columns.action] ?? null, prefixes);
    const weight = columns.weight === null ? 1 : (numberOf(row[columns.weight] ?? null) ?? 0);
    const key = JSON.stringify([source, action, target]);
    links.set(key, { source, target, action, weight: (links.get(key)?.weight ?? 0) + weight });
  }
  const sorted = [...links.values()].sort((a, b) => b.weight - a.weight);
  const shown = sorted.slice(0, MOST_LINKS);
  const nodes = [...new Set(shown.flatMap(({ source, target }) => [source, target]))];
  return { nodes, links: shown, left: sorted.length - shown.length };
}

export interface Dealings {
  readonly source: string;
  readonly target: string;
  /** Actions, each with its weight where it is not 1. */
  readonly actions: readonly string[];
}

/** What `node` does and what is done to it, a line for each other node and direction, the heaviest first. */
export function dealings({ links }: Net, node: string): Dealings[] {
  const found = new Map<string, { source: string; target: string; actions: string[] }>();
  for (const { source, target, action, weight } of links) {
    if (source !== node && target !== node) continue;
    const key = JSON.stringify([source, target]);
    const one = found.get(key) ?? { source, target, actions: [] };
    one.actions.push(weight === 1 ? action : `${action} ${weight}`.trim());
    found.set(key, one);
  }
  return [...found.values()];
}
