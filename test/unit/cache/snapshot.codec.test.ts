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
