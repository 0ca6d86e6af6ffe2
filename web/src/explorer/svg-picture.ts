/** The picture as an SVG of its own, for files and for the little graph of a text. */

import { DASHES, type Ink, QUADS, type Quad } from "../palette";
import type { Link, Picture } from "./filtering";
import { aside, crowding, radius, width } from "./geometry";
import { placed } from "./labels";
import type { Places, Point } from "./layout";

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly ink: Ink;
  /** What is written below the picture; empty for nothing. */
  readonly caption: string;
  readonly quadNames: Readonly<Record<Quad, string>>;
  /** Whether the four lines are explained. */
  readonly legend: boolean;
}

const MARGIN = 56;
const FONT = "system-ui, Segoe UI, Roboto, Noto Sans, Liberation Sans, sans-serif";
const LETTER = 6.3; // mean width of a letter of 12 pixels

/** The text of an SVG file. */
export function svgPicture(picture: Picture, places: Places, frame: Frame): string {
  const actors = [...picture.actors.values()].filter(({ actor }) => places.has(actor.id)).sort((a, b) => b.weight - a.weight || (a.actor.id < b.actor.id ? -1 : 1));
  const most = Math.max(1, ...actors.map((shown) => shown.weight));
  const strongest = Math.max(1, ...picture.links.map((link) => link.weight));
  const crowd = crowding(actors.length);
  const at = fitted(actors.map(({ actor }) => [actor.id, places.get(actor.id)!] as const), frame);
  const radii = new Map(actors.map(({ actor, weight }) => [actor.id, radius(weight, most) * crowd]));
  const links = [...picture.links].sort((a, b) => a.weight - b.weight);
  const lines = links.map((link) => line(link, at, radii, width(link.weight, strongest) * crowd, frame.ink)).join("");
  const dots = actors.map(({ actor }) => dot(at.get(actor.id)!, radii.get(actor.id)!, actor.type === "State", actor.label, frame.ink)).join("");
  const names = [...labels(actors.map(({ actor }) => ({ id: actor.id, text: actor.label })), at, radii, frame)].join("");
  const { width: w, height: h, ink } = frame;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" font-family="${FONT}" font-size="12">` +
    `<title>${xml(frame.caption)}</title><rect width="${w}" height="${h}" fill="${ink.ground}"/>` +
    `<g fill="none">${lines}</g>${dots}<g fill="${ink.label}" stroke="${ink.ground}" stroke-width="3" paint-order="stroke" stroke-linejoin="round">${names}</g>` +
    `${frame.legend ? legend(frame) : ""}${frame.caption ? caption(frame) : ""}</svg>\n`
  );
}

/** Text in XML, without the characters that XML forbids. */
export function xml(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return allowed.replace(/[&<>"']/g, (mark) => names[mark]!);
}

/** Places in pixels: all within the frame, the shape kept, y downwards. */
function fitted(places: readonly (readonly [string, Point])[], { width: w, height: h }: Frame): Map<string, Point> {
  const xs = places.map(([, place]) => place.x);
  const ys = places.map(([, place]) => place.y);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((w - 2 * MARGIN) / (right - left || 1), (h - 2 * MARGIN) / (high - low || 1));
  const middle = { x: (left + right) / 2, y: (low + high) / 2 };
  return new Map(places.map(([id, { x, y }]) => [id, { x: w / 2 + (x - middle.x) * scale, y: h / 2 - (y - middle.y) * scale }]));
}

function line(link: Link, at: ReadonlyMap<string, Point>, radii: ReadonlyMap<string, number>, thickness: number, ink: Ink): string {
  const [from, to] = [at.get(link.source), at.get(link.target)];
  if (!from || !to) return "";
  if (link.source === link.target) return loop(from, radii.get(link.source)!, link, thickness, ink);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const run = length - radii.get(link.source)! - radii.get(link.target)! - 2;
  if (run <= 0) return "";
  const [ux, uy] = [dx / length, dy / length];
  const [nx, ny] = [-uy, ux];
  const off = aside(link, thickness);
  const point = (along: number, across: number): string => {
    const far = radii.get(link.source)! + 0.5 + along;
    return `${round(from.x + ux * far + nx * (off + across))} ${round(from.y + uy * far + ny * (off + across))}`;
  };
  const head = Math.min(5 + 2 * thickness, run * 0.6);
  const wing = head * 0.42;
  const [, gap] = DASHES[link.quad];
  const dash = gap > 0 ? ` stroke-dasharray="${DASHES[link.quad].join(" ")}"` : "";
  const color = ink.quads[link.quad];
  return (
    `<path d="M${point(0, 0)}L${point(run - head, 0)}" stroke="${color}" stroke-width="${round(thickness)}"${dash}/>` +
    `<path d="M${point(run, 0)}L${point(run - head, wing)}L${point(run - head, -wing)}Z" fill="${color}"/>`
  );
}

/** What an actor did to itself: a ring above it. */
function loop({ x, y }: Point, size: number, link: Link, thickness: number, ink: Ink): string {
  const dash = DASHES[link.quad][1] > 0 ? ` stroke-dasharray="${DASHES[link.quad].join(" ")}"` : "";
  const [left, right, foot] = [round(x - 4.2), round(x + 4.2), round(y - size - 0.8)];
  return `<path d="M${left} ${foot}A6 6 0 1 1 ${right} ${foot}" stroke="${ink.quads[link.quad]}" stroke-width="${round(thickness)}"${dash}/>`;
}

function dot({ x, y }: Point, size: number, state: boolean, label: string, ink: Ink): string {
  const fill = state ? ink.node : ink.ground;
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(size - 0.8)}" fill="${fill}" stroke="${ink.node}" stroke-width="1.6"><title>${xml(label)}</title></circle>`;
}

function* labels(
  actors: readonly { id: string; text: string }[],
  at: ReadonlyMap<string, Point>,
  radii: ReadonlyMap<string, number>,
  size: Frame,
): Generator<string> {
  const wanted = actors.map(({ id, text }) => ({ id, text, ...at.get(id)!, radius: radii.get(id)!, strong: false }));
  for (const { box, text } of placed(wanted, (words) => Array.from(words).length * LETTER, size)) {
    yield `<text x="${round(box.left)}" y="${round((box.top + box.bottom) / 2 + 4)}">${xml(text)}</text>`;
  }
}

function legend({ ink, quadNames, height }: Frame): string {
  const rows = QUADS.map((quad, place) => {
    const y = height - 92 + place * 18;
    const dash = DASHES[quad][1] > 0 ? ` stroke-dasharray="${DASHES[quad].join(" ")}"` : "";
    return `<path d="M16 ${y}h34" stroke="${ink.quads[quad]}" stroke-width="3"${dash}/><text x="58" y="${y + 4}" fill="${ink.label}">${xml(quadNames[quad])}</text>`;
  });
  return `<g>${rows.join("")}</g>`;
}

function caption({ ink, caption: words, height }: Frame): string {
  return `<text x="16" y="${height - 10}" fill="${ink.label}">${xml(words)}</text>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
