import type { LedgerReading } from '../../../src/quota/call-ledger';
import { QUOTA } from '../../support/batching-world';
import { createReplicas, share, stateOf, tryTake } from '../../support/replica-books';

describe('what a replica tells the others', () => {
  test('is each call that it knows of, with its age, while the call is in the window', () => {
    const { one, advance } = createReplicas();
    expect(tryTake(one)).toBe(true);
    one.book.addCall({ id: 'b:1', ageMs: 0 });
    advance(1_000);
    expect(one.book.knowledge().calls).toEqual([
      { id: 'a:1', ageMs: 1_000 },
      { id: 'b:1', ageMs: 1_000 },
    ]);
    advance(QUOTA.windowMs);
    expect(one.book.knowledge().calls).toEqual([]);
  });

  test('is never a call that has left the window, although it looks newer through another replica', () => {
    const { one, advance } = createReplicas();
    one.book.addCall({ id: 'b:1', ageMs: 0 });
    advance(QUOTA.windowMs + 1);
    const state = stateOf([{ id: 'b:1', ageMs: QUOTA.windowMs - 10 }]);
    for (let i = 0; i < 2; i += 1) one.book.learn(state);
    expect(one.book.knowledge().calls).toEqual([]);
  });

  test('is for how long Feishu refuses calls, until that time is over', () => {
    const { one, advance } = createReplicas();
    one.book.closeFor({ forMs: 5_000, reason: 'rate-limited' });
    advance(2_000);
    expect(one.book.knowledge().closing).toEqual({ forMs: 3_000, reason: 'rate-limited' });
    advance(4_000);
    expect(one.book.knowledge().closing.forMs).toBe(0);
  });
});

describe('a reading of the ledger', () => {
  test('is on the clock of the process, whatever the clocks of the others show', () => {
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

  test('tells the calls of others from its own', () => {
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

  test('permits no call once the replica is apart, and one call then', () => {
    const { replicas, one } = createReplicas();
    const state = stateOf([]);
    share(replicas, state);
    const shared = one.book.read(state);
    one.book.disconnect();
    expect(one.book.takeFromShare(shared)).toBe(false);
    const apart = one.book.read(undefined);
    expect([one.book.takeFromShare(apart), one.book.takeFromShare(apart)]).toEqual([true, false]);
  });
});

describe('when the clock of Redis is set', () => {
  test('a known call keeps its real age, even where it would have left the window', () => {
    const { one, advance } = createReplicas();
    one.book.addCall({ id: 'b:1', ageMs: 0 });
    advance(20_000);
    for (const ageMs of [-3_580_000, 0, 3_620_000]) {
      one.book.learn(stateOf([{ id: 'b:1', ageMs }]));
      expect(one.book.knowledge().calls).toEqual([{ id: 'b:1', ageMs: 20_000 }]);
    }
  });

  test('a call that the ledger takes for younger counts as younger, since the ledger would refuse', () => {
    const { one, advance } = createReplicas();
    one.book.addCall({ id: 'b:1', ageMs: 0 });
    advance(20_000);
    const state = stateOf([{ id: 'b:1', ageMs: 5_000 }]);
    share([one], state);
    const agesIn = ({ callTimesMs, nowMs }: LedgerReading) =>
      callTimesMs.map((timeMs) => nowMs - timeMs);
    expect(agesIn(one.book.read(state))).toEqual([5_000]);
    expect(agesIn(one.book.read(undefined))).toEqual([20_000]);
  });

  test('a call from the future counts as just made', () => {
    const { one } = createReplicas();
    one.book.addCall({ id: 'b:1', ageMs: -3_600_000 });
    expect(one.book.knowledge().calls).toEqual([{ id: 'b:1', ageMs: 0 }]);
  });
});
