import type { Clock } from '../domain/clock';
import type { OperationContext, TaskCall } from '../domain/operation-context';
import type { StageTaskAnswer, StageTaskSource } from '../feishu/ports';
import { passGate } from '../quota/pass-gate';
import type { QuotaGate } from '../quota/quota-gate';
import type { PoisonIdSearch } from './poison-id-search';
import type { PendingUser, Waiter } from './pending-user';
import type { PlannedCall } from './planner';
import { scopeKey, type BatchScope } from './scope';

/** A call that has left and has no answer yet. */
export interface InFlightCall {
  readonly scope: BatchScope;
  readonly users: readonly PendingUser[];
  /** Those that the call refreshes in its spare seats. */
  readonly spareUserIds: readonly string[];
  /** The search for a poison ID that the call is part of. */
  readonly search: PoisonIdSearch | null;
  /** Whether another operation may still wait for its answer; an aborted call has none. */
  readonly isOpen: boolean;
  /** An operation has begun to wait for one of its users. */
  join(waiter: Waiter): void;
  /** A user of the call has lost its last waiter. The call is aborted when no user has any left. */
  noteAbandoned(reason: unknown): void;
  /** @throws GatewayError */
  readonly answer: Promise<StageTaskAnswer>;
}

export interface InFlightCallOptions {
  readonly source: StageTaskSource;
  readonly gate: QuotaGate;
  readonly clock: Clock;
}

/** A retry that the quota does not allow within this time fails as its call did. */
const RETRY_WITHIN_MS = 3_000;

/** Sends a planned call for all operations that share it; the end of one of them does not end it. */
export function startInFlightCall(
  { source, gate, clock }: InFlightCallOptions,
  { scope, users, spareUserIds, search }: PlannedCall,
): InFlightCall {
  const operations = new Set<OperationContext>();
  /** One object for all operations that share the call, so that it is charged once. */
  const firstCall: TaskCall = { scope: scopeKey(scope) };
  const controller = new AbortController();
  const { signal } = controller;

  /** An operation that joins a call in flight causes none, so that it is not charged. */
  function join({ operation, askedAtMs }: Waiter, call?: TaskCall): void {
    if (operations.has(operation)) return;
    operations.add(operation);
    operation.onCall(clock.now() - askedAtMs, call);
  }

  function send(): Promise<StageTaskAnswer> {
    let attempts = 0;
    const query = { ...scope, userIds: users.map(({ userId }) => userId) };
    return source.findByUserList(query, scope.identity, {
      signal,
      // An operation that joins later may have more time.
      get deadlineAtMs() {
        return Math.max(...[...operations].map(({ deadlineAtMs }) => deadlineAtMs));
      },
      onAttempt: () => {
        attempts += 1;
        // Joining has counted the first one.
        if (attempts === 1) return;
        const retry = { ...firstCall };
        for (const { onCall } of operations) onCall(0, retry);
      },
      admitRetry: () => passGate(gate, clock, signal, RETRY_WITHIN_MS),
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
    answer: send(),
  };
}
