import { describe, expect, it } from "vitest";

import { closed, readJson, readTriples } from "../../src/workbench/answer";

const ODD = "a}},{\"b\\";
const ROWS = [{ s: { type: "uri", value: "http://example.org/1" } }, { s: { type: "literal", value: ODD, "xml:lang": "en" } }];
const RAW = JSON.stringify({ head: { vars: ["s", "t"] }, results: { bindings: ROWS } });

describe("an answer in JSON", () => {
  it("gives rows in the order of the columns, null where there is nothing", () => {
    expect(readJson(RAW, false, false)).toMatchObject({
      kind: "rows",
      columns: ["s", "t"],
      rows: [
        [{ type: "uri", value: "http://example.org/1" }, null],
        [{ type: "literal", value: ODD, lang: "en" }, null],
      ],
      cut: null,
    });
  });

  it.each([
    ["by the header", RAW, true],
    ["by its meta", RAW.replace(/\}$/, ',"meta":{"truncated":true}}'), false],
  ])("says that the server cut it, %s", (_, raw, truncated) => {
    expect(readJson(raw, false, truncated)).toMatchObject({ cut: "server" });
  });

  it("gives yes or no", () => {
    expect(readJson('{"head":{},"boolean":false}', false, false)).toMatchObject({ kind: "truth", value: false });
  });

  it("gives whole rows wherever it breaks off", () => {
    const first = RAW.indexOf('"bindings":[') + '"bindings":['.length;
    for (let end = first; end < RAW.length; end++) {
      const found = JSON.parse(closed(RAW.slice(0, end))) as { results: { bindings: unknown[] } };
      expect(ROWS.slice(0, found.results.bindings.length)).toEqual(found.results.bindings);
    }
    expect(readJson(RAW.slice(0, -4), true, false)).toMatchObject({ cut: "page" });
    expect(readJson(RAW.slice(0, -20), true, false)).toMatchObject({ rows: [[{ value: "http://example.org/1" }, null]] });
  });

  it("throws for what is none", () => {
    expect(() => readJson("<html>", false, false)).toThrow(SyntaxError);
  });
});

describe("an answer in N-Triples", () => {
  it.each([
    ["an IRI", "<http://example.org/o>", { type: "uri", value: "http://example.org/o" }],
    ["a blank node", "_:b1", { type: "bnode", value: "b1" }],
    ["a string", '"a \\"b\\" \\\\ \\n \\u00E9"', { type: "literal", value: 'a "b" \\ \n é' }],
    ["a language", '"a"@en', { type: "literal", value: "a", lang: "en" }],
    ["a datatype", '"1"^^<http://example.org/t>', { type: "literal", value: "1", datatype: "http://example.org/t" }],
  ])("has %s as object", (_, written, term) => {
    const [row] = readTriples(`<http://example.org/s> <http://example.org/p> ${written} .\n`, false).rows;
    expect(row?.[2]).toEqual(term);
  });

  it("leaves the line out in which it breaks off", () => {
    const line = "_:s <http://example.org/p> _:o .\n";
    expect(readTriples(line + line.slice(0, 20), true)).toMatchObject({ cut: "page", rows: [[{}, {}, {}]] });
    expect(() => readTriples("nothing", false)).toThrow(SyntaxError);
  });
});
