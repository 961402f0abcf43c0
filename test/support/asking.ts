import type { Batcher } from '../../src/batching/batcher';
import type { BatchScope } from '../../src/batching/scope';
import type { Snapshot } from '../../src/cache/snapshot-cache';
import { GatewayError } from '../../src/domain/errors';
import { filterKey } from '../../src/domain/stage-task-filter';
import type { OperationContext } from '../../src/domain/operation-context';
import { DEADLINE_MS } from './operation';
import { nameOf, type ScriptedFeishu } from './scripted-feishu';
import type { VirtualClock } from './virtual-clock';

export interface AskOptions {
  /** How long the operation may take. */
  readonly timeMs?: number;
  readonly leavesAfterMs?: number | undefined;
  readonly leavesReserve?: boolean;
}

export interface TestOperation extends OperationContext {
  readonly controller: AbortController;
  /** For each of its calls. */
  readonly waitedMs: number[];
}

/** One user that one operation asks for. */
export interface Asked {
  readonly scope: BatchScope;
  readonly userId: string;
  readonly operation: TestOperation;
  readonly askedAtMs: number;
  outcome?: Outcome;
}

export interface Outcome {
  readonly atMs: number;
  readonly tookMs: number;
  readonly snapshot?: Snapshot;
  readonly error?: Error;
}

/** Operations that ask a batcher on virtual time, with deadlines and clients that leave. */
export function createAsking(clock: VirtualClock, batcher: Batcher, feishu: ScriptedFeishu) {
  const asked: Asked[] = [];

  function startOperation(options: AskOptions): TestOperation {
    const { timeMs = DEADLINE_MS, leavesAfterMs, leavesReserve = false } = options;
    const controller = new AbortController();
    const deadlineAtMs = clock.now() + timeMs;
    const abortAt = (atMs: number, name: string) =>
      clock.at(atMs, () => {
        controller.abort(new DOMException(name, name));
      });
    abortAt(deadlineAtMs, 'TimeoutError');
    if (leavesAfterMs !== undefined) abortAt(clock.now() + leavesAfterMs, 'AbortError');
    const waitedMs: number[] = [];
    const operation: TestOperation = {
      controller,
      end: controller.signal,
      signal: controller.signal,
      deadlineAtMs,
      waitedMs,
      background: false,
      leavesReserve,
      onCall(ms) {
        waitedMs.push(ms);
        feishu.noteTold(operation);
      },
    };
    return operation;
  }

  /** An operation that is told of a call while it asks has joined one in flight. */
  function noteJoined(operation: TestOperation, scope: BatchScope, userIds: readonly string[]) {
    feishu.forgetTold();
    if (operation.waitedMs.length === 0) return;
    for (const call of feishu.calls) {
      const isSame =
        nameOf(call.identity) === nameOf(scope.identity) &&
        call.semesterId === scope.semesterId &&
        call.idType === scope.idType &&
        filterKey(call.filter) === filterKey(scope.filter);
      if (isSame && call.userIds.some((id) => userIds.includes(id))) {
        call.operations.push(operation);
      }
    }
  }

  /** Asks now, in the name of one operation; for moments of the clock only. */
  function ask(scope: BatchScope, userIds: readonly string[], options: AskOptions = {}): Asked[] {
    const askedAtMs = clock.now();
    const operation = startOperation(options);
    const answers = batcher.load(scope, userIds, operation);
    noteJoined(operation, scope, userIds);
    return answers.map((answer, i) => {
      const one: Asked = { scope, userId: userIds[i] ?? '', operation, askedAtMs };
      asked.push(one);
      const note = (outcome: Pick<Outcome, 'snapshot' | 'error'>) => {
        one.outcome = { atMs: clock.now(), tookMs: clock.now() - askedAtMs, ...outcome };
      };
      answer.then(
        (snapshot) => {
          note({ snapshot });
        },
        (error: unknown) => {
          note({ error: error as Error });
        },
      );
      return one;
    });
  }

  /** Asks later; the array is filled then. */
  function askAt(atMs: number, ...args: Parameters<typeof ask>): Asked[] {
    const all: Asked[] = [];
    clock.at(atMs, () => all.push(...ask(...args)));
    return all;
  }

  /** As many operations as users, each of which asks for one. */
  function askEachAt(
    atMs: number,
    scope: BatchScope,
    userIds: readonly string[],
    options?: AskOptions,
  ): Asked[] {
    const all: Asked[] = [];
    for (const userId of userIds) {
      clock.at(atMs, () => all.push(...ask(scope, [userId], options)));
    }
    return all;
  }

  /** `asked` has all, in the order in which operations have asked. */
  return { asked, ask, askAt, askEachAt };
}

/** Users that were answered, each with its own tasks. */
export function answeredIds(asked: readonly Asked[]): string[] {
  return asked.flatMap(({ userId, outcome }) =>
    outcome?.snapshot?.stageTasks?.userId === userId ? [userId] : [],
  );
}

/** Users that were refused or came too late. */
export function failedIds(asked: readonly Asked[]): string[] {
  return asked.filter(({ outcome }) => outcome?.error).map(({ userId }) => userId);
}

export function errorOf({ outcome }: Asked): GatewayError | undefined {
  return outcome?.error instanceof GatewayError ? outcome.error : undefined;
}

export const codeOf = (asked: Asked) => errorOf(asked)?.code;
