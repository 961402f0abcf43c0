import { hash } from 'node:crypto';
import type { StageTask, StageTaskCount, UserStageTasks } from '../domain/stage-task';

/** 48 bits in base64url: two contents of one user have the same digest once in about 10^14 changes. */
export const DIGEST_LENGTH = 8;

/**
 * A short text that differs if the content of two answers differs. When Feishu answered is not part of it, nor is the
 * order of the tasks, which Feishu does not promise.
 */
export function digestOf(stageTasks: UserStageTasks | null): string {
  const content = stageTasks && [stageTasks.counts.map(textOfCount), tasksOf(stageTasks)];
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, DIGEST_LENGTH);
}

function tasksOf({ stageTasks }: UserStageTasks): string[] {
  return stageTasks.map(textOfTask).sort();
}

/** The values in a fixed order: an answer from Redis may have its properties in another one. */
function textOfTask(task: StageTask): string {
  const { stageId, name, deadline, needTodoCount, finishedCount } = task;
  const { jumpUrl, status, option, ordinal } = task;
  const text = [name?.zhCN, name?.enUS];
  const state = [needTodoCount, finishedCount, jumpUrl, status, option, ordinal];
  return JSON.stringify([stageId, text, deadline, state]);
}

function textOfCount({ option, count }: StageTaskCount): string {
  return `${option} ${count}`;
}
