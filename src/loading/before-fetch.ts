import { scopeKey, type BatchScope } from '../batching/scope';
import type { Policy } from '../domain/principal';
import type { KnownSemesters } from '../semesters/known-semesters';

/**
 * What an operation passes before Feishu is asked for users that are not remembered. It may wait.
 * @returns to be called when the users are answered
 * @throws GatewayError
 */
export type BeforeFetch = (scope: BatchScope, users: number) => Promise<() => void>;

export interface BeforeFetchOptions {
  readonly policy: Policy;
  readonly cycles: Pick<KnownSemesters, 'check'>;
  /** The principal's share of the quota. */
  readonly quota: { enter(scope: string, users: number): Promise<() => void> };
  readonly signal: AbortSignal;
}

/**
 * A made-up cycle costs a person nothing: it is refused by the list of cycles, which has a quota of its own.
 * In the name of a user that list cannot be asked for, and services are trusted to name real cycles.
 */
export function createBeforeFetch(options: BeforeFetchOptions): BeforeFetch {
  const { policy, cycles, quota, signal } = options;
  return async (scope, users) => {
    const isChecked = policy === 'self' && scope.identity.kind === 'app';
    if (isChecked) await cycles.check(scope.semesterId, signal);
    return quota.enter(scopeKey(scope), users);
  };
}
