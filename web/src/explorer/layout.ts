/**
 * Where actors stand: ForceAtlas2 in a worker, from starting places that follow from the ids.
 *
 * The same stages give the same places, for the numbers of steps are fixed and nothing is drawn by lot.
 */

import { pause } from "../shared/pause";
import type { Stage } from "./loading";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Places = ReadonlyMap<string, Point>;

/** One calculation of the worker: nodes with their starting places, those that stand fast, and weighted edges. */
export interface Job {
  readonly number: number;
  readonly places: Float64Array; // x, y of each node
  readonly fixed: Uint8Array;
  readonly edges: Float64Array; // source, target, weight of each
  readonly steps: number;
}

export interface Done {
  readonly number: number;
  readonly places: Float64Array;
}

/** 32 bits that follow from a text (FNV-1a). */
export function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) {
    sum ^= text.charCodeAt(place);
    sum = Math.imul(sum, 0x01000193);
  }
  return sum >>> 0;
}

/** A place in a disc of `radius` that follows from the id. */
export function seed(id: string, radius: number): Point {
  const angle = (hash(id) / 2 ** 32) * 2 * Math.PI;
  const distance = radius * Math.sqrt(hash(`${id} `) / 2 ** 32);
  return { x: distance * Math.cos(angle), y: distance * Math.sin(angle) };
}

const MUCH = 2000; // relations above which the page is given time to answer meanwhile
const KEPT = 40; // layouts of stages, besides those of the view

/** Steps for so many nodes: many where they are few. */
export function stepsFor(nodes: number): number {
  if (nodes <= 300) return 500;
  return nodes <= 1500 ? 250 : 120;
}

/** The job for a stage: the nodes of `before` stand fast, new ones start near the anchor of the stage. */
export function jobFor(number: number, stage: Stage, before: Places): { job: Job; ids: string[] } | null {
  const ends = new Set(stage.loaded.relations.flatMap((relation) => [relation.source, relation.target]));
  const fresh = [...new Set([...stage.loaded.actors.keys(), ...ends])].filter((id) => !before.has(id)).sort();
  if (fresh.length === 0) return null;
  const old = [...ends].filter((id) => before.has(id)).sort();
  const ids = [...old, ...fresh];
  const index = new Map(ids.map((id, place) => [id, place]));
  const places = new Float64Array(ids.length * 2);
  const anchor = stage.anchor === null ? undefined : before.get(stage.anchor);
  ids.forEach((id, place) => {
    const start = before.get(id) ?? beside(anchor, seed(id, anchor ? 40 : 100));
    places[place * 2] = start.x;
    places[place * 2 + 1] = start.y;
  });
  const fixed = new Uint8Array(ids.length).fill(1, 0, old.length);
  const steps = before.size > 0 ? 150 : stepsFor(ids.length);
  return { job: { number, places, fixed, edges: edgesOf(stage, index), steps }, ids };
}

function beside(anchor: Point | undefined, offset: Point): Point {
  return anchor ? { x: anchor.x + offset.x, y: anchor.y + offset.y } : offset;
}

/** One edge for each two actors, so that what they did does not depend on how it is told apart. */
function edgesOf(stage: Stage, index: ReadonlyMap<string, number>): Float64Array {
  const weights = new Map<number, [number, number, number]>();
  for (const { source, target, weight } of stage.loaded.relations) {
    const [a, b] = [index.get(source)!, index.get(target)!].sort((x, y) => x - y) as [number, number];
    if (a === b) continue;
    const key = a * index.size + b;
    const edge = weights.get(key) ?? [a, b, 0];
    edge[2] += weight;
    weights.set(key, edge);
  }
  const sorted = [...weights.values()].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  return Float64Array.from(sorted.flatMap(([a, b, weight]) => [a, b, 1 + Math.log2(weight)]));
}

/** Calculates the places of stages, one after the other, and remembers those of the last networks. */
export class Layout {
  private readonly worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  private readonly waiting = new Map<number, (places: Float64Array) => void>();
  private readonly known = new Map<string, Places>();
  private jobs = 0;

  constructor() {
    this.worker.addEventListener("message", ({ data }: MessageEvent<Done>) => {
      this.waiting.get(data.number)?.(data.places);
      this.waiting.delete(data.number);
    });
  }

  /** Ends the worker: what is being calculated is never there. */
  end(): void {
    this.worker.terminate();
  }

  async places(stages: readonly Stage[], signal: AbortSignal): Promise<Places> {
    const places = new Map<string, Point>();
    let key = "";
    for (const stage of stages) {
      key = `${hash(key)}:${keyOf(stage)}`;
      if (stage.loaded.relations.length > MUCH) await pause();
      const fresh = this.known.get(key) ?? (await this.fresh(stage, places));
      signal.throwIfAborted();
      this.known.delete(key);
      this.known.set(key, fresh);
      for (const [id, place] of fresh) places.set(id, place);
    }
    for (const oldest of this.known.keys()) {
      if (this.known.size <= KEPT + 2 * stages.length) break;
      this.known.delete(oldest);
    }
    return places;
  }

  /** The places of the actors that a stage brings. */
  private async fresh(stage: Stage, before: Places): Promise<Places> {
    const next = jobFor(++this.jobs, stage, before);
    if (next === null) return new Map();
    const { job, ids } = next;
    const found = await new Promise<Float64Array>((resolve) => {
      this.waiting.set(job.number, resolve);
      this.worker.postMessage(job, [job.places.buffer, job.fixed.buffer, job.edges.buffer]);
    });
    return new Map(ids.flatMap((id, place) => (before.has(id) ? [] : [[id, { x: found[place * 2]!, y: found[place * 2 + 1]! }]])));
  }
}

const keys = new WeakMap<Stage["loaded"], string>();

/** Some characters that follow from the data of a stage, and differ for other data. */
function keyOf({ anchor, loaded }: Stage): string {
  const known = keys.get(loaded) ?? digest(`${loaded.relations.map(({ id, weight }) => `${id}=${weight}`).join("|")}|${[...loaded.actors.keys()].join("|")}`);
  keys.set(loaded, known);
  return `${anchor}:${known}`;
}

function digest(text: string): string {
  return `${hash(text)}.${hash(`${text} `)}.${text.length}`;
}
