/**
 * The four quad classes in colour and line.
 *
 * Cooperation is blue, conflict warm; what is only said is light, what is done is dark. The pairs stay apart in the three
 * kinds of colour blindness, and each class has a line of its own besides. Every colour has a contrast of 3 to 1 at least
 * with the ground of its theme (test/palette.test.ts).
 */

import type { Theme } from "./shared/theme";

export type Quad = 1 | 2 | 3 | 4;

export const QUADS: readonly Quad[] = [1, 2, 3, 4];

/** How a line is drawn: by its quad class, or 0 where that is not known. */
export type Line = Quad | 0;

export interface Ink {
  readonly ground: string;
  readonly node: string;
  readonly nodeRing: string;
  readonly label: string;
  readonly faint: string;
  readonly accent: string;
  readonly quads: Readonly<Record<Line, string>>;
}

export const INKS: Readonly<Record<Theme, Ink>> = {
  light: {
    ground: "#ffffff",
    node: "#3d4a5a",
    nodeRing: "#3d4a5a",
    label: "#1b2430",
    faint: "#dde1e6",
    accent: "#1d5fc2",
    quads: { 0: "#5b6777", 1: "#3b92d0", 2: "#0b4a86", 3: "#d0740a", 4: "#9c1c12" },
  },
  dark: {
    ground: "#12171d",
    node: "#c4ced9",
    nodeRing: "#c4ced9",
    label: "#e8ecf1",
    faint: "#2b333d",
    accent: "#86b6ff",
    quads: { 0: "#9aa7b5", 1: "#8fd0f7", 2: "#3f86d8", 3: "#f7b960", 4: "#ea5f49" },
  },
};

/**
 * How a line of each class is broken, in pixels: drawn, left out, drawn, left out. A line without gaps has none.
 */
export const DASHES: Readonly<Record<Line, readonly [number, number, number, number]>> = {
  0: [1, 0, 1, 0],
  1: [2, 3, 2, 3],
  2: [1, 0, 1, 0],
  3: [8, 4, 8, 4],
  4: [12, 3, 2, 3],
};
