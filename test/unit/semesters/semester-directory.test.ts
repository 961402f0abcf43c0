import { GatewayError } from '../../../src/domain/errors';
import type { SemesterList } from '../../../src/feishu/ports';
import { createSemesterDirectory } from '../../../src/semesters/semester-directory';
import { MINUTE_MS, createGate } from '../../support/batching-world';
import { createOperation } from '../../support/operation';
import { VirtualClock } from '../../support/virtual-clock';

const LATENCY_MS = 100;
const FAILURE = new GatewayError('UPSTREAM_PERMISSION_DENIED', 'no scope');

const listOf = (...ids: string[]): SemesterList => ({
  semesters: ids.map((id) => ({ id, name: null, startTime: null, endTime: null })),
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

test('returns undefined for a cycle that an incomplete list lacks', async () => {
  const { upstream, lookUp } = start();
  upstream.list = { ...listOf('1'), isComplete: false };
  const [one, two] = await lookUp(0, '1', '2');
  expect([one?.[0], two?.[0]]).toEqual([true, undefined]);
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
    directory.list(operation).catch((error: unknown) => {
      failures.push({ error, failedAtMs: clock.now() });
    });
  });
  await clock.run();
  expect(failures).toMatchObject([{ error: { code: 'UPSTREAM_RATE_LIMITED' }, failedAtMs: atMs }]);
});
