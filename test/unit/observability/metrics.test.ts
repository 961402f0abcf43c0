import Fastify from 'fastify';
import { registerProbes } from '../../../src/http/probes.route';
import { createMetrics } from '../../../src/observability/metrics';
import { ManualClock } from '../../support/manual-clock';

function serveMetrics() {
  const clock = new ManualClock();
  const metrics = createMetrics(clock.now);
  const read = jest.fn(() => Promise.resolve(7));
  metrics.watchCallsLeft(read);
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
