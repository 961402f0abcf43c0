import type { ParametersRefused } from '../feishu/ports';
import type { KnownSemesters } from '../semesters/known-semesters';
import { createPoisonIdSearch, type PoisonIdSearch } from './poison-id-search';
import type { InFlightCall } from './in-flight-call';
import type { PendingUser } from './pending-user';
import type { PoisonIds } from './poison-id';
import type { Queue } from './queue';

export interface IsolationOptions {
  readonly queue: Queue;
  readonly poisonIds: PoisonIds;
  readonly semesters: KnownSemesters;
}

/** Finds the poison ID that makes Feishu refuse a call, so that the call's other users are still answered. */
export interface Isolation {
  /** Continues the search of an answered call, if the call is part of one. */
  noteAnswered(call: InFlightCall): void;
  /** Feishu refused the parameters of a call: queues its users again as part of a search. */
  isolate(call: InFlightCall, refusal: ParametersRefused): Promise<void>;
}

export function createIsolation({ queue, poisonIds, semesters }: IsolationOptions): Isolation {
  function createSearch({ scope, users }: InFlightCall): PoisonIdSearch {
    return createPoisonIdSearch({
      ids: idsOf(users),
      isTrusted: poisonIds.trustIn(scope),
      isCycleKnown: () => semesters.isKnown(scope.semesterId),
    });
  }

  /** The users of a search that are not in its current call. */
  function waitingIn(search: PoisonIdSearch | null): PendingUser[] {
    for (const batch of queue.searches) if (batch.search === search) return batch.users();
    return [];
  }

  function refusePoisonIds(
    { scope }: InFlightCall,
    found: readonly string[],
    users: readonly PendingUser[],
    refusal: ParametersRefused,
  ): void {
    for (const userId of found) {
      // If Feishu has never answered for the cycle, it may refuse the cycle and not the ID.
      if (semesters.isKnown(scope.semesterId)) poisonIds.notePoison(scope, userId, refusal);
      for (const user of users) if (user.userId === userId) queue.settle(user, refusal);
    }
  }

  return {
    noteAnswered(call) {
      const { search, users } = call;
      if (!search) return;
      const found = search.noteAnswered(idsOf(users));
      if (search.refusal) refusePoisonIds(call, found, waitingIn(search), search.refusal);
      queue.requeue([], search);
    },

    async isolate(call, refusal) {
      const { scope, users, spareUserIds } = call;
      if (spareUserIds.length > 0) {
        // The poison ID may be in a spare seat: retry the waiting users without the spare ones first.
        poisonIds.distrust(scope, spareUserIds);
        queue.requeue(users, createSearch(call));
        return;
      }
      if (await semesters.isToBlame(scope.semesterId, refusal)) {
        const blamed = semesters.refusalOf(scope.semesterId) ?? refusal;
        for (const user of [...users, ...waitingIn(call.search)]) queue.settle(user, blamed);
        return;
      }
      const search = call.search ?? createSearch(call);
      const found = search.noteRefused(idsOf(users), refusal);
      refusePoisonIds(call, found, users, refusal);
      const others = users.filter(({ userId }) => !found.includes(userId));
      queue.requeue(others, search);
    },
  };
}

function idsOf(users: readonly PendingUser[]): string[] {
  return users.map(({ userId }) => userId);
}
