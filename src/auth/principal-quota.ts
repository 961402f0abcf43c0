import type { Clock } from '../domain/clock';
import { GatewayError } from '../domain/errors';
import { getOrCreate } from '../domain/collections';
import type { TaskCall } from '../domain/operation-context';
import type { Principal } from '../domain/principal';
import { createPrincipalAccounts, type Account } from './principal-accounts';
import { createSelfPool, type SelfPool, type WaitingOperation } from './self-pool';
import { recentOf, waitMsUntil } from './spendings';

/** The share of the upstream quota that one principal may spend, as one operation uses it. */
export interface PrincipalQuota {
  /** No operation of this principal may cost more. */
  readonly mostCalls: number;
  /** Before an operation that may cost so many calls. @throws GatewayError `RATE_LIMITED` */
  reserve(calls: number): void;
  /**
   * Before Feishu is asked for users of a scope: waits while all principals of this kind together have no
   * call left. @returns to be called when the users are answered @throws GatewayError `RATE_LIMITED`
   */
  enter(scope: string, users: number): Promise<() => void>;
  /** A call for tasks was made for this operation, retries and searches for a poison ID included. */
  readonly charge: (call: TaskCall) => void;
  /** After the operation: what was reserved and not spent is free again. */
  settle(): void;
}

export interface PrincipalQuotasOptions {
  /** The whole quota, and the window in which it may be spent. */
  readonly quotaCalls: number;
  readonly windowMs: number;
  /** Whether some principals may read all users (policy `all`): part of the quota is kept for them. */
  readonly keepsReserve: boolean;
  readonly clock: Clock;
}

/** One person needs no more of a quota that all principals share. */
const PERSON_SHARE = 0.5;
/** All people together leave a quarter of the quota to services. */
const SELF_SHARE = 0.75;

/**
 * Without it one person, or a few together, could spend the whole quota within any limit on requests.
 * Each replica counts by itself.
 */
export function createPrincipalQuotas(
  options: PrincipalQuotasOptions,
): (principal: Principal, operation: WaitingOperation) => PrincipalQuota {
  const { quotaCalls, windowMs, keepsReserve, clock } = options;
  const mostCalls = atLeastOne(quotaCalls * PERSON_SHARE);
  const accountOf = createPrincipalAccounts();
  const pool = createSelfPool({
    mostCalls: keepsReserve ? atLeastOne(quotaCalls * SELF_SHARE) : Infinity,
    windowMs,
    clock,
  });

  return (principal, operation) =>
    principal.policy === 'all'
      ? UNLIMITED
      : createOperationQuota(() => accountOf(principal), pool, operation, {
          mostCalls,
          windowMs,
          nowMs: () => clock.now(),
        });
}

interface PersonLimit {
  readonly mostCalls: number;
  readonly windowMs: number;
  readonly nowMs: () => number;
}

function createOperationQuota(
  findAccount: () => Account,
  pool: SelfPool,
  operation: WaitingOperation,
  { mostCalls, windowMs, nowMs }: PersonLimit,
): PrincipalQuota {
  const spending = { atMs: nowMs(), calls: 0 };
  let reserved = 0;
  let charged = 0;
  /** By scope: what frees the seats of this operation. */
  const seats = new Map<string, (() => void)[]>();
  const update = () => {
    spending.calls = Math.max(reserved, charged);
  };
  return {
    mostCalls,
    reserve(calls) {
      if (calls === 0) return;
      // Found only now: credentials that state two IDs may have joined two accounts meanwhile.
      const account = findAccount();
      const recent = recentOf(account.spendings, windowMs, nowMs());
      const waitMs = waitMsUntil(mostCalls - calls, recent, windowMs, nowMs());
      if (waitMs > 0) throw tooMany(mostCalls, waitMs);
      account.spendings = [...recent, spending];
      reserved = calls;
      update();
    },
    async enter(scope, users) {
      const leave = await pool.enter(scope, users, operation);
      getOrCreate(seats, scope, () => []).push(leave);
      return leave;
    },
    charge(call) {
      pool.charge(call);
      for (const leave of seats.get(call.scope) ?? []) leave();
      seats.delete(call.scope);
      charged += 1;
      update();
    },
    settle() {
      reserved = 0;
      update();
    },
  };
}

const UNLIMITED: PrincipalQuota = {
  mostCalls: Infinity,
  reserve: () => undefined,
  enter: () => Promise.resolve(() => undefined),
  charge: () => undefined,
  settle: () => undefined,
};

function atLeastOne(calls: number): number {
  return Math.max(1, Math.floor(calls));
}

function tooMany(mostCalls: number, retryAfterMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `principal: expected at most ${mostCalls} upstream calls in a window of the quota, got more`,
    { retryAfterMs },
  );
}
