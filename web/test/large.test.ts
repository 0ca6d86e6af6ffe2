import { expect, test } from "vitest";
import type { Link } from "../src/explorer/filtering";
import { type Affine, between, CHOSEN, drawNumbers, type Look, RINGED, STATE } from "../src/explorer/large-drawing";
import { type DrawnActor, flags, numbersOf } from "../src/explorer/large-image";
import { INKS } from "../src/palette";

const actor = (id: string, x: number, y: number, kind = 0): DrawnActor => ({ id, x, y, size: 4, kind });
const link = (source: string, target: string, quad: Link["quad"], mutual = false): { link: Link; size: number } => ({
  link: { id: `${source}${target}`, source, target, weight: 1, quad, relations: [], mutual },
  size: 2,
});
const LOOK: Look = { affine: [1, 0, 0, 1, 0, 0], scale: 1, width: 200, height: 100, ratio: 1, ink: INKS.light, lit: null };

/** A canvas that writes down what is drawn, with the colour of it. */
function recorder() {
  const strokes: { color: string; from: number[]; to: number[]; dash: number[] }[] = [];
  const discs: { color: string; x: number; y: number; radius: number }[] = [];
  let [from, to, dash, disc]: [number[], number[], number[], number[] | null] = [[], [], [], null];
  const context = {
    ...{ strokeStyle: "", fillStyle: "", lineWidth: 0 },
    setTransform: () => undefined,
    clearRect: () => undefined,
    setLineDash: (pattern: number[]) => void (dash = pattern),
    beginPath: () => void (disc = null),
    moveTo: (x: number, y: number) => void (from = [x, y]),
    lineTo: (x: number, y: number) => void (to = [x, y]),
    arc: (x: number, y: number, radius: number) => void (disc = [x, y, radius]),
    stroke: () => void strokes.push({ color: context.strokeStyle, from, to, dash }),
    fill: () => void (disc && discs.push({ color: context.fillStyle, x: disc[0]!, y: disc[1]!, radius: disc[2]! })),
  };
  return { context: context as unknown as Parameters<typeof drawNumbers>[0], strokes, discs };
}

test("links run from rim to head in the colour and dashes of their class, the strongest last", () => {
  const { context, strokes } = recorder();
  drawNumbers(context, numbersOf([link("a", "b", 2), link("b", "a", 4)], [actor("a", 10, 50), actor("b", 110, 50)]), LOOK);
  expect(strokes.map(({ color }) => color)).toEqual([INKS.light.quads[4], INKS.light.quads[2]]);
  expect(strokes[0]!.dash).toEqual([12, 3, 2, 3]);
  expect(strokes[1]!.dash).toEqual([]);
  expect(strokes[1]!.from).toEqual([14.5, 50]);
  expect(strokes[1]!.to[0]).toBeCloseTo(110 - 4 - 1.5 - 9, 5);
});

test("links both ways run beside each other", () => {
  const { context, strokes } = recorder();
  drawNumbers(context, numbersOf([link("a", "b", 1, true), link("b", "a", 1, true)], [actor("a", 10, 50), actor("b", 110, 50)]), LOOK);
  expect(strokes.map(({ from }) => from[1])).toEqual([47.5, 52.5]);
});

test("what is out of sight is not drawn", () => {
  const { context, strokes, discs } = recorder();
  drawNumbers(context, numbersOf([link("a", "b", 1)], [actor("a", 10, 150), actor("b", 110, 190)]), LOOK);
  expect([strokes.length, discs.length]).toEqual([0, 0]);
});

test("a state is filled, another actor is not, and who is chosen has a ring", () => {
  const { context, discs } = recorder();
  drawNumbers(context, numbersOf([], [actor("a", 10, 50, STATE), actor("b", 60, 50), actor("c", 110, 50, STATE + RINGED + CHOSEN)]), LOOK);
  const { node, ground, accent } = INKS.light;
  const of = (x: number): string[] => discs.filter((disc) => disc.x === x).map(({ color }) => color);
  expect([of(10), of(60), of(110)]).toEqual([[node], [node, ground], [accent, ground, node]]);
});

test("what is dimmed lies below what is lit", () => {
  const { context, strokes, discs } = recorder();
  const links = [link("a", "b", 1), link("b", "c", 3)];
  const actors = [actor("a", 10, 50, STATE), actor("b", 60, 50, STATE), actor("c", 110, 50, STATE)];
  const lit = { links: flags(links, ({ link: { id } }) => id === "ab"), actors: flags(actors, ({ id }) => id !== "c") };
  drawNumbers(context, numbersOf(links, actors), { ...LOOK, lit });
  expect(strokes.map(({ color }) => color)).toEqual([INKS.light.faint, INKS.light.quads[1]]);
  expect(discs.map(({ x, color }) => [x, color])).toEqual([[110, INKS.light.faint], [60, INKS.light.node], [10, INKS.light.node]]);
});

test.each<[string, Affine, Affine]>([
  ["shifted", [2, 0, 0, -2, 10, 20], [2, 0, 0, -2, 40, 5]],
  ["nearer", [2, 0, 0, -2, 10, 20], [5, 0, 0, -5, 3, 7]],
  ["turned", [2, 0, 0, -2, 10, 20], [0, 2, 2, 0, 1, 1]],
])("an image of before is moved so that it fits: %s", (_, before, now) => {
  const at = ([a, b, c, d, e, f]: Affine, x: number, y: number): number[] => [a * x + c * y + e, b * x + d * y + f];
  for (const [x, y] of [[0, 0], [3, -4], [100, 7]] as const) {
    const [px, py] = at(before, x, y) as [number, number];
    at(between(before, now), px, py).forEach((value, place) => expect(value).toBeCloseTo(at(now, x, y)[place]!, 6));
  }
});
