/** A histogram as SVG. */

import { QUADS } from "../palette";
import { svg } from "../shared/dom";
import { type Histogram, outlines } from "./buckets";

const HEIGHT = 40;

/** The bars, stretched over the element they are put into. */
export function bars(histogram: Histogram): SVGElement {
  const shapes = outlines(histogram, HEIGHT);
  const view = `0 0 ${Math.max(1, histogram.bars.length)} ${HEIGHT}`;
  const paths = QUADS.map((quad) => svg("path", { d: shapes[quad - 1] ?? "", class: `fill-${quad}` }));
  return svg("svg", { class: "bars", viewBox: view, preserveAspectRatio: "none", "aria-hidden": "true" }, ...paths);
}
