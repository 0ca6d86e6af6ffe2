import { expect, test } from "vitest";
import { decode, encode, isFiltered, START, unfiltered, type View } from "../src/explorer/view";

const FULL: View = {
  actors: ["KOR", "---:gunmen & co"],
  expanded: ["PRK", "a,b"],
  from: "2023-11",
  to: "2024-04",
  quads: [1, 4],
  actions: ["ACCUSE", "agree-to-meet"],
  types: ["State", "StateOrgan"],
  sectors: ["GOV", "MIL"],
  weight: 3,
  modalities: ["actual", "planned"],
  confidence: 0.35,
  limit: 500,
  hidden: ["<img src=x onerror=alert(1)>"],
  pins: { "K,1": [1.5, -20], KOR: [0, 3] },
  selected: { kind: "link", source: "KOR", target: "=1+1" },
  show: "table",
};

test("a view is the same after the way through the address", () => {
  expect(decode(`#${encode(FULL)}`)).toEqual(FULL);
});

test("the start has an empty address", () => {
  expect(encode(START)).toBe("");
  expect(decode("")).toEqual(START);
});

test.each([
  ["a month that is none", "from=2024-13", { from: null }],
  ["a time that ends before it begins", "from=2024-05&to=2024-02", { from: null, to: null }],
  ["a quad class that is none", "quad=5&quad=2&quad=x", { quads: [2] }],
  ["a weight that is no number", "weight=-1", { weight: 1 }],
  ["a confidence above 1", "confidence=7", { confidence: 0 }],
  ["a limit that is too large", "limit=99999999", { limit: 200 }],
  ["a modality that is none", "modality=perhaps", { modalities: ["actual"] }],
  ["half of an edge", "link=KOR", { selected: null }],
  ["a pin without a place", "pin=KOR", { pins: {} }],
  ["a value twice", "actor=KOR&actor=KOR", { actors: ["KOR"] }],
])("of an address, %s is left out", (_, hash, expected) => {
  expect(decode(hash)).toMatchObject(expected);
});

test("filters are told and taken away, the actors stay", () => {
  expect(isFiltered(START)).toBe(false);
  expect(isFiltered({ ...START, modalities: ["actual", "planned"] })).toBe(true);
  expect(isFiltered(FULL)).toBe(true);
  expect(isFiltered(unfiltered(FULL))).toBe(false);
  expect(unfiltered(FULL).actors).toEqual(FULL.actors);
});
