import type { TestGateway } from './gateway';

type World = Pick<TestGateway, 'emulator' | 'semesterId' | 'readTasks'>;

/** Lets Feishu answer other tasks of a person from now on, for the next call that asks for this person alone. */
export function scriptChange(
  { emulator, semesterId }: World,
  openId: string,
  finishedCount: number | null,
): void {
  const item = emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId: openId });
  const tasks = (item?.stage_task_info_lists ?? []).map((task) => ({
    ...task,
    finished_count: finishedCount,
  }));
  const items = finishedCount === null ? [] : [{ ...item, stage_task_info_lists: tasks }];
  const cycle = emulator.semesters.find(({ id }) => id === semesterId);
  const base = { semester_id: semesterId, semester_name: cycle?.name };
  emulator.script({
    api: 'find_by_user_list',
    when: ({ userIds }) => userIds?.join() === openId,
    answer: { status: 200, code: 0, data: { base, items } },
  });
}

const READ_NOW = `query ($id: ID!, $semesterId: ID!) {
  user(id: $id) { stageTasks(semesterId: $semesterId, maxAgeSeconds: 0) { id } }
}`;

/** Changes a person's tasks at Feishu, and lets another operation load them. */
export async function changeTasks(
  world: World & Pick<TestGateway, 'query'>,
  openId: string,
  finishedCount: number | null,
  headers?: Record<string, string>,
): Promise<void> {
  scriptChange(world, openId, finishedCount);
  const { errors } = await world.query(
    READ_NOW,
    { id: openId, semesterId: world.semesterId },
    headers,
  );
  expect(errors).toEqual([]);
}
