import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One attempt of a call to Feishu. */
export interface UpstreamAttempt {
  readonly api: string;
  /** `ok`, or the kind of failure. */
  readonly outcome: string;
  readonly durationMs: number;
  /** How many users share the call, where it is about users. */
  readonly users?: number;
}

/** One GraphQL operation, as far as it concerns many. */
export interface AnsweredOperation {
  readonly durationMs: number;
  readonly waitedMs: number;
  readonly upstreamCalls: number;
  readonly usersAsked: number;
  readonly usersFromCache: number;
  readonly usersStale: number;
  readonly errorCodes: readonly string[];
}

/** All metrics, in Prometheus' format. Labels are bounded: no names, IDs or free text among them. */
export interface Metrics {
  readonly registry: Registry;
  readonly observeOperation: (operation: AnsweredOperation) => void;
  /** Where to read, at each scrape, how many calls are left. */
  readonly watchCallsLeft: (read: () => Promise<number>) => void;
  /** Where to read whether Redis is there, for a replica that shares. */
  readonly watchRedis: (isUp: () => boolean) => void;
  readonly observeAttempt: (attempt: UpstreamAttempt) => void;
  /** How many parts of one answer could not be used, by kind. */
  readonly observeUnreadable: (parts: Readonly<Record<string, number>>) => void;
  readonly observeRefusal: (kind: string) => void;
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
  const waitingSeconds = new Histogram({
    name: 'gateway_waiting_seconds',
    help: 'Time that an operation waited for the quota to let its call leave.',
    buckets: [0.01, 0.05, 0.25, 1, 2, 3, 5, 7.5, 10, 15],
    registers,
  });
  const users = new Counter({
    name: 'gateway_users_total',
    help: 'Users that operations were about, by where their answer came from.',
    labelNames: ['source'],
    registers,
  });
  const unreadable = new Counter({
    name: 'gateway_upstream_unreadable_total',
    help: "Parts of Feishu's answers that could not be used, by what they are.",
    labelNames: ['kind'],
    registers,
  });
  const refusals = new Counter({
    name: 'gateway_refusals_total',
    help: 'Callers not let in, reads denied, requests over the rate limit, and tokens not looked up.',
    labelNames: ['kind'],
    registers,
  });

  return {
    registry,
    observeOperation(operation) {
      const { durationMs, waitedMs, usersAsked, usersFromCache, usersStale } = operation;
      const outcome = operation.errorCodes.length > 0 ? 'errors' : 'ok';
      operationSeconds.observe({ outcome }, durationMs / 1_000);
      if (operation.upstreamCalls > 0) waitingSeconds.observe(waitedMs / 1_000);
      users.inc({ source: 'upstream' }, usersAsked - usersFromCache);
      users.inc({ source: 'fresh' }, usersFromCache - usersStale);
      users.inc({ source: 'stale' }, usersStale);
    },
    watchCallsLeft(read) {
      new Gauge({
        name: 'gateway_quota_calls_left',
        help: 'Calls of find_by_user_list that may still leave in the present window.',
        registers,
        async collect() {
          this.set(await read());
        },
      });
    },
    watchRedis(isUp) {
      new Gauge({
        name: 'gateway_redis_up',
        help: '1 while quota and answers are shared through Redis, 0 while this replica goes on alone.',
        registers,
        collect() {
          this.set(isUp() ? 1 : 0);
        },
      });
    },
    observeAttempt({ api, outcome, durationMs, users }) {
      attemptSeconds.observe({ api, outcome }, durationMs / 1_000);
      if (users !== undefined) usersPerCall.observe(users);
    },
    observeUnreadable(parts) {
      for (const [kind, count] of Object.entries(parts)) unreadable.inc({ kind }, count);
    },
    observeRefusal(kind) {
      refusals.inc({ kind });
    },
  };
}
