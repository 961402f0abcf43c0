import type { Snapshot } from '../cache/snapshot-cache';
import { GatewayError } from '../domain/errors';
import { filterKey, type StageTaskFilter } from '../domain/stage-task-filter';
import type { StageTaskAnswer, StageTaskSource, UserAnswer } from '../feishu/ports';
import type { PlannedCall } from './call-planner';
import { narrow } from './narrowing';
import { viewKey, type BatchScope } from './scope';
import type { Ask, Caller } from './waiting';

export interface SharedCallOptions {
  readonly source: StageTaskSource;
  /** Has a retry counted against the quota; the first attempt has been. */
  readonly admitRetry: (signal: AbortSignal) => Promise<boolean>;
  readonly remember: (entries: [key: string, snapshot: Snapshot][]) => void;
  readonly nowMs: () => number;
}

/** A call that is under way, and all who wait for its answer. */
export interface SharedCall {
  readonly filter: StageTaskFilter;
  /** Grows while the call is under way. */
  readonly questions: readonly Ask[];
  /** Somebody asks what this call is asking already. False: it is over, or about to be. */
  join(ask: Ask): boolean;
  /** Resolves with the users that upstream answered, once all are told; rejects when it answered none. */
  readonly done: Promise<readonly string[]>;
}

/**
 * Sends a planned call for all who share it, and gives each of them their own view of the answer. One
 * caller's end does not end it: it is aborted when the last of them has gone.
 */
export function startSharedCall(
  { source, admitRetry, remember, nowMs }: SharedCallOptions,
  scope: BatchScope,
  { userIds, filter, questions: planned }: PlannedCall<Ask>,
): SharedCall {
  const questions: Ask[] = [];
  const callers = new Set<Caller>();
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
      const answer = await source.findByUserList({ ...scope, userIds, filter }, scope.identity, {
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
      const snapshots = hand(answer, scope, { userIds, filter, questions });
      if (answer.isComplete) remember(snapshots);
      return userIds.filter((userId) => !(answer.users.get(userId) instanceof GatewayError));
    } finally {
      over = true;
      for (const { signal } of callers) signal.removeEventListener('abort', onGone);
    }
  }

  for (const ask of planned) join(ask);
  onGone();
  return { filter, questions, join, done: send() };
}

/** Answers every question, and returns what is worth remembering: the whole answer and each view of it. */
function hand(answer: StageTaskAnswer, scope: BatchScope, call: PlannedCall<Ask>) {
  const { semester, fetchedAt } = answer;
  const snapshots = new Map<string, Snapshot>();
  const note = (userId: string, filter: StageTaskFilter, stageTasks: Snapshot['stageTasks']) => {
    const snapshot = { stageTasks, semester, filter, fetchedAtMs: fetchedAt.getTime() };
    snapshots.set(viewKey(scope, filter, userId), snapshot);
  };
  for (const userId of call.userIds) {
    const whole = answerOf(answer, userId);
    if (!(whole instanceof GatewayError)) note(userId, call.filter, whole);
  }
  for (const ask of call.questions) {
    const whole = answerOf(answer, ask.userId);
    if (whole instanceof GatewayError) {
      ask.reject(whole);
      continue;
    }
    const view = whole && narrow(whole, call.filter, ask.filter);
    if (filterKey(ask.filter) !== filterKey(call.filter)) note(ask.userId, ask.filter, view);
    ask.resolve({
      stageTasks: view && { ...view, fetchedAt, stale: false },
      semester,
      fetchedAtMs: fetchedAt.getTime(),
    });
  }
  return [...snapshots];
}

function answerOf({ users }: StageTaskAnswer, userId: string): UserAnswer {
  const answer = users.get(userId);
  if (answer === undefined) throw new Error('an answer: expected one for each user, got too few');
  return answer;
}
