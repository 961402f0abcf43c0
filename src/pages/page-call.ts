import { abortable } from '../domain/abortable';
import type { Clock } from '../domain/clock';
import { sendByMsOf, type OperationContext } from '../domain/operation-context';
import { operationEnded } from '../domain/operation-ended';
import { endWith, startSharedCall, type CallSpan, type WaitSpan } from '../domain/spans';
import type { StageTaskPage, StageTaskPageQuery, StageTaskPageSource } from '../feishu/ports';
import { acquirePermit } from '../quota/acquire-permit';
import { failSent, failUnsent, tooLate } from '../quota/quota-errors';
import type { QuotaGate } from '../quota/quota-gate';
import type { PageLane } from './page-lane';

export interface PageCallOptions {
  readonly source: StageTaskPageSource;
  /** The gate of the `find_by_page` API, which has its own quota. */
  readonly gate: QuotaGate;
  readonly lane: PageLane;
  readonly clock: Clock;
}

/** One call for a page, with all operations that wait for it. */
export interface PageCall {
  /** Whether further operations may join. */
  readonly isOpen: () => boolean;
  /** Adds an operation. Rejects with a GatewayError, at the latest when the operation ends. */
  join(operation: OperationContext): Promise<StageTaskPage>;
  /** The page, whichever operations still wait for it. Rejects if all of them ended before it was sent. */
  readonly page: Promise<StageTaskPage>;
}

interface Waiter {
  readonly operation: OperationContext;
  readonly askedAtMs: number;
  readonly sendByMs: number;
  readonly refuse: (error: Error) => void;
  readonly wait: WaitSpan | undefined;
}

/** The deadline of a call that was sent. The operations that wait for it have their own deadlines. */
const CALL_DEADLINE_MS = 10_000;
/** If the quota allows no retry within this time, the call fails with its first error. */
const MAX_RETRY_WAIT_MS = 3_000;

/**
 * Starts a call that waits in the lane. It is not sent if all of its operations end before. Once it is sent it has
 * spent quota, so it goes on without them and its answer is remembered.
 */
export function startPageCall(options: PageCallOptions, query: StageTaskPageQuery): PageCall {
  const { lane, clock } = options;
  const waiters = new Set<Waiter>();
  let span: CallSpan | undefined;
  let isSent = false;
  let isOpen = true;

  function remove(waiter: Waiter): void {
    waiters.delete(waiter);
    if (waiters.size > 0 || isSent) return;
    isOpen = false;
    lane.noteChange();
  }

  /** Waits in the lane. Rejects if the call is abandoned there. */
  function waitForPermit(): Promise<void> {
    return new Promise((resolve, reject) => {
      lane.add({
        isAbandoned: () => !isOpen,
        refuseLate(waitMs, reason) {
          for (const waiter of waiters) {
            if (clock.now() + waitMs <= waiter.sendByMs) continue;
            waiter.refuse(tooLate(waitMs, reason));
            waiter.wait?.end(tooLate(waitMs, reason));
            remove(waiter);
          }
        },
        send: () => {
          isSent = true;
          resolve();
        },
        fail: reject,
      });
    });
  }

  async function run(): Promise<StageTaskPage> {
    await haveToken(options);
    await waitForPermit();
    span = startSharedCall(waitsOf(waiters), 'find_by_page');
    return endWith(span, send(options, query, waiters, span));
  }

  const page = run();
  return {
    page,
    isOpen: () => isOpen,
    join(operation) {
      const askedAtMs = clock.now();
      return new Promise<StageTaskPage>((resolve, refuse) => {
        const sendByMs = sendByMsOf(operation, askedAtMs);
        const wait = operation.span?.startWait();
        const waiter = { operation, askedAtMs, sendByMs, refuse, wait };
        waiters.add(waiter);
        if (isSent) noteCall(waiter, 0, span);
        else lane.noteChange();
        void endWith(
          wait,
          abortable(page, operation.end, () => operationEnded(operation.end)),
        )
          .then(resolve, refuse)
          .finally(() => {
            remove(waiter);
          });
      });
    },
  };
}

/** @throws GatewayError if there is no token for the call */
async function haveToken({ source, gate, clock }: PageCallOptions): Promise<void> {
  await source
    .ready({ kind: 'app' })
    .catch((error: unknown) => failUnsent(gate, error, clock.unixMs()));
}

function* waitsOf(waiters: ReadonlySet<Waiter>): Iterable<WaitSpan | undefined> {
  for (const { wait } of waiters) yield wait;
}

function noteCall({ operation, wait }: Waiter, waitedMs: number, span: CallSpan | undefined): void {
  operation.onCall(waitedMs);
  if (span) wait?.link(span);
}

/** Sends the call, and tells the operations that wait of it and of its retries. */
async function send(
  { source, gate, clock }: PageCallOptions,
  query: StageTaskPageQuery,
  waiters: ReadonlySet<Waiter>,
  span: CallSpan | undefined,
): Promise<StageTaskPage> {
  for (const waiter of waiters) noteCall(waiter, clock.now() - waiter.askedAtMs, span);
  const signal = AbortSignal.timeout(CALL_DEADLINE_MS);
  let attempts = 0;
  const context = {
    signal,
    span,
    deadlineAtMs: clock.now() + CALL_DEADLINE_MS,
    onAttempt() {
      attempts += 1;
      if (attempts > 1) for (const { operation } of waiters) operation.onCall(0);
    },
    admitRetry: async () =>
      waiters.size > 0 && (await acquirePermit(gate, clock, signal, MAX_RETRY_WAIT_MS)),
  };
  const page = await source
    .findByPage(query, context)
    .catch((error: unknown) => failSent(gate, error, clock.unixMs()));
  await gate.noteAnswered();
  return page;
}
