/** RDF terms as answers have them, and how they are shown. */

export type Term =
  | { readonly type: "uri"; readonly value: string }
  | { readonly type: "bnode"; readonly value: string }
  | { readonly type: "literal"; readonly value: string; readonly datatype?: string; readonly lang?: string };

export type Cell = Term | null;

export type Prefixes = Readonly<Record<string, string>>;

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "positiveInteger"].map(
    (name) => XSD + name,
  ),
);
const DATES = new Set(["date", "dateTime", "gYear", "gYearMonth"].map((name) => XSD + name));
const DATE_LIKE = /^\d{4}(-\d{2}(-\d{2}(T.*)?)?)?$/;

/** What may stand behind a prefix without a backslash; of the rest of SPARQL's escapes no use is made. */
const LOCAL = /^(?:[\p{L}\p{N}_]|%[0-9A-Fa-f]{2})(?:[\p{L}\p{N}_.-]|%[0-9A-Fa-f]{2})*(?<!\.)$/u;

/** `iri` with a prefix where one fits, else in angle brackets: as it is written in a query. */
export function shorten(iri: string, prefixes: Prefixes): string {
  let best = "";
  for (const [label, base] of Object.entries(prefixes)) {
    if (iri.startsWith(base) && base.length > (prefixes[best]?.length ?? 0) && LOCAL.test(iri.slice(base.length))) {
      best = label;
    }
  }
  const base = prefixes[best];
  return base === undefined || best === "" ? `<${iri}>` : `${best}:${iri.slice(base.length)}`;
}

/** The number that a literal stands for, or null. */
export function numberOf(cell: Cell): number | null {
  if (cell?.type !== "literal" || cell.datatype === undefined || !NUMBERS.has(cell.datatype)) return null;
  const number = Number(cell.value);
  return Number.isFinite(number) ? number : null;
}

/** Whether a literal is a day, month, year or time, also where it is only a string such as 2024-03. */
export function isDate(cell: Cell): boolean {
  if (cell?.type !== "literal" || !DATE_LIKE.test(cell.value)) return false;
  return cell.datatype === undefined || cell.datatype === `${XSD}string` || DATES.has(cell.datatype);
}

/** The words of a cell: IRIs with their prefix, literals as they are, nothing where there is nothing. */
export function wordsOf(cell: Cell, prefixes: Prefixes): string {
  if (cell === null) return "";
  if (cell.type === "uri") return shorten(cell.value, prefixes);
  return cell.type === "bnode" ? `_:${cell.value}` : cell.value;
}

/** A number with four decimals at most; the exact one is in the raw answer. */
export function rounded(text: string): string {
  const number = Number(text);
  return /\.\d{5,}$/.test(text) && Number.isFinite(number) ? String(Math.round(number * 1e4) / 1e4) : text;
}

/** Order of two cells: nothing first, then numbers, then words. */
export function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x - y;
  if (x !== null || y !== null) return x !== null ? -1 : 1;
  return a.value.localeCompare(b.value, "en");
}
