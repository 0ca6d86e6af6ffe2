/** The sentences behind an edge: source, trigger and target marked in them, and who says so. */

import { address, ask, isAbort } from "../shared/api";
import { type Child, fill, h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import { type Mark, pieces } from "./highlight";
import { claims, days, type Period } from "./loading";
import { dateWords, dayWords } from "./months";
import { type EventRecord, marksOf } from "./records";
import { swatch } from "./swatch";
import type { Modality, View } from "./view";

interface EventsAnswer {
  readonly meta: { readonly total: number; readonly next: string | null };
  readonly events: readonly EventRecord[];
}

const PAGE = 10;

/** The events of a link, page after page; `action` is one relation name, or null for all of them. */
export class Evidence {
  readonly element = h("section", { class: "evidence", "aria-label": TEXTS.link.evidence });
  private readonly list = h("ol", { class: "cards" });
  private readonly foot = h("div", { class: "evidence-foot", role: "status" });
  private readonly asking = new AbortController();
  private shown = 0;

  constructor(
    private readonly view: View,
    private readonly period: Period | null,
    private readonly link: { source: string; target: string },
    private readonly action: string | null,
  ) {
    const key = (["source", "trigger", "target"] as const).map((role) => h("span", { class: `mark mark-${role}` }, TEXTS.evidence[role]));
    this.element.append(h("p", { class: "mark-key soft small" }, `${TEXTS.evidence.key}: `, ...key), this.list, this.foot);
    void this.load(null);
  }

  /** Ends what is still loading. */
  close(): void {
    this.asking.abort();
  }

  private async load(cursor: string | null): Promise<void> {
    this.foot.textContent = TEXTS.evidence.loading;
    const { view, period } = this;
    const time = view.from || view.to || !period ? days(view) : { from: `${period.from}-01`, to: `${period.to}-01` };
    const given = { ...this.link, ...claims(view), ...time, quad: view.quads, action: this.action ?? view.actions, limit: PAGE, cursor };
    try {
      const answer = await ask<EventsAnswer>(address("/api/v1/events", given), this.asking.signal);
      this.list.append(...answer.events.map((event) => card(event, this.asking.signal)));
      this.shown += answer.events.length;
      this.showFoot(answer.meta.next, answer.meta.total - this.shown);
    } catch (error) {
      if (isAbort(error)) return;
      fill(this.foot, TEXTS.evidence.failed, " ", h("button", { type: "button", class: "link-button", on: { click: () => void this.load(cursor) } }, TEXTS.evidence.again));
    }
  }

  private showFoot(next: string | null, left: number): void {
    if (this.shown === 0) fill(this.foot, h("p", { class: "soft" }, TEXTS.link.none));
    else if (next === null) fill(this.foot);
    else fill(this.foot, h("button", { type: "button", class: "button", on: { click: () => void this.load(next) } }, TEXTS.evidence.more(left)));
  }
}

/** One event with its first report, and the others on demand. */
function card(event: EventRecord, signal: AbortSignal): HTMLElement {
  const reports = h("div", { class: "reports" }, report(event));
  const item = h("li", { class: "card" }, head(event), reports);
  const many = event.mentions ?? 1;
  if (many > 1 && event.id) {
    const id = event.id;
    const button = h("button", { type: "button", class: "link-button small" }, TEXTS.evidence.reports(many));
    button.addEventListener("click", () => void expand(button, reports, id, signal));
    item.append(button);
  }
  return item;
}

async function expand(button: HTMLButtonElement, reports: HTMLElement, id: string, signal: AbortSignal): Promise<void> {
  button.disabled = true;
  try {
    const answer = await ask<{ mentions: EventRecord[] }>(`/api/v1/events/${encodeURIComponent(id)}`, signal);
    fill(reports, ...answer.mentions.map(report));
    button.remove();
  } catch (error) {
    if (isAbort(error)) return;
    button.disabled = false;
    button.textContent = `${TEXTS.evidence.failed} ${TEXTS.evidence.again}`;
  }
}

function head(event: EventRecord): HTMLElement {
  const when = event.date ? dateWords(event.date) : TEXTS.evidence.undated;
  const claim = event.negated ? h("span", { class: "badge badge-bad", title: TEXTS.negated }, TEXTS.evidence.negated) : modality(event.modality);
  return h("p", { class: "card-head" }, swatch(event.quad), h("strong", {}, TEXTS.action(event.relation)), h("span", { class: "soft number" }, when), claim);
}

function modality(value: Modality): Child {
  if (value === "actual") return null;
  return h("span", { class: "badge", title: TEXTS.modalityLong[value] }, TEXTS.modalities[value]);
}

/** A sentence with its words marked, and where it stands. */
function report(event: EventRecord): HTMLElement {
  return h("div", { class: "report" }, sentence(event), ...notes(event), origin(event));
}

function sentence(event: EventRecord): HTMLElement {
  return h("blockquote", { class: "sentence" }, ...marked(event.sentence.text, event.sentence.start, marksOf(event)));
}

/** A text with marks as elements; what has several roles shows the first in the order trigger, source, target. */
export function marked(text: string, start: number, marks: readonly Mark[]): Child[] {
  return pieces(text, start, marks).map((piece) => {
    if (piece.marks.length === 0) return piece.text;
    const roles = [...new Set(piece.marks.map((mark) => mark.role))];
    const role = (["trigger", "source", "target", "cue"] as const).find((one) => roles.includes(one))!;
    return h("mark", { class: `mark mark-${role}`, title: roles.map((one) => (one === "cue" ? "" : TEXTS.evidence[one])).join(", ") }, piece.text);
  });
}

function notes(event: EventRecord): HTMLElement[] {
  const out: HTMLElement[] = [];
  const { attribution } = event;
  if (attribution) {
    const who = attribution.actor?.text ?? attribution.actor?.name;
    const name = attribution.actor && attribution.actor.name !== who ? `${who} (${attribution.actor.name})` : who;
    out.push(h("p", { class: "note" }, name ? TEXTS.evidence.according(name, attribution.cue) : TEXTS.evidence.cue(attribution.cue)));
  }
  if (event.negated) out.push(h("p", { class: "note" }, TEXTS.negated));
  else if (event.modality !== "actual") out.push(h("p", { class: "note" }, TEXTS.modalityLong[event.modality]));
  return out;
}

function origin(event: EventRecord): HTMLElement {
  const { document: from } = event;
  const facts: Child[] = [`${TEXTS.evidence.sure(event.confidence)} · ${TEXTS.evidence.rule} `, h("code", {}, event.rule)];
  const lines: Child[] = [];
  if (from) {
    const day = from.date ? `, ${dayWords(from.date)}` : "";
    lines.push(h("span", { class: "origin-title" }, from.title ?? from.id), h("span", {}, `${from.publisher ?? TEXTS.evidence.unpublished}${day}`));
    if (from.url && /^https?:\/\//i.test(from.url)) {
      lines.push(h("a", { href: from.url, rel: "noopener noreferrer", target: "_blank" }, TEXTS.evidence.original, icon("external")));
    }
  }
  return h("p", { class: "origin soft small" }, ...lines, h("span", {}, ...facts));
}
