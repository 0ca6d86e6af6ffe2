/** A large network as an image that a worker draws, moved with the camera until the next one is there. */

import { type Affine, between, GAP, type Look, MUTUAL, type Numbers, RING, RINGED } from "./large-drawing";
import type { Order } from "./large.worker";
import type { Point } from "./layout";
import type { DrawnLink } from "./network";

/** An actor as it is drawn: `size` is its radius in pixels, `kind` as in `Dots`. */
export interface DrawnActor extends Point {
  readonly id: string;
  readonly size: number;
  readonly kind: number;
}

export class LargeImage {
  readonly element = document.createElement("canvas");
  private readonly context = this.element.getContext("bitmaprenderer")!;
  private worker: Worker | null = null;
  private running: Look | null = null;
  private wanted: Look | null = null;
  private shown: Look | null = null;
  private now: Affine | null = null;
  private waiting: (() => void)[] = [];

  constructor() {
    this.element.className = "large";
    this.element.hidden = true;
  }

  /** Takes another network, which the next `draw` draws. */
  take(numbers: Numbers): void {
    const arrays = [...Object.values(numbers.links), ...Object.values(numbers.actors)] as Float32Array<ArrayBuffer>[];
    this.post({ numbers }, arrays.map((array) => array.buffer));
  }

  /** Has it drawn. Of several looks that are asked for while one is being drawn, the last counts. */
  draw(look: Look): void {
    this.wanted = look;
    this.place(look.affine);
    if (!this.running) this.next();
  }

  /** Moves the image that is there to where it belongs now. */
  place(now: Affine): void {
    this.now = now;
    if (this.shown) this.element.style.transform = `matrix(${between(this.shown.affine, now).join(", ")})`;
  }

  /** Shows nothing, and waits for nothing. */
  clear(): void {
    [this.wanted, this.shown, this.now] = [null, null, null];
    this.element.hidden = true;
    this.tell();
  }

  /** Ends the worker. */
  end(): void {
    this.clear();
    this.worker?.terminate();
  }

  /** Resolves when what was asked for last is shown. */
  get done(): Promise<void> {
    return this.running || this.wanted ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  private next(): void {
    [this.running, this.wanted] = [this.wanted, null];
    if (this.running) this.post({ look: this.running });
    else this.tell();
  }

  private tell(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private post(order: Order, transfer: Transferable[] = []): void {
    this.worker ??= this.started();
    this.worker.postMessage(order, transfer);
  }

  private started(): Worker {
    const worker = new Worker(new URL("./large.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<ImageBitmap>) => {
      if (this.now === null) data.close(); // cleared meanwhile
      else this.put(data);
      this.next();
    });
    worker.addEventListener("error", () => this.next()); // the browser tells of it in the console
    return worker;
  }

  private put(image: ImageBitmap): void {
    this.shown = this.running;
    [this.element.width, this.element.height] = [image.width, image.height];
    Object.assign(this.element.style, { width: `${this.shown?.width}px`, height: `${this.shown?.height}px` });
    this.context.transferFromImageBitmap(image);
    this.element.hidden = false;
    if (this.now) this.place(this.now);
  }
}

/** A network in numbers: the strongest links and actors last, so that they lie over the others. */
export function numbersOf(links: readonly DrawnLink[], actors: readonly DrawnActor[]): Numbers {
  const known = new Map(actors.map((actor) => [actor.id, actor]));
  const reach = ({ size, kind }: DrawnActor): number => size + (kind & RINGED ? RING + GAP : 0);
  const lines = { ends: new Float32Array(links.length * 4), radii: new Float32Array(links.length * 2), widths: new Float32Array(links.length), kinds: new Uint8Array(links.length) };
  links.forEach(({ link, size }, place) => {
    const at = links.length - 1 - place;
    const [source, target] = [known.get(link.source)!, known.get(link.target)!];
    lines.ends.set([source.x, source.y, target.x, target.y], at * 4);
    lines.radii.set([reach(source), reach(target)], at * 2);
    lines.widths[at] = size;
    lines.kinds[at] = link.quad + (link.mutual ? MUTUAL : 0);
  });
  const dots = { places: new Float32Array(actors.length * 2), radii: new Float32Array(actors.length), kinds: new Uint8Array(actors.length) };
  actors.forEach(({ x, y, size, kind }, place) => {
    const at = actors.length - 1 - place;
    dots.places.set([x, y], at * 2);
    [dots.radii[at], dots.kinds[at]] = [size, kind];
  });
  return { links: lines, actors: dots };
}

/** For each of a list, from its end, 1 where `test` holds. */
export function flags<T>(list: readonly T[], test: (one: T) => boolean): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(list, (one) => (test(one) ? 1 : 0)).reverse();
}
