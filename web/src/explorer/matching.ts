/** Which parts of a name were asked for: the beginnings of its words, whatever their case and accents. */

export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

export function parts(name: string, asked: string): Part[] {
  const wanted = asked.split(/\s+/).filter(Boolean).map(folded);
  const out: Part[] = [];
  for (const word of name.split(/(?<=[^\p{L}\p{N}\p{M}])|(?=[^\p{L}\p{N}\p{M}])/u)) {
    const hit = wanted.map((beginning) => lengthOf(word, beginning)).reduce((a, b) => Math.max(a, b), 0);
    if (hit > 0) out.push({ text: word.slice(0, hit), hit: true });
    if (hit < word.length) out.push({ text: word.slice(hit), hit: false });
  }
  return out;
}

/** How many characters of `word` its beginning takes, 0 where it does not begin so. */
function lengthOf(word: string, beginning: string): number {
  if (!folded(word).startsWith(beginning)) return 0;
  let length = 0;
  while (length < word.length && folded(word.slice(0, length)).length < beginning.length) length++;
  return length;
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
