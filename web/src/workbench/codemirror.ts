/** What of Yasqe and CodeMirror is used here; their own types need a package that is not there. */

export interface Position {
  readonly line: number;
  readonly ch: number;
}

export interface Token {
  readonly start: number;
  readonly end: number;
  readonly string: string;
  readonly type: string | null;
  readonly state: { readonly OK: boolean; readonly errorMsg?: string; readonly possibleCurrent?: readonly string[] };
}

export interface Hint {
  readonly text: string;
  readonly render: (element: HTMLElement) => void;
}

export interface Hints {
  readonly list: readonly Hint[];
  readonly from: Position;
  readonly to: Position;
}

export interface Marker {
  clear(): void;
}

export interface CodeMirror {
  readonly rootEl: HTMLElement;
  checkSyntax: () => void;
  getValue(): string;
  setValue(text: string): void;
  getLine(line: number): string;
  lineCount(): number;
  getCursor(): Position;
  setCursor(position: Position): void;
  getTokenAt(position: Position, precise?: boolean): Token;
  somethingSelected(): boolean;
  setOption(name: string, value: unknown): void;
  setGutterMarker(line: number, gutter: string, element: HTMLElement | null): void;
  clearGutter(gutter: string): void;
  addLineClass(line: number, where: string, name: string): void;
  removeLineClass(line: number, where: string, name: string): void;
  markText(from: Position, to: Position, options: { className: string }): Marker;
  scrollIntoView(position: Position, margin: number): void;
  showHint(options: object): void;
  execCommand(name: string): void;
  autoformat(): void;
  refresh(): void;
  focus(): void;
  on(event: "change" | "cursorActivity", listener: () => void): void;
  on(event: "inputRead", listener: (editor: unknown, change: { readonly origin?: string }) => void): void;
}

export interface Mode {
  readonly startState: () => { prefixes: Record<string, string> };
}

/** The constructor that Yasqe inherits from, which modes are registered with. */
export interface CodeMirrorLibrary {
  defineMode(name: string, make: (config: unknown) => Mode): void;
  getMode(config: unknown, name: string): Mode;
  on(hints: Hints, event: "shown", listener: () => void): void;
}
