import fc from 'fast-check';
import {
  MINUTE_MS,
  NOW,
  acquireMany,
  close,
  createGateWorld,
  forecastMs,
  quotas,
  schedules,
  tryAcquire,
} from '../../support/gate-world';

describe('the forecast of a gate', () => {
  test('is exact for calls that are sent as soon as possible', async () => {
    const counts = fc.integer({ min: 1, max: 15 });
    await fc.assert(
      fc.asyncProperty(quotas, schedules, counts, async (quota, schedule, count) => {
        const { clock, gate } = createGateWorld(quota);
        for (const { afterMs, demand, closeForMs } of schedule) {
          clock.advance(afterMs);
          if (closeForMs !== null) await close(gate, closeForMs);
          await tryAcquire(gate, demand);
        }
        const expectedMs = await forecastMs(gate, count);
        const startMs = clock.now();
        const cameTrueMs: number[] = [];
        while (cameTrueMs.length < count) {
          const permit = await tryAcquire(gate, { full: true });
          if (permit.granted) cameTrueMs.push(clock.now() - startMs);
          else clock.advance(permit.waitMs);
        }
        expect(expectedMs).toEqual(cameTrueMs);
      }),
      { numRuns: 500 },
    );
  });

  test('costs no call', async () => {
    const { gate } = createGateWorld();
    expect(await forecastMs(gate, 41)).toEqual([
      ...Array<number>(20).fill(0),
      ...Array<number>(20).fill(MINUTE_MS),
      120_000,
    ]);
    expect(await acquireMany(gate, NOW)).toBe(20);
  });

  test('of no calls is empty', async () => {
    expect(await forecastMs(createGateWorld().gate, 0)).toEqual([]);
  });
});
