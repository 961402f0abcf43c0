import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** One attempt of a call to Feishu. */
export interface UpstreamAttempt {
  readonly api: string;
  /** `ok`, or the kind of failure. */
  readonly outcome: string;
  readonly durationMs: number;
  /** How many users share the call, where it is about users. */
  readonly users?: number;
}

/** All metrics, in Prometheus' format. Labels are bounded: no names, IDs or free text among them. */
export interface Metrics {
  readonly registry: Registry;
  readonly observeOperation: (outcome: 'ok' | 'errors', durationMs: number) => void;
  readonly observeAttempt: (attempt: UpstreamAttempt) => void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const operationSeconds = new Histogram({
    name: 'gateway_operation_duration_seconds',
    help: 'Time from a GraphQL request to its response.',
    labelNames: ['outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers,
  });
  const attemptSeconds = new Histogram({
    name: 'gateway_upstream_attempt_duration_seconds',
    help: 'Time of one attempt of a Feishu call; the count is what the quota is charged with.',
    labelNames: ['api', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const usersPerCall = new Histogram({
    name: 'gateway_upstream_users_per_call',
    help: 'Users that share one call of find_by_user_list, of 50 that could.',
    buckets: [1, 2, 5, 10, 20, 30, 40, 49, 50],
    registers,
  });
  return {
    registry,
    observeOperation(outcome, durationMs) {
      operationSeconds.observe({ outcome }, durationMs / 1_000);
    },
    observeAttempt({ api, outcome, durationMs, users }) {
      attemptSeconds.observe({ api, outcome }, durationMs / 1_000);
      if (users !== undefined) usersPerCall.observe(users);
    },
  };
}
