import type { Snapshot } from './snapshot-cache';

/** Which of a snapshot's values are times: JSON has only texts for them. */
const TIMES: ReadonlySet<string> = new Set(['deadline', 'startTime', 'endTime']);

export function encodeSnapshot(snapshot: Snapshot): string {
  return JSON.stringify(snapshot);
}

/** `undefined` for what is not there, or was not written here. */
export function decodeSnapshot(text: string | null | undefined): Snapshot | undefined {
  if (!text) return undefined;
  try {
    const value = JSON.parse(text, reviveTime) as Partial<Snapshot> | null;
    return typeof value?.fetchedAtMs === 'number' ? (value as Snapshot) : undefined;
  } catch {
    return undefined;
  }
}

function reviveTime(key: string, value: unknown): unknown {
  return TIMES.has(key) && typeof value === 'string' ? new Date(value) : value;
}
