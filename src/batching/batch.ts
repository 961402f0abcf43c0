import { MAX_USERS_PER_CALL } from '../feishu/ports';
import type { PoisonIdSearch } from './poison-id-search';
import type { PendingUser } from './pending-user';
import type { BatchScope } from './scope';
import { createUrgencyList } from './urgency-list';

/** The users of one scope that wait for a call. Users can join until the call is sent. */
export interface Batch {
  readonly scope: BatchScope;
  /** The most users that one call of this scope can take. */
  readonly seats: number;
  /** The poison-ID search that these users are part of. No other user joins such a batch. */
  readonly search: PoisonIdSearch | null;
  /** The number of users that clients wait for, without background refreshes. */
  readonly waitingUsers: number;
  readonly isEmpty: boolean;
  /** The number of calls that answer `waitingUsers`; for a search, at most 1: only its next call counts. */
  readonly calls: number;
  /** Whether only background refreshes wait. */
  readonly isBackground: boolean;
  /** Whether a user of the next call is refreshed without spacing. */
  isPrompt(): boolean;
  /** Whether the next call has no free seat left for other users. */
  readonly isFull: boolean;
  /** Adds a user, or moves it after its waiters have changed. */
  set(user: PendingUser): void;
  remove(user: PendingUser): void;
  /** When the call of the most urgent user must be sent. */
  sendByMs(): number;
  /** The sort key among all batches: the lower, the more urgent. */
  urgency(): number;
  /** Whether no user of the next call needs the reserve of the quota. */
  leavesReserve(): boolean;
  /** The most urgent user first, background refreshes last. */
  users(count?: number): PendingUser[];
}

/** Longer than any operation takes, so that background refreshes come after all operations. */
const BACKGROUND_PENALTY_MS = 3_600_000;

export function createBatch(scope: BatchScope, search: PoisonIdSearch | null = null): Batch {
  // With a user access token, Feishu answers for that user only, so such users cannot share a call. (fact 3)
  const seats = scope.identity.kind === 'user' ? 1 : MAX_USERS_PER_CALL;
  const list = createUrgencyList<PendingUser>();
  const waiting = new Set<PendingUser>();

  return {
    scope,
    seats,
    search,
    get waitingUsers() {
      return waiting.size;
    },
    get isEmpty() {
      return list.size === 0;
    },
    get calls() {
      return search ? Math.min(1, waiting.size) : Math.ceil(waiting.size / seats);
    },
    get isBackground() {
      return waiting.size === 0;
    },
    get isFull() {
      return search !== null || waiting.size >= seats;
    },
    set(user) {
      const background = user.isBackground();
      list.set(user, user.sendByMs() + (background ? BACKGROUND_PENALTY_MS : 0));
      if (background) waiting.delete(user);
      else waiting.add(user);
    },
    remove(user) {
      list.delete(user);
      waiting.delete(user);
    },
    sendByMs: () => list.first()?.sendByMs() ?? Infinity,
    urgency: () => (list.first()?.sendByMs() ?? 0) + (waiting.size > 0 ? 0 : BACKGROUND_PENALTY_MS),
    isPrompt: () => list.slice(seats).some((user) => user.isPrompt()),
    leavesReserve: () => list.slice(seats).every((user) => user.leavesReserve()),
    users: (count) => list.slice(count),
  };
}
