import type { UserIdTypeWire, UserStageTasksWire } from '../feishu/wire/stage-task.wire';
import type { CallState } from './endpoint';
import type { Person } from './people';
import type { Semester } from './semesters';
import { type StageTaskFilter, stageTasksItem } from './stage-task-items';
import { withhold } from './withheld-fields';

/** The parameters of a call that apply to each of its users. */
export interface TaskParameters {
  readonly semester: Semester;
  readonly idType: UserIdTypeWire;
  readonly filter: StageTaskFilter;
}

/** Returns one person's item in an answer; `undefined` if the person does not take part in the cycle. */
export function answeredItem(
  { tenant, settings }: Pick<CallState, 'tenant' | 'settings'>,
  { semester, idType, filter }: TaskParameters,
  person: Person,
): UserStageTasksWire | undefined {
  const tasks = tenant.tasksOf(person, semester);
  if (!tasks) return undefined;
  return withhold(stageTasksItem(person, idType, tasks, filter, settings), idType, settings);
}
