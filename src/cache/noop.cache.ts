import type { SnapshotCache } from './snapshot-cache';

/** With lifetimes of 0 and 0 no tasks are kept, not even where nothing reads them. */
export const NOOP_CACHE: SnapshotCache = {
  getMany: (keys) => Promise.resolve(keys.map(() => undefined)),
  setMany: () => Promise.resolve(),
};
