import type { Loaded, Relation } from "../src/explorer/model";
import type { Quad } from "../src/palette";

/** A relation of so many events in each month, from January 2024 on. */
export function relation(source: string, action: string, target: string, quad: Quad, counts: number[], plover = "CONSULT"): Relation {
  const weight = counts.reduce((a, b) => a + b, 0);
  const months = counts.map((_, place) => 2024 * 12 + place);
  return { id: `${source}--${action}--${target}`, source, target, action, plover, quad, weight, mentions: weight, goldstein: 1, first: "2024-01-05", last: null, months, counts };
}

/** Actors by id with type and sector, and their relations. */
export function loaded(actors: Record<string, [string, string | null]>, relations: Relation[]): Loaded {
  const all = Object.entries(actors).map(([id, [type, sector]]) => [id, { id, label: `the ${id}`, type, country: id.slice(0, 3), sector, events: 1 }] as const);
  return { actors: new Map(all), relations };
}

export const SAMPLE = loaded(
  { KOR: ["State", "GOV"], PRK: ["State", "GOV"], "PRK-MIL": ["StateOrgan", "MIL"], gang: ["UnknownActor", null] },
  [
    relation("KOR", "meet", "PRK", 1, [2, 1]),
    relation("KOR", "accuse", "PRK", 3, [1, 4], "ACCUSE"),
    relation("PRK", "meet", "KOR", 1, [0, 1]),
    relation("PRK-MIL", "shell", "KOR", 4, [3], "ASSAULT"),
    relation("gang", "attack", "gang", 4, [1], "ASSAULT"),
  ],
);
