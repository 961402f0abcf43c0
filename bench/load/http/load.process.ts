import { Pool } from 'undici';
import { CONNECTIONS, createDraw, type Measured, type RequestPlan } from './request-plan';
import { quantile } from '../../quantile';

/**
 * A load generator for machines without `wrk`. It uses several times the CPU of `wrk`, so it may limit the
 * throughput of raw for one user.
 */
export interface LoadOrder {
  readonly url: string;
  readonly plan: RequestPlan;
  readonly seconds: number;
}

process.once('message', (order: LoadOrder) => {
  void load(order).then((measured) => {
    process.send?.(measured);
    process.disconnect();
  });
});

async function load({ url, plan, seconds }: LoadOrder): Promise<Measured> {
  const pool = new Pool(url, { connections: CONNECTIONS });
  const draw = createDraw(plan.bodies);
  const timesMs: number[] = [];
  let bytes = 0;
  let failures = 0;
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1_000;

  async function send(): Promise<void> {
    const sentMs = performance.now();
    const request = { path: '/graphql', method: 'POST', headers: plan.headers } as const;
    const { statusCode, body } = await pool.request({ ...request, body: draw() });
    bytes += (await body.arrayBuffer()).byteLength;
    if (statusCode !== 200) failures += 1;
    timesMs.push(performance.now() - sentMs);
  }

  async function client(): Promise<void> {
    while (performance.now() < endMs) {
      await send().catch(() => {
        failures += 1;
      });
    }
  }

  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const elapsedSeconds = (performance.now() - startedMs) / 1_000;
  await pool.close();
  return {
    requests: timesMs.length,
    requestsPerSecond: timesMs.length / elapsedSeconds,
    p50Ms: quantile(timesMs, 0.5),
    p99Ms: quantile(timesMs, 0.99),
    bytesPerAnswer: bytes / timesMs.length,
    failures,
  };
}
