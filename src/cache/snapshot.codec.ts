import { getOrCreate } from '../domain/collections';
import type { UserStageTasks } from '../domain/stage-task';
import { SHARED_CLOCK_TOLERANCE_MS, type SharedClock } from '../redis/shared-clock';
import type { Snapshot } from './snapshot-cache';
import { SNAPSHOT_VERSION, storedSnapshot } from './snapshot.schema';

/** Encodes an answer with its key and with the time of the shared clock. */
export type EncodeSnapshot = (key: string, snapshot: Snapshot) => string;

/** Encodes answers that are written together: what several of them share is encoded once. */
export function createEncoder({ aheadMs }: Pick<SharedClock, 'aheadMs'>): EncodeSnapshot {
  const texts = new Map<object | null, string>();
  const shared = (part: object | null) => getOrCreate(texts, part, () => JSON.stringify(part));
  const encodeTasks = ({ userId, counts, stageTasks }: UserStageTasks) =>
    `{"userId":${JSON.stringify(userId)},"counts":${shared(counts)},"stageTasks":[${stageTasks.map(shared).join()}]}`;

  return (key, { stageTasks, semester, fetchedAtMs, askedAtMs }) => {
    const times = {
      fetchedAtMs: fetchedAtMs - aheadMs,
      ...(askedAtMs !== undefined && { askedAtMs: askedAtMs - aheadMs }),
    };
    const own = { version: SNAPSHOT_VERSION, key, ...times };
    const tasks = stageTasks ? encodeTasks(stageTasks) : 'null';
    return `${JSON.stringify(own).slice(0, -1)},"stageTasks":${tasks},"semester":${shared(semester)}}`;
  };
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
  const askedAtMs = data.askedAtMs === undefined ? undefined : data.askedAtMs + aheadMs;
  return { stageTasks, semester, fetchedAtMs: Math.min(nowMs, writtenAtMs), askedAtMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
