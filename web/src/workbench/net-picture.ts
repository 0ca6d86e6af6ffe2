/** An answer as a picture of the explorer: all that one does to another is one link. */

import { type Picture, pictured, type Shown } from "../explorer/filtering";
import type { Actor, Relation } from "../explorer/model";
import type { Line, Quad } from "../palette";
import type { Net } from "./fit";

/** The links of an answer as relations between actors of which no more than the name is known. */
export function bundledNet(net: Net, quadOf: (action: string) => Quad | null): Picture {
  const actors = new Map(net.nodes.map((id): [string, Actor] => [id, { id, label: id, type: "", country: "", sector: null, events: 0 }]));
  const relations = net.links.map(({ source, target, action, weight }): Shown => {
    const quad: Line = quadOf(action) ?? 0;
    const known = { plover: "", mentions: 0, goldstein: 0, first: null, last: null, months: [], counts: [] };
    const relation: Relation = { id: JSON.stringify([source, action, target]), source, target, action, quad, weight, ...known };
    return { relation, weight };
  });
  return pictured(relations, actors);
}
