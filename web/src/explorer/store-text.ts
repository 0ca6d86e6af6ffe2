/** Stores a text that was read, where the server takes writes from who has its token. The token is kept nowhere. */

import { ApiError, ask } from "../shared/api";
import { fill, h } from "../shared/dom";
import { TEXTS } from "../texts";

const WORDS = TEXTS.text.store;

interface Health {
  readonly writes: "off" | "token" | "open";
}

interface Answer {
  readonly stored: { readonly added: number; readonly replaced: number; readonly unchanged: number; readonly events: number };
}

export class StoreText {
  readonly element = h("section", { class: "text-store", "aria-label": WORDS.title });
  private readonly token = h("input", { id: "text-token", class: "field", type: "password", autocomplete: "off", spellcheck: "false" });
  private readonly button = h("button", { type: "button", class: "button", on: { click: () => void this.put() } }, WORDS.button);
  private readonly said = h("p", { class: "text-stored small", role: "status" });
  private body = "";

  constructor(private readonly stored: () => void) {
    this.token.addEventListener("keydown", (event) => {
      if (event.key === "Enter") void this.put();
    });
  }

  /** Offers to store what `body` asks the server to read, or says how it can be stored. */
  offer(body: string): void {
    this.body = body;
    this.say("", false);
    fill(this.element);
    ask<Health>("/health").then(({ writes }) => this.show(writes), () => this.show("off"));
  }

  /** Forgets the token and the text. */
  forget(): void {
    this.body = this.token.value = "";
    fill(this.element);
  }

  private show(writes: Health["writes"]): void {
    if (writes === "off") return fill(this.element, h("p", { class: "soft small" }, WORDS.off));
    const token = writes === "token" ? h("label", { for: "text-token", class: "text-date" }, WORDS.token, this.token) : null;
    this.button.disabled = false;
    fill(this.element, h("p", { class: "soft small" }, WORDS.lead), h("div", { class: "text-buttons" }, token, this.button), this.said);
  }

  private async put(): Promise<void> {
    if (this.token.isConnected && !this.token.value.trim()) {
      this.say(WORDS.missing, true);
      this.token.focus();
      return;
    }
    this.button.disabled = true;
    this.say(WORDS.storing, false);
    const headers = { "Content-Type": "application/json", ...(this.token.isConnected ? { Authorization: `Bearer ${this.token.value.trim()}` } : {}) };
    try {
      const { stored } = await ask<Answer>("/api/v1/documents", null, { method: "POST", headers, body: this.body });
      this.say(stored.unchanged > 0 ? WORDS.had : WORDS.done(stored.events), false);
      this.stored();
    } catch (error) {
      this.button.disabled = false;
      this.say(`${WORDS.failed} ${error instanceof ApiError ? (error.status === 401 ? WORDS.wrong : error.message) : ""}`, true);
      if (!(error instanceof ApiError)) throw error;
    }
  }

  private say(words: string, bad: boolean): void {
    this.said.textContent = words;
    this.said.classList.toggle("bad", bad);
    if (words) this.said.scrollIntoView({ block: "nearest" });
  }
}
