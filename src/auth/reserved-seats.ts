import { addTo } from '../domain/collections';
import { MAX_USERS_PER_CALL } from '../feishu/ports';

/** Counts the users who wait for calls, and the calls that they need. Users of one scope share calls. */
export interface ReservedSeats {
  /** How many calls all reserved users need. */
  readonly calls: () => number;
  /** How many more calls these users would need. */
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
