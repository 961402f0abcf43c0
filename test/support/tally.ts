/** How often each word occurs. */
export type Tally = Readonly<Record<string, number>>;

export function tallyOf(words: readonly string[]): Tally {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** The tally without one word, as text: `none`, or e.g. `3 ECONNRESET, 1 HTTP 503`. */
export function allBut(word: string, tally: Tally): string {
  const others = Object.entries(tally).filter(([other]) => other !== word);
  return others.map(([other, count]) => `${count} ${other}`).join(', ') || 'none';
}
