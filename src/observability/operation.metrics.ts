import { Counter, Histogram, type Registry } from 'prom-client';

/** The measurements of one GraphQL operation. */
export interface AnsweredOperation {
  readonly durationMs: number;
  readonly waitedMs: number;
  readonly upstreamCalls: number;
  readonly usersAsked: number;
  readonly usersFromCache: number;
  readonly usersStale: number;
  readonly errorCodes: readonly string[];
}

/** Without scrapes, operations are observed when this number of them waits. */
const MAX_WAITING = 256;

export function createOperationMetrics(registers: Registry[]) {
  /**
   * Operations that wait for the next scrape. prom-client takes several times as long to observe operations one by one,
   * amid the work of requests, as to observe many in a row.
   */
  const waiting: AnsweredOperation[] = [];
  const collect = () => {
    for (const operation of waiting.splice(0)) observe(operation);
  };
  const operationSeconds = new Histogram({
    name: 'gateway_operation_duration_seconds',
    help: 'Time from a GraphQL request to its response.',
    labelNames: ['outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers,
    collect,
  });
  const waitingSeconds = new Histogram({
    name: 'gateway_waiting_seconds',
    help: 'Time that an operation waited for the quota before its call was sent.',
    buckets: [0.01, 0.05, 0.25, 1, 2, 3, 5, 7.5, 10, 15],
    registers,
    collect,
  });
  const users = new Counter({
    name: 'gateway_users_total',
    help: 'Users that operations asked for, by the source of the answer.',
    labelNames: ['source'],
    registers,
    collect,
  });

  const errors = new Counter({
    name: 'gateway_operation_errors_total',
    help: 'Operations with an error, by its code. One with several codes counts for each of them.',
    labelNames: ['code'],
    registers,
    collect,
  });

  function observe(operation: AnsweredOperation): void {
    const { durationMs, waitedMs, usersAsked, usersFromCache, usersStale } = operation;
    const outcome = operation.errorCodes.length > 0 ? 'errors' : 'ok';
    operationSeconds.observe({ outcome }, durationMs / 1_000);
    if (operation.upstreamCalls > 0) waitingSeconds.observe(waitedMs / 1_000);
    users.inc({ source: 'upstream' }, usersAsked - usersFromCache);
    users.inc({ source: 'fresh' }, usersFromCache - usersStale);
    users.inc({ source: 'stale' }, usersStale);
    for (const code of operation.errorCodes) errors.inc({ code });
  }

  return {
    observeOperation(operation: AnsweredOperation): void {
      waiting.push(operation);
      if (waiting.length >= MAX_WAITING) collect();
    },
  };
}
