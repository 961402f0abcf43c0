import { SHARED_CLOCK_TOLERANCE_MS, type SharedClock } from '../redis/shared-clock';
import type { Snapshot } from './snapshot-cache';
import { SNAPSHOT_VERSION, storedSnapshot } from './snapshot.schema';

/** What is stored carries the time of the shared clock, and says whose it is. */
export function encodeSnapshot(
  key: string,
  snapshot: Snapshot,
  { aheadMs }: Pick<SharedClock, 'aheadMs'>,
): string {
  const fetchedAtMs = snapshot.fetchedAtMs - aheadMs;
  return JSON.stringify({ ...snapshot, version: SNAPSHOT_VERSION, key, fetchedAtMs });
}

/**
 * `undefined` for what is not an answer of this user in this scope, or is from the future: the shared clock
 * was set back since, so that the age of the answer is not known.
 */
export function decodeSnapshot(
  key: string,
  text: string,
  { nowMs, aheadMs }: SharedClock,
): Snapshot | undefined {
  const { success, data } = storedSnapshot.safeParse(parseJson(text));
  if (!success || data.key !== key) return undefined;
  const writtenAtMs = data.fetchedAtMs + aheadMs;
  if (writtenAtMs > nowMs + SHARED_CLOCK_TOLERANCE_MS) return undefined;
  const { stageTasks, semester } = data;
  return { stageTasks, semester, fetchedAtMs: Math.min(nowMs, writtenAtMs) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
