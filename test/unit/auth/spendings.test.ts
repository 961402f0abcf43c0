import { waitMsUntil } from '../../../src/auth/spendings';

const WINDOW_MS = 60_000;
const RECENT = [
  { atMs: 1_000, calls: 2 },
  { atMs: 5_000, calls: 1 },
];

test.each([
  [3, 0],
  [2, 51_000],
  [1, 51_000],
  [0, 55_000],
])('At most %i of three recent calls are left after %i ms', (maxCalls, waitMs) => {
  expect(waitMsUntil(maxCalls, RECENT, WINDOW_MS, 10_000)).toBe(waitMs);
});

test.each([[RECENT], [[]]])('Fewer than no calls are never left', (recent) => {
  expect(() => waitMsUntil(-1, recent, WINDOW_MS, 10_000)).toThrow(
    'maxCalls: expected at least 0, got -1',
  );
});
