import type { Snapshot } from '../cache/snapshot-cache';
import type { Clock } from '../domain/clock';
import { toError } from '../domain/to-error';
import type { StageTaskSource } from '../feishu/ports';
import type { ClosingReason, ClosingRequest } from '../quota/closing';
import { passGate } from '../quota/pass-gate';
import type { QuotaGate } from '../quota/quota-gate';
import { planCall, takeAlong } from './planner';
import { createCallsUnderWay } from './calls-under-way';
import { callNumbers, countWaitingCalls, describeFirst, inOrder, seatsOf } from './departure-order';
import { getOrCreate } from '../domain/collections';
import { createDispatcher } from './dispatcher';
import type { PoisonIdIsolation } from './poison-id';
import { closingAfter, gone, noteOutcome, tooLate, withRetryAfter } from '../quota/quota-errors';
import { createRefreshes } from './refreshes';
import type { SpareSeats } from './spare-seats';
import { scopeKey, type BatchScope } from './scope';
import { startSharedCall } from './shared-call';
import type { OperationContext } from '../domain/operation-context';
import { interactiveAsks, waitingUsers, type Ask, type OpenBatch } from './waiting';

/**
 * The users that wait for a call, of all operations of the process. A batch stays open until the quota
 * lets a call leave: whoever comes meanwhile has a seat in it, and only then is it decided what is asked.
 */
export interface Batcher {
  /** One promise for each user, in order. They reject with a GatewayError. */
  ask(scope: BatchScope, userIds: readonly string[], caller: OperationContext): Promise<Snapshot>[];
  /** Has users asked for again when a seat or a call is free; nobody waits for the answer. */
  refresh(scope: BatchScope, userIds: readonly string[]): void;
  /** Users that somebody waits for, and whose call has not left. */
  waitingUsers(): number;
}

export interface BatcherOptions {
  readonly source: StageTaskSource;
  readonly gate: QuotaGate;
  readonly poison: PoisonIdIsolation;
  readonly spareSeats: SpareSeats;
  readonly remember: (entries: [key: string, snapshot: Snapshot][]) => void;
  readonly clock: Clock;
  /** Something broke that should not. */
  readonly onDefect: (error: Error) => void;
}

/** The share of a request's time that is kept for upstream's answer. */
const ANSWER_SHARE = 0.1;
/** A retry that cannot be admitted by then fails as its call did. */
const RETRY_WITHIN_MS = 3_000;

export function createBatcher(options: BatcherOptions): Batcher {
  const { source, gate, poison, spareSeats, remember, clock, onDefect } = options;
  const nowMs = () => clock.now();
  const batches = new Map<string, OpenBatch>();
  const underWay = createCallsUnderWay();
  const noted = new WeakSet<OperationContext>();
  let groupsMade = 0;

  gate.watchWaitingCalls(() => countWaitingCalls(batches));

  const dispatcher = createDispatcher({
    gate,
    clock,
    waiting: () => describeFirst(batches),
    ready,
    blocked: refuseWhoCannotWait,
    leave: () => {
      const [first] = inOrder(batches);
      // Everybody may have gone while the gate was asked; the call that was counted is then not made.
      if (first) leave(first);
      else void gate.noteUnanswered();
    },
    onDefect,
  });

  /** Without a token nobody of a batch can be asked for. */
  async function ready(): Promise<void> {
    const [first] = inOrder(batches);
    try {
      if (first) await source.ready(first.scope.identity);
    } catch (thrown) {
      const error = toError(thrown);
      const closing = closingAfter(error, clock.unixMs());
      if (closing) await closeFor(closing);
      else for (const ask of [...(first?.asks ?? [])]) refuse(ask, error);
    }
  }

  function leave(batch: OpenBatch): void {
    const { scope, apart } = batch;
    const seats = seatsOf(scope);
    const needed = planCall([...batch.asks], seats);
    const plan = apart
      ? needed
      : takeAlong(needed, seats, (free) => spareSeats.fillSpareSeats(scope, free));
    for (const ask of plan.questions) remove(ask);
    const admitRetry = (signal: AbortSignal) => passGate(gate, clock, signal, RETRY_WITHIN_MS);
    const call = startSharedCall({ source, admitRetry, remember, nowMs }, scope, plan);
    underWay.add(scope, plan.userIds, call);
    const takenAlong = plan.userIds.slice(needed.userIds.length);
    void call.done
      .finally(() => {
        underWay.remove(scope, plan.userIds, call);
      })
      .then((answered) => {
        poison.noteAnswered(scope, answered);
        void gate.noteAnswered();
      })
      .catch((error: unknown) => afterFailure(scope, call.questions, toError(error), takenAlong))
      .catch(onBroken);
  }

  function onBroken(error: unknown): void {
    onDefect(toError(error));
  }

  /** Over the limit, a call's users see a later answer; with a bad ID among them, all but that one do. */
  async function afterFailure(
    scope: BatchScope,
    questions: readonly Ask[],
    error: Error,
    takenAlong: readonly string[],
  ): Promise<void> {
    const closing = closingAfter(error, clock.unixMs());
    if (closing) await closeFor(closing);
    else await noteOutcome(gate, error);
    const groups = closing
      ? [questions]
      : await poison.separate(scope, questions, error, takenAlong);
    const again = new Set<Ask>();
    for (const group of groups) {
      const key = closing ? scopeKey(scope) : nextGroupKey(scope);
      for (const ask of group.filter((one) => canWait(one, closing?.forMs ?? 0))) {
        again.add(ask);
        add(key, scope, ask, !closing);
      }
    }
    for (const ask of questions) {
      if (again.has(ask)) continue;
      ask.reject(poison.refusalOf(scope, ask.userId) ?? withRetryAfter(error, closing));
    }
  }

  function canWait(ask: Ask, ms: number): boolean {
    return !ask.caller.signal.aborted && clock.now() + ms <= ask.leaveByMs;
  }

  /** A group that is asked apart stays apart: nobody new joins its call. */
  function nextGroupKey(scope: BatchScope): string {
    groupsMade += 1;
    return `${scopeKey(scope)} group ${groupsMade}`;
  }

  function add(key: string, scope: BatchScope, ask: Ask, apart = false): void {
    ask.batchKey = key;
    getOrCreate(batches, key, () => ({ scope, apart, asks: new Set<Ask>() })).asks.add(ask);
    dispatcher.changed();
  }

  /** A scope that falls empty is forgotten. */
  function remove(ask: Ask): void {
    const batch = batches.get(ask.batchKey);
    batch?.asks.delete(ask);
    if (batch?.asks.size === 0) batches.delete(ask.batchKey);
  }

  /**
   * Turns away at once who cannot be answered in time, before a seat is wasted on them: counts the calls
   * that have to leave before theirs, and asks the gate when that will be.
   */
  async function refuseWhoCannotMakeIt(key: string, asks: readonly Ask[]): Promise<void> {
    const nth = callNumbers(batches, key, asks);
    const { waitsMs, reason } = await gate.forecast(nth.reduce((a, b) => Math.max(a, b), 0));
    for (const [i, ask] of asks.entries()) {
      const waitMs = waitsMs[(nth[i] ?? 1) - 1] ?? 0;
      if (canWait(ask, waitMs) || !batches.get(ask.batchKey)?.asks.has(ask)) continue;
      refuse(ask, tooLate(waitMs, reason));
    }
  }

  async function closeFor(closing: ClosingRequest): Promise<void> {
    await gate.closeFor(closing);
    refuseWhoCannotWait(closing.forMs, closing.reason);
  }

  /** Nothing leaves for so long, which concerns those too who were let in line before. */
  function refuseWhoCannotWait(ms: number, reason: ClosingReason): void {
    for (const ask of [...batches.values()].flatMap(interactiveAsks)) {
      if (!canWait(ask, ms)) refuse(ask, tooLate(ms, reason));
    }
  }

  function refuse(ask: Ask, error: Error): void {
    remove(ask);
    ask.reject(error);
  }

  /** However many fields ask, an operation is one request to the pacing; nobody asks for a refresh. */
  function noteRequest(caller: OperationContext): void {
    if (caller.background || noted.has(caller)) return;
    noted.add(caller);
    gate.noteRequest();
  }

  /** Puts users in line. The caller's end ends their waiting, and with it, if nobody else waits, the call. */
  function enqueue(
    scope: BatchScope,
    userIds: readonly string[],
    caller: OperationContext,
  ): { readonly asks: readonly Ask[]; readonly answers: Promise<Snapshot>[] } {
    const key = scopeKey(scope);
    const { background } = caller;
    const askedAtMs = clock.now();
    const leaveByMs = caller.deadlineAtMs - (caller.deadlineAtMs - askedAtMs) * ANSWER_SHARE;
    const asks: Ask[] = [];
    const answers = userIds.map(
      (userId) =>
        new Promise<Snapshot>((resolve, reject) => {
          const times = { askedAtMs, leaveByMs };
          const ask = {
            userId,
            caller,
            batchKey: key,
            ...times,
            background,
            resolve,
            reject,
          };
          const refusal = poison.refusalOf(scope, userId);
          if (refusal) {
            reject(refusal);
            return;
          }
          asks.push(ask);
          if (underWay.find(scope, userId)?.join(ask)) return;
          noteRequest(caller);
          add(key, scope, ask);
        }),
    );
    whenGone(caller.signal, answers, () => {
      for (const ask of asks) refuse(ask, gone(caller.signal));
    });
    return { asks, answers };
  }

  return {
    ask(scope, userIds, caller) {
      const { asks, answers } = enqueue(scope, userIds, caller);
      void refuseWhoCannotMakeIt(scopeKey(scope), asks);
      return answers;
    },

    waitingUsers: () => [...batches.values()].reduce((sum, batch) => sum + waitingUsers(batch), 0),

    refresh: createRefreshes(
      (scope, userIds, caller) => enqueue(scope, userIds, caller).answers,
      clock,
    ),
  };
}

function whenGone(
  signal: AbortSignal,
  answers: readonly Promise<unknown>[],
  onGone: () => void,
): void {
  signal.addEventListener('abort', onGone, { once: true });
  void Promise.allSettled(answers).then(() => {
    signal.removeEventListener('abort', onGone);
  });
}
