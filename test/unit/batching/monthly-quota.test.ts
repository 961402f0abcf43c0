import { GatewayError } from '../../../src/domain/errors';
import { errorOf, type Asked } from '../../support/asking';
import { MINUTE_MS, SECOND_MS, createBatchingWorld, cycle } from '../../support/batching-world';
import { DEADLINE_MS } from '../../support/operation';

const SCOPE = cycle('1');
const HOUR_MS = 60 * MINUTE_MS;
const LATENCY_MS = 200;

interface Outcome {
  readonly askedAtMs: number;
  readonly tookMs: number;
  readonly error: GatewayError | undefined;
}

/** The error of a call at this time; `undefined`: it is answered. */
type Upstream = (atMs: number) => GatewayError | undefined;

const exhausted = () => new GatewayError('UPSTREAM_QUOTA_EXHAUSTED', 'The month is used up.');

function outcomeOf(asked: Asked): Outcome {
  const { askedAtMs, outcome } = asked;
  return { askedAtMs, tookMs: outcome?.tookMs ?? NaN, error: errorOf(asked) };
}

function createWorld(upstream: Upstream, startsAtUnixMs?: number) {
  const world = createBatchingWorld({
    fateOf: ({ atMs }) => ({ latencyMs: LATENCY_MS, failure: upstream(atMs) }),
    ...(startsAtUnixMs !== undefined && { startsAtUnixMs }),
  });
  return {
    get callTimesMs() {
      return world.calls.map(({ atMs }) => atMs);
    },
    /** In the order of the operations. */
    get outcomes() {
      return world.asked.map(outcomeOf);
    },
    run: () => world.run(),
    /** Starts an operation at each of these times, each for another user. */
    askAt(timesMs: readonly number[]) {
      // The clock is filled fastest with the latest time first.
      for (const [i, timeMs] of [...timesMs.entries()].reverse()) {
        world.askAt(timeMs, SCOPE, [`user ${i}`]);
      }
    },
  };
}

const every = (ms: number, fromMs: number, toMs: number) =>
  Array.from({ length: Math.ceil((toMs - fromMs) / ms) }, (_, i) => fromMs + i * ms);

/** All fail because the month is used up, and are told to come back within an hour. */
function expectExhausted(outcomes: readonly Outcome[]): void {
  const others = outcomes.filter(({ error }) => {
    const { retryAfterMs = NaN } = error?.details ?? {};
    return !(
      error?.code === 'UPSTREAM_QUOTA_EXHAUSTED' &&
      retryAfterMs > 0 &&
      retryAfterMs <= HOUR_MS
    );
  });
  expect(others).toEqual([]);
}

describe('when the monthly number of calls is used up', () => {
  test('one call an hour finds out whether it was raised, and all others fail at once', async () => {
    const raisedAtMs = 24 * HOUR_MS;
    const world = createWorld((atMs) => (atMs < raisedAtMs ? exhausted() : undefined));
    world.askAt(every(10 * SECOND_MS, 0, raisedAtMs + 2 * HOUR_MS));
    await world.run();

    const failed = world.callTimesMs.filter((atMs) => atMs < raisedAtMs);
    expect(failed.length).toBeLessThanOrEqual(25);
    expect(failed.length).toBeGreaterThanOrEqual(24);
    const answered = world.outcomes.filter(({ error }) => !error);
    const firstAtMs = Math.min(...answered.map(({ askedAtMs }) => askedAtMs));
    expect(firstAtMs).toBeLessThan(raisedAtMs + HOUR_MS);
    expect(world.outcomes.filter((one) => one.askedAtMs >= firstAtMs && one.error)).toEqual([]);

    const before = world.outcomes.filter(({ askedAtMs }) => askedAtMs < firstAtMs);
    expectExhausted(before);
    // Only operations whose time lasts until the next call wait.
    const waited = before.filter(({ tookMs }) => tookMs > 0);
    expect(waited.length).toBeLessThanOrEqual(2 * 25);
    expect(Math.max(...before.map(({ tookMs }) => tookMs))).toBeLessThan(DEADLINE_MS);
  });

  test('errors say when the next call is due', async () => {
    const world = createWorld(exhausted);
    world.askAt([0, 10 * MINUTE_MS]);
    await world.run();

    expect(world.outcomes.map(({ error }) => error?.details.retryAfterMs)).toEqual([
      HOUR_MS,
      HOUR_MS - 10 * MINUTE_MS + (world.callTimesMs[0] ?? 0) + LATENCY_MS,
    ]);
  });

  test('a crowd that waits for that call costs one call, and fails with it', async () => {
    const world = createWorld(exhausted);
    const dueAtMs = HOUR_MS + LATENCY_MS;
    world.askAt([0, ...every(20, dueAtMs - 10 * SECOND_MS, dueAtMs + 100)]);
    await world.run();

    expect(world.callTimesMs).toHaveLength(2);
    expectExhausted(world.outcomes);
    const toldAtMs = world.outcomes.slice(1).map(({ askedAtMs, tookMs }) => askedAtMs + tookMs);
    expect(Math.max(...toldAtMs) - Math.min(...toldAtMs)).toBeLessThan(SECOND_MS);
  });

  test('a crowd that waits for that call is answered soon after it', async () => {
    const world = createWorld((atMs) => (atMs < MINUTE_MS ? exhausted() : undefined));
    world.askAt([0, ...every(20, HOUR_MS - 10 * SECOND_MS, HOUR_MS)]);
    await world.run();

    expect(world.outcomes.slice(1).filter(({ error }) => error)).toEqual([]);
    const answeredAtMs = world.outcomes.slice(1).map(({ askedAtMs, tookMs }) => askedAtMs + tookMs);
    expect(Math.max(...answeredAtMs)).toBeLessThan(HOUR_MS + 5 * SECOND_MS);
    // That call is sent alone.
    const [, probeAtMs = 0, nextAtMs = 0] = world.callTimesMs;
    expect(nextAtMs - probeAtMs).toBeGreaterThanOrEqual(LATENCY_MS);
  });

  test.each([
    ['at the end of a month', '2026-11-30T22:10:00+08:00'],
    ['at the end of a year', '2026-12-31T22:10:00+08:00'],
  ])('calls are sent again with the new month in Beijing, %s', async (_, startsAt) => {
    const monthEndsAtMs = HOUR_MS + 50 * MINUTE_MS;
    const world = createWorld(
      (atMs) => (atMs < monthEndsAtMs ? exhausted() : undefined),
      Date.parse(startsAt),
    );
    world.askAt(every(5 * SECOND_MS, 0, monthEndsAtMs + MINUTE_MS));
    await world.run();

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

  test('a call that Feishu does not answer is made again after a minute, not after an hour', async () => {
    const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu failed to answer.');
    const world = createWorld((atMs) => {
      if (atMs < MINUTE_MS) return exhausted();
      return atMs < HOUR_MS + MINUTE_MS ? unavailable : undefined;
    });
    world.askAt([0, ...every(10 * SECOND_MS, HOUR_MS, HOUR_MS + 3 * MINUTE_MS)]);
    await world.run();

    const [, failedAtMs = 0, answeredAtMs = 0] = world.callTimesMs;
    expect(answeredAtMs - failedAtMs).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(answeredAtMs - failedAtMs).toBeLessThan(MINUTE_MS + 10 * SECOND_MS);
    const between = world.outcomes.filter(
      ({ askedAtMs }) => askedAtMs > failedAtMs + LATENCY_MS && askedAtMs < failedAtMs + 40_000,
    );
    expectExhausted(between);
    expect(world.outcomes.at(-1)?.error).toBeUndefined();
  });

  test('a call whose parameters are refused shows that calls may be sent again', async () => {
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
    await world.run();

    const later = world.outcomes.filter(({ askedAtMs }) => askedAtMs >= HOUR_MS + 2_000);
    expect(later).toHaveLength(7);
    expect(later.filter(({ error }) => error)).toEqual([]);
  });

  test('a rate limit with a reset of a day stays a rate limit', async () => {
    const details = { retryAfterMs: 24 * HOUR_MS };
    const world = createWorld(
      () => new GatewayError('UPSTREAM_RATE_LIMITED', 'Feishu allows no further call.', details),
    );
    world.askAt([0, HOUR_MS, 2 * HOUR_MS]);
    await world.run();

    expect(world.callTimesMs).toHaveLength(1);
    expect(world.outcomes.map(({ error }) => error?.code)).toEqual(
      Array(3).fill('UPSTREAM_RATE_LIMITED'),
    );
  });
});
