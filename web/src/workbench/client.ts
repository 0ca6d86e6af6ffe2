/** Questions to the server of the page, and every way in which they can end. */

import { type Answer, readJson, readTriples } from "./answer";

/** Characters of an answer that the page reads; more would make it slow, and nobody reads a table that long. */
export const READ_LIMIT = 16_000_000;

export interface Problem {
  readonly kind: "problem";
  /** The last part of the problem's type, such as `query-syntax`; empty where the answer was no problem of the server's. */
  readonly slug: string;
  readonly title: string;
  readonly detail: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

export type Failure =
  | Problem
  | { readonly kind: "cancelled" }
  /** Nobody answers. */
  | { readonly kind: "gone" }
  /** The answer began and broke off, or is none of those that were asked for. */
  | { readonly kind: "broken" };

export interface Asked {
  readonly query: string;
  /** Seconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

export interface Operator {
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  readonly children: readonly Operator[];
}

export interface Plan {
  readonly kind: "plan";
  readonly meta: {
    readonly query: string;
    readonly notes: readonly string[];
    readonly rows: number;
    readonly planning_seconds: number;
    readonly evaluation_seconds: number;
    readonly total_seconds: number;
  };
  readonly plan: Operator;
}

const SHOWN = "application/sparql-results+json, application/n-triples;q=0.9";

/** The answer to a query, as far as the page reads it. */
export function ask(asked: Asked): Promise<Answer | Failure> {
  return guarded(async () => {
    const response = await post(asked, SHOWN);
    if (!response.ok) return problemOf(response);
    const truncated = response.headers.get("X-Whowhom-Truncated") === "true";
    const triples = response.headers.get("Content-Type")?.startsWith("application/n-triples") === true;
    const { text, part } = await read(response);
    return triples ? readTriples(text, part) : readJson(text, part, truncated);
  });
}

/** How the engine carries the query out. */
export function explain(asked: Asked): Promise<Plan | Failure> {
  return guarded(async () => {
    const response = await post(asked, "application/json", { explain: "1" });
    if (!response.ok) return problemOf(response);
    return { kind: "plan" as const, ...((await whole(response).then((blob) => blob.text()).then(JSON.parse)) as Omit<Plan, "kind">) };
  });
}

/** The whole answer as a file of a media type. */
export function download(asked: Asked, accept: string): Promise<Blob | Failure> {
  return guarded(async () => {
    const response = await post(asked, accept);
    return response.ok ? whole(response) : problemOf(response);
  });
}

class Broken extends Error {}

async function guarded<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return { kind: "cancelled" };
    if (error instanceof Broken) return { kind: "broken" };
    if (error instanceof SyntaxError) {
      console.warn(error);
      return { kind: "broken" };
    }
    if (error instanceof TypeError) return { kind: "gone" }; // what fetch throws where nobody answers
    throw error;
  }
}

function post({ query, timeout, signal }: Asked, accept: string, others: Record<string, string> = {}): Promise<Response> {
  const body = new URLSearchParams({ query, timeout: String(timeout), ...others });
  return fetch("/sparql", { method: "POST", headers: { Accept: accept }, body, signal });
}

/** The text of an answer up to the limit; behind it the server is told to stop. */
async function read(response: Response): Promise<{ text: string; part: boolean }> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const pieces: string[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await unbroken(reader?.read() ?? Promise.resolve({ done: true as const, value: undefined }));
    if (done) return { text: pieces.join(""), part: false };
    pieces.push(value);
    length += value.length;
    if (length > READ_LIMIT) {
      await reader?.cancel();
      return { text: pieces.join(""), part: true };
    }
  }
}

function whole(response: Response): Promise<Blob> {
  return unbroken(response.blob());
}

async function unbroken<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Broken("the answer broke off", { cause: error });
  }
}

interface ProblemJson {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly line?: number;
  readonly column?: number;
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await whole(response).then((blob) => blob.text());
  const isProblem = response.headers.get("Content-Type")?.startsWith("application/problem+json") === true;
  const found = (isProblem ? JSON.parse(text) : {}) as ProblemJson;
  const { type = "", title = `${response.status} ${response.statusText}`.trim(), detail = text, line, column } = found;
  return {
    kind: "problem",
    slug: type.slice(type.lastIndexOf("/") + 1),
    title,
    detail,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}
