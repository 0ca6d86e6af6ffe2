/** The event record of the API, as far as the page shows it. */

import type { Quad } from "../palette";
import type { Mark } from "./highlight";
import type { Modality } from "./view";

interface Words {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface ActorWords extends Words {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

export interface EventRecord {
  readonly id?: string;
  readonly source: ActorWords | null;
  readonly target: ActorWords | null;
  readonly relation: string;
  readonly event: string;
  readonly quad: Quad;
  readonly modality: Modality;
  readonly negated: boolean;
  readonly date: { readonly start: string; readonly end: string; readonly granularity: string } | null;
  readonly attribution: { readonly actor: ActorWords | null; readonly cue: string } | null;
  readonly sentence: Words;
  readonly trigger: Words;
  readonly rule: string;
  readonly confidence: number;
  readonly mentions?: number;
  readonly document?: {
    readonly id: string;
    readonly title: string | null;
    readonly date: string | null;
    readonly publisher: string | null;
    readonly url: string | null;
  };
}

/** The places in the document that an event was read from. */
export function marksOf(event: EventRecord, number?: number): Mark[] {
  const mark = (words: Words | null | undefined, role: Mark["role"]): Mark[] =>
    words ? [{ start: words.start, end: words.end, role, ...(number === undefined ? {} : { event: number }) }] : [];
  return [...mark(event.source, "source"), ...mark(event.trigger, "trigger"), ...mark(event.target, "target")];
}
