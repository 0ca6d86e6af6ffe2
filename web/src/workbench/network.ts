/** An answer as a network, drawn by sigma; loaded only when somebody wants to see one. */

import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import Sigma from "sigma";
import { drawDiscNodeLabel, EdgeArrowProgram } from "sigma/rendering";

import { INKS, type Quad } from "../palette";
import { theme } from "../shared/theme";
import type { Net } from "./fit";

/** Steps of the layout, in turns that leave the page time to answer. */
const STEPS = 300;
const STEPS_AT_ONCE = 10;

export interface Drawn {
  /** Takes the colours of the theme anew. */
  repaint(): void;
  /** Brings the view nearer or farther by a ratio; null shows the whole. */
  zoom(ratio: number | null): void;
  kill(): void;
}

/**
 * Draws into `parent`, which has a size; `quadOf` tells the quad class of an action, where it is known, and `hover` is told the
 * node under the pointer, or null. Throws without WebGL.
 */
export function draw(
  parent: HTMLElement,
  net: Net,
  quadOf: (action: string) => Quad | null,
  hover: (node: string | null) => void,
): Drawn {
  const graph = graphOf(net, quadOf);
  const sigma = new Sigma(graph, parent, {
    allowInvalidContainer: true,
    defaultEdgeType: "arrow",
    edgeProgramClasses: { arrow: EdgeArrowProgram },
    // Sigma's own puts the name into a white box, whatever the theme.
    defaultDrawNodeHover: drawDiscNodeLabel,
    labelFont: "system-ui, sans-serif",
    labelSize: 12,
    labelRenderedSizeThreshold: net.nodes.length <= 80 ? 0 : 6,
    zIndex: true,
  });
  let hovered: string | null = null;
  const dim = (node: string | null): void => {
    hovered = node;
    sigma.refresh({ skipIndexation: true });
    hover(node);
  };
  sigma.on("enterNode", ({ node }) => dim(node));
  sigma.on("leaveNode", () => dim(null));

  function repaint(): void {
    const ink = INKS[theme()];
    sigma.setSetting("labelColor", { color: ink.label });
    const near = (node: string): boolean => hovered === null || node === hovered || graph.areNeighbors(node, hovered);
    sigma.setSetting("nodeReducer", (node, data) => ({ ...data, color: near(node) ? ink.node : ink.faint, label: near(node) ? data["label"] as string : "" }));
    sigma.setSetting("edgeReducer", (edge, data) => {
      const quad = data["quad"] as Quad | null;
      const color = hovered === null || graph.hasExtremity(edge, hovered) ? (quad === null ? ink.label : ink.quads[quad]) : ink.faint;
      return { ...data, color };
    });
  }

  repaint();
  const stop = layOut(graph, sigma);
  return {
    repaint,
    zoom(ratio) {
      const camera = sigma.getCamera();
      const duration = still() ? 0 : 200;
      void (ratio === null ? camera.animatedReset({ duration }) : camera.animate({ ratio: camera.ratio * ratio }, { duration }));
    },
    kill() {
      stop();
      sigma.kill();
    },
  };
}

function graphOf(net: Net, quadOf: (action: string) => Quad | null): Graph {
  const graph = new Graph({ type: "directed", multi: true, allowSelfLoops: true });
  const most = Math.max(...net.links.map(({ weight }) => weight), 1);
  const weights = new Map<string, number>();
  for (const { source, target, weight } of net.links) {
    for (const end of [source, target]) weights.set(end, (weights.get(end) ?? 0) + weight);
  }
  const heaviest = Math.max(...weights.values(), 1);
  for (const [i, node] of net.nodes.entries()) {
    // On a circle to begin with, so that the same answer is always the same picture.
    const angle = (2 * Math.PI * i) / net.nodes.length;
    const size = 4 + 9 * Math.sqrt((weights.get(node) ?? 0) / heaviest);
    graph.addNode(node, { label: node, x: Math.cos(angle), y: Math.sin(angle), size });
  }
  for (const { source, target, action, weight } of net.links) {
    const size = 1.2 + 4.8 * (weight / most);
    graph.addDirectedEdge(source, target, { size, quad: quadOf(action) });
  }
  return graph;
}

function still(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Moves the nodes to their places; without motion where the reader wants none. Returns what ends it. */
function layOut(graph: Graph, sigma: Sigma): () => void {
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: graph.order > 300, gravity: 1.5, scalingRatio: 12 };
  let done = 0;
  let frame = requestAnimationFrame(step);

  function step(): void {
    // Positions are written at the end of a turn only; sigma draws anew whenever they are.
    forceAtlas2.assign(graph, { iterations: STEPS_AT_ONCE, settings });
    done += STEPS_AT_ONCE;
    if (done < STEPS) frame = requestAnimationFrame(step);
    else sigma.refresh();
  }

  if (still()) {
    cancelAnimationFrame(frame);
    forceAtlas2.assign(graph, { iterations: STEPS, settings });
  }
  return () => cancelAnimationFrame(frame);
}
