import type { Snapshot } from './snapshot-cache';

/** Between this process's monotonic clock and the one that all replicas share. */
export interface SharedClock {
  readonly nowMs: number;
  /** How far the monotonic clock is ahead of the shared one. */
  readonly aheadMs: number;
}

/** Which of a snapshot's values are times: JSON has only texts for them. */
const TIMES: ReadonlySet<string> = new Set(['deadline', 'startTime', 'endTime']);

/** What is stored carries the time of the shared clock. */
export function encodeSnapshot(
  snapshot: Snapshot,
  { aheadMs }: Pick<SharedClock, 'aheadMs'>,
): string {
  return JSON.stringify({ ...snapshot, fetchedAtMs: snapshot.fetchedAtMs - aheadMs });
}

export interface DecodedSnapshot {
  readonly snapshot: Snapshot;
  /** The shared clock was set back since it was written, so that its age is not known. */
  readonly isFromFuture: boolean;
}

/** More than two readings of the shared clock differ by. */
const NO_STEP_MS = 1_000;

/** `undefined` for what is not there, or was not written here. */
export function decodeSnapshot(
  text: string | null | undefined,
  { nowMs, aheadMs }: SharedClock,
): DecodedSnapshot | undefined {
  if (!text) return undefined;
  try {
    const value = JSON.parse(text, reviveTime) as Partial<Snapshot> | null;
    if (typeof value?.fetchedAtMs !== 'number') return undefined;
    const writtenAtMs = value.fetchedAtMs + aheadMs;
    // No answer is younger than now.
    const snapshot = { ...(value as Snapshot), fetchedAtMs: Math.min(nowMs, writtenAtMs) };
    return { snapshot, isFromFuture: writtenAtMs > nowMs + NO_STEP_MS };
  } catch {
    return undefined;
  }
}

function reviveTime(key: string, value: unknown): unknown {
  return TIMES.has(key) && typeof value === 'string' ? new Date(value) : value;
}
