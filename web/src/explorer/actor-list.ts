/** The network as a list: every actor in view, and by the arrow keys from each to its neighbors. */

import { fill, h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import type { Picture, ShownActor } from "./filtering";

const PAGE = 150;

export class ActorList {
  readonly element: HTMLElement;
  private readonly head = h("div", { class: "panel-head" });
  private readonly list = h("ul", { class: "actor-list" });
  private readonly more = h("div");
  private picture: Picture | null = null;
  private path: string[] = [];
  private length = PAGE;
  private focused = 0;

  constructor(
    private readonly open: (id: string) => void,
    private readonly light: (id: string | null) => void,
  ) {
    this.element = h("div", { class: "actor-panel" }, this.head, h("p", { class: "soft small", id: "list-hint" }, TEXTS.list.hint), this.list, this.more);
    this.list.setAttribute("aria-describedby", "list-hint");
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("focusout", () => this.light(null));
  }

  show(picture: Picture): void {
    this.picture = picture;
    this.path = this.path.filter((id) => picture.actors.has(id));
    this.draw(false);
  }

  private shown(): ShownActor[] {
    if (!this.picture) return [];
    const { actors, links } = this.picture;
    const center = this.path.at(-1);
    const weights = new Map<string, number>();
    if (center !== undefined) {
      for (const { source, target, weight } of links) {
        const other: string | null = source === center ? target : target === center ? source : null;
        if (other !== null && other !== center) weights.set(other, (weights.get(other) ?? 0) + weight);
      }
    }
    const list = center === undefined ? [...actors.values()] : [...weights.keys()].map((id) => actors.get(id)!).filter(Boolean);
    const weight = (shown: ShownActor): number => weights.get(shown.actor.id) ?? shown.weight;
    return list.sort((a, b) => weight(b) - weight(a) || (a.actor.id < b.actor.id ? -1 : 1));
  }

  private draw(focus: boolean): void {
    const all = this.shown();
    const center = this.path.at(-1);
    const title = center === undefined ? TEXTS.list.title : TEXTS.list.neighborsOf(this.picture?.actors.get(center)?.actor.label ?? center);
    const back = center === undefined ? null : h("button", { type: "button", class: "icon-button", "aria-label": TEXTS.list.back, title: TEXTS.list.back, on: { click: () => this.back() } }, icon("back"));
    fill(this.head, back, h("h2", {}, title), h("span", { class: "soft small number" }, TEXTS.list.summary(all.length)));
    this.list.setAttribute("aria-label", title);
    const held = this.list.contains(document.activeElement);
    this.focused = Math.min(this.focused, Math.max(0, Math.min(all.length, this.length) - 1));
    fill(this.list, ...all.slice(0, this.length).map((shown, place) => this.item(shown, place)));
    const left = all.length - this.length;
    const grow = (): void => {
      this.length += PAGE;
      this.draw(false);
    };
    fill(this.more, left > 0 ? h("button", { type: "button", class: "button", on: { click: grow } }, TEXTS.list.more(Math.min(left, PAGE))) : null);
    if (focus || held) this.buttons()[this.focused]?.focus();
  }

  private item({ actor, weight, partners }: ShownActor, place: number): HTMLElement {
    const button = h(
      "button",
      {
        ...{ type: "button", class: "actor-item", tabindex: place === this.focused ? "0" : "-1", "data-id": actor.id },
        on: {
          click: () => this.open(actor.id),
          focus: () => {
            this.focused = place;
            this.light(actor.id);
          },
          mouseenter: () => this.light(actor.id),
          mouseleave: () => this.light(null),
        },
      },
      h("span", { class: actor.type === "State" ? "actor-dot actor-dot-state" : "actor-dot", "aria-hidden": "true" }),
      h("span", { class: "actor-name" }, actor.label),
      h("span", { class: "soft small number" }, TEXTS.list.partner(weight, partners)),
    );
    return h("li", {}, button);
  }

  private buttons(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("button")];
  }

  private key(event: KeyboardEvent): void {
    const buttons = this.buttons();
    const place = buttons.indexOf(document.activeElement as HTMLElement);
    if (place < 0) return;
    const last = buttons.length - 1;
    const to: Record<string, number> = { ArrowDown: Math.min(place + 1, last), ArrowUp: Math.max(place - 1, 0), Home: 0, End: last };
    const next = to[event.key];
    if (next !== undefined) {
      buttons[place]!.tabIndex = -1;
      buttons[next]!.tabIndex = 0;
      buttons[next]!.focus();
    } else if (event.key === "ArrowRight") this.enter(buttons[place]!.dataset["id"]!);
    else if (event.key === "ArrowLeft" && this.path.length > 0) this.back();
    else return;
    event.preventDefault();
  }

  private enter(id: string): void {
    this.path.push(id);
    [this.focused, this.length] = [0, PAGE];
    this.draw(true);
  }

  private back(): void {
    const left = this.path.pop();
    this.length = PAGE;
    this.focused = Math.max(0, this.shown().findIndex(({ actor }) => actor.id === left));
    this.draw(true);
  }
}
