import { VirtualClock } from '../../support/virtual-clock';
import { createPrincipalQuotas } from '../../../src/auth/principal-quota';
import { createBatcher } from '../../../src/batching/batcher';
import { userOfKey } from '../../../src/batching/scope';
import { createMemoryCache } from '../../../src/cache/memory.cache';
import { GatewayError } from '../../../src/domain/errors';
import type { Policy, Principal } from '../../../src/domain/principal';
import { createCachePolicy } from '../../../src/domain/cache-policy';
import type { StageTaskSource } from '../../../src/feishu/ports';
import { createAnswerCache } from '../../../src/loading/answer-cache';
import { createBeforeFetch } from '../../../src/loading/before-fetch';
import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import { createRequestLoader } from '../../../src/loading/request-loader';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import { createQuotaGate } from '../../../src/quota/quota-gate';
import { cyclesOf } from '../../support/cycles';
import { createEndlessTurns } from '../../support/turns';

const QUOTA = { calls: 20, windowMs: 60_000 };
const DEADLINE_MS = 15_000;
const LATENCY_MS = 300;

interface Outcome {
  readonly waitMs: number;
  readonly code: string | null;
}

/** The gateway from the request loader to the gate, where Feishu does not list its cycles. */
function startProcess() {
  const clock = new VirtualClock();
  const source: StageTaskSource = {
    ready: () => Promise.resolve(),
    async findByUserList({ userIds }) {
      await clock.sleep(LATENCY_MS);
      const users = new Map(userIds.map((userId) => [userId, null]));
      return { semester: null, users, isComplete: true, fetchedAtMs: clock.now() };
    },
  };
  const cycles = cyclesOf(clock.now, () => Promise.resolve(undefined));
  const refreshAhead = createRefreshAhead({ freshMs: 0, nowMs: clock.now });
  const gate = createQuotaGate({
    quota: QUOTA,
    ledger: createMemoryLedger(QUOTA, clock.now),
    nowMs: clock.now,
  });
  const batcher = createBatcher({
    source,
    gate,
    semesters: cycles,
    spareSeats: refreshAhead,
    remember: () => undefined,
    clock,
    onDefect: (error) => {
      throw error;
    },
  });
  const answers = createAnswerCache({
    batcher,
    cache: createMemoryCache({ maxUsers: 1, userOf: userOfKey }),
    refreshAhead,
    lifetimes: { freshMs: 0, staleMs: 0 },
    clock,
  });
  const quotaOf = createPrincipalQuotas({
    quotaCalls: QUOTA.calls,
    windowMs: QUOTA.windowMs,
    keepsReserve: true,
    clock,
  });

  async function ask(name: string, policy: Policy, semesterId: string): Promise<Outcome> {
    const askedAtMs = clock.now();
    const user = { id: name, idType: 'OPEN_ID' } as const;
    const principal: Principal = { kind: 'user', name, policy, ids: [user] };
    const controller = new AbortController();
    const scope = { signal: controller.signal, deadlineAtMs: askedAtMs + DEADLINE_MS };
    clock.at(scope.deadlineAtMs, () => {
      controller.abort(new DOMException('the deadline has passed', 'TimeoutError'));
    });
    const quota = quotaOf(principal, scope);
    const loader = createRequestLoader({
      answers,
      directory: { list: () => Promise.resolve([]) },
      authorize: () => ({ kind: 'app' }),
      beforeFetch: createBeforeFetch({ policy, cycles, quota, signal: controller.signal }),
      charge: quota.charge,
      strategy: 'auto',
      freshMs: 0,
      cachePolicy: createCachePolicy(),
      leavesReserve: false,
      turns: createEndlessTurns(),
      ...scope,
    });
    quota.reserve(1);
    const code = await loader.stageTasks(user, semesterId, {}, Infinity).then(
      () => null,
      (error: unknown) => (error instanceof GatewayError ? error.code : String(error)),
    );
    quota.settle();
    return { waitMs: clock.now() - askedAtMs, code };
  }

  /** Lets so many come, evenly spread over a time. */
  function send(
    { count, overMs, fromMs = 0 }: { count: number; overMs: number; fromMs?: number },
    policy: Policy,
    cycleOf: (nth: number) => string,
  ): Promise<Outcome>[] {
    const outcomes: Promise<Outcome>[] = [];
    for (let i = 0; i < count; i += 1) {
      clock.at(fromMs + Math.floor((i * overMs) / count), () => {
        outcomes.push(ask(`${policy} ${i}`, policy, cycleOf(i)));
      });
    }
    return outcomes;
  }

  return { clock, send };
}

const failed = (outcomes: readonly Outcome[]) => outcomes.filter(({ code }) => code !== null);
const longest = (outcomes: readonly Outcome[]) => Math.max(...outcomes.map(({ waitMs }) => waitMs));

test.each([
  ['600 a minute for three minutes', { count: 1_800, overMs: 180_000 }],
  ['700 at the same moment', { count: 700, overMs: 1 }],
  ['120 a minute for three minutes', { count: 360, overMs: 180_000 }],
])('People who ask about one cycle are all answered: %s', async (_, crowd) => {
  const { clock, send } = startProcess();
  const outcomes = send(crowd, 'self', () => 'the cycle');
  await clock.run();
  const all = await Promise.all(outcomes);
  expect(failed(all)).toEqual([]);
  expect(longest(all)).toBeLessThan(6_000);
});

test('People with invalid cycles leave calls to services', async () => {
  const { clock, send } = startProcess();
  const people = send({ count: 300, overMs: 120_000 }, 'self', (nth) => `made-up ${nth}`);
  const services = send({ count: 6, overMs: 120_000, fromMs: 5_000 }, 'all', () => 'the cycle');
  await clock.run();
  const served = await Promise.all(services);
  const refused = failed(await Promise.all(people));
  expect(failed(served)).toEqual([]);
  expect(longest(served)).toBeLessThan(4_000);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['RATE_LIMITED']));
});
