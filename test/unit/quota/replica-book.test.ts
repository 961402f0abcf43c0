import fc from 'fast-check';
import type { LedgerReading } from '../../../src/quota/call-ledger';
import type { ClosingRequest } from '../../../src/quota/closing';
import type { LedgerCall, LedgerState } from '../../../src/quota/ledger-script';
import { quotaAllowsAtMs, type Quota } from '../../../src/quota/pacing';
import { createReplicaBook, type ReplicaBook } from '../../../src/quota/replica-book';
import { ManualClock } from '../../support/manual-clock';

const QUOTA: Quota = { calls: 20, windowMs: 60_000 };
const REPLICAS = ['a', 'b', 'c', 'd'] as const;

interface Replica {
  readonly book: ReplicaBook;
  /** Its own clock differs from the others'. */
  readonly clock: ManualClock;
}

/** Replicas whose clocks run alike, but for what they show. */
function createReplicas(quota = QUOTA) {
  const replicas = REPLICAS.map((replicaId, i): Replica => {
    const clock = new ManualClock(undefined, i * 7_000_000);
    return { clock, book: createReplicaBook({ quota, replicaId, nowMs: clock.now }) };
  });
  const advance = (ms: number) => {
    for (const { clock } of replicas) clock.advance(ms);
  };
  return { replicas, advance };
}

function stateOf(calls: readonly LedgerCall[], closing?: ClosingRequest): LedgerState {
  return {
    calls,
    closing,
    taken: false,
    waitForTurnMs: 0,
    rejectedRecords: 0,
    version: String(calls.length),
    replicas: REPLICAS.map((id) => ({ id, waitingCalls: 0 })),
  };
}

/** Everybody has met, all is shared, and these calls have been made. */
function share(replicas: readonly Replica[], state: LedgerState): void {
  for (const { book } of replicas) {
    book.learn(state);
    book.rejoin();
    book.learn(state);
  }
}

/** As the gate would: only what the reading allows. */
function tryTake({ book }: Replica, quota = QUOTA): boolean {
  const reading = book.read(undefined);
  const ownQuota = { ...quota, calls: reading.quotaCalls };
  const allowedAtMs = Math.max(
    quotaAllowsAtMs(ownQuota, reading.callTimesMs),
    reading.closing.untilMs,
  );
  return allowedAtMs <= reading.nowMs && book.takeFromShare(reading);
}

const steps = fc.array(
  fc.record({ afterMs: fc.nat(9_000), replica: fc.nat(3), tries: fc.integer({ min: 1, max: 30 }) }),
  { maxLength: 60 },
);

describe('replicas that have lost touch with each other', () => {
  test('together never make more calls than the quota in any window, those before counted in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(59_000), { maxLength: 20 }), steps, (ages, schedule) => {
        const { replicas, advance } = createReplicas();
        let nowMs = 1_000_000;
        const madeAtMs = ages.map((ageMs) => nowMs - ageMs).sort((a, b) => a - b);
        const calls = madeAtMs.map((atMs, i) => ({ id: `earlier:${i}`, ageMs: nowMs - atMs }));
        share(replicas, stateOf(calls));
        for (const { book } of replicas) book.disconnect();
        for (const { afterMs, replica, tries } of schedule) {
          nowMs += afterMs;
          advance(afterMs);
          const one = replicas[replica];
          for (let i = 0; one && i < tries; i += 1) if (tryTake(one)) madeAtMs.push(nowMs);
        }
        for (const endMs of madeAtMs) {
          const within = madeAtMs.filter((ms) => ms > endMs - QUOTA.windowMs && ms <= endMs);
          expect(within.length).toBeLessThanOrEqual(QUOTA.calls);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('together have the whole quota, not only what is safe', () => {
    const { replicas } = createReplicas();
    share(replicas, stateOf([]));
    for (const { book } of replicas) book.disconnect();
    const taken = replicas.map((one) => Array.from({ length: 50 }, () => tryTake(one)));

    expect(taken.flat().filter(Boolean)).toHaveLength(QUOTA.calls);
  });

  test('have the calls of the others counted in that were published in the last moment', () => {
    const { replicas } = createReplicas();
    share(replicas, stateOf([]));
    for (const { book } of replicas) {
      for (let i = 0; i < 20; i += 1) book.addCall({ id: `a:${i}`, ageMs: 0 });
      // Some are told twice.
      book.addCall({ id: 'a:3', ageMs: 0 });
      book.disconnect();
    }

    expect(replicas.map((one) => tryTake(one))).toEqual([false, false, false, false]);
  });

  test('keep to their share until everybody is back, and to the quota of all as well', () => {
    const { replicas } = createReplicas({ ...QUOTA, calls: 8 });
    const [one] = replicas;
    share(replicas, stateOf([]));
    one?.book.disconnect();
    // Redis is there again, but only one of the others has come back, and it has been busy.
    const calls = Array.from({ length: 8 }, (_, i) => ({ id: `b:${i}`, ageMs: 0 }));
    const state = stateOf(calls);
    one?.book.learn({ ...state, replicas: state.replicas.slice(0, 2) });
    const reading = one?.book.read(state);

    expect(reading?.quotaCalls).toBe(2);
    expect(reading?.notBeforeMs).toBe((reading?.nowMs ?? 0) + QUOTA.windowMs);
    one?.book.rejoin();
    expect(one?.book.read(state)).toMatchObject({ quotaCalls: 8, notBeforeMs: -Infinity });
  });

  test('have a share of the quota also if they have only just met, one after the other', () => {
    const { replicas } = createReplicas();
    const state = stateOf([]);
    for (let there = 1; there <= 4; there += 1) {
      for (const { book } of replicas.slice(0, there)) {
        book.learn({ ...state, replicas: state.replicas.slice(0, there) });
      }
    }
    for (const { book } of replicas) book.disconnect();
    const taken = replicas.map((one) => Array.from({ length: 50 }, () => tryTake(one)));

    expect(taken.flat().filter(Boolean)).toHaveLength(QUOTA.calls);
  });

  test('count in what others have spent while one was still on its way back', () => {
    const { replicas } = createReplicas();
    const calls = Array.from({ length: 20 }, (_, i) => ({ id: `b:${i}`, ageMs: 0 }));
    for (const { book } of replicas) book.learn(stateOf([]));
    for (const { book } of replicas) book.learn(stateOf(calls));
    for (const { book } of replicas) book.disconnect();

    expect(replicas.map((one) => tryTake(one))).toEqual([false, false, false, false]);
  });

  test('forget no call, even if the ledger has', () => {
    const { replicas } = createReplicas();
    const calls = Array.from({ length: 20 }, (_, i) => ({ id: `b:${i}`, ageMs: 0 }));
    share(replicas, stateOf(calls));
    for (const { book } of replicas) book.learn(stateOf([]));

    for (const { book } of replicas) {
      expect(book.read(stateOf([])).callTimesMs).toHaveLength(20);
    }
  });

  test('have a careful share where one has never met the others', () => {
    const { replicas } = createReplicas();
    const [one] = replicas;

    expect(one?.book.read(undefined).quotaCalls).toBe(5);
  });
});

describe('what a replica tells the others', () => {
  test('is each call that it knows of, with its age, for as long as it is in the window', () => {
    const { replicas, advance } = createReplicas();
    const [one] = replicas;
    if (one) expect(tryTake(one)).toBe(true);
    one?.book.addCall({ id: 'b:1', ageMs: 0 });
    advance(1_000);
    expect(one?.book.knowledge().calls).toEqual([
      { id: 'a:1', ageMs: 1_000 },
      { id: 'b:1', ageMs: 1_000 },
    ]);
    advance(QUOTA.windowMs);
    expect(one?.book.knowledge().calls).toEqual([]);
  });

  test('is how long Feishu has closed the gate, until that has ended', () => {
    const { replicas, advance } = createReplicas();
    const [one] = replicas;
    one?.book.closeFor({ forMs: 5_000, reason: 'rate-limited' });
    advance(2_000);
    expect(one?.book.knowledge().closing).toEqual({ forMs: 3_000, reason: 'rate-limited' });
    advance(4_000);
    expect(one?.book.knowledge().closing.forMs).toBe(0);
  });
});

describe('a reading of the ledger', () => {
  test('is on the clock of the process, whatever the clock of the others shows', () => {
    const { replicas } = createReplicas();
    const closing = { forMs: 4_000, reason: 'rate-limited' } as const;
    const state = stateOf([{ id: 'b:1', ageMs: 1_000 }], closing);
    share(replicas, state);
    for (const { book, clock } of replicas) {
      expect(book.read(state)).toMatchObject({
        nowMs: clock.now(),
        callTimesMs: [clock.now() - 1_000],
        closing: { untilMs: clock.now() + 4_000, reason: 'rate-limited' },
      });
    }
  });

  test('tells the calls of the others from its own', () => {
    const { replicas } = createReplicas();
    const state = stateOf([
      { id: 'a:1', ageMs: 2_000 },
      { id: 'b:1', ageMs: 1_000 },
    ]);
    share(replicas, state);

    expect(replicas.map(({ book }) => book.read(state).foreignCallTimesMs.length)).toEqual([
      1, 1, 2, 2,
    ]);
  });

  test('cannot be used for a call any more once the others are out of touch, nor after a call', () => {
    const { replicas } = createReplicas();
    const [one] = replicas;
    const state = stateOf([]);
    share(replicas, state);
    const shared = one?.book.read(state);
    one?.book.disconnect();
    expect(shared && one?.book.takeFromShare(shared)).toBe(false);
    const apart = one?.book.read(undefined);
    expect(apart && one?.book.takeFromShare(apart)).toBe(true);
    expect(apart && one?.book.takeFromShare(apart)).toBe(false);
  });
});

describe('when the clock of Redis is set', () => {
  test('a call that is known keeps its real age, also where it would have left the window', () => {
    const { replicas, advance } = createReplicas();
    const [one] = replicas;
    one?.book.addCall({ id: 'b:1', ageMs: 0 });
    advance(20_000);
    for (const ageMs of [-3_580_000, 0, 3_620_000]) {
      one?.book.learn(stateOf([{ id: 'b:1', ageMs }]));
      expect(one?.book.knowledge().calls).toEqual([{ id: 'b:1', ageMs: 20_000 }]);
    }
  });

  test('a call that the ledger takes for younger is not tried against: the ledger would refuse', () => {
    const { replicas, advance } = createReplicas();
    const [one] = replicas;
    one?.book.addCall({ id: 'b:1', ageMs: 0 });
    advance(20_000);
    const state = stateOf([{ id: 'b:1', ageMs: 5_000 }]);
    if (one) share([one], state);
    const agesIn = (reading?: LedgerReading) =>
      reading?.callTimesMs.map((timeMs) => reading.nowMs - timeMs);
    expect(agesIn(one?.book.read(state))).toEqual([5_000]);
    expect(agesIn(one?.book.read(undefined))).toEqual([20_000]);
  });

  test('a call from the future counts as just made', () => {
    const { replicas } = createReplicas();
    const [one] = replicas;
    one?.book.addCall({ id: 'b:1', ageMs: -3_600_000 });
    expect(one?.book.knowledge().calls).toEqual([{ id: 'b:1', ageMs: 0 }]);
  });
});

describe('a replica that is apart when the monthly number of calls is used up', () => {
  test('makes one call once it is due, and all that it may once that is answered', () => {
    const { replicas, advance } = createReplicas();
    const [one] = replicas;
    share(replicas, stateOf([], { forMs: 3_600_000, reason: 'quota-exhausted' }));
    one?.book.disconnect();
    const tryMany = () => Array.from({ length: 9 }, () => one && tryTake(one)).filter(Boolean);
    expect(tryMany()).toHaveLength(0);
    advance(3_600_000);
    expect(tryMany()).toHaveLength(1);
    expect(one?.book.noteAnswered()).toBe(true);
    // Its share is five calls.
    expect(tryMany()).toHaveLength(4);
    expect(one?.book.noteAnswered()).toBe(false);
  });

  test('knows what the others have found out when it is back', () => {
    const { replicas, advance } = createReplicas();
    const [one] = replicas;
    one?.book.closeFor({ forMs: 3_600_000, reason: 'quota-exhausted' });
    advance(3_600_001);
    if (one) share([one], stateOf([], { forMs: 0, reason: 'none' }));
    expect(one?.book.read(undefined).closing.reason).toBe('none');
  });
});
