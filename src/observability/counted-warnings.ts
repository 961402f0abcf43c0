import type { Logger } from './logger';

export interface CountedWarningsOptions {
  readonly log: Logger;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** What is counted: a noun and a past participle, such as `redis values rejected`. */
  readonly message: string;
}

/** A kind is logged again after this time, so that a flood does not fill the log. */
const LOG_EVERY_MS = 60_000;

/** Returns a function that counts by kind, and logs each kind at most once a minute, with its count since then. */
export function createCountedWarnings({
  log,
  nowMs,
  message,
}: CountedWarningsOptions): (kind: string, count?: number) => void {
  const byKind = new Map<string, { rejected: number; quietUntilMs: number }>();
  return (kind, count = 1) => {
    const noted = byKind.get(kind) ?? { rejected: 0, quietUntilMs: -Infinity };
    byKind.set(kind, noted);
    noted.rejected += count;
    if (nowMs() < noted.quietUntilMs) return;
    log.warn({ kind, rejected: noted.rejected }, message);
    noted.rejected = 0;
    noted.quietUntilMs = nowMs() + LOG_EVERY_MS;
  };
}
