import { GatewayError } from '../../src/domain/errors';
import type { StageTask } from '../../src/domain/stage-task';
import type { UserKey } from '../../src/domain/user';
import type { StageTaskQuery, UpstreamIdentity } from '../../src/feishu/ports';
import type { LoadedStageTasks } from '../../src/loading/loaded-stage-tasks';
import {
  CYCLES,
  TASKS,
  type ModelClient,
  type Load,
  type Operation,
  type Fate,
  type Schedule,
  type ProcessOptions,
} from './access-schedules';
import { listedSemester } from './listed-semester';
import { createLoadingWorld, settle } from './loading-world';
import { nameOf, refused, type Call } from './scripted-feishu';

export const keyOf = ({ idType, id }: UserKey) => `${idType} ${id}`;

/** The ID of a task, with its user and the identity of the call. */
export function taskId(
  { semesterId, idType }: Pick<StageTaskQuery, 'semesterId' | 'idType'>,
  identity: UpstreamIdentity,
  userId: string,
  option: string,
): string {
  return JSON.stringify([nameOf(identity), semesterId, idType, userId, option]);
}

/** The tasks that this Feishu returns for a filter: it filters by group, with inclusive bounds. */
function tasksOf(call: Call, id: string): StageTask[] {
  const { options } = call.filter;
  return TASKS.filter(({ option }) => !options || options.some((one) => one === option)).map(
    ({ option, deadlineMs }) => ({
      stageId: taskId(call, call.identity, id, option),
      name: { zhCN: `任务 ${id}`, enUS: `task of ${id}` },
      deadline: new Date(deadlineMs),
      needTodoCount: 1,
      finishedCount: 0,
      jumpUrl: `https://example.com/${id}`,
      status: 'NEED_TODO',
      option,
    }),
  );
}

export interface Received {
  readonly client: ModelClient;
  readonly load: Load;
  readonly stageTasks?: LoadedStageTasks | null;
  readonly error?: unknown;
}

const LATENCY_MS = 30;
const SLOW_LATENCY_MS = 400;

/** One process of the gateway, over a model of Feishu. */
export function startProcess({ mode, strategy, remembers }: ProcessOptions) {
  const received: Received[] = [];
  const defects: Error[] = [];
  let fates: Fate[] = [];
  const { clock, calls, startOperation, run } = createLoadingWorld({
    mode,
    strategy,
    quota: { calls: 20, windowMs: 300 },
    maxUsers: 50,
    lifetimes: remembers ? { freshMs: 30_000, staleMs: 120_000 } : { freshMs: 0, staleMs: 0 },
    listed: CYCLES.map(cycleOf),
    semesterOf: cycleOf,
    fateOf() {
      const fate = fates.shift() ?? 'answered';
      const latencyMs = fate === 'slow' ? SLOW_LATENCY_MS : LATENCY_MS;
      return { latencyMs, failure: failureOf(fate) };
    },
    answerOf: (userId, call) =>
      userId === 'stranger'
        ? null
        : { userId, counts: [{ option: 'TODO', count: 1 }], stageTasks: tasksOf(call, userId) },
  });

  function operate({ client, loads, asksForCycle, timeMs, leavesAfterMs }: Operation): void {
    const { loader } = startOperation(client.principal, { timeMs, leavesAfterMs });
    for (const load of loads) {
      const { user, semesterId, filter, maxAgeMs } = load;
      settle(() => loader.stageTasks(user, semesterId, filter, maxAgeMs)).then(
        (stageTasks) => received.push({ client, load, stageTasks }),
        (error: unknown) => received.push({ client, load, error }),
      );
    }
    if (!asksForCycle) return;
    loader.semester('1').then(
      (semester) =>
        semester?.name?.zhCN === cycleOf('1').name?.zhCN || defects.push(new Error('cycle')),
      () => undefined,
    );
  }

  /** Runs a schedule to its end, and returns its calls and answers. */
  async function live(schedule: Schedule) {
    calls.length = 0;
    received.length = 0;
    fates = [...schedule.fates];
    for (const operation of schedule.operations) {
      clock.at(clock.now() + operation.afterMs, () => {
        operate(operation);
      });
    }
    await run();
    const [defect] = defects;
    if (defect) throw defect;
    return { calls, received };
  }

  return { live };
}

function failureOf(fate: Fate): GatewayError | undefined {
  switch (fate) {
    case 'rate limited':
      return new GatewayError('UPSTREAM_RATE_LIMITED', 'too many', { retryAfterMs: 500 });
    case 'unavailable':
      return new GatewayError('UPSTREAM_UNAVAILABLE', 'down');
    case 'refused':
      return refused();
    default:
      return undefined;
  }
}

function cycleOf(id: string) {
  return listedSemester(id, { name: { zhCN: `周期 ${id}`, enUS: null } });
}
