import type { DocumentNode, ExecutionArgs } from 'graphql';
import { createBatcher } from '../../src/batching/batcher';
import { userOfKey } from '../../src/batching/scope';
import { createMemoryCache } from '../../src/cache/memory.cache';
import type { Snapshot } from '../../src/cache/snapshot-cache';
import { createCachePolicy } from '../../src/domain/cache-policy';
import { GatewayError } from '../../src/domain/errors';
import type { Locale } from '../../src/domain/localized-text';
import type { StageTask, TaskOption } from '../../src/domain/stage-task';
import type { FilterStrategy } from '../../src/domain/stage-task-filter';
import { createWallTime } from '../../src/domain/wall-time';
import type {
  SemesterSource,
  StageTaskPageSource,
  StageTaskQuery,
  StageTaskSource,
} from '../../src/feishu/ports';
import type { GraphQLContext } from '../../src/graphql/context';
import { hasTexts } from '../../src/graphql/render/json-text';
import { createTextCache } from '../../src/graphql/render/text-cache';
import { buildExecutionSchemas } from '../../src/graphql/schema';
import { createAnswerCache } from '../../src/loading/answer-cache';
import { createMarks } from '../../src/loading/marks';
import { createRefreshAhead } from '../../src/loading/refresh-ahead';
import { createRequestLoader } from '../../src/loading/request-loader';
import { createCyclePages } from '../../src/pages/cycle-pages';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import { createQuotaGate } from '../../src/quota/quota-gate';
import { createKnownSemesters } from '../../src/semesters/known-semesters';
import { createSemesterDirectory } from '../../src/semesters/semester-directory';
import { listedSemester } from './listed-semester';
import { createExecutions, sent } from './rendered-answers';
import { createEndlessTurns } from './turns';
import { VirtualClock } from './virtual-clock';

export const LIFETIMES = { freshMs: 60_000, staleMs: 3_600_000 };
const QUOTA = { calls: 100, windowMs: 60_000 };
const CYCLE = listedSemester('1');
const EVERYONE = ['ou_1', 'ou_2', 'ou_3'];
const texts = createTextCache(2 ** 20);
let textsKept = 0;
const schemas = buildExecutionSchemas(
  {},
  {
    get: (answer, key) => texts.get(answer, key),
    set(...entry) {
      textsKept += 1;
      return texts.set(...entry);
    },
  },
);
const executions = createExecutions(schemas);

export interface RenderedWorldOptions {
  readonly strategy?: FilterStrategy;
  readonly maxUsers?: number;
  /** How large each response is expected to be. */
  readonly estimatedBytes?: number;
}

export interface Asked {
  readonly text: string;
  readonly data: Record<string, unknown>;
  /** Whether texts were part of the answer. */
  readonly isText: boolean;
  /** How many texts the operation has added to the cache. */
  readonly textsKept: number;
}

export type Asking = Pick<ExecutionArgs, 'variableValues'> & { readonly locale?: Locale };

/**
 * From the execution of an operation to the gate, in front of a model of Feishu whose tasks say which version
 * of them they are. Whatever is answered is compared with what graphql-js makes of the same loads.
 */
export function createRenderedWorld(options: RenderedWorldOptions = {}) {
  const { strategy = 'auto', maxUsers = 100, estimatedBytes = 0 } = options;
  const clock = new VirtualClock();
  const toDate = createWallTime(clock);
  const queries: StageTaskQuery[] = [];
  /** `count` is what Feishu counts, `failing` a user that a call fails for, `dueMs` the first deadline. */
  const feishu = { version: 1, count: 1, failing: '', dueMs: 0 };
  const source = createSource(clock, queries, feishu);
  const createGate = () =>
    createQuotaGate({
      quota: QUOTA,
      ledger: createMemoryLedger(QUOTA, clock.now),
      nowMs: clock.now,
    });
  const cache = createMemoryCache({ maxUsers, userOf: userOfKey });
  const refreshAhead = createRefreshAhead({ freshMs: LIFETIMES.freshMs, nowMs: clock.now });
  const directory = createSemesterDirectory({ source, gate: createGate(), clock });
  const cycles = createKnownSemesters({ nowMs: clock.now, directory });
  const remember = (entries: [string, Snapshot][]) => void cache.setMany(entries);
  const { freshMs } = LIFETIMES;
  const pages = createCyclePages({ source, gate: createGate(), cycles, remember, freshMs, clock });
  const batcher = createBatcher({
    source,
    gate: createGate(),
    semesters: cycles,
    spareSeats: refreshAhead,
    remember,
    clock,
    onDefect: (error) => {
      throw error;
    },
  });
  const marks = createMarks({ freshMs, nowMs: clock.now });
  const answers = createAnswerCache({
    ...{ batcher, cache, refreshAhead, lifetimes: LIFETIMES, clock, marks },
    markedRefresh: { add: () => undefined },
  });

  function createContext(locale: Locale): GraphQLContext {
    const { signal } = new AbortController();
    const turns = createEndlessTurns();
    const cachePolicy = createCachePolicy();
    const loader = createRequestLoader({
      answers,
      pages,
      directory,
      authorize: () => ({ kind: 'app' }),
      authorizeEveryone: () => ({ kind: 'app' }),
      strategy,
      freshMs: LIFETIMES.freshMs,
      cachePolicy,
      leavesReserve: false,
      turns,
      beforeFetch: () => Promise.resolve(() => undefined),
      charge: () => undefined,
      life: { end: signal, signal, deadlineAtMs: clock.now() + 15_000 },
    });
    const userNaming = { key: 'id', unprefixed: 'USER_ID' } as const;
    const context: Partial<GraphQLContext> = {
      cachePolicy,
      partialErrors: [],
      nowMs: clock.now,
      loader,
      locale,
      turns,
      toDate,
      userNaming,
      answer: { estimatedBytes },
    };
    return context as GraphQLContext;
  }

  async function execute(document: DocumentNode, { variableValues, locale = 'ZH_CN' }: Asking) {
    const context = createContext(locale);
    const operation = { document, ...(variableValues && { variableValues }) };
    const keptBefore = textsKept;
    const result = await executions.executeAsText(operation, context);
    const text = sent(result);
    // The loader of the operation has loaded all that it asks for, so that graphql-js sees the same.
    const expected = await executions.executeAsObjects(operation, context);
    expect(text).toBe(sent(expected));
    return {
      text,
      isText: hasTexts(result.data),
      textsKept: textsKept - keptBefore,
      ...(JSON.parse(text) as Pick<Asked, 'data'>),
    };
  }

  /** What an operation is answered now, after which all goes on until nothing is left to happen. */
  async function ask(document: DocumentNode, asking: Asking = {}): Promise<Asked> {
    const asked: Promise<Asked>[] = [];
    clock.at(clock.now(), () => asked.push(execute(document, asking)));
    await clock.run();
    const [answer] = await Promise.all(asked);
    if (!answer) throw new Error('the operation has no answer');
    return answer;
  }

  async function wait(ms: number): Promise<void> {
    clock.at(clock.now() + ms, () => undefined);
    await clock.run();
  }

  return { clock, feishu, queries, ask, wait };
}

function createSource(
  clock: VirtualClock,
  queries: StageTaskQuery[],
  feishu: { version: number; count: number; failing: string; dueMs: number },
): StageTaskSource & StageTaskPageSource & SemesterSource {
  const failure = new GatewayError('UPSTREAM_MALFORMED', 'Cannot be read.');
  const answerOf = (userId: string) => ({
    userId,
    counts: [{ option: 'TODO' as const, count: feishu.count }],
    stageTasks: tasksOf(feishu.version, feishu.dueMs),
  });
  const userOf = (id: string) => (id === feishu.failing ? failure : answerOf(id));
  return {
    ready: () => Promise.resolve(),
    async findByUserList(query) {
      queries.push(query);
      await clock.sleep(100);
      const users = new Map(query.userIds.map((id) => [id, userOf(id)]));
      return { semester: CYCLE, users, isComplete: true, fetchedAtMs: clock.now() };
    },
    async findByPage() {
      await clock.sleep(100);
      const users = EVERYONE.map(userOf);
      const page = { users, nextPageToken: null, isComplete: true };
      return { ...page, semester: CYCLE, fetchedAtMs: clock.now() };
    },
    listSemesters: () => Promise.resolve({ semesters: [CYCLE], isComplete: true }),
  };
}

function tasksOf(version: number, dueMs: number): StageTask[] {
  return (['TODO', 'DONE', 'OVERDUE'] as const satisfies TaskOption[]).map((option, i) => ({
    stageId: `${option} v${version}`,
    name: { zhCN: `第 ${version} 版`, enUS: `version ${version}` },
    deadline: new Date(dueMs + i),
    needTodoCount: version,
    finishedCount: null,
    jumpUrl: null,
    status: 'NEED_TODO',
    option,
  }));
}
