import { describe, expect, it } from "vitest";

import type { Rows } from "../../src/workbench/answer";
import { apart } from "../../src/workbench/chart";
import { chartColumns, chartOf, dealings, MOST_BARS, MOST_LINKS, networkColumns, networkOf, ticks } from "../../src/workbench/fit";
import type { Cell } from "../../src/workbench/terms";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const text = (value: string): Cell => ({ type: "literal", value });
const number = (value: number): Cell => ({ type: "literal", value: String(value), datatype: `${XSD}integer` });
const day = (value: string): Cell => ({ type: "literal", value, datatype: `${XSD}date` });
const actor = (id: string): Cell => ({ type: "uri", value: `https://w3id.org/whowhom/id/actor/${id}` });
const PREFIXES = { actor: "https://w3id.org/whowhom/id/actor/" };

function table(columns: string[], ...rows: Cell[][]): Rows {
  return { kind: "rows", graph: false, columns, rows, cut: null, raw: "" };
}

describe("a chart", () => {
  it.each([
    ["days and a number", table(["day", "n"], [day("2024-03-01"), number(1)]), { along: 0, height: 1, series: null, dates: true }],
    ["months in words", table(["n", "month"], [number(1), text("2024-03")]), { along: 1, height: 0, series: null, dates: true }],
    ["names", table(["actor", "n"], [actor("KOR"), number(1)]), { along: 0, height: 1, series: null, dates: false }],
    [
      "a class beside days",
      table(["day", "class", "n"], [day("2024-03-01"), text("a"), number(1)], [day("2024-03-01"), text("b"), number(1)]),
      { along: 0, height: 2, series: 1, dates: true },
    ],
    ["numbers alone", table(["a", "b"], [number(1), number(2)]), { along: 0, height: 1, series: null, dates: false }],
    ["no number", table(["a", "b"], [text("x"), text("y")]), null],
    ["one number", table(["n"], [number(1)]), null],
    ["a column with a word among numbers", table(["a", "n"], [text("x"), number(1)], [text("y"), text("z")]), null],
    ["no rows", table(["a", "n"]), null],
  ])("of %s", (_, answer, columns) => {
    expect(chartColumns(answer)).toEqual(columns);
  });

  it("adds up what meets, puts days in order, and tells what has no number", () => {
    const answer = table(["day", "n"], [day("2024-03-02"), number(1)], [day("2024-03-01"), number(2)], [day("2024-03-02"), number(3)], [day("2024-03-03"), null]);
    const chart = chartOf(answer, { along: 0, height: 1, series: null, dates: true }, {});
    expect(chart).toEqual({
      kind: "bar",
      along: ["2024-03-01", "2024-03-02"],
      series: [{ name: "n", points: [{ along: "2024-03-01", height: 2 }, { along: "2024-03-02", height: 4 }] }],
      left: 1,
    });
  });

  it("is a line where there are more than two days", () => {
    const rows = ["2024-01", "2024-02", "2024-03"].map((month, i) => [text(month), number(i)]);
    expect(chartOf(table(["month", "n"], ...rows), { along: 0, height: 1, series: null, dates: true }, {}).kind).toBe("line");
  });

  it("draws so many bars and tells of the others", () => {
    const rows = Array.from({ length: MOST_BARS + 3 }, (_, i) => [text(`a${i}`), number(i)]);
    const chart = chartOf(table(["a", "n"], ...rows), { along: 0, height: 1, series: null, dates: false }, {});
    expect([chart.along.length, chart.left]).toEqual([MOST_BARS, 3]);
  });

  it.each([
    [0, 8, [0, 2, 4, 6, 8]],
    [0, 28, [0, 10, 20, 30]],
    [-8, -2, [-8, -6, -4, -2, 0]],
    [-3.5, 4, [-4, -2, 0, 2, 4]],
    [0, 0.3, [0, 0.1, 0.2, 0.3]],
    [0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ])("has round figures from %d to %d", (least, most, marks) => {
    expect(ticks(least, most)).toEqual(marks);
  });

  it("has words along that do not touch, the last among them", () => {
    expect(apart([{ x: 0 }, { x: 90 }, { x: 95 }, { x: 100 }], 50)).toEqual([{ x: 0 }, { x: 100 }]);
  });
});

describe("a network", () => {
  it.each([
    [["source", "action", "target", "weight"], true, { source: 0, target: 2, action: 1, weight: 3 }],
    [["t", "s"], false, { source: 1, target: 0, action: null, weight: null }],
    [["source", "target", "Events"], true, { source: 0, target: 1, action: null, weight: 2 }],
    [["subject", "predicate", "object"], false, { source: 0, target: 2, action: 1, weight: null }],
    [["source", "target", "weight"], false, { source: 0, target: 1, action: null, weight: null }],
    [["actor", "events"], true, null],
  ])("needs its columns: %j", (columns, counted, found) => {
    const row = columns.map((_, i) => (counted && i === columns.length - 1 ? number(2) : text("x")));
    expect(networkColumns(table(columns, row))).toEqual(found);
  });

  it("adds up the same links, the heaviest first, and leaves out what has no end", () => {
    const answer = table(
      ["source", "target", "weight"],
      [actor("KOR"), actor("PRK"), number(1)],
      [actor("NOR"), text("Belarus"), number(4)],
      [actor("KOR"), actor("PRK"), number(2)],
      [actor("KOR"), null, number(9)],
    );
    expect(networkOf(answer, { source: 0, target: 1, action: null, weight: 2 }, PREFIXES)).toEqual({
      nodes: ["actor:NOR", "Belarus", "actor:KOR", "actor:PRK"],
      links: [
        { source: "actor:NOR", target: "Belarus", action: "", weight: 4 },
        { source: "actor:KOR", target: "actor:PRK", action: "", weight: 3 },
      ],
      left: 0,
    });
  });

  it("tells what a node does and what is done to it", () => {
    const link = (source: string, action: string, target: string, weight: number) => ({ source, action, target, weight });
    const links = [link("A", "summon", "B", 2), link("B", "threaten", "A", 1), link("A", "accuse", "B", 1), link("B", "aid", "C", 1)];
    expect(dealings({ nodes: ["A", "B", "C"], links, left: 0 }, "A")).toEqual([
      { source: "A", target: "B", actions: ["summon 2", "accuse"] },
      { source: "B", target: "A", actions: ["threaten"] },
    ]);
  });

  it("has no literals of a graph, and tells what it leaves out", () => {
    const rows = Array.from({ length: MOST_LINKS + 2 }, (_, i) => [actor(`A${i}`), text("p"), actor("B")]);
    const graph = { ...table(["subject", "predicate", "object"], ...rows, [actor("A"), text("p"), text("words")]), graph: true };
    const net = networkOf(graph, { source: 0, target: 2, action: 1, weight: null }, {});
    expect([net.links.length, net.left]).toEqual([MOST_LINKS, 2]);
  });
});
