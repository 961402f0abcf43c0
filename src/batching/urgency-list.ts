/** Items sorted by urgency; items of equal urgency in the order of their arrival. */
export interface UrgencyList<T> extends Iterable<T> {
  readonly size: number;
  /**
   * Adds the item, or moves it to its new place.
   * @param urgency the lower, the earlier in the list
   */
  set(item: T, urgency: number): void;
  delete(item: T): void;
  first(): T | undefined;
  /** @returns the first `count` items, or all */
  slice(count?: number): T[];
}

interface Entry<T> {
  readonly item: T;
  readonly urgency: number;
  readonly arrival: number;
  isRemoved: boolean;
}

/** Removed entries are swept when they outnumber the live ones by this many. */
const SWEEP_MARGIN = 64;

/**
 * A sorted array. Most items are added at the end and removed from the start, so few entries are moved.
 * A removed entry is only marked, and swept later together with others.
 */
export function createUrgencyList<T>(): UrgencyList<T> {
  let sorted: Entry<T>[] = [];
  const entries = new Map<T, Entry<T>>();
  /** All entries before this index are removed. */
  let head = 0;
  let arrivals = 0;

  function insert(entry: Entry<T>): void {
    const last = sorted.at(-1);
    if (!last || compare(last, entry) < 0) sorted.push(entry);
    else sorted.splice(positionIn(sorted, entry, head), 0, entry);
    entries.set(entry.item, entry);
  }

  function sweep(): void {
    while (head < sorted.length && sorted[head]?.isRemoved) head += 1;
    if (sorted.length - entries.size < SWEEP_MARGIN + entries.size) return;
    sorted = sorted.filter(({ isRemoved }) => !isRemoved);
    head = 0;
  }

  function* items(): Generator<T> {
    for (let i = head; i < sorted.length; i += 1) {
      const entry = sorted[i];
      if (entry && !entry.isRemoved) yield entry.item;
    }
  }

  return {
    get size() {
      return entries.size;
    },

    set(item, urgency) {
      const entry = entries.get(item);
      if (entry?.urgency === urgency) return;
      if (entry) entry.isRemoved = true;
      arrivals += 1;
      insert({ item, urgency, arrival: arrivals, isRemoved: false });
      sweep();
    },

    delete(item) {
      const entry = entries.get(item);
      if (!entry) return;
      entry.isRemoved = true;
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

/** The index at which the entry belongs, by binary search. */
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
