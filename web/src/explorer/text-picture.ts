/** The events of one text as a picture. */

import { type Picture, picture } from "./filtering";
import type { Point } from "./layout";
import type { Actor, Relation } from "./model";
import type { EventRecord } from "./records";

/** Events as a network; those that name only one side are left out. */
export function pictureOf(events: readonly EventRecord[]): Picture {
  const actors = new Map<string, Actor>();
  const relations = new Map<string, Relation>();
  for (const { source, target, relation: action, event: plover, quad } of events) {
    if (!source || !target) continue;
    for (const { id, name, type } of [source, target]) actors.set(id, { id, label: name, type, country: "", sector: null, events: 1 });
    const id = `${source.id} ${action} ${target.id}`;
    const weight = (relations.get(id)?.weight ?? 0) + 1;
    relations.set(id, { id, source: source.id, target: target.id, action, plover, quad, weight, mentions: weight, goldstein: 0, first: null, last: null, months: [], counts: [] });
  }
  const all = { actors: [], quads: [], actions: [], types: [], sectors: [], weight: 1, hidden: [] };
  return picture({ actors, relations: [...relations.values()] }, all, null);
}

/** Places on a flat circle, in the order of the ids. */
export function circle(ids: readonly string[]): Map<string, Point> {
  return new Map(ids.map((id, place) => {
    const angle = Math.PI + (place / Math.max(1, ids.length)) * 2 * Math.PI;
    return [id, { x: 2 * Math.cos(angle), y: Math.sin(angle) }];
  }));
}
