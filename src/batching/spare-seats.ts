import type { BatchScope } from './scope';

/** Port: chooses users to refresh in the seats that a call has left. No operation waits for them. */
export interface SpareSeats {
  /**
   * @param isPending whether a user waits or is in flight anyway, and needs no seat
   * @returns at most `seats` distinct users of the scope, none of them pending. A returned user is not returned again.
   */
  fillSpareSeats(
    scope: BatchScope,
    seats: number,
    isPending: (userId: string) => boolean,
  ): readonly string[];
}
