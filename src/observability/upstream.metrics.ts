import { Counter, Histogram, type Registry } from 'prom-client';

/** The measurements of one attempt of a Feishu call. */
export interface UpstreamAttempt {
  readonly api: string;
  /** `ok`, or the kind of failure. */
  readonly outcome: string;
  readonly durationMs: number;
  /** How many users share the call, if it asks for users. */
  readonly users?: number;
}

export function createUpstreamMetrics(registers: Registry[]) {
  const attemptSeconds = new Histogram({
    name: 'gateway_upstream_attempt_duration_seconds',
    help: 'Time of one attempt of a Feishu call. Each attempt counts against the quota.',
    labelNames: ['api', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const usersPerCall = new Histogram({
    name: 'gateway_upstream_users_per_call',
    help: 'Users that share one call of find_by_user_list, at most 50.',
    buckets: [1, 2, 5, 10, 20, 30, 40, 49, 50],
    registers,
  });
  const unreadable = new Counter({
    name: 'gateway_upstream_unreadable_total',
    help: "Unreadable parts of Feishu's answers, by kind.",
    labelNames: ['kind'],
    registers,
  });

  return {
    observeAttempt({ api, outcome, durationMs, users }: UpstreamAttempt): void {
      attemptSeconds.observe({ api, outcome }, durationMs / 1_000);
      if (users !== undefined) usersPerCall.observe(users);
    },
    observeUnreadable(parts: Readonly<Record<string, number>>): void {
      for (const [kind, count] of Object.entries(parts)) unreadable.inc({ kind }, count);
    },
  };
}
