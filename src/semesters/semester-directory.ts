import { abortable } from '../domain/abortable';
import type { OperationContext } from '../domain/operation-context';
import { operationEnded } from '../domain/operation-ended';
import type { ListedSemester } from '../domain/semester';
import { endWith, type WaitSpan } from '../domain/spans';
import type { SemesterList } from '../feishu/ports';
import { tooLate } from '../quota/quota-errors';
import { createListCall, type ListCallOptions } from './list-call';
import { createSharedList, type FetchedList } from './shared-list';

/** All cycles of the tenant. */
export interface SemesterDirectory {
  /**
   * The list of cycles, at once if it is at most `LIST_FRESH_MS` old. If no newer one can be fetched within a few
   * seconds, a list of up to an hour. Rejects with a GatewayError if there is none.
   */
  list(operation: OperationContext): FetchedList | Promise<FetchedList>;
  /** Whether the last list has the cycle. If that list is older than a minute, a background refresh starts. */
  readonly remembers: (semesterId: string) => boolean;
  /** The last list, of any age; empty if there is none. */
  readonly lastList: () => readonly ListedSemester[];
  /**
   * Whether Feishu lists the cycle now; `undefined` if there is no answer within a few seconds, or if the list
   * is incomplete or empty. Never rejects.
   */
  readonly isListed: (semesterId: string) => Promise<boolean | undefined>;
  /** Fetches the list in the background before it is needed. Errors are ignored: the next use tries again. */
  readonly prefetch: () => void;
}

/** How long a list is used without a call: cycles rarely change. */
export const LIST_FRESH_MS = 60_000;
/** How long a list is used if Feishu gives no newer one. */
const LIST_USABLE_MS = 3_600_000;
/** An older list may lack a new cycle, so a look-up fetches again: at most six times a minute. */
const LIST_COMPLETE_MS = 10_000;
/** How long a look-up may take, so that the operation's call for tasks can still be sent in time. */
const LOOK_UP_TIMEOUT_MS = 3_000;
/** Look-ups pause after this many failures in a minute. With retries, each may have cost three calls. */
const MAX_FAILURES = 3;

/** Concurrent requests for the list share one call, and its result is used for a minute. */
export function createSemesterDirectory(options: ListCallOptions): SemesterDirectory {
  const { gate, clock } = options;
  const shared = createSharedList(createListCall(options), clock);

  async function requireSoon(deadlineAtMs: number): Promise<void> {
    const { forecast } = await gate.look();
    const waitMs = forecast.waitMs(1);
    if (clock.now() + waitMs > deadlineAtMs) throw tooLate(waitMs, forecast.reason);
  }

  async function lookUp(timeoutMs = LOOK_UP_TIMEOUT_MS, wait?: WaitSpan): Promise<FetchedList> {
    if (!shared.isFetching()) {
      if (shared.recentFailures() >= MAX_FAILURES) throw new Error('look-ups paused');
      await requireSoon(clock.now() + timeoutMs);
    }
    return shared.recall(LIST_COMPLETE_MS) ?? shared.fetch(wait);
  }

  /** Resolves within the time limit. A list that arrives later is kept for the next use. */
  async function lookUpInTime(
    timeoutMs = LOOK_UP_TIMEOUT_MS,
    wait?: WaitSpan,
  ): Promise<FetchedList | undefined> {
    const alarm = new AbortController();
    const list = lookUp(timeoutMs, wait).catch(() => undefined);
    const tooLong = clock.sleep(timeoutMs, alarm.signal).catch(() => undefined);
    const first = await Promise.race([list, tooLong]);
    alarm.abort();
    return first ?? undefined;
  }

  async function fetchFor(operation: OperationContext, wait?: WaitSpan): Promise<FetchedList> {
    if (!shared.isFetching()) await requireSoon(operation.deadlineAtMs);
    operation.onCall(0);
    return abortable(shared.fetch(wait), operation.end, () => operationEnded(operation.end));
  }

  /** Takes at most half of the operation's time, so that the rest of it can still be answered. */
  async function newerThan(
    usable: FetchedList,
    operation: OperationContext,
    wait?: WaitSpan,
  ): Promise<FetchedList> {
    const timeLeftMs = operation.deadlineAtMs - clock.now();
    const newer = await lookUpInTime(Math.min(LOOK_UP_TIMEOUT_MS, timeLeftMs / 2), wait);
    if (newer) operation.onCall(0);
    return newer ?? usable;
  }

  return {
    list(operation) {
      const fresh = shared.recall(LIST_FRESH_MS);
      if (fresh) return fresh;
      const usable = shared.recall(LIST_USABLE_MS);
      const wait = operation.span?.startWait();
      return endWith(wait, usable ? newerThan(usable, operation, wait) : fetchFor(operation, wait));
    },

    lastList: () => shared.last()?.semesters ?? [],

    remembers(semesterId) {
      const last = shared.last();
      if (last && !shared.recall(LIST_FRESH_MS)) void lookUp().catch(() => undefined);
      return last !== undefined && has(last, semesterId);
    },

    async isListed(semesterId) {
      const list = shared.recall(LIST_COMPLETE_MS) ?? (await lookUpInTime());
      if (!list) return undefined;
      if (has(list, semesterId)) return true;
      // An empty list may mean that the app lacks a permission.
      return list.isComplete && list.semesters.length > 0 ? false : undefined;
    },

    prefetch() {
      void shared.fetch().catch(() => undefined);
    },
  };
}

function has({ semesters }: SemesterList, semesterId: string): boolean {
  return semesters.some(({ id }) => id === semesterId);
}
