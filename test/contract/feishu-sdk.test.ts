import * as lark from '@larksuiteoapi/node-sdk';
import {
  type Emulator,
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
} from '../../src/emulator/emulator';

const silent = () => undefined;
const SILENT_LOGGER = { error: silent, warn: silent, info: silent, debug: silent, trace: silent };

/** A cache of its own: the SDK's default one lives as long as the process and knows no host. */
function sdkClient(emulator: Emulator, appSecret = EMULATOR_APP_SECRET): lark.Client {
  return new lark.Client({
    appId: EMULATOR_APP_ID,
    appSecret,
    domain: emulator.url,
    logger: SILENT_LOGGER,
    cache: new lark.DefaultCache(),
  });
}

describe("Feishu's own SDK cannot tell the emulator from Feishu", () => {
  let emulator: Emulator;
  let client: lark.Client;
  let semesterId: string;
  let participantIds: string[];

  beforeAll(async () => {
    // The dates that these tests name are those of one day.
    const nowMs = Date.parse('2026-11-23T09:00:00Z');
    emulator = await startEmulator({
      quotaCalls: 1000,
      semesterQuotaCalls: 1000,
      now: () => nowMs,
    });
    client = sdkClient(emulator);
    semesterId = emulator.semesters.at(-1)?.id ?? '';
    participantIds = emulator.people
      .map(({ openId }) => openId)
      .filter((userId) => emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId }));
  });

  afterAll(() => emulator.close());

  const findFor = (userIds: string[], options?: Parameters<typeof lark.withAll>[0][number]) =>
    client.performance.v1.stageTask.findByUserList(
      { data: { semester_id: semesterId, user_id_lists: userIds } },
      options,
    );

  test('finds the tasks of named users, with the fields that its types promise', async () => {
    const userIds = participantIds.slice(0, 50);
    const { code, data } = await findFor(userIds);
    expect(code).toBe(0);
    expect(data?.base?.semester_id).toBe(semesterId);
    expect(data?.items?.map(({ user_id }) => user_id).sort()).toEqual([...userIds].sort());
    for (const item of data?.items ?? []) {
      expect(item.stage_num_lists?.map(({ task_option_id }) => task_option_id)).toEqual([1, 2, 3]);
      for (const task of item.stage_task_info_lists ?? []) {
        expect(task).toEqual({
          stage_id: expect.stringMatching(/^\d{19}$/) as string,
          name: { 'zh-CN': expect.any(String) as string, 'en-US': expect.any(String) as string },
          deadline: expect.stringMatching(/^\d{13}$/) as string,
          need_todo_count: expect.any(Number) as number,
          finished_count: expect.any(Number) as number,
          jump_url: expect.stringContaining('https://') as string,
          stage_task_status: expect.any(String) as string,
          task_option_id: expect.any(Number) as number,
        });
      }
    }
  });

  test('passes filters and the ID type on', async () => {
    const person = emulator.people.find(({ openId }) => openId === participantIds[0]);
    const { data } = await client.performance.v1.stageTask.findByUserList({
      params: { user_id_type: 'union_id' },
      data: {
        semester_id: semesterId,
        user_id_lists: [person?.unionId ?? ''],
        task_option_lists: [2],
        before_time: '1794585600000',
      },
    });
    const expected = emulator.expectedTasks({
      semesterId,
      userIdType: 'union_id',
      userId: person?.unionId ?? '',
      taskOptions: [2],
      beforeTime: '1794585600000',
    });
    expect(data?.items).toEqual([expected]);
  });

  test('reads all pages with every participant exactly once', async () => {
    const met: (string | undefined)[] = [];
    let pageToken: string | undefined;
    do {
      const { data } = await client.performance.v1.stageTask.findByPage({
        data: {
          semester_id: semesterId,
          page_size: 50,
          ...(pageToken !== undefined && { page_token: pageToken }),
        },
      });
      met.push(...(data?.items ?? []).map(({ user_id }) => user_id));
      pageToken = data?.has_more ? data.page_token : undefined;
    } while (pageToken !== undefined);
    expect(met).toEqual(participantIds);
  });

  test('lists the semesters and narrows them', async () => {
    const all = await client.performance.v1.semester.list();
    expect(all.data?.items?.map(({ id }) => id)).toEqual(emulator.semesters.map(({ id }) => id));
    const narrowed = await client.performance.v1.semester.list({
      params: { year: 2026, type_group: 'Semi-annual', type: 'H2', user_id_type: 'union_id' },
    });
    expect(narrowed.data?.items).toHaveLength(1);
    expect(narrowed.data?.items?.[0]).toMatchObject({
      id: semesterId,
      create_user_id: emulator.people[0]?.unionId,
    });
  });

  test('reaches the same semesters through its untyped accessor', async () => {
    const answer = await client.request<{ code: number; data: { items: { id: string }[] } }>({
      method: 'GET',
      url: '/open-apis/performance/v1/semesters',
      params: { year: 2025 },
    });
    expect(answer.data.items.map(({ id }) => id)).toEqual(
      [0, 4].map((i) => emulator.semesters[i]?.id),
    );
  });

  test('fetches one tenant token and uses it for several calls', async () => {
    emulator.clearCalls();
    const fresh = sdkClient(emulator);
    await fresh.performance.v1.semester.list();
    await fresh.performance.v1.semester.list();
    expect(emulator.calls.map(({ api, tokenKind }) => [api, tokenKind])).toEqual([
      ['tenant_token', 'none'],
      ['semesters', 'tenant'],
      ['semesters', 'tenant'],
    ]);
  });

  test('reports a wrong secret as an error, also under status 200', async () => {
    const wrong = sdkClient(emulator, 'guess');
    await expect(wrong.performance.v1.semester.list()).rejects.toMatchObject({
      response: { status: 400, data: { code: 99991543 } },
    });
    const lenient = await startEmulator({ tokenErrorStatus: 200 });
    const alsoWrong = sdkClient(lenient, 'guess');
    await expect(alsoWrong.performance.v1.semester.list()).rejects.toThrow('99991543');
    await lenient.close();
  });

  test('reads tasks of a user with the token of that user', async () => {
    const [self = '', colleague = ''] = participantIds;
    const person = emulator.people.find(({ openId }) => openId === self);
    if (!person) throw new Error('expected a participant, got none');
    const asUser = lark.withUserAccessToken(emulator.issueUserToken(person));
    const { data } = await findFor([self], asUser);
    expect(data?.items?.map(({ user_id }) => user_id)).toEqual([self]);
    await expect(findFor([colleague], asUser)).rejects.toMatchObject({
      response: { status: 400, data: { code: 1580102 } },
    });
    expect(emulator.calls.at(-1)?.tokenKind).toBe('user');
    const info = await client.authen.v1.userInfo.get({}, asUser);
    expect(info.data).toMatchObject({ open_id: self, name: person.name['zh-CN'] });
  });

  test('surfaces the rate limit with the headers that say how long to wait', async () => {
    const strict = await startEmulator({ semesterQuotaCalls: 1 });
    const strictClient = sdkClient(strict);
    await strictClient.performance.v1.semester.list();
    await expect(strictClient.performance.v1.semester.list()).rejects.toMatchObject({
      response: {
        status: 429,
        data: { code: 99991400 },
        headers: { 'x-ogw-ratelimit-limit': '1' },
      },
    });
    await strict.close();
  });
});
