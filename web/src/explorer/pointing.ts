/** Which actor or link is at a point of the screen. */

import type Sigma from "sigma";
import type { Link } from "./filtering";
import { aside, distanceTo } from "./geometry";
import type { Point } from "./layout";
import type { DrawnLink } from "./network";

const NEAR = 6; // pixels from a link at which a click meets it
const LEAST = 5; // pixels from the middle of an actor at which a click meets it

/** The actor at a point; of several, the one whose middle is nearest. */
export function actorAt(sigma: Pick<Sigma, "viewportToFramedGraph" | "getNodeDisplayData" | "scaleSize">, ids: readonly string[], point: Point): string | undefined {
  let best: string | undefined;
  let nearest = Infinity;
  const { x, y } = sigma.viewportToFramedGraph(point);
  const unit = sigma.viewportToFramedGraph({ x: point.x + 1, y: point.y }).x - x; // of a pixel
  for (const id of ids) {
    const data = sigma.getNodeDisplayData(id);
    if (!data) continue;
    const distance = Math.hypot(data.x - x, data.y - y) / unit;
    if (distance < nearest && distance <= Math.max(LEAST, sigma.scaleSize(data.size))) [best, nearest] = [id, distance];
  }
  return best;
}

/** The link nearest to a point, if it is near; `scaled` is the width on the screen, `placeOf` where an actor is there. */
export function linkAt(point: Point, links: readonly DrawnLink[], scaled: (size: number) => number, placeOf: (id: string) => Point): Link | null {
  let best: Link | null = null;
  let nearest = NEAR;
  const onScreen = new Map<string, Point>();
  const place = (id: string): Point => {
    const known = onScreen.get(id) ?? placeOf(id);
    onScreen.set(id, known);
    return known;
  };
  for (const { link, size } of links) {
    const shown = scaled(size);
    const distance = distanceTo(point, place(link.source), place(link.target), aside(link, shown)) - shown / 2;
    if (distance < nearest) [best, nearest] = [link, distance];
  }
  return best;
}
