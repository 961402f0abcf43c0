import { userKey } from '../../../src/batching/scope';
import { Secret } from '../../../src/domain/secret';
import { FIRST_POSITION } from '../../../src/domain/page-position';
import type { Principal } from '../../../src/domain/principal';
import type { StageTask, UserStageTasks } from '../../../src/domain/stage-task';
import type { LoadedStageTasks } from '../../../src/loading/loaded-stage-tasks';
import { createMarks } from '../../../src/loading/marks';
import { ManualClock } from '../../support/manual-clock';
import {
  createLoadingWorld,
  SERVICE,
  settle,
  type LoadingOptions,
} from '../../support/loading-world';

const EVENT_MS = 10_000;

/** Tasks that say when Feishu was asked. */
function tasksAt(userId: string, atMs: number): UserStageTasks {
  const task: StageTask = {
    ...{ stageId: String(atMs), name: null, deadline: null, needTodoCount: 1 },
    ...{ finishedCount: null, jumpUrl: null, status: 'NEED_TODO', option: 'TODO' },
  };
  return { userId, counts: [], stageTasks: [task] };
}

/** What an operation shows of a user: when Feishu was asked, and whether the answer is marked as stale. */
interface Shown {
  readonly askedAtMs: number;
  readonly stale: boolean;
}

const shownOf = (tasks: LoadedStageTasks | null): Shown | null =>
  tasks && { askedAtMs: Number(tasks.stageTasks[0]?.stageId), stale: tasks.stale };

function start(options: LoadingOptions = {}) {
  const world = createLoadingWorld({
    answerOf: (userId, { atMs }) => tasksAt(userId, atMs),
    everyoneIn: ({ atMs }) => ['ou_1', 'ou_2', 'ou_3'].map((id) => tasksAt(id, atMs)),
    ...options,
  });
  const { clock, markedRefresh, startOperation } = world;
  const at = <T>(ms: number, run: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      clock.at(ms, () => void run().then(resolve, reject));
    });
  return {
    ...world,
    /** Reads one user at a moment. */
    read: (ms: number, id: string, principal: Principal = SERVICE) =>
      at(ms, () =>
        settle(() =>
          startOperation(principal).loader.stageTasks({ id, idType: 'OPEN_ID' }, '1', {}, Infinity),
        ).then(shownOf),
      ),
    readEveryone: (ms: number) =>
      at(ms, async () => {
        const query = { semesterId: '1', idType: 'OPEN_ID', filter: {}, first: 50 } as const;
        const { loader } = startOperation(SERVICE);
        const { users } = await loader.everyone({ ...query, after: FIRST_POSITION });
        return users.map(({ tasks }) => (tasks instanceof Error ? null : shownOf(tasks)));
      }),
    report: (ms: number, ...ids: string[]) => {
      clock.at(ms, () => {
        const users = ids.map((id) => ({ id, idType: 'OPEN_ID' as const }));
        markedRefresh.note({ semesterId: '1', users }, clock.now());
      });
    },
  };
}

describe('an answer of a user whose change Feishu has reported', () => {
  test('is stale at once, and a call in the background replaces it within two seconds', async () => {
    const { calls, read, report, run } = start();
    const before = read(9_000, 'ou_1');
    report(EVENT_MS, 'ou_1');
    const reads = [read(EVENT_MS + 1, 'ou_1'), read(EVENT_MS + 2_000, 'ou_1')];
    await run();
    expect(await before).toMatchObject({ stale: false });
    const [atOnce, later] = await Promise.all(reads);
    expect(atOnce).toEqual({ ...(await before), stale: true });
    expect(later?.stale).toBe(false);
    expect(later?.askedAtMs).toBeGreaterThan(EVENT_MS);
    expect(calls.map(({ userIds }) => userIds)).toEqual([['ou_1'], ['ou_1']]);
  });

  test('is replaced by a half-empty call that is sent anyway, at no further call', async () => {
    const { calls, read, report, run } = start();
    const reads = [read(0, 'ou_1')];
    report(EVENT_MS, 'ou_1');
    reads.push(read(EVENT_MS + 500, 'ou_2'), read(EVENT_MS + 1_500, 'ou_1'));
    await run();
    await Promise.all(reads);
    expect(calls.map(({ userIds }) => userIds)).toEqual([['ou_1'], ['ou_2', 'ou_1']]);
    expect(await reads[2]).toMatchObject({ stale: false });
  });

  test('does not count as newer if its call was in flight at that time', async () => {
    const { calls, read, report, run } = start({ fateOf: () => ({ latencyMs: 2_000 }) });
    const inFlight = read(EVENT_MS - 1_000, 'ou_1');
    report(EVENT_MS, 'ou_1');
    const later = read(EVENT_MS + 9_000, 'ou_1');
    await run();
    expect(await inFlight).toMatchObject({ stale: true });
    const shown = await later;
    expect(shown?.stale).toBe(false);
    expect(shown?.askedAtMs).toBeGreaterThan(EVENT_MS);
    expect(calls).toHaveLength(2);
  });

  test('stays stale without quota to spare, and costs no call', async () => {
    const quota = { calls: 2, windowMs: 60_000 };
    const { calls, read, report, run } = start({ quota });
    const before = read(0, 'ou_1');
    report(EVENT_MS, 'ou_1');
    const during = read(EVENT_MS + 30_000, 'ou_1');
    await run();
    await before;
    expect(await during).toMatchObject({ stale: true });
    const early = calls.filter(({ atMs }) => atMs < quota.windowMs);
    expect(early).toHaveLength(1);
  });

  test('is left to another replica that has claimed it, until the claim ends', async () => {
    let claims = 0;
    const { calls, read, report, run } = start({
      claim: (names) => {
        claims += 1;
        return Promise.resolve(names.map(() => claims > 3));
      },
    });
    const reads = [read(0, 'ou_1'), read(EVENT_MS + 4_500, 'ou_1')];
    report(EVENT_MS, 'ou_1');
    await run();
    const [, later] = await Promise.all(reads);
    expect(later?.stale).toBe(false);
    expect(calls).toHaveLength(2);
    expect(claims).toBe(4);
  });

  test('is refreshed once, however many events there are', async () => {
    const { calls, read, report, run } = start();
    const before = read(0, 'ou_1');
    for (let i = 0; i < 500; i += 1) report(EVENT_MS, 'ou_1', 'ou_2');
    await run();
    await before;
    expect(calls).toHaveLength(2);
  });

  test('shares one call with the others of its cycle', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `ou_${i}`);
    const { calls, read, report, run } = start();
    const reads = ids.map((id) => read(0, id));
    for (const id of ids) report(EVENT_MS, id);
    await run();
    await Promise.all(reads);
    expect(calls.map(({ userIds }) => userIds.length)).toEqual([50, 50]);
  });

  test('is asked for again before it is shown, if it says that Feishu knows no tasks', async () => {
    const { read, report, run } = start({
      answerOf: (userId, { atMs }) => (atMs < EVENT_MS ? null : tasksAt(userId, atMs)),
    });
    const reads = [read(0, 'ou_1')];
    report(EVENT_MS, 'ou_1');
    reads.push(read(EVENT_MS + 1, 'ou_1'));
    await run();
    expect(await reads[0]).toBeNull();
    expect(await reads[1]).toMatchObject({ stale: false });
  });
});

test('A report about users whose answers are not remembered costs no call', async () => {
  const { calls, read, report, run } = start();
  const before = read(0, 'ou_1');
  report(EVENT_MS, ...Array.from({ length: 1_000 }, (_, i) => `ou_${i + 2}`));
  report(3_700_000, 'ou_1');
  await run();
  await before;
  expect(calls).toHaveLength(1);
});

describe('a user whom a stream watches', () => {
  const key = userKey(
    { identity: { kind: 'app' }, semesterId: '1', idType: 'OPEN_ID', filter: {} },
    'ou_1',
  );

  test.each([
    ['has been evicted', { maxUsers: 1 }],
    ['has expired', { lifetimes: { freshMs: 5_000, staleMs: 5_000 } }],
  ])('is refreshed after a report, although the answer %s', async (_, options) => {
    const { calls, changes, clock, read, report, run } = start(options);
    const told: number[] = [];
    clock.at(0, () => changes.watch(key, () => told.push(clock.now())));
    const reads = [read(0, 'ou_1'), read(1_000, 'ou_2')];
    report(EVENT_MS, 'ou_1');
    await run();
    await Promise.all(reads);
    expect(calls.map(({ userIds }) => userIds)).toEqual([['ou_1'], ['ou_2'], ['ou_1']]);
    expect(told.map((ms) => ms > EVENT_MS)).toEqual([false, true]);
  });

  test('is loaded after a report, although the first load has failed', async () => {
    const { calls, changes, clock, report, run } = start();
    const told: number[] = [];
    clock.at(0, () => changes.watch(key, () => told.push(clock.now())));
    report(EVENT_MS, 'ou_1');
    await run();
    expect([calls.length, told.length]).toEqual([1, 1]);
  });

  test('costs no call once no stream watches', async () => {
    const { calls, changes, clock, report, run } = start();
    clock.at(0, () => {
      changes.watch(key, () => undefined).stop();
    });
    report(EVENT_MS, 'ou_1');
    await run();
    expect(calls).toEqual([]);
  });
});

test("An answer in a person's own name is stale, and is refreshed in that name when it is read", async () => {
  const id = 'ou_1';
  const ids = [{ id, idType: 'OPEN_ID' as const }];
  const accessToken = new Secret('u-1');
  const person: Principal = {
    ...{ kind: 'user', name: 'a', policy: 'self', ids, accessToken, tenantKey: null },
  };
  const { calls, read, report, run } = start({ mode: 'caller' });
  const reads = [read(0, id, person)];
  report(EVENT_MS, id);
  reads.push(read(EVENT_MS + 5_000, id, person), read(EVENT_MS + 8_000, id, person));
  await run();
  expect((await Promise.all(reads)).map((shown) => shown?.stale)).toEqual([false, true, false]);
  expect(calls.map(({ identity }) => identity.kind)).toEqual(['user', 'user']);
});

test('A page shows which of its users are outdated, and then their newer answers', async () => {
  const { calls, pageCalls, readEveryone, report, run } = start();
  const reads = [readEveryone(0)];
  report(EVENT_MS, 'ou_2');
  reads.push(readEveryone(EVENT_MS + 1), readEveryone(EVENT_MS + 2_000));
  await run();
  const [before, atOnce, later] = await Promise.all(reads);
  expect(before?.map((shown) => shown?.stale)).toEqual([false, false, false]);
  expect(atOnce?.map((shown) => shown?.stale)).toEqual([false, true, false]);
  expect(later?.map((shown) => shown?.stale)).toEqual([false, false, false]);
  expect(later?.map((shown) => (shown?.askedAtMs ?? 0) > EVENT_MS)).toEqual([false, true, false]);
  expect([pageCalls.length, calls.length]).toEqual([1, 1]);
});

describe('a mark', () => {
  const FRESH_MS = 60_000;
  const user = { id: 'ou_1', idType: 'OPEN_ID' } as const;
  const scope = { semesterId: '1', idType: 'OPEN_ID' } as const;
  const create = (freshMs = FRESH_MS) => {
    const clock = new ManualClock();
    return { clock, marks: createMarks({ freshMs, nowMs: clock.now }) };
  };

  test('is about one user of one cycle and one ID type', () => {
    const { clock, marks } = create();
    const now = clock.now();
    marks.mark('1', user, now);
    const old = { askedAtMs: now };
    expect(marks.outdatedIn(scope)('ou_1', old)).toBe(true);
    expect(marks.outdatedIn(scope)('ou_1', { askedAtMs: now + 1 })).toBe(false);
    expect(marks.outdatedIn(scope)('ou_2', old)).toBe(false);
    expect(marks.outdatedIn({ ...scope, semesterId: '2' })('ou_1', old)).toBe(false);
    expect(marks.outdatedIn({ ...scope, idType: 'USER_ID' })('ou_1', old)).toBe(false);
  });

  test('makes an answer outdated of which it is not known when it was asked for', () => {
    const { clock, marks } = create();
    marks.mark('1', user, clock.now());
    expect(marks.outdatedIn(scope)('ou_1', {})).toBe(true);
  });

  test('keeps the time of the last report, in whichever order reports arrive', () => {
    const { clock, marks } = create();
    const now = clock.now();
    marks.mark('1', user, now);
    marks.mark('1', user, now - 5);
    expect(marks.outdatedIn(scope)('ou_1', { askedAtMs: now })).toBe(true);
  });

  test('lives as long as an answer is fresh', () => {
    const { clock, marks } = create();
    const old = { askedAtMs: clock.now() };
    marks.mark('1', user, clock.now());
    clock.advance(FRESH_MS - 1);
    expect(marks.outdatedIn(scope)('ou_1', old)).toBe(true);
    clock.advance(2);
    expect(marks.outdatedIn(scope)('ou_1', old)).toBe(false);
  });

  test('does not exist without a fresh time', () => {
    const { clock, marks } = create(0);
    marks.mark('1', user, clock.now());
    expect(marks.outdatedIn(scope)('ou_1', { askedAtMs: clock.now() })).toBe(false);
  });

  test('is one of at most 50,000', () => {
    const { clock, marks } = create();
    for (let i = 0; i <= 50_000; i += 1) {
      marks.mark('1', { id: `ou_${i}`, idType: 'OPEN_ID' }, clock.now());
    }
    expect(marks.outdatedIn(scope)('ou_0', {})).toBe(false);
    expect(marks.outdatedIn(scope)('ou_50000', {})).toBe(true);
  });
});
