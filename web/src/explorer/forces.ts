/** The calculation of a layout job: ForceAtlas2, then room around each actor. */

import iterate from "graphology-layout-forceatlas2/iterate";
import type { Job } from "./layout";

const NODE = 10; // numbers of a node in the matrix of the library: x, y, dx, dy, old dx, old dy, mass, convergence, size, fixed
const EDGE = 3; // offset of the source, of the target, weight

/** The least distance of two actors, and the mean share of the plane that each has, in the units of the layout. */
const APART = 56;
const ROOM = 66;

export function calculated({ places, fixed, edges, steps }: Job): Float64Array<ArrayBuffer> {
  const count = fixed.length;
  const nodes = new Float32Array(count * NODE);
  const links = new Float32Array(edges.length);
  for (let place = 0; place < count; place++) {
    nodes.set([places[place * 2]!, places[place * 2 + 1]!, 0, 0, 0, 0, 1, 1, 1, fixed[place]!], place * NODE);
  }
  for (let at = 0; at < edges.length; at += EDGE) {
    const [source, target, weight] = [edges[at]! * NODE, edges[at + 1]! * NODE, edges[at + 2]!];
    links.set([source, target, weight], at);
    nodes[source + 6]! += 1;
    nodes[target + 6]! += 1;
  }
  const settings = {
    linLogMode: false,
    outboundAttractionDistribution: false,
    adjustSizes: false,
    edgeWeightInfluence: 0.25,
    scalingRatio: 60,
    strongGravityMode: true,
    gravity: 0.25,
    slowDown: 1 + Math.log(Math.max(1, count)),
    barnesHutOptimize: count > 800,
    barnesHutTheta: 0.7,
  };
  for (let step = 0; step < steps; step++) iterate(settings, nodes, links);
  const out = new Float64Array(count * 2);
  for (let place = 0; place < count; place++) {
    out[place * 2] = nodes[place * NODE]!;
    out[place * 2 + 1] = nodes[place * NODE + 1]!;
  }
  if (!fixed.includes(1)) scale(out, ROOM * Math.sqrt(count));
  spread(out, fixed, APART);
  return out;
}

/** Scales places about their middle so that they lie in a square of `side` on the whole. */
function scale(places: Float64Array, side: number): void {
  const count = places.length / 2;
  let [x, y, far] = [0, 0, 0];
  for (let at = 0; at < places.length; at += 2) {
    x += places[at]! / count;
    y += places[at + 1]! / count;
  }
  for (let at = 0; at < places.length; at += 2) far += ((places[at]! - x) ** 2 + (places[at + 1]! - y) ** 2) / count;
  const factor = far > 0 ? side / Math.sqrt(6 * far) : 1; // the variance of a square of side s is s²/6
  for (let at = 0; at < places.length; at += 2) {
    places[at] = (places[at]! - x) * factor;
    places[at + 1] = (places[at + 1]! - y) * factor;
  }
}

/** Pushes actors apart that are nearer than `apart`; those that are fixed stay. The library for it draws lots. */
export function spread(places: Float64Array, fixed: Uint8Array, apart: number, rounds = 60): void {
  for (let round = 0; round < rounds; round++) {
    const cells = new Map<number, number[]>();
    const cell = (x: number, y: number): number => x * 100_003 + y;
    for (let node = 0; node < fixed.length; node++) {
      const key = cell(Math.floor(places[node * 2]! / apart), Math.floor(places[node * 2 + 1]! / apart));
      const inside = cells.get(key);
      if (inside) inside.push(node);
      else cells.set(key, [node]);
    }
    let moved = false;
    for (let node = 0; node < fixed.length; node++) {
      const [column, row] = [Math.floor(places[node * 2]! / apart), Math.floor(places[node * 2 + 1]! / apart)];
      for (let x = column - 1; x <= column + 1; x++) {
        for (let y = row - 1; y <= row + 1; y++) {
          for (const other of cells.get(cell(x, y)) ?? []) {
            if (other > node) moved = push(places, fixed, node, other, apart) || moved;
          }
        }
      }
    }
    if (!moved) return;
  }
}

function push(places: Float64Array, fixed: Uint8Array, one: number, other: number, apart: number): boolean {
  let [dx, dy] = [places[other * 2]! - places[one * 2]!, places[other * 2 + 1]! - places[one * 2 + 1]!];
  let distance = Math.hypot(dx, dy);
  if (distance >= apart || (fixed[one] && fixed[other])) return false;
  if (distance < 1e-6) {
    // In one place: which way they part follows from their numbers.
    [dx, dy, distance] = [Math.cos(one + other), Math.sin(one + other), 1];
  }
  const force = ((apart - Math.min(distance, apart)) / distance) * (fixed[one] || fixed[other] ? 0.6 : 0.3);
  if (!fixed[one]) {
    places[one * 2]! -= dx * force;
    places[one * 2 + 1]! -= dy * force;
  }
  if (!fixed[other]) {
    places[other * 2]! += dx * force;
    places[other * 2 + 1]! += dy * force;
  }
  return true;
}
