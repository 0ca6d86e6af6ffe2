/** Answers of the server, read into one form: tables, yes or no, and the triples of a graph. */

import type { Cell, Term } from "./terms";

/** Why an answer is not whole: the server gives no more rows, or the page reads no more bytes. */
export type Cut = "server" | "page";

export interface Rows {
  readonly kind: "rows";
  /** Whether the rows are the triples of a graph. */
  readonly graph: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly cut: Cut | null;
  readonly raw: string;
}

export interface Truth {
  readonly kind: "truth";
  readonly value: boolean;
  readonly raw: string;
}

export type Answer = Rows | Truth;

interface JsonTerm {
  readonly type: string;
  readonly value: string;
  readonly datatype?: string;
  readonly "xml:lang"?: string;
}

interface JsonResults {
  readonly boolean?: boolean;
  readonly head: { readonly vars?: readonly string[] };
  readonly results?: { readonly bindings: readonly Readonly<Record<string, JsonTerm>>[] };
  readonly meta?: { readonly truncated?: boolean };
}

/** An answer in SPARQL's JSON form; `part` says that `raw` breaks off somewhere. Throws SyntaxError for anything else. */
export function readJson(raw: string, part: boolean, truncated: boolean): Answer {
  const found = JSON.parse(part ? closed(raw) : raw) as JsonResults;
  if (found.boolean !== undefined) return { kind: "truth", value: found.boolean, raw };
  const columns = found.head.vars ?? [];
  const rows = (found.results?.bindings ?? []).map((row) => columns.map((name) => termOf(row[name])));
  const cut = part ? "page" : truncated || found.meta?.truncated === true ? "server" : null;
  return { kind: "rows", graph: false, columns, rows, cut, raw };
}

function termOf(found: JsonTerm | undefined): Cell {
  if (found === undefined) return null;
  if (found.type === "uri" || found.type === "bnode") return { type: found.type, value: found.value };
  const { value, datatype, "xml:lang": lang } = found;
  return { type: "literal", value, ...(datatype === undefined ? {} : { datatype }), ...(lang === undefined ? {} : { lang }) };
}

/** A JSON answer that breaks off, closed behind the last row that is whole. */
export function closed(raw: string): string {
  const start = raw.indexOf('"bindings":[');
  if (start < 0) return raw;
  let end = start + '"bindings":['.length;
  let depth = 0;
  let quoted = false;
  for (let i = end; i < raw.length; i++) {
    const letter = raw[i];
    if (quoted) {
      if (letter === "\\") i++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) end = i + 1;
  }
  return `${raw.slice(0, end)}]}}`;
}

const SUBJECT = /^(?:<([^>]*)>|_:(\S+)) <([^>]*)> (.*) \.$/;
const LITERAL = /^"([^"\\]*(?:\\.[^"\\]*)*)"(?:\^\^<([^>]*)>|@([\w-]+))?$/s;

/** The triples of N-Triples as rows; `part` says that the text breaks off in its last line. */
export function readTriples(raw: string, part: boolean): Rows {
  const lines = raw.split("\n");
  if (part) lines.pop();
  const rows = lines.filter((line) => line !== "").map(tripleOf);
  return { kind: "rows", graph: true, columns: ["subject", "predicate", "object"], rows, cut: part ? "page" : null, raw };
}

function tripleOf(line: string): Term[] {
  const found = SUBJECT.exec(line);
  if (found === null) throw new SyntaxError(`No triple: ${line.slice(0, 80)}`);
  const [, iri, blank, predicate = "", object = ""] = found;
  const subject: Term = iri === undefined ? { type: "bnode", value: blank ?? "" } : { type: "uri", value: unescaped(iri) };
  return [subject, { type: "uri", value: unescaped(predicate) }, objectOf(object)];
}

function objectOf(text: string): Term {
  if (text.startsWith("<")) return { type: "uri", value: unescaped(text.slice(1, -1)) };
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  const found = LITERAL.exec(text);
  if (found === null) throw new SyntaxError(`No literal: ${text.slice(0, 80)}`);
  const [, value = "", datatype, lang] = found;
  return {
    type: "literal",
    value: unescaped(value),
    ...(datatype === undefined ? {} : { datatype }),
    ...(lang === undefined ? {} : { lang }),
  };
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gs, (_, short: string, long: string, letter: string) =>
    letter === undefined ? String.fromCodePoint(parseInt(short ?? long, 16)) : (ESCAPES[letter] ?? letter),
  );
}
