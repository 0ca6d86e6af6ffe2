import { expect, test } from "vitest";
import { frames, histogram, outlines, type TimelineAnswer } from "../src/explorer/buckets";
import { dateWords, monthNumber, monthText, spanWords } from "../src/explorer/months";
import type { Quad } from "../src/palette";

const answer = (rows: [string, Quad, number][], undated = 0): TimelineAnswer => ({
  meta: { undated: { events: undated } },
  timeline: rows.map(([start, quad, events]) => ({ start, quad, events })),
});

test("months are numbers and back", () => {
  for (const month of ["0001-01", "1999-12", "2024-02"]) expect(monthText(monthNumber(month))).toBe(month);
  expect(spanWords(monthNumber("2024-03"), monthNumber("2024-04"))).toBe("March 2024");
  expect(spanWords(monthNumber("2024-03"), monthNumber("2024-06"))).toBe("Mar 2024 – May 2024");
});

test.each([
  ["day", "2024-03-12", "2024-03-13", "March 12, 2024"],
  ["month", "2024-03-01", "2024-04-01", "March 2024"],
  ["year", "2017-01-01", "2018-01-01", "2017"],
  ["week", "2024-03-11", "2024-03-18", "March 11, 2024 – March 17, 2024"],
])("a %s in words", (granularity, start, end, words) => {
  expect(dateWords({ start, end, granularity })).toBe(words);
});

test("bars are by month and quad class, months without events too", () => {
  const found = histogram(answer([["2024-01-01", 1, 2], ["2024-03-01", 1, 1], ["2024-03-01", 4, 5]], 3));
  expect(found).toMatchObject({ start: 2024 * 12, end: 2024 * 12 + 3, step: 1, highest: 6, undated: 3 });
  expect(found.bars).toEqual([[2, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 5]]);
  expect(outlines(found, 30)[3]).toMatch(/^M2\.08 0\.00h/);
});

test("very many months are told by year", () => {
  const found = histogram(answer([["1900-05-01", 2, 1], ["2024-03-01", 3, 1]]));
  expect(found.step).toBe(12);
  expect(found.bars).toHaveLength(125);
});

test("a store without dates has no bars", () => {
  expect(histogram(answer([], 4))).toMatchObject({ bars: [], undated: 4 });
});

test("a playback goes from the first month to the last without a gap", () => {
  const shots = frames(100, 430);
  expect(shots[0]![0]).toBe(100);
  expect(shots.at(-1)![1]).toBe(430);
  shots.slice(1).forEach(([from], place) => expect(from).toBe(shots[place]![1]));
  expect(shots.length).toBeLessThanOrEqual(48);
  expect(frames(5, 8)).toEqual([[5, 6], [6, 7], [7, 8]]);
});
