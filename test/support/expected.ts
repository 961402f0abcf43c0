import type { Emulator, Person } from '../../src/emulator/emulator';
import type { UserStageTasksWire } from '../../src/feishu/wire/stage-task.wire';
import type { WholeStageTasksFragment } from '../generated/operations';

/** The user and the tasks of an answer. */
export type AnsweredTasks = Pick<WholeStageTasksFragment, 'user' | 'stageTasks'> | null | undefined;

/** Every task of one user in Feishu, in a form to compare. */
export function upstreamTasks(emulator: Emulator, semesterId: string, userId: string) {
  const item = emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId });
  return item ? tasksOfItem(item) : null;
}

/** Every task of an answer in the same form; fails if the answer is about another user. */
export function answeredTasks(answer: AnsweredTasks, userId: string) {
  if (!answer) return null;
  expect(answer.user.id).toBe(userId);
  return answer.stageTasks.map((task) => [
    task.stageId,
    task.name?.zhCN,
    task.deadline && Date.parse(task.deadline),
    task.needTodoCount,
    task.jumpUrl,
  ]);
}

/** Fails unless each user was answered with its own tasks, or with null if Feishu has none. */
export function expectOwnTasks(
  gateway: { emulator: Emulator; semesterId: string },
  userIds: readonly string[],
  answers: readonly AnsweredTasks[],
): void {
  expect(answers).toHaveLength(userIds.length);
  const got = userIds.map((id, i) => answeredTasks(answers[i], id));
  const expected = userIds.map((id) => upstreamTasks(gateway.emulator, gateway.semesterId, id));
  expect(got).toEqual(expected);
}

export function openIds(people: readonly Person[]): string[] {
  return people.map((person) => person.openId);
}

function tasksOfItem(item: UserStageTasksWire) {
  return item.stage_task_info_lists.map((task) => [
    task.stage_id,
    task.name?.['zh-CN'],
    Number(task.deadline),
    task.need_todo_count,
    task.jump_url,
  ]);
}
