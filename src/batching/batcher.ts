import type { Snapshot } from '../cache/snapshot-cache';
import type { Channel } from '../domain/channel';
import type { Clock } from '../domain/clock';
import type { OperationContext } from '../domain/operation-context';
import { operationEnded } from '../domain/operation-ended';
import type { StageTaskSource } from '../feishu/ports';
import type { QuotaGate } from '../quota/quota-gate';
import type { KnownSemesters } from '../semesters/known-semesters';
import { createBackgroundRefresh } from './background-refresh';
import { createCallResults } from './call-results';
import { startDispatcher } from './dispatcher';
import { createPoisonIds } from './poison-id';
import { createQueue } from './queue';
import { userKeysIn, type BatchScope } from './scope';
import type { SpareSeats } from './spare-seats';

/** Merges the loads of all operations of the process into calls of up to 50 users. */
export interface Batcher {
  /** @returns one promise for each user, in order; each may reject with a GatewayError */
  load(
    scope: BatchScope,
    userIds: readonly string[],
    operation: OperationContext,
  ): Promise<Snapshot>[];
  /** Reloads users in the background, in a free seat of a call or with a spare call. No client waits for it. */
  refresh(scope: BatchScope, userIds: readonly string[]): void;
  /** As `refresh`, but a spare call is sent at once while the gateway is quiet. */
  refreshPromptly(scope: BatchScope, userIds: readonly string[]): void;
  /** The number of users that clients wait for and whose call is not sent yet. */
  waitingUsers(): number;
}

export interface BatcherOptions {
  readonly source: StageTaskSource;
  readonly gate: QuotaGate;
  readonly semesters: KnownSemesters;
  readonly spareSeats: SpareSeats;
  readonly remember: (entries: [key: string, snapshot: Snapshot][]) => void;
  /** Tells other replicas which user IDs Feishu answers or refuses; absent without other replicas. */
  readonly idChannel?: Channel | undefined;
  readonly clock: Clock;
  /** Called with errors that only a defect of the gateway can cause. */
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
    const refusal = operation.end.aborted
      ? operationEnded(operation.end)
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
    refresh: createBackgroundRefresh(load, clock, false),
    refreshPromptly: createBackgroundRefresh(load, clock, true),
    waitingUsers: queue.waitingUsers,
  };
}

/** Counts each operation once for the pacing, however many fields load users. Refreshes do not count. */
function createRequestCount(gate: QuotaGate): (operation: OperationContext) => void {
  const noted = new WeakSet<OperationContext>();
  return (operation) => {
    if (operation.background || noted.has(operation)) return;
    noted.add(operation);
    gate.noteRequest();
  };
}
