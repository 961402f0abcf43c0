import type { BatchScope } from '../../src/batching/scope';
import type { StageTask, UserStageTasks } from '../../src/domain/stage-task';
import type { Asked } from './asking';
import { createBatchingWorld, cycle, type WorldOptions } from './batching-world';
import { nameOf } from './scripted-feishu';

export const SCOPE = cycle('1');
export const OTHER_CYCLE = cycle('2');
export const TODO: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
export const DONE: BatchScope = { ...SCOPE, filter: { options: ['DONE'] } };
/** How long the first user waits for others. */
export const GATHER_MS = 8;

/** The six tasks of a user; their IDs contain user, cycle and identity. */
export function tasksOf({ identity, semesterId, idType, filter }: BatchScope, userId: string) {
  return (['TODO', 'DONE', 'OVERDUE'] as const)
    .flatMap((option) => [10, 20].map((deadlineMs) => ({ option, deadlineMs })))
    .filter(
      ({ option, deadlineMs }) =>
        (filter.options?.includes(option) ?? true) &&
        deadlineMs > (filter.deadlineAfterMs ?? -1) &&
        deadlineMs < (filter.deadlineBeforeMs ?? Infinity),
    )
    .map(({ option, deadlineMs }): StageTask => ({
      stageId: [nameOf(identity), semesterId, idType, userId, option, deadlineMs].join('/'),
      name: null,
      deadline: new Date(deadlineMs),
      needTodoCount: 1,
      finishedCount: 0,
      jumpUrl: null,
      status: 'NEED_TODO',
      option,
    }));
}

/** A world in which the answers for each user, cycle, filter, ID type and identity differ. */
export function createWorldWithTasks(options: WorldOptions = {}) {
  return createBatchingWorld({ answerOf, ...options });
}

/** Feishu does not know strangers. */
function answerOf(userId: string, scope: BatchScope): UserStageTasks | null {
  if (userId.startsWith('stranger')) return null;
  return { userId, counts: [], stageTasks: tasksOf(scope, userId) };
}

export const tasksGot = ({ outcome }: Asked) =>
  outcome?.snapshot?.stageTasks?.stageTasks.map(({ stageId }) => stageId);

export const tasksDue = ({ scope, userId }: Asked) =>
  tasksOf(scope, userId).map(({ stageId }) => stageId);
