/** The view, kept in the address of the page: each change is a step of the browser's history, which undo goes back. */

import { decode, encode, type View } from "./view";

type Listener = (view: View, before: View) => void;

export class Store {
  private current = decode(location.hash);
  private readonly listeners: Listener[] = [];
  private depth = 0;
  private highest = 0;
  private sliding = false;

  constructor() {
    const state = history.state as { depth?: number } | null;
    this.depth = this.highest = state?.depth ?? 0;
    addEventListener("popstate", (event) => {
      this.depth = (event.state as { depth?: number } | null)?.depth ?? 0;
      this.highest = Math.max(this.highest, this.depth);
      this.tell(decode(location.hash));
    });
  }

  get view(): View {
    return this.current;
  }

  get canUndo(): boolean {
    return this.depth > 0;
  }

  get canRedo(): boolean {
    return this.depth < this.highest;
  }

  /** Calls `listener` for each change, and not now. */
  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Changes the view; `passing` changes, as while a slider is dragged, are one step together with the last of them. */
  change(patch: Partial<View>, passing = false): void {
    const next = { ...this.current, ...patch };
    const hash = encode(next);
    const same = this.sliding;
    this.sliding = passing;
    if (hash === encode(this.current)) return;
    if (same) history.replaceState({ depth: this.depth }, "", this.url(hash));
    else {
      this.highest = ++this.depth;
      history.pushState({ depth: this.depth }, "", this.url(hash));
    }
    this.tell(next);
  }

  undo(): void {
    if (this.canUndo) history.back();
  }

  redo(): void {
    if (this.canRedo) history.forward();
  }

  private url(hash: string): string {
    return hash ? `#${hash}` : location.pathname + location.search;
  }

  private tell(next: View): void {
    const before = this.current;
    this.current = next;
    for (const listener of this.listeners) listener(next, before);
  }
}
