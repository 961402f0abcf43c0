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

/** Which tasks of a user are asked for. Without a field, it does not narrow. */
export interface StageTaskFilter {
  readonly options?: readonly TaskOption[];
  /** Unix time in milliseconds, exclusive, as is `beforeMs`. */
  readonly afterMs?: number;
  readonly beforeMs?: number;
}

/** Late submission is forbidden unless the settings allow it, as in the emulator's options. */
type ItemSettings = Pick<Settings, 'taskOptionField' | 'countsFollowFilters'> &
  Pick<EmulatorOptions, 'lateSubmission'>;

/** One user of an answer, as it travels. */
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

/** The `base` of an answer: the cycle that all its items belong to. */
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
  // An empty list asks for nothing in particular, just as a list left out does.
  const asked = options.length === 0 || options.includes(option);
  return asked && stage.deadlineMs > afterMs && stage.deadlineMs < beforeMs;
}

/** Where late submission is allowed, the tenant has no group of overdue tasks at all. (fact 5) */
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

/** The contradiction of the page: its tables and its example name this field differently. (fact 6) */
function optionFields(
  option: TaskOption,
  { taskOptionField }: ItemSettings,
): Pick<StageNumWire, 'task_option_id' | 'task_option'> {
  return {
    ...(taskOptionField !== 'task_option' && { task_option_id: option }),
    ...(taskOptionField !== 'task_option_id' && { task_option: option }),
  };
}
