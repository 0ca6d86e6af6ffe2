import { expect, test } from "vitest";
import { INKS, QUADS } from "../src/palette";

function luminance(color: string): number {
  const parts = [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16) / 255);
  const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test.each(["light", "dark"] as const)("every quad class stands out of the %s ground", (theme) => {
  const { ground, quads } = INKS[theme];
  for (const quad of [0, ...QUADS] as const) expect(contrast(ground, quads[quad])).toBeGreaterThanOrEqual(3);
});

test.each(["light", "dark"] as const)("labels can be read on the %s ground", (theme) => {
  expect(contrast(INKS[theme].ground, INKS[theme].label)).toBeGreaterThanOrEqual(7);
});

test.each(["light", "dark"] as const)("said and done differ in lightness in the %s theme", (theme) => {
  const { quads } = INKS[theme];
  expect(contrast(quads[1], quads[2])).toBeGreaterThan(1.6);
  expect(contrast(quads[3], quads[4])).toBeGreaterThan(1.6);
});
