import type { Secret } from './secret';
import type { UserKey } from './user';
import type { UserSet } from './user-set';

/**
 * `all`: the tasks of any user. `listed`: those of the principal's own IDs and of its reports. `self`: those of its
 * own IDs only.
 */
export type Policy = 'all' | 'listed' | 'self';

/** The authenticated identity of a request, and what it may read. */
export interface Principal {
  readonly kind: 'anonymous' | 'service' | 'user';
  /** For the audit log and the rate limit. Contains no token and no plain user ID. */
  readonly name: string;
  readonly policy: Policy;
  /** The principal's own IDs, of every known type; empty if the principal is not a person. */
  readonly ids: readonly UserKey[];
  /** The company whose data the principal reads, as Feishu names it; `null`: the only tenant of a custom app. */
  readonly tenantKey: string | null;
  /** The users whom policy `listed` adds, as the credentials list them. */
  readonly reports?: UserSet;
  /** The user access token of Feishu that the request was authenticated with, if any. */
  readonly accessToken?: Secret;
  /** When the credentials have to be verified again, on the monotonic clock; absent: they do not expire. */
  readonly validUntilMs?: number;
}

/** No credentials, let in by configuration. */
export const ANONYMOUS: Principal = {
  kind: 'anonymous',
  name: 'client',
  policy: 'all',
  ids: [],
  tenantKey: null,
};

/** Not authenticated: may see the start page, but read no tasks. */
export const UNAUTHENTICATED: Principal = {
  kind: 'anonymous',
  name: 'unauthenticated',
  policy: 'self',
  ids: [],
  tenantKey: null,
};
