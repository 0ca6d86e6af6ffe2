/** What of the loaded network is to be seen: filters, bundles of parallel relations, and counts beside the filters. */

import { type Line, QUADS } from "../palette";
import { type Actor, eventsWithin, type Loaded, type Relation } from "./model";
import { monthNumber } from "./months";
import type { View } from "./view";

/** All that one actor did to another: relations with their events in the time that is shown. */
export interface Link {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly weight: number;
  /** The quad class of most of its events. */
  readonly quad: Line;
  readonly relations: readonly Shown[];
  /** Whether there is also a link the other way. */
  readonly mutual: boolean;
}

export interface Shown {
  readonly relation: Relation;
  readonly weight: number;
}

export interface ShownActor {
  readonly actor: Actor;
  /** Events in view that it takes part in. */
  readonly weight: number;
  readonly partners: number;
}

export interface Picture {
  readonly links: readonly Link[];
  readonly actors: ReadonlyMap<string, ShownActor>;
  readonly relations: readonly Shown[];
}

/** A half-open stretch of month numbers; null is all, what has no date too. */
export type Stretch = readonly [number, number] | null;

export function stretchOf(view: View): Stretch {
  if (!view.from && !view.to) return null;
  return [view.from ? monthNumber(view.from) : -Infinity, view.to ? monthNumber(view.to) : Infinity];
}

type Filters = Pick<View, "actors" | "quads" | "actions" | "types" | "sectors" | "weight" | "hidden">;

/** The picture of what is loaded; `pinned` are actors that stay though no relation of theirs is left. */
export function picture(loaded: Loaded, filters: Filters, stretch: Stretch, pinned: Iterable<string> = []): Picture {
  return pictured(passing(loaded, filters, stretch), loaded.actors, [...pinned].filter((id) => !filters.hidden.includes(id)));
}

/** The picture of some relations; `pinned` are actors that are in it in any case. */
export function pictured(relations: readonly Shown[], known: ReadonlyMap<string, Actor>, pinned: readonly string[] = []): Picture {
  const links = bundled(relations);
  const actors = new Map<string, ShownActor>();
  for (const id of pinned) {
    const actor = known.get(id);
    if (actor) actors.set(id, { actor, weight: 0, partners: 0 });
  }
  const partners = new Map<string, Set<string>>();
  const weights = new Map<string, number>();
  const dealt = (end: string, other: string, weight: number): void => {
    weights.set(end, (weights.get(end) ?? 0) + weight);
    const others = partners.get(end);
    if (others) others.add(other);
    else partners.set(end, new Set([other]));
  };
  for (const { source, target, weight } of links) {
    dealt(source, target, weight);
    if (source !== target) dealt(target, source, weight);
  }
  for (const [id, weight] of weights) {
    const actor = known.get(id);
    if (actor) actors.set(id, { actor, weight, partners: partners.get(id)?.size ?? 0 });
  }
  return { links, actors, relations };
}

function passing(loaded: Loaded, filters: Filters, stretch: Stretch): Shown[] {
  const passes = tests(loaded, filters);
  const out: Shown[] = [];
  for (const relation of loaded.relations) {
    if (!passes.all(relation)) continue;
    const weight = stretch ? eventsWithin(relation, ...stretch) : relation.weight;
    if (weight >= Math.max(1, filters.weight)) out.push({ relation, weight });
  }
  return out;
}

type Facet = "quads" | "actions" | "types" | "sectors";

/** Whether a relation passes each filter, and all of them but one. */
function tests(loaded: Loaded, filters: Filters): { all: (r: Relation) => boolean; but: (f: Facet, r: Relation) => boolean } {
  const hidden = new Set(filters.hidden);
  const seeds = new Set(filters.actors);
  const sets = { quads: new Set(filters.quads), actions: new Set(filters.actions), types: new Set(filters.types), sectors: new Set(filters.sectors) };
  const ends = (relation: Relation, test: (actor: Actor) => boolean): boolean =>
    [relation.source, relation.target].every((id) => {
      const actor = loaded.actors.get(id);
      return seeds.has(id) || (actor !== undefined && test(actor));
    });
  const of: Record<Facet, (relation: Relation) => boolean> = {
    quads: ({ quad }) => sets.quads.size === 0 || (quad !== 0 && sets.quads.has(quad)),
    actions: ({ action, plover }) => sets.actions.size === 0 || sets.actions.has(action) || sets.actions.has(plover),
    types: (relation) => sets.types.size === 0 || ends(relation, (actor) => sets.types.has(actor.type)),
    sectors: (relation) => sets.sectors.size === 0 || ends(relation, (actor) => sets.sectors.has(actor.sector ?? "")),
  };
  const seen = ({ source, target }: Relation): boolean => !hidden.has(source) && !hidden.has(target);
  const names = Object.keys(of) as Facet[];
  return {
    all: (relation) => seen(relation) && names.every((name) => of[name](relation)),
    but: (left, relation) => seen(relation) && names.every((name) => name === left || of[name](relation)),
  };
}

function bundled(relations: readonly Shown[]): Link[] {
  const bySource = new Map<string, Map<string, Shown[]>>();
  for (const shown of relations) {
    const { source, target } = shown.relation;
    const targets = bySource.get(source) ?? new Map<string, Shown[]>();
    if (targets.size === 0) bySource.set(source, targets);
    const bundle = targets.get(target);
    if (bundle) bundle.push(shown);
    else targets.set(target, [shown]);
  }
  const links: Link[] = [];
  for (const [source, targets] of bySource) {
    for (const [target, bundle] of targets) {
      const weight = bundle.reduce((sum, shown) => sum + shown.weight, 0);
      const mutual = source !== target && bySource.get(target)?.has(source) === true;
      links.push({ id: linkId(source, target), source, target, weight, quad: mostOf(bundle), relations: bundle, mutual });
    }
  }
  return links;
}

/** Of two ends that hold any characters, one text for each pair. */
export function linkId(source: string, target: string): string {
  return JSON.stringify([source, target]);
}

function mostOf(bundle: readonly Shown[]): Line {
  if (bundle.length === 1) return bundle[0]!.relation.quad;
  const sums = [0, 0, 0, 0, 0];
  for (const { relation, weight } of bundle) sums[relation.quad]! += weight;
  return QUADS.reduce<Line>((best, quad) => (sums[quad]! > sums[best]! ? quad : best), 0);
}

export interface Facets {
  readonly quads: ReadonlyMap<Line, number>;
  /** Events by PLOVER type, and in each by relation name. */
  readonly actions: ReadonlyMap<string, { readonly quad: Line; readonly events: number; readonly names: ReadonlyMap<string, number> }>;
  /** Actors by type, and by sector; those without have the empty one. */
  readonly types: ReadonlyMap<string, number>;
  readonly sectors: ReadonlyMap<string, number>;
}

/** How much there is of each value of a filter, all other filters applied. */
export function facets(loaded: Loaded, filters: Filters, stretch: Stretch): Facets {
  const passes = tests(loaded, filters);
  const quads = new Map<Line, number>();
  const actions = new Map<string, { quad: Line; events: number; names: Map<string, number> }>();
  const ofType = new Map<string, Set<string>>();
  const ofSector = new Map<string, Set<string>>();
  const put = (into: Map<string, Set<string>>, relation: Relation, key: (actor: Actor) => string): void => {
    for (const id of [relation.source, relation.target]) {
      const actor = loaded.actors.get(id);
      if (!actor) continue;
      const known = into.get(key(actor)) ?? new Set();
      into.set(key(actor), known.add(id));
    }
  };
  for (const relation of loaded.relations) {
    const weight = stretch ? eventsWithin(relation, ...stretch) : relation.weight;
    if (weight < Math.max(1, filters.weight)) continue;
    if (passes.but("quads", relation)) quads.set(relation.quad, (quads.get(relation.quad) ?? 0) + weight);
    if (passes.but("actions", relation)) count(actions, relation, weight);
    if (passes.but("types", relation)) put(ofType, relation, (actor) => actor.type);
    if (passes.but("sectors", relation)) put(ofSector, relation, (actor) => actor.sector ?? "");
  }
  const sizes = (sets: Map<string, Set<string>>): Map<string, number> =>
    new Map([...sets].map(([key, ids]): [string, number] => [key, ids.size]).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
  return { quads, actions, types: sizes(ofType), sectors: sizes(ofSector) };
}

function count(
  into: Map<string, { quad: Line; events: number; names: Map<string, number> }>,
  { plover, action, quad }: Relation,
  weight: number,
): void {
  const type = into.get(plover) ?? { quad, events: 0, names: new Map<string, number>() };
  type.events += weight;
  type.names.set(action, (type.names.get(action) ?? 0) + weight);
  into.set(plover, type);
}
