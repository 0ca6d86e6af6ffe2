/** Questions to the server, and what can go wrong with them in words that a page can show. */

export type Trouble = "gone" | "timeout" | "refused" | "broken";

/** `gone`: no server; `timeout`: no answer in time; `refused`: the server says why; `broken`: a fault of the server. */
export class ApiError extends Error {
  constructor(
    readonly trouble: Trouble,
    message: string,
    readonly near: readonly string[] = [],
    /** Of the answer; 0 where there was none. */
    readonly status = 0,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly near?: readonly string[];
}

export type Parameters = Readonly<Record<string, string | number | readonly (string | number)[] | null | undefined>>;

export const PATIENCE = 20_000; // milliseconds

/** The address of a question; lists are repeated parameters, null and nothing are left out. */
export function address(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The JSON of an answer. Rejects with an ApiError, or with the AbortError of `signal`. */
export async function ask<T>(url: string, signal?: AbortSignal | null, init: RequestInit = {}): Promise<T> {
  const late = AbortSignal.timeout(PATIENCE);
  const response = await sent(url, { ...init, signal: signal ? AbortSignal.any([signal, late]) : late }, late);
  if (response.ok) return (await body(response, late)) as T;
  const problem = (await body(response, late).catch(() => ({}))) as Problem;
  const words = problem.detail ?? `${response.status} ${response.statusText}`;
  throw new ApiError(troubleOf(response.status), words, problem.near, response.status);
}

async function sent(url: string, init: RequestInit, late: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw told(error, late);
  }
}

async function body(response: Response, late: AbortSignal): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw error instanceof SyntaxError ? new ApiError("broken", "The answer is no JSON.") : told(error, late);
  }
}

function told(error: unknown, late: AbortSignal): unknown {
  if (late.aborted) return new ApiError("timeout", `No answer within ${PATIENCE / 1000} s.`);
  return error instanceof TypeError ? new ApiError("gone", error.message) : error;
}

function troubleOf(status: number): Trouble {
  if (status === 504) return "timeout";
  if (status === 502 || status === 503) return "gone";
  return status >= 500 ? "broken" : "refused";
}

/** Whether an error only says that nobody waits for the answer any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
