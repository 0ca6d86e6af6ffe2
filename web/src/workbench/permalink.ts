/** What the part of the address behind `#` says: the query, its time limit and the view of its answer. */

export const VIEWS = ["table", "chart", "network", "raw", "plan"] as const;

export type View = (typeof VIEWS)[number];

export const TIMEOUT = 30;
export const LONGEST = 300;

export interface Place {
  readonly query: string;
  /** Seconds. */
  readonly timeout: number;
  readonly view: View;
}

/** The place that a fragment names; null where it has no query. What it gives else and is none falls back to the default. */
export function readPlace(fragment: string): Place | null {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const query = given.get("query");
  if (query === null || query.trim() === "") return null;
  const view = VIEWS.find((one) => one === given.get("view")) ?? "table";
  return { query, timeout: readTimeout(given.get("timeout") ?? "") ?? TIMEOUT, view };
}

/** Seconds above 0 and up to the server's longest, or null. */
export function readTimeout(text: string): number | null {
  const seconds = text.trim() === "" ? Number.NaN : Number(text);
  return seconds > 0 && seconds <= LONGEST ? seconds : null;
}

/** The fragment that names a place; defaults are left out. */
export function writePlace({ query, timeout, view }: Place): string {
  const given = new URLSearchParams({ query });
  if (timeout !== TIMEOUT) given.set("timeout", String(timeout));
  if (view !== "table") given.set("view", view);
  return `#${given.toString()}`;
}

/** The fragment that asks what is said of `iri`; null for what no query can name. */
export function describePlace(iri: string): string | null {
  return /[<>"{}|^`\\\s]/.test(iri) ? null : writePlace({ query: `DESCRIBE <${iri}>`, timeout: TIMEOUT, view: "table" });
}
