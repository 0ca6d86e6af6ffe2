/** An answer as a network, drawn and listed as in the explorer; loaded only when somebody wants to see one. */

import { ActorList } from "../explorer/actor-list";
import { Layout } from "../explorer/layout";
import { NetworkView } from "../explorer/network";
import type { Quad } from "../palette";
import type { Net } from "./fit";
import { bundledNet } from "./net-picture";

export interface Drawn {
  /** Brings the view nearer or farther by a ratio; null shows the whole. */
  zoom(ratio: number | null): void;
  kill(): void;
}

const NO_MARKS = { selected: null, pinned: new Set<string>(), seeds: new Set<string>() };

/**
 * Draws into `parent`, which has a size, and lists the nodes in `beside`; `quadOf` tells the quad class of an action, where it is
 * known, and `chosen` is told the node that is pointed at or chosen, or null. Throws without WebGL.
 */
export function draw(parent: HTMLElement, beside: HTMLElement, net: Net, quadOf: (action: string) => Quad | null, chosen: (node: string | null) => void): Drawn {
  const shown = bundledNet(net, quadOf);
  let network: NetworkView | null = null;
  const list = new ActorList(chosen, (node) => network?.light(node));
  list.show(shown);
  beside.replaceChildren(list.element);
  const drawn = (network = new NetworkView(parent, {
    actor: chosen,
    link: ({ source }) => chosen(source),
    nothing: () => chosen(null),
    pin: () => undefined, // it stays where it was dragged to, until another answer is drawn
    lit: chosen,
  }));
  const layout = new Layout();
  const ended = new AbortController();
  const loaded = { actors: new Map([...shown.actors].map(([id, { actor }]) => [id, actor])), relations: shown.relations.map(({ relation }) => relation) };
  void layout.places([{ anchor: null, loaded }], ended.signal).then((places) => {
    drawn.prepared(shown, places, NO_MARKS)();
    parent.dataset["ready"] = "true";
  });
  return {
    zoom: (ratio) => (ratio === null ? drawn.fit() : drawn.zoom(1 / ratio)),
    kill() {
      ended.abort();
      layout.end();
      drawn.end();
    },
  };
}
