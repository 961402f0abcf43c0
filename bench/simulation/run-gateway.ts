import { createBatcher } from '../../src/batching/batcher';
import { createKnownSemesters } from '../../src/semesters/known-semesters';
import { createRefreshAhead } from '../../src/loading/refresh-ahead';
import type { StageTaskSource } from '../../src/feishu/ports';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import type { Quota } from '../../src/quota/pacing';
import { createQuotaGate } from '../../src/quota/quota-gate';
import { VirtualClock } from '../../test/support/virtual-clock';

/** The list of cycles cannot be read. */
export const UNREADABLE_LIST = {
  isListed: () => Promise.resolve(undefined),
  remembers: () => false,
};

/** What a workload was like for those who waited, and for the quota. */
export interface Outcome {
  readonly waitsMs: readonly number[];
  readonly callTimesMs: readonly number[];
  /** From arrival to refusal, of those who could not be answered in time. */
  readonly refusalDelaysMs: readonly number[];
  readonly mostWaiting: number;
}

const UPSTREAM_LATENCY_MS = 100;
export const DEADLINE_MS = 15_000;

/**
 * The gateway's own batcher, planner, gate, ledger and pacing, on virtual time.
 * @param scopes review cycles that the users ask about in turn; no two of them share a call
 */
export async function runGateway(
  quota: Quota,
  arrivalsMs: readonly number[],
  scopes = 1,
): Promise<Outcome> {
  const clock = new VirtualClock();
  const callTimesMs: number[] = [];
  const waitsMs: number[] = [];
  const refusalDelaysMs: number[] = [];
  let mostWaiting = 0;

  const upstream: StageTaskSource = {
    ready: () => Promise.resolve(),
    async findByUserList(query) {
      callTimesMs.push(clock.now());
      await clock.sleep(UPSTREAM_LATENCY_MS);
      const users = new Map(
        query.userIds.map((userId) => [userId, { userId, counts: [], stageTasks: [] }]),
      );
      return { semester: null, users, isComplete: true, fetchedAtMs: clock.now() };
    },
  };
  const gate = createQuotaGate({
    quota,
    ledger: createMemoryLedger(quota, clock.now),
    nowMs: clock.now,
  });
  const batcher = createBatcher({
    source: upstream,
    gate,
    semesters: createKnownSemesters({ nowMs: clock.now, directory: UNREADABLE_LIST }),
    spareSeats: createRefreshAhead({ freshMs: 60_000, nowMs: clock.now }),
    remember: () => undefined,
    clock,
    onDefect: (error) => {
      throw error;
    },
  });
  const identity = { kind: 'app' as const };
  const scopeOf = (i: number) => ({
    identity,
    semesterId: String(i % scopes),
    idType: 'OPEN_ID' as const,
    filter: {},
  });

  // Latest first, which is the cheap order to fill the clock in.
  for (const [i, arrivalMs] of [...arrivalsMs].reverse().entries()) {
    clock.at(arrivalMs, () => {
      const deadlineAtMs = arrivalMs + DEADLINE_MS;
      const { signal } = new AbortController();
      const caller = {
        signal,
        deadlineAtMs,
        onCall: () => undefined,
        background: false,
        leavesReserve: false,
      };
      const [answer] = batcher.load(scopeOf(i), [`user ${i}`], caller);
      mostWaiting = Math.max(mostWaiting, batcher.waitingUsers());
      answer?.then(
        () => waitsMs.push(clock.now() - arrivalMs),
        () => refusalDelaysMs.push(clock.now() - arrivalMs),
      );
    });
  }
  await clock.run();
  return { waitsMs, callTimesMs, refusalDelaysMs, mostWaiting };
}
