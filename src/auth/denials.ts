import { getOrCreate } from '../domain/collections';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import type { UserKey } from '../domain/user';
import { pseudonymOf } from './digest';
import { nameOf, type PrincipalName } from './person';

/**
 * `not-own`: the user is another person. `not-listed`: the user is another person, and none of the principal's
 * reports. `no-user-token`: `UPSTREAM_IDENTITY=caller`, and the principal has no Feishu token. `not-everyone`: the
 * principal asked for everyone in a cycle. `no-app-token`: it did so with `UPSTREAM_IDENTITY=caller`.
 */
export type DenialReason =
  'not-own' | 'not-listed' | 'no-user-token' | 'not-everyone' | 'no-app-token';

/** One log line: the users that one operation was denied for one reason. */
export interface DenialRecord {
  readonly principal: PrincipalName;
  readonly reason: DenialReason;
  /** Denied loads. */
  readonly denied: number;
  /** Pseudonyms of the first `MAX_NAMED` users. */
  readonly users: readonly string[];
}

const MESSAGES: Readonly<Record<DenialReason, string>> = {
  'not-own': 'This principal may not read the tasks of this user.',
  'not-listed':
    'This principal may read its own tasks and those of the users that its credentials list; they do not list this user.',
  'no-user-token':
    'credentials: expected a Feishu user access token, got other credentials or none: this gateway asks Feishu ' +
    "with each principal's own token",
  'not-everyone': 'This principal may not read the tasks of everyone in a cycle.',
  'no-app-token':
    "allUserStageTasks: expected a gateway that asks Feishu as the app, got one that asks with each principal's own " +
    'token, which cannot list users: ask for users by their IDs',
};

const MAX_NAMED = 10;

/** Collects the denials of one operation. */
export interface Denials {
  /**
   * @param user `null` if the principal asked for everyone in a cycle
   * @returns the error for the client; the same object for each reason, since there may be thousands of loads
   */
  note(user: UserKey | null, reason: DenialReason): GatewayError;
  records(): DenialRecord[];
}

interface DenialCount {
  readonly error: GatewayError;
  denied: number;
  readonly users: Set<string>;
}

export function createDenials(principal: Principal): Denials {
  const byReason = new Map<DenialReason, DenialCount>();
  return {
    note(user, reason) {
      const noted = getOrCreate(byReason, reason, () => ({
        error: new GatewayError('FORBIDDEN', MESSAGES[reason]),
        denied: 0,
        users: new Set(),
      }));
      noted.denied += 1;
      if (user && noted.users.size < MAX_NAMED) noted.users.add(pseudonymOf(user));
      return noted.error;
    },
    records: () =>
      [...byReason].map(([reason, { denied, users }]) => ({
        principal: nameOf(principal),
        reason,
        denied,
        users: [...users],
      })),
  };
}
