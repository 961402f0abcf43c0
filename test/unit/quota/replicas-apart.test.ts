import fc from 'fast-check';
import { QUOTA, mostInAnyWindow } from '../../support/batching-world';
import {
  callsOfB,
  callsTaken,
  createReplicas,
  disconnect,
  share,
  stateOf,
  tryTake,
} from '../../support/replica-books';

const steps = fc.array(
  fc.record({ afterMs: fc.nat(9_000), replica: fc.nat(3), tries: fc.integer({ min: 1, max: 30 }) }),
  { maxLength: 60 },
);
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('replicas that have lost touch with each other', () => {
  test('together never make more calls than the quota in any window, earlier calls included', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(59_000), { maxLength: 20 }), steps, (ages, schedule) => {
        const { replicas, advance } = createReplicas();
        let nowMs = 1_000_000;
        const madeAtMs = ages.map((ageMs) => nowMs - ageMs).sort((a, b) => a - b);
        const calls = madeAtMs.map((atMs, i) => ({ id: `earlier:${i}`, ageMs: nowMs - atMs }));
        share(replicas, stateOf(calls));
        disconnect(replicas);
        for (const { afterMs, replica, tries } of schedule) {
          nowMs += afterMs;
          advance(afterMs);
          const one = replicas[replica];
          for (let i = 0; one && i < tries && tryTake(one); i += 1) madeAtMs.push(nowMs);
        }
        expect(mostInAnyWindow(madeAtMs, QUOTA)).toBeLessThanOrEqual(QUOTA.calls);
      }),
      { numRuns: 2_000 },
    );
  });

  test('together have the whole quota', () => {
    const { replicas } = createReplicas();
    share(replicas, stateOf([]));
    disconnect(replicas);
    expect(sum(callsTaken(replicas))).toBe(QUOTA.calls);
  });

  test('have the whole quota when they have met one after the other', () => {
    const { replicas } = createReplicas();
    const state = stateOf([]);
    for (let there = 1; there <= 4; there += 1) {
      for (const { book } of replicas.slice(0, there)) {
        book.learn({ ...state, replicas: state.replicas.slice(0, there) });
      }
    }
    disconnect(replicas);
    expect(sum(callsTaken(replicas))).toBe(QUOTA.calls);
  });

  test('count calls that another replica published just before', () => {
    const { replicas } = createReplicas();
    share(replicas, stateOf([]));
    for (const { book } of replicas) {
      for (const call of callsOfB(20)) book.addCall(call);
      // Some are published twice.
      book.addCall({ id: 'b:3', ageMs: 0 });
    }
    disconnect(replicas);
    expect(callsTaken(replicas)).toEqual([0, 0, 0, 0]);
  });

  test('count calls that others made while one replica was still on its way back', () => {
    const { replicas } = createReplicas();
    for (const state of [stateOf([]), stateOf(callsOfB(20))]) {
      for (const { book } of replicas) book.learn(state);
    }
    disconnect(replicas);
    expect(callsTaken(replicas)).toEqual([0, 0, 0, 0]);
  });

  test('keep to their share until all are back, and to the quota of all as well', () => {
    const { replicas, one } = createReplicas({ ...QUOTA, calls: 8 });
    share(replicas, stateOf([]));
    one.book.disconnect();
    // Redis is back, but only one of the other replicas is, and it has been busy.
    const state = stateOf(callsOfB(8));
    one.book.learn({ ...state, replicas: state.replicas.slice(0, 2) });
    const reading = one.book.read(state);

    expect(reading.quotaCalls).toBe(2);
    expect(reading.notBeforeMs).toBe(reading.nowMs + QUOTA.windowMs);
    one.book.rejoin();
    expect(one.book.read(state)).toMatchObject({ quotaCalls: 8, notBeforeMs: -Infinity });
  });

  test('leave the share of a missing replica to it when a new one is back first', () => {
    const { replicas, one } = createReplicas();
    const state = stateOf([]);
    const [a, b, c, d] = state.replicas;
    const known = { ...state, replicas: [a, b, c].flatMap((id) => id ?? []) };
    share(replicas.slice(0, 3), known);
    disconnect(replicas);
    one.book.learn({ ...state, replicas: [a, d].flatMap((id) => id ?? []) });
    expect(one.book.read(state).quotaCalls).toBe(QUOTA.calls / 4);

    // The others are back, then the first knows of all four in either order.
    one.book.learn(known);
    expect(one.book.read(state).quotaCalls).toBe(QUOTA.calls / 4);
    one.book.rejoin();
    one.book.learn(known);
    one.book.disconnect();
    // Replicas that are missing after the return are gone.
    expect(one.book.read(undefined).quotaCalls).toBe(7);
  });

  test('forget no call that the ledger has forgotten', () => {
    const { replicas } = createReplicas();
    share(replicas, stateOf(callsOfB(20)));
    for (const { book } of replicas) {
      book.learn(stateOf([]));
      expect(book.read(stateOf([])).callTimesMs).toHaveLength(20);
    }
  });
});

describe('a replica that has never met the others', () => {
  test('has a quarter of the quota', () => {
    expect(createReplicas().one.book.read(undefined).quotaCalls).toBe(5);
  });
});

describe('a replica that is apart when the monthly number of calls is used up', () => {
  test('makes one call once it is due, and the rest of its share once that call is answered', () => {
    const { replicas, one, advance } = createReplicas();
    share(replicas, stateOf([], { forMs: 3_600_000, reason: 'quota-exhausted' }));
    one.book.disconnect();
    expect(callsTaken([one])).toEqual([0]);
    advance(3_600_000);
    expect(callsTaken([one])).toEqual([1]);
    expect(one.book.noteAnswered()).toBe(true);
    // Its share is five calls.
    expect(callsTaken([one])).toEqual([4]);
    expect(one.book.noteAnswered()).toBe(false);
  });

  test('learns what the others have found out when it is back', () => {
    const { one, advance } = createReplicas();
    one.book.closeFor({ forMs: 3_600_000, reason: 'quota-exhausted' });
    advance(3_600_001);
    share([one], stateOf([], { forMs: 0, reason: 'none' }));
    expect(one.book.read(undefined).closing.reason).toBe('none');
  });
});
