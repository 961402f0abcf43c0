import type { Snapshot } from '../cache/snapshot-cache';
import { GatewayError } from '../domain/errors';
import type { StageTaskAnswer, StageTaskSource } from '../feishu/ports';
import type { PlannedCall } from './planner';
import { userKey, type BatchScope } from './scope';
import type { OperationContext } from '../domain/operation-context';
import type { Ask } from './waiting';

export interface SharedCallOptions {
  readonly source: StageTaskSource;
  /** Has a retry counted against the quota; the first attempt has been. */
  readonly admitRetry: (signal: AbortSignal) => Promise<boolean>;
  readonly remember: (entries: [key: string, snapshot: Snapshot][]) => void;
  readonly nowMs: () => number;
}

/** A call that is under way, and all who wait for its answer. */
export interface SharedCall {
  /** Grows while the call is under way. */
  readonly questions: readonly Ask[];
  /** An operation wants a user that this call asks for already. False: it is over, or about to be. */
  join(ask: Ask): boolean;
  /** Resolves with the users that upstream answered, once all are told; rejects when it answered none. */
  readonly done: Promise<readonly string[]>;
}

/**
 * Sends a planned call for all who share it, and gives each of them the answer. One caller's end does
 * not end it: it is aborted when the last of them has gone.
 */
export function startSharedCall(
  { source, admitRetry, remember, nowMs }: SharedCallOptions,
  scope: BatchScope,
  { userIds, questions: planned }: PlannedCall<Ask>,
): SharedCall {
  const questions: Ask[] = [];
  const callers = new Set<OperationContext>();
  const controller = new AbortController();
  let over = false;

  const onGone = () => {
    const last = [...callers].every(({ signal }) => signal.aborted);
    if (last) controller.abort([...callers].at(-1)?.signal.reason);
  };

  function join(ask: Ask): boolean {
    if (over || controller.signal.aborted) return false;
    questions.push(ask);
    if (callers.has(ask.caller)) return true;
    callers.add(ask.caller);
    ask.caller.signal.addEventListener('abort', onGone);
    ask.caller.onCall(nowMs() - ask.askedAtMs);
    return true;
  }

  async function send(): Promise<readonly string[]> {
    let attempts = 0;
    try {
      const answer = await source.findByUserList({ ...scope, userIds }, scope.identity, {
        signal: controller.signal,
        // Whoever joins later may have more time.
        get deadlineAtMs() {
          return Math.max(...[...callers].map((caller) => caller.deadlineAtMs));
        },
        onAttempt: () => {
          attempts += 1;
          // Joining has counted the first one.
          if (attempts > 1) for (const caller of callers) caller.onCall(0);
        },
        admitRetry: () => admitRetry(controller.signal),
      });
      over = true;
      const snapshots = deliver(answer, questions);
      if (answer.isComplete) remember(toEntries(scope, snapshots));
      return [...snapshots.keys()];
    } finally {
      over = true;
      for (const { signal } of callers) signal.removeEventListener('abort', onGone);
    }
  }

  for (const ask of planned) join(ask);
  onGone();
  return { questions, join, done: send() };
}

/** Answers every question, and returns what Feishu said of each user of whom it said something. */
function deliver(
  { users, semester, fetchedAtMs }: StageTaskAnswer,
  questions: readonly Ask[],
): Map<string, Snapshot> {
  const snapshots = new Map<string, Snapshot>();
  for (const [userId, stageTasks] of users) {
    if (stageTasks instanceof GatewayError) continue;
    snapshots.set(userId, { stageTasks, semester, fetchedAtMs });
  }
  for (const ask of questions) {
    const snapshot = snapshots.get(ask.userId);
    const error = users.get(ask.userId);
    if (snapshot) ask.resolve(snapshot);
    else ask.reject(error instanceof GatewayError ? error : noAnswer());
  }
  return snapshots;
}

function noAnswer(): Error {
  return new Error('an answer: expected one for each user, got too few');
}

function toEntries(
  scope: BatchScope,
  snapshots: ReadonlyMap<string, Snapshot>,
): [key: string, snapshot: Snapshot][] {
  return [...snapshots].map(([userId, snapshot]) => [userKey(scope, userId), snapshot]);
}
