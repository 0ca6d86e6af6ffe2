/** A text of the reader's own: its events in it and as a little graph; stored only if one says so. */

import { ApiError, ask, isAbort } from "../shared/api";
import { type Child, fill, h, icon } from "../shared/dom";
import { INKS } from "../palette";
import { theme } from "../shared/theme";
import { TEXTS } from "../texts";
import { marked } from "./evidence";
import { dateWords } from "./months";
import { type EventRecord, marksOf } from "./records";
import { svgPicture } from "./svg-picture";
import { swatch } from "./swatch";
import { StoreText } from "./store-text";
import { circle, pictureOf } from "./text-picture";

interface Answer {
  readonly documents: readonly { readonly text: string; readonly events: readonly EventRecord[] }[];
}

export class TextReader {
  readonly element: HTMLDialogElement;
  private readonly field = h("textarea", { id: "text-field", class: "field", rows: "6" });
  private readonly date = h("input", { id: "text-date", class: "field", type: "date" });
  private readonly result = h("div", { class: "text-result" });
  private readonly said = h("p", { class: "text-said", role: "status" });
  private readonly store: StoreText;
  private asking: AbortController | null = null;
  private url: string | null = null;

  /** `stored` is called when the store has changed. */
  constructor(stored: () => void) {
    this.store = new StoreText(stored);
    const sample = (): void => {
      this.field.value = TEXTS.text.sample;
      this.field.focus();
    };
    const close = (): void => this.element.close();
    this.element = h(
      "dialog",
      { class: "reader", "aria-labelledby": "text-title", on: { close: () => this.end() } },
      h("div", { class: "panel-head" }, h("h2", { id: "text-title" }, TEXTS.text.title), h("button", { type: "button", class: "icon-button", "aria-label": TEXTS.actor.close, on: { click: close } }, icon("close"))),
      h("p", { class: "soft" }, TEXTS.text.lead),
      h("label", { for: "text-field" }, TEXTS.text.field),
      this.field,
      h(
        "div",
        { class: "text-buttons" },
        h("label", { for: "text-date", class: "text-date" }, TEXTS.text.date, this.date),
        h("button", { type: "button", class: "button", on: { click: sample } }, TEXTS.text.useSample),
        h("button", { type: "button", class: "button button-main", on: { click: () => void this.find() } }, TEXTS.text.find),
      ),
      this.said,
      this.result,
    );
  }

  open(): void {
    this.element.showModal();
    this.field.focus();
  }

  private end(): void {
    this.asking?.abort();
    this.store.forget();
  }

  private async find(): Promise<void> {
    const text = this.field.value;
    fill(this.result);
    if (!text.trim()) {
      this.said.textContent = TEXTS.text.empty;
      return;
    }
    this.said.textContent = TEXTS.text.finding;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const body = JSON.stringify({ text, ...(this.date.value ? { date: this.date.value } : {}) });
    try {
      const answer = await ask<Answer>("/api/v1/extract", asking.signal, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      const found = answer.documents[0];
      if (asking.signal.aborted || !found) return;
      this.said.textContent = TEXTS.text.found(found.events.length);
      this.show(found.text, found.events);
      this.store.offer(body);
    } catch (error) {
      if (isAbort(error)) return;
      this.said.textContent = `${TEXTS.text.failed} ${error instanceof ApiError ? error.message : ""}`;
    }
  }

  private show(text: string, events: readonly EventRecord[]): void {
    const marks = events.flatMap((event, number) => marksOf(event, number));
    const content: Child[] = [h("p", { class: "sentence text-marked" }, ...marked(text, 0, marks))];
    if (events.length > 0) {
      content.push(h("ol", { class: "text-events" }, ...events.map(eventLine)), this.graph(events));
    }
    content.push(this.store.element);
    fill(this.result, ...content);
  }

  /** The events as a picture: an image, so that nothing of the text can be more than that. */
  private graph(events: readonly EventRecord[]): HTMLElement {
    const shown = pictureOf(events);
    if (this.url !== null) URL.revokeObjectURL(this.url);
    const frame = { width: 640, height: 240, ink: INKS[theme()], caption: "", quadNames: TEXTS.quads, legend: false };
    this.url = URL.createObjectURL(new Blob([svgPicture(shown, circle([...shown.actors.keys()]), frame)], { type: "image/svg+xml" }));
    return h("img", { class: "text-graph", src: this.url, alt: TEXTS.text.graph, width: "640", height: "240" });
  }
}

function eventLine(event: EventRecord): HTMLElement {
  const name = (actor: EventRecord["source"]): string => actor?.name ?? TEXTS.text.nobody;
  const facts = [event.date ? dateWords(event.date) : null, event.negated ? TEXTS.evidence.negated : TEXTS.modalities[event.modality], TEXTS.evidence.sure(event.confidence)];
  return h("li", {}, swatch(event.quad), h("span", {}, name(event.source), " ", h("strong", {}, TEXTS.action(event.relation)), " ", name(event.target)), h("span", { class: "soft small" }, facts.filter(Boolean).join(" · ")));
}
