import { createHash } from 'node:crypto';
import { filterKey, type StageTaskFilter } from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';

/** All that two users must have in common to be asked for in one call, but for the filter. */
export interface BatchScope {
  readonly identity: UpstreamIdentity;
  readonly semesterId: string;
  readonly idType: UserIdType;
}

/**
 * Two scopes have the same key exactly if they are the same. An argument left out here would merge
 * questions that differ in it, and give somebody silently wrong data. No token stands in a key.
 */
export function scopeKey({ identity, semesterId, idType }: BatchScope): string {
  return JSON.stringify([identityKey(identity), semesterId, idType]);
}

/** One user, or one operation's users, under one filter. */
export function viewKey(scope: BatchScope, filter: StageTaskFilter, userId?: string): string {
  return JSON.stringify([scopeKey(scope), filterKey(filter), userId ?? null]);
}

/** App and users never share anything, and neither do two users. */
function identityKey(identity: UpstreamIdentity): string {
  if (identity.kind === 'app') return 'app';
  return `user ${createHash('sha256').update(identity.accessToken.reveal()).digest('hex')}`;
}
