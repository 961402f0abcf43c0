import { CliError } from '../../src/cli/exit';
import { leastMs } from '../../src/cli/warm/estimate';
import { warm, type WarmProgress } from '../../src/cli/warm/warm';
import { GatewayError } from '../../src/domain/errors';
import { toError } from '../../src/domain/to-error';
import { ALL_IF_ALONE } from '../../src/quota/demand';
import {
  createBatchingWorld,
  cycle,
  idsOf,
  MINUTE_MS,
  mostInAnyWindow,
  QUOTA,
  SECOND_MS,
  type WorldOptions,
} from '../support/batching-world';

const PEOPLE = idsOf(2_000);
const SCOPE = cycle('7000000000000000001');

/** Warms on virtual time, alone, with the share of the quota that the command line uses. */
function startWarm(options: WorldOptions = {}, userIds = PEOPLE) {
  const world = createBatchingWorld({ backgroundShare: ALL_IF_ALONE, ...options });
  const stop = new AbortController();
  const seen: WarmProgress[] = [];
  const { batcher, clock } = world;
  const outcome = new Promise<WarmProgress | Error>((resolve, reject) => {
    // Within a moment of the clock, so that it does not run out of timers before the first call.
    clock.at(0, () => {
      const onProgress = (progress: WarmProgress) => seen.push(progress);
      warm({ batcher, scope: SCOPE, userIds, clock, stop: stop.signal, onProgress }).then(
        resolve,
        (error: unknown) => {
          if (error instanceof CliError) resolve(error);
          else reject(toError(error));
        },
      );
    });
  });
  return { ...world, stop, seen, outcome };
}

describe('warm, alone on the quota', () => {
  test('loads 2,000 people with 40 calls, within 1 % of the time that the quota allows', async () => {
    const world = startWarm();
    await world.run();
    const { calls, attemptTimesMs } = world;

    expect(await world.outcome).toMatchObject({ loaded: 2_000, failed: 0, calls: 40 });
    expect(calls).toHaveLength(40);
    expect(calls.flatMap(({ userIds }) => userIds)).toEqual(PEOPLE);
    const tookMs = (attemptTimesMs.at(-1) ?? 0) - (attemptTimesMs[0] ?? 0);
    const idealMs = (39 * MINUTE_MS) / 20;
    expect(leastMs(40, QUOTA)).toBe(idealMs);
    expect(tookMs).toBeGreaterThanOrEqual(idealMs);
    expect(tookMs).toBeLessThanOrEqual(idealMs * 1.01);
    expect(mostInAnyWindow(attemptTimesMs, QUOTA)).toBeLessThanOrEqual(QUOTA.calls);
  });

  test('keeps the pace while answers take longer than the time between two calls', async () => {
    const world = startWarm({ fateOf: () => ({ latencyMs: 7_000 }) });
    await world.run();
    const { attemptTimesMs } = world;

    expect(await world.outcome).toMatchObject({ loaded: 2_000, calls: 40 });
    const tookMs = (attemptTimesMs.at(-1) ?? 0) - (attemptTimesMs[0] ?? 0);
    expect(tookMs).toBeLessThanOrEqual(leastMs(40, QUOTA) * 1.01);
  });

  test('reports progress that only grows, up to all users', async () => {
    const world = startWarm();
    await world.run();

    const loaded = world.seen.map((progress) => progress.loaded);
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
    expect(loaded.at(-1)).toBe(2_000);
  });
});

describe('warm beside clients', () => {
  test('lets a client go first, whose call is sent at the next free moment', async () => {
    const world = startWarm();
    const askedAtMs = 50 * SECOND_MS;
    world.clock.at(askedAtMs, () => {
      world.ask(SCOPE, ['ou_of_a_client']);
    });
    await world.run();

    const sent = world.calls.find(({ userIds }) => userIds.includes('ou_of_a_client'));
    expect(sent?.atMs).toBeLessThanOrEqual(askedAtMs + MINUTE_MS / QUOTA.calls);
  });

  test('uses half of the quota while other replicas send calls or wait', () => {
    const alone = { foreignCallTimesMs: [], callsWaitingElsewhere: [0, 0] };

    expect(ALL_IF_ALONE(alone)).toBe(1);
    expect(ALL_IF_ALONE({ ...alone, foreignCallTimesMs: [1] })).toBe(0.5);
    expect(ALL_IF_ALONE({ ...alone, callsWaitingElsewhere: [0, 1] })).toBe(0.5);
  });
});

describe('warm, stopped', () => {
  test('waits for calls that were sent, and sends no other', async () => {
    const world = startWarm({ fateOf: () => ({ latencyMs: 2_000 }) });
    world.clock.at(30 * SECOND_MS + 500, () => {
      world.stop.abort();
    });
    await world.run();

    const loaded = world.calls.flatMap(({ userIds }) => userIds);
    expect(world.calls.length).toBeLessThan(13);
    expect(world.calls.filter(({ abortedAtMs }) => abortedAtMs !== undefined)).toEqual([]);
    expect(await world.outcome).toMatchObject({ loaded: loaded.length, failed: 0 });
  });

  test('ends at once when Redis is lost', async () => {
    const world = startWarm();
    const lost = new CliError(1, 'redis disconnected');
    world.clock.at(30 * SECOND_MS, () => {
      world.stop.abort(lost);
    });
    await world.run();

    expect(await world.outcome).toBe(lost);
    expect(world.calls.length).toBeLessThan(13);
  });
});

describe('warm, with failures', () => {
  test('gives up after the first call that the app may not make', async () => {
    const failure = new GatewayError('UPSTREAM_PERMISSION_DENIED', 'Feishu does not permit it.');
    const world = startWarm({ fateOf: () => ({ failure }) });
    await world.run();

    expect(await world.outcome).toBeInstanceOf(CliError);
    expect(await world.outcome).toMatchObject({ exitCode: 1 });
    expect(world.calls).toHaveLength(1);
  });

  test('gives up after three calls in a row without an answer', async () => {
    const failure = new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu failed to answer.');
    const world = startWarm({ fateOf: () => ({ failure }) });
    await world.run();

    expect(await world.outcome).toBeInstanceOf(CliError);
    expect(world.calls).toHaveLength(3);
  });

  test('goes on after one call without an answer, and counts its users', async () => {
    const failure = new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu failed to answer.');
    const world = startWarm({ fateOf: (_call, nth) => (nth === 5 ? { failure } : {}) });
    await world.run();

    expect(await world.outcome).toMatchObject({ loaded: 1_950, failed: 50 });
    expect((await world.outcome) as WarmProgress).toHaveProperty(
      'failures',
      new Map([['Feishu failed to answer.', 50]]),
    );
  });
});
