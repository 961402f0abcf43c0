import type { ClosingRequest } from '../../src/quota/closing';
import type { LedgerCall, LedgerState } from '../../src/quota/ledger-script';
import { quotaAllowsAtMs } from '../../src/quota/pacing';
import { createReplicaBook, type ReplicaBook } from '../../src/quota/replica-book';
import { QUOTA } from './batching-world';
import { ManualClock } from './manual-clock';

const REPLICAS = ['a', 'b', 'c', 'd'] as const;

export interface Replica {
  readonly book: ReplicaBook;
  /** Its own clock differs from the others'. */
  readonly clock: ManualClock;
}

/** Replicas whose clocks run alike and show different times. */
export function createReplicas(quota = QUOTA) {
  const create = (replicaId: string, i: number): Replica => {
    const clock = new ManualClock(undefined, i * 7_000_000);
    return { clock, book: createReplicaBook({ quota, replicaId, nowMs: clock.now }) };
  };
  const [first, ...others] = REPLICAS;
  const one = create(first, 0);
  const replicas = [one, ...others.map((id, i) => create(id, i + 1))];
  const advance = (ms: number) => {
    for (const { clock } of replicas) clock.advance(ms);
  };
  /** The first replica, whose calls are `a:…`, is `one`. */
  return { replicas, one, advance };
}

/** As many calls of the replica `b`, made just now. */
export const callsOfB = (count: number): LedgerCall[] =>
  Array.from({ length: count }, (_, i) => ({ id: `b:${i}`, ageMs: 0 }));

export function stateOf(calls: readonly LedgerCall[], closing?: ClosingRequest): LedgerState {
  return {
    calls,
    closing,
    taken: 0,
    waitForTurnMs: 0,
    turnsBefore: 0,
    rejectedRecords: 0,
    version: String(calls.length),
    replicas: REPLICAS.map((id) => ({ id, waitingCalls: 0 })),
  };
}

/** All replicas have met, share the ledger, and have read this state of it. */
export function share(replicas: readonly Replica[], state: LedgerState): void {
  for (const { book } of replicas) {
    book.learn(state);
    book.rejoin();
    book.learn(state);
  }
}

export function disconnect(replicas: readonly Replica[]): void {
  for (const { book } of replicas) book.disconnect();
}

/** Makes a call if the book allows it, as the gate would. */
export function tryTake({ book }: Replica, quota = QUOTA): boolean {
  const reading = book.read(undefined);
  const ownQuota = { ...quota, calls: reading.quotaCalls };
  const allowedAtMs = Math.max(
    quotaAllowsAtMs(ownQuota, reading.callTimesMs),
    reading.closing.untilMs,
  );
  return allowedAtMs <= reading.nowMs && book.takeFromShare(reading);
}

/** How many of 50 tries of each replica make a call. */
export const callsTaken = (replicas: readonly Replica[]): number[] =>
  replicas.map((one) => Array.from({ length: 50 }, () => tryTake(one)).filter(Boolean).length);
