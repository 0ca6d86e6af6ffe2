import { expect, test } from "vitest";
import { calculated, spread } from "../src/explorer/forces";
import { jobFor, type Places, seed } from "../src/explorer/layout";
import { loaded, relation, SAMPLE } from "./sample";

function placesOf(reversed: boolean): Places {
  const relations = reversed ? [...SAMPLE.relations].reverse() : SAMPLE.relations;
  const actors = new Map(reversed ? [...SAMPLE.actors].reverse() : SAMPLE.actors);
  const { job, ids } = jobFor(1, { anchor: null, loaded: { actors, relations } }, new Map())!;
  const found = calculated(job);
  return new Map(ids.map((id, place) => [id, { x: found[place * 2]!, y: found[place * 2 + 1]! }]));
}

test("the same data has the same places, in whatever order it comes", () => {
  expect(new Map([...placesOf(false)].sort())).toEqual(new Map([...placesOf(true)].sort()));
});

test("starting places follow from the ids, within the disc, and differ", () => {
  const ids = Array.from({ length: 500 }, (_, number) => `A${number}`);
  const places = ids.map((id) => seed(id, 100));
  expect(places).toEqual(ids.map((id) => seed(id, 100)));
  expect(Math.max(...places.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThanOrEqual(100);
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(500);
});

test("who is there already stays where it is, and new ones come near", () => {
  const before: Places = new Map([["KOR", { x: 100, y: -50 }], ["PRK", { x: 0, y: 0 }]]);
  const stage = { anchor: "KOR", loaded: loaded({ KOR: ["State", "GOV"], JPN: ["State", "GOV"] }, [relation("JPN", "visit", "KOR", 1, [1])]) };
  const { job, ids } = jobFor(7, stage, before)!;
  expect(ids).toEqual(["KOR", "JPN"]);
  const found = calculated(job);
  expect([found[0], found[1]]).toEqual([100, -50]);
  expect(Math.hypot(found[2]! - 100, found[3]! + 50)).toBeLessThan(300);
});

test("a stage that brings nobody needs no layout", () => {
  const before: Places = new Map([...SAMPLE.actors.keys()].map((id) => [id, { x: 0, y: 0 }]));
  expect(jobFor(1, { anchor: "KOR", loaded: SAMPLE }, before)).toBeNull();
});

test("no two actors are nearer than they may be, even out of one place", () => {
  const places = new Float64Array(40);
  spread(places, new Uint8Array(20), 10, 500);
  for (let one = 0; one < 20; one++) {
    for (let other = one + 1; other < 20; other++) {
      expect(Math.hypot(places[one * 2]! - places[other * 2]!, places[one * 2 + 1]! - places[other * 2 + 1]!)).toBeGreaterThan(9);
    }
  }
});
