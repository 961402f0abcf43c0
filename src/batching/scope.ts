import { hash } from 'node:crypto';
import { filterKey, type StageTaskFilter } from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';

/** Everything that users must have in common to share a call. */
export interface BatchScope {
  readonly identity: UpstreamIdentity;
  readonly semesterId: string;
  readonly idType: UserIdType;
  /** The filter that is sent to Feishu. The filter of a view is applied later. */
  readonly filter: StageTaskFilter;
}

/**
 * Two scopes have the same key exactly if they are equal. If an argument were left out, users that differ
 * in it would share a call, and one of them would silently get wrong data. A key contains no token.
 */
export function scopeKey(scope: BatchScope & { readonly [KEY]?: string }): string {
  const known = scope[KEY];
  if (known !== undefined) return known;
  const { identity, semesterId, idType, filter } = scope;
  const key = JSON.stringify([identityKey(identity), semesterId, idType, filterKey(filter)]);
  Object.defineProperty(scope, KEY, { value: key });
  return key;
}

/**
 * Memoized, because a load needs the key of its scope once for each user. V8 keeps the keys of a weak map that has
 * become old until the next major garbage collection, so the memo is a hidden property instead.
 */
const KEY = Symbol('key');

/** The key of one user of one scope. */
export function userKey(scope: BatchScope, userId: string): string {
  return userKeysIn(scope)(userId);
}

/** As `userKey`, for many users of one scope. The user comes first, so that all keys of a user share a prefix. */
export function userKeysIn(scope: BatchScope): (userId: string) => string {
  const rest = KEY_SEPARATOR + scopeKey(scope);
  return (userId) => scope.idType + JSON.stringify(userId) + rest;
}

/** The part of a user key that is the same for a user in every cycle, filter and identity. */
export function userOfKey(key: string): string {
  return key.slice(0, key.indexOf(KEY_SEPARATOR));
}

/** JSON on one line does not contain a line break. */
const KEY_SEPARATOR = '\n';

/** Different identities never share a call or a cached answer, so each has its own key. */
export function identityKey(identity: UpstreamIdentity): string {
  if (identity.kind === 'app') return 'app';
  return `user ${hash('sha256', identity.accessToken.reveal(), 'hex')}`;
}
