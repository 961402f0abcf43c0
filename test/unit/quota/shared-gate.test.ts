import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import { createQuotaGate } from '../../../src/quota/quota-gate';
import { IN_TIME, QUOTA, forecastMs, waitMs } from '../../support/gate-world';
import { ManualClock } from '../../support/manual-clock';

describe('a gate whose quota is shared with other processes', () => {
  /** A ledger in which other processes have made calls, and have calls that wait. */
  function startShared(
    foreignCallTimesMs: readonly number[],
    callsWaitingElsewhere: readonly number[],
  ) {
    const clock = new ManualClock(undefined, 0);
    const memory = createMemoryLedger(QUOTA, clock.now);
    const read = async () => {
      const own = await memory.read();
      const callTimesMs = [...foreignCallTimesMs, ...own.callTimesMs];
      return { ...own, callTimesMs, foreignCallTimesMs, callsWaitingElsewhere };
    };
    const ledger = { ...memory, read, recent: () => undefined };
    return createQuotaGate({ quota: QUOTA, ledger, nowMs: clock.now });
  }

  test('is not quiet while other processes are busy, however few requests arrive here', async () => {
    const busyElsewhere = Array.from({ length: 13 }, (_, i) => -43_000 + i * 3_500);
    expect(await waitMs(startShared([], []), IN_TIME)).toBe(0);
    expect(await waitMs(startShared(busyElsewhere, []), IN_TIME)).toBe(2_000);
    expect(await waitMs(startShared(busyElsewhere.slice(1), []), IN_TIME)).toBe(0);
  });

  test('counts as many calls of each other process as of its own', async () => {
    const spent = Array.from({ length: 20 }, (_, i) => -59_000 + i * 1_000);
    const alone = await forecastMs(startShared(spent, []), 3);
    const shared = await forecastMs(startShared(spent, [1, 10]), 3);

    expect(alone).toEqual([1_000, 2_000, 3_000]);
    // One of each before the first; then only the second still has any.
    expect(shared).toEqual([3_000, 5_000, 7_000]);
  });
});
