import { createHash } from 'node:crypto';
import { filterKey, type StageTaskFilter } from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';

/** All that two users must have in common to be asked for in one call. */
export interface BatchScope {
  readonly identity: UpstreamIdentity;
  readonly semesterId: string;
  readonly idType: UserIdType;
  /** What Feishu is asked with, which is not what a view is narrowed to. */
  readonly filter: StageTaskFilter;
}

/**
 * Two scopes have the same key exactly if they are the same. An argument left out here would merge
 * users that differ in it, and give one of them silently wrong data. No token stands in a key.
 */
export function scopeKey(scope: BatchScope): string {
  const known = keys.get(scope);
  if (known !== undefined) return known;
  const { identity, semesterId, idType, filter } = scope;
  const key = JSON.stringify([identityKey(identity), semesterId, idType, filterKey(filter)]);
  keys.set(scope, key);
  return key;
}

/** Each user of a load has the same scope, whose key is needed for each of them. */
const keys = new WeakMap<BatchScope, string>();

/** One user of a scope. */
export function userKey(scope: BatchScope, userId: string): string {
  return userKeysIn(scope)(userId);
}

/** For many users of one scope. The user comes first, so that all keys of a user begin alike. */
export function userKeysIn(scope: BatchScope): (userId: string) => string {
  const rest = KEY_SEPARATOR + scopeKey(scope);
  return (userId) => scope.idType + JSON.stringify(userId) + rest;
}

/** The user of a user key, in whatever cycle, filter and identity. */
export function userOfKey(key: string): string {
  return key.slice(0, key.indexOf(KEY_SEPARATOR));
}

/** JSON on one line does not contain it. */
const KEY_SEPARATOR = '\n';

/** App and users never share anything, and neither do two users. */
export function identityKey(identity: UpstreamIdentity): string {
  if (identity.kind === 'app') return 'app';
  return `user ${createHash('sha256').update(identity.accessToken.reveal()).digest('hex')}`;
}
