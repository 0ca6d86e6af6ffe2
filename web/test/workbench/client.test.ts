import { afterEach, describe, expect, it, vi } from "vitest";

import { ask, download, explain, READ_LIMIT } from "../../src/workbench/client";

const JSON_TYPE = "application/sparql-results+json";
const ROWS = '{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"literal","value":"a"}}]}}';

function asked(signal = new AbortController().signal): { query: string; timeout: number; signal: AbortSignal } {
  return { query: "SELECT * { ?s ?p ?o }", timeout: 5, signal };
}

function answer(body: BodyInit, headers: Record<string, string> = { "Content-Type": JSON_TYPE }, status = 200): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(() => Promise.resolve(new Response(body, { status, headers })));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

/** A body that gives some pieces, and then breaks off, ends, or goes on for ever. */
function stream(
  pieces: string[],
  then: "error" | "end",
  cancelled = vi.fn(),
  error: Error = new TypeError("network error"),
): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
      else if (then === "error") controller.error(error);
      else controller.close();
    },
    cancel: cancelled,
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a question", () => {
  it("is sent as a form with its time limit, and read", async () => {
    const fetched = answer(ROWS);
    expect(await ask(asked())).toMatchObject({ kind: "rows", columns: ["s"], cut: null });
    const [address, sent] = fetched.mock.calls[0] as unknown as [string, { method: string; body: URLSearchParams }];
    expect([address, sent.method, sent.body.get("query"), sent.body.get("timeout")]).toEqual(["/sparql", "POST", asked().query, "5"]);
  });

  it("has triples where it is about a graph", async () => {
    answer("<http://a> <http://b> <http://c> .\n", { "Content-Type": "application/n-triples" });
    expect(await ask(asked())).toMatchObject({ kind: "rows", graph: true });
  });

  it("has what the server left out by its header", async () => {
    answer(ROWS, { "Content-Type": JSON_TYPE, "X-Whowhom-Truncated": "true" });
    expect(await ask(asked())).toMatchObject({ cut: "server" });
  });

  it("is read up to the limit, and the server is told to stop", async () => {
    const row = `{"s":{"type":"literal","value":"${"x".repeat(999_960)}"}},`;
    const cancelled = vi.fn();
    answer(stream([ROWS.slice(0, ROWS.indexOf("{\"s\"")), ...Array<string>(40).fill(row)], "end", cancelled));
    const found = await ask(asked());
    expect(found).toMatchObject({ kind: "rows", cut: "page" });
    expect(found.kind === "rows" && found.rows.length).toBe(Math.floor(READ_LIMIT / row.length) + 1);
    expect(cancelled).toHaveBeenCalled();
  });
});

describe("no answer", () => {
  it.each([
    ["a problem", '{"type":"https://x/problem/query-syntax","title":"T","detail":"D","line":3,"column":4}', "application/problem+json",
      { kind: "problem", slug: "query-syntax", title: "T", detail: "D", line: 3, column: 4 }],
    ["a problem of something between", "<html>", "text/html", { kind: "problem", slug: "", title: "400", detail: "<html>" }],
  ])("is %s", async (_, body, type, problem) => {
    answer(body, { "Content-Type": type }, 400);
    expect(await ask(asked())).toEqual(problem);
    expect(await explain(asked())).toEqual(problem);
    expect(await download(asked(), "text/csv")).toEqual(problem);
  });

  it("is a server that is gone", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    expect(await ask(asked())).toEqual({ kind: "gone" });
  });

  it("is an answer that breaks off", async () => {
    answer(stream([ROWS.slice(0, 60)], "error"));
    expect(await ask(asked())).toEqual({ kind: "broken" });
    answer(stream([ROWS.slice(0, 60)], "error"));
    expect(await download(asked(), "text/csv")).toEqual({ kind: "broken" });
  });

  it("is a question that was cancelled, before or while it was answered", async () => {
    const controller = new AbortController();
    controller.abort();
    vi.stubGlobal("fetch", (_: string, { signal }: { signal: AbortSignal }) => Promise.reject(signal.reason as Error));
    expect(await ask(asked(controller.signal))).toEqual({ kind: "cancelled" });
    answer(stream([ROWS.slice(0, 60)], "error", vi.fn(), controller.signal.reason as Error));
    expect(await ask(asked(controller.signal))).toEqual({ kind: "cancelled" });
  });

  it("is an answer that cannot be read", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    answer("no JSON");
    expect(await ask(asked())).toEqual({ kind: "broken" });
    expect(warned).toHaveBeenCalledWith(expect.any(SyntaxError));
  });

  it("never hides a fault of our own", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new RangeError("ours")));
    await expect(ask(asked())).rejects.toThrow(RangeError);
  });
});
