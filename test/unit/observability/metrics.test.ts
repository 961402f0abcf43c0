import Fastify from 'fastify';
import type { Histogram } from 'prom-client';
import { registerProbes } from '../../../src/http/probes.route';
import { createMetrics } from '../../../src/observability/metrics';
import { ManualClock } from '../../support/manual-clock';

function serveMetrics() {
  const clock = new ManualClock();
  const metrics = createMetrics(clock.now);
  const read = jest.fn(() =>
    Promise.resolve({ callsLeft: 7, closedReason: 'QUOTA_EXHAUSTED' as const, waitingUsers: 3 }),
  );
  metrics.watchQuota(read);
  const render = jest.spyOn(metrics.registry, 'metrics');
  const server = Fastify();
  registerProbes(server, { ready: () => true, metrics: metrics.registry });
  return { clock, read, render, scrape: () => server.inject('/metrics') };
}

test('Concurrent scrapes share one rendering and one reading of the ledger', async () => {
  const { read, render, scrape } = serveMetrics();
  const scrapes = await Promise.all(Array.from({ length: 1_000 }, scrape));

  expect(new Set(scrapes.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  for (const { body } of scrapes) expect(body).toContain('gateway_quota_calls_left 7');
  expect(read).toHaveBeenCalledTimes(1);
  // Scrapes that arrive during a rendering share the next one.
  expect(render.mock.calls.length).toBeLessThanOrEqual(2);
});

test('A scrape has the state of the quota', async () => {
  const { body } = await serveMetrics().scrape();

  expect(body).toContain('gateway_waiting_users 3');
  expect(body).toContain('gateway_quota_closed{reason="QUOTA_EXHAUSTED"} 1');
  expect(body).toContain('gateway_quota_closed{reason="RATE_LIMITED"} 0');
});

test('Scrapes within a second share one reading of the ledger', async () => {
  const { clock, read, scrape } = serveMetrics();
  for (let i = 0; i < 9; i += 1) await scrape();
  expect(read).toHaveBeenCalledTimes(1);
  clock.advance(1_000);
  await scrape();
  expect(read).toHaveBeenCalledTimes(2);
});

test('A scrape after a failed reading reads again', async () => {
  const { read, scrape } = serveMetrics();
  read.mockRejectedValueOnce(new Error('no ledger'));
  expect((await scrape()).statusCode).toBe(500);
  expect((await scrape()).statusCode).toBe(200);
});

describe('The metrics of operations', () => {
  const OPERATION = {
    durationMs: 20,
    waitedMs: 300,
    upstreamCalls: 1,
    usersAsked: 10,
    usersFromCache: 6,
    usersStale: 2,
    errorCodes: [],
  };
  const OK = 'gateway_operation_duration_seconds_count{outcome="ok"}';
  const ERRORS = 'gateway_operation_duration_seconds_count{outcome="errors"}';
  const WAITED = 'gateway_waiting_seconds_count';
  const userCount = (source: string) => `gateway_users_total{source="${source}"}`;

  function observeOperations() {
    const metrics = createMetrics(new ManualClock().now);
    const observe = (times: number, changes: object = {}) => {
      for (let i = 0; i < times; i += 1) metrics.observeOperation({ ...OPERATION, ...changes });
    };
    const readFrom = (text: string, names: readonly string[]) =>
      names.map((name) => {
        const line = text.split('\n').find((one) => one.startsWith(`${name} `));
        return line && Number(line.slice(name.length));
      });
    return { ...metrics, observe, readFrom };
  }

  test('Each scrape has all operations so far, once', async () => {
    const { registry, observe, readFrom } = observeOperations();
    const names = [OK, ERRORS, WAITED, ...['upstream', 'fresh', 'stale'].map(userCount)];
    const read = async () => readFrom(await registry.metrics(), names);
    observe(1);
    expect(await read()).toEqual([1, undefined, 1, 4, 4, 2]);
    observe(999);
    observe(1, { upstreamCalls: 0, errorCodes: ['FORBIDDEN'] });
    expect(await read()).toEqual([1_000, 1, 1_000, 4_004, 4_004, 2_002]);
    expect(await read()).toEqual([1_000, 1, 1_000, 4_004, 4_004, 2_002]);
  });

  test.each([OK, WAITED, userCount('stale')])('A reading of %s alone is complete', async (name) => {
    const { registry, observe, readFrom } = observeOperations();
    observe(3);
    const metric = name.replace(/_count.*|\{.*/, '');
    const text = await registry.getSingleMetricAsString(metric);
    expect(readFrom(text, [name])).toEqual([name.startsWith('gateway_users') ? 6 : 3]);
  });

  test('Without scrapes, few operations wait', () => {
    const { registry, observe } = observeOperations();
    const histogram = registry.getSingleMetric('gateway_operation_duration_seconds') as Histogram;
    const observed = jest.spyOn(histogram, 'observe');
    observe(1_000);
    expect(observed.mock.calls.length).toBeGreaterThan(700);
  });
});
