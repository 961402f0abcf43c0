import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import { createOperationMetrics, type AnsweredOperation } from './operation.metrics';
import { createStateMetrics, type QuotaReading } from './state.metrics';
import { createStreamMetrics } from './stream.metrics';
import { createTenantMetrics } from './tenant.metrics';
import { createUpstreamMetrics, type UpstreamAttempt } from './upstream.metrics';

export type { AnsweredOperation, UpstreamAttempt };

/**
 * All metrics, in the Prometheus format. Labels have few values: they hold no names, IDs or free text, except for the
 * `tenant_key` of the most active companies of a store app.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly observeOperation: (operation: AnsweredOperation) => void;
  /** Registers the gauges of the quota, for a custom app. `read` runs at most once a second. */
  readonly watchQuota: (read: () => Promise<QuotaReading>) => void;
  /** Registers the gauge of the Redis connection, for a gateway that uses Redis. */
  readonly watchRedis: (isUp: () => boolean) => void;
  /** Registers the gauges of tenants, for a store app. */
  readonly watchTenants: ReturnType<typeof createTenantMetrics>['watchTenants'];
  readonly observeAttempt: (attempt: UpstreamAttempt) => void;
  /** Counts the unreadable parts of one answer from Feishu, by kind. */
  readonly observeUnreadable: (parts: Readonly<Record<string, number>>) => void;
  readonly observeStreamOpened: () => void;
  /** @param reason why the stream has ended */
  readonly observeStreamEnded: (reason: string) => void;
  readonly observeRefusal: (kind: string) => void;
  /** Counts invalid values in Redis, by kind. */
  readonly observeRedisRejection: (kind: string, count: number) => void;
  /** Counts one request to the route of Feishu's events, by what became of it. */
  readonly observeEvent: (outcome: string) => void;
  /** Counts spans that the collector took, or did not. */
  readonly observeExport: (outcome: string, spans: number) => void;
}

export function createMetrics(nowMs: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const refusals = new Counter({
    name: 'gateway_refusals_total',
    help: 'Requests without valid credentials, denied reads, requests over a limit, and tokens not looked up.',
    labelNames: ['kind'],
    registers,
  });

  const redisRejections = new Counter({
    name: 'gateway_redis_rejected_total',
    help: 'Invalid answers, messages and ledger records in Redis.',
    labelNames: ['kind'],
    registers,
  });

  const events = new Counter({
    name: 'gateway_webhook_requests_total',
    help: "Requests to the route of Feishu's events: handled, repeated, unused, URL checks, and refused ones by reason.",
    labelNames: ['outcome'],
    registers,
  });

  const spans = new Counter({
    name: 'gateway_spans_total',
    help: 'Spans sent to the collector of traces: exported, and failed ones.',
    labelNames: ['outcome'],
    registers,
  });

  return {
    registry,
    ...createOperationMetrics(registers),
    ...createUpstreamMetrics(registers),
    ...createStateMetrics(registers, nowMs),
    ...createStreamMetrics(registers),
    ...createTenantMetrics(registers),
    observeRefusal(kind) {
      refusals.inc({ kind });
    },
    observeRedisRejection(kind, count) {
      redisRejections.inc({ kind }, count);
    },
    observeEvent(outcome) {
      events.inc({ outcome });
    },
    observeExport(outcome, count) {
      spans.inc({ outcome }, count);
    },
  };
}
