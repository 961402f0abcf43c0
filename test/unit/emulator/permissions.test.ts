import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/emulator';
import {
  at,
  openIds,
  PAGE_PATH,
  participants,
  rawClient,
  type RawClient,
  runningSemester,
  SEMESTERS_PATH,
  USER_INFO_PATH,
} from './raw-client';

const PERFORMANCE_SCOPES = [
  'performance:performance',
  'performance:performance:readonly',
  'performance:semester:read',
];
const USER_ID_SCOPE = 'contact:user.employee_id:readonly';

describe('an app without a scope', () => {
  let emulator: Emulator;
  let client: RawClient;

  const start = async (options: EmulatorOptions) => {
    emulator = await startEmulator(options);
    client = rawClient(emulator);
  };

  afterEach(() => emulator.close());

  const findByPage = async (idType = 'open_id') =>
    client.post(
      `${PAGE_PATH}?user_id_type=${idType}`,
      { semester_id: runningSemester(emulator).id, page_size: 2 },
      await client.tenantToken(),
    );
  const findByUserList = (idType = 'open_id') => {
    const [person] = participants(emulator);
    const id = (idType === 'user_id' ? person?.userId : person?.openId) ?? '';
    return client.findByUserList({ user_id_lists: [id] }, { idType });
  };

  test('for performance data is refused by all three APIs with the scopes that suffice', async () => {
    await start({ missingScopes: PERFORMANCE_SCOPES, quotaCalls: 1, semesterQuotaCalls: 1 });
    const token = await client.tenantToken();
    for (const ask of [findByUserList, findByPage, () => client.get(SEMESTERS_PATH, token)]) {
      // Twice with a quota of one call, since a refused call is not counted.
      await ask();
      const { status, body } = await ask();
      expect({ status, code: body.code }).toEqual({ status: 400, code: 99991672 });
      expect(body.msg).toBe(
        `Access denied. One of the following scopes is required: [${PERFORMANCE_SCOPES.join(', ')}].`,
      );
      expect(body.error.permission_violations).toEqual(
        PERFORMANCE_SCOPES.map((subject) => ({
          type: 'action_scope_required',
          subject,
          description: `the app lacks the scope ${subject}`,
        })),
      );
    }
  });

  test.each(PERFORMANCE_SCOPES)('is answered when it has %s alone', async (scope) => {
    await start({ missingScopes: PERFORMANCE_SCOPES.filter((other) => other !== scope) });
    expect((await findByUserList()).body.code).toBe(0);
    expect((await findByPage()).body.code).toBe(0);
  });

  test('is refused after its token was checked and before its parameters are', async () => {
    await start({ missingScopes: PERFORMANCE_SCOPES });
    const ids = openIds(emulator.people, 1);
    const badToken = await client.findByUserList({ user_id_lists: ids }, { token: 't-never' });
    expect(badToken.body.code).toBe(99991663);
    expect((await client.findByUserList({ user_id_lists: [7] })).body.code).toBe(99991672);
  });

  test('for user IDs receives items without them and without an error when it asks by user_id', async () => {
    await start({ missingScopes: [USER_ID_SCOPE] });
    for (const { body } of [await findByUserList('user_id'), await findByPage('user_id')]) {
      expect(body.code).toBe(0);
      expect(body.data.items.length).toBeGreaterThan(0);
      for (const item of body.data.items) {
        expect(Object.keys(item)).toEqual(['stage_num_lists', 'stage_task_info_lists']);
      }
    }
    const withOpenIds = await findByUserList('open_id');
    expect(at(withOpenIds.body.data.items, 0).user_id).toMatch(/^ou_/);
  });

  test('for user IDs receives none from user_info or the list of cycles either', async () => {
    await start({ missingScopes: [USER_ID_SCOPE] });
    const userToken = emulator.issueUserToken(at(emulator.people, 0));
    const info = await client.get(USER_INFO_PATH, userToken);
    expect(Object.keys(info.body.data)).toEqual([
      ...['open_id', 'union_id', 'tenant_key', 'name', 'en_name'],
    ]);
    const creatorsBy = async (idType: string) => {
      const path = `${SEMESTERS_PATH}?user_id_type=${idType}`;
      const { body } = await client.get(path, await client.tenantToken());
      const { create_user_id, modify_user_id } = at(body.data.items, 0);
      return [create_user_id, modify_user_id];
    };
    expect(await creatorsBy('user_id')).toEqual([undefined, undefined]);
    const { openId } = at(emulator.people, 0);
    expect(await creatorsBy('open_id')).toEqual([openId, openId]);
  });

  test('must lack a scope that exists', async () => {
    await start({});
    await expect(startEmulator({ missingScopes: ['performance:write'] })).rejects.toThrow(
      "missingScopes: expected some of performance:performance, performance:performance:readonly, performance:semester:read, contact:user.employee_id:readonly, got 'performance:write'",
    );
  });
});

describe('a withheld field', () => {
  test.each(['open_id', 'user_id'])(
    'is left out of every item and task, asked by %s',
    async (idType) => {
      const withheldFields = ['user_id', 'jump_url', 'name'];
      const emulator = await startEmulator({ withheldFields });
      const [person] = participants(emulator);
      const id = (idType === 'user_id' ? person?.userId : person?.openId) ?? '';
      const { body } = await rawClient(emulator).findByUserList(
        { user_id_lists: [id] },
        { idType },
      );
      const [item] = body.data.items;
      expect(Object.keys(item ?? {})).toEqual(['stage_num_lists', 'stage_task_info_lists']);
      for (const task of item?.stage_task_info_lists ?? []) {
        expect(Object.keys(task)).toEqual([
          ...['stage_id', 'deadline', 'need_todo_count', 'finished_count'],
          ...['stage_task_status', 'task_option_id'],
        ]);
      }
      expect(item?.stage_task_info_lists.length).toBeGreaterThan(0);
      await emulator.close();
    },
  );

  test('must be a field that exists', async () => {
    await expect(startEmulator({ withheldFields: ['jumpUrl'] })).rejects.toThrow(
      /^withheldFields: expected some of user_id, .*jump_url.*, got 'jumpUrl'$/,
    );
  });
});
