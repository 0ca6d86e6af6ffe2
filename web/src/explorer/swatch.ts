/** The line of a quad class, as it is drawn in the network. */

import { DASHES, type Line } from "../palette";
import { svg } from "../shared/dom";

export function swatch(quad: Line): SVGElement {
  const dash = DASHES[quad][1] > 0 ? DASHES[quad].join(" ") : null;
  const line = svg("path", { d: "M1 5h26", "stroke-dasharray": dash });
  return svg("svg", { class: `swatch quad-${quad}`, viewBox: "0 0 28 10", "aria-hidden": "true" }, line);
}
