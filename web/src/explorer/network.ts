/** The network as sigma draws it. */

import { createNodeBorderProgram } from "@sigma/node-border";
import { DirectedGraph } from "graphology";
import Sigma from "sigma";
import type { NodeProgramType } from "sigma/rendering";
import type { EdgeDisplayData, NodeDisplayData } from "sigma/types";
import { animateNodes } from "sigma/utils";
import { DASHES, type Ink, INKS } from "../palette";
import { onTheme, theme } from "../shared/theme";
import { type LinkData, LinkProgram } from "./edge-program";
import type { Link, Picture } from "./filtering";
import { Glide } from "./glide";
import { crowding, radius, width } from "./geometry";
import { type Label, LabelCanvas, type Loop } from "./labels";
import type { Places, Point } from "./layout";
import { type Affine, CHOSEN, GAP, RIM, RING, RINGED, STATE, THINNEST } from "./large-drawing";
import { type DrawnActor, flags, LargeImage, numbersOf } from "./large-image";
import { actorAt, linkAt } from "./pointing";
import type { Selected } from "./view";

export interface Reactions {
  actor(id: string): void;
  link(link: Link): void;
  nothing(): void;
  pin(id: string, place: Point): void;
  /** An actor is lit up, or none any more. */
  lit?(id: string | null): void;
}

export interface Marks {
  readonly selected: Selected | null;
  readonly pinned: ReadonlySet<string>;
  /** Actors whose neighborhood it is: drawn with a ring, like the selected one. */
  readonly seeds: ReadonlySet<string>;
}

const MANY = 2000; // links above which a worker draws the network, and not each movement looks at all of them
const THICKER = 3; // pixels by which the chosen link is wider
const ANIMATED = 700; // actors up to which changes are shown as movements

interface NodeAttributes extends Record<string, unknown> {
  x: number;
  y: number;
  size: number;
  label: string;
  state: boolean;
}

type LinkAttributes = DrawnLink & Record<string, unknown>;

/** A link as it is drawn: `size` is its width. */
export interface DrawnLink {
  readonly link: Link;
  readonly size: number;
}

export class NetworkView {
  private graph = new DirectedGraph<NodeAttributes, LinkAttributes>();
  private readonly sigma: Sigma<NodeAttributes, LinkAttributes>;
  private readonly labels = new LabelCanvas();
  private ink: Ink = INKS[theme()];
  private marks: Marks = { selected: null, pinned: new Set(), seeds: new Set() };
  private byWeight: string[] = [];
  private links: DrawnLink[] = []; // strongest first
  private readonly image = new LargeImage();
  private many = false;
  private labeling = 0; // the frame in which labels are to be drawn
  private loops: { link: Link; width: number }[] = [];
  private lit: { nodes: Set<string>; links: Set<string>; center: string | null } | null = null;
  private dragged: { id: string; moved: boolean } | null = null;
  private stopAnimation: (() => void) | null = null;

  /** Takes the network away, and all that belongs to it. */
  readonly end: () => void;

  /** Throws where the browser has no WebGL. */
  constructor(
    private readonly container: HTMLElement,
    private readonly reactions: Reactions,
  ) {
    this.sigma = new Sigma<NodeAttributes, LinkAttributes>(this.graph, container, this.settings());
    container.append(this.labels.element);
    this.sigma.getCanvases()["nodes"]?.before(this.image.element);
    // Sigma asks the graphics card which actor is at a point, and waits for all that it draws, at every movement.
    Object.assign(this.sigma, { getNodeAtPosition: (point: Point) => actorAt(this.sigma, this.byWeight, point) });
    this.sigma.on("afterRender", () => this.drawRest());
    new Glide(this.sigma as unknown as Sigma, container, () => this.many, () => this.image.place(this.affine()));
    this.listen();
    const sizes = new ResizeObserver(() => this.resize());
    sizes.observe(container);
    const themes = onTheme((next) => {
      this.ink = INKS[next];
      this.sigma.refresh({ skipIndexation: true });
    });
    this.end = () => {
      sizes.disconnect();
      themes();
      this.stopAnimation?.();
      this.image.end();
      this.sigma.kill();
    };
  }

  /** Resolves when all of the picture is drawn. */
  get drawn(): Promise<void> {
    return this.image.done;
  }

  /** Makes ready to draw a picture, which what is returned does; actors without a place are not drawn. */
  prepared(picture: Picture, places: Places, marks: Marks): () => void {
    const before = this.graph;
    const graph = new DirectedGraph<NodeAttributes, LinkAttributes>();
    const most = Math.max(1, ...[...picture.actors.values()].map((shown) => shown.weight));
    const crowd = crowding(picture.actors.size);
    const goals: Record<string, { x: number; y: number }> = {};
    const many = picture.links.length > MANY;
    const animated = !many && picture.actors.size <= ANIMATED && before.order > 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const [id, { actor, weight }] of picture.actors) {
      const place = places.get(id);
      if (!place) continue;
      const start = animated && before.hasNode(id) ? before.getNodeAttributes(id) : place;
      if (start.x !== place.x || start.y !== place.y) goals[id] = { x: place.x, y: place.y };
      graph.addNode(id, { x: start.x, y: start.y, size: radius(weight, most) * crowd, label: actor.label, state: actor.type === "State" });
    }
    const loops: { link: Link; width: number }[] = [];
    const links: DrawnLink[] = [];
    const strongest = Math.max(1, ...picture.links.map((link) => link.weight));
    for (const link of [...picture.links].sort((a, b) => b.weight - a.weight)) {
      if (!graph.hasNode(link.source) || !graph.hasNode(link.target)) continue;
      if (link.source === link.target) {
        loops.push({ link, width: width(link.weight, strongest) });
        continue;
      }
      const drawn = { size: width(link.weight, strongest) * crowd, link };
      links.push(drawn);
      if (!many) graph.addDirectedEdgeWithKey(link.id, link.source, link.target, drawn);
    }
    const byWeight = graph.nodes().sort((a, b) => graph.getNodeAttribute(b, "size") - graph.getNodeAttribute(a, "size") || (a < b ? -1 : 1));
    return () => {
      this.stopAnimation?.();
      Object.assign(this, { graph, marks, links, loops, byWeight, many, lit: null });
      if (many) this.giveAway();
      else this.image.clear();
      this.sigma.setGraph(graph);
      if (Object.keys(goals).length > 0) this.stopAnimation = animateNodes(graph, goals, { duration: 350, easing: "quadraticInOut" });
    };
  }

  /** Lights up an actor and its neighbors, as when the pointer is over it; null ends it. */
  light(id: string | null): void {
    if (id === (this.lit?.center ?? null)) return;
    this.lit = id !== null && this.graph.hasNode(id) ? this.around(id) : null;
    this.reactions.lit?.(this.lit?.center ?? null);
    this.sigma.refresh({ skipIndexation: true });
  }

  zoom(factor: number): void {
    const camera = this.sigma.getCamera();
    void camera.animate({ ratio: camera.ratio / factor }, this.pace());
  }

  pan(x: number, y: number): void {
    const camera = this.sigma.getCamera();
    void camera.animate({ x: camera.x + x * camera.ratio, y: camera.y + y * camera.ratio }, this.pace());
  }

  fit(): void {
    void this.sigma.getCamera().animate({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }, this.pace());
  }

  /** Moves an actor into the middle, if it is drawn. */
  center(id: string): void {
    const data = this.sigma.getNodeDisplayData(id);
    if (data) void this.sigma.getCamera().animate({ x: data.x, y: data.y }, this.pace());
  }

  /** Where an actor is now, in the units of the layout. */
  placeOf(id: string): Point | null {
    return this.graph.hasNode(id) ? { x: this.graph.getNodeAttribute(id, "x"), y: this.graph.getNodeAttribute(id, "y") } : null;
  }

  /** Where an actor is on the screen, relative to the container. */
  screenPlaceOf(id: string): Point | null {
    const place = this.placeOf(id);
    return place && this.sigma.graphToViewport(place);
  }

  private resize(): void {
    if (this.container.clientWidth === 0) return; // not shown
    this.sigma.resize();
    this.sigma.scheduleRender();
  }

  private pace(): { duration: number } {
    return { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200 };
  }

  private settings() {
    const border = createNodeBorderProgram<NodeAttributes, LinkAttributes>({
      borders: [
        { size: { attribute: "ringSize", defaultValue: 0, mode: "pixels" }, color: { attribute: "ring", defaultValue: "#000" } },
        { size: { attribute: "gapSize", defaultValue: 0, mode: "pixels" }, color: { attribute: "ground", defaultValue: "#fff" } },
        { size: { value: RIM, mode: "pixels" }, color: { attribute: "rim", defaultValue: "#000" } },
        { size: { fill: true }, color: { attribute: "color" } },
      ],
    });
    return {
      allowInvalidContainer: true,
      renderLabels: false,
      defaultNodeType: "actor",
      defaultEdgeType: "link",
      nodeProgramClasses: { actor: unpicked(border), undrawn: Undrawn as never },
      nodeHoverProgramClasses: { actor: unpicked(border), undrawn: Undrawn as never },
      edgeProgramClasses: { link: LinkProgram as never },
      defaultDrawNodeHover: () => undefined,
      minEdgeThickness: THINNEST,
      zIndex: true,
      stagePadding: 48,
      minCameraRatio: 0.02,
      maxCameraRatio: 4,
      doubleClickTimeout: 0, // each click counts, also the second of two quick ones
      nodeReducer: (id: string, data: NodeAttributes) => this.nodeLook(id, data),
      edgeReducer: (id: string, data: LinkAttributes) => this.linkLook(id, data),
    };
  }

  private nodeLook(id: string, data: NodeAttributes): Partial<NodeDisplayData> {
    const { ink, lit } = this;
    const dim = lit !== null && !lit.nodes.has(id);
    const chosen = this.isChosen(id);
    const color = dim ? ink.faint : ink.node;
    const ringed = this.isRinged(id);
    const ring = chosen ? ink.accent : color;
    const look = {
      ...{ x: data.x, y: data.y, size: data.size + (ringed ? RING + GAP : 0), label: data.label, type: this.many ? "undrawn" : "actor" },
      ...{ color: data.state ? color : ink.ground, rim: color, ground: ink.ground },
      ...{ ring, ringSize: ringed ? RING : 0, gapSize: ringed ? GAP : 0 },
      zIndex: dim ? 0 : chosen ? 3 : 2,
    };
    return look as Partial<NodeDisplayData>;
  }

  private isChosen(id: string): boolean {
    const { selected } = this.marks;
    return selected?.kind === "actor" ? selected.id === id : selected?.source === id || selected?.target === id;
  }

  private isRinged(id: string): boolean {
    return this.isChosen(id) || this.marks.seeds.has(id) || this.marks.pinned.has(id);
  }

  private isChosenLink({ source, target }: Link): boolean {
    const { selected } = this.marks;
    return selected?.kind === "link" && selected.source === source && selected.target === target;
  }

  private linkLook(id: string, { size, link }: LinkAttributes): Partial<EdgeDisplayData> {
    const { ink, lit } = this;
    const chosen = this.isChosenLink(link);
    const dim = lit !== null && !lit.links.has(id);
    const look: Partial<LinkData> = {
      ...{ quad: link.quad, mutual: link.mutual, type: "link" },
      size: chosen ? size + THICKER : size,
      color: dim ? ink.faint : ink.quads[link.quad],
      zIndex: dim ? 0 : chosen ? 2 : 1,
    };
    return look;
  }

  private around(id: string): { nodes: Set<string>; links: Set<string>; center: string } {
    const near = this.links.filter(({ link }) => link.source === id || link.target === id).map(({ link }) => link);
    return { nodes: new Set([id, ...near.flatMap(({ source, target }) => [source, target])]), links: new Set(near.map((link) => link.id)), center: id };
  }

  /** Draws what sigma does not: labels, loops, and all of a large network. */
  private drawRest(): void {
    const { width: w, height: h } = this.sigma.getDimensions();
    const labels = (): void => this.labels.draw(this.toLabel(), this.toLoop(), this.ink, { width: w, height: h });
    if (!this.many) return labels();
    window.cancelAnimationFrame(this.labeling);
    this.labeling = window.requestAnimationFrame(labels); // a task of its own
    const { lit, ink, byWeight, links } = this;
    const lights = lit && { links: flags(links, ({ link }) => lit.links.has(link.id)), actors: flags(byWeight, (id) => lit.nodes.has(id)) };
    this.image.draw({ affine: this.affine(), scale: this.sigma.scaleSize(1), width: w, height: h, ratio: window.devicePixelRatio || 1, ink, lit: lights });
  }

  /** Gives the network to the worker that draws large ones. */
  private giveAway(): void {
    const actors = this.byWeight.map((id): DrawnActor => {
      const { x, y, size, state } = this.graph.getNodeAttributes(id);
      return { id, x, y, size, kind: (state ? STATE : 0) + (this.isRinged(id) ? RINGED : 0) + (this.isChosen(id) ? CHOSEN : 0) };
    });
    this.image.take(numbersOf(this.links.map(({ link, size }) => ({ link, size: this.isChosenLink(link) ? size + THICKER : size })), actors));
  }

  /** From the units of the layout to pixels of the stage, for where the camera is now. */
  private affine(): Affine {
    const FAR = 1000;
    const at = (x: number, y: number): Point => this.sigma.graphToViewport({ x, y }, { cameraState: this.sigma.getCamera().getState() });
    const [o, x, y] = [at(0, 0), at(FAR, 0), at(0, FAR)];
    return [(x.x - o.x) / FAR, (x.y - o.y) / FAR, (y.x - o.x) / FAR, (y.y - o.y) / FAR, o.x, o.y];
  }

  private *toLabel(): Generator<Label> {
    const { selected, seeds } = this.marks;
    const ends = selected === null ? [] : selected.kind === "actor" ? [selected.id] : [selected.source, selected.target];
    const strong = new Set([...(this.lit?.center ? [this.lit.center] : []), ...ends, ...seeds].filter((id) => this.graph.hasNode(id)));
    const candidates = this.lit ? this.byWeight.filter((id) => this.lit?.nodes.has(id)) : this.byWeight;
    for (const id of strong) yield this.label(id, true);
    for (const id of candidates) if (!strong.has(id)) yield this.label(id, false);
  }

  private *toLoop(): Generator<Loop> {
    for (const { link, width: thick } of this.loops) {
      const dim = this.lit !== null && this.lit.center !== link.source;
      const { x, y, radius: r } = this.label(link.source, false);
      yield { x, y, radius: r, width: this.sigma.scaleSize(thick), color: dim ? this.ink.faint : this.ink.quads[link.quad], dash: DASHES[link.quad][1] > 0 ? DASHES[link.quad] : [] };
    }
  }

  private label(id: string, strong: boolean): Label {
    const { x, y, label } = this.graph.getNodeAttributes(id);
    const at = this.sigma.graphToViewport({ x, y });
    const size = this.sigma.scaleSize(this.sigma.getNodeDisplayData(id)?.size ?? 1);
    return { id, text: label, x: at.x, y: at.y, radius: size, strong };
  }

  private listen(): void {
    const { sigma, container } = this;
    let rest = 0;
    sigma.on("enterNode", ({ node }) => {
      container.style.cursor = "pointer";
      const light = (): void => {
        if (!this.dragged) this.light(node);
      };
      // Of many, only the one on which the pointer rests is lit, since all must be drawn anew for it.
      if (this.many) rest = window.setTimeout(light, 150);
      else light();
    });
    sigma.on("leaveNode", () => {
      window.clearTimeout(rest);
      container.style.cursor = "";
      if (!this.dragged) this.light(null);
    });
    sigma.on("clickNode", ({ node }) => this.reactions.actor(node));
    sigma.on("clickStage", ({ event }) => {
      const link = this.linkAt(event);
      if (link) this.reactions.link(link);
      else this.reactions.nothing();
    });
    sigma.on("moveBody", ({ event }) => {
      const held = "buttons" in event.original && event.original.buttons !== 0;
      if (held || this.dragged || this.lit !== null || this.many) return;
      container.style.cursor = this.linkAt(event) ? "pointer" : "";
    });
    this.listenToDrags();
  }

  private listenToDrags(): void {
    const { sigma } = this;
    sigma.on("downNode", ({ node }) => {
      this.dragged = { id: node, moved: false };
    });
    sigma.on("moveBody", ({ event, preventSigmaDefault }) => {
      if (!this.dragged) return;
      if (!this.dragged.moved) sigma.setCustomBBox(sigma.getBBox());
      this.dragged.moved = true;
      const { x, y } = sigma.viewportToGraph(event);
      this.graph.mergeNodeAttributes(this.dragged.id, { x, y });
      if (this.many) this.giveAway();
      preventSigmaDefault();
      event.original.preventDefault();
    });
    const up = (): void => {
      const { dragged } = this;
      this.dragged = null;
      if (!dragged?.moved) return;
      const place = this.placeOf(dragged.id);
      sigma.setCustomBBox(null);
      if (place) this.reactions.pin(dragged.id, place);
    };
    sigma.on("upNode", up);
    sigma.on("upStage", up);
  }

  private linkAt(point: Point): Link | null {
    return linkAt(point, this.links, (size) => this.sigma.scaleSize(size), (id) => this.screenPlaceOf(id)!);
  }
}

/** A program that draws nothing for picking: which actor is at a point is calculated. */
function unpicked(program: NodeProgramType<NodeAttributes, LinkAttributes>): NodeProgramType<NodeAttributes, LinkAttributes> {
  return class extends program {
    constructor(gl: WebGLRenderingContext, _picking: WebGLFramebuffer | null, renderer: Sigma<NodeAttributes, LinkAttributes>) {
      super(gl, null, renderer);
    }
  };
}

/** Draws nothing: actors of a large network are in the image of the worker. */
class Undrawn {
  readonly drawLabel = undefined;
  readonly drawHover = undefined;
  reallocate(): void {}
  process(): void {}
  render(): void {}
  kill(): void {}
}
