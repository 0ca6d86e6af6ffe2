import { describe, expect, it } from "vitest";

import { actorName, actorSuggestions, actorWords, suggestions, typedAt, variablesOf } from "../../src/workbench/completion";
import type { Vocabulary } from "../../src/workbench/vocabulary";

const REL = "https://w3id.org/whowhom/relation/";
const PREFIXES = { ww: "https://w3id.org/whowhom/ontology#", rel: REL, actor: "https://w3id.org/whowhom/id/actor/" };
const action = (name: string, events: number) => ({ action: name, iri: REL + name, plover: "REQUEST", quad: 3 as const, events });
const term = (name: string, label: string) => ({ name, iri: name, kind: "property" as const, label, comment: `About ${label}.` });
const VOCABULARY: Vocabulary = {
  prefixes: PREFIXES,
  terms: [term("ww:source", "source"), term("ww:startDate", "start date"), term("ww:target", "target"), term("rdf:type", "type")],
  actions: [action("urge", 5), action("pressure", 3), action("call-pressure", 1)],
  values: { "ww:modality": ["actual", "planned"] },
};

describe("what is typed", () => {
  it.each([
    ["a variable", "SELECT ?so", { kind: "variable", from: 7, text: "so" }],
    ["the start of a variable", "SELECT ?", { kind: "variable", from: 7, text: "" }],
    ["a name", "{ ?s ww:sou", { kind: "name", from: 5, prefix: "ww", text: "sou" }],
    ["a prefix alone", "?s rel:", { kind: "name", from: 3, prefix: "rel", text: "" }],
    ["a name in a path", "^ww:source/ww:t", { kind: "name", from: 11, prefix: "ww", text: "t" }],
    ["an actor with percent signs", "(actor:FRA-%C3%A9", { kind: "name", from: 1, prefix: "actor", text: "FRA-%C3%A9" }],
    ["a value", '?e ww:modality "pl', { kind: "value", from: 16, property: "ww:modality", text: "pl" }],
    ["a word", "?s norw", { kind: "word", from: 3, text: "norw" }],
    ["a word of another alphabet", "?s Україн", { kind: "word", from: 3, text: "Україн" }],
    ["a name behind an IRI", "<http://example.org/#x> ww:t", { kind: "name", from: 24, prefix: "ww", text: "t" }],
    ["a name behind a comparison", "FILTER(?a < ww:t", { kind: "name", from: 12, prefix: "ww", text: "t" }],
  ])("is %s", (_, before, typed) => {
    expect(typedAt(before)).toEqual(typed);
  });

  it.each([
    ["in a comment", "?s # ww:sou"],
    ["in a string", '?s rdfs:label "Nor'],
    ["in an IRI", "?s <http://exa"],
    ["behind a space", "?s "],
    ["in a number", "LIMIT 1"],
  ])("is nothing %s", (_, before) => {
    const typed = typedAt(before);
    expect(typed === null ? [] : suggestions(typed, VOCABULARY, before)).toEqual([]);
  });
});

describe("suggestions", () => {
  const inserted = (before: string, query = before): string[] => {
    const typed = typedAt(before);
    return typed === null ? [] : suggestions(typed, VOCABULARY, query).map(({ insert }) => insert);
  };

  it.each([
    ["terms by their name", "?e ww:s", ["ww:source", "ww:startDate"]],
    ["terms by a word of their label", "?e ww:date", ["ww:startDate"]],
    ["actions, those with most events first", "?s rel:", ["rel:urge", "rel:pressure", "rel:call-pressure"]],
    ["actions by their beginning, then by a word", "?s rel:press", ["rel:pressure", "rel:call-pressure"]],
    ["terms and actions by a word", "?s targ", ["ww:target"]],
    ["values with their quote", '?e ww:modality "p', ['planned"']],
    ["nothing for a prefix that is not known", "?s foo:b", []],
  ])("are %s", (_, before, names) => {
    expect(inserted(before)).toEqual(names);
  });

  it("are the variables of the query, but not the one that is typed", () => {
    expect(inserted("?t", "SELECT ?target ?text { ?t")).toEqual(["?target", "?text"]);
    expect(variablesOf("SELECT ?t { ?s ?p ?t }", "t")).toEqual(["p", "s", "t"]);
  });
});

describe("actors", () => {
  it.each([
    ["by the name of a prefixed name", "?s actor:south_ko", "south ko"],
    ["by a word", "?s norw", "norw"],
    ["not for terms", "?s ww:norw", null],
    ["not for variables", "?norw", null],
    ["not for nothing", "?s actor:", null],
    ["decoded", "actor:%C3%A9", "é"],
    ["as they are where no code is meant", "actor:100%C3", "100%C3"],
  ])("are asked for %s", (_, before, words) => {
    const typed = typedAt(before);
    expect(typed && actorWords(typed)).toBe(words);
  });

  it.each([
    ["a plain id", "IGO-united-nations", "actor:IGO-united-nations"],
    ["an id with other letters", "KOR:a'b", "actor:KOR%3Aa%27b"],
    ["an id that no prefixed name can hold", "---", "<https://w3id.org/whowhom/id/actor/--->"],
    ["an id that ends in a dot", "x.", "<https://w3id.org/whowhom/id/actor/x.>"],
  ])("are written as a query needs them: %s", (_, id, written) => {
    expect(actorName(id, PREFIXES)).toBe(written);
  });

  it("are shown with their names", () => {
    const hit = { id: "NOR", label: "<b>Norway</b>", actor_type: "State", events: 8 };
    expect(actorSuggestions([hit], PREFIXES)).toEqual([{ insert: "actor:NOR", label: "actor:NOR", note: "<b>Norway</b>" }]);
  });
});
