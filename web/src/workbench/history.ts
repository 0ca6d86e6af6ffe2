/** The queries asked before, kept in this browser only. */

const KEY = "whowhom-queries";
export const MOST = 50;

export interface Past {
  readonly query: string;
  /** Milliseconds since 1970. */
  readonly when: number;
  /** How many rows it had; null for what has no rows. */
  readonly rows: number | null;
}

export class History {
  readonly #storage: Storage | null;
  #past: readonly Past[];

  /** Without a storage (private windows, policies) the history lasts as long as the page. */
  constructor(storage: Storage | null) {
    this.#storage = storage;
    this.#past = read(storage?.getItem(KEY) ?? null);
  }

  /** The latest first. */
  get past(): readonly Past[] {
    return this.#past;
  }

  /** Puts a query first; the same one asked before gives way to it. */
  add(asked: Past): void {
    this.#past = [asked, ...this.#past.filter((one) => one.query !== asked.query)].slice(0, MOST);
    try {
      this.#storage?.setItem(KEY, JSON.stringify(this.#past));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // the storage is full: then it is kept as long as the page
    }
  }

  clear(): void {
    this.#past = [];
    this.#storage?.removeItem(KEY);
  }
}

/** What another version of the page, or somebody else, has left there may be anything. */
function read(text: string | null): readonly Past[] {
  if (text === null) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isPast).slice(0, MOST) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isPast(one: unknown): one is Past {
  if (typeof one !== "object" || one === null) return false;
  const { query, when, rows } = one as Record<string, unknown>;
  return typeof query === "string" && typeof when === "number" && (rows === null || typeof rows === "number");
}
