import { createTtlCache } from '../ttl-cache';

/** Port: which events were received before. */
export interface SeenEvents {
  /** Resolves with whether this is the first time that the event is noted. Never rejects. */
  note(eventId: string): Promise<boolean>;
}

/** Feishu repeats an event for a little more than 7 hours. */
export const SEEN_MS = 8 * 3_600_000;
const MAX_EVENTS = 50_000;

/** The events that this process has received. @param nowMs monotonic */
export function createSeenEvents(nowMs: () => number): SeenEvents {
  const seen = createTtlCache<true>({ maxEntries: MAX_EVENTS, ttlMs: SEEN_MS, nowMs });
  return {
    note(eventId) {
      const isFirst = !seen.has(eventId);
      if (isFirst) seen.set(eventId, true);
      return Promise.resolve(isFirst);
    },
  };
}
