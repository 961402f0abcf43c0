import type { Secret } from './secret';
import type { UserKey } from './user';

/** `all`: the tasks of any user. `self`: those of the principal's own IDs only. */
export type Policy = 'all' | 'self';

/** Who is authenticated, and what that grants. */
export interface Principal {
  readonly kind: 'anonymous' | 'service' | 'user';
  /** For the audit and the rate limit: never a token, and never a user's ID as it is. */
  readonly name: string;
  readonly policy: Policy;
  /** The principal's own IDs, of every type that is known; none where it is no person. */
  readonly ids: readonly UserKey[];
  /** The principal's own token at Feishu, where it came with one. */
  readonly accessToken?: Secret;
}

/** No credentials, let in by configuration. */
export const ANONYMOUS: Principal = {
  kind: 'anonymous',
  name: 'client',
  policy: 'all',
  ids: [],
};

/** Not authenticated: may see the start page, and reads no tasks. */
export const UNAUTHENTICATED: Principal = {
  kind: 'anonymous',
  name: 'unauthenticated',
  policy: 'self',
  ids: [],
};
