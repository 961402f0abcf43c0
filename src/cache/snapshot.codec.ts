import { SHARED_CLOCK_TOLERANCE_MS, type SharedClock } from '../redis/shared-clock';
import type { Snapshot } from './snapshot-cache';
import { SNAPSHOT_VERSION, storedSnapshot } from './snapshot.schema';

/** Encodes an answer with its key and with the time of the shared clock. */
export function encodeSnapshot(
  key: string,
  snapshot: Snapshot,
  { aheadMs }: Pick<SharedClock, 'aheadMs'>,
): string {
  const fetchedAtMs = snapshot.fetchedAtMs - aheadMs;
  return JSON.stringify({ ...snapshot, version: SNAPSHOT_VERSION, key, fetchedAtMs });
}

/**
 * Decodes an answer; `undefined` if it is invalid, has another key, or is from the future. In the last case the
 * shared clock was set back since, so the age of the answer is unknown.
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
