/** Run, cancel, the time limit, and what is done with the text of a query. */

import { h, icon } from "../shared/dom";
import { TEXTS } from "../texts";
import { LONGEST, readTimeout, TIMEOUT } from "./permalink";

const WORDS = TEXTS.workbench;

export interface ToolbarEvents {
  run(): void;
  cancel(): void;
  format(): void;
  link(): void;
}

export class Toolbar {
  readonly element: HTMLElement;
  readonly #run: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #timeout: HTMLInputElement;
  readonly #wrong = h("p", { class: "wrong small", id: "timeout-wrong", role: "alert" });

  constructor(events: ToolbarEvents) {
    const button = (words: string, listener: () => void, kind = ""): HTMLButtonElement =>
      h("button", { type: "button", class: `button ${kind}`, on: { click: listener } }, words);
    this.#run = h("button", { type: "button", class: "button button-main", title: "Ctrl-Enter", on: { click: () => events.run() } }, icon("play"), WORDS.run);
    this.#cancel = button(WORDS.cancel, () => events.cancel());
    this.#timeout = h("input", {
      class: "field",
      id: "timeout",
      inputmode: "numeric",
      autocomplete: "off",
      value: TIMEOUT,
      "aria-describedby": "timeout-wrong",
      on: {
        keydown: (event) => {
          if (event.key === "Enter") events.run();
        },
      },
    });
    this.element = h(
      "div",
      { class: "tools" },
      this.#run,
      this.#cancel,
      h("label", { class: "timeout", for: "timeout" }, WORDS.timeout, this.#timeout, WORDS.seconds),
      button(WORDS.format, () => events.format()),
      button(WORDS.link, () => events.link()),
      this.#wrong,
    );
    this.running = false;
  }

  /** Seconds; null, with a word to the reader, where the field has none. */
  get timeout(): number | null {
    const found = readTimeout(this.#timeout.value);
    this.#wrong.textContent = found === null ? WORDS.timeoutWrong(LONGEST) : "";
    this.#timeout.setAttribute("aria-invalid", String(found === null));
    if (found === null) this.#timeout.focus();
    return found;
  }

  set timeout(seconds: number) {
    this.#timeout.value = String(seconds);
  }

  set running(running: boolean) {
    this.#cancel.disabled = !running;
  }
}
