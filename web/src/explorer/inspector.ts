/** What is known of the selected actor or edge. */

import { address, ApiError, ask, isAbort } from "../shared/api";
import { type Child, fill, h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import { bars } from "./bars";
import { histogram, type TimelineAnswer } from "./buckets";
import { Evidence } from "./evidence";
import { type Link, linkId, type Picture } from "./filtering";
import { claims, days, type Network, type Period } from "./loading";
import type { Actor } from "./model";
import { spanWords } from "./months";
import { swatch } from "./swatch";
import { type Selected, toggled, type View } from "./view";
import type { Quad } from "../palette";

type Change = (patch: Partial<View>) => void;

interface Ranked {
  readonly id: string;
  readonly label: string;
  readonly events: number;
}

interface RankedAction {
  readonly action: string;
  readonly quad: Quad;
  readonly events: number;
}

interface ActorFacts {
  readonly id: string;
  readonly label: string;
  readonly actor_type: string;
  readonly country: string;
  readonly sector: string | null;
  readonly events: number;
  readonly iri: string;
  readonly aliases: readonly string[];
}

const PARTNERS = 6;

export class Inspector {
  readonly element = h("div", { class: "inspector" });
  private key = "";
  private evidence: Evidence | null = null;
  private asking: AbortController | null = null;
  private action: string | null = null;
  private buttons: HTMLElement = h("div");

  constructor(private readonly change: Change) {}

  /** Shows a selection; what is there for the same one stays. */
  show(selected: Selected, view: View, network: Network, picture: Picture): void {
    const { from, to, modalities, confidence, quads, actions } = view;
    const key = JSON.stringify([selected, from, to, network.period, modalities, confidence, quads, actions, network.base]);
    if (key === this.key) {
      if (selected.kind === "actor") this.showButtons(selected.id, view);
      return;
    }
    const moved = !this.key.startsWith(JSON.stringify([selected]).slice(0, -1));
    this.key = key;
    this.stop();
    if (selected.kind === "actor") this.showActor(selected.id, view, network, picture);
    else this.showLink({ source: selected.source, target: selected.target }, view, network, picture);
    if (moved) this.element.scrollTop = 0;
  }

  /** Shows nothing, and asks for nothing any more. */
  clear(): void {
    this.key = "";
    this.stop();
    fill(this.element);
  }

  private stop(): void {
    this.asking?.abort();
    this.evidence?.close();
    [this.evidence, this.action] = [null, null];
  }

  private close(): HTMLElement {
    return h("button", { type: "button", class: "icon-button", "aria-label": TEXTS.actor.close, title: TEXTS.actor.close, on: { click: () => this.change({ selected: null }) } }, icon("close"));
  }

  // --- an actor

  private showActor(id: string, view: View, network: Network, picture: Picture): void {
    const known = network.loaded.actors.get(id);
    this.buttons = h("div", { class: "inspector-buttons" });
    const facts = h("p", { class: "soft" }, known ? kindOf(known.type, known.sector, known.country) : null);
    const title = h("h2", { tabindex: "-1" }, known?.label ?? id);
    const names = h("section");
    const parts = ["out", "in", "actions", "timeline"].map(() => h("section"));
    fill(this.element, h("div", { class: "panel-head" }, title, this.close()), facts, this.buttons, ...parts, names);
    this.showButtons(id, view);
    const asking = (this.asking = new AbortController());
    const asked = { ...claims(view), ...timeOf(view, network.period), quad: view.quads, action: view.actions, actor: id };
    const [out, into, actions, timeline] = parts as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
    const fetch = <T>(path: string, given: object): Promise<T> => ask<T>(address(path, { ...asked, ...given }), asking.signal);
    const all = [
      fetch<{ ranking: Ranked[] }>("/api/v1/ranking", { rank: "targets", limit: PARTNERS }).then(({ ranking }) => this.partners(out, TEXTS.actor.out, id, ranking, true, picture)),
      fetch<{ ranking: Ranked[] }>("/api/v1/ranking", { rank: "sources", limit: PARTNERS }).then(({ ranking }) => this.partners(into, TEXTS.actor.in, id, ranking, false, picture)),
      fetch<{ ranking: RankedAction[] }>("/api/v1/ranking", { rank: "actions", limit: PARTNERS }).then(({ ranking }) => actionBars(actions, TEXTS.actor.actions, ranking)),
      fetch<TimelineAnswer>("/api/v1/timeline", {}).then((answer) => smallTimeline(timeline, TEXTS.actor.timeline, answer)),
      ask<ActorFacts>(`/api/v1/actors/${encodeURIComponent(id)}`, asking.signal).then((one) => showFacts(one, title, facts, names)),
    ];
    for (const one of all) one.catch((error: unknown) => this.failed(error, facts));
  }

  private failed(error: unknown, place: HTMLElement): void {
    if (isAbort(error)) return;
    place.textContent = error instanceof ApiError && error.trouble === "refused" ? TEXTS.actor.unknown : TEXTS.actor.failed;
  }

  private showButtons(id: string, view: View): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset["do"];
    const button = (name: string, words: string, sign: Parameters<typeof icon>[0], pressed: boolean | null, act: () => void): HTMLElement =>
      h("button", { type: "button", class: "button", "data-do": name, "aria-pressed": pressed === null ? null : String(pressed), on: { click: act } }, icon(sign), words);
    const open = view.expanded.includes(id) || view.actors.includes(id);
    const pinned = id in view.pins;
    const unpin = (): void => this.change({ pins: Object.fromEntries(Object.entries(view.pins).filter(([one]) => one !== id)) });
    const only = view.actors.length === 1 && view.actors[0] === id;
    fill(
      this.buttons,
      open ? null : button("open", TEXTS.actor.open, "expand", null, () => this.change({ expanded: [...view.expanded, id] })),
      button("pin", pinned ? TEXTS.actor.unpin : TEXTS.actor.pin, "pin", pinned, () => (pinned ? unpin() : this.pin(id))),
      button("hide", TEXTS.actor.hide, "hide", null, () => this.change({ hidden: toggled(view.hidden, id), selected: null })),
      only ? null : button("start", TEXTS.actor.start, "search", null, () => this.change({ actors: [id], expanded: [], hidden: [], pins: {} })),
    );
    if (focused) this.buttons.querySelector<HTMLElement>(`[data-do="${CSS.escape(focused)}"]`)?.focus();
  }

  /** Pins an actor where it stands; who has the places sets this. */
  pin: (id: string) => void = () => undefined;

  private partners(place: HTMLElement, title: string, id: string, ranking: readonly Ranked[], out: boolean, picture: Picture): void {
    const most = ranking[0]?.events ?? 1;
    const row = (one: Ranked): HTMLElement => {
      const [source, target] = out ? [id, one.id] : [one.id, id];
      const drawn = picture.links.find((link) => link.id === linkId(source, target));
      const open = (): void => this.change({ selected: { kind: "link", source, target } });
      return h("li", {}, h("button", { type: "button", class: "row-button", on: { click: open } }, drawn ? swatch(drawn.quad) : h("span", { class: "swatch" }), h("span", { class: "row-name" }, one.label), meter(one.events, most)));
    };
    fill(place, h("h3", {}, title), ranking.length > 0 ? h("ul", { class: "rows" }, ...ranking.map(row)) : h("p", { class: "soft small" }, TEXTS.actor.none));
  }

  // --- an edge

  private showLink(ends: { source: string; target: string }, view: View, network: Network, picture: Picture): void {
    const name = (id: string): string => network.loaded.actors.get(id)?.label ?? id;
    const link = picture.links.find((one) => one.id === linkId(ends.source, ends.target));
    const back = picture.links.find((one) => one.id === linkId(ends.target, ends.source));
    const actor = (id: string): HTMLElement => h("button", { type: "button", class: "link-button", on: { click: () => this.change({ selected: { kind: "actor", id } }) } }, name(id));
    const title = h("h2", { class: "link-title", tabindex: "-1" }, actor(ends.source), h("span", { class: "soft", "aria-label": "→" }, " → "), actor(ends.target));
    const reverse = back && h("button", { type: "button", class: "link-button small", on: { click: () => this.change({ selected: { kind: "link", source: ends.target, target: ends.source } }) } }, TEXTS.link.reverse);
    const timeline = h("section");
    const evidence = h("div");
    fill(
      this.element,
      h("div", { class: "panel-head" }, title, this.close()),
      h("p", { class: "soft" }, link ? counts(link) : TEXTS.link.not, reverse ? " · " : null, reverse),
      link ? this.linkActions(link, (action) => this.showEvidence(evidence, view, network, ends, action)) : null,
      timeline,
      h("h3", {}, TEXTS.link.evidence),
      evidence,
    );
    this.showEvidence(evidence, view, network, ends, null);
    const asking = (this.asking = new AbortController());
    const asked = { ...claims(view), ...timeOf(view, network.period), ...ends, quad: view.quads, action: view.actions };
    ask<TimelineAnswer>(address("/api/v1/timeline", asked), asking.signal)
      .then((answer) => smallTimeline(timeline, TEXTS.actor.timeline, answer))
      .catch((error: unknown) => this.failed(error, timeline));
  }

  /** What is done on the link, by action; each chooses what the evidence shows. */
  private linkActions(link: Link, choose: (action: string | null) => void): HTMLElement {
    const most = Math.max(...link.relations.map((shown) => shown.weight));
    const list = h("ul", { class: "rows" });
    const draw = (): void => {
      const rows = [...link.relations].sort((a, b) => b.weight - a.weight).map(({ relation, weight }) => {
        const pressed = this.action === relation.action;
        const click = (): void => {
          this.action = pressed ? null : relation.action;
          draw();
          choose(this.action);
          list.querySelector<HTMLElement>(`[data-action="${CSS.escape(relation.action)}"]`)?.focus();
        };
        return h("li", {}, h("button", { type: "button", class: "row-button", "data-action": relation.action, "aria-pressed": String(pressed), on: { click } }, swatch(relation.quad), h("span", { class: "row-name" }, TEXTS.action(relation.action)), meter(weight, most)));
      });
      fill(list, ...rows);
    };
    draw();
    return h("section", {}, h("h3", {}, TEXTS.link.actions), list);
  }

  private showEvidence(place: HTMLElement, view: View, network: Network, ends: { source: string; target: string }, action: string | null): void {
    this.evidence?.close();
    this.evidence = new Evidence(view, network.period, ends, action);
    fill(place, this.evidence.element);
  }
}

function timeOf(view: View, period: Period | null): object {
  return view.from || view.to || !period ? days(view) : { from: `${period.from}-01`, to: `${period.to}-01` };
}

/** What an actor is: state organ · military · BLR */
export function kindOf(type: string, sector: string | null, country: string): string {
  const role = sector === null || type === "State" ? null : (TEXTS.sectors[sector] ?? sector);
  return [TEXTS.actorType(type), role, country === "---" ? null : country].filter(Boolean).join(" · ");
}

export function labelOf(actors: ReadonlyMap<string, Actor>, id: string): string {
  return actors.get(id)?.label ?? id;
}

function counts(link: Link): string {
  const mentions = link.relations.reduce((sum, { relation }) => sum + relation.mentions, 0);
  return TEXTS.link.counts(link.weight, Math.max(mentions, link.weight));
}

function meter(part: number, most: number): HTMLElement {
  const bar = h("span", { class: "meter-bar" });
  bar.style.width = `${Math.max(4, (part / most) * 100)}%`;
  return h("span", { class: "meter" }, bar, h("span", { class: "number" }, TEXTS.number(part)));
}

function actionBars(place: HTMLElement, title: string, ranking: readonly RankedAction[]): void {
  const most = ranking[0]?.events ?? 1;
  const rows = ranking.map((one) => h("li", { class: "row" }, swatch(one.quad), h("span", { class: "row-name" }, TEXTS.action(one.action)), meter(one.events, most)));
  fill(place, h("h3", {}, title), rows.length > 0 ? h("ul", { class: "rows" }, ...rows) : h("p", { class: "soft small" }, TEXTS.actor.none));
}

function smallTimeline(place: HTMLElement, title: string, answer: TimelineAnswer): void {
  const shown = histogram(answer, 12);
  const content: Child = shown.bars.length === 0 ? h("p", { class: "soft small" }, TEXTS.actor.none) : h("figure", { class: "small-time" }, bars(shown), h("figcaption", { class: "soft small" }, spanWords(shown.start, shown.end)));
  fill(place, h("h3", {}, title), content);
}

function showFacts(one: ActorFacts, title: HTMLElement, facts: HTMLElement, names: HTMLElement): void {
  title.textContent = one.label;
  facts.textContent = `${kindOf(one.actor_type, one.sector, one.country)} · ${TEXTS.actor.events(one.events)}`;
  const query = `DESCRIBE <${one.iri}>`;
  const rdf = h("a", { href: `/sparql?${new URLSearchParams({ query }).toString()}`, class: "small" }, TEXTS.actor.rdf);
  const others = one.aliases.filter((name) => name !== one.id);
  const aliases = others.length > 0 ? [h("h3", {}, TEXTS.actor.aliases), h("p", { class: "aliases" }, ...others.slice(0, 30).map((name) => h("span", { class: "alias" }, name)))] : [];
  fill(names, ...aliases, h("p", {}, rdf, " ", h("code", { class: "soft small" }, one.id)));
}
