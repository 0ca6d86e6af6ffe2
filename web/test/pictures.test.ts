import { expect, test } from "vitest";
import { picture } from "../src/explorer/filtering";
import { gexf } from "../src/explorer/gexf";
import { distanceTo, radius, width } from "../src/explorer/geometry";
import { placed } from "../src/explorer/labels";
import { svgPicture, xml } from "../src/explorer/svg-picture";
import { START } from "../src/explorer/view";
import { INKS } from "../src/palette";
import { TEXTS } from "../src/texts";
import { loaded, relation, SAMPLE } from "./sample";

const FRAME = { width: 400, height: 300, ink: INKS.light, caption: "caption", quadNames: TEXTS.quads, legend: true };
const PLACES = new Map([...SAMPLE.actors.keys()].map((id, place) => [id, { x: place * 10, y: (place % 2) * 7 }]));
const HOSTILE = loaded({ "<img src=x onerror=alert(1)>": ["State", null], 'a"&b': ["Group", null] }, [relation("<img src=x onerror=alert(1)>", "m&t", 'a"&b', 2, [1])]);

test("a drawing has each actor, each line with its dashes, and the loop", () => {
  const text = svgPicture(picture(SAMPLE, START, null), PLACES, FRAME);
  expect(text.match(/<circle/g)).toHaveLength(4);
  expect(text.match(/Z" fill=/g)).toHaveLength(3);
  expect(text).toContain('stroke-dasharray="8 4 8 4"');
  expect(text).toContain("A6 6");
  expect(text).toContain("verbal cooperation");
});

test.each([
  ["SVG", (): string => svgPicture(picture(HOSTILE, START, null), new Map([...HOSTILE.actors.keys()].map((id) => [id, { x: 1, y: id.length }])), FRAME)],
  ["GEXF", (): string => gexf(picture(HOSTILE, START, null), new Map(), INKS.light, "<x>", "2024-01-01")],
])("names are text in %s, and never markup", (_, make) => {
  const text = make();
  expect(text).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(text).not.toContain("<img");
});

test("what XML forbids is replaced", () => {
  expect(xml("a\u0000b\ud800c🕊")).toBe("a\uFFFDb\uFFFDc🕊");
});

test("sizes grow with events and have an end", () => {
  expect(radius(0, 10)).toBeLessThan(radius(5, 10));
  expect(radius(50, 10)).toBe(radius(10, 10));
  expect(width(1, 1)).toBe(1);
});

test.each([
  ["on the line", { x: 5, y: 0 }, 0, 0],
  ["beside it", { x: 5, y: 3 }, 0, 3],
  ["beyond its end", { x: 13, y: 4 }, 0, 5],
  ["on a line that is moved aside", { x: 5, y: 2 }, 2, 0],
])("a point %s", (_, point, offset, distance) => {
  expect(distanceTo(point, { x: 0, y: 0 }, { x: 10, y: 0 }, offset)).toBeCloseTo(distance);
});

test("no label lies over another or over an actor; a strong one is there in any case", () => {
  const label = (id: string, x: number, y: number, strong = false) => ({ id, text: "a name of some length", x, y, radius: 5, strong });
  const many = Array.from({ length: 60 }, (_, n) => label(`n${n}`, 40 + (n % 8) * 30, 30 + Math.floor(n / 8) * 12));
  const found = placed(many, () => 110, { width: 400, height: 200 });
  expect(found.length).toBeGreaterThan(2);
  expect(found.length).toBeLessThan(60);
  found.forEach(({ box: a }, place) => {
    for (const { box: b } of found.slice(place + 1)) {
      expect(a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom).toBe(true);
    }
  });
  expect(placed([label("a", 50, 50, true), label("b", 52, 50, true)], () => 110, { width: 400, height: 200 })).toHaveLength(2);
});
