import type { Clock } from '../domain/clock';
import type { OperationContext, TaskCall } from '../domain/operation-context';
import { endWith, startSharedCall, type WaitSpan } from '../domain/spans';
import type { StageTaskAnswer, StageTaskSource } from '../feishu/ports';
import { acquirePermit } from '../quota/acquire-permit';
import type { QuotaGate } from '../quota/quota-gate';
import type { PoisonIdSearch } from './poison-id-search';
import type { PendingUser, Waiter } from './pending-user';
import type { PlannedCall } from './planner';
import { scopeKey, type BatchScope } from './scope';

/** A call that was sent and has no answer yet. */
export interface InFlightCall {
  readonly scope: BatchScope;
  readonly users: readonly PendingUser[];
  /** The users that the call refreshes in its spare seats (refresh-ahead). */
  readonly spareUserIds: readonly string[];
  /** The poison-ID search that the call is part of. */
  readonly search: PoisonIdSearch | null;
  /** Whether further operations may join. An aborted call has no answer for them. */
  readonly isOpen: boolean;
  /** Adds an operation that waits for one of the call's users. */
  join(waiter: Waiter): void;
  /** Reports that a user has no waiter left. The call is aborted when none of its users has one. */
  noteAbandoned(reason: unknown): void;
  /** @throws GatewayError */
  readonly answer: Promise<StageTaskAnswer>;
}

export interface InFlightCallOptions {
  readonly source: StageTaskSource;
  readonly gate: QuotaGate;
  readonly clock: Clock;
}

/** If the quota allows no retry within this time, the call fails with its first error. */
const MAX_RETRY_WAIT_MS = 3_000;

/** Sends a planned call for all operations that share it. It goes on when one of them ends. */
export function startInFlightCall(
  { source, gate, clock }: InFlightCallOptions,
  { scope, users, spareUserIds, search }: PlannedCall,
): InFlightCall {
  const told = new WeakSet<OperationContext>();
  /** One object for all operations that share the call, so that it is charged once. */
  const firstCall: TaskCall = { scope: scopeKey(scope) };
  const controller = new AbortController();
  const { signal } = controller;
  const span = startSharedCall(waitsFor(users), 'find_by_user_list', users.length);

  /**
   * Tells the operation of the call, once. Without `call`, it has joined a call that was already in flight, and is
   * not charged for the first attempt. Retries are charged to all operations that still wait.
   */
  function join({ operation, askedAtMs, wait }: Waiter, call?: TaskCall): void {
    if (told.has(operation)) return;
    told.add(operation);
    if (span) wait?.link(span);
    operation.onCall(clock.now() - askedAtMs, call);
  }

  function send(): Promise<StageTaskAnswer> {
    let attempts = 0;
    const query = { ...scope, userIds: users.map(({ userId }) => userId) };
    return source.findByUserList(query, scope.identity, {
      signal,
      span,
      // A getter: an operation that joins may have a later deadline, and the one with the latest may end.
      get deadlineAtMs() {
        return latestDeadline(users);
      },
      onAttempt: () => {
        attempts += 1;
        // The first attempt was counted by `join`.
        if (attempts === 1) return;
        const retry = { ...firstCall };
        for (const { onCall } of waitingOperations(users)) onCall(0, retry);
      },
      admitRetry: () => acquirePermit(gate, clock, signal, MAX_RETRY_WAIT_MS),
    });
  }

  for (const user of users) for (const waiter of user.waiters.values()) join(waiter, firstCall);
  return {
    scope,
    users,
    spareUserIds,
    search,
    get isOpen() {
      return !signal.aborted;
    },
    join: (waiter) => {
      join(waiter);
    },
    noteAbandoned(reason) {
      if (users.every(({ waiters }) => waiters.size === 0)) controller.abort(reason);
    },
    answer: endWith(span, send()),
  };
}

/** The operations that still wait for one of the users. */
function waitingOperations(users: readonly PendingUser[]): Set<OperationContext> {
  return new Set(users.flatMap(({ waiters }) => [...waiters.keys()]));
}

/** The waits of all operations that a call serves. */
function* waitsFor(users: readonly PendingUser[]): Iterable<WaitSpan | undefined> {
  for (const { waiters } of users) for (const { wait } of waiters.values()) yield wait;
}

/** Of all operations that still wait; there may be thousands. */
function latestDeadline(users: readonly PendingUser[]): number {
  let latestAtMs = -Infinity;
  for (const { waiters } of users) {
    for (const { deadlineAtMs } of waiters.keys()) latestAtMs = Math.max(latestAtMs, deadlineAtMs);
  }
  return latestAtMs;
}
