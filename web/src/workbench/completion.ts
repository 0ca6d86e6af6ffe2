/** What can stand at the cursor: variables of the query, terms, actions and actors of the store, values. */

import { TEXTS } from "../texts";
import { type Prefixes, shorten } from "./terms";
import type { Action, ActorHit, QueryName, Vocabulary } from "./vocabulary";

export const MOST = 30;

/** What is being typed: `text` begins at the column `from` of its line. */
export type Typed =
  | { readonly kind: "variable"; readonly from: number; readonly text: string }
  | { readonly kind: "name"; readonly from: number; readonly prefix: string; readonly text: string }
  | { readonly kind: "value"; readonly from: number; readonly property: string; readonly text: string }
  | { readonly kind: "word"; readonly from: number; readonly text: string };

export interface Suggestion {
  readonly insert: string;
  readonly label: string;
  readonly note: string;
}

const VALUE = /([A-Za-z][\w-]*:[\w-]+)\s+"([^"]*)$/;
const VARIABLE = /[?$](\w*)$/;
const NAME = /(?:^|[^\w:?$<"'@-])([A-Za-z][\w-]*):((?:[\p{L}\p{N}_.-]|%[0-9A-Fa-f]{2})*)$/u;
const WORD = /(?:^|[^\w:?$<"'@-])([\p{L}][\p{L}\p{N}_-]*)$/u;

/** What is being typed at the end of `before`, a line up to the cursor; null in comments and IRIs. */
export function typedAt(before: string): Typed | null {
  const value = VALUE.exec(before);
  if (value !== null) {
    const [, property = "", text = ""] = value;
    return { kind: "value", from: before.length - text.length, property, text };
  }
  if (isClosedToNames(before)) return null;
  const variable = VARIABLE.exec(before);
  if (variable !== null) return { kind: "variable", from: variable.index, text: variable[1] ?? "" };
  const name = NAME.exec(before);
  if (name !== null) {
    const [, prefix = "", text = ""] = name;
    return { kind: "name", from: before.length - text.length - prefix.length - 1, prefix, text };
  }
  const word = WORD.exec(before)?.[1];
  return word === undefined ? null : { kind: "word", from: before.length - word.length, text: word };
}

/** Whether the end of a line is within a comment, a string or an IRI. */
function isClosedToNames(before: string): boolean {
  const open = before.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>/g, "");
  return /["'#]|<[^<>\s]+$/.test(open);
}

/** The variables of a query but the one that is being typed, each once, in the order of the alphabet. */
export function variablesOf(query: string, typed: string): string[] {
  const found = new Map<string, number>();
  for (const [, name = ""] of query.matchAll(/[?$](\w+)/g)) found.set(name, (found.get(name) ?? 0) + 1);
  if (found.get(typed) === 1) found.delete(typed);
  return [...found.keys()].sort();
}

/** What the vocabulary and the query have for what is typed, the best first; actors are asked of the server. */
export function suggestions(typed: Typed, vocabulary: Vocabulary, query: string): Suggestion[] {
  switch (typed.kind) {
    case "variable":
      return variablesOf(query, typed.text)
        .filter((name) => name.startsWith(typed.text))
        .map((name) => ({ insert: `?${name}`, label: `?${name}`, note: "" }));
    case "value":
      return (vocabulary.values[typed.property] ?? [])
        .filter((value) => value.startsWith(typed.text))
        .map((value) => ({ insert: `${value}"`, label: value, note: "" }));
    case "name":
      return typed.prefix === "actor" ? [] : first(typed.text, inPrefix(typed.prefix, vocabulary));
    case "word":
      return first(typed.text, [...vocabulary.actions.map(asAction(vocabulary)), ...vocabulary.terms.map(asTerm)]);
  }
}

/** The words by which the server is asked for actors; null where no actor is meant. */
export function actorWords(typed: Typed): string | null {
  if (typed.text === "" || typed.kind === "variable" || typed.kind === "value") return null;
  return typed.kind === "word" || typed.prefix === "actor" ? decoded(typed.text).replaceAll(/[_-]/g, " ") : null;
}

export function actorSuggestions(hits: readonly ActorHit[], prefixes: Prefixes): Suggestion[] {
  return hits.map((hit) => ({
    insert: actorName(hit.id, prefixes),
    label: `actor:${hit.id}`,
    note: hit.label,
  }));
}

/** An actor as it is written in a query. */
export function actorName(id: string, prefixes: Prefixes): string {
  return shorten((prefixes["actor"] ?? "") + encoded(id), prefixes);
}

/** As the server's IRIs have it: all but letters, digits and `_.-~` in percent signs. */
function encoded(id: string): string {
  return encodeURIComponent(id).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

interface Candidate extends Suggestion {
  readonly words: string;
}

function inPrefix(prefix: string, vocabulary: Vocabulary): Candidate[] {
  if (prefix === "rel") return vocabulary.actions.map(asAction(vocabulary));
  return vocabulary.terms.filter((term) => term.name.startsWith(`${prefix}:`)).map(asTerm);
}

function asAction(vocabulary: Vocabulary): (action: Action) => Candidate {
  return ({ action, iri, plover, events }) => {
    const name = shorten(iri, vocabulary.prefixes);
    return { insert: name, label: name, note: `${plover}, ${TEXTS.workbench.editor.events(events)}`, words: action };
  };
}

function asTerm({ name, label, comment }: QueryName): Candidate {
  return { insert: name, label: name, note: comment === "" ? label : comment, words: label };
}

/** Those whose name begins as typed, then those of which a word begins so. */
function first(text: string, candidates: readonly Candidate[]): Suggestion[] {
  const typed = text.toLowerCase();
  const rank = ({ label, words }: Candidate): number => {
    if (label.slice(label.indexOf(":") + 1).toLowerCase().startsWith(typed)) return 0;
    return words.toLowerCase().split(/[\s-]+/).some((word) => word.startsWith(typed)) ? 1 : 2;
  };
  const ranked = candidates.map((candidate) => ({ candidate, place: rank(candidate) })).filter(({ place }) => place < 2);
  ranked.sort((a, b) => a.place - b.place);
  return ranked.slice(0, MOST).map(({ candidate: { insert, label, note } }) => ({ insert, label, note }));
}
