import type { Secret } from './secret';
import type { UserKey } from './user';

/** `all`: the tasks of any user. `self`: those of the caller's own IDs, and of nobody else. */
export type Policy = 'all' | 'self';

/** Who is asking, and what that grants. */
export interface Principal {
  readonly kind: 'anonymous' | 'service' | 'user';
  /** For the audit and the rate limit: never a token, and never a user's ID as it is. */
  readonly name: string;
  readonly policy: Policy;
  /** The caller's own IDs, of every type that is known; none where the caller is no person. */
  readonly ids: readonly UserKey[];
  /** The caller's own at Feishu, where that is what it came with. */
  readonly accessToken?: Secret;
}

/** Whoever brings no credentials where none are asked for. */
export const ANYBODY: Principal = { kind: 'anonymous', name: 'anybody', policy: 'all', ids: [] };

/** May look at the page for newcomers, and reads nobody. */
export const NOBODY: Principal = { kind: 'anonymous', name: 'nobody', policy: 'self', ids: [] };
