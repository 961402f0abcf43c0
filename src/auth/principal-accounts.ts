import { LRUCache } from 'lru-cache';
import type { Principal } from '../domain/principal';
import type { Spending } from './spendings';

/** What one principal has spent, under all of its IDs. */
export interface Account {
  spendings: readonly Spending[];
}

/** A principal has up to three IDs. The least recently used IDs are evicted first. */
const ID_CACHE_OPTIONS = { maxSize: 60_000, sizeCalculation: () => 1 };

interface Entry extends Account {
  readonly keys: Set<string>;
}

/**
 * Keeps one account for each principal, found by any ID in the credentials. Credentials with two IDs merge the
 * accounts of both, so that signing in differently gives no second quota.
 */
export function createPrincipalAccounts(): (principal: Principal) => Account {
  const entries = new LRUCache<string, Entry>(ID_CACHE_OPTIONS);

  return (principal) => {
    const keys = keysOf(principal);
    const found = [...new Set(keys.flatMap((key) => entries.get(key) ?? []))];
    const [first, ...others] = found;
    const entry = first ?? { keys: new Set<string>(), spendings: [] };
    for (const other of others) entry.spendings = mergeSpendings(entry, other);
    const missing = keys.filter((key) => entries.get(key) !== entry);
    for (const key of [...missing, ...others.flatMap((other) => [...other.keys])]) {
      entry.keys.add(key);
      entries.set(key, entry);
    }
    return entry;
  };
}

function mergeSpendings(a: Account, b: Account): readonly Spending[] {
  return [...a.spendings, ...b.spendings].sort((one, other) => one.atMs - other.atMs);
}

function keysOf({ kind, name, ids }: Principal): string[] {
  if (ids.length === 0) return [JSON.stringify([kind, name])];
  return ids.map(({ idType, id }) => JSON.stringify([kind, idType, id]));
}
