import type { PoisonIdSearch } from './poison-id-search';
import type { Batch } from './batch';
import { createPendingUser, type PendingUser } from './pending-user';
import { userKey, type BatchScope } from './scope';
import type { SpareSeats } from './spare-seats';

export interface PlannedCall {
  readonly scope: BatchScope;
  /** Distinct, at most as many as a call has seats. */
  readonly users: readonly PendingUser[];
  /** Those of the users that no operation waits for. */
  readonly spareUserIds: readonly string[];
  readonly search: PoisonIdSearch | null;
}

/**
 * What the next call of a batch asks for, decided when it leaves: only then is it known which users wait
 * and how many seats are free. The most urgent users have the first seats.
 * @param isPending whether a user waits elsewhere, or is asked for already
 */
export function planCall(
  batch: Batch,
  spareSeats: SpareSeats,
  isPending: (key: string) => boolean,
): PlannedCall {
  const { scope, seats, search } = batch;
  if (search) return { scope, users: partOf(batch, search), spareUserIds: [], search };
  const waiting = batch.users(seats);
  const spare = pickSpareUsers(batch, seats - waiting.length, spareSeats, isPending);
  const spareUserIds = spare.map(({ userId }) => userId);
  return { scope, users: [...waiting, ...spare], spareUserIds, search };
}

function partOf(batch: Batch, search: PoisonIdSearch): PendingUser[] {
  const byId = new Map(batch.users().map((user) => [user.userId, user]));
  return search.nextPart(new Set(byId.keys())).flatMap((userId) => byId.get(userId) ?? []);
}

function pickSpareUsers(
  { scope }: Batch,
  freeSeats: number,
  spareSeats: SpareSeats,
  isPending: (key: string) => boolean,
): PendingUser[] {
  if (freeSeats <= 0) return [];
  return spareSeats
    .fillSpareSeats(scope, freeSeats)
    .map((userId) => createPendingUser(scope, userId, userKey(scope, userId)))
    .filter(({ key }) => !isPending(key));
}
