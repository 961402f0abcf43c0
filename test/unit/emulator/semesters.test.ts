import { type Emulator, startEmulator } from '../../../src/emulator/emulator';
import { at, rawClient, type RawClient, SEMESTERS_PATH, USER_INFO_PATH } from './raw-client';

describe('the list of semesters', () => {
  let emulator: Emulator;
  let client: RawClient;

  beforeAll(async () => {
    const nowMs = Date.parse('2026-11-23T09:00:00Z');
    emulator = await startEmulator({ semesterQuotaCalls: 1000, now: () => nowMs });
    client = rawClient(emulator);
  });

  afterAll(() => emulator.close());

  const list = async (query = '') =>
    client.get(`${SEMESTERS_PATH}${query}`, await client.tenantToken());
  const idsOf = async (query: string) => (await list(query)).body.data.items.map(({ id }) => id);
  const idsAt = (...indexes: number[]) => indexes.map((index) => at(emulator.semesters, index).id);

  test('has all cycles with their names and times', async () => {
    const { body } = await list();
    expect(body.data.items).toHaveLength(7);
    expect(at(body.data.items, 4)).toMatchObject({
      id: at(emulator.semesters, 4).id,
      year: 2025,
      type_group: 'Semi-annual',
      type: 'H2',
      name: { 'zh-CN': '2025 年下半年绩效评估', 'en-US': '2025 H2 Performance Review' },
      progress: 'enabled',
      start_time: String(Date.parse('2025-07-01T00:00:00+08:00')),
      end_time: String(Date.parse('2026-01-31T23:59:59+08:00')),
    });
  });

  test('has cycles of several kinds, one of which has not begun', async () => {
    const { body } = await list();
    const kinds = body.data.items.map(({ year, type_group, type, progress }) =>
      [year, type_group, type, progress].join(' '),
    );
    expect(kinds).toEqual([
      '2025 Annual Annual enabled',
      '2026 Annual Annual enabled',
      '2026 Quarter Q3 enabled',
      '2026 Non-standard Custom initiating',
      '2025 Semi-annual H2 enabled',
      '2026 Semi-annual H1 enabled',
      '2026 Semi-annual H2 enabled',
    ]);
  });

  test('is narrowed by year, type group and type', async () => {
    expect(await idsOf('?year=2025')).toEqual(idsAt(0, 4));
    expect(await idsOf('?year=2026&type=H1')).toEqual(idsAt(5));
    expect(await idsOf('?type_group=Semi-annual')).toEqual(idsAt(4, 5, 6));
    expect(await idsOf('?type_group=Month')).toEqual([]);
  });

  test('drops cycles that start before start_time or end after end_time', async () => {
    const [quarter, half] = [at(emulator.semesters, 2), at(emulator.semesters, 4)];
    expect(await idsOf(`?start_time=${quarter.startTimeMs}`)).toEqual(idsAt(2, 3, 6));
    expect(await idsOf(`?start_time=${quarter.startTimeMs + 1}`)).toEqual(idsAt(3));
    expect(await idsOf(`?end_time=${half.endTimeMs}`)).toEqual(idsAt(0, 4));
    expect(await idsOf(`?end_time=${half.endTimeMs - 1}`)).toEqual(idsAt(0));
  });

  test.each([
    '?year=soon',
    '?type_group=Weekly',
    '?type=H3',
    '?start_time=now',
    '?user_id_type=email',
  ])('refuses %s', async (query) => {
    const { status, body } = await list(query);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 1580102 });
  });

  test('refuses a user token', async () => {
    const token = emulator.issueUserToken(at(emulator.people, 0));
    expect((await client.get(SEMESTERS_PATH, token)).body.code).toBe(99991663);
  });
});

describe('user_info', () => {
  test('returns the person of a user token, and refuses a tenant token', async () => {
    const emulator = await startEmulator();
    const client = rawClient(emulator);
    const person = at(emulator.people, 5);
    const { body } = await client.get(USER_INFO_PATH, emulator.issueUserToken(person));
    expect(body.data).toEqual({
      open_id: person.openId,
      union_id: person.unionId,
      user_id: person.userId,
      tenant_key: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      name: person.name['zh-CN'],
      en_name: person.name['en-US'],
    });
    const refused = await client.get(USER_INFO_PATH, await client.tenantToken());
    expect(refused.body.code).toBe(99991668);
    await emulator.close();
  });
});
