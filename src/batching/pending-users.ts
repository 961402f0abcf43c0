import type { InFlightCall } from './in-flight-call';
import { createPendingUser, type PendingUser } from './pending-user';

/** One user of one scope. */
export type UserRef = Pick<PendingUser, 'scope' | 'userId' | 'key'>;

/** All users that operations wait for, each once, until their call is answered. */
export interface PendingUsers {
  /** @returns the pending user that an operation can join, or a new one */
  findOrCreate(ref: UserRef): PendingUser;
  readonly has: (key: string) => boolean;
  /** The in-flight call that includes the user. */
  callOf(user: PendingUser): InFlightCall | undefined;
  setCall(user: PendingUser, call: InFlightCall): void;
  clearCall(user: PendingUser): void;
  forget(user: PendingUser): void;
}

export function createPendingUsers(): PendingUsers {
  const users = new Map<string, PendingUser>();
  const calls = new Map<PendingUser, InFlightCall>();

  return {
    findOrCreate({ scope, userId, key }) {
      const known = users.get(key);
      // An aborted call has no answer for an operation that joins now.
      if (known && (calls.get(known)?.isOpen ?? true)) return known;
      const user = createPendingUser(scope, userId, key);
      users.set(key, user);
      return user;
    },
    has: (key) => users.has(key),
    callOf: (user) => calls.get(user),
    setCall(user, call) {
      calls.set(user, call);
      users.set(user.key, user);
    },
    clearCall(user) {
      calls.delete(user);
    },
    forget(user) {
      calls.delete(user);
      if (users.get(user.key) === user) users.delete(user.key);
    },
  };
}
