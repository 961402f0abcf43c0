import { type EmulatorOptions, startEmulator } from '../../../src/emulator/emulator';
import { absentees, at, openIds, participants, rawClient, type RawItem } from './raw-client';

type Ask = (body: object) => Promise<{ code: number; items: RawItem[] }>;

/** Runs against an emulator of its own, with 20 participants and one absentee to ask about. */
async function withOptions<T>(
  options: EmulatorOptions,
  test: (ask: Ask, ids: string[], absentId: string) => Promise<T>,
): Promise<T> {
  const emulator = await startEmulator(options);
  try {
    const client = rawClient(emulator);
    const ask: Ask = async (body) => {
      const answer = await client.findByUserList(body);
      return {
        code: answer.body.code,
        items: answer.body.code === 0 ? answer.body.data.items : [],
      };
    };
    const ids = openIds(participants(emulator), 20);
    return await test(ask, ids, at(absentees(emulator), 0).openId);
  } finally {
    await emulator.close();
  }
}

describe('where the documentation contradicts itself or is silent, an option chooses', () => {
  it.each([
    ['task_option_id', ['task_option_id']],
    ['task_option', ['task_option']],
    ['both', ['task_option_id', 'task_option']],
  ] as const)('names the task option %s in both lists', async (taskOptionField, names) => {
    await withOptions({ taskOptionField }, async (ask, ids) => {
      const { items } = await ask({ user_id_lists: ids.slice(0, 1) });
      const { stage_num_lists, stage_task_info_lists } = at(items, 0);
      for (const entry of [...stage_num_lists, ...stage_task_info_lists]) {
        const found = Object.keys(entry).filter((key) => key.startsWith('task_option'));
        expect(found).toEqual(names);
      }
    });
  });

  it('refuses the whole call for one unknown user', async () => {
    await withOptions({ unknownUsers: 'refused' }, async (ask, ids) => {
      expect(await ask({ user_id_lists: [...ids, 'ou_nobody'] })).toMatchObject({ code: 1580102 });
    });
  });

  it('still leaves out people who take no part in the cycle when unknown users are refused', async () => {
    await withOptions({ unknownUsers: 'refused' }, async (ask, ids, absentId) => {
      const { code, items } = await ask({ user_id_lists: [...ids, absentId] });
      expect(code).toBe(0);
      expect(items.map(({ user_id }) => user_id).sort()).toEqual([...ids].sort());
    });
  });

  it('lets counts follow the filters', async () => {
    await withOptions({}, async (ask, ids) => {
      const { items } = await ask({ user_id_lists: ids, task_option_lists: [3] });
      for (const { stage_num_lists } of items) {
        expect(stage_num_lists.slice(0, 2).map(({ stage_num }) => stage_num)).toEqual([0, 0]);
      }
    });
  });

  it('or lets them count everything', async () => {
    await withOptions({ countsFollowFilters: false }, async (ask, ids) => {
      const everything = await ask({ user_id_lists: ids });
      const overdue = await ask({ user_id_lists: ids, task_option_lists: [3] });
      const countsOf = ({ items }: { items: RawItem[] }) =>
        new Map(items.map(({ user_id, stage_num_lists }) => [user_id, stage_num_lists]));
      expect(countsOf(overdue)).toEqual(countsOf(everything));
    });
  });

  it('keeps the order that was asked for without shuffle', async () => {
    await withOptions({ shuffle: false }, async (ask, ids) => {
      const { items } = await ask({ user_id_lists: ids });
      expect(items.map(({ user_id }) => user_id)).toEqual(ids);
    });
  });
});
