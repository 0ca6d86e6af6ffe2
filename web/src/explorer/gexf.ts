/** The picture as GEXF 1.3, as it is drawn: with places, sizes and colours, for Gephi. */

import type { Ink } from "../palette";
import type { Picture } from "./filtering";
import { radius, width } from "./geometry";
import type { Places } from "./layout";
import { xml } from "./svg-picture";

const NODES = [["actor_type", "string"], ["country", "string"], ["sector", "string"], ["events", "integer"]] as const;
const EDGES = [["plover", "string"], ["quad", "integer"], ["goldstein", "double"], ["mentions", "integer"], ["first", "string"], ["last", "string"]] as const;

/** The text of a file; `made` is its day. */
export function gexf(picture: Picture, places: Places, ink: Ink, description: string, made: string): string {
  const actors = [...picture.actors.values()].sort((a, b) => (a.actor.id < b.actor.id ? -1 : 1));
  const most = Math.max(1, ...actors.map((shown) => shown.weight));
  const strongest = Math.max(1, ...picture.relations.map((shown) => shown.weight));
  const nodes = actors.map(({ actor, weight }) => {
    const { x, y } = places.get(actor.id) ?? { x: 0, y: 0 };
    const values = [actor.type, actor.country, actor.sector, weight];
    const look = `<viz:position x="${x}" y="${y}" z="0"/><viz:size value="${2 * radius(weight, most)}"/>${color(ink.node)}`;
    return `<node id="${xml(actor.id)}" label="${xml(actor.label)}">${attvalues(values)}${look}</node>`;
  });
  const edges = picture.relations.map(({ relation: r, weight }) => {
    const values = [r.plover, r.quad, r.goldstein, r.mentions, r.first, r.last];
    const look = `${color(ink.quads[r.quad])}<viz:thickness value="${width(weight, strongest)}"/>`;
    const ends = `source="${xml(r.source)}" target="${xml(r.target)}"`;
    return `<edge id="${xml(r.id)}" ${ends} label="${xml(r.action)}" kind="${xml(r.action)}" weight="${weight}">${attvalues(values)}${look}</edge>`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n' +
    `<meta lastmodifieddate="${made}"><creator>whowhom</creator><description>${xml(description)}</description></meta>\n` +
    `<graph defaultedgetype="directed">\n${columns("node", NODES)}${columns("edge", EDGES)}` +
    `<nodes>\n${nodes.join("\n")}\n</nodes>\n<edges>\n${edges.join("\n")}\n</edges>\n</graph>\n</gexf>\n`
  );
}

function columns(kind: string, names: readonly (readonly [string, string])[]): string {
  const lines = names.map(([name, type], place) => `<attribute id="${place}" title="${name}" type="${type}"/>`);
  return `<attributes class="${kind}">${lines.join("")}</attributes>\n`;
}

function attvalues(values: readonly (string | number | null)[]): string {
  const lines = values.map((value, place) => (value === null ? "" : `<attvalue for="${place}" value="${xml(String(value))}"/>`));
  return `<attvalues>${lines.join("")}</attvalues>`;
}

function color(hex: string): string {
  const [r, g, b] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  return `<viz:color r="${r}" g="${g}" b="${b}"/>`;
}
