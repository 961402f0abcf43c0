import type { Snapshot } from '../cache/snapshot-cache';
import type { Channel } from '../domain/channel';
import type { Clock } from '../domain/clock';
import type { OperationContext } from '../domain/operation-context';
import type { StageTaskSource } from '../feishu/ports';
import { gone } from '../quota/quota-errors';
import type { QuotaGate } from '../quota/quota-gate';
import type { KnownSemesters } from '../semesters/known-semesters';
import { createBackgroundRefresh } from './background-refresh';
import { createCallResults } from './call-results';
import { startDispatcher } from './dispatcher';
import { createPoisonIds } from './poison-id';
import { createQueue } from './queue';
import { userKeysIn, type BatchScope } from './scope';
import type { SpareSeats } from './spare-seats';

/** Merges what all operations of the process ask for into calls of up to 50 users. */
export interface Batcher {
  /** One promise for each user, in order. They reject with a GatewayError. */
  load(
    scope: BatchScope,
    userIds: readonly string[],
    operation: OperationContext,
  ): Promise<Snapshot>[];
  /** Has users asked for again when a call has a free seat, or the quota a free call; no client waits for it. */
  refresh(scope: BatchScope, userIds: readonly string[]): void;
  /** Users that operations wait for, and whose call has not left. */
  waitingUsers(): number;
}

export interface BatcherOptions {
  readonly source: StageTaskSource;
  readonly gate: QuotaGate;
  readonly semesters: KnownSemesters;
  readonly spareSeats: SpareSeats;
  readonly remember: (entries: [key: string, snapshot: Snapshot][]) => void;
  /** To other replicas, for what is learnt of user IDs; absent where there are none. */
  readonly idChannel?: Channel | undefined;
  readonly clock: Clock;
  /** Something broke that should not. */
  readonly onDefect: (error: Error) => void;
}

export function createBatcher(options: BatcherOptions): Batcher {
  const { gate, semesters, clock } = options;
  const poisonIds = createPoisonIds({ nowMs: () => clock.now(), channel: options.idChannel });
  const queue = createQueue({ nowMs: () => clock.now(), onQueued: createRequestCount(gate) });
  const results = createCallResults({ ...options, queue, poisonIds });

  gate.watchWaitingCalls(queue.waitingCalls);
  startDispatcher({ ...options, queue, results });

  function load(
    scope: BatchScope,
    userIds: readonly string[],
    operation: OperationContext,
  ): Promise<Snapshot>[] {
    const refusal = operation.signal.aborted
      ? gone(operation.signal)
      : semesters.refusalOf(scope.semesterId);
    if (refusal) return userIds.map(() => Promise.reject(refusal));
    const refusalOf = poisonIds.refusalsIn(scope);
    const keyOf = userKeysIn(scope);
    return userIds.map((userId) => {
      const refused = refusalOf(userId);
      if (refused) return Promise.reject(refused);
      return queue.join({ scope, userId, key: keyOf(userId) }, operation);
    });
  }

  return {
    load,
    refresh: createBackgroundRefresh(load, clock),
    waitingUsers: queue.waitingUsers,
  };
}

/** An operation is one request to the pacing, however many of its fields ask; a refresh is none. */
function createRequestCount(gate: QuotaGate): (operation: OperationContext) => void {
  const noted = new WeakSet<OperationContext>();
  return (operation) => {
    if (operation.background || noted.has(operation)) return;
    noted.add(operation);
    gate.noteRequest();
  };
}
