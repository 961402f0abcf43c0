import type { SnapshotCache } from './snapshot-cache';

/** Used with lifetimes of 0 and 0, so that no personal data stays in memory. */
export const NOOP_CACHE: SnapshotCache = {
  recall: () => undefined,
  getMany: (keys) => Promise.resolve(keys.map(() => undefined)),
  setMany: () => Promise.resolve(),
};
