/** How suspicious the IDs of a refused call are, by what Feishu has said of them. */
export interface Suspicion {
  /** Feishu blames these. */
  noteNamed(ids: readonly string[]): void;
  /** Named IDs that are answered show that the names mean nothing here. */
  noteAnswered(ids: readonly string[]): void;
  isNamed(id: string): boolean;
  /** The most suspicious first. */
  sort(ids: readonly string[]): string[];
  /** What to ask for next of IDs of which one at least is bad. */
  choose(sorted: readonly string[]): string[];
}

export function createSuspicion(isTrusted: (id: string) => boolean): Suspicion {
  let named: ReadonlySet<string> | null = new Set();

  /** 0: Feishu blames the ID; 1: nothing is known of it; 2: Feishu has answered it before. */
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
      // So many good users at once are worth a call.
      const trusted = sorted.filter((id) => trustIn(id) === 2);
      if (trusted.length > half && trusted.length < sorted.length) return trusted;
      return sorted.filter((id) => trustIn(id) === trustIn(first)).slice(0, half);
    },
  };
}
