/** The time below the network: events by month, a brush over them, and playback. */

import { address, ask, isAbort } from "../shared/api";
import { fill, h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import { bars } from "./bars";
import { frames, type Histogram, histogram, type TimelineAnswer } from "./buckets";
import type { Stretch } from "./filtering";
import { claims, type Period } from "./loading";
import { monthNumber, monthText, monthWords, spanWords } from "./months";
import type { View } from "./view";

const BEAT = 750; // milliseconds of a frame

export interface Handlers {
  /** Another stretch was chosen; null ends are the last period of the overview. */
  change(from: string | null, to: string | null, passing: boolean): void;
  /** A frame of the playback; null ends it. */
  frame(stretch: Stretch): void;
}

export class TimeStrip {
  readonly element: HTMLElement;
  private readonly chart = h("div", { class: "brush", "aria-hidden": "true" });
  private readonly shade = h("div", { class: "brush-range" });
  private readonly cursor = h("div", { class: "brush-cursor", hidden: true });
  private readonly axis = h("div", { class: "brush-axis soft small number", "aria-hidden": "true" });
  private readonly first = this.handle("from", TEXTS.time.from);
  private readonly last = this.handle("to", TEXTS.time.to);
  private readonly words = h("p", { class: "time-words", "aria-live": "off" });
  private readonly play = h("button", { type: "button", class: "icon-button", on: { click: () => this.toggle() } });
  private readonly stop = h("button", { type: "button", class: "icon-button", "aria-label": TEXTS.time.stop, title: TEXTS.time.stop, hidden: true, on: { click: () => this.end() } }, icon("close"));
  private readonly all = h("button", { type: "button", class: "link-button small", on: { click: () => this.chooseAll() } }, TEXTS.time.all);
  private readonly latest = h("button", { type: "button", class: "link-button small", on: { click: () => this.handlers.change(null, null, false) } }, TEXTS.time.latest);
  private shown: Histogram | null = null;
  private range: [number, number] = [0, 0];
  private asked = "";
  private asking: AbortController | null = null;
  private timer = 0;
  private at = -1;

  constructor(private readonly handlers: Handlers) {
    this.play.disabled = this.all.hidden = this.latest.hidden = true;
    const brush = h("div", { class: "brush-box" }, this.shade, this.chart, this.cursor, this.first, this.last);
    brush.addEventListener("pointerdown", (event) => this.grab(event, brush));
    brush.addEventListener("pointermove", (event) => this.hint(event, brush));
    this.element = h(
      "section",
      { class: "time time-empty", "aria-label": TEXTS.time.label },
      h("div", { class: "time-head" }, this.play, this.stop, this.words, this.latest, this.all),
      h("div", { class: "time-chart" }, brush, this.axis),
    );
    this.showPlaying();
  }

  /** Shows the time of a view; `period` is what the server chose for the overview. */
  show(view: View, period: Period | null): void {
    void this.load(view);
    const [from, to] = [view.from ?? period?.from, view.to ?? period?.to];
    const { start, end } = this.shown ?? { start: 0, end: 0 };
    this.range = [from ? monthNumber(from) : start, to ? monthNumber(to) : end];
    this.latest.hidden = view.actors.length > 0 || (!view.from && !view.to);
    this.all.hidden = this.isAll();
    this.place();
  }

  /** Ends a playback, since what is shown is another. */
  end(): void {
    if (this.at < 0) return;
    window.clearInterval(this.timer);
    [this.timer, this.at] = [0, -1];
    this.cursor.hidden = true;
    this.showPlaying();
    this.place();
    this.handlers.frame(null);
  }

  private async load(view: View): Promise<void> {
    const actor = view.actors.length === 1 ? view.actors[0] : null;
    const url = address("/api/v1/timeline", { ...claims(view), quad: view.quads, action: view.actions, actor });
    if (url === this.asked) return;
    this.asked = url;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    try {
      const answer = await ask<TimelineAnswer>(url, asking.signal);
      if (asking.signal.aborted) return;
      const open = this.shown === null || this.isAll();
      this.shown = histogram(answer);
      if (open && this.range[1] <= this.range[0]) this.range = [this.shown.start, this.shown.end];
      this.draw();
    } catch (error) {
      if (isAbort(error)) return;
      this.asked = "";
      this.words.textContent = TEXTS.time.failed;
    }
  }

  private draw(): void {
    const { shown } = this;
    if (!shown) return;
    fill(this.chart, bars(shown));
    const years = [shown.start, Math.floor((shown.start + shown.end) / 2), shown.end - 1];
    fill(this.axis, ...(shown.bars.length > 2 ? years : years.slice(0, shown.bars.length)).map((month) => h("span", {}, monthWords(month, "short"))));
    this.all.hidden = this.isAll();
    this.place();
  }

  private isAll(): boolean {
    return !this.shown || (this.range[0] <= this.shown.start && this.range[1] >= this.shown.end);
  }

  /** Puts brush and handles where the range is. */
  private place(): void {
    const { shown, range } = this;
    const empty = !shown || shown.bars.length === 0;
    this.element.classList.toggle("time-empty", empty);
    this.play.disabled = empty;
    if (empty) {
      this.words.textContent = shown && shown.undated > 0 ? TEXTS.time.undated(shown.undated) : TEXTS.time.histogram;
      return;
    }
    const share = (month: number): number => (Math.min(Math.max(month, shown.start), shown.end) - shown.start) / (shown.end - shown.start);
    const [left, right] = [share(range[0]) * 100, share(range[1]) * 100];
    this.shade.style.left = `${left}%`;
    this.shade.style.width = `${right - left}%`;
    this.first.style.left = `${left}%`;
    this.last.style.left = `${right}%`;
    for (const [handle, value, shift] of [[this.first, range[0], 0], [this.last, range[1], 1]] as const) {
      handle.setAttribute("aria-valuemin", String(shown.start));
      handle.setAttribute("aria-valuemax", String(shown.end));
      handle.setAttribute("aria-valuenow", String(Math.min(Math.max(value, shown.start), shown.end)));
      handle.setAttribute("aria-valuetext", monthWords(value - shift));
    }
    if (this.at < 0) {
      const undated = this.isAll() && shown.undated > 0 ? ` · ${TEXTS.time.undated(shown.undated)}` : "";
      this.words.textContent = spanWords(range[0], Math.max(range[1], range[0] + 1)) + undated;
    }
  }

  private handle(name: string, label: string): HTMLElement {
    return h("div", {
      ...{ class: `brush-handle brush-${name}`, role: "slider", tabindex: "0", "aria-label": label, "aria-valuenow": 0 },
      on: { keydown: (event) => this.key(event, name === "from" ? 0 : 1) },
    });
  }

  private key(event: KeyboardEvent, end: 0 | 1): void {
    const { shown } = this;
    if (!shown) return;
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12, Home: -1e6, End: 1e6 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const [from, to] = this.range;
    const unit = Math.abs(step) === 1 ? step * shown.step : step;
    const next: [number, number] = end === 0 ? [Math.min(from + unit, to - 1), to] : [from, Math.max(to + unit, from + 1)];
    this.choose(next, false);
  }

  /** A new stretch, kept within what there is. */
  private choose([from, to]: [number, number], passing: boolean): void {
    const { shown } = this;
    if (!shown) return;
    this.end();
    this.range = [Math.max(shown.start, Math.min(from, shown.end - 1)), Math.min(shown.end, Math.max(to, shown.start + 1))];
    this.place();
    this.handlers.change(monthText(this.range[0]), monthText(this.range[1]), passing);
  }

  private chooseAll(): void {
    if (this.shown) this.choose([this.shown.start, this.shown.end], false);
  }

  private monthAt(event: PointerEvent, box: HTMLElement): number {
    const { left, width } = box.getBoundingClientRect();
    const { start, end, step } = this.shown!;
    const bar = Math.floor(((event.clientX - left) / width) * ((end - start) / step));
    return start + Math.min(Math.max(0, bar), (end - start) / step - 1) * step;
  }

  private grab(event: PointerEvent, box: HTMLElement): void {
    const { shown } = this;
    if (!shown || shown.bars.length === 0 || event.button !== 0) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    const start = this.monthAt(event, box);
    const { left, width } = box.getBoundingClientRect();
    const near = (handle: HTMLElement): boolean => Math.abs(left + (parseFloat(handle.style.left) / 100) * width - event.clientX) < 9;
    const [from, to] = this.range;
    const end = near(this.first) ? "first" : near(this.last) ? "last" : start >= from && start < to && !this.isAll() ? "both" : "new";
    const moved = (now: number): [number, number] => {
      if (end === "first") return [Math.min(now, to - shown.step), to];
      if (end === "last") return [from, Math.max(now + shown.step, from + shown.step)];
      if (end === "new") return [Math.min(start, now), Math.max(start, now) + shown.step];
      const shift = Math.min(Math.max(now - start, shown.start - from), shown.end - to);
      return [from + shift, to + shift];
    };
    const move = (next: PointerEvent): void => this.choose(moved(this.monthAt(next, box)), true);
    const up = (next: PointerEvent): void => {
      box.removeEventListener("pointermove", move);
      box.removeEventListener("pointerup", up);
      box.removeEventListener("pointercancel", up);
      this.choose(moved(this.monthAt(next, box)), false);
    };
    box.addEventListener("pointermove", move);
    box.addEventListener("pointerup", up);
    box.addEventListener("pointercancel", up);
  }

  private hint(event: PointerEvent, box: HTMLElement): void {
    const { shown } = this;
    if (!shown || shown.bars.length === 0) return;
    const month = this.monthAt(event, box);
    const bar = shown.bars[(month - shown.start) / shown.step]!;
    box.title = TEXTS.time.bar(shown.step === 1 ? monthWords(month) : monthText(month).slice(0, 4), bar.reduce((a, b) => a + b, 0));
  }

  private toggle(): void {
    if (this.timer !== 0) {
      window.clearInterval(this.timer);
      this.timer = 0;
    } else {
      this.timer = window.setInterval(() => this.beat(), BEAT);
      this.beat();
    }
    this.showPlaying();
  }

  private beat(): void {
    const shots = frames(Math.max(this.range[0], this.shown!.start), Math.min(this.range[1], this.shown!.end));
    const shot = shots[this.at + 1];
    if (!shot) return this.end();
    this.at++;
    const { start, end } = this.shown!;
    this.cursor.hidden = false;
    this.cursor.style.left = `${((shot[0] - start) / (end - start)) * 100}%`;
    this.cursor.style.width = `${((shot[1] - shot[0]) / (end - start)) * 100}%`;
    this.words.textContent = TEXTS.time.playing(spanWords(...shot));
    this.showPlaying();
    this.handlers.frame(shot);
  }

  private showPlaying(): void {
    const words = this.timer === 0 ? TEXTS.time.play : TEXTS.time.pause;
    fill(this.play, icon(this.timer === 0 ? "play" : "pause"));
    this.play.setAttribute("aria-label", words);
    this.play.title = words;
    this.stop.hidden = this.at < 0;
  }
}
