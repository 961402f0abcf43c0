import { GatewayError } from '../domain/errors';

/** What the process keeps for each tenant that it has served lately. */
export interface Tenants<T> {
  /** What belongs to the tenant; it is created with its first use. @throws GatewayError `RATE_LIMITED` if there are too many */
  use(tenantKey: string): T;
  /** Like `use`, and keeps the tenant until the returned function is called, for work without a deadline. */
  retain(tenantKey: string): () => void;
  /** What belongs to the tenant, if it is known. This is no use. */
  known(tenantKey: string): T | undefined;
  entries(): Iterable<readonly [tenantKey: string, T]>;
  /** Forgets every tenant that was not used for `idleMs`. */
  readonly forgetIdle: () => void;
}

export interface TenantsOptions<T> {
  readonly create: (tenantKey: string) => T;
  /** Called once when a tenant is forgotten. */
  readonly forget: (tenant: T, tenantKey: string) => void;
  /**
   * Longer than an operation, its background work and the window of a quota take together: a tenant that is created
   * again has an empty ledger.
   */
  readonly idleMs: number;
  readonly maxTenants: number;
  /** Monotonic. */
  readonly nowMs: () => number;
}

interface Entry<T> {
  readonly tenant: T;
  usedAtMs: number;
  holders: number;
}

/** A tenant may become idle at any moment, but clients need not retry more often than this. */
const RETRY_AFTER_MS = 10_000;

export function createTenants<T>(options: TenantsOptions<T>): Tenants<T> {
  const { create, forget, idleMs, maxTenants, nowMs } = options;
  /** The least recently used tenant comes first. */
  const entries = new Map<string, Entry<T>>();

  function forgetIdle(): void {
    for (const [tenantKey, { tenant, usedAtMs, holders }] of entries) {
      if (nowMs() - usedAtMs < idleMs) return;
      if (holders > 0) continue;
      entries.delete(tenantKey);
      forget(tenant, tenantKey);
    }
  }

  function add(tenantKey: string): Entry<T> {
    forgetIdle();
    if (entries.size >= maxTenants) throw tooMany(maxTenants);
    return { tenant: create(tenantKey), usedAtMs: 0, holders: 0 };
  }

  function touch(tenantKey: string): Entry<T> {
    const entry = entries.get(tenantKey) ?? add(tenantKey);
    entry.usedAtMs = nowMs();
    entries.delete(tenantKey);
    entries.set(tenantKey, entry);
    return entry;
  }

  return {
    use: (tenantKey) => touch(tenantKey).tenant,
    retain(tenantKey) {
      const entry = touch(tenantKey);
      entry.holders += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        entry.holders -= 1;
        // It is idle from now on.
        touch(tenantKey);
      };
    },
    known: (tenantKey) => entries.get(tenantKey)?.tenant,
    *entries() {
      for (const [tenantKey, { tenant }] of entries) yield [tenantKey, tenant];
    },
    forgetIdle,
  };
}

function tooMany(maxTenants: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `tenants: expected at most ${maxTenants} companies at once, got more`,
    { retryAfterMs: RETRY_AFTER_MS },
  );
}
