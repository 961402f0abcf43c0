import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET } from '../../src/emulator/emulator';
import type { SemesterWire } from '../../src/feishu/wire/semester.wire';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway';
import { MovableClock } from '../support/movable-clock';

/** On this day three cycles of the emulator run: an annual one, a half-year and a quarter. */
const TODAY = '2026-11-23T09:00:00Z';
const MINUTE_MS = 60_000;

let clock: MovableClock;
let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(options: TestGatewayOptions = {}) {
  clock = new MovableClock();
  clock.stepWall(Date.parse(TODAY) - clock.unixMs());
  gateway = await startGateway({ clock, ...options, emulator: { now: clock.unixMs } });
}

interface Cycle {
  readonly id: string;
  readonly [field: string]: unknown;
}
interface Lists {
  readonly semesters: readonly Cycle[];
  readonly currentSemesters: readonly Cycle[];
}

const ask = (text: string) => gateway.query<Lists, object>(text, {});
const listCalls = () => gateway.emulator.callsOf('semesters').length;
const typesOf = (cycles: readonly Cycle[] = []) =>
  cycles.map(({ year, type }) => `${String(year)} ${String(type)}`);

/** Lets Feishu answer with these cycles. */
function listing(items: readonly SemesterWire[] | undefined, times = 1) {
  gateway.emulator.script({
    api: 'semesters',
    times,
    answer: { status: 200, code: 0, data: { items } },
  });
}

const FIELDS = 'id year typeGroup type progress createdAt modifiedAt';

describe('The list of cycles', () => {
  test('has the newest cycle first, with all that Feishu tells of it', async () => {
    await start();
    const { data, errors } = await ask(
      `{ semesters { ${FIELDS} name { text } startTime endTime } }`,
    );

    expect(errors).toEqual([]);
    expect(typesOf(data?.semesters)).toEqual([
      '2026 CUSTOM',
      // Two start on 1 July, and two on 1 January: the lower ID is first.
      '2026 Q3',
      '2026 H2',
      '2026 ANNUAL',
      '2026 H1',
      '2025 H2',
      '2025 ANNUAL',
    ]);
    const running = gateway.emulator.semesters.at(-1);
    expect(data?.semesters.find(({ id }) => id === running?.id)).toEqual({
      id: running?.id,
      year: 2026,
      typeGroup: 'SEMI_ANNUAL',
      type: 'H2',
      progress: 'ENABLED',
      name: { text: '2026 年下半年绩效评估' },
      startTime: '2026-06-30T16:00:00.000Z',
      endTime: '2027-01-31T15:59:59.000Z',
      createdAt: '2026-06-30T16:00:00.000Z',
      modifiedAt: '2026-06-30T16:00:00.000Z',
    });
  });

  test.each([
    ['year: 2025', ['2025 H2', '2025 ANNUAL']],
    ['typeGroup: ANNUAL', ['2026 ANNUAL', '2025 ANNUAL']],
    ['typeGroup: ANNUAL, year: 2025', ['2025 ANNUAL']],
    ['type: H2', ['2026 H2', '2025 H2']],
    ['startsAfter: "2026-10-01T00:00:00Z"', ['2026 CUSTOM']],
    ['endsBefore: "2025-12-31T16:00:00Z"', ['2025 ANNUAL']],
    ['endsBefore: "2025-12-31T15:59:59Z"', []],
    ['startsAfter: "2025-06-30T16:00:00Z", endsBefore: "2026-06-01T00:00:00Z"', []],
    ['startsAfter: "2025-06-30T15:59:59.999Z", endsBefore: "2026-06-01T00:00:00Z"', ['2025 H2']],
    ['year: null, type: MARCH_APRIL', []],
  ])('is narrowed by %s, which needs no call of its own', async (filter, expected) => {
    await start();
    const { data, errors } = await ask(
      `{ semesters(${filter}) { year type } all: semesters { id } }`,
    );

    expect(errors).toEqual([]);
    expect(typesOf(data?.semesters)).toEqual(expected);
    expect(listCalls()).toBe(1);
  });

  test.each([
    ['year: 20266', 'year: expected a year from 1970 to 9999, got 20266'],
    ['year: -1', 'year: expected a year from 1970 to 9999, got -1'],
    ['type: UNKNOWN', 'type: expected a value other than UNKNOWN, got UNKNOWN'],
    ['typeGroup: UNKNOWN', 'typeGroup: expected a value other than UNKNOWN, got UNKNOWN'],
    [
      'startsAfter: "1969-12-31T00:00:00Z"',
      'startsAfter: expected a time from 1970-01-01 on, got Wed Dec 31 1969',
    ],
    [
      'startsAfter: "2026-02-01T00:00:00Z", endsBefore: "2026-02-01T00:00:00Z"',
      'startsAfter: expected a time before endsBefore (2026-02-01T00:00:00.000Z), got 2026-02-01T00:00:00.000Z',
    ],
  ])('refuses %s without a call', async (filter, message) => {
    await start();
    const { errors } = await ask(`{ semesters(${filter}) { id } }`);

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message).toContain(message);
    expect(gateway.emulator.calls).toEqual([]);
  });

  test('has UNKNOWN for values that the gateway does not know, and null for those that are absent', async () => {
    await start();
    listing([
      { id: '2', type: 'Fortnight', type_group: 'Weekly', progress: 'archived' } as SemesterWire,
      { id: '1', start_time: '1' } as SemesterWire,
    ]);
    const { data } = await ask(`{ semesters { ${FIELDS} } }`);

    const absent = { year: null, createdAt: null, modifiedAt: null };
    expect(data?.semesters).toEqual([
      { id: '1', ...absent, typeGroup: null, type: null, progress: null },
      { id: '2', ...absent, typeGroup: 'UNKNOWN', type: 'UNKNOWN', progress: 'UNKNOWN' },
    ]);
  });
});

describe('The current cycles', () => {
  test('are those that run now, and they overlap', async () => {
    await start();
    const { data, errors } = await ask('{ currentSemesters { id year type progress } }');

    expect(errors).toEqual([]);
    expect(typesOf(data?.currentSemesters).sort()).toEqual(['2026 ANNUAL', '2026 H2', '2026 Q3']);
    expect(data?.currentSemesters.map(({ id }) => id)).toContain(gateway.semesterId);
  });

  test('run from their start until their end', async () => {
    await start();
    const nowMs = clock.unixMs();
    const at = (id: string, startMs: number, endMs: number) =>
      ({ id, start_time: String(startMs), end_time: String(endMs) }) as SemesterWire;
    listing([
      at('1', nowMs - 1, nowMs + MINUTE_MS),
      at('2', nowMs + 30_000, nowMs + 2 * MINUTE_MS),
      at('3', nowMs - 10, nowMs),
      at('4', nowMs - 1, 0),
    ]);
    const idsNow = async () =>
      (await ask('{ currentSemesters { id } }')).data?.currentSemesters.map(({ id }) => id);

    expect(await idsNow()).toEqual(['1']);
    clock.advance(30_001);
    expect(await idsNow()).toEqual(['2', '1']);
    expect(listCalls()).toBe(1);
  });

  test('show their tasks, at one call for each cycle', async () => {
    await start();
    const userId = openIds(gateway.emulator.people)[1] ?? '';
    const { data, errors } = await ask(
      `{ currentSemesters { id name { zhCN } userStageTasks(userIds: ["${userId}"]) { semester { id } } } }`,
    );

    expect(errors).toEqual([]);
    for (const { id, userStageTasks } of data?.currentSemesters ?? []) {
      expect(userStageTasks).toEqual([{ semester: { id } }]);
    }
    const calls = gateway.emulator.callsOf('find_by_user_list');
    expect(calls.map(({ semesterId }) => semesterId).sort()).toEqual(
      data?.currentSemesters.map(({ id }) => id).sort(),
    );
    expect(listCalls()).toBe(1);
  });

  test('show no tasks after the tenth, because their calls were not counted', async () => {
    await start();
    const ids = Array.from({ length: 12 }, (_, i) => String(i + 1));
    listing(ids.map((id) => ({ id, start_time: '1', end_time: '9000000000000' }) as SemesterWire));
    const { errors } = await ask(
      '{ currentSemesters { userStageTasks(userIds: ["ou_a", "ou_b"]) { id } } }',
    );

    const refused = errors.filter(
      ({ extensions }) => extensions.code === 'OPERATION_TOO_EXPENSIVE',
    );
    expect(refused.map(({ path }) => path)).toEqual(
      [10, 11].flatMap((i) =>
        [0, 1].map((user) => ['currentSemesters', i, 'userStageTasks', user]),
      ),
    );
    expect(refused[0]?.message).toBe(
      'userStageTasks: expected one of the first 10 cycles of a list, got cycle 11: ask for it by its ID',
    );
  });
});

describe('A cycle by ID', () => {
  test('takes from the list what no answer with tasks has', async () => {
    await start();
    const userIds = JSON.stringify(openIds(gateway.emulator.people.slice(0, 2)));
    const { data, errors } = await gateway.query(
      `{ semester(id: "${gateway.semesterId}") { year type name { enUS } userStageTasks(userIds: ${userIds}) { stale } } }`,
      {},
    );

    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      semester: { year: 2026, type: 'H2', name: { enUS: '2026 H2 Performance Review' } },
    });
    expect(listCalls()).toBe(1);
  });

  test('that Feishu does not list has null fields', async () => {
    await start();
    const { data, errors } = await gateway.query(`{ semester(id: "1") { ${FIELDS} } }`, {});

    expect(errors).toEqual([]);
    expect(data).toEqual({
      semester: {
        id: '1',
        year: null,
        typeGroup: null,
        type: null,
        progress: null,
        createdAt: null,
        modifiedAt: null,
      },
    });
  });
});

describe('The calls for the list', () => {
  test('are one in a minute, however many clients and fields ask', async () => {
    await start();
    const one = '{ semesters { id name { text } } }';
    const other = `{ currentSemesters { id } semesters(year: 2026) { type } semester(id: "${gateway.semesterId}") { year } }`;
    await Promise.all([ask(one), ask(other), ask(one)]);
    clock.advance(MINUTE_MS - 1_000);
    await Promise.all([ask(one), ask(other)]);
    expect(listCalls()).toBe(1);

    clock.advance(2_000);
    await ask(one);
    expect(listCalls()).toBe(2);
  });

  test('are one in a minute for each replica, which has a memory of its own', async () => {
    await start();
    const replica = await createApp(
      loadConfig({
        PORT: '0',
        FEISHU_APP_ID: EMULATOR_APP_ID,
        FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
        FEISHU_BASE_URL: gateway.emulator.url,
        AUTH_ANONYMOUS: 'all',
        LOG_LEVEL: 'silent',
      }),
      { clock },
    );
    const askReplica = () =>
      fetch(`${replica.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ semesters { id } }' }),
      });
    const all = [ask('{ semesters { id } }'), askReplica(), askReplica()];
    await Promise.all(all);
    await ask('{ currentSemesters { id } }');
    await askReplica();
    await replica.close();

    expect(listCalls()).toBe(2);
  });

  test.each([
    ['fails', { answer: { status: 400, code: 99991672 } }],
    ['is refused by the rate limit', { answer: { status: 429, code: 99991400 } }],
    ['cannot be read', { answer: { status: 200, code: 0, data: { items: 'soon' } } }],
    ['has no list', { answer: { status: 200, code: 0, data: {} } }],
    ['has unreadable cycles only', { answer: { status: 200, code: 0, data: { items: [{}] } } }],
  ])('that %s leaves the last list in use for an hour', async (_, fault) => {
    await start();
    const before = await ask('{ semesters { id } }');
    gateway.emulator.script({ api: 'semesters', times: Infinity, ...fault });
    for (const afterMs of [2 * MINUTE_MS, 57 * MINUTE_MS]) {
      clock.advance(afterMs);
      const { data, errors } = await ask('{ semesters { id } }');
      expect(errors).toEqual([]);
      expect(data).toEqual(before.data);
    }

    clock.advance(2 * MINUTE_MS);
    const { data, errors } = await ask('{ semesters { id } }');
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
  });

  test.each([
    ['without a list', undefined],
    ['whose cycles are all unreadable', [{ id: '' }, { id: '' }] as SemesterWire[]],
  ])('with an answer %s are an error and no empty list', async (_, items) => {
    await start();
    listing(items, Infinity);
    const { data, codes } = await ask('{ semesters { id } }');

    expect(data).toBeNull();
    expect(codes).toEqual(['UPSTREAM_MALFORMED']);
    expect((await ask('{ currentSemesters { id } }')).codes).toEqual(['UPSTREAM_MALFORMED']);
  });

  test('with an unreadable cycle are an error only if no other cycle matches', async () => {
    await start();
    listing([{ id: '1', year: 2026 }, { year: 2025 }] as SemesterWire[]);

    expect((await ask('{ semesters { id } }')).data).toEqual({ semesters: [{ id: '1' }] });
    expect((await ask('{ semesters(year: 2025) { id } }')).codes).toEqual(['UPSTREAM_MALFORMED']);
  });

  test('with an empty list are an empty list: the company has no cycles', async () => {
    await start();
    listing([]);

    expect((await ask('{ semesters { id } }')).data).toEqual({ semesters: [] });
  });

  test('are made as the app, also when people are asked for with their own tokens', async () => {
    const env = { AUTH_FEISHU_USERS: 'on', UPSTREAM_IDENTITY: 'caller', AUTH_ANONYMOUS: '' };
    await start({ env });
    const authorization = `Bearer ${gateway.emulator.issueUserToken(gateway.person(0))}`;
    const { data, errors } = await gateway.query<Lists, object>(
      '{ semesters { id } }',
      {},
      {
        authorization,
      },
    );

    expect(errors).toEqual([]);
    expect(data?.semesters).toHaveLength(gateway.emulator.semesters.length);
    expect(gateway.emulator.callsOf('semesters').map(({ tokenKind }) => tokenKind)).toEqual([
      'tenant',
    ]);
  });
});
