import { type Emulator, startEmulator } from '../../../src/emulator/emulator';
import {
  at,
  PAGE_PATH,
  participants,
  rawClient,
  type RawClient,
  runningSemester,
} from './raw-client';

describe('find_by_page', () => {
  let emulator: Emulator;
  let client: RawClient;

  beforeAll(async () => {
    emulator = await startEmulator({ quotaCalls: 1000 });
    client = rawClient(emulator);
  });

  afterAll(() => emulator.close());

  const findByPage = async (body: object) =>
    client.post(
      PAGE_PATH,
      { semester_id: runningSemester(emulator).id, ...body },
      await client.tenantToken(),
    );

  test('returns 20 users a page by default, with the same items as find_by_user_list', async () => {
    const { body } = await findByPage({});
    expect(body.data.items).toHaveLength(20);
    expect(body.data.has_more).toBe(true);
    const item = at(body.data.items, 7);
    const semesterId = runningSemester(emulator).id;
    expect(item).toEqual(
      emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId: item.user_id }),
    );
  });

  test('reaches every participant exactly once', async () => {
    const seen: string[] = [];
    let pageToken = '';
    do {
      const { body } = await findByPage({ page_size: 50, page_token: pageToken });
      seen.push(...body.data.items.map(({ user_id }) => user_id));
      pageToken = body.data.has_more ? body.data.page_token : '';
    } while (pageToken !== '');
    expect(seen).toEqual(participants(emulator).map(({ openId }) => openId));
  });

  test('has no further page after one that is full to the last user', async () => {
    const total = participants(emulator).length;
    let start = '';
    for (let seen = 0; seen + 50 < total; seen += 50) {
      start = (await findByPage({ page_size: 50, page_token: start })).body.data.page_token;
    }
    const left = total % 50;
    const positionOf = async (pageSize: number) => {
      const { body } = await findByPage({ page_size: pageSize, page_token: start });
      return [body.data.items.length, body.data.has_more, body.data.page_token === ''];
    };
    expect(await positionOf(left - 1)).toEqual([left - 1, true, false]);
    expect(await positionOf(left)).toEqual([left, false, true]);
  });

  test.each([
    ['a page of 51', { page_size: 51 }],
    ['a page of none', { page_size: 0 }],
    ['a page size in a string', { page_size: '20' }],
    ['a page token that it never gave', { page_token: 'bm9uc2Vuc2U' }],
    ['an unknown semester', { semester_id: '7' }],
  ])('refuses %s', async (_what, parameters) => {
    const { status, body } = await findByPage(parameters);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 1580102 });
  });

  test('refuses the page token of another semester', async () => {
    const { body } = await findByPage({});
    const other = at(emulator.semesters, 0).id;
    const answer = await findByPage({ semester_id: other, page_token: body.data.page_token });
    expect(answer.body.code).toBe(1580102);
  });

  test('refuses a user token', async () => {
    const token = emulator.issueUserToken(at(emulator.people, 0));
    const { body } = await client.post(
      PAGE_PATH,
      { semester_id: runningSemester(emulator).id },
      token,
    );
    expect(body.code).toBe(99991663);
  });
});
