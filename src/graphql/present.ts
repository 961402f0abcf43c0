import { deadlinesAt, isOverdue, type Deadlines } from '../domain/deadlines';
import type { StageTask } from '../domain/stage-task';
import { countOf } from '../domain/stage-task-counts';
import { inOrder } from '../domain/stage-task-order';
import type { LoadedStageTasks } from '../loading/loaded-stage-tasks';
import type { GraphQLContext } from './context';
import { toStageTaskId, toUserStageTasksId, type StageTasksKey } from './opaque-id';
import type { CountArgs, TaskListArgs } from './types/arguments.args';
import type { StageTaskType } from './types/stage-task.type';
import type { UserStageTasksType } from './types/user-stage-tasks.type';

/** What tells the time, and how long the response that depends on it may be cached. */
type Time = Pick<GraphQLContext, 'nowMs' | 'toDate' | 'cachePolicy'>;

/** The moment that fields are about which change while the answer stays the same. */
interface Moment extends Deadlines {
  readonly unixMs: number;
}

/**
 * Converts loaded tasks to the shape of the schema. Getters compute what takes time only if the operation selects it;
 * methods are the fields with arguments.
 */
export class PresentedStageTasks implements UserStageTasksType {
  /** For the type of an entity. */
  readonly __typename = 'UserStageTasks';
  #moment: Moment | undefined;

  constructor(
    readonly key: StageTasksKey,
    readonly loaded: LoadedStageTasks,
    private readonly time: Time,
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
    return tasks.map((task) => new PresentedStageTask(this, task));
  }

  get nextDeadline() {
    const { nextMs } = this.moment;
    return nextMs === Infinity ? null : new Date(nextMs);
  }

  get fetchedAt() {
    return this.time.toDate(this.loaded.fetchedAtMs);
  }

  get stale() {
    return this.loaded.stale;
  }

  /** The same for all fields. The response may be cached until the next deadline, when one of them changes. */
  get moment(): Moment {
    return (this.#moment ??= this.observe());
  }

  private observe(): Moment {
    const atMs = this.time.nowMs();
    const unixMs = this.time.toDate(atMs).getTime();
    const deadlines = deadlinesAt(this.loaded.stageTasks, unixMs);
    this.time.cachePolicy.restrict(atMs + deadlines.nextMs - unixMs);
    return { ...deadlines, unixMs };
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
    private readonly ofUser: PresentedStageTasks,
    readonly task: StageTask,
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
    return toStageTaskId(this.ofUser.key, this.task);
  }

  get isOverdue() {
    return isOverdue(this.task, this.ofUser.moment.unixMs);
  }
}
