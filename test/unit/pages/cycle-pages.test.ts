import { GatewayError } from '../../../src/domain/errors';
import { MINUTE_MS, SECOND_MS } from '../../support/batching-world';
import { createOperation } from '../../support/operation';
import { createPagesWorld as start, CYCLE, EVERYONE } from '../../support/pages-world';
import { LATENCY_MS, rateLimited, unavailable } from '../../support/scripted-feishu';

test('operations that read one page share its call, while it waits and while it is in flight', async () => {
  const { clock, read, calls } = start();
  const outcomes = [read(0, ''), read(0, ''), read(50, '')];
  await clock.run();
  expect(calls).toHaveLength(1);
  expect(outcomes.map(({ users, told }) => [users, told])).toEqual([
    [50, [0]],
    [50, [0]],
    [50, [0]],
  ]);
});

test('a page is read again after its fresh time, and every time if nothing is remembered', async () => {
  const { clock, read, calls } = start();
  const [first, second, third] = [read(0, ''), read(59_999, ''), read(61_000, '')];
  await clock.run();
  expect(calls).toHaveLength(2);
  expect([first, second, third].map(({ fromCache }) => fromCache)).toEqual([false, true, false]);

  const forgetful = start({ freshMs: 0 });
  forgetful.read(0, '');
  forgetful.read(500, '');
  await forgetful.clock.run();
  expect(forgetful.calls).toHaveLength(2);
});

test('a page that has an error is read again, and remembers the other users', async () => {
  const broken = new GatewayError('UPSTREAM_MALFORMED', 'Cannot be read.');
  const { clock, read, calls, remembered } = start({
    everyoneIn: () => [...EVERYONE.slice(0, 3), broken],
  });
  read(0, '');
  read(500, '');
  await clock.run();
  expect(calls).toHaveLength(2);
  expect(new Set(remembered).size).toBe(3);
});

test('calls are sent in the order of request, within the quota', async () => {
  const { clock, read, calls } = start();
  const tokens = ['', '50', '100', '150'];
  const patient = { deadlineAtMs: 10 * MINUTE_MS };
  tokens.forEach((token, i) => read(i, token, patient));
  await clock.run();
  expect(calls.map(({ pageToken }) => pageToken)).toEqual(tokens);
  const [, second = 0, third = 0, fourth = 0] = calls.map(({ atMs }) => atMs);
  expect(second).toBeLessThan(SECOND_MS);
  expect(third).toBeGreaterThanOrEqual(MINUTE_MS);
  expect(fourth).toBeGreaterThanOrEqual(MINUTE_MS);
});

test('an operation that cannot be answered in time is told at once, without a call', async () => {
  const { clock, read, calls } = start();
  read(0, '');
  read(0, '50');
  const late = read(1_000, '100');
  await clock.run();
  expect(calls).toHaveLength(2);
  expect(late).toMatchObject({ error: 'UPSTREAM_RATE_LIMITED', atMs: 1_000, retryAfterMs: 59_000 });
});

test('an operation that can wait is not refused with one that cannot and shares its page', async () => {
  const { clock, read, calls } = start();
  read(0, '');
  read(0, '50');
  const patient = read(1_000, '100', { deadlineAtMs: 3 * MINUTE_MS });
  const late = read(2_000, '100');
  await clock.run();
  expect(calls).toHaveLength(3);
  expect(late.error).toBe('UPSTREAM_RATE_LIMITED');
  expect(patient.users).toBe(50);
});

test('an operation that can wait is not refused for the page of one that cannot', async () => {
  const { clock, read } = start({
    calls: 1,
    fateOfPage: (_, nth) => (nth === 1 ? { failure: rateLimited(80 * SECOND_MS) } : {}),
  });
  read(0, '');
  const late = read(10, '50', { deadlineAtMs: 70 * SECOND_MS });
  // Behind the other page it would be sent after 140 s.
  const patient = read(20, '100', { deadlineAtMs: 145 * SECOND_MS });
  await clock.run();
  expect(late.error).toBe('UPSTREAM_RATE_LIMITED');
  expect(patient.users).toBe(50);
});

test('a page that all operations have left is not called for, and another operation can read it', async () => {
  const { clock, read, calls } = start();
  read(0, '');
  read(0, '50');
  const controller = new AbortController();
  const life = { signal: controller.signal, deadlineAtMs: 10 * MINUTE_MS };
  const left = read(1_000, '100', life);
  clock.at(2_000, () => {
    controller.abort(new DOMException('gone', 'AbortError'));
  });
  const next = read(3_000, '150', { deadlineAtMs: 10 * MINUTE_MS });
  await clock.run();
  expect(left).toMatchObject({ error: 'UPSTREAM_TIMEOUT', atMs: 2_000, told: [] });
  expect(next.users).toBe(50);
  expect(calls.map(({ pageToken }) => pageToken)).toEqual(['', '50', '150']);

  const again = read(clock.now() + MINUTE_MS, '100', { deadlineAtMs: 100 * MINUTE_MS });
  await clock.run();
  expect(again.users).toBe(50);
});

test('an operation that reads a page at the moment when the last one leaves it is answered', async () => {
  const { clock, pages, read, calls } = start();
  const patient = { deadlineAtMs: 10 * MINUTE_MS };
  read(0, '');
  read(0, '50');
  const controller = new AbortController();
  read(1_000, '100', { ...patient, signal: controller.signal });
  const answers: unknown[] = [];
  const operation = createOperation(patient);
  clock.at(2_000, () => {
    controller.abort(new DOMException('gone', 'AbortError'));
    // By then the gateway knows that the last operation has left, and has not dropped the call yet.
    void Promise.resolve().then(async () => {
      await Promise.resolve();
      answers.push(await pages.read(CYCLE, '100', operation));
    });
  });
  await clock.run();
  expect(answers).toMatchObject([{ page: { nextPageToken: '150' } }]);
  expect(calls).toHaveLength(3);
});

test('a call in flight goes on without its operation, and its page is remembered', async () => {
  const { clock, read, calls } = start();
  const controller = new AbortController();
  const left = read(0, '', { signal: controller.signal });
  clock.at(LATENCY_MS / 2, () => {
    controller.abort(new DOMException('gone', 'AbortError'));
  });
  const next = read(1_000, '');
  await clock.run();
  expect(left.error).toBe('UPSTREAM_TIMEOUT');
  expect(next).toMatchObject({ users: 50, fromCache: true, told: [] });
  expect(calls).toHaveLength(1);
});

test('a rejected call closes the lane for the time that Feishu names', async () => {
  const failure = rateLimited(20_000);
  const { clock, read, calls } = start({
    calls: 20,
    fateOfPage: (_, nth) => (nth === 1 ? { failure } : {}),
  });
  const first = read(0, '');
  const late = read(1_000, '50');
  const later = read(25_000, '50');
  await clock.run();
  expect(first).toMatchObject({ error: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 20_000 });
  expect(late.error).toBe('UPSTREAM_RATE_LIMITED');
  expect(later.users).toBe(50);
  expect(calls).toHaveLength(2);
});

test('a failed call fails for the operations that share it, and the next one tries again', async () => {
  const { clock, read, calls } = start({
    fateOfPage: (_, nth) => (nth === 1 ? { failure: unavailable() } : {}),
  });
  const failed = [read(0, ''), read(0, '')];
  const next = read(1_000, '');
  await clock.run();
  expect(failed.map(({ error }) => error)).toEqual(Array(2).fill('UPSTREAM_UNAVAILABLE'));
  expect(next.users).toBe(50);
  expect(calls).toHaveLength(2);
});

test('without a token no call is made', async () => {
  const tokenFailure = new GatewayError('UPSTREAM_PERMISSION_DENIED', 'no app');
  const { clock, read, calls } = start({ tokenFailure });
  const failed = read(0, '');
  await clock.run();
  expect(failed.error).toBe('UPSTREAM_PERMISSION_DENIED');
  expect(calls).toEqual([]);
});
