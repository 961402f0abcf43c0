import { MAX_USERS_PER_CALL } from '../feishu/ports';
import type { PoisonIdSearch } from './poison-id-search';
import type { PendingUser } from './pending-user';
import type { BatchScope } from './scope';
import { createUrgencyList } from './urgency-list';

/** The users of one scope that wait for a call. It stays open until its call leaves. */
export interface Batch {
  readonly scope: BatchScope;
  /** Users that one call of this scope takes. */
  readonly seats: number;
  /** The search for a poison ID that these users are part of; no other user joins them. */
  readonly search: PoisonIdSearch | null;
  /** Users that operations wait for, background refreshes not counted. */
  readonly waitingUsers: number;
  readonly isEmpty: boolean;
  /** Calls that it takes to answer all users that operations wait for; of a search, the next one. */
  readonly calls: number;
  /** Only background refreshes wait. */
  readonly isBackground: boolean;
  /** Whether the next call would leave without a free seat that others may still take. */
  readonly isFull: boolean;
  /** Adds a user, or moves it when an operation has come or gone that waits for it. */
  set(user: PendingUser): void;
  remove(user: PendingUser): void;
  /** When the call of the most urgent user must have left. */
  leaveByMs(): number;
  /** Its place among all batches: the lower, the earlier. */
  urgency(): number;
  /** Whether the next call is for services only, whose full calls leave a reserve of the quota to others. */
  leavesReserve(): boolean;
  /** In the order of their urgency, background refreshes last. */
  users(count?: number): PendingUser[];
}

/** More than any operation's time, so that background refreshes are behind all operations. */
const BACKGROUND_PENALTY_MS = 3_600_000;

export function createBatch(scope: BatchScope, search: PoisonIdSearch | null = null): Batch {
  // A user may only ask for itself, so that under a user's identity no users can be merged. (fact 3)
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
      list.set(user, user.leaveByMs() + (background ? BACKGROUND_PENALTY_MS : 0));
      if (background) waiting.delete(user);
      else waiting.add(user);
    },
    remove(user) {
      list.delete(user);
      waiting.delete(user);
    },
    leaveByMs: () => list.first()?.leaveByMs() ?? Infinity,
    urgency: () =>
      (list.first()?.leaveByMs() ?? 0) + (waiting.size > 0 ? 0 : BACKGROUND_PENALTY_MS),
    leavesReserve: () => list.slice(seats).every((user) => user.leavesReserve()),
    users: (count) => list.slice(count),
  };
}
