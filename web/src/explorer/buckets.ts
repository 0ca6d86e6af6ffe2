/** Events over time, from the rows of `/api/v1/timeline`. */

import type { Quad } from "../palette";
import { monthNumber } from "./months";

export interface TimelineRow {
  readonly start: string;
  readonly quad: Quad;
  readonly events: number;
}

export interface TimelineAnswer {
  readonly meta: { readonly undated: { readonly events: number } };
  readonly timeline: readonly TimelineRow[];
}

export interface Histogram {
  /** The first month, and the month after the last. */
  readonly start: number;
  readonly end: number;
  /** Months of a bar: 1, or 12 where there are very many. */
  readonly step: number;
  /** The events of each bar, by quad class 1 to 4. */
  readonly bars: readonly (readonly [number, number, number, number])[];
  readonly highest: number;
  readonly undated: number;
}

const MOST = 720; // bars of a month

/** The histogram of an answer, of `least` months at least. */
export function histogram(answer: TimelineAnswer, least = 1): Histogram {
  const months = answer.timeline.map((row) => monthNumber(row.start));
  const undated = answer.meta.undated.events;
  if (months.length === 0) return { start: 0, end: 0, step: 1, bars: [], highest: 0, undated };
  let end = Math.max(...months) + 1;
  let start = Math.min(...months, end - least);
  const step = end - start > MOST ? 12 : 1;
  [start, end] = [Math.floor(start / step) * step, Math.ceil(end / step) * step];
  const bars = Array.from({ length: (end - start) / step }, (): [number, number, number, number] => [0, 0, 0, 0]);
  for (const { start: day, quad, events } of answer.timeline) {
    bars[Math.floor((monthNumber(day) - start) / step)]![quad - 1]! += events;
  }
  const highest = Math.max(...bars.map((bar) => bar[0] + bar[1] + bar[2] + bar[3]));
  return { start, end, step, bars, highest, undated };
}

/** The outlines of the bars of each quad class, stacked, in a frame of one unit a bar and `height`. */
export function outlines({ bars, highest }: Histogram, height: number): [string, string, string, string] {
  const paths: [string, string, string, string] = ["", "", "", ""];
  if (highest === 0) return paths;
  const gap = bars.length > 200 ? 0 : 0.08;
  bars.forEach((bar, place) => {
    let base = height;
    bar.forEach((events, quad) => {
      if (events === 0) return;
      const tall = (events / highest) * height;
      base -= tall;
      paths[quad as 0 | 1 | 2 | 3] += `M${place + gap} ${base.toFixed(2)}h${1 - 2 * gap}v${tall.toFixed(2)}h${-(1 - 2 * gap)}z`;
    });
  });
  return paths;
}

/** The stretches that a playback shows, one after the other: some 48 at most, all of the same length but the last. */
export function frames(start: number, end: number, most = 48): [number, number][] {
  const step = Math.max(1, Math.ceil((end - start) / most));
  const out: [number, number][] = [];
  for (let from = start; from < end; from += step) out.push([from, Math.min(end, from + step)]);
  return out;
}
