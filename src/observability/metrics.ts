import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import { createOperationMetrics, type AnsweredOperation } from './operation.metrics';
import { createStateMetrics } from './state.metrics';
import { createUpstreamMetrics, type UpstreamAttempt } from './upstream.metrics';

export type { AnsweredOperation, UpstreamAttempt };

/** All metrics, in Prometheus' format. Labels are bounded: no names, IDs or free text among them. */
export interface Metrics {
  readonly registry: Registry;
  readonly observeOperation: (operation: AnsweredOperation) => void;
  /** Where to read, at most once a second, how many calls are left. */
  readonly watchCallsLeft: (read: () => Promise<number>) => void;
  /** Where to read whether Redis is there, for a replica that shares. */
  readonly watchRedis: (isUp: () => boolean) => void;
  readonly observeAttempt: (attempt: UpstreamAttempt) => void;
  /** How many parts of one answer could not be used, by kind. */
  readonly observeUnreadable: (parts: Readonly<Record<string, number>>) => void;
  readonly observeRefusal: (kind: string) => void;
  /** Values in Redis that were not believed, by kind. */
  readonly observeRedisRejection: (kind: string, count: number) => void;
}

export function createMetrics(nowMs: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const refusals = new Counter({
    name: 'gateway_refusals_total',
    help: 'Requests without valid credentials, reads denied, requests over the rate limit, and tokens not looked up.',
    labelNames: ['kind'],
    registers,
  });

  const redisRejections = new Counter({
    name: 'gateway_redis_rejected_total',
    help: 'Answers, messages and ledger records in Redis that were not believed.',
    labelNames: ['kind'],
    registers,
  });

  return {
    registry,
    ...createOperationMetrics(registers),
    ...createUpstreamMetrics(registers),
    ...createStateMetrics(registers, nowMs),
    observeRefusal(kind) {
      refusals.inc({ kind });
    },
    observeRedisRejection(kind, count) {
      redisRejections.inc({ kind }, count);
    },
  };
}
