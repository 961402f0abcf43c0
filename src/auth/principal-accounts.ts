import { LRUCache } from 'lru-cache';
import type { Principal } from '../domain/principal';
import type { Spending } from './spendings';

/** What one principal has spent, by whichever of its IDs it signed in. */
export interface Account {
  spendings: readonly Spending[];
}

/** A person has up to three IDs. The IDs not used for longest are forgotten first. */
const MOST_IDS = { maxSize: 60_000, sizeCalculation: () => 1 };

interface Entry extends Account {
  readonly keys: Set<string>;
}

/**
 * One account for each principal. A person is found by any ID that the credentials state; credentials that
 * state two IDs join what was spent under either of them.
 */
export function createPrincipalAccounts(): (principal: Principal) => Account {
  const entries = new LRUCache<string, Entry>(MOST_IDS);

  return (principal) => {
    const keys = keysOf(principal);
    const found = [...new Set(keys.flatMap((key) => entries.get(key) ?? []))];
    const [first, ...others] = found;
    const entry = first ?? { keys: new Set<string>(), spendings: [] };
    for (const other of others) entry.spendings = joined(entry, other);
    const missing = keys.filter((key) => entries.get(key) !== entry);
    for (const key of [...missing, ...others.flatMap((other) => [...other.keys])]) {
      entry.keys.add(key);
      entries.set(key, entry);
    }
    return entry;
  };
}

function joined(a: Account, b: Account): readonly Spending[] {
  return [...a.spendings, ...b.spendings].sort((one, other) => one.atMs - other.atMs);
}

function keysOf({ kind, name, ids }: Principal): string[] {
  if (ids.length === 0) return [JSON.stringify([kind, name])];
  return ids.map(({ idType, id }) => JSON.stringify([kind, idType, id]));
}
