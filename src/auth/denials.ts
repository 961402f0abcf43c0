import type { Principal } from '../domain/principal';
import type { UserKey } from '../domain/user';
import { pseudonymOf } from './digest';

/** `not-own`: another person's tasks. `no-user-token`: asked in the caller's name, who has no token. */
export type DenialReason = 'not-own' | 'no-user-token';

/** Everybody whom one operation was not let read, as one log line. */
export interface DenialRecord {
  readonly caller: Pick<Principal, 'kind' | 'name'>;
  readonly reason: DenialReason;
  readonly denied: number;
  /** The first few of them, by pseudonym. */
  readonly users: readonly string[];
}

const MOST_NAMED = 10;

/** Collects the denials of one operation. */
export interface Denials {
  note(user: UserKey, reason: DenialReason): void;
  records(): DenialRecord[];
}

export function createDenials({ kind, name }: Principal): Denials {
  const byReason = new Map<DenialReason, { denied: number; users: Set<string> }>();
  return {
    note(user, reason) {
      const noted = byReason.get(reason) ?? { denied: 0, users: new Set() };
      noted.denied += 1;
      if (noted.users.size < MOST_NAMED) noted.users.add(pseudonymOf(user));
      byReason.set(reason, noted);
    },
    records: () =>
      [...byReason].map(([reason, { denied, users }]) => ({
        caller: { kind, name },
        reason,
        denied,
        users: [...users],
      })),
  };
}
