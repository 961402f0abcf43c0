import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { shareReading } from '../domain/share-reading';

export interface ProbesOptions {
  /** False while the process starts and while it drains. */
  readonly ready: () => boolean;
  readonly metrics: Registry;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers under any `Host`, as it says nothing about people. */
    readonly anyHost?: boolean;
  }
}

/** A sidecar forwards a probe to loopback with the `Host` of the pod. */
const PROBE = { config: { anyHost: true } };

/** What an orchestrator asks. None of these costs an upstream call. */
export function registerProbes(server: FastifyInstance, { ready, metrics }: ProbesOptions): void {
  server.get('/livez', PROBE, () => ({ status: 'ok' }));

  server.get('/readyz', PROBE, (_request, reply) =>
    ready() ? { status: 'ok' } : reply.code(503).send({ status: 'draining' }),
  );

  // Scrapes that overlap are rendered once: they need no credentials, so that anyone may send many.
  const render = shareReading(() => metrics.metrics(), { keepMs: 0, nowMs: () => 0 });
  server.get('/metrics', async (_request, reply) => {
    return reply.type(metrics.contentType).send(await render());
  });
}
