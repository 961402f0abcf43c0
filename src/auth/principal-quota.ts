import type { Clock } from '../domain/clock';
import { GatewayError } from '../domain/errors';
import { getOrCreate } from '../domain/collections';
import type { TaskCall } from '../domain/operation-context';
import type { Principal } from '../domain/principal';
import { createPrincipalAccounts, type Account } from './principal-accounts';
import { createSelfPool, UNLIMITED_POOL, type SelfPool, type WaitingOperation } from './self-pool';
import { recentOf, waitMsUntil } from './spendings';

/** The share of the upstream quota that one principal may spend, as one operation uses it. */
export interface PrincipalQuota {
  /** The most upstream calls that one operation of this principal may cost. */
  readonly maxCalls: number;
  /**
   * Reserves the estimated cost of an operation before it runs.
   * @param calls at most `maxCalls`
   * @throws GatewayError `RATE_LIMITED`
   */
  reserve(calls: number): void;
  /**
   * Waits until Feishu may be asked for users of a scope: all principals without policy `all` share a pool of calls.
   * @returns a function to call when the users are answered, which frees their seats
   * @throws GatewayError `RATE_LIMITED`
   */
  enter(scope: string, users: number): Promise<() => void>;
  /** Charges one call for tasks that was made for this operation, including retries and poison-ID isolation. */
  readonly charge: (call: TaskCall) => void;
  /** Frees what the operation reserved and did not spend. */
  settle(): void;
}

export interface PrincipalQuotasOptions {
  /** The whole upstream quota in any window. */
  readonly quotaCalls: number;
  readonly windowMs: number;
  /** Whether part of the quota is kept for principals of policy `all`. */
  readonly keepsReserve: boolean;
  readonly clock: Clock;
}

/** The most that one principal of policy `self` or `listed` may spend of the quota, which all principals share. */
const PRINCIPAL_SHARE = 0.5;
/** The most that all principals of policy `self` or `listed` may spend together. The rest is kept for services. */
const POOL_SHARE = 0.75;

/**
 * Limits upstream calls, since a few principals could spend the whole quota within any limit on requests. Each
 * replica counts by itself. Principals of policy `all` have no limit.
 */
export function createPrincipalQuotas(
  options: PrincipalQuotasOptions,
): (principal: Principal, operation: WaitingOperation) => PrincipalQuota {
  const { quotaCalls, windowMs, keepsReserve, clock } = options;
  const maxCalls = atLeastOne(quotaCalls * PRINCIPAL_SHARE);
  const accountOf = createPrincipalAccounts();
  const poolCalls = atLeastOne(quotaCalls * POOL_SHARE);
  const pool = keepsReserve
    ? createSelfPool({ maxCalls: poolCalls, windowMs, clock })
    : UNLIMITED_POOL;

  return (principal, operation) =>
    principal.policy === 'all'
      ? UNLIMITED
      : createOperationQuota(() => accountOf(principal), pool, operation, {
          maxCalls,
          windowMs,
          nowMs: () => clock.now(),
        });
}

interface PrincipalLimit {
  readonly maxCalls: number;
  readonly windowMs: number;
  readonly nowMs: () => number;
}

function createOperationQuota(
  findAccount: () => Account,
  pool: SelfPool,
  operation: WaitingOperation,
  { maxCalls, windowMs, nowMs }: PrincipalLimit,
): PrincipalQuota {
  const spending = { atMs: nowMs(), calls: 0 };
  let reserved = 0;
  let charged = 0;
  /** Functions that free the seats of this operation, by scope. */
  const releases = new Map<string, (() => void)[]>();
  const update = () => {
    spending.calls = Math.max(reserved, charged);
  };
  return {
    maxCalls,
    reserve(calls) {
      if (calls === 0) return;
      // Looked up only now: another request may have merged two accounts of this principal meanwhile.
      const account = findAccount();
      const recent = recentOf(account.spendings, windowMs, nowMs());
      const waitMs = waitMsUntil(maxCalls - calls, recent, windowMs, nowMs());
      if (waitMs > 0) throw tooMany(maxCalls, waitMs);
      account.spendings = [...recent, spending];
      reserved = calls;
      update();
    },
    async enter(scope, users) {
      const release = await pool.enter(scope, users, operation);
      getOrCreate(releases, scope, () => []).push(release);
      return release;
    },
    charge(call) {
      pool.charge(call);
      for (const release of releases.get(call.scope) ?? []) release();
      releases.delete(call.scope);
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
  maxCalls: Infinity,
  reserve: () => undefined,
  enter: () => Promise.resolve(() => undefined),
  charge: () => undefined,
  settle: () => undefined,
};

function atLeastOne(calls: number): number {
  return Math.max(1, Math.floor(calls));
}

function tooMany(maxCalls: number, retryAfterMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `principal: expected at most ${maxCalls} upstream calls in a window of the quota, got more`,
    { retryAfterMs },
  );
}
