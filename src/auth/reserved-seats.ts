import { addTo } from '../domain/collections';
import { MAX_USERS_PER_CALL } from '../feishu/ports';

/** Users that wait for calls, and the calls that they need: users of one scope share them. */
export interface ReservedSeats {
  /** That all reserved users need. */
  readonly calls: () => number;
  /** How many calls these users would add. */
  callsAdded(scope: string, users: number): number;
  /** @param users negative to free seats */
  reserve(scope: string, users: number): void;
}

export function createReservedSeats(): ReservedSeats {
  const usersByScope = new Map<string, number>();
  let calls = 0;

  function callsAdded(scope: string, users: number): number {
    const present = usersByScope.get(scope) ?? 0;
    return callsFor(present + users) - callsFor(present);
  }

  return {
    calls: () => calls,
    callsAdded,
    reserve(scope, users) {
      calls += callsAdded(scope, users);
      addTo(usersByScope, scope, users);
    },
  };
}

export function callsFor(users: number): number {
  return Math.ceil(users / MAX_USERS_PER_CALL);
}
