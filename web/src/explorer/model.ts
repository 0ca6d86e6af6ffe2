/** What the server says, in the form that the page counts with. */

import type { Line } from "../palette";
import { pause } from "../shared/pause";
import { monthNumber } from "./months";

export interface Actor {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly country: string;
  readonly sector: string | null;
  readonly events: number;
}

export interface Relation {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly action: string;
  readonly plover: string;
  readonly quad: Line;
  readonly weight: number;
  readonly mentions: number;
  readonly goldstein: number;
  readonly first: string | null;
  readonly last: string | null;
  /** Month numbers, ascending, and the events of each; those without a date are in none. */
  readonly months: readonly number[];
  readonly counts: readonly number[];
}

/** A network as the API gives it (`format=graphology` with `include=months`). */
export interface Answer {
  readonly attributes: {
    readonly query: { readonly from?: string; readonly to?: string };
    readonly dataset: { readonly base: string };
    readonly total: number;
    readonly returned: number;
    readonly truncated: boolean;
    readonly next: string | null;
  };
  readonly nodes: readonly { readonly key: string; readonly attributes: NodeAttributes }[];
  readonly edges: readonly {
    readonly key: string;
    readonly source: string;
    readonly target: string;
    readonly attributes: EdgeAttributes;
  }[];
}

interface NodeAttributes {
  readonly label: string;
  readonly actor_type: string;
  readonly country: string;
  readonly sector?: string | null;
  readonly events: number;
}

interface EdgeAttributes {
  readonly action: string;
  readonly plover: string;
  readonly quad: Line;
  readonly weight: number;
  readonly mentions: number;
  readonly goldstein: number;
  readonly first?: string | null;
  readonly last?: string | null;
  readonly months?: readonly (readonly [string, number])[];
}

export interface Loaded {
  readonly actors: ReadonlyMap<string, Actor>;
  readonly relations: readonly Relation[];
}

export const NOTHING: Loaded = { actors: new Map(), relations: [] };

const AT_ONCE = 4000; // relations that are read in one turn

const known = new WeakMap<Answer, Loaded>();

/** What an answer says; the same answer is read once. */
export function read(answer: Answer): Loaded {
  const loaded = known.get(answer) ?? made(answer);
  known.set(answer, loaded);
  return loaded;
}

/** The same, but where it is much, leaves the page time to answer. */
export async function readInTurns(answer: Answer): Promise<Loaded> {
  if (known.has(answer) || answer.edges.length <= AT_ONCE) return read(answer);
  const relations: Relation[] = [];
  for (let at = 0; at < answer.edges.length; at += AT_ONCE) {
    for (const edge of answer.edges.slice(at, at + AT_ONCE)) relations.push(relationOf(edge));
    await pause();
  }
  const loaded = { actors: actorsOf(answer), relations };
  known.set(answer, loaded);
  return loaded;
}

function made(answer: Answer): Loaded {
  return { actors: actorsOf(answer), relations: answer.edges.map(relationOf) };
}

function actorsOf(answer: Answer): Map<string, Actor> {
  const actors = new Map<string, Actor>();
  for (const { key, attributes } of answer.nodes) {
    const { label, actor_type: type, country, sector, events } = attributes;
    actors.set(key, { id: key, label, type, country, sector: sector ?? null, events });
  }
  return actors;
}

function relationOf({ key, source, target, attributes }: Answer["edges"][number]): Relation {
  const { action, plover, quad, weight, mentions, goldstein, first, last, months = [] } = attributes;
  return {
    ...{ id: key, source, target, action, plover, quad, weight, mentions, goldstein },
    first: first ?? null,
    last: last ?? null,
    months: months.map(([month]) => monthNumber(month)),
    counts: months.map(([, count]) => count),
  };
}

/** All together; what several have is that of the first. */
export function joined(parts: readonly Loaded[]): Loaded {
  if (parts.length === 1) return parts[0]!;
  const actors = new Map<string, Actor>();
  const relations = new Map<string, Relation>();
  for (const part of parts) {
    for (const [id, actor] of part.actors) if (!actors.has(id)) actors.set(id, actor);
    for (const relation of part.relations) if (!relations.has(relation.id)) relations.set(relation.id, relation);
  }
  return { actors, relations: [...relations.values()] };
}

/** The events of a relation from month `start` up to `end`, half-open. */
export function eventsWithin(relation: Relation, start: number, end: number): number {
  let sum = 0;
  for (let place = 0; place < relation.months.length; place++) {
    const month = relation.months[place]!;
    if (month >= end) break;
    if (month >= start) sum += relation.counts[place]!;
  }
  return sum;
}
