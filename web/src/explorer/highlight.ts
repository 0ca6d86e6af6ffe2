/**
 * A text cut at marked places.
 *
 * The server counts code points of the document's text, JavaScript UTF-16 units of a string: a character beyond the
 * basic plane, such as an emoji, is one there and two here.
 */

export type Role = "source" | "trigger" | "target" | "cue";

export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly role: Role;
  readonly event?: number;
}

export interface Piece {
  readonly text: string;
  /** The marks that cover the piece; none for plain text. */
  readonly marks: readonly Mark[];
}

/**
 * The pieces of `text`, whose first character has the offset `start` in the document. Marks may overlap, and each piece
 * has all that cover it. What of a mark lies outside of the text is left out, and so is a mark of no length.
 */
export function pieces(text: string, start: number, marks: readonly Mark[]): Piece[] {
  const points = Array.from(text);
  const end = start + points.length;
  const within = marks
    .map((mark) => ({ mark, start: Math.max(mark.start, start), end: Math.min(mark.end, end) }))
    .filter((one) => one.start < one.end);
  const cuts = [...new Set([start, end, ...within.flatMap((one) => [one.start, one.end])])].sort((a, b) => a - b);
  const out: Piece[] = [];
  for (let place = 0; place + 1 < cuts.length; place++) {
    const [from, to] = [cuts[place]!, cuts[place + 1]!];
    const covering = within.filter((one) => one.start <= from && one.end >= to).map((one) => one.mark);
    out.push({ text: points.slice(from - start, to - start).join(""), marks: covering });
  }
  return out;
}
