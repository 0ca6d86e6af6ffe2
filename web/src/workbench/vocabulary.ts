/** The names that a query can use, as the server gives them, and the actors that it finds. */

import type { Prefixes } from "./terms";

export interface QueryName {
  readonly name: string;
  readonly iri: string;
  readonly kind: "class" | "property" | "concept";
  readonly label: string;
  readonly comment: string;
  readonly domain?: string;
  readonly range?: string;
}

export interface Action {
  readonly action: string;
  readonly iri: string;
  readonly plover: string;
  readonly quad: 1 | 2 | 3 | 4;
  readonly events: number;
}

export interface Vocabulary {
  readonly prefixes: Prefixes;
  readonly terms: readonly QueryName[];
  readonly actions: readonly Action[];
  readonly values: Readonly<Record<string, readonly string[]>>;
}

export interface ActorHit {
  readonly id: string;
  readonly label: string;
  readonly actor_type: string;
  readonly events: number;
  readonly matched?: string;
}

export interface Example {
  readonly name: string;
  readonly title: string;
  readonly explanation: string;
  readonly query: string;
}

export const EMPTY: Vocabulary = { prefixes: {}, terms: [], actions: [], values: {} };

export async function vocabulary(): Promise<Vocabulary> {
  return get<Vocabulary>("/api/v1/vocabulary");
}

export async function examples(): Promise<readonly Example[]> {
  return (await get<{ examples: readonly Example[] }>("/api/v1/examples")).examples;
}

/** Actors by the beginnings of the words of their names. */
export async function actors(words: string, limit: number): Promise<readonly ActorHit[]> {
  const asked = new URLSearchParams({ q: words, limit: String(limit) });
  return (await get<{ actors: readonly ActorHit[] }>(`/api/v1/actors?${asked}`)).actors;
}

/** The actor of that id, null where there is none. */
export async function actor(id: string): Promise<ActorHit | null> {
  const response = await fetch(`/api/v1/actors?${new URLSearchParams({ q: id, limit: "1" })}`);
  if (!response.ok) return null;
  const found = ((await response.json()) as { actors: readonly ActorHit[] }).actors[0];
  return found?.id === id ? found : null;
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}
