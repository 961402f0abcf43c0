import type { UserIdTypeWire, UserStageTasksWire } from '../../src/feishu/wire/stage-task.wire';
import type { TestGateway } from './gateway';

/** The item about a person as Feishu would send it, for a test to change. @throws if the person has no tasks */
export function itemOf(
  { emulator, semesterId }: TestGateway,
  userId: string,
  userIdType: UserIdTypeWire = 'open_id',
): UserStageTasksWire {
  const item = emulator.expectedTasks({ semesterId, userIdType, userId });
  if (!item) throw new Error(`a user of the running cycle: expected tasks, got none of ${userId}`);
  return item;
}

/** Answers the next call for tasks with these items. */
export function scriptItems({ emulator }: TestGateway, items: readonly unknown[]): void {
  scriptBody(emulator, JSON.stringify({ code: 0, msg: '', data: { items } }));
}

/** Answers the next call for tasks with this body. */
export function scriptBody(emulator: TestGateway['emulator'], rawBody: string): void {
  const headers = { 'x-tt-logid': 'log-1' };
  emulator.script({ api: 'find_by_user_list', answer: { status: 200, rawBody, headers } });
}
