import { createCountedWarnings } from '../observability/counted-warnings';
import type { Logger } from '../observability/logger';

/** Which value in Redis is invalid: a cached answer, a message of a channel, or a record of the ledger. */
export type RejectedKind = 'answer' | 'message' | 'ledger';

/** @param count how many values, 1 by default */
export type OnRejected = (kind: RejectedKind, count?: number) => void;

/** Counts all invalid values, and logs each kind at most once a minute. */
export function createRejections(
  log: Logger,
  nowMs: () => number,
  count: (kind: RejectedKind, count: number) => void,
): OnRejected {
  const warn = createCountedWarnings({
    log,
    nowMs,
    message: 'redis values rejected',
  });
  return (kind, rejected = 1) => {
    if (rejected === 0) return;
    count(kind, rejected);
    warn(kind, rejected);
  };
}
