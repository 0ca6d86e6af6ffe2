import { describe, expect, it } from "vitest";

import { describePlace, readPlace, readTimeout, writePlace } from "../../src/workbench/permalink";
import { History, MOST } from "../../src/workbench/history";
import { compare, rounded, shorten, type Cell } from "../../src/workbench/terms";

describe("an address", () => {
  it.each([
    ["a query alone", { query: "SELECT * { ?s ?p ?o }", timeout: 30, view: "table" }],
    ["signs and lines", { query: "# 50 % & more\nASK { ?s ?p \"ä+b\" }", timeout: 30, view: "raw" }],
    ["a time limit", { query: "ASK {}", timeout: 1.5, view: "chart" }],
  ] as const)("with %s is read as it was written", (_, place) => {
    expect(readPlace(writePlace(place))).toEqual(place);
  });

  it("leaves defaults out", () => {
    expect(writePlace({ query: "ASK {}", timeout: 30, view: "table" })).toBe("#query=ASK+%7B%7D");
  });

  it("is read as other programs write it, and what it does not know falls back", () => {
    expect(readPlace("#query=ASK%20%7B%7D&view=map&timeout=900")).toEqual({ query: "ASK {}", timeout: 30, view: "table" });
  });

  it.each(["", "#", "#view=raw", "#query=", "#query=%20"])("without a query is none: %j", (fragment) => {
    expect(readPlace(fragment)).toBeNull();
  });

  it.each([["30", 30], ["0.5", 0.5], ["300", 300], ["301", null], ["0", null], ["-1", null], ["", null], ["a", null], ["1e9", null]])(
    "has a time limit of %j or none",
    (given, seconds) => {
      expect(readTimeout(given)).toBe(seconds);
    },
  );

  it("asks about an IRI, and never about what breaks out of one", () => {
    expect(readPlace(describePlace("http://example.org/a") ?? "")?.query).toBe("DESCRIBE <http://example.org/a>");
    expect(describePlace("http://example.org/> { } #")).toBeNull();
  });
});

describe("the history", () => {
  const storage = (): Storage => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    } as unknown as Storage;
  };

  it("has the latest first and each query once, and is kept", () => {
    const place = storage();
    const history = new History(place);
    for (const [query, when] of [["a", 1], ["b", 2], ["a", 3]] as const) history.add({ query, when, rows: 1 });
    expect(new History(place).past).toEqual([{ query: "a", when: 3, rows: 1 }, { query: "b", when: 2, rows: 1 }]);
    history.clear();
    expect(new History(place).past).toEqual([]);
  });

  it("has so many at most", () => {
    const history = new History(null);
    for (let i = 0; i <= MOST; i++) history.add({ query: String(i), when: i, rows: null });
    expect(history.past).toHaveLength(MOST);
    expect(history.past[0]?.query).toBe(String(MOST));
  });

  it.each(["{", "{}", "[1, null, {}]", '[{"query": 1, "when": 1, "rows": null}]'])("reads nothing out of %s", (text) => {
    const place = storage();
    place.setItem("whowhom-queries", text);
    expect(new History(place).past).toEqual([]);
  });

  it("goes on where the storage is full", () => {
    const full = Object.assign(storage(), {
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    });
    const history = new History(full);
    history.add({ query: "a", when: 1, rows: 0 });
    expect(history.past).toHaveLength(1);
  });
});

describe("terms", () => {
  const PREFIXES = { a: "http://example.org/", b: "http://example.org/b/", ww: "https://w3id.org/whowhom/ontology#" };

  it.each([
    ["http://example.org/b/c", "b:c"],
    ["http://example.org/x%2Fy", "a:x%2Fy"],
    ["http://example.org/b/c/d", "<http://example.org/b/c/d>"],
    ["http://example.org/", "<http://example.org/>"],
    ["http://example.com/x", "<http://example.com/x>"],
    ["https://w3id.org/whowhom/ontology#Event", "ww:Event"],
  ])("%s is written %s", (iri, written) => {
    expect(shorten(iri, PREFIXES)).toBe(written);
  });

  it("are put in order: nothing, numbers, words", () => {
    const number = (value: string): Cell => ({ type: "literal", value, datatype: "http://www.w3.org/2001/XMLSchema#decimal" });
    const cells: Cell[] = [{ type: "literal", value: "b" }, number("10"), null, { type: "uri", value: "a" }, number("9.5")];
    expect([...cells].sort(compare).map((cell) => cell?.value ?? "")).toEqual(["", "9.5", "10", "a", "b"]);
  });

  it.each([["-1.933333333333333333", "-1.9333"], ["1.5", "1.5"], ["12", "12"], ["x.12345", "x.12345"]])("%s is shown as %s", (given, shown) => {
    expect(rounded(given)).toBe(shown);
  });
});
