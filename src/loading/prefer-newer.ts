import type { Snapshot } from '../cache/snapshot-cache';
import { GatewayError, type ErrorCode } from '../domain/errors';
import { toError } from '../domain/to-error';
import type { KnownUser } from './answer-cache';

/** How long to wait for a newer answer before the old one is returned: about two call spacings of the default quota. */
export const OLD_NULL_WAIT_MS = 6_000;

/** Failures that say nothing about the user, so that the old answer is still valid. */
const NO_NEWS: ReadonlySet<ErrorCode> = new Set([
  'RATE_LIMITED',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_QUOTA_EXHAUSTED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

/**
 * Returns the newer answer, or the old one if the newer one takes too long or fails for a reason that says
 * nothing about the user.
 * @param maxWait resolves when the newer answer takes too long
 * @param isOutdated whether Feishu has reported a change while the newer answer was being fetched
 */
export function preferNewer(
  answer: Promise<Snapshot | undefined>,
  lastResort: KnownUser | undefined,
  maxWait: () => Promise<void>,
  isOutdated: (snapshot: Snapshot) => boolean = () => false,
): Promise<KnownUser | Error> {
  const newer = answer.then(
    (snapshot) =>
      snapshot
        ? fetchedUser(snapshot, isOutdated(snapshot))
        : new Error('answers: expected one for each fetched user, got fewer'),
    (error: unknown) =>
      lastResort && error instanceof GatewayError && NO_NEWS.has(error.code)
        ? lastResort
        : toError(error),
  );
  if (!lastResort) return newer;
  const waited = maxWait().catch(() => undefined);
  return Promise.race([newer, waited.then(() => lastResort)]);
}

/** Spread into a new object with more properties, a snapshot would take V8 several times as long. */
function fetchedUser({ stageTasks, semester, fetchedAtMs }: Snapshot, stale: boolean): KnownUser {
  return { stageTasks, semester, fetchedAtMs, fromCache: false, stale };
}
