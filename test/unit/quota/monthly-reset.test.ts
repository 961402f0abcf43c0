import fc from 'fast-check';
import { untilMonthlyResetMs } from '../../../src/quota/monthly-reset';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('the monthly quota is reset', () => {
  test.each([
    ['in the last millisecond of a month, in one', '2026-11-30T23:59:59.999+08:00', 1],
    [
      'in the first millisecond of a month, when that ends',
      '2026-12-01T00:00:00.000+08:00',
      31 * DAY_MS,
    ],
    ['at the end of a year, on the 1st of January', '2026-12-31T12:00:00.000+08:00', 12 * HOUR_MS],
    [
      'in the first millisecond of a year, after January',
      '2027-01-01T00:00:00.000+08:00',
      31 * DAY_MS,
    ],
    ['in a February of 28 days, after 28', '2027-02-01T00:00:00.000+08:00', 28 * DAY_MS],
    ['in a leap year, after 29', '2028-02-01T00:00:00.000+08:00', 29 * DAY_MS],
    [
      'by Beijing’s calendar while it is still last month in UTC',
      '2026-11-30T16:00:00.000Z',
      31 * DAY_MS,
    ],
    ['by Beijing’s calendar a millisecond before that', '2026-11-30T15:59:59.999Z', 1],
  ])('%s', (_, now, expectedMs) => {
    expect(untilMonthlyResetMs(Date.parse(now))).toBe(expectedMs);
  });

  test('within the next 31 days, at midnight of a 1st in Beijing', () => {
    const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2060, 0, 1) });
    fc.assert(
      fc.property(instants, (nowMs) => {
        const untilMs = untilMonthlyResetMs(nowMs);
        expect(untilMs).toBeGreaterThan(0);
        expect(untilMs).toBeLessThanOrEqual(31 * DAY_MS);
        const beijing = new Date(nowMs + untilMs).toLocaleString('sv', {
          timeZone: 'Asia/Shanghai',
        });
        expect(beijing).toMatch(/-01 00:00:00$/);
      }),
    );
  });
});
