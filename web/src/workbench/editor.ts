/** The editor of queries: Yasqe, without whatever of it asks other servers, writes HTML or keeps text in the browser. */

import "@zazuko/yasqe/build/yasqe.min.css";
import Yasqe from "@zazuko/yasqe";

import { h } from "../shared/dom";
import { TEXTS } from "../texts";
import type { CodeMirror, CodeMirrorLibrary, Hints, Marker, Position } from "./codemirror";
import { actorSuggestions, actorWords, MOST, type Suggestion, suggestions, type Typed, typedAt } from "./completion";
import { type ActorHit, actors, EMPTY, type Vocabulary } from "./vocabulary";

/** The constructor that Yasqe inherits from. */
const LIBRARY = Object.getPrototypeOf(Yasqe) as CodeMirrorLibrary;
const MODE = "sparql11-with-prefixes";
const GUTTER = "gutterErrorBar";
const ACTORS = 8;
const EXPECTED = 6;

export interface EditorEvents {
  run(): void;
  changed(): void;
  /** The cursor stands on a name such as `ww:target`, or on none. */
  on(name: string | null): void;
}

export class Editor {
  readonly #code: CodeMirror;
  readonly #found = new Map<string, Promise<readonly ActorHit[]>>();
  #vocabulary: Vocabulary = EMPTY;
  #problem: { readonly line: number; readonly marker: Marker } | null = null;

  constructor(parent: HTMLElement, events: EditorEvents) {
    this.#defineMode();
    const run = (): void => events.run();
    this.#code = create(parent, {
      value: "",
      mode: MODE,
      theme: "whowhom",
      foldGutter: false,
      gutters: [GUTTER, "CodeMirror-linenumbers"],
      screenReaderLabel: TEXTS.workbench.editor.label,
      editorHeight: "auto",
      persistenceId: null,
      createShareableLink: null,
      consumeShareLink: null,
      showQueryButton: false,
      resizeable: false,
      highlightSelectionMatches: null,
      extraKeys: {
        "Ctrl-Enter": run,
        "Cmd-Enter": run,
        "Ctrl-Space": () => this.#complete(),
        "Ctrl-S": false,
        // The keyboard must get out of the editor: Tab goes on, and Ctrl-] indents.
        Tab: false,
        "Shift-Tab": false,
        Esc: false,
      },
    });
    this.#code.checkSyntax = () => this.#checkSyntax();
    this.#code.on("change", () => {
      this.clearProblem();
      events.changed();
    });
    this.#code.on("cursorActivity", () => events.on(this.#nameAtCursor()));
    this.#code.on("inputRead", (_, change) => {
      const typed = change.origin === "+input" ? this.#typed() : null;
      if (typed !== null && typed.kind !== "word" && (typed.kind !== "variable" || typed.text !== "")) this.#complete();
    });
  }

  get text(): string {
    return this.#code.getValue();
  }

  set text(text: string) {
    if (text !== this.text) this.#code.setValue(text);
  }

  /** Names that are completed, and prefixes that need not be declared. */
  set vocabulary(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#code.setOption("mode", MODE); // reads the text anew, with the prefixes
    this.#checkSyntax();
  }

  focus(): void {
    this.#code.focus();
  }

  /** Measures anew; to be called once the editor is on the page. */
  measure(): void {
    this.#code.refresh();
  }

  format(): void {
    this.#code.autoformat();
    this.#code.setCursor({ line: 0, ch: 0 });
  }

  /** Marks what the server found wrong; `line` and `column` count from 1, the column in code points. */
  showProblem(line: number, column: number, words: string): void {
    this.clearProblem();
    const at = this.#position(line, column);
    const rest = this.#code.getLine(at.line).slice(at.ch);
    const length = /^[\p{L}\p{N}_:?$]+|^./u.exec(rest)?.[0].length ?? 0;
    const from = length === 0 ? { line: at.line, ch: Math.max(0, at.ch - 1) } : at;
    const marker = this.#code.markText(from, { line: at.line, ch: at.ch + length }, { className: "error-words" });
    this.#code.addLineClass(at.line, "background", "error-line");
    this.#problem = { line: at.line, marker };
    this.#checkSyntax();
    this.#mark(at.line, words);
    this.#code.scrollIntoView(at, 40);
  }

  clearProblem(): void {
    if (this.#problem === null) return;
    this.#problem.marker.clear();
    this.#code.removeLineClass(this.#problem.line, "background", "error-line");
    this.#problem = null;
    this.#checkSyntax();
  }

  /** Puts the cursor there, counted as for a problem. */
  goTo(line: number, column: number): void {
    this.#code.setCursor(this.#position(line, column));
    this.focus();
  }

  #position(line: number, column: number): Position {
    const found = Math.min(Math.max(line, 1), this.#code.lineCount()) - 1;
    const before = [...this.#code.getLine(found)].slice(0, Math.max(column, 1) - 1).join("");
    return { line: found, ch: before.length };
  }

  #defineMode(): void {
    LIBRARY.defineMode(MODE, (config) => {
      const mode = LIBRARY.getMode(config, "sparql11");
      const startState = (): ReturnType<typeof mode.startState> => {
        const state = mode.startState();
        return Object.assign(state, { prefixes: { ...this.#vocabulary.prefixes } });
      };
      return Object.assign(Object.create(Object.getPrototypeOf(mode) as object) as object, mode, { startState });
    });
  }

  /** The first line that is no SPARQL, from 1, as far as the editor's grammar tells; the server has the last word. */
  get doubt(): { readonly line: number; readonly words: string } | null {
    if (this.text.trim() === "") return null;
    for (let line = 0; line < this.#code.lineCount(); line++) {
      const { state } = this.#code.getTokenAt({ line, ch: this.#code.getLine(line).length }, true);
      if (!state.OK) {
        const words = state.errorMsg ?? TEXTS.workbench.editor.expected(expected(state.possibleCurrent ?? []));
        return { line: line + 1, words };
      }
    }
    return null;
  }

  #checkSyntax(): void {
    this.#code.clearGutter(GUTTER);
    const { doubt } = this;
    if (doubt !== null) this.#mark(doubt.line - 1, doubt.words);
  }

  #mark(line: number, words: string): void {
    this.#code.setGutterMarker(line, GUTTER, h("span", { class: "error-mark", title: words, "aria-hidden": "true" }, "!"));
  }

  #nameAtCursor(): string | null {
    const { line, ch } = this.#code.getCursor();
    const text = this.#code.getLine(line);
    const before = /[\w.%-]*:?[\w.%-]*$/.exec(text.slice(0, ch))?.[0] ?? "";
    const behind = /^[\w%-]*:?[\w.%-]*/.exec(text.slice(ch))?.[0] ?? "";
    const name = /[A-Za-z][\w-]*:[\w.%-]*[\w%-]/.exec(before + behind)?.[0];
    return name ?? null;
  }

  #typed(): Typed | null {
    const { line, ch } = this.#code.getCursor();
    return typedAt(this.#code.getLine(line).slice(0, ch));
  }

  #complete(): void {
    if (this.#code.somethingSelected()) return;
    this.#code.showHint({
      hint: () => this.#hints(),
      completeSingle: false,
      container: this.#code.rootEl,
      closeCharacters: /[\s(){};,>]/,
    });
  }

  async #hints(): Promise<Hints> {
    const cursor = this.#code.getCursor();
    const typed = this.#typed();
    const from = { line: cursor.line, ch: typed?.from ?? cursor.ch };
    if (typed === null) return { list: [], from, to: cursor };
    const known = suggestions(typed, this.#vocabulary, this.text);
    const list = [...(await this.#actors(typed)), ...known].slice(0, MOST);
    const hints = { list: list.map(hint), from, to: cursor };
    LIBRARY.on(hints, "shown", () => {
      this.#code.rootEl.querySelector(".CodeMirror-hints")?.setAttribute("aria-label", TEXTS.workbench.editor.hints);
    });
    return hints;
  }

  async #actors(typed: Typed): Promise<Suggestion[]> {
    const words = actorWords(typed);
    if (words === null) return [];
    const found = this.#found.get(words) ?? actors(words, ACTORS);
    this.#found.set(words, found);
    try {
      return actorSuggestions(await found, this.#vocabulary.prefixes);
    } catch (error) {
      this.#found.delete(words);
      console.warn(error); // the other names are still completed; that the server is gone is told when a query runs
      return [];
    }
  }
}

/** What the grammar would take, in words for who does not know its symbols; the first few of it. */
function expected(symbols: readonly string[]): string {
  const { variable, name, text, number } = TEXTS.workbench.editor.symbols;
  const inWords = symbols.map((symbol) => {
    if (/^VAR/.test(symbol)) return variable;
    if (/^(IRI|PNAME)/.test(symbol)) return name;
    if (/^STRING/.test(symbol)) return text;
    return /^(INTEGER|DECIMAL|DOUBLE)/.test(symbol) ? number : symbol;
  });
  return [...new Set(inWords)].slice(0, EXPECTED).join(" ");
}

function hint({ insert, label, note }: Suggestion): Hints["list"][number] {
  const render = (element: HTMLElement): void => {
    element.append(h("span", { class: "hint-name" }, label), h("span", { class: "hint-note" }, note));
  };
  return { text: insert, render };
}

function create(parent: HTMLElement, config: object): CodeMirror {
  // The completers that it brings ask lov.linkeddata.es, and know prefixes of prefix.cc; merging would keep them.
  Yasqe.defaults.autocompleters = [];
  return new (Yasqe as unknown as new (parent: HTMLElement, config: object) => CodeMirror)(parent, config);
}
