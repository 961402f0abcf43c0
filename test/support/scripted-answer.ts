import type { UserIdTypeWire, UserStageTasksWire } from '../../src/feishu/wire/stage-task.wire';
import type { TestGateway } from './gateway';

/** A person's item as Feishu would send it, to be spoilt by a test. Fails for who has no tasks. */
export function itemOf(
  { emulator, semesterId }: TestGateway,
  userId: string,
  userIdType: UserIdTypeWire = 'open_id',
): UserStageTasksWire {
  const item = emulator.expectedTasks({ semesterId, userIdType, userId });
  if (!item) throw new Error(`a user of the running cycle: expected tasks, got none of ${userId}`);
  return item;
}

/** Has the next call for tasks answered with just these items, or with this text. */
export function scriptItems({ emulator }: TestGateway, items: readonly unknown[]): void {
  scriptBody(emulator, JSON.stringify({ code: 0, msg: '', data: { items } }));
}

export function scriptBody(emulator: TestGateway['emulator'], rawBody: string): void {
  const headers = { 'x-tt-logid': 'log-1' };
  emulator.script({ api: 'find_by_user_list', answer: { status: 200, rawBody, headers } });
}

/** People who have tasks in the running cycle. */
export function participantsOf({ emulator, semesterId }: TestGateway, count: number) {
  return emulator.people
    .filter(({ openId }) =>
      emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId: openId }),
    )
    .slice(0, count);
}
