import type { Snapshot } from '../cache/snapshot-cache';
import type { StageTaskAnswer, StageTaskSource } from '../feishu/ports';
import { alignByUser } from './alignment';
import type { PlannedCall } from './call-planner';
import { userKey, type BatchScope } from './scope';
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
  /** Grows while the call is under way. */
  readonly questions: readonly Ask[];
  /** An operation wants a user that this call asks for already. False: it is over, or about to be. */
  join(ask: Ask): boolean;
  /** Resolves when everybody has been answered; rejects when nobody has. */
  readonly done: Promise<void>;
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

  async function send(): Promise<void> {
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
      remember(deliver(answer, scope, { userIds, questions }));
    } finally {
      over = true;
      for (const { signal } of callers) signal.removeEventListener('abort', onGone);
    }
  }

  for (const ask of planned) join(ask);
  onGone();
  return { questions, join, done: send() };
}

/** Answers every question, and returns what is worth remembering of each user. */
function deliver(
  answer: StageTaskAnswer,
  scope: BatchScope,
  { userIds, questions }: PlannedCall<Ask>,
): [key: string, snapshot: Snapshot][] {
  const fetchedAtMs = answer.fetchedAt.getTime();
  const found = alignByUser(userIds, answer.users);
  const snapshots = new Map(
    userIds.map((userId, i) => [
      userId,
      { stageTasks: found[i] ?? null, semester: answer.semester, fetchedAtMs },
    ]),
  );
  for (const ask of questions) {
    const snapshot = snapshots.get(ask.userId);
    if (snapshot) ask.resolve(snapshot);
    else ask.reject(new Error('a user of a call has no answer'));
  }
  return [...snapshots].map(([userId, snapshot]) => [userKey(scope, userId), snapshot]);
}
