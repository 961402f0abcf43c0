import type { UserIdTypeWire, UserStageTasksWire } from '../feishu/wire/stage-task.wire';
import type { EmulatorState } from './endpoint';
import type { Person } from './people';
import type { Semester } from './semesters';
import { type StageTaskFilter, stageTasksItem } from './stage-task-items';
import { withhold } from './withheld-fields';

/** What a call asks for about each of its users. */
export interface AskedTasks {
  readonly semester: Semester;
  readonly idType: UserIdTypeWire;
  readonly filter: StageTaskFilter;
}

/** One person's item, as every API answers it; `undefined` for a person who takes no part in the cycle. */
export function answeredItem(
  { tenant, settings }: Pick<EmulatorState, 'tenant' | 'settings'>,
  { semester, idType, filter }: AskedTasks,
  person: Person,
): UserStageTasksWire | undefined {
  const tasks = tenant.tasksOf(person, semester);
  if (!tasks) return undefined;
  return withhold(stageTasksItem(person, idType, tasks, filter, settings), idType, settings);
}
