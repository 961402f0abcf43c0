import { type EmulatorOptions, startEmulator } from '../../../src/emulator/emulator';
import {
  absentees,
  at,
  openIds,
  participants,
  type RawAnswer,
  type RawBody,
  rawClient,
  type RawItem,
  type RawTask,
  runningSemester,
} from './raw-client';

interface Found extends Pick<RawAnswer, 'status'>, Pick<RawBody, 'code' | 'msg'> {
  error?: RawBody['error'];
  items: RawItem[];
}
type Ask = (body: object) => Promise<Found>;

const tasksOf = (item: RawItem) => item.stage_task_info_lists;
const isOverdue = (task: RawTask) => task.task_option_id === 3;

/** Runs against an emulator of its own, with 20 participants and one absentee. */
async function withOptions<T>(
  options: EmulatorOptions,
  test: (ask: Ask, ids: string[], absentId: string, firstDeadlineMs: number) => Promise<T>,
): Promise<T> {
  const emulator = await startEmulator(options);
  try {
    const client = rawClient(emulator);
    const ask: Ask = async (body) => {
      const { status, body: answer } = await client.findByUserList(body);
      return { ...answer, status, items: answer.code === 0 ? answer.data.items : [] };
    };
    const ids = openIds(participants(emulator), 20);
    const { deadlineMs } = at(runningSemester(emulator).stages, 0);
    return await test(ask, ids, at(absentees(emulator), 0).openId, deadlineMs);
  } finally {
    await emulator.close();
  }
}

describe('an option of the emulator, where the documentation is silent or contradicts itself,', () => {
  test.each([
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

  test('refuses the whole call for one unknown user', async () => {
    await withOptions({ unknownUsers: 'refused' }, async (ask, ids) => {
      expect(await ask({ user_id_lists: [...ids, 'ou_unknown'] })).toMatchObject({ code: 1580102 });
    });
  });

  test('leaves out people outside the cycle even when unknown users are refused', async () => {
    await withOptions({ unknownUsers: 'refused' }, async (ask, ids, absentId) => {
      const { code, items } = await ask({ user_id_lists: [...ids, absentId] });
      expect(code).toBe(0);
      expect(items.map(({ user_id }) => user_id).sort()).toEqual([...ids].sort());
    });
  });

  const codesOfIdKinds = [99992351, 99992352, 99992353, 99992354] as const;
  test.each(codesOfIdKinds)(
    'refuses with %d and names the ID in the message',
    async (refusalCode) => {
      await withOptions({ unknownUsers: 'refused', refusalCode }, async (ask, ids) => {
        for (const id of ['ou_unknown', 'nonsense']) {
          const { status, code, msg, error } = await ask({ user_id_lists: [...ids, id] });
          expect({ status, code }).toEqual({ status: 400, code: refusalCode });
          expect(msg).toBe(
            `The request you send is not a valid {open_id} or not exists. Invalid ids: [${id}] .`,
          );
          expect(error?.field_violations).toBeUndefined();
        }
      });
    },
  );

  test('refuses with 99992361 as an open ID of another app, which names no ID', async () => {
    await withOptions({ unknownUsers: 'refused', refusalCode: 99992361 }, async (ask, ids) => {
      expect(await ask({ user_id_lists: [...ids, 'ou_unknown'] })).toMatchObject({
        status: 400,
        code: 99992361,
        msg: 'open_id cross app',
      });
    });
  });

  test('refuses with 99992402 and names the ID in a field violation', async () => {
    await withOptions({ unknownUsers: 'refused', refusalCode: 99992402 }, async (ask, ids) => {
      const { status, code, msg, error } = await ask({ user_id_lists: [...ids, 'ou_unknown'] });
      expect({ status, code, msg }).toEqual({
        status: 400,
        code: 99992402,
        msg: 'field validation failed',
      });
      expect(error?.field_violations).toEqual([
        { field: 'user_id_lists', value: 'ou_unknown', description: 'expected a known user ID' },
      ]);
    });
  });

  test('refuses a malformed ID with the chosen code even when unknown users are left out', async () => {
    await withOptions({ refusalCode: 99992351 }, async (ask, ids) => {
      expect(await ask({ user_id_lists: [...ids, 'ou_unknown'] })).toMatchObject({ code: 0 });
      expect(await ask({ user_id_lists: [...ids, 'on_1'] })).toMatchObject({ code: 99992351 });
      expect(await ask({ user_id_lists: [] })).toMatchObject({ code: 1580102 });
    });
  });

  test.each([
    ['exclusive', []],
    ['inclusive', [true]],
  ] as const)('takes the bounds of a deadline as %s', async (deadlineBounds, expected) => {
    await withOptions({ deadlineBounds }, async (ask, ids, _absentId, deadlineMs) => {
      const foundBetween = async (afterMs: number, beforeMs: number) => {
        const bounds = { after_time: String(afterMs), before_time: String(beforeMs) };
        const { items } = await ask({ user_id_lists: ids.slice(0, 1), ...bounds });
        return at(items, 0).stage_task_info_lists.map((task) => task.deadline === `${deadlineMs}`);
      };
      expect(await foundBetween(deadlineMs - 1, deadlineMs + 1)).toEqual([true]);
      expect(await foundBetween(deadlineMs, deadlineMs + 1)).toEqual(expected);
      expect(await foundBetween(deadlineMs - 1, deadlineMs)).toEqual(expected);
      expect(await foundBetween(deadlineMs + 1, deadlineMs + 2)).toEqual([]);
    });
  });

  test('makes overdue tasks still to do when late submission is allowed', async () => {
    const body = (ids: string[]) => ({ user_id_lists: ids });
    const forbidden = await withOptions({}, (ask, ids) => ask(body(ids)));
    const allowed = await withOptions({ lateSubmission: 'allowed' }, (ask, ids) => ask(body(ids)));
    const asToDo = (task: RawTask) =>
      task.task_option_id === 3
        ? { ...task, task_option_id: 1, stage_task_status: 'need_todo' }
        : task;
    expect(forbidden.items.flatMap(tasksOf).filter(isOverdue).length).toBeGreaterThan(0);
    expect(allowed.items.flatMap(tasksOf)).toEqual(
      forbidden.items.flatMap((item) => tasksOf(item).map(asToDo)),
    );
    for (const { stage_num_lists, stage_task_info_lists } of allowed.items) {
      const listed = (option: number) =>
        stage_task_info_lists.filter((task) => task.task_option_id === option).length;
      expect(stage_num_lists).toEqual([
        { task_option_id: 1, stage_num: listed(1) },
        { task_option_id: 2, stage_num: listed(2) },
      ]);
    }
  });

  test('lets counts follow the filters', async () => {
    await withOptions({}, async (ask, ids) => {
      const { items } = await ask({ user_id_lists: ids, task_option_lists: [3] });
      for (const { stage_num_lists } of items) {
        expect(stage_num_lists.slice(0, 2).map(({ stage_num }) => stage_num)).toEqual([0, 0]);
      }
    });
  });

  test('lets counts ignore the filters', async () => {
    await withOptions({ countsFollowFilters: false }, async (ask, ids) => {
      const everything = await ask({ user_id_lists: ids });
      const overdue = await ask({ user_id_lists: ids, task_option_lists: [3] });
      const countsOf = ({ items }: { items: RawItem[] }) =>
        new Map(items.map(({ user_id, stage_num_lists }) => [user_id, stage_num_lists]));
      expect(countsOf(overdue)).toEqual(countsOf(everything));
    });
  });

  test('keeps the order of the call without shuffle', async () => {
    await withOptions({ shuffle: false }, async (ask, ids) => {
      const { items } = await ask({ user_id_lists: ids });
      expect(items.map(({ user_id }) => user_id)).toEqual(ids);
    });
  });
});
