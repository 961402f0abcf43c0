import type { Clock } from '../../src/domain/clock';
import { GatewayError } from '../../src/domain/errors';
import type { StageTask, UserStageTasks } from '../../src/domain/stage-task';
import type { StageTaskQuery, UpstreamIdentity } from '../../src/feishu/ports';
import { USERS } from './access-clients';
import { CYCLES, TASKS, type Fate } from './access-schedules';
import { listedSemester } from './listed-semester';
import { createScriptedFeishu, nameOf, refused, type Call } from './scripted-feishu';

export type TenantCall = Call & { readonly tenantKey: string };

type TaskQuery = Pick<StageTaskQuery, 'semesterId' | 'idType'>;

/** The ID of a task, with its company, its user and the identity of the call. */
export function taskId(
  tenantKey: string,
  { semesterId, idType }: TaskQuery,
  identity: UpstreamIdentity,
  userId: string,
  option: string,
): string {
  return JSON.stringify([tenantKey, nameOf(identity), semesterId, idType, userId, option]);
}

/** Names its company, too. */
export function cycleOf(tenantKey: string, id: string) {
  return listedSemester(id, { name: { zhCN: `${tenantKey} 周期 ${id}`, enUS: null } });
}

/** How long calls last, and for how long Feishu refuses calls after one too many. */
export interface ModelTimes {
  readonly usualMs: number;
  readonly slowMs: number;
  readonly closedMs: number;
}

/** A model of Feishu. Its answers name the company, the user and the identity of the call. */
export function createModelFeishu(clock: Clock, { usualMs, slowMs, closedMs }: ModelTimes) {
  const calls: TenantCall[] = [];
  const fates: Fate[] = [];

  /** Reads with the token of one company. */
  function sourceOf(tenantKey: string | null) {
    const company = String(tenantKey);
    return createScriptedFeishu(clock, {
      listed: CYCLES.map((id) => cycleOf(company, id)),
      semesterOf: (id) => cycleOf(company, id),
      fateOf(call) {
        calls.push({ ...call, tenantKey: company });
        const fate = fates.shift() ?? 'answered';
        return {
          latencyMs: fate === 'slow' ? slowMs : usualMs,
          failure: failureOf(fate, closedMs),
        };
      },
      fateOfPage: () => ({ latencyMs: usualMs }),
      answerOf: (id, call) => (id === 'stranger' ? null : answerOf(company, id, call)),
      everyoneIn: (call) =>
        USERS.filter(({ id, idType }) => idType === call.idType && id !== 'stranger').map(
          ({ id }) => answerOf(company, id, { ...call, identity: { kind: 'app' } }),
        ),
    }).source;
  }

  return { calls, fates, sourceOf };
}

type AnsweredCall = Pick<Call, 'semesterId' | 'idType' | 'filter' | 'identity'>;

function answerOf(tenantKey: string, userId: string, call: AnsweredCall): UserStageTasks {
  const stageTasks = tasksOf(tenantKey, call, userId);
  return { userId, counts: [{ option: 'TODO', count: 1 }], stageTasks };
}

/** The tasks that this Feishu returns for a filter: it filters by group, with inclusive bounds. */
function tasksOf(tenantKey: string, call: AnsweredCall, id: string): StageTask[] {
  const { options } = call.filter;
  return TASKS.filter(({ option }) => !options || options.some((one) => one === option)).map(
    ({ option, deadlineMs }) => ({
      stageId: taskId(tenantKey, call, call.identity, id, option),
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

function failureOf(fate: Fate, retryAfterMs: number): GatewayError | undefined {
  switch (fate) {
    case 'rate limited':
      return new GatewayError('UPSTREAM_RATE_LIMITED', 'too many', { retryAfterMs });
    case 'unavailable':
      return new GatewayError('UPSTREAM_UNAVAILABLE', 'down');
    case 'refused':
      return refused();
    default:
      return undefined;
  }
}
