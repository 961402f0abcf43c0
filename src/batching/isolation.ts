import type { ParametersRefused } from '../feishu/ports';
import type { KnownSemesters } from '../semesters/known-semesters';
import { createBadIdSearch, type BadIdSearch } from './bad-id-search';
import type { InFlightCall } from './in-flight-call';
import type { PendingUser } from './pending-user';
import type { PoisonIds } from './poison-id';
import type { Queue } from './queue';

export interface IsolationOptions {
  readonly queue: Queue;
  readonly poisonIds: PoisonIds;
  readonly semesters: KnownSemesters;
}

/** One bad ID is enough for Feishu to refuse a call: it fails no other user of that call. */
export interface Isolation {
  /** A call that is part of a search was answered. */
  noteAnswered(call: InFlightCall): void;
  /** Feishu refused the parameters of a call: its users wait again, as parts of a search. */
  isolate(call: InFlightCall, refusal: ParametersRefused): Promise<void>;
}

export function createIsolation({ queue, poisonIds, semesters }: IsolationOptions): Isolation {
  function createSearch({ scope, users }: InFlightCall): BadIdSearch {
    return createBadIdSearch({
      ids: idsOf(users),
      isTrusted: poisonIds.trustIn(scope),
      isCycleKnown: () => semesters.isKnown(scope.semesterId),
    });
  }

  /** The other users of a search, which wait in its batch. */
  function waitingIn(search: BadIdSearch | null): PendingUser[] {
    for (const batch of queue.searches) if (batch.search === search) return batch.users();
    return [];
  }

  function refuseBadIds(
    { scope }: InFlightCall,
    badIds: readonly string[],
    users: readonly PendingUser[],
    refusal: ParametersRefused,
  ): void {
    for (const userId of badIds) {
      // In a cycle that Feishu has never answered about, the cycle may be what is wrong.
      if (semesters.isKnown(scope.semesterId)) poisonIds.noteBad(scope, userId, refusal);
      for (const user of users) if (user.userId === userId) queue.settle(user, refusal);
    }
  }

  return {
    noteAnswered(call) {
      const { search, users } = call;
      if (!search) return;
      const badIds = search.noteAnswered(idsOf(users));
      if (search.refusal) refuseBadIds(call, badIds, waitingIn(search), search.refusal);
      queue.putBack([], search);
    },

    async isolate(call, refusal) {
      const { scope, users, spareUserIds } = call;
      if (spareUserIds.length > 0) {
        // It may be one of those in spare seats; the others are not suspected before they are asked alone.
        poisonIds.distrust(scope, spareUserIds);
        queue.putBack(users, createSearch(call));
        return;
      }
      if (await semesters.isToBlame(scope.semesterId, refusal)) {
        const blamed = semesters.refusalOf(scope.semesterId) ?? refusal;
        for (const user of [...users, ...waitingIn(call.search)]) queue.settle(user, blamed);
        return;
      }
      const search = call.search ?? createSearch(call);
      const badIds = search.noteRefused(idsOf(users), refusal);
      refuseBadIds(call, badIds, users, refusal);
      const others = users.filter(({ userId }) => !badIds.includes(userId));
      queue.putBack(others, search);
    },
  };
}

function idsOf(users: readonly PendingUser[]): string[] {
  return users.map(({ userId }) => userId);
}
