import type { StageTask } from '../domain/stage-task';
import { countOf } from '../domain/stage-task-counts';
import { inOrder } from '../domain/stage-task-order';
import type { ToDate } from '../domain/wall-time';
import type { LoadedStageTasks } from '../loading/loaded-stage-tasks';
import { toStageTaskId, toUserStageTasksId, type StageTasksKey } from './opaque-id';
import type { CountArgs, TaskListArgs } from './types/arguments.args';
import type { StageTaskType } from './types/stage-task.type';
import type { UserStageTasksType } from './types/user-stage-tasks.type';

/**
 * Converts loaded tasks to the shape of the schema. Getters compute what takes time only if the operation selects it;
 * methods are the fields with arguments.
 */
export class PresentedStageTasks implements UserStageTasksType {
  /** For the type of an entity. */
  readonly __typename = 'UserStageTasks';

  constructor(
    readonly key: StageTasksKey,
    readonly loaded: LoadedStageTasks,
    private readonly toDate: ToDate,
  ) {}

  get id() {
    return toUserStageTasksId(this.key);
  }

  get user() {
    const { id, idType } = this.key.user;
    return { id, idType };
  }

  get semester() {
    return { id: this.key.semesterId };
  }

  get counts() {
    return this.loaded.counts;
  }

  count({ option }: CountArgs) {
    return countOf(this.loaded, option);
  }

  stageTasks({ orderBy }: TaskListArgs) {
    const tasks = inOrder(this.loaded.stageTasks, orderBy);
    return tasks.map((task) => new PresentedStageTask(this.key, task));
  }

  get fetchedAt() {
    return this.toDate(this.loaded.fetchedAtMs);
  }

  get stale() {
    return this.loaded.stale;
  }
}

/** A class: V8 makes a hidden class for each object literal with a getter, and frees what it can reach late. */
class PresentedStageTask implements StageTaskType {
  readonly stageId;
  readonly name;
  readonly deadline;
  readonly needTodoCount;
  readonly finishedCount;
  readonly jumpUrl;
  readonly status;
  readonly option;

  constructor(
    private readonly key: StageTasksKey,
    private readonly task: StageTask,
  ) {
    this.stageId = task.stageId;
    this.name = task.name;
    this.deadline = task.deadline;
    this.needTodoCount = task.needTodoCount;
    this.finishedCount = task.finishedCount;
    this.jumpUrl = task.jumpUrl;
    this.status = task.status;
    this.option = task.option;
  }

  get id() {
    return toStageTaskId(this.key, this.task);
  }
}
