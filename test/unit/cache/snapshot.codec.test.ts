import type { Snapshot } from '../../../src/cache/snapshot-cache';
import { createEncoder, decodeSnapshot } from '../../../src/cache/snapshot.codec';
import { StageTaskStatus, TaskOption, type StageTask } from '../../../src/domain/stage-task';

const SHARED = { nowMs: 5_000, aheadMs: 1_000 };
const snapshotOf = (startTime: Date) => ({
  stageTasks: null,
  semester: { id: '1', name: null, startTime, endTime: null },
  fetchedAtMs: 4_000,
});

const encode = (key: string, snapshot: Snapshot) => createEncoder(SHARED)(key, snapshot);

test.each([1, Date.UTC(9999, 11, 31), Date.UTC(10_000, 0), 8.64e15])(
  'A date of Feishu survives, however far in the future: %s',
  (ms) => {
    const snapshot = snapshotOf(new Date(ms));
    expect(decodeSnapshot('key', encode('key', snapshot), SHARED)).toEqual(snapshot);
  },
);

test.each(['', 'soon', '+275760-09-13T00:00:00.001Z'])(
  'A snapshot with a malformed date is a miss: %j',
  (text) => {
    const stored = encode('key', snapshotOf(new Date(0)));
    const changed = stored.replace('1970-01-01T00:00:00.000Z', text);
    expect(changed).not.toBe(stored);
    expect(decodeSnapshot('key', changed, SHARED)).toBeUndefined();
  },
);

test('A snapshot under another key is a miss', () => {
  const stored = encode('key', snapshotOf(new Date(1)));
  expect(decodeSnapshot('another key', stored, SHARED)).toBeUndefined();
});

test.each([
  [0, 4_000],
  // Clocks may differ by a second.
  [2_000, 5_000],
  [2_001, undefined],
])('A snapshot that the clock takes for %d ms newer was fetched at %d', (newerMs, fetchedAtMs) => {
  const stored = encode('key', snapshotOf(new Date(1)));
  const later = { ...SHARED, aheadMs: SHARED.aheadMs + newerMs };
  expect(decodeSnapshot('key', stored, later)?.fetchedAtMs).toBe(fetchedAtMs);
});

test('Answers that share tasks, counts and their cycle are read as they were written', () => {
  const { semester, fetchedAtMs } = snapshotOf(new Date(1));
  const task: StageTask = {
    stageId: '7',
    name: { zhCN: '自评 "1"', enUS: null },
    deadline: new Date(2),
    needTodoCount: 0,
    finishedCount: null,
    jumpUrl: 'https://performance.example.com/?a="b"',
    status: StageTaskStatus.NEED_TODO,
    option: TaskOption.TODO,
  };
  const counts = [{ option: TaskOption.TODO, count: 2 }];
  const own = { ...task, stageId: '8', ordinal: 2 };
  const snapshots: Snapshot[] = [[task, own], [own, task], [task], []].map((stageTasks, i) => ({
    stageTasks: { userId: `"${i}"`, counts, stageTasks },
    semester,
    fetchedAtMs,
  }));
  const encodeOne = createEncoder(SHARED);
  const written = snapshots.map((snapshot) => encodeOne('a "key"', snapshot));

  expect(written.map((text) => decodeSnapshot('a "key"', text, SHARED))).toEqual(snapshots);
});
