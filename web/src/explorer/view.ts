/** What the reader looks at, as one value, and how it stands in the address of the page. */

import { type Quad, QUADS } from "../palette";

export const MODALITIES = ["actual", "planned", "hypothetical", "threatened", "requested", "historical"] as const;
export type Modality = (typeof MODALITIES)[number];

export const LIMITS = [200, 500, 2000, 10_000, 20_000] as const;

export type Selected =
  | { readonly kind: "actor"; readonly id: string }
  | { readonly kind: "link"; readonly source: string; readonly target: string };

export interface View {
  /** The actors whose neighborhood it is; none: the overview of the whole graph. */
  readonly actors: readonly string[];
  /** Actors whose neighbors were added by a click, in that order. */
  readonly expanded: readonly string[];
  /** Months such as 2024-03; `to` is the month after the last. Null: the last period in the overview, else all. */
  readonly from: string | null;
  readonly to: string | null;
  readonly quads: readonly Quad[];
  /** PLOVER types in capitals and relation names. */
  readonly actions: readonly string[];
  readonly types: readonly string[];
  readonly sectors: readonly string[];
  readonly weight: number;
  readonly modalities: readonly Modality[];
  readonly confidence: number;
  readonly limit: number;
  readonly hidden: readonly string[];
  readonly pins: Readonly<Record<string, readonly [number, number]>>;
  readonly selected: Selected | null;
  readonly show: "network" | "table";
}

export const START: View = {
  actors: [],
  expanded: [],
  from: null,
  to: null,
  quads: [],
  actions: [],
  types: [],
  sectors: [],
  weight: 1,
  modalities: ["actual"],
  confidence: 0,
  limit: 200,
  hidden: [],
  pins: {},
  selected: null,
  show: "network",
};

/** The part of the address behind `#`; empty for the start. */
export function encode(view: View): string {
  const out = new URLSearchParams();
  const all = (name: string, values: readonly (string | number)[]): void => {
    for (const value of values) out.append(name, String(value));
  };
  all("actor", view.actors);
  all("open", view.expanded);
  if (view.from) out.set("from", view.from);
  if (view.to) out.set("to", view.to);
  all("quad", view.quads);
  all("action", view.actions);
  all("type", view.types);
  all("sector", view.sectors);
  if (view.weight > 1) out.set("weight", String(view.weight));
  if (!sameList(view.modalities, START.modalities)) all("modality", view.modalities);
  if (view.confidence > 0) out.set("confidence", String(view.confidence));
  if (view.limit !== START.limit) out.set("limit", String(view.limit));
  all("hide", view.hidden);
  for (const [id, [x, y]] of Object.entries(view.pins)) out.append("pin", `${x},${y},${id}`);
  if (view.selected?.kind === "actor") out.set("select", view.selected.id);
  if (view.selected?.kind === "link") all("link", [view.selected.source, view.selected.target]);
  if (view.show === "table") out.set("show", "table");
  return out.toString();
}

/** The view of an address. What cannot be read in it is left out: links are cut, and typed by hand. */
export function decode(hash: string): View {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const all = (name: string): string[] => [...new Set(given.getAll(name).filter((value) => value !== ""))];
  const [from, to] = [month(given.get("from")), month(given.get("to"))];
  const upright = !(from && to) || from < to;
  const modalities = all("modality").filter((value): value is Modality => isIn(MODALITIES, value));
  return {
    actors: all("actor"),
    expanded: all("open"),
    from: upright ? from : null,
    to: upright ? to : null,
    quads: QUADS.filter((quad) => all("quad").includes(String(quad))),
    actions: all("action"),
    types: all("type"),
    sectors: all("sector"),
    weight: whole(given.get("weight"), 1, 1_000_000, START.weight),
    modalities: modalities.length > 0 ? modalities : START.modalities,
    confidence: fraction(given.get("confidence")),
    limit: whole(given.get("limit"), 1, 20_000, START.limit),
    hidden: all("hide"),
    pins: pins(all("pin")),
    selected: selected(given),
    show: given.get("show") === "table" ? "table" : "network",
  };
}

/** Whether anything but actors, selection and form is chosen. */
export function isFiltered(view: View): boolean {
  const { from, to, quads, actions, types, sectors, weight, modalities, confidence } = view;
  const lists = quads.length + actions.length + types.length + sectors.length;
  return !!from || !!to || lists > 0 || weight > 1 || confidence > 0 || !sameList(modalities, START.modalities);
}

/** The view without its filters. */
export function unfiltered(view: View): View {
  const { from, to, quads, actions, types, sectors, weight, modalities, confidence } = START;
  return { ...view, from, to, quads, actions, types, sectors, weight, modalities, confidence };
}

export function sameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, place) => value === other[place]);
}

/** `list` with `value`, or without it where it has it. */
export function toggled<T>(list: readonly T[], value: T): T[] {
  return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}

function isIn<T extends string>(allowed: readonly T[], value: string): value is T {
  return (allowed as readonly string[]).includes(value);
}

function month(value: string | null): string | null {
  return value !== null && /^\d{4}-(0[1-9]|1[0-2])$/.test(value) ? value : null;
}

function whole(value: string | null, least: number, most: number, otherwise: number): number {
  const number = value !== null && /^\d{1,9}$/.test(value) ? Number(value) : otherwise;
  return number >= least && number <= most ? number : otherwise;
}

function fraction(value: string | null): number {
  const number = value !== null && /^\d?\.?\d+$/.test(value) ? Number(value) : 0;
  return number >= 0 && number <= 1 ? number : 0;
}

function pins(values: string[]): Record<string, readonly [number, number]> {
  const found: Record<string, readonly [number, number]> = {};
  for (const value of values) {
    const parts = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(.+)$/s.exec(value);
    if (parts) found[parts[3]!] = [Number(parts[1]), Number(parts[2])];
  }
  return found;
}

function selected(given: URLSearchParams): Selected | null {
  const id = given.get("select");
  if (id) return { kind: "actor", id };
  const [source, target] = given.getAll("link");
  return source && target ? { kind: "link", source, target } : null;
}
