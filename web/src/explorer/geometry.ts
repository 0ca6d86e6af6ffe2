/** Sizes of actors and links, and which link is at a point. */

import type { Link } from "./filtering";
import type { Point } from "./layout";

export const LARGEST = 17; // pixels of radius
export const SMALLEST = 3.5;
export const THICKEST = 7; // pixels
export const THINNEST = 1;

/** The radius of an actor, its area by its events. */
export function radius(weight: number, most: number): number {
  return SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(share(weight, most));
}

/** The width of a link, its square by its events. */
export function width(weight: number, most: number): number {
  return THINNEST + (THICKEST - THINNEST) * Math.sqrt(share(weight - 1, most - 1));
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

/** By what sizes are multiplied where so many actors are drawn: many have little room. */
export function crowding(actors: number): number {
  return Math.max(0.3, Math.min(1, Math.sqrt(350 / Math.max(1, actors))));
}

/** How far a link is moved aside where there is one the other way, to its right. */
export function aside(link: Link, thickness: number): number {
  return link.mutual ? thickness / 2 + 1.5 : 0;
}

/** The distance of `point` from the stretch between two points, each moved by `offset` to the right. */
export function distanceTo(point: Point, from: Point, to: Point, offset: number): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return Math.hypot(point.x - from.x, point.y - from.y);
  const [nx, ny] = [-dy / length, dx / length]; // y points down on the screen
  const [px, py] = [point.x - from.x - nx * offset, point.y - from.y - ny * offset];
  const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (length * length)));
  return Math.hypot(px - along * dx, py - along * dy);
}
