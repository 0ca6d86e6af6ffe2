/** The menu that saves or shares what is shown. */

import { h, icon } from "../shared/dom";
import { INKS } from "../palette";
import { theme } from "../shared/theme";
import { TEXTS } from "../texts";
import type { Picture } from "./filtering";
import { gexf } from "./gexf";
import type { Places } from "./layout";
import { type Row, rowsAsCsv } from "./rows";
import { svgPicture } from "./svg-picture";

export interface Shown {
  readonly picture: Picture;
  readonly places: Places;
  readonly rows: readonly Row[];
  /** The line that says what is shown. */
  readonly caption: string;
  /** The SPARQL query that gives the same. */
  readonly query: string;
}

const SIZE = { width: 1400, height: 900 };

export class SaveMenu {
  readonly element: HTMLElement;
  private readonly menu: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly said = h("p", { class: "toast", role: "status", hidden: true });

  constructor(private readonly shown: () => Shown | null) {
    const item = (words: string, act: (shown: Shown) => void | Promise<void>, name: string): HTMLElement =>
      h("button", { type: "button", role: "menuitem", tabindex: "-1", "data-save": name, on: { click: () => this.run(act) } }, words);
    this.menu = h(
      "div",
      { class: "menu", role: "menu", "aria-label": TEXTS.save.label, id: "save-menu", hidden: true, on: { keydown: (event) => this.key(event) } },
      item(TEXTS.save.link, () => this.copyLink(), "link"),
      item(TEXTS.save.sparql, ({ query }) => location.assign(`/workbench#${new URLSearchParams({ query }).toString()}`), "sparql"),
      item(TEXTS.save.gexf, (shown) => save("whowhom.gexf", gexf(shown.picture, shown.places, INKS[theme()], shown.caption, today()), "application/gexf+xml"), "gexf"),
      item(TEXTS.save.svg, (shown) => save("whowhom.svg", drawing(shown), "image/svg+xml"), "svg"),
      item(TEXTS.save.png, (shown) => this.savePng(shown), "png"),
      item(TEXTS.save.csv, ({ rows }) => save("whowhom.csv", rowsAsCsv(rows), "text/csv"), "csv"),
    );
    this.button = h(
      "button",
      { type: "button", class: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": "save-menu", on: { click: () => this.toggle(this.menu.hidden) } },
      icon("save"),
      h("span", { class: "wide" }, TEXTS.bar.save),
    );
    this.button.setAttribute("aria-label", TEXTS.save.label);
    this.element = h("div", { class: "save" }, this.button, this.menu, this.said);
    document.addEventListener("pointerdown", (event) => {
      if (!this.element.contains(event.target as Node)) this.toggle(false);
    });
  }

  /** Whether there is anything to save. */
  enable(possible: boolean): void {
    this.button.disabled = !possible;
  }

  saveCsv(): void {
    this.run(({ rows }) => save("whowhom.csv", rowsAsCsv(rows), "text/csv"));
  }

  private run(act: (shown: Shown) => void | Promise<void>): void {
    this.toggle(false);
    const shown = this.shown();
    if (shown) void act(shown);
  }

  private toggle(open: boolean): void {
    if (open === !this.menu.hidden) return;
    this.menu.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.items()[0]?.focus();
  }

  private items(): HTMLElement[] {
    return [...this.menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
  }

  private key(event: KeyboardEvent): void {
    const items = this.items();
    const place = items.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = { ArrowDown: (place + 1) % items.length, ArrowUp: (place - 1 + items.length) % items.length, Home: 0, End: items.length - 1 };
    const next = to[event.key];
    if (next !== undefined) items[next]!.focus();
    else if (event.key === "Escape") {
      this.toggle(false);
      this.button.focus();
    } else if (event.key === "Tab") {
      this.toggle(false);
      return;
    } else return;
    event.preventDefault();
  }

  private async copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      this.say(TEXTS.save.copied);
    } catch (error) {
      // Not allowed, or a page that is not at a secure address, which has no clipboard at all.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      this.say(TEXTS.save.notCopied);
    }
  }

  private async savePng(shown: Shown): Promise<void> {
    const image = await painted(drawing(shown), SIZE.width, SIZE.height);
    if (image) saveBlob("whowhom.png", image);
    else this.say(TEXTS.save.failed);
  }

  private say(words: string): void {
    this.said.textContent = words;
    this.said.hidden = false;
    window.setTimeout(() => (this.said.hidden = true), 4000);
  }
}

function drawing({ picture, places, caption }: Shown): string {
  return svgPicture(picture, places, { ...SIZE, ink: INKS[theme()], caption, quadNames: TEXTS.quads, legend: true });
}

/** An SVG as a PNG of twice its size, null where the browser cannot. */
async function painted(text: string, width: number, height: number): Promise<Blob | null> {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = new Image(width, height);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = url;
    });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width * 2, height * 2];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } catch (error) {
    if (error instanceof Event) return null;
    throw error;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function save(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

