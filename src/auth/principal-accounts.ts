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
    const found = keys.map((key) => entries.get(key));
    const [known] = found;
    if (known && found.every((entry) => entry === known)) return known;
    const [first, ...others] = new Set(found.filter((entry) => entry !== undefined));
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
  // An ID and a name can contain any character, so they come last.
  if (ids.length === 0) return [`${kind} name ${name}`];
  return ids.map(({ idType, id }) => `${kind} ${idType} ${id}`);
}
