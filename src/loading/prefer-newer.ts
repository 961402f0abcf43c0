import type { Snapshot } from '../cache/snapshot-cache';
import { GatewayError, type ErrorCode } from '../domain/errors';
import { toError } from '../domain/to-error';
import type { KnownUser } from './answer-cache';

/** How long an old answer waits for a newer one: two calls of a busy gateway. */
export const OLD_NULL_WAIT_MS = 6_000;

/** Failures that say nothing of the user: what was known before is as true as it was. */
const NO_NEWS: ReadonlySet<ErrorCode> = new Set([
  'RATE_LIMITED',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_QUOTA_EXHAUSTED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

/**
 * The newer answer; the old one where the newer one takes too long or says nothing of the user.
 * @param longEnough resolves when the old answer has waited long enough
 */
export async function preferNewer(
  answer: Promise<Snapshot | undefined>,
  lastResort: KnownUser | undefined,
  longEnough: () => Promise<void>,
): Promise<KnownUser | Error> {
  const newer = answer.then(
    (snapshot) =>
      snapshot
        ? { ...snapshot, remembered: false, stale: false }
        : new Error('a user that was asked for has no answer'),
    (error: unknown) =>
      lastResort && error instanceof GatewayError && NO_NEWS.has(error.code)
        ? lastResort
        : toError(error),
  );
  if (!lastResort) return newer;
  const waited = longEnough().catch(() => undefined);
  return Promise.race([newer, waited.then(() => lastResort)]);
}
