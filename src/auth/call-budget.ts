import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';

/** What one caller may still have Feishu asked. */
export interface CallBudget {
  /** No operation of this caller may cost more. */
  readonly mostCalls: number;
  /** Before an operation that may cost so many calls. @throws GatewayError `RATE_LIMITED` */
  reserve(calls: number): void;
  /** After it, what it has really cost: an answer from memory costs nothing. */
  settle(calls: number): void;
}

export interface CallBudgetsOptions {
  /** The whole quota, and the time in which it comes anew. */
  readonly quotaCalls: number;
  readonly windowMs: number;
  readonly nowMs: () => number;
}

/** Nobody who may only read their own tasks needs more of a quota that is there for everybody. */
const SELF_SHARE = 0.5;
/** Those who have asked least lately are forgotten first. */
const MOST_CALLERS = 20_000;

interface Spending {
  readonly atMs: number;
  calls: number;
}

/** One person with made-up cycles could otherwise spend everybody's quota, within any limit of requests. */
export function createCallBudgets(options: CallBudgetsOptions): (caller: Principal) => CallBudget {
  const { quotaCalls, windowMs, nowMs } = options;
  const mostCalls = Math.max(1, Math.floor(quotaCalls * SELF_SHARE));
  const spendings = new LRUCache<string, readonly Spending[]>({ max: MOST_CALLERS });

  return ({ kind, name, policy }) => {
    if (policy === 'all') return UNLIMITED;
    const key = `${kind} ${name}`;
    const spending: Spending = { atMs: nowMs(), calls: 0 };
    return {
      mostCalls,
      reserve(calls) {
        const recent = (spendings.get(key) ?? []).filter(
          ({ atMs, calls: spent }) => spent > 0 && atMs > nowMs() - windowMs,
        );
        const spent = recent.reduce((sum, one) => sum + one.calls, 0);
        if (spent + calls > mostCalls) {
          throw tooMany(mostCalls, (recent[0]?.atMs ?? nowMs()) + windowMs - nowMs());
        }
        spending.calls = calls;
        spendings.set(key, [...recent, spending]);
      },
      settle(calls) {
        spending.calls = Math.min(spending.calls, calls);
      },
    };
  };
}

const UNLIMITED: CallBudget = {
  mostCalls: Infinity,
  reserve: () => undefined,
  settle: () => undefined,
};

function tooMany(mostCalls: number, retryAfterMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `one caller: expected at most ${mostCalls} upstream calls in a window of the quota, got more`,
    { retryAfterMs },
  );
}
