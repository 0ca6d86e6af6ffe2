/** Names of actors on a canvas above the network, the most important first, none over another. */

import type { Ink } from "../palette";

export interface Label {
  readonly id: string;
  readonly text: string;
  readonly x: number; // middle of the actor, in pixels of the canvas
  readonly y: number;
  readonly radius: number;
  readonly strong: boolean;
}

/** What an actor did to itself: a ring beside it, which the lines of WebGL cannot be. */
export interface Loop {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly width: number;
  readonly color: string;
  readonly dash: readonly number[];
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const MOST = 90; // labels at a time
const LOOKED_AT = 600; // actors at most that are looked at for them
const LONGEST = 34; // characters
const CELL = 64; // pixels of a cell of the grid in which boxes are looked up

/**
 * Labels of which none lies over another or over an actor: each that comes earlier has the better right, and a strong one
 * is there in any case. `measure` gives the width of a text.
 */
export function placed(
  labels: Iterable<Label>,
  measure: (text: string, strong: boolean) => number,
  size: { width: number; height: number },
): { label: Label; box: Box; text: string }[] {
  const taken = new Taken();
  const seen: Label[] = [];
  for (const label of labels) {
    if (label.x < 0 || label.y < 0 || label.x > size.width || label.y > size.height) continue;
    if (seen.push(label) >= LOOKED_AT) break;
  }
  for (const { x, y, radius: r } of seen) taken.add({ left: x - r, top: y - r, right: x + r, bottom: y + r });
  const out: { label: Label; box: Box; text: string }[] = [];
  for (const label of seen) {
    const text = label.text.length > LONGEST ? `${label.text.slice(0, LONGEST - 1)}…` : label.text;
    const boxes = around(label, measure(text, label.strong));
    const box = boxes.find((one) => one.left >= 0 && one.right <= size.width && taken.isFree(one)) ?? (label.strong ? boxes[0] : undefined);
    if (!box) continue;
    taken.add(box);
    out.push({ label, box, text });
    if (out.length >= MOST) break;
  }
  return out;
}

/** Where the label of an actor may stand: right of it, left, below, above. */
function around({ x, y, radius: r }: Label, wide: number): Box[] {
  const at = (left: number, middle: number): Box => ({ left, top: middle - 7, right: left + wide, bottom: middle + 7 });
  return [at(x + r + 4, y), at(x - r - 4 - wide, y), at(x - wide / 2, y + r + 9), at(x - wide / 2, y - r - 9)];
}

/** Boxes that are looked up by where they are. */
class Taken {
  private readonly cells = new Map<string, Box[]>();

  add(box: Box): void {
    for (const key of keysOf(box)) {
      const inside = this.cells.get(key);
      if (inside) inside.push(box);
      else this.cells.set(key, [box]);
    }
  }

  isFree(box: Box): boolean {
    return !keysOf(box).some((key) => this.cells.get(key)?.some((other) => overlap(box, other)));
  }
}

function keysOf(box: Box): string[] {
  const keys: string[] = [];
  for (let x = Math.floor(box.left / CELL); x <= box.right / CELL; x++) {
    for (let y = Math.floor(box.top / CELL); y <= box.bottom / CELL; y++) keys.push(`${x} ${y}`);
  }
  return keys;
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right + 2 && other.left < one.right + 2 && one.top < other.bottom && other.top < one.bottom;
}

/** The ring of a loop stands above its actor. */
function drawLoop(context: CanvasRenderingContext2D, { x, y, radius, width, color, dash }: Loop): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash([...dash]);
  context.beginPath();
  context.arc(x, y - radius - 5, 6, 0.75 * Math.PI, 2.25 * Math.PI);
  context.stroke();
}

const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

/** A canvas that lies over the network and takes no clicks. */
export class LabelCanvas {
  readonly element = document.createElement("canvas");
  private readonly context = this.element.getContext("2d", { willReadFrequently: true })!;
  private readonly widths = new Map<string, number>();

  constructor() {
    this.element.className = "labels";
  }

  draw(labels: Iterable<Label>, loops: Iterable<Loop>, ink: Ink, size: { width: number; height: number }): void {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (this.element.width !== width || this.element.height !== height) {
      this.element.width = width;
      this.element.height = height;
    }
    const { context } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    for (const loop of loops) drawLoop(context, loop);
    context.setLineDash([]);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = ink.ground;
    context.fillStyle = ink.label;
    for (const { label, box, text } of placed(labels, (words, strong) => this.measure(words, strong), size)) {
      context.font = font(label.strong);
      const middle = (box.top + box.bottom) / 2;
      context.strokeText(text, box.left, middle);
      context.fillText(text, box.left, middle);
    }
  }

  private measure(text: string, strong: boolean): number {
    const key = `${strong}${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known;
    this.context.font = font(strong);
    const width = this.context.measureText(text).width;
    if (this.widths.size > 20_000) this.widths.clear();
    this.widths.set(key, width);
    return width;
  }
}

function font(strong: boolean): string {
  return `${strong ? 650 : 450} 12px ${FAMILY}`;
}
