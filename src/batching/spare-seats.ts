import type { BatchScope } from './scope';

/** Port: which users may be asked for in the seats that a call has left, although no operation waits for them. */
export interface SpareSeats {
  /** At most `seats` distinct users of the scope. A user that is returned once is not returned again. */
  fillSpareSeats(scope: BatchScope, seats: number): readonly string[];
}
