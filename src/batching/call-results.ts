import type { Snapshot } from '../cache/snapshot-cache';
import type { Clock } from '../domain/clock';
import { GatewayError } from '../domain/errors';
import { ParametersRefused, type StageTaskAnswer } from '../feishu/ports';
import type { ClosingRequest } from '../quota/closing';
import { closingAfter, noteOutcome, withRetryAfter } from '../quota/quota-errors';
import type { QuotaGate } from '../quota/quota-gate';
import type { InFlightCall } from './in-flight-call';
import { createIsolation, type IsolationOptions } from './isolation';
import type { PendingUser } from './pending-user';

export interface CallResultsOptions extends IsolationOptions {
  readonly gate: QuotaGate;
  readonly remember: (entries: [key: string, snapshot: Snapshot][]) => void;
  readonly clock: Clock;
}

/** Settles the users of a call after it was answered or failed. */
export interface CallResults {
  deliver(call: InFlightCall, answer: StageTaskAnswer): void;
  /** Users that the failure is not about are queued again and keep their deadlines. */
  recover(call: InFlightCall, error: Error): Promise<void>;
}

export function createCallResults(options: CallResultsOptions): CallResults {
  const { queue, gate, poisonIds, semesters, remember, clock } = options;
  const isolation = createIsolation(options);

  /** Queues users again if their deadline allows it, and rejects the others with the error. */
  function requeueInTime(call: InFlightCall, { forMs }: ClosingRequest, error: Error): void {
    const openAtMs = clock.now() + forMs;
    for (const user of call.users) {
      for (const waiter of [...user.waiters.values()]) {
        if (openAtMs > waiter.sendByMs) queue.refuse(user, waiter, error);
      }
    }
    queue.requeue(call.users, call.search);
  }

  return {
    deliver(call, answer) {
      const outcomes = call.users.map((user) => ({ user, outcome: outcomeOf(user, answer) }));
      const answered = outcomes.flatMap(({ user, outcome }) =>
        outcome instanceof Error ? [] : [{ user, snapshot: outcome }],
      );
      if (answer.isComplete) remember(answered.map(({ user, snapshot }) => [user.key, snapshot]));
      for (const { user, outcome } of outcomes) queue.settle(user, outcome);
      const userIds = answered.map(({ user }) => user.userId);
      semesters.noteAnswered(call.scope.semesterId);
      poisonIds.noteAnswered(call.scope, userIds);
      void gate.noteAnswered();
      isolation.noteAnswered(call);
    },

    async recover(call, error) {
      const closing = closingAfter(error, clock.unixMs());
      if (closing) {
        await gate.closeFor(closing);
        call.search?.noteFailed();
        requeueInTime(call, closing, withRetryAfter(error, closing));
        return;
      }
      await noteOutcome(gate, error);
      if (error instanceof ParametersRefused) {
        await isolation.isolate(call, error);
        return;
      }
      call.search?.noteFailed();
      for (const user of call.users) queue.settle(user, error);
      queue.requeue([], call.search);
    },
  };
}

/** Feishu's answer for one user, or the error that takes its place. */
function outcomeOf(
  { userId }: PendingUser,
  { users, semester, fetchedAtMs, askedAtMs }: StageTaskAnswer,
): Snapshot | Error {
  const stageTasks = users.get(userId);
  if (stageTasks === undefined) {
    return new Error('answer: expected an entry for each user, got fewer');
  }
  if (stageTasks instanceof GatewayError) return stageTasks;
  return { stageTasks, semester, fetchedAtMs, askedAtMs };
}
