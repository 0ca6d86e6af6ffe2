import { expect, test } from "vitest";
import { csv } from "../src/explorer/csv";
import { picture } from "../src/explorer/filtering";
import { type Column, rowsAsCsv, rowsOf, sorted } from "../src/explorer/rows";
import { START } from "../src/explorer/view";
import { SAMPLE } from "./sample";

const ROWS = rowsOf(picture(SAMPLE, START, null));

test.each<[Column, boolean, string]>([
  ["events", true, "KOR--accuse--PRK"],
  ["events", false, "PRK--meet--KOR"],
  ["action", false, "KOR--accuse--PRK"],
  ["action", true, "PRK-MIL--shell--KOR"],
  ["sourceLabel", false, "gang--attack--gang"],
  ["quad", true, "PRK-MIL--shell--KOR"],
])("sorted by %s (downwards: %s)", (column, down, first) => {
  expect(sorted(ROWS, { column, down })[0]!.id).toBe(first);
});

test("what has no value comes last either way", () => {
  const rows = ROWS.map((row, place) => ({ ...row, last: place === 2 ? null : `2024-0${place + 1}-01` }));
  for (const down of [true, false]) expect(sorted(rows, { column: "last", down }).at(-1)!.last).toBeNull();
});

test.each([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "so"', '"say ""so"""'],
  ["two\nlines", '"two\nlines"'],
  ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ["+1", "'+1"],
  ["@sum", "'@sum"],
  ["＝1", "'＝1"],
  ["---", "---"],
  ["<b>", "<b>"],
])("the cell %j is %j", (value, expected) => {
  expect(csv([[value]])).toBe(`${expected}\r\n`);
});

test("numbers are not texts, and nothing is nothing", () => {
  expect(csv([[-5, null, 0.5]])).toBe("-5,,0.5\r\n");
});

test("the file has a line of names and one for each row", () => {
  const lines = rowsAsCsv(ROWS).trimEnd().split("\r\n");
  expect(lines).toHaveLength(ROWS.length + 1);
  expect(lines[0]).toBe("source,source_label,action,plover,quad,target,target_label,events,mentions,goldstein,first,last");
  expect(lines[1]).toBe("KOR,the KOR,meet,CONSULT,1,PRK,the PRK,3,3,1,2024-01-05,");
});
