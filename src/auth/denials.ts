import { getOrCreate } from '../domain/collections';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import type { UserKey } from '../domain/user';
import { pseudonymOf } from './digest';

/** `not-own`: another person's tasks. `no-user-token`: Feishu is asked with the principal's own token, and it has none. */
export type DenialReason = 'not-own' | 'no-user-token';

/** All users that one operation was denied, as one log line. */
export interface DenialRecord {
  readonly principal: Pick<Principal, 'kind' | 'name'>;
  readonly reason: DenialReason;
  readonly denied: number;
  /** The first few of them, by pseudonym. */
  readonly users: readonly string[];
}

const MESSAGES: Readonly<Record<DenialReason, string>> = {
  'not-own': 'This principal may not read the tasks of this user.',
  'no-user-token':
    'This gateway asks Feishu with the token of the principal: expected a user access token of Feishu, ' +
    'got other credentials.',
};

const MOST_NAMED = 10;

/** Collects the denials of one operation. */
export interface Denials {
  /** @returns what the client reads of it: one error for all loads, since there may be thousands */
  note(user: UserKey, reason: DenialReason): GatewayError;
  records(): DenialRecord[];
}

interface Noted {
  readonly error: GatewayError;
  denied: number;
  readonly users: Set<string>;
}

export function createDenials({ kind, name }: Principal): Denials {
  const byReason = new Map<DenialReason, Noted>();
  return {
    note(user, reason) {
      const noted = getOrCreate(byReason, reason, () => ({
        error: new GatewayError('FORBIDDEN', MESSAGES[reason]),
        denied: 0,
        users: new Set(),
      }));
      noted.denied += 1;
      if (noted.users.size < MOST_NAMED) noted.users.add(pseudonymOf(user));
      return noted.error;
    },
    records: () =>
      [...byReason].map(([reason, { denied, users }]) => ({
        principal: { kind, name },
        reason,
        denied,
        users: [...users],
      })),
  };
}
