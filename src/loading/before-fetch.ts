import { scopeKey, type BatchScope } from '../batching/scope';
import type { Policy } from '../domain/principal';
import type { KnownSemesters } from '../semesters/known-semesters';
import type { LoaderLife } from './loader-operation';

/**
 * Runs before an operation fetches users that are not in the cache. It may wait.
 * @returns a function to call when the users are answered
 * @throws GatewayError if the operation may not fetch them
 */
export type BeforeFetch = (scope: BatchScope, users: number) => Promise<() => void>;

export interface BeforeFetchOptions {
  readonly policy: Policy;
  readonly cycles: Pick<KnownSemesters, 'check'>;
  /** The principal quota. */
  readonly quota: { enter(scope: string, users: number): Promise<() => void> };
  readonly life: Pick<LoaderLife, 'signal'>;
}

/**
 * Checks the cycle, then enters the principal quota, so that an invalid cycle ID costs a person no quota. The
 * check reads the list of cycles, which has its own quota at Feishu. It is skipped with user access tokens,
 * which cannot read that list, and for services, which are trusted to send valid IDs.
 */
export function createBeforeFetch(options: BeforeFetchOptions): BeforeFetch {
  const { policy, cycles, quota } = options;
  return async (scope, users) => {
    const isChecked = policy !== 'all' && scope.identity.kind === 'app';
    if (isChecked) await cycles.check(scope.semesterId, options.life.signal);
    return quota.enter(scopeKey(scope), users);
  };
}
