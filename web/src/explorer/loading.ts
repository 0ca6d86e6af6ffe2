/**
 * Which network belongs to a view.
 *
 * It follows from the view alone, not from what was looked at before, so that a copied link shows the same picture: first
 * all that is asked for without filters; only if that was cut by the limit, what the server finds with the filters.
 * Everything else is filtered in the page.
 */

import { address, ask, type Parameters } from "../shared/api";
import { type Answer, joined, type Loaded, read, readInTurns } from "./model";
import { monthText, monthNumber } from "./months";
import type { View } from "./view";

/** Relations that one click on an actor adds at most. */
export const NEIGHBORS = 60;

const KEPT = 30; // answers, besides those of the view
const PAGE = 10_000; // relations in one answer at most
const ALL_TIME = { from: "0001-01-01", to: "9999-12-31" };

export interface Period {
  readonly from: string; // months, half-open
  readonly to: string;
}

export interface Stage {
  /** The actor whose neighbors were added; null for the base. */
  readonly anchor: string | null;
  readonly loaded: Loaded;
}

export interface Network {
  readonly stages: readonly Stage[];
  /** All stages together. */
  readonly loaded: Loaded;
  /** Of the base: relations that match, and whether the limit cut it. */
  readonly total: number;
  readonly returned: number;
  readonly truncated: boolean;
  /** The months of the overview, where the server chose them. */
  readonly period: Period | null;
  /** The namespace of the store's data. */
  readonly base: string;
  /** Whether the server applied the filters: then other filters need other data. */
  readonly narrowed: boolean;
}

type Fetch = (url: string) => Promise<Answer>;

/** Loads networks, and remembers the last answers. What is no longer wanted is loaded all the same, and not shown. */
export class Loader {
  private readonly kept = new Map<string, Promise<Answer>>();
  private readonly whole = new WeakMap<Answer, { one: Answer; both: Answer }>();

  constructor(private readonly fetch: Fetch = (url) => ask<Answer>(url)) {}

  /** The network of a view; rejects with ApiError, or AbortError where `signal` ends it. */
  async network(view: View, signal: AbortSignal): Promise<Network> {
    const { answer, narrowed } = await this.base(view);
    signal.throwIfAborted();
    const { attributes } = answer;
    const period = view.actors.length === 0 && !view.from && !view.to ? periodOf(attributes.query) : null;
    const anchors = view.expanded.filter((id) => !view.actors.includes(id));
    const answers = await Promise.all(anchors.map((anchor) => this.neighbors(anchor, view, period)));
    signal.throwIfAborted();
    const stages: Stage[] = [{ anchor: null, loaded: await readInTurns(answer) }];
    anchors.forEach((anchor, place) => stages.push({ anchor, loaded: read(answers[place]!) }));
    signal.throwIfAborted();
    const loaded = joined(stages.map((stage) => stage.loaded));
    this.forget(KEPT + 2 * anchors.length);
    const { total, returned, truncated } = attributes;
    return { stages, loaded, total, returned, truncated, period, base: attributes.dataset.base, narrowed };
  }

  private async base(view: View): Promise<{ answer: Answer; narrowed: boolean }> {
    const overview = view.actors.length === 0;
    const path = overview ? "/api/v1/overview" : "/api/v1/neighborhood";
    const common = { ...claims(view), actor: view.actors };
    const wide = overview && (view.from || view.to) ? { ...common, ...ALL_TIME } : common;
    const answer = await this.pages(path, wide, view.limit);
    if (!answer.attributes.truncated || !hasServerFilters(view)) return { answer, narrowed: false };
    const { from, to } = answer.attributes.query;
    const period = view.from || view.to || !overview ? days(view) : { from, to };
    return { answer: await this.pages(path, { ...common, ...filters(view), ...period }, view.limit), narrowed: true };
  }

  private async neighbors(anchor: string, view: View, period: Period | null): Promise<Answer> {
    const limited = period ? { from: `${period.from}-01`, to: `${period.to}-01` } : {};
    const wide = { ...claims(view), ...limited, actor: [anchor] };
    const answer = await this.pages("/api/v1/neighborhood", wide, NEIGHBORS);
    if (!answer.attributes.truncated || !hasServerFilters(view)) return answer;
    return this.pages("/api/v1/neighborhood", { ...wide, ...filters(view), ...(period ? limited : days(view)) }, NEIGHBORS);
  }

  /** The first `limit` relations, which takes several answers where they are many. */
  private async pages(path: string, given: Parameters, limit: number): Promise<Answer> {
    let whole: Answer | null = null;
    let cursor: string | null = null;
    for (let left = limit; left > 0; left -= PAGE) {
      const asked = { ...given, include: "months", limit: Math.min(left, PAGE), cursor };
      const page: Answer = await this.remembered(address(path, asked));
      whole = whole === null ? page : this.together(whole, page);
      cursor = page.attributes.next;
      if (cursor === null) break;
    }
    return whole!;
  }

  /** Two answers as one, the same for the same two. */
  private together(one: Answer, next: Answer): Answer {
    const known = this.whole.get(next);
    if (known?.one === one) return known.both;
    const both = together(one, next);
    this.whole.set(next, { one, both });
    return both;
  }

  private remembered(url: string): Promise<Answer> {
    const known = this.kept.get(url);
    this.kept.delete(url);
    const answer = known ?? this.fetch(url);
    this.kept.set(url, answer);
    // What failed is asked anew the next time.
    if (!known) answer.catch(() => this.kept.delete(url));
    return answer;
  }

  /** Asks for everything anew from now on. */
  forgetAll(): void {
    this.kept.clear();
  }

  /** Forgets all but the last `many` answers. */
  private forget(many: number): void {
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= many) break;
      this.kept.delete(oldest);
    }
  }
}

function together(one: Answer, next: Answer): Answer {
  const known = new Set(one.nodes.map((node) => node.key));
  const nodes = [...one.nodes, ...next.nodes.filter((node) => !known.has(node.key))];
  const edges = [...one.edges, ...next.edges];
  const { total, truncated, next: cursor } = next.attributes;
  return { attributes: { ...one.attributes, total, truncated, next: cursor, returned: edges.length }, nodes, edges };
}

/** Filters that every question has: the page cannot apply them, for it knows relations and not events. */
export function claims(view: View): Parameters {
  return { modality: view.modalities, min_confidence: view.confidence || null };
}

function filters(view: View): Parameters {
  return { quad: view.quads, action: view.actions, sector: view.sectors.filter(Boolean), min_weight: view.weight > 1 ? view.weight : null };
}

function hasServerFilters(view: View): boolean {
  const lists = view.quads.length + view.actions.length + view.sectors.filter(Boolean).length;
  return lists > 0 || view.weight > 1 || !!view.from || !!view.to;
}

/** The time of a view as parameters. */
export function days(view: Pick<View, "from" | "to">): { from?: string; to?: string } {
  return { ...(view.from ? { from: `${view.from}-01` } : {}), ...(view.to ? { to: `${view.to}-01` } : {}) };
}

/** Whole months of days that the server chose. */
function periodOf(query: { from?: string; to?: string }): Period | null {
  if (!query.from || !query.to) return null;
  const to = query.to.endsWith("-01") ? monthNumber(query.to) : monthNumber(query.to) + 1;
  return { from: query.from.slice(0, 7), to: monthText(to) };
}
