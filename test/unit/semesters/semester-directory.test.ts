import { GatewayError } from '../../../src/domain/errors';
import type { SemesterList } from '../../../src/feishu/ports';
import { createSemesterDirectory } from '../../../src/semesters/semester-directory';
import { MINUTE_MS, createGate } from '../../support/batching-world';
import { listedSemester } from '../../support/listed-semester';
import { createOperation } from '../../support/operation';
import { VirtualClock } from '../../support/virtual-clock';

const LATENCY_MS = 100;
const FAILURE = new GatewayError('UPSTREAM_PERMISSION_DENIED', 'no scope');

const listOf = (...ids: string[]): SemesterList => ({
  semesters: ids.map((id) => listedSemester(id)),
  isComplete: true,
});

/** The directory in front of a model of Feishu, on virtual time. */
function start(calls = 10) {
  const clock = new VirtualClock();
  const upstream = { list: listOf('1') as SemesterList | Error, latencyMs: LATENCY_MS, calls: 0 };
  const directory = createSemesterDirectory({
    source: {
      ready: () => Promise.resolve(),
      async listSemesters() {
        upstream.calls += 1;
        const { list } = upstream;
        await clock.sleep(upstream.latencyMs);
        if (list instanceof Error) throw list;
        return list;
      },
    },
    gate: createGate({ calls, windowMs: MINUTE_MS }, clock),
    clock,
  });

  /** Looks cycles up at a moment; returns each result and its duration. */
  async function lookUp(afterMs: number, ...ids: string[]) {
    const results: Promise<[boolean | undefined, number]>[] = [];
    const atMs = clock.now() + afterMs;
    clock.at(atMs, () => {
      for (const id of ids) {
        results.push(directory.isListed(id).then((listed) => [listed, clock.now() - atMs]));
      }
    });
    await clock.run();
    return Promise.all(results);
  }

  /** What is remembered of a cycle at a moment. Waits for the refresh that this may start. */
  async function recall(afterMs: number, id: string): Promise<boolean | undefined> {
    let remembered: boolean | undefined;
    clock.at(clock.now() + afterMs, () => (remembered = directory.remembers(id)));
    await clock.run();
    return remembered;
  }

  return { clock, upstream, directory, lookUp, recall };
}

test('looks up a cycle in one call for all operations, and remembers the list', async () => {
  const { upstream, lookUp, recall } = start();
  expect(await lookUp(0, '1', '2', '2')).toEqual([
    [true, LATENCY_MS],
    [false, LATENCY_MS],
    [false, LATENCY_MS],
  ]);
  expect(await lookUp(9_000, '1', '2')).toEqual([
    [true, 0],
    [false, 0],
  ]);
  expect(await recall(0, '1')).toBe(true);
  expect(upstream.calls).toBe(1);
});

test('gives its last list without a call, and none before the first one', async () => {
  const { upstream, directory, lookUp } = start();
  expect(directory.lastList()).toEqual([]);
  expect(upstream.calls).toBe(0);
  await lookUp(0, '1');
  expect(directory.lastList()).toEqual(listOf('1').semesters);
  expect(upstream.calls).toBe(1);
});

test('finds a new cycle, with at most one call in ten seconds', async () => {
  const { upstream, lookUp } = start();
  await lookUp(0, '2');
  upstream.list = listOf('1', '2');
  expect(await lookUp(10_000, '2')).toEqual([[true, LATENCY_MS]]);
  for (let i = 0; i < 100; i += 1) await lookUp(500, `made-up ${i}`);
  expect(upstream.calls).toBeLessThanOrEqual(2 + 5);
});

test('refreshes a list older than a minute in the background, and uses it meanwhile', async () => {
  const { upstream, lookUp, recall } = start();
  expect(await recall(0, '1')).toBe(false);
  expect(upstream.calls).toBe(0);
  await lookUp(0, '1');
  upstream.list = listOf('1', '2');
  expect(await recall(MINUTE_MS, '2')).toBe(false);
  expect(upstream.calls).toBe(2);
  expect(await recall(0, '2')).toBe(true);
  // A list that cannot be refreshed stays in use.
  upstream.list = FAILURE;
  expect(await recall(10 * MINUTE_MS, '2')).toBe(true);
});

test('returns undefined when the list fails, and pauses after three failures in a minute', async () => {
  const { upstream, lookUp } = start();
  upstream.list = FAILURE;
  for (let i = 0; i < 50; i += 1) {
    const [[listed] = []] = await lookUp(1_000, '1');
    expect(listed).toBeUndefined();
  }
  expect(upstream.calls).toBe(3);
  upstream.list = listOf('1');
  expect(await lookUp(MINUTE_MS, '1')).toEqual([[true, LATENCY_MS]]);
});

test('returns undefined for a cycle that an incomplete or empty list lacks', async () => {
  const { upstream, lookUp } = start();
  upstream.list = { ...listOf('1'), isComplete: false };
  const [one, two] = await lookUp(0, '1', '2');
  expect([one?.[0], two?.[0]]).toEqual([true, undefined]);
  upstream.list = listOf();
  expect(await lookUp(11_000, '1')).toEqual([[undefined, LATENCY_MS]]);
});

test('takes at most three seconds, and no time when its quota is used up', async () => {
  const slow = start();
  slow.upstream.latencyMs = 8_000;
  expect(await slow.lookUp(0, '1')).toEqual([[undefined, 3_000]]);
  expect(slow.directory.remembers('1')).toBe(true);

  const spent = start(1);
  await spent.lookUp(0, '2');
  expect(await spent.lookUp(11_000, '2')).toEqual([[undefined, 0]]);
  expect(spent.upstream.calls).toBe(1);
});

test('prefetches the list, and tries again at the next look-up when that fails', async () => {
  const { clock, upstream, directory, lookUp } = start();
  upstream.list = FAILURE;
  clock.at(0, directory.prefetch);
  await clock.run();
  expect(upstream.calls).toBe(1);
  upstream.list = listOf('1');
  expect(await lookUp(0, '1')).toEqual([[true, LATENCY_MS]]);
});

test('fails the list of an operation at once when its quota has no call in time', async () => {
  const { clock, upstream, directory, lookUp } = start(1);
  upstream.list = FAILURE;
  await lookUp(0, '1');
  const failures: unknown[] = [];
  // The next call is due in two seconds.
  const atMs = MINUTE_MS - 2_000;
  clock.at(atMs, () => {
    const operation = createOperation({ deadlineAtMs: atMs + 1_000 });
    Promise.resolve(directory.list(operation)).catch((error: unknown) => {
      failures.push({ error, failedAtMs: clock.now() });
    });
  });
  await clock.run();
  expect(failures).toMatchObject([{ error: { code: 'UPSTREAM_RATE_LIMITED' }, failedAtMs: atMs }]);
});

describe('the list of an operation', () => {
  /** Lists at a moment, within this time; returns the IDs or the error, and the duration. */
  async function list(
    { clock, directory }: ReturnType<typeof start>,
    afterMs: number,
    timeMs = 15_000,
  ) {
    const results: Promise<[ids: readonly string[] | string, tookMs: number]>[] = [];
    const atMs = clock.now() + afterMs;
    clock.at(atMs, () => {
      const operation = createOperation({ deadlineAtMs: atMs + timeMs });
      const listed = Promise.resolve(directory.list(operation)).then(
        ({ semesters }) => semesters.map(({ id }) => id),
        (error: unknown) => (error as GatewayError).code,
      );
      results.push(listed.then((ids) => [ids, clock.now() - atMs]));
    });
    await clock.run();
    return (await Promise.all(results))[0];
  }

  test('costs one call in a minute', async () => {
    const world = start();
    expect(await list(world, 0)).toEqual([['1'], LATENCY_MS]);
    world.upstream.list = listOf('1', '2');
    expect(await list(world, MINUTE_MS - 1)).toEqual([['1'], 0]);
    expect(await list(world, LATENCY_MS + 1)).toEqual([['1', '2'], LATENCY_MS]);
    expect(world.upstream.calls).toBe(2);
  });

  test('is up to an hour old if newer ones fail, which costs three calls a minute', async () => {
    const world = start();
    await list(world, 0);
    world.upstream.list = FAILURE;
    for (let i = 0; i < 58; i += 1) expect((await list(world, MINUTE_MS))?.[0]).toEqual(['1']);
    const callsBefore = world.upstream.calls;
    for (let i = 0; i < 10; i += 1) expect((await list(world, 1_000))?.[0]).toEqual(['1']);
    expect(world.upstream.calls - callsBefore).toBeLessThanOrEqual(3);
    expect((await list(world, 2 * MINUTE_MS))?.[0]).toBe('UPSTREAM_PERMISSION_DENIED');
  });

  test.each([
    [15_000, 3_000],
    [2_000, 1_000],
  ])('is the last one if Feishu is slow: of %s ms it takes %s ms', async (timeMs, tookMs) => {
    const world = start();
    await list(world, 0);
    world.upstream.latencyMs = 9_000;
    world.upstream.list = listOf('1', '2');
    expect(await list(world, MINUTE_MS, timeMs)).toEqual([['1'], tookMs]);
    // The call went on, and its list is kept.
    expect(await list(world, 0)).toEqual([['1', '2'], 0]);
  });

  test('is the last one at once if the quota has no call in time', async () => {
    const world = start(1);
    await list(world, 0);
    world.upstream.list = FAILURE;
    await list(world, MINUTE_MS);
    expect(await list(world, 10_000)).toEqual([['1'], 0]);
    expect(world.upstream.calls).toBe(2);
  });
});

test('twelve replicas with one quota list cycles with at most ten calls a minute', async () => {
  const clock = new VirtualClock();
  const gate = createGate({ calls: 10, windowMs: MINUTE_MS }, clock);
  const callsAtMs: number[] = [];
  const source = {
    ready: () => Promise.resolve(),
    async listSemesters() {
      callsAtMs.push(clock.now());
      await clock.sleep(LATENCY_MS);
      return listOf('1');
    },
  };
  const replicas = Array.from({ length: 12 }, () => ({
    directory: createSemesterDirectory({ source, gate, clock }),
    outcomes: [] as boolean[],
  }));
  for (let atMs = 0; atMs < 10 * MINUTE_MS; atMs += 5_000) {
    clock.at(atMs, () => {
      for (const { directory, outcomes } of replicas) {
        void Promise.resolve(directory.list(createOperation({ deadlineAtMs: atMs + 4_000 }))).then(
          () => outcomes.push(true),
          () => outcomes.push(false),
        );
      }
    });
  }
  await clock.run();

  const inMinute = (fromMs: number) =>
    callsAtMs.filter((ms) => ms >= fromMs && ms < fromMs + MINUTE_MS).length;
  expect(Math.max(...callsAtMs.map(inMinute))).toBeLessThanOrEqual(10);
  for (const { outcomes } of replicas) {
    expect(outcomes).toHaveLength(120);
    // Once a replica has a list, it always has one.
    expect(outcomes.slice(outcomes.indexOf(true))).not.toContain(false);
    expect(outcomes.filter((isListed) => !isListed).length).toBeLessThan(15);
  }
});
