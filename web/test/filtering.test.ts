import { expect, test } from "vitest";
import { facets, linkId, picture, stretchOf } from "../src/explorer/filtering";
import { monthNumber } from "../src/explorer/months";
import { START, type View } from "../src/explorer/view";
import { SAMPLE } from "./sample";

const ids = (view: Partial<View>, stretch: [number, number] | null = null): string[] =>
  picture(SAMPLE, { ...START, ...view }, stretch).relations.map(({ relation }) => relation.id);

const FEBRUARY: [number, number] = [monthNumber("2024-02"), monthNumber("2024-03")];

test.each<[string, Partial<View>, [number, number] | null, string[]]>([
  ["nothing lets everything pass", {}, null, ["KOR--meet--PRK", "KOR--accuse--PRK", "PRK--meet--KOR", "PRK-MIL--shell--KOR", "gang--attack--gang"]],
  ["a quad class", { quads: [1] }, null, ["KOR--meet--PRK", "PRK--meet--KOR"]],
  ["a PLOVER type", { actions: ["ASSAULT"] }, null, ["PRK-MIL--shell--KOR", "gang--attack--gang"]],
  ["a relation name beside a type", { actions: ["ASSAULT", "accuse"] }, null, ["KOR--accuse--PRK", "PRK-MIL--shell--KOR", "gang--attack--gang"]],
  ["an actor type, of both ends", { types: ["State"] }, null, ["KOR--meet--PRK", "KOR--accuse--PRK", "PRK--meet--KOR"]],
  ["a sector, but of actors that one starts from", { sectors: ["MIL"], actors: ["KOR"] }, null, ["PRK-MIL--shell--KOR"]],
  ["no sector", { sectors: [""] }, null, ["gang--attack--gang"]],
  ["a least number of events", { weight: 4 }, null, ["KOR--accuse--PRK"]],
  ["a stretch of time", {}, FEBRUARY, ["KOR--meet--PRK", "KOR--accuse--PRK", "PRK--meet--KOR"]],
  ["a least number in a stretch", { weight: 2 }, FEBRUARY, ["KOR--accuse--PRK"]],
  ["what is hidden", { hidden: ["PRK"] }, null, ["PRK-MIL--shell--KOR", "gang--attack--gang"]],
])("filters: %s", (_, view, stretch, expected) => {
  expect(ids(view, stretch)).toEqual(expected);
});

test("parallel relations are one link, coloured by what most events are", () => {
  const { links } = picture(SAMPLE, START, null);
  const link = links.find((one) => one.id === linkId("KOR", "PRK"))!;
  expect(link).toMatchObject({ weight: 8, quad: 3, mutual: true });
  expect(link.relations).toHaveLength(2);
  expect(links.find((one) => one.source === "PRK-MIL")).toMatchObject({ mutual: false });
});

test("actors are counted by what is in view", () => {
  const { actors } = picture(SAMPLE, START, FEBRUARY);
  expect(actors.get("KOR")).toMatchObject({ weight: 6, partners: 1 });
  expect(actors.has("gang")).toBe(false);
});

test("who one starts from stays though nothing is left of it", () => {
  expect(picture(SAMPLE, { ...START, quads: [2] }, null, ["KOR"]).actors.get("KOR")).toMatchObject({ weight: 0, partners: 0 });
});

test("a loop counts once for its actor", () => {
  expect(picture(SAMPLE, START, null).actors.get("gang")).toMatchObject({ weight: 1, partners: 1 });
});

test("the count beside a filter is of all but that filter", () => {
  const found = facets(SAMPLE, { ...START, quads: [4], types: ["State"] }, null);
  expect(found.quads.get(1)).toBe(4);
  expect(found.quads.get(4)).toBeUndefined();
  expect([...found.types]).toEqual([["State", 1], ["StateOrgan", 1], ["UnknownActor", 1]]);
  expect(facets(SAMPLE, START, null).actions.get("ASSAULT")).toEqual({ quad: 4, events: 4, names: new Map([["shell", 3], ["attack", 1]]) });
});

test("the time of a view is half-open", () => {
  expect(stretchOf({ ...START, from: "2024-01", to: "2024-03" })).toEqual([2024 * 12, 2024 * 12 + 2]);
  expect(stretchOf(START)).toBeNull();
});
