import { expect, test } from "vitest";
import { type Mark, pieces } from "../src/explorer/highlight";

const mark = (start: number, end: number, role: Mark["role"]): Mark => ({ start, end, role });
const shown = (text: string, start: number, marks: Mark[]): string[] =>
  pieces(text, start, marks).map((piece) => (piece.marks.length ? `${piece.marks.map((one) => one.role).join("+")}:${piece.text}` : piece.text));

test("the sentence of the demo", () => {
  const text = "South Korea will pressure North Korea.";
  expect(shown(text, 183, [mark(183, 194, "source"), mark(200, 208, "trigger"), mark(209, 220, "target")])).toEqual([
    "source:South Korea",
    " will ",
    "trigger:pressure",
    " ",
    "target:North Korea",
    ".",
  ]);
});

test("offsets count code points, strings UTF-16 units", () => {
  expect(shown("🕊🕊 Norway met 𝔎orea", 10, [mark(13, 19, "source"), mark(24, 29, "target")])).toEqual(["🕊🕊 ", "source:Norway", " met ", "target:𝔎orea"]);
});

test("combining marks and right-to-left text are counted as the server does", () => {
  const text = "e\u0301tat עברית";
  expect(shown(text, 0, [mark(6, 11, "target")])).toEqual(["e\u0301tat ", "target:עברית"]);
});

test.each([
  ["overlap", [mark(0, 4, "source"), mark(2, 6, "trigger")], ["source:ab", "source+trigger:cd", "trigger:ef", "gh"]],
  ["one within another", [mark(0, 8, "source"), mark(3, 4, "trigger")], ["source:abc", "source+trigger:d", "source:efgh"]],
  ["the same place", [mark(1, 2, "source"), mark(1, 2, "target")], ["a", "source+target:b", "cdefgh"]],
  ["beyond the text", [mark(6, 60, "target")], ["abcdef", "target:gh"]],
  ["before the text", [mark(-5, 2, "source")], ["source:ab", "cdefgh"]],
  ["outside of the text", [mark(50, 60, "cue")], ["abcdefgh"]],
  ["no length", [mark(3, 3, "cue")], ["abcdefgh"]],
])("marks that have %s", (_, marks, expected) => {
  expect(shown("abcdefgh", 0, marks as Mark[])).toEqual(expected);
});

test("the pieces are the text, whatever the marks", () => {
  const text = "a🕊b<img onerror>ç";
  for (let start = 0; start < 8; start++) {
    for (let end = 0; end < 20; end++) {
      expect(pieces(text, 0, [mark(start, end, "source"), mark(3, 7, "target")]).map((piece) => piece.text).join("")).toBe(text);
    }
  }
});
