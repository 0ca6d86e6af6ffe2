/**
 * Charts in SVG: lines over days, bars over names.
 *
 * Drawn here and not by a library: two kinds of chart are 150 lines, and the smallest libraries are ten times that and draw on
 * a canvas, which no style sheet and no reader of screens reaches.
 */

import { h, svg } from "../shared/dom";
import { TEXTS } from "../texts";
import { type Chart, type Series, ticks } from "./fit";

const WORDS = TEXTS.workbench.chart;
const LINE_HEIGHT = 300;
const BAR = 18;
const LETTER = 6.6;
const MARGIN = { top: 12, right: 40, bottom: 28, left: 56 };

/** A chart as wide as `width` pixels, with its legend; `names` are the columns. */
export function chartView(chart: Chart, names: { along: string; height: string }, width: number): HTMLElement {
  const points = chart.series.reduce((sum, { points: some }) => sum + some.length, 0);
  const label = WORDS.label(chart.kind === "line" ? WORDS.line : WORDS.bar, names.height, names.along, points);
  const drawn = chart.kind === "line" ? lines(chart, width, label) : bars(chart, width, label);
  const legend = chart.series.map(({ name }, i) => h("li", {}, sample(chart.kind, tint(name, i)), name));
  return h("figure", { class: "chart" }, chart.series.length > 1 && h("ul", { class: "legend" }, legend), drawn);
}

/** How a series looks: a piece of its line, or its colour. */
function sample(kind: Chart["kind"], tinted: string): Element {
  if (kind === "bar") return h("span", { class: `swatch ${tinted}`, "aria-hidden": "true" });
  const line = svg("path", { class: "line", d: "M0 5H28" });
  return svg("svg", { class: `sample ${tinted}`, width: 28, height: 10, "aria-hidden": "true" }, line);
}

/** The class by which the style sheet colours a series: a quad class has its own colour wherever it appears. */
function tint(name: string, place: number): string {
  const quad = Object.entries(TEXTS.quads).find(([, words]) => words === name)?.[0];
  return quad === undefined ? `series-${place + 1}` : `quad-${quad}`;
}

function extent(series: readonly Series[]): number[] {
  const heights = series.flatMap(({ points }) => points.map(({ height }) => height));
  return ticks(Math.min(...heights), Math.max(...heights));
}

function scale(from: readonly number[], low: number, high: number): (value: number) => number {
  const [least = 0, most = 1] = [from[0], from.at(-1)];
  return (value) => low + ((value - least) / (most - least || 1)) * (high - low);
}

function lines({ series, along }: Chart, width: number, label: string): SVGElement {
  const marks = extent(series);
  const times = along.map(timeOf);
  const x = scale([times[0] ?? 0, times.at(-1) ?? 1], MARGIN.left, width - MARGIN.right);
  const y = scale(marks, LINE_HEIGHT - MARGIN.bottom, MARGIN.top);
  const grid = marks.map((mark) =>
    svg("g", {}, svg("line", { class: "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(mark), y2: y(mark) }),
      svg("text", { x: MARGIN.left - 8, y: y(mark), class: "tick tick-left" }, figure(mark))),
  );
  const shown = apart(along.map((day) => ({ day, x: x(timeOf(day)) })), (along[0] ?? "").length * LETTER + 16);
  const days = shown.map((one) => svg("text", { x: one.x, y: LINE_HEIGHT - 8, class: "tick" }, one.day));
  const drawn = series.map(({ name, points }, i) => {
    const places = points.map((point) => ({ ...point, x: x(timeOf(point.along)), y: y(point.height) }));
    const path = places.map((place, n) => `${n === 0 ? "M" : "L"}${place.x.toFixed(1)} ${place.y.toFixed(1)}`).join("");
    const dots = places.map((place) => dot(place.x, place.y, `${name}, ${place.along}: ${figure(place.height)}`));
    return svg("g", { class: tint(name, i) }, svg("path", { class: "line", d: path }), ...dots);
  });
  return picture(width, LINE_HEIGHT, label, [...grid, ...days, ...drawn]);
}

function dot(x: number, y: number, words: string): SVGElement {
  return svg("circle", { class: "dot", cx: x, cy: y, r: 3.5 }, svg("title", {}, words));
}

function bars({ series, along }: Chart, width: number, label: string): SVGElement {
  const marks = extent(series);
  const row = series.length * BAR + 8;
  const longest = Math.max(...along.map((name) => name.length));
  const left = Math.min(longest * LETTER + 12, width * 0.4);
  const x = scale(marks, left, width - 48);
  const drawn = along.flatMap((name, n) => {
    const words = svg("text", { class: "tick tick-left", x: left - 8, y: n * row + (row - 8) / 2 }, shortened(name, left));
    words.append(svg("title", {}, name));
    return [words, ...series.flatMap((one, i) => bar(one, name, n * row + i * BAR, x, series.length > 1 ? tint(one.name, i) : tint(name, 0)))];
  });
  const zero = svg("line", { class: "grid", x1: x(0), x2: x(0), y1: 0, y2: along.length * row - 8 });
  return picture(width, along.length * row, label, [zero, ...drawn]);
}

function bar({ name, points }: Series, along: string, top: number, x: (value: number) => number, tinted: string): SVGElement[] {
  const height = points.find((point) => point.along === along)?.height;
  if (height === undefined) return [];
  const [from, to] = [x(Math.min(0, height)), x(Math.max(0, height))];
  const box = svg("rect", { class: "bar-fill", x: from, y: top + 1, width: Math.max(to - from, 1), height: BAR - 3, rx: 2 });
  box.append(svg("title", {}, `${name}, ${along}: ${figure(height)}`));
  return [svg("g", { class: tinted }, box), svg("text", { class: "tick tick-right", x: to + 5, y: top + BAR / 2 - 1 }, figure(height))];
}

function picture(width: number, height: number, label: string, children: SVGElement[]): SVGElement {
  return svg("svg", { class: "picture", role: "img", "aria-label": label, viewBox: `0 0 ${width} ${height}`, width, height }, ...children);
}

function figure(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}

function shortened(name: string, left: number): string {
  const most = Math.floor((left - 12) / LETTER);
  return name.length > most ? `${name.slice(0, Math.max(most - 1, 1))}…` : name;
}

/** Milliseconds of a day, month or year. */
function timeOf(day: string): number {
  return Date.parse(day.length === 4 ? `${day}-01-01` : day.length === 7 ? `${day}-01` : day);
}

/** Those of `places` that stand `least` pixels apart at least; the last one is among them. */
export function apart<Place extends { readonly x: number }>(places: readonly Place[], least: number): Place[] {
  const kept: Place[] = [];
  for (const place of [...places].reverse()) {
    const right = kept.at(-1);
    if (right === undefined || right.x - place.x >= least) kept.push(place);
  }
  return kept.reverse();
}
