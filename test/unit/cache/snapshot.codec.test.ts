import { decodeSnapshot, encodeSnapshot } from '../../../src/cache/snapshot.codec';

const SHARED = { nowMs: 5_000, aheadMs: 1_000 };
const snapshotOf = (startTime: Date) => ({
  stageTasks: null,
  semester: { id: '1', name: null, startTime, endTime: null },
  fetchedAtMs: 4_000,
});

test.each([1, Date.UTC(9999, 11, 31), Date.UTC(10_000, 0), 8.64e15])(
  'A date of Feishu survives, however far in the future: %s',
  (ms) => {
    const snapshot = snapshotOf(new Date(ms));
    expect(decodeSnapshot('key', encodeSnapshot('key', snapshot, SHARED), SHARED)).toEqual(
      snapshot,
    );
  },
);

test.each(['', 'soon', '+275760-09-13T00:00:00.001Z'])(
  'A snapshot with a malformed date is a miss: %j',
  (text) => {
    const stored = encodeSnapshot('key', snapshotOf(new Date(0)), SHARED);
    const changed = stored.replace('1970-01-01T00:00:00.000Z', text);
    expect(changed).not.toBe(stored);
    expect(decodeSnapshot('key', changed, SHARED)).toBeUndefined();
  },
);

test('A snapshot under another key is a miss', () => {
  const stored = encodeSnapshot('key', snapshotOf(new Date(1)), SHARED);
  expect(decodeSnapshot('another key', stored, SHARED)).toBeUndefined();
});

test.each([
  [0, 4_000],
  // Clocks may differ by a second.
  [2_000, 5_000],
  [2_001, undefined],
])('A snapshot that the clock takes for %d ms newer was fetched at %d', (newerMs, fetchedAtMs) => {
  const stored = encodeSnapshot('key', snapshotOf(new Date(1)), SHARED);
  const later = { ...SHARED, aheadMs: SHARED.aheadMs + newerMs };
  expect(decodeSnapshot('key', stored, later)?.fetchedAtMs).toBe(fetchedAtMs);
});
