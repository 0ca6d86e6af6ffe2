/** The line that says what is shown and what was left out. */

import { TEXTS } from "../texts";
import type { Picture } from "./filtering";
import { type Network } from "./loading";
import { monthNumber, spanWords } from "./months";
import type { View } from "./view";

/** One line in words. */
export function statusLine(view: View, network: Network, picture: Picture): string {
  const { status } = TEXTS;
  const name = (id: string): string => network.loaded.actors.get(id)?.label ?? id;
  const what = network.truncated ? status.strongest(network.returned, network.total) : status.all(network.loaded.relations.length, network.loaded.actors.size);
  const around = view.actors.length > 0 ? ` ${status.around(view.actors.map(name).join(", "))}` : "";
  const [from, to] = [view.from ?? network.period?.from, view.to ?? network.period?.to];
  const when = from && to ? status.within(spanWords(monthNumber(from), monthNumber(to))) : status.ever;
  const left = network.truncated ? status.leftOut(network.total - network.returned) : status.nothingLeftOut;
  const shown = picture.relations.length;
  const filtered = shown < network.loaded.relations.length ? `; ${status.filtered(shown, network.loaded.relations.length)}` : "";
  return `${what}${around}${when}; ${left}${filtered}.`;
}
