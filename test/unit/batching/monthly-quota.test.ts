import { VirtualClock } from '../../../bench/simulation/virtual-clock';
import { createBatcher } from '../../../src/batching/batcher';
import { createPoisonIdIsolation } from '../../../src/batching/poison-id';
import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import type { BatchScope } from '../../../src/batching/scope';
import { GatewayError } from '../../../src/domain/errors';
import type { StageTaskSource } from '../../../src/feishu/ports';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import { createQuotaGate } from '../../../src/quota/quota-gate';

const SCOPE: BatchScope = {
  identity: { kind: 'app' },
  semesterId: '1',
  idType: 'OPEN_ID',
  filter: {},
};
const QUOTA = { calls: 20, windowMs: 60_000 };
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DEADLINE_MS = 15_000;
const LATENCY_MS = 200;

interface Outcome {
  readonly askedAtMs: number;
  readonly tookMs: number;
  readonly error?: GatewayError;
}

/** What Feishu says to a call at this time; `undefined`: it is answered. */
type Upstream = (atMs: number) => GatewayError | undefined;

const exhausted = () => new GatewayError('UPSTREAM_QUOTA_EXHAUSTED', 'The month is used up.');

function createWorld(upstream: Upstream, startsAtUnixMs?: number) {
  const clock = new VirtualClock(startsAtUnixMs);
  const callTimesMs: number[] = [];
  const outcomes: Outcome[] = [];
  const source: StageTaskSource = {
    ready: () => Promise.resolve(),
    async findByUserList({ userIds }) {
      callTimesMs.push(clock.now());
      const failure = upstream(clock.now());
      await clock.sleep(LATENCY_MS);
      if (failure) throw failure;
      const users = new Map(
        userIds.map((userId) => [userId, { userId, counts: [], stageTasks: [] }]),
      );
      return { semester: null, users, isComplete: true, fetchedAtMs: clock.now() };
    },
  };
  const gate = createQuotaGate({
    quota: QUOTA,
    ledger: createMemoryLedger(QUOTA, clock.now),
    nowMs: clock.now,
  });
  const batches = createBatcher({
    source,
    gate,
    poison: createPoisonIdIsolation({
      nowMs: clock.now,
      isListed: () => Promise.resolve(undefined),
    }),
    spareSeats: createRefreshAhead({ freshMs: MINUTE_MS, nowMs: clock.now }),
    remember: () => undefined,
    clock,
    onDefect: (error) => {
      throw error;
    },
  });
  let asked = 0;

  function ask(): void {
    const askedAtMs = clock.now();
    const controller = new AbortController();
    const caller = {
      signal: controller.signal,
      deadlineAtMs: askedAtMs + DEADLINE_MS,
      onCall: () => undefined,
      background: false,
    };
    clock.at(askedAtMs + DEADLINE_MS, () => {
      controller.abort(new DOMException('the deadline has passed', 'TimeoutError'));
    });
    const [answer] = batches.ask(SCOPE, [`user ${(asked += 1)}`], caller);
    const note = (error?: GatewayError) =>
      outcomes.push({ askedAtMs, tookMs: clock.now() - askedAtMs, ...(error && { error }) });
    answer?.then(
      () => note(),
      (error: unknown) => note(error as GatewayError),
    );
  }

  return {
    clock,
    gate,
    callTimesMs,
    outcomes,
    /** Asks at these times, each time for another user. */
    askAt(timesMs: readonly number[]) {
      for (const timeMs of [...timesMs].reverse()) clock.at(timeMs, ask);
    },
  };
}

const every = (ms: number, fromMs: number, toMs: number) =>
  Array.from({ length: Math.ceil((toMs - fromMs) / ms) }, (_, i) => fromMs + i * ms);

function expectToldSo(outcomes: readonly Outcome[]): void {
  for (const { error } of outcomes) {
    expect(error?.code).toBe('UPSTREAM_QUOTA_EXHAUSTED');
    expect(error?.details.retryAfterMs).toBeGreaterThan(0);
    expect(error?.details.retryAfterMs).toBeLessThanOrEqual(HOUR_MS);
  }
}

describe('when the monthly number of calls is used up', () => {
  it('one call an hour finds out that it was raised, and all others are told at once', async () => {
    const raisedAtMs = 24 * HOUR_MS;
    const world = createWorld((atMs) => (atMs < raisedAtMs ? exhausted() : undefined));
    world.askAt(every(10 * SECOND_MS, 0, raisedAtMs + 2 * HOUR_MS));
    await world.clock.run();

    const inVain = world.callTimesMs.filter((atMs) => atMs < raisedAtMs);
    expect(inVain.length).toBeLessThanOrEqual(25);
    expect(inVain.length).toBeGreaterThanOrEqual(24);
    const answered = world.outcomes.filter(({ error }) => !error);
    const firstAtMs = Math.min(...answered.map(({ askedAtMs }) => askedAtMs));
    expect(firstAtMs).toBeLessThan(raisedAtMs + HOUR_MS);
    expect(world.outcomes.filter((one) => one.askedAtMs >= firstAtMs && one.error)).toEqual([]);

    const before = world.outcomes.filter(({ askedAtMs }) => askedAtMs < firstAtMs);
    expectToldSo(before);
    // Only those wait whose time lasts until the next call is due.
    const waited = before.filter(({ tookMs }) => tookMs > 0);
    expect(waited.length).toBeLessThanOrEqual(2 * 25);
    expect(Math.max(...before.map(({ tookMs }) => tookMs))).toBeLessThan(DEADLINE_MS);
  });

  it('says when the next one is due', async () => {
    const world = createWorld(exhausted);
    world.askAt([0, 10 * MINUTE_MS]);
    await world.clock.run();

    expect(world.outcomes.map(({ error }) => error?.details.retryAfterMs)).toEqual([
      HOUR_MS,
      HOUR_MS - 10 * MINUTE_MS + (world.callTimesMs[0] ?? 0) + LATENCY_MS,
    ]);
  });

  it('a crowd that waits for that call costs one, and learns in the same moment that it was in vain', async () => {
    const world = createWorld(exhausted);
    const dueAtMs = HOUR_MS + LATENCY_MS;
    world.askAt([0, ...every(20, dueAtMs - 10 * SECOND_MS, dueAtMs + 100)]);
    await world.clock.run();

    expect(world.callTimesMs).toHaveLength(2);
    expectToldSo(world.outcomes);
    const toldAtMs = world.outcomes.slice(1).map(({ askedAtMs, tookMs }) => askedAtMs + tookMs);
    expect(Math.max(...toldAtMs) - Math.min(...toldAtMs)).toBeLessThan(SECOND_MS);
  });

  it('a crowd that waits for that call is answered as soon as that is', async () => {
    const world = createWorld((atMs) => (atMs < MINUTE_MS ? exhausted() : undefined));
    world.askAt([0, ...every(20, HOUR_MS - 10 * SECOND_MS, HOUR_MS)]);
    await world.clock.run();

    expect(world.outcomes.slice(1).filter(({ error }) => error)).toEqual([]);
    const answeredAtMs = world.outcomes.slice(1).map(({ askedAtMs, tookMs }) => askedAtMs + tookMs);
    expect(Math.max(...answeredAtMs)).toBeLessThan(HOUR_MS + 5 * SECOND_MS);
    // The call that finds out leaves alone, and brings no other one with it.
    const [, probeAtMs = 0, nextAtMs = 0] = world.callTimesMs;
    expect(nextAtMs - probeAtMs).toBeGreaterThanOrEqual(LATENCY_MS);
  });

  it.each([
    ['at the end of a month', '2026-11-30T22:10:00+08:00'],
    ['at the end of a year', '2026-12-31T22:10:00+08:00'],
  ])('it begins anew with the month in Beijing, %s', async (_, startsAt) => {
    const monthEndsAtMs = HOUR_MS + 50 * MINUTE_MS;
    const world = createWorld(
      (atMs) => (atMs < monthEndsAtMs ? exhausted() : undefined),
      Date.parse(startsAt),
    );
    world.askAt(every(5 * SECOND_MS, 0, monthEndsAtMs + MINUTE_MS));
    await world.clock.run();

    expect(world.callTimesMs.filter((atMs) => atMs < monthEndsAtMs)).toHaveLength(2);
    const answered = world.outcomes.filter(({ error }) => !error);
    expect(Math.min(...world.callTimesMs.filter((atMs) => atMs >= monthEndsAtMs))).toBe(
      monthEndsAtMs,
    );
    expect(answered.length).toBeGreaterThanOrEqual(12);
    expect(
      world.outcomes.filter(({ askedAtMs, error }) => askedAtMs >= monthEndsAtMs && error),
    ).toEqual([]);
  });

  it('a call that Feishu fails to answer is made again after a minute rather than an hour', async () => {
    const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu failed to answer.');
    const world = createWorld((atMs) => {
      if (atMs < MINUTE_MS) return exhausted();
      return atMs < HOUR_MS + MINUTE_MS ? unavailable : undefined;
    });
    world.askAt([0, ...every(10 * SECOND_MS, HOUR_MS, HOUR_MS + 3 * MINUTE_MS)]);
    await world.clock.run();

    const [, failedAtMs = 0, answeredAtMs = 0] = world.callTimesMs;
    expect(answeredAtMs - failedAtMs).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(answeredAtMs - failedAtMs).toBeLessThan(MINUTE_MS + 10 * SECOND_MS);
    const between = world.outcomes.filter(
      ({ askedAtMs }) => askedAtMs > failedAtMs + LATENCY_MS && askedAtMs < failedAtMs + 40_000,
    );
    expectToldSo(between);
    expect(world.outcomes.at(-1)?.error).toBeUndefined();
  });

  it('a call whose parameters are refused was looked at, so that all may leave again', async () => {
    const refused = new GatewayError('UPSTREAM_REJECTED', 'Feishu refused the call.');
    const world = createWorld((atMs) => {
      if (atMs < MINUTE_MS) return exhausted();
      return atMs < HOUR_MS + SECOND_MS ? refused : undefined;
    });
    world.askAt([
      0,
      HOUR_MS + LATENCY_MS + 50,
      ...every(SECOND_MS, HOUR_MS + 2_000, HOUR_MS + 9_000),
    ]);
    await world.clock.run();

    const later = world.outcomes.filter(({ askedAtMs }) => askedAtMs >= HOUR_MS + 2_000);
    expect(later).toHaveLength(7);
    expect(later.filter(({ error }) => error)).toEqual([]);
  });

  it('a reset of a day is the rate limit all the same', async () => {
    const details = { retryAfterMs: 24 * HOUR_MS };
    const world = createWorld(
      () => new GatewayError('UPSTREAM_RATE_LIMITED', 'Feishu allows no further call.', details),
    );
    world.askAt([0, HOUR_MS, 2 * HOUR_MS]);
    await world.clock.run();

    expect(world.callTimesMs).toHaveLength(1);
    expect(world.outcomes.map(({ error }) => error?.code)).toEqual(
      Array(3).fill('UPSTREAM_RATE_LIMITED'),
    );
  });
});
