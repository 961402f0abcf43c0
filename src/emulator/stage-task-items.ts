import type {
  SemesterBaseWire,
  StageNumWire,
  StageTaskInfoWire,
  UserIdTypeWire,
  UserStageTasksWire,
} from '../feishu/wire/stage-task.wire';
import type { EmulatorOptions, Settings } from './options';
import { idOf, type Person } from './people';
import type { Semester } from './semesters';
import { DONE, OVERDUE, type StageTask, type TaskOption, TODO } from './stage-tasks';

/** The requested tasks of a user. An absent field does not restrict. */
export interface StageTaskFilter {
  readonly options?: readonly TaskOption[];
  /** Unix time in milliseconds, exclusive, like `beforeMs`. */
  readonly afterMs?: number;
  readonly beforeMs?: number;
}

/** `lateSubmission` is optional here; without it, late submission is forbidden. */
type ItemSettings = Pick<Settings, 'taskOptionField' | 'countsFollowFilters'> &
  Pick<EmulatorOptions, 'lateSubmission'>;

/** Returns one user's item in Feishu's format. */
export function stageTasksItem(
  person: Person,
  idType: UserIdTypeWire,
  tasks: readonly StageTask[],
  filter: StageTaskFilter,
  settings: ItemSettings,
): UserStageTasksWire {
  const matching = tasks.filter((task) => matches(task, filter));
  const counted = settings.countsFollowFilters ? matching : tasks;
  return {
    user_id: idOf(person, idType),
    stage_num_lists: optionsOf(settings).map((option) => countOf(option, counted, settings)),
    stage_task_info_lists: matching.map((task) => stageTaskInfo(task, settings)),
  };
}

/** Returns the `base` of an answer: the cycle of all its items. */
export function semesterBase(semester: Semester): SemesterBaseWire {
  return {
    semester_id: semester.id,
    semester_name: semester.name,
    start_time: String(semester.startTimeMs),
    end_time: String(semester.endTimeMs),
  };
}

function matches({ option, stage }: StageTask, filter: StageTaskFilter): boolean {
  const { options = [], afterMs = -Infinity, beforeMs = Infinity } = filter;
  // An empty list does not restrict, like an absent one.
  const hasOption = options.length === 0 || options.includes(option);
  return hasOption && stage.deadlineMs > afterMs && stage.deadlineMs < beforeMs;
}

/** If late submission is allowed, the tenant has no group of overdue tasks. (fact 5) */
function optionsOf({ lateSubmission }: ItemSettings): readonly TaskOption[] {
  return lateSubmission === 'allowed' ? [TODO, DONE] : [TODO, DONE, OVERDUE];
}

function countOf(
  option: TaskOption,
  tasks: readonly StageTask[],
  settings: ItemSettings,
): StageNumWire {
  const count = tasks.filter((task) => task.option === option).length;
  return { ...optionFields(option, settings), stage_num: count };
}

function stageTaskInfo(task: StageTask, settings: ItemSettings): StageTaskInfoWire {
  const { stage, option, status, needTodoCount, finishedCount } = task;
  return {
    stage_id: stage.id,
    name: stage.name,
    deadline: String(stage.deadlineMs),
    need_todo_count: needTodoCount,
    finished_count: finishedCount,
    jump_url: stage.jumpUrl,
    stage_task_status: status,
    ...optionFields(option, settings),
  };
}

/** The tables and the example of the page have different names for this field. (fact 6) */
function optionFields(
  option: TaskOption,
  { taskOptionField }: ItemSettings,
): Pick<StageNumWire, 'task_option_id' | 'task_option'> {
  return {
    ...(taskOptionField !== 'task_option' && { task_option_id: option }),
    ...(taskOptionField !== 'task_option_id' && { task_option: option }),
  };
}
