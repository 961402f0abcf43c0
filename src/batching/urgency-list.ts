/** Items in the order of their urgency; those of equal urgency in the order in which they came. */
export interface UrgencyList<T> extends Iterable<T> {
  readonly size: number;
  /**
   * Adds the item, or moves it to where it belongs now.
   * @param urgency the lower, the earlier in the list
   */
  set(item: T, urgency: number): void;
  delete(item: T): void;
  first(): T | undefined;
  /** The first `count` ones, or all. */
  slice(count?: number): T[];
}

interface Entry<T> {
  readonly item: T;
  readonly urgency: number;
  readonly arrival: number;
  isGone: boolean;
}

/** Removed entries stay until they outnumber the live ones by this many. */
const GONE_AT_LEAST = 64;

/**
 * A sorted array: most items come as the last ones and leave as the first ones, so that hardly any have to
 * be moved. An entry that leaves stays in its place, and is swept up later together with others.
 */
export function createUrgencyList<T>(): UrgencyList<T> {
  let sorted: Entry<T>[] = [];
  const entries = new Map<T, Entry<T>>();
  /** All before are gone. */
  let head = 0;
  let arrivals = 0;

  function insert(entry: Entry<T>): void {
    const last = sorted.at(-1);
    if (!last || compare(last, entry) < 0) sorted.push(entry);
    else sorted.splice(positionIn(sorted, entry, head), 0, entry);
    entries.set(entry.item, entry);
  }

  function sweep(): void {
    while (head < sorted.length && sorted[head]?.isGone) head += 1;
    if (sorted.length - entries.size < GONE_AT_LEAST + entries.size) return;
    sorted = sorted.filter(({ isGone }) => !isGone);
    head = 0;
  }

  function* items(): Generator<T> {
    for (let i = head; i < sorted.length; i += 1) {
      const entry = sorted[i];
      if (entry && !entry.isGone) yield entry.item;
    }
  }

  return {
    get size() {
      return entries.size;
    },

    set(item, urgency) {
      const entry = entries.get(item);
      if (entry?.urgency === urgency) return;
      if (entry) entry.isGone = true;
      arrivals += 1;
      insert({ item, urgency, arrival: arrivals, isGone: false });
      sweep();
    },

    delete(item) {
      const entry = entries.get(item);
      if (!entry) return;
      entry.isGone = true;
      entries.delete(item);
      sweep();
    },

    [Symbol.iterator]: items,
    first: () => sorted[head]?.item,
    slice: (count = Infinity) => firstOf(items(), count),
  };
}

function firstOf<T>(items: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length >= count) break;
    first.push(item);
  }
  return first;
}

function compare<T>(a: Entry<T>, b: Entry<T>): number {
  return a.urgency - b.urgency || a.arrival - b.arrival;
}

/** How many entries of the array come before this one. */
function positionIn<T>(sorted: readonly Entry<T>[], entry: Entry<T>, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = sorted[middle];
    if (other && compare(other, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
