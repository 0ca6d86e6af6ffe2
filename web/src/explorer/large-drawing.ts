/** A large network in numbers, and how it is drawn on a canvas: as `edge-program.ts` and sigma draw small ones by WebGL. */

import { DASHES, type Ink, type Line } from "../palette";

/** A map of the plane: `x * a + y * c + e`, `x * b + y * d + f`. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Links and actors, each in the order in which they are drawn. */
export interface Numbers {
  readonly links: Lines;
  readonly actors: Dots;
}

export interface Lines {
  /** x and y of the source, x and y of the target, in the units of the layout. */
  readonly ends: Float32Array<ArrayBuffer>;
  /** Radii of source and target, in pixels. */
  readonly radii: Float32Array<ArrayBuffer>;
  /** Widths, in pixels. */
  readonly widths: Float32Array<ArrayBuffer>;
  /** Quad class, and `MUTUAL` more where there is a link the other way. */
  readonly kinds: Uint8Array<ArrayBuffer>;
}

export interface Dots {
  /** x and y, in the units of the layout. */
  readonly places: Float32Array<ArrayBuffer>;
  /** In pixels, without a ring. */
  readonly radii: Float32Array<ArrayBuffer>;
  /** A sum of `STATE`, `RINGED` and `CHOSEN`. */
  readonly kinds: Uint8Array<ArrayBuffer>;
}

export const MUTUAL = 8;
export const [STATE, RINGED, CHOSEN] = [1, 2, 4];

/** How a network is to be drawn. */
export interface Look {
  /** From the units of the layout to pixels of the page. */
  readonly affine: Affine;
  /** By what radii and widths are multiplied. */
  readonly scale: number;
  readonly width: number; // pixels of the page
  readonly height: number;
  readonly ratio: number; // pixels of the canvas for one of the page
  readonly ink: Ink;
  /** For each link and each actor, 1 where it is lit; null if none is dimmed. */
  readonly lit: { readonly links: Uint8Array<ArrayBuffer>; readonly actors: Uint8Array<ArrayBuffer> } | null;
}

type Context = Pick<
  OffscreenCanvasRenderingContext2D,
  "setTransform" | "clearRect" | "setLineDash" | "beginPath" | "moveTo" | "lineTo" | "arc" | "stroke" | "fill" | "strokeStyle" | "fillStyle" | "lineWidth"
>;

/** The least width of a link, the rim of an actor, and its ring with the gap before it, in pixels. */
export const THINNEST = 0.6;
export const [RIM, RING, GAP] = [2.5, 2, 2];

/** Draws all that can be seen, actors over links; what is dimmed comes first. */
export function drawNumbers(context: Context, { links, actors }: Numbers, look: Look): void {
  context.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
  context.clearRect(0, 0, look.width, look.height);
  const { lit, ink } = look;
  const turns = lit ? [0, 1] : [1];
  const pen = new Pen(context);
  for (const turn of turns) {
    for (let link = 0; link < links.kinds.length; link++) {
      if (lit && lit.links[link] !== turn) continue;
      const kind = links.kinds[link]!;
      const quad = (kind % MUTUAL) as Line;
      pen.take(turn ? ink.quads[quad] : ink.faint, quad);
      pen.draw(links, link, kind >= MUTUAL, look);
    }
  }
  context.setLineDash([]);
  for (const turn of turns) {
    for (let actor = 0; actor < actors.kinds.length; actor++) {
      if (!lit || lit.actors[actor] === turn) drawActor(context, actors, actor, turn ? ink.node : ink.faint, look);
    }
  }
}

function drawActor(context: Context, { places, radii, kinds }: Dots, actor: number, color: string, { affine: [a, b, c, d, e, f], scale, width, height, ink }: Look): void {
  const [px, py] = [places[actor * 2]!, places[actor * 2 + 1]!];
  const [x, y] = [a * px + c * py + e, b * px + d * py + f];
  const size = radii[actor]! * scale;
  const far = size + RING + GAP;
  if (x < -far || y < -far || x > width + far || y > height + far) return;
  const kind = kinds[actor]!;
  const rim = Math.min(RIM, size);
  const disc = (radius: number, fill: string): void => {
    context.fillStyle = fill;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  };
  if (kind & RINGED) {
    disc(far, kind & CHOSEN ? ink.accent : color);
    disc(size + GAP, ink.ground);
  }
  disc(size, color);
  if (!(kind & STATE) && size > rim) disc(size - rim, ink.ground);
}

/** Draws links one after the other, and changes colour and dashes only where they differ. */
class Pen {
  private color = "";
  private quad: Line | null = null;

  constructor(private readonly context: Context) {}

  take(color: string, quad: Line): void {
    if (color !== this.color) this.context.strokeStyle = this.context.fillStyle = this.color = color;
    if (quad === this.quad) return;
    this.quad = quad;
    this.context.setLineDash(DASHES[quad][1] > 0 ? [...DASHES[quad]] : []);
  }

  draw({ ends, radii, widths }: Lines, link: number, mutual: boolean, { affine: [a, b, c, d, e, f], scale, width, height }: Look): void {
    const [sx, sy, tx, ty] = [ends[link * 4]!, ends[link * 4 + 1]!, ends[link * 4 + 2]!, ends[link * 4 + 3]!];
    const [x1, y1, x2, y2] = [a * sx + c * sy + e, b * sx + d * sy + f, a * tx + c * ty + e, b * tx + d * ty + f];
    if (Math.max(x1, x2) < 0 || Math.max(y1, y2) < 0 || Math.min(x1, x2) > width || Math.min(y1, y2) > height) return;
    const length = Math.hypot(x2 - x1, y2 - y1);
    const start = radii[link * 2]! * scale + 0.5;
    const run = length - start - radii[link * 2 + 1]! * scale - 1.5;
    if (run <= 0) return;
    const thick = Math.max(widths[link]! * scale, THINNEST);
    const head = Math.min(5 + 2 * thick, run * 0.6);
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const off = mutual ? thick / 2 + 1.5 : 0;
    const [ox, oy] = [x1 + ux * start - uy * off, y1 + uy * start + ux * off];
    const [nx, ny] = [ox + ux * (run - head), oy + uy * (run - head)]; // the foot of the head
    const wing = head * 0.42;
    const { context } = this;
    context.lineWidth = thick;
    context.beginPath();
    context.moveTo(ox, oy);
    context.lineTo(nx, ny);
    context.stroke();
    context.beginPath();
    context.moveTo(ox + ux * run, oy + uy * run);
    context.lineTo(nx - uy * wing, ny + ux * wing);
    context.lineTo(nx + uy * wing, ny - ux * wing);
    context.fill();
  }
}

/** What has to be done with a picture that was drawn for `before`, so that it fits `now`. */
export function between(before: Affine, now: Affine): Affine {
  const [a, b, c, d, e, f] = before;
  const size = a * d - b * c;
  const back: Affine = [d / size, -b / size, -c / size, a / size, (c * f - d * e) / size, (b * e - a * f) / size];
  const [p, q, r, s, t, u] = now;
  return [
    p * back[0] + r * back[1],
    q * back[0] + s * back[1],
    p * back[2] + r * back[3],
    q * back[2] + s * back[3],
    p * back[4] + r * back[5] + t,
    q * back[4] + s * back[5] + u,
  ];
}
