import fc from 'fast-check';
import { VirtualClock } from '../../support/virtual-clock';
import { createAuthorize, type UpstreamIdentityMode } from '../../../src/auth/authorize';
import { createDenials } from '../../../src/auth/denials';
import { createBatcher } from '../../../src/batching/batcher';
import { createPrincipalQuotas } from '../../../src/auth/principal-quota';
import { createBeforeAsking } from '../../../src/loading/before-asking';
import { createKnownSemesters } from '../../../src/semesters/known-semesters';
import { createAnswerCache } from '../../../src/loading/answer-cache';
import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import { createRequestLoader, type LoadedStageTasks } from '../../../src/loading/request-loader';
import { createSemesterDirectory } from '../../../src/semesters/semester-directory';
import { userOfKey } from '../../../src/batching/scope';
import { createMemoryCache } from '../../../src/cache/memory.cache';
import { GatewayError } from '../../../src/domain/errors';
import type { Principal } from '../../../src/domain/principal';
import { Secret } from '../../../src/domain/secret';
import { createShelfLife } from '../../../src/domain/shelf-life';
import type { StageTask } from '../../../src/domain/stage-task';
import type { FilterStrategy, StageTaskFilter } from '../../../src/domain/stage-task-filter';
import type { UserKey } from '../../../src/domain/user';
import {
  ParametersRefused,
  type SemesterSource,
  type StageTaskQuery,
  type StageTaskSource,
  type UpstreamIdentity,
} from '../../../src/feishu/ports';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import { createQuotaGate } from '../../../src/quota/quota-gate';

/**
 * No caller ever receives a field of a user outside its policy.
 *
 * How 100,000 is counted: a schedule is a handful of operations of random callers about random users,
 * under random filters, with what becomes of their calls, until nothing is left to happen. 1,000 of them
 * follow each other in one process, so that each finds what those before it have left remembered, in
 * line or under suspicion; 100 such processes live. All of the gateway from the request loader to the
 * gate is the real one; Feishu is a model, whose answers say whose they are and who asked.
 */
const PROCESSES = 100;
const SCHEDULES_PER_PROCESS = 1_000;
const MAY_TAKE_MS = 240_000;

const open = (id: string): UserKey => ({ id, idType: 'OPEN_ID' });
const byUserId = (id: string): UserKey => ({ id, idType: 'USER_ID' });

/** The same text is Ana by open ID and Ben by user ID, as may be where a company chooses its IDs. */
const USERS: readonly UserKey[] = [
  ...['ana', 'ben', 'cao', 'stranger'].map(open),
  ...['ben-1', 'ana', 'cao'].map(byUserId),
];

interface ModelCaller {
  readonly principal: Principal;
  /** Whom it may read, as a person would say it: the oracle, which knows nothing of `src/auth`. */
  readonly mayRead: readonly UserKey[];
}

const person = (name: string, ids: readonly UserKey[], token?: string): ModelCaller => ({
  principal: {
    kind: 'user',
    name,
    policy: 'self',
    ids,
    ...(token !== undefined && { accessToken: new Secret(token) }),
  },
  mayRead: ids,
});

const CALLERS: readonly ModelCaller[] = [
  { principal: { kind: 'service', name: 'all', policy: 'all', ids: [] }, mayRead: USERS },
  { principal: { kind: 'service', name: 'router', policy: 'self', ids: [] }, mayRead: [] },
  person('ana by JWT', [open('ana')]),
  person('ana', [open('ana'), byUserId('ana-1')], 'token of ana'),
  person('ana again', [open('ana')], 'another token of ana'),
  person('ben', [open('ben'), byUserId('ben-1'), byUserId('ana')], 'token of ben'),
  {
    principal: { kind: 'user', name: 'cao of HR', policy: 'all', ids: [open('cao')] },
    mayRead: USERS,
  },
];

const FILTERS: readonly StageTaskFilter[] = [{}, { options: ['TODO'] }, { deadlineAfterMs: 10 }];
/** Each filter selects the first of them only. */
const TASKS = [
  { option: 'TODO', deadlineMs: 20 },
  { option: 'DONE', deadlineMs: 10 },
] as const;
const CYCLES = ['1', '2'] as const;

const isEmpty = (filter: StageTaskFilter) => Object.keys(filter).length === 0;

/** Half of the questions are about somebody whom the caller may read, where there is somebody. */
interface Wish {
  readonly allowed: boolean;
  readonly nth: number;
  readonly semesterId: string;
  readonly filter: StageTaskFilter;
  readonly maxAgeMs: number;
}

interface Load extends Omit<Wish, 'allowed' | 'nth'> {
  readonly user: UserKey;
}

interface Operation {
  readonly caller: ModelCaller;
  readonly afterMs: number;
  readonly loads: readonly Load[];
  readonly asksForCycle: boolean;
  readonly timeMs: number;
  readonly leavesAfterMs: number | null;
}

type Fate = 'answered' | 'slow' | 'rate limited' | 'unavailable' | 'refused';

interface Schedule {
  readonly operations: readonly Operation[];
  readonly fates: readonly Fate[];
}

const wishes: fc.Arbitrary<Wish> = fc.record({
  allowed: fc.boolean(),
  nth: fc.nat(41),
  semesterId: fc.constantFrom('1', '1', '1', '2'),
  filter: fc.constantFrom(...FILTERS),
  maxAgeMs: fc.constantFrom(Infinity, Infinity, 500),
});
const operations: fc.Arbitrary<Operation> = fc
  .record({
    caller: fc.constantFrom(...CALLERS),
    afterMs: fc.nat(12),
    wishes: fc.array(wishes, { minLength: 1, maxLength: 2 }),
    asksForCycle: fc.constantFrom(true, false, false, false, false, false),
    timeMs: fc.constantFrom(200, 1_000, 5_000),
    leavesAfterMs: fc.constantFrom(null, null, null, 45),
  })
  .map(({ wishes: wished, ...rest }) => ({
    ...rest,
    loads: wished.map((wish) => toLoad(wish, rest.caller)),
  }));

function toLoad({ allowed, nth, ...rest }: Wish, { mayRead }: ModelCaller): Load {
  const choice = allowed && mayRead.length > 0 ? mayRead : USERS;
  return { ...rest, user: choice[nth % choice.length] ?? open('ana') };
}
const schedules: fc.Arbitrary<Schedule> = fc.record({
  operations: fc.array(operations, { minLength: 1, maxLength: 2 }),
  fates: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<Fate>('answered', 'answered', 'slow') },
      { weight: 1, arbitrary: fc.constantFrom<Fate>('rate limited', 'unavailable', 'refused') },
    ),
    { maxLength: 2 },
  ),
});

interface ProcessOptions {
  readonly mode: UpstreamIdentityMode;
  readonly strategy: FilterStrategy;
  readonly remembers: boolean;
}

const processes: fc.Arbitrary<ProcessOptions> = fc.record({
  mode: fc.constantFrom<UpstreamIdentityMode>('app', 'app', 'app', 'caller'),
  strategy: fc.constantFrom<FilterStrategy>('auto', 'pushdown'),
  remembers: fc.boolean(),
});

const nameOf = (identity: UpstreamIdentity) =>
  identity.kind === 'app' ? 'app' : identity.accessToken.reveal();
const keyOf = ({ idType, id }: UserKey) => `${idType} ${id}`;

/** Whose a task is, and in whose name it was asked for. */
function taskId(
  { semesterId, idType }: Pick<StageTaskQuery, 'semesterId' | 'idType'>,
  identity: UpstreamIdentity,
  userId: string,
  option: string,
): string {
  return JSON.stringify([nameOf(identity), semesterId, idType, userId, option]);
}

/** What this Feishu answers to a filter: it chooses by group, and takes the bounds to be inclusive. */
function tasksOf(query: StageTaskQuery, identity: UpstreamIdentity, id: string): StageTask[] {
  const { options } = query.filter;
  return TASKS.filter(({ option }) => !options || options.some((one) => one === option)).map(
    ({ option, deadlineMs }) => ({
      stageId: taskId(query, identity, id, option),
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

interface Call {
  readonly query: StageTaskQuery;
  readonly identity: UpstreamIdentity;
}

interface Received {
  readonly caller: ModelCaller;
  readonly load: Load;
  readonly stageTasks?: LoadedStageTasks | null;
  readonly error?: unknown;
}

const LATENCY_MS = 30;
const GONE = new DOMException('nobody waits any more', 'AbortError');

/** One process of the gateway, over a model of Feishu. */
function startProcess({ mode, strategy, remembers }: ProcessOptions) {
  const clock = new VirtualClock();
  const calls: Call[] = [];
  const received: Received[] = [];
  const defects: Error[] = [];
  let fates: Fate[] = [];

  const source: StageTaskSource & SemesterSource = {
    ready: () => Promise.resolve(),
    async findByUserList(query, identity, { signal }) {
      calls.push({ query, identity });
      const fate = fates.shift() ?? 'answered';
      await clock.sleep(fate === 'slow' ? 400 : LATENCY_MS, signal).catch(() => undefined);
      if (signal.aborted) throw new GatewayError('UPSTREAM_TIMEOUT', 'nobody waits any more');
      const failure = failureOf(fate);
      if (failure) throw failure;
      const answerFor = (userId: string) => ({
        userId,
        counts: [{ option: 'TODO' as const, count: 1 }],
        stageTasks: tasksOf(query, identity, userId),
      });
      const users = new Map(
        query.userIds.map((id) => [id, id === 'stranger' ? null : answerFor(id)]),
      );
      const semester = cycleOf(query.semesterId);
      return { semester, users, isComplete: true, fetchedAtMs: clock.now() };
    },
    listSemesters: () => Promise.resolve({ semesters: CYCLES.map(cycleOf), isComplete: true }),
  };

  const quota = { calls: 20, windowMs: 300 };
  const openGate = () =>
    createQuotaGate({ quota, ledger: createMemoryLedger(quota, clock.now), nowMs: clock.now });
  const cache = createMemoryCache({ maxUsers: 50, userOf: userOfKey });
  const lifetimes = remembers ? { freshMs: 30_000, staleMs: 120_000 } : { freshMs: 0, staleMs: 0 };
  const refreshAhead = createRefreshAhead({ freshMs: lifetimes.freshMs, nowMs: clock.now });
  const directory = createSemesterDirectory({ source, gate: openGate(), clock });
  const cycles = createKnownSemesters({ nowMs: clock.now, directory });
  const batcher = createBatcher({
    source,
    gate: openGate(),
    semesters: cycles,
    spareSeats: refreshAhead,
    remember: (entries) => void cache.setMany(entries),
    clock,
    onDefect: (error) => defects.push(error),
  });
  const quotaOf = createPrincipalQuotas({
    quotaCalls: quota.calls,
    windowMs: quota.windowMs,
    keepsReserve: true,
    clock,
  });
  const answers = createAnswerCache({ batcher, cache, refreshAhead, lifetimes, clock });

  function operate({
    caller,
    loads: wanted,
    asksForCycle,
    timeMs,
    leavesAfterMs,
  }: Operation): void {
    const controller = new AbortController();
    const { signal } = controller;
    const endsAfterMs = Math.min(timeMs, leavesAfterMs ?? Infinity);
    clock.at(clock.now() + endsAfterMs, () => {
      controller.abort(GONE);
    });
    const { principal } = caller;
    const scope = { signal, deadlineAtMs: clock.now() + timeMs };
    const principalQuota = quotaOf(principal, scope);
    const loader = createRequestLoader({
      answers,
      directory,
      authorize: createAuthorize(principal, mode, createDenials(principal)),
      beforeAsking: createBeforeAsking({
        policy: principal.policy,
        cycles,
        quota: principalQuota,
        signal,
      }),
      charge: principalQuota.charge,
      strategy,
      freshMs: lifetimes.freshMs,
      shelfLife: createShelfLife(),
      leavesReserve: false,
      ...scope,
    });
    for (const load of wanted) {
      const { user, semesterId, filter, maxAgeMs } = load;
      loader.stageTasks(user, semesterId, filter, maxAgeMs).then(
        (stageTasks) => received.push({ caller, load, stageTasks }),
        (error: unknown) => received.push({ caller, load, error }),
      );
    }
    if (!asksForCycle) return;
    loader.semester('1').then(
      (semester) =>
        semester?.name?.zhCN === cycleOf('1').name.zhCN || defects.push(new Error('cycle')),
      () => undefined,
    );
  }

  /** Lets a schedule happen to its end, and returns what came of it. */
  async function live(schedule: Schedule) {
    calls.length = 0;
    received.length = 0;
    fates = [...schedule.fates];
    for (const operation of schedule.operations) {
      clock.at(clock.now() + operation.afterMs, () => {
        operate(operation);
      });
    }
    await clock.run();
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
      return new ParametersRefused('refused', {}, []);
    default:
      return undefined;
  }
}

function cycleOf(id: string) {
  return { id, name: { zhCN: `周期 ${id}`, enUS: null }, startTime: null, endTime: null };
}

/** What the world should be like, said without the code that decides it. */
function mayHave({ principal, mayRead }: ModelCaller, user: UserKey, mode: UpstreamIdentityMode) {
  const allowed = mayRead.some((one) => keyOf(one) === keyOf(user));
  return allowed && (mode === 'app' || principal.accessToken !== undefined);
}

function isForbidden(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'FORBIDDEN';
}

/** Faults of one answer, in words; none if it is as it should be. */
function faultsOf({ caller, load, stageTasks, error }: Received, mode: UpstreamIdentityMode) {
  const who = `${caller.principal.name} → ${keyOf(load.user)}`;
  if (!mayHave(caller, load.user, mode)) {
    return isForbidden(error) ? [] : [`${who}: expected FORBIDDEN, got ${String(error)}`];
  }
  if (error) return isForbidden(error) ? [`${who}: expected an answer, got FORBIDDEN`] : [];
  if (!stageTasks) return load.user.id === 'stranger' ? [] : [`${who}: got nothing`];
  const { principal } = caller;
  const identity: UpstreamIdentity =
    mode === 'caller' && principal.accessToken
      ? { kind: 'user', accessToken: principal.accessToken }
      : { kind: 'app' };
  const { semesterId, user, filter } = load;
  const groups = isEmpty(filter) ? ['TODO', 'DONE'] : ['TODO'];
  const query = { semesterId, idType: user.idType };
  const own = groups.map((option) => taskId(query, identity, user.id, option)).join();
  const got = stageTasks.stageTasks.map(({ stageId }) => stageId).join();
  return stageTasks.userId === user.id && got === own
    ? []
    : [`${who}: expected ${own}, got ${stageTasks.userId}, ${got}`];
}

/** Calls about somebody whom nobody who may has ever asked for, or in a name that is not theirs. */
function faultsOfCall({ query, identity }: Call, askedFor: ReadonlySet<string>): string[] {
  const name = nameOf(identity);
  return query.userIds
    .map((id) => `${name} ${keyOf({ id, idType: query.idType })}`)
    .filter((asked) => !askedFor.has(asked));
}

/** Notes what those who may ask for it have asked for, in the name in which they may. */
function noteAsked({ operations: all }: Schedule, mode: UpstreamIdentityMode, asked: Set<string>) {
  for (const { caller, loads } of all) {
    const name = mode === 'app' ? 'app' : (caller.principal.accessToken?.reveal() ?? '');
    const allowed = loads.filter(({ user }) => mayHave(caller, user, mode));
    for (const { user } of allowed) asked.add(`${name} ${keyOf(user)}`);
  }
}

/** What has happened in all processes: it would prove nothing if that were nothing. */
const seen = { schedules: 0, forbidden: 0, answered: 0, failed: 0, remembered: 0, merged: 0 };

function note(received: readonly Received[], calls: readonly Call[]): void {
  const answered = received.filter(({ error }) => !error).length;
  const forbidden = received.filter(({ error }) => isForbidden(error)).length;
  seen.schedules += 1;
  seen.answered += answered;
  seen.forbidden += forbidden;
  seen.failed += received.length - answered - forbidden;
  seen.merged += calls.filter(({ query }) => query.userIds.length > 1).length;
  seen.remembered += calls.length === 0 && answered > 0 ? 1 : 0;
}

async function liveThrough(options: ProcessOptions, life: readonly Schedule[]): Promise<void> {
  const { mode } = options;
  const { live } = startProcess(options);
  const asked = new Set<string>();
  for (const schedule of life) {
    noteAsked(schedule, mode, asked);
    const { calls, received } = await live(schedule);
    const due = schedule.operations.reduce((sum, { loads }) => sum + loads.length, 0);
    const faults = [
      ...received.flatMap((one) => faultsOf(one, mode)),
      ...calls.flatMap((call) => faultsOfCall(call, asked)),
      ...(received.length === due ? [] : [`${due} were asked, ${received.length} told`]),
    ];
    if (faults.length > 0) throw new Error(`${JSON.stringify(options)}\n${faults.join('\n')}`);
    note(received, calls);
  }
}

// Most of what happens here is refused, and nobody looks at where.
const { stackTraceLimit } = Error;
beforeAll(() => (Error.stackTraceLimit = 0));
afterAll(() => (Error.stackTraceLimit = stackTraceLimit));

test(
  'no caller ever receives a field of a user outside its policy, cached or not, merged or not',
  async () => {
    const lives = fc.array(schedules, {
      minLength: SCHEDULES_PER_PROCESS,
      maxLength: SCHEDULES_PER_PROCESS,
      size: 'max',
    });
    // Making a life of 1,000 schedules smaller takes longer than reading what went wrong in it.
    const { failed, seed, errorInstance } = await fc.check(
      fc.asyncProperty(processes, lives, liveThrough),
      { numRuns: PROCESSES, endOnFailure: true },
    );
    if (failed) throw new Error(`seed ${seed}: ${String(errorInstance)}`);

    expect(seen.schedules).toBe(PROCESSES * SCHEDULES_PER_PROCESS);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(1_000);
  },
  MAY_TAKE_MS,
);
