import type { Logger } from '../observability/logger';

/** Which value in Redis is invalid: a cached answer, a message of a channel, or a record of the ledger. */
export type RejectedKind = 'answer' | 'message' | 'ledger';

/** @param count how many values, 1 by default */
export type OnRejected = (kind: RejectedKind, count?: number) => void;

const LOG_EVERY_MS = 60_000;

/** Counts all invalid values, and logs each kind at most once a minute. */
export function createRejections(
  log: Logger,
  nowMs: () => number,
  count: (kind: RejectedKind, count: number) => void,
): OnRejected {
  const byKind = new Map<RejectedKind, { rejected: number; quietUntilMs: number }>();
  return (kind, rejected = 1) => {
    if (rejected === 0) return;
    count(kind, rejected);
    const noted = byKind.get(kind) ?? { rejected: 0, quietUntilMs: -Infinity };
    byKind.set(kind, noted);
    noted.rejected += rejected;
    if (nowMs() < noted.quietUntilMs) return;
    log.warn({ kind, rejected: noted.rejected }, 'redis values rejected');
    noted.rejected = 0;
    noted.quietUntilMs = nowMs() + LOG_EVERY_MS;
  };
}
