import type { BatchScope } from './scope';

/** Port: chooses users to refresh in the seats that a call has left. No operation waits for them. */
export interface SpareSeats {
  /** @returns at most `seats` distinct users of the scope. A returned user is not returned again. */
  fillSpareSeats(scope: BatchScope, seats: number): readonly string[];
}
