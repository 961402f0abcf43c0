import { abortable } from '../domain/abortable';
import type { OperationContext } from '../domain/operation-context';
import type { Semester } from '../domain/semester';
import type { SemesterList } from '../feishu/ports';
import { operationEnded, tooLate } from '../quota/quota-errors';
import { createListCall, type ListCallOptions } from './list-call';
import { createSharedList, type FetchedList } from './shared-list';

/** All cycles of the tenant, for those that no call for tasks describes. */
export interface SemesterDirectory {
  /** @throws GatewayError */
  list(operation: OperationContext): Promise<readonly Semester[]>;
  /** Whether the last list had this cycle. A list that is older than a minute is renewed in the background. */
  readonly remembers: (semesterId: string) => boolean;
  /**
   * Whether upstream lists a cycle now; `undefined`: it does not say so within a few seconds, or its list is
   * not complete. Never rejects.
   */
  readonly isListed: (semesterId: string) => Promise<boolean | undefined>;
  /** Fetches the list in the background, ahead of need. If that fails, the next need tries again. */
  readonly prefetch: () => void;
}

/** The names and dates of cycles hardly ever change. */
const REMEMBERED_MS = 60_000;
/** A list that is older may lack a cycle that has just been made. At most six look-ups a minute follow. */
const LIST_COMPLETE_MS = 10_000;
/** What an operation can spare for a look-up, so that its call for tasks is still made in time. */
const LOOK_UP_TIMEOUT_MS = 3_000;
/** Failures in a minute after which look-ups pause: each of them may have taken three calls. */
const MAX_FAILURES = 3;

/** One call for all that ask at the same time, remembered for a minute. */
export function createSemesterDirectory(options: ListCallOptions): SemesterDirectory {
  const { gate, clock } = options;
  const shared = createSharedList(createListCall(options), clock);

  async function requireSoon(deadlineAtMs: number): Promise<void> {
    const { forecast } = await gate.look();
    const waitMs = forecast.waitMs(1);
    if (clock.now() + waitMs > deadlineAtMs) throw tooLate(waitMs, forecast.reason);
  }

  async function lookUp(): Promise<FetchedList> {
    if (!shared.isFetching()) {
      if (shared.recentFailures() >= MAX_FAILURES) throw new Error('look-ups fail');
      await requireSoon(clock.now() + LOOK_UP_TIMEOUT_MS);
    }
    return shared.recall(LIST_COMPLETE_MS) ?? shared.fetch();
  }

  /** Resolves in time: a list that comes too late is remembered for the next need. */
  async function lookUpInTime(): Promise<FetchedList | undefined> {
    const alarm = new AbortController();
    const list = lookUp().catch(() => undefined);
    const tooLong = clock.sleep(LOOK_UP_TIMEOUT_MS, alarm.signal).catch(() => undefined);
    const first = await Promise.race([list, tooLong]);
    alarm.abort();
    return first ?? undefined;
  }

  return {
    async list(operation) {
      const recalled = shared.recall(REMEMBERED_MS);
      if (recalled) return recalled.semesters;
      if (!shared.isFetching()) await requireSoon(operation.deadlineAtMs);
      operation.onCall(0);
      const list = await abortable(shared.fetch(), operation.signal, () => operationEnded(operation.signal));
      return list.semesters;
    },

    remembers(semesterId) {
      const last = shared.last();
      if (last && !shared.recall(REMEMBERED_MS)) void lookUp().catch(() => undefined);
      return last !== undefined && has(last, semesterId);
    },

    async isListed(semesterId) {
      const list = shared.recall(LIST_COMPLETE_MS) ?? (await lookUpInTime());
      if (!list) return undefined;
      if (has(list, semesterId)) return true;
      return list.isComplete ? false : undefined;
    },

    prefetch() {
      void shared.fetch().catch(() => undefined);
    },
  };
}

function has({ semesters }: SemesterList, semesterId: string): boolean {
  return semesters.some(({ id }) => id === semesterId);
}
