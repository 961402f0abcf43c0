import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { shareReading } from '../domain/share-reading';

export interface ProbesOptions {
  /** False while the process drains. */
  readonly ready: () => boolean;
  readonly metrics: Registry;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route accepts any `Host`: it reveals nothing about people. */
    readonly anyHost?: boolean;
  }
}

/** A sidecar forwards probes to loopback with the pod's `Host`. */
const PROBE = { config: { anyHost: true } };

/** Routes for orchestrators and Prometheus. None of them makes an upstream call. */
export function registerProbes(server: FastifyInstance, { ready, metrics }: ProbesOptions): void {
  server.get('/livez', PROBE, () => ({ status: 'ok' }));

  server.get('/readyz', PROBE, (_request, reply) =>
    ready() ? { status: 'ok' } : reply.code(503).send({ status: 'draining' }),
  );

  // Scrapes need no credentials, so any client may send many: concurrent scrapes share one rendering.
  const render = shareReading(() => metrics.metrics(), { keepMs: 0, nowMs: () => 0 });
  server.get('/metrics', async (_request, reply) => {
    return reply.type(metrics.contentType).send(await render());
  });
}
