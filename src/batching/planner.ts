import type { PoisonIdSearch } from './poison-id-search';
import type { Batch } from './batch';
import { createPendingUser, type PendingUser } from './pending-user';
import { userKey, type BatchScope } from './scope';
import type { SpareSeats } from './spare-seats';

export interface PlannedCall {
  readonly scope: BatchScope;
  /** Distinct users, at most as many as a call has seats. */
  readonly users: readonly PendingUser[];
  /** The users among them that no operation waits for (refresh-ahead). */
  readonly spareUserIds: readonly string[];
  readonly search: PoisonIdSearch | null;
}

/**
 * Chooses the users of a batch's next call. The call is planned when it is sent, because only then is it
 * known which users wait and how many seats are free. The most urgent users get the first seats.
 * @param isPending whether a user already waits or is part of an in-flight call
 */
export function planCall(
  batch: Batch,
  spareSeats: SpareSeats,
  isPending: (key: string) => boolean,
): PlannedCall {
  const { scope, seats, search } = batch;
  if (search) return { scope, users: searchPart(batch, search), spareUserIds: [], search };
  const waiting = batch.users(seats);
  const spare = pickSpareUsers(batch, seats - waiting.length, spareSeats, isPending);
  const spareUserIds = spare.map(({ userId }) => userId);
  return { scope, users: [...waiting, ...spare], spareUserIds, search };
}

function searchPart(batch: Batch, search: PoisonIdSearch): PendingUser[] {
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
    .fillSpareSeats(scope, freeSeats, (userId) => isPending(userKey(scope, userId)))
    .map((userId) => createPendingUser(scope, userId, userKey(scope, userId)));
}
