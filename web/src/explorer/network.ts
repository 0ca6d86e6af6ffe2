/** The network as sigma draws it. */

import { createNodeBorderProgram } from "@sigma/node-border";
import { DirectedGraph } from "graphology";
import Sigma from "sigma";
import type { NodeProgramType } from "sigma/rendering";
import type { EdgeDisplayData, MouseCoords, NodeDisplayData } from "sigma/types";
import { animateNodes } from "sigma/utils";
import { DASHES, type Ink, INKS } from "../palette";
import { onTheme, theme } from "../shared/theme";
import { type LinkData, LinkProgram } from "./edge-program";
import type { Link, Picture } from "./filtering";
import { Glide } from "./glide";
import { aside, crowding, distanceTo, radius, width } from "./geometry";
import { type Label, LabelCanvas, type Loop } from "./labels";
import type { Places, Point } from "./layout";
import type { Selected } from "./view";

export interface Reactions {
  actor(id: string): void;
  link(link: Link): void;
  nothing(): void;
  pin(id: string, place: Point): void;
}

export interface Marks {
  readonly selected: Selected | null;
  readonly pinned: ReadonlySet<string>;
  /** Actors whose neighborhood it is: drawn with a ring, like the selected one. */
  readonly seeds: ReadonlySet<string>;
}

const MANY = 2000; // links above which not each movement looks at all of them
const NEAR = 6; // pixels from a link at which a click meets it
const ANIMATED = 700; // actors up to which changes are shown as movements

interface NodeAttributes extends Record<string, unknown> {
  x: number;
  y: number;
  size: number;
  label: string;
  state: boolean;
}

type LinkAttributes = { size: number; link: Link };

export class NetworkView {
  private graph = new DirectedGraph<NodeAttributes, LinkAttributes>();
  private readonly sigma: Sigma<NodeAttributes, LinkAttributes>;
  private readonly labels = new LabelCanvas();
  private ink: Ink = INKS[theme()];
  private marks: Marks = { selected: null, pinned: new Set(), seeds: new Set() };
  private byWeight: string[] = [];
  private loops: { link: Link; width: number }[] = [];
  private lit: { nodes: Set<string>; links: Set<string>; center: string | null } | null = null;
  private dragged: { id: string; moved: boolean } | null = null;
  private stopAnimation: (() => void) | null = null;

  /** Throws where the browser has no WebGL. */
  constructor(
    private readonly container: HTMLElement,
    private readonly reactions: Reactions,
  ) {
    this.sigma = new Sigma<NodeAttributes, LinkAttributes>(this.graph, container, this.settings());
    container.append(this.labels.element);
    // Sigma asks the graphics card which actor is at a point, and waits for all that it draws, at every movement.
    Object.assign(this.sigma, { getNodeAtPosition: (point: Point) => this.actorAt(point) });
    this.sigma.on("afterRender", () => this.drawLabels());
    new Glide(this.sigma as unknown as Sigma, container, () => this.graph.size > MANY);
    this.listen();
    new ResizeObserver(() => this.resize()).observe(container);
    onTheme((next) => {
      this.ink = INKS[next];
      this.sigma.refresh({ skipIndexation: true });
    });
  }

  /** Draws a picture; actors without a place are not drawn. */
  show(picture: Picture, places: Places, marks: Marks): void {
    this.stopAnimation?.();
    const before = this.graph;
    const graph = new DirectedGraph<NodeAttributes, LinkAttributes>();
    const most = Math.max(1, ...[...picture.actors.values()].map((shown) => shown.weight));
    const crowd = crowding(picture.actors.size);
    const goals: Record<string, { x: number; y: number }> = {};
    const animated = picture.actors.size <= ANIMATED && before.order > 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const [id, { actor, weight }] of picture.actors) {
      const place = places.get(id);
      if (!place) continue;
      const start = animated && before.hasNode(id) ? before.getNodeAttributes(id) : place;
      if (start.x !== place.x || start.y !== place.y) goals[id] = { x: place.x, y: place.y };
      graph.addNode(id, { x: start.x, y: start.y, size: radius(weight, most) * crowd, label: actor.label, state: actor.type === "State" });
    }
    const loops: { link: Link; width: number }[] = [];
    const strongest = Math.max(1, ...picture.links.map((link) => link.weight));
    for (const link of [...picture.links].sort((a, b) => b.weight - a.weight)) {
      if (!graph.hasNode(link.source) || !graph.hasNode(link.target)) continue;
      if (link.source === link.target) {
        loops.push({ link, width: width(link.weight, strongest) });
        continue;
      }
      graph.addDirectedEdgeWithKey(link.id, link.source, link.target, { size: width(link.weight, strongest) * crowd, link });
    }
    this.byWeight = graph.nodes().sort((a, b) => graph.getNodeAttribute(b, "size") - graph.getNodeAttribute(a, "size") || (a < b ? -1 : 1));
    this.loops = loops;
    this.graph = graph;
    this.marks = marks;
    this.light(null);
    this.sigma.setGraph(graph);
    if (Object.keys(goals).length > 0) this.stopAnimation = animateNodes(graph, goals, { duration: 350, easing: "quadraticInOut" });
  }

  /** Shows another selection in the same picture. */
  mark(marks: Marks): void {
    this.marks = marks;
    this.sigma.refresh({ skipIndexation: true });
  }

  /** Lights up an actor and its neighbors, as when the pointer is over it; null ends it. */
  light(id: string | null): void {
    if (id === (this.lit?.center ?? null)) return;
    this.lit = id !== null && this.graph.hasNode(id) ? this.around(id) : null;
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
        { size: { value: 2.5, mode: "pixels" }, color: { attribute: "rim", defaultValue: "#000" } },
        { size: { fill: true }, color: { attribute: "color" } },
      ],
    });
    return {
      allowInvalidContainer: true,
      renderLabels: false,
      defaultNodeType: "actor",
      defaultEdgeType: "link",
      nodeProgramClasses: { actor: unpicked(border) },
      nodeHoverProgramClasses: { actor: unpicked(border) },
      edgeProgramClasses: { link: LinkProgram as never },
      defaultDrawNodeHover: () => undefined,
      minEdgeThickness: 0.6,
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
    const { ink, marks, lit } = this;
    const dim = lit !== null && !lit.nodes.has(id);
    const { selected } = marks;
    const chosen = selected?.kind === "actor" ? selected.id === id : selected?.source === id || selected?.target === id;
    const color = dim ? ink.faint : ink.node;
    const ringed = chosen || marks.seeds.has(id) || marks.pinned.has(id);
    const ring = chosen ? ink.accent : color;
    const extra = ringed ? 4 : 0;
    const look = {
      ...{ x: data.x, y: data.y, size: data.size + extra, label: data.label, type: "actor" },
      ...{ color: data.state ? color : ink.ground, rim: color, ground: ink.ground },
      ...{ ring, ringSize: ringed ? 2 : 0, gapSize: ringed ? 2 : 0 },
      zIndex: dim ? 0 : chosen ? 3 : 2,
    };
    return look as Partial<NodeDisplayData>;
  }

  private linkLook(id: string, { size, link }: LinkAttributes): Partial<EdgeDisplayData> {
    const { ink, lit, marks } = this;
    const { selected } = marks;
    const chosen = selected?.kind === "link" && selected.source === link.source && selected.target === link.target;
    const dim = lit !== null && !lit.links.has(id);
    const look: Partial<LinkData> = {
      ...{ quad: link.quad, mutual: link.mutual, type: "link" },
      size: chosen ? size + 3 : size,
      color: dim ? ink.faint : ink.quads[link.quad],
      zIndex: dim ? 0 : chosen ? 2 : 1,
    };
    return look;
  }

  private around(id: string): { nodes: Set<string>; links: Set<string>; center: string } {
    return { nodes: new Set([id, ...this.graph.neighbors(id)]), links: new Set(this.graph.edges(id)), center: id };
  }

  private drawLabels(): void {
    const { width: w, height: h } = this.sigma.getDimensions();
    this.labels.draw(this.toLabel(), this.toLoop(), this.ink, { width: w, height: h });
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
      if (this.graph.size > MANY) rest = window.setTimeout(light, 150);
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
      if (held || this.dragged || this.lit !== null || this.graph.size > MANY) return;
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

  /** The actor at a point of the screen; of several, the one whose middle is nearest. */
  private actorAt(point: Point): string | undefined {
    let best: string | undefined;
    let nearest = Infinity;
    const { x, y } = this.sigma.viewportToFramedGraph(point);
    const unit = this.sigma.viewportToFramedGraph({ x: point.x + 1, y: point.y }).x - x; // of a pixel
    for (const id of this.byWeight) {
      const data = this.sigma.getNodeDisplayData(id);
      if (!data) continue;
      const distance = Math.hypot(data.x - x, data.y - y) / unit;
      if (distance < nearest && distance <= Math.max(5, this.sigma.scaleSize(data.size))) [best, nearest] = [id, distance];
    }
    return best;
  }

  /** The link nearest to the pointer, if it is near. */
  private linkAt(event: MouseCoords): Link | null {
    let best: Link | null = null;
    let nearest = NEAR;
    const onScreen = new Map<string, Point>();
    const place = (id: string): Point => {
      const known = onScreen.get(id) ?? this.screenPlaceOf(id)!;
      onScreen.set(id, known);
      return known;
    };
    this.graph.forEachEdge((_, { link, size }, source, target) => {
      const shown = this.sigma.scaleSize(size);
      const distance = distanceTo(event, place(source), place(target), aside(link, shown)) - shown / 2;
      if (distance < nearest) [best, nearest] = [link, distance];
    });
    return best;
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
