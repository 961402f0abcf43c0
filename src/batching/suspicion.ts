/** Ranks the IDs of a refused call by how likely they are poison IDs, from what Feishu has said about them. */
export interface Suspicion {
  /** Feishu's refusal names these IDs. */
  noteNamed(ids: readonly string[]): void;
  /** If Feishu answers an ID that it has named, its names are ignored from then on. */
  noteAnswered(ids: readonly string[]): void;
  isNamed(id: string): boolean;
  /** @returns the IDs, the most suspicious first */
  sort(ids: readonly string[]): string[];
  /** @returns the next part to try; at least one of the IDs is a poison ID */
  choose(sorted: readonly string[]): string[];
}

export function createSuspicion(isTrusted: (id: string) => boolean): Suspicion {
  let named: ReadonlySet<string> | null = new Set();

  /** 0: Feishu has named the ID; 1: nothing is known; 2: Feishu has answered it before. */
  function trustIn(id: string): number {
    if (named?.has(id)) return 0;
    return isTrusted(id) ? 2 : 1;
  }

  return {
    noteNamed(ids) {
      if (named) named = new Set([...named, ...ids]);
    },
    noteAnswered(ids) {
      if (ids.some((id) => named?.has(id))) named = null;
    },
    isNamed: (id) => named?.has(id) ?? false,
    sort: (ids) => [...ids].sort((a, b) => trustIn(a) - trustIn(b)),

    choose(sorted) {
      const [first = ''] = sorted;
      const half = Math.ceil(sorted.length / 2);
      // If most IDs are trusted, one call probably clears all of them, which is better than halving.
      const trusted = sorted.filter((id) => trustIn(id) === 2);
      if (trusted.length > half && trusted.length < sorted.length) return trusted;
      return sorted.filter((id) => trustIn(id) === trustIn(first)).slice(0, half);
    },
  };
}
