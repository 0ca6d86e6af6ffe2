import { expect, test } from "vitest";
import { parts } from "../src/explorer/matching";
import { circle, pictureOf } from "../src/explorer/text-picture";
import { actor, query } from "../src/explorer/sparql";
import { picture } from "../src/explorer/filtering";
import type { Network } from "../src/explorer/loading";
import { START } from "../src/explorer/view";
import { SAMPLE } from "./sample";

const BASE = "https://w3id.org/whowhom/id/";
const NETWORK: Network = { stages: [], loaded: SAMPLE, total: 5, returned: 5, truncated: true, period: { from: "2024-01", to: "2025-01" }, base: BASE, narrowed: false };

test.each([
  ["South Korea", "so ko", ["[So]", "uth", " ", "[Ko]", "rea"]],
  ["Côte d'Ivoire", "cote", ["[Côte]", " ", "d", "'", "Ivoire"]],
  ["<b>bold", "b", ["<", "[b]", ">", "[b]", "old"]],
  ["Norway", "", ["Norway"]],
])("of %s, %j is marked", (name, asked, expected) => {
  expect(parts(name, asked).map(({ text, hit }) => (hit ? `[${text}]` : text))).toEqual(expected);
});

test.each([
  ["KOR", "actor:KOR"],
  ["IGO-un_council", "actor:IGO-un_council"],
  ["---", `<${BASE}actor/--->`],
  ["x:<img>'s", `<${BASE}actor/x%3A%3Cimg%3E%27s>`],
])("the actor %s in SPARQL", (id, expected) => {
  expect(actor(id, BASE)).toBe(expected);
});

test("a query says what the view says", () => {
  const view = { ...START, actors: ["KOR"], quads: [3 as const], actions: ["ACCUSE", "agree-to-meet"], types: ["State"], sectors: ["GOV", ""], weight: 2, confidence: 0.5, hidden: ["PRK"] };
  const text = query(view, NETWORK, picture(SAMPLE, START, null));
  for (const part of ['?modality IN ("actual")', '?day >= "2024-01-01"^^xsd:date', "quad:3", "plover:ACCUSE", "relation/agree-to-meet>", "ww:State", '"GOV"', ">= 2", "?confidence >= 0.5", "NOT IN (actor:PRK)", "?source IN (actor:KOR)", "LIMIT 200"]) {
    expect(text).toContain(part);
  }
});

test("a picture that was put together by clicks is told by its relations", () => {
  const text = query({ ...START, expanded: ["KOR"] }, NETWORK, picture(SAMPLE, START, null));
  expect(text).toContain(`<${BASE}relation/KOR--accuse--PRK>`);
  expect(text).not.toContain("LIMIT");
});

test("the events of a text are a little graph", () => {
  const words = (id: string) => ({ id, name: id, type: "State", text: id, start: 0, end: 1 });
  const one = { source: words("A"), target: words("B"), relation: "meet", event: "CONSULT", quad: 1 as const, modality: "actual" as const, negated: false, date: null, attribution: null, sentence: words("s"), trigger: words("t"), rule: "r", confidence: 1 };
  const found = pictureOf([one, one, { ...one, target: null }]);
  expect(found.links).toMatchObject([{ source: "A", target: "B", weight: 2 }]);
  expect([...circle(["A", "B"]).keys()]).toEqual(["A", "B"]);
});
