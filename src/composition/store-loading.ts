import { userOfKey } from '../batching/scope';
import { createFairRoom } from '../cache/fair-room';
import { createSharingCache } from '../cache/memory.cache';
import type { Config } from '../config';
import { mostActive } from '../tenants/most-active';
import { createTenants } from '../tenants/tenants';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { LoadingParts, TenantLoadings } from './loading';
import { createTenantState } from './shared-state';
import { createTenantLoading, type TenantLoading } from './tenant-loading';

/** A tenant that the process serves. */
interface ServedTenant {
  readonly loading: TenantLoading;
  /** Feishu calls since it is served. */
  readonly calls: () => number;
  /** Ends what the process holds for it. */
  readonly end: () => void;
}

/** How long the background work of an operation may wait for its call. */
const BACKGROUND_MS = 60_000;
const IDLE_MARGIN_MS = 60_000;
/** How many tenants metrics name. */
const NAMED_TENANTS = 10;
/** How often idle tenants are forgotten. */
const FORGET_EVERY_MS = 10_000;

/** The loadings of a store app: one for each tenant, from its first request until it is idle. */
export function createStoreLoadings(
  config: Config,
  deps: Deps,
  closeStack: CloseStack,
  parts: LoadingParts,
): TenantLoadings {
  const tenants = createTenants<ServedTenant>({
    create: createTenantMaker(config, deps, parts),
    forget: (tenant) => {
      tenant.end();
    },
    idleMs: idleMsOf(config),
    maxTenants: config.maxTenants,
    nowMs: () => deps.clock.now(),
  });
  const timer = setInterval(tenants.forgetIdle, FORGET_EVERY_MS).unref();
  closeStack.push('tenants', () => {
    clearInterval(timer);
  });
  deps.metrics.watchTenants(() => {
    const usage = [...tenants.entries()].map(([tenant, { calls }]) => ({ tenant, calls: calls() }));
    return { tenants: usage.length, usage: mostActive(usage, NAMED_TENANTS) };
  });
  return {
    of: (tenantKey) => tenants.use(required(tenantKey)).loading,
    known: (tenantKey) => tenants.known(required(tenantKey))?.loading,
    retain: (tenantKey) => tenants.retain(required(tenantKey)),
    only: undefined,
    remembered: () =>
      Promise.all(Array.from(tenants.entries(), ([, { loading }]) => loading.remembered())),
  };
}

/** By then, its last operation and its background work have ended, and none of their calls counts any more. */
function idleMsOf({ quota, requestDeadlineMs }: Config): number {
  return requestDeadlineMs + BACKGROUND_MS + quota.windowSeconds * 1_000 + IDLE_MARGIN_MS;
}

function createTenantMaker(
  config: Config,
  deps: Deps,
  { feishu, sharedState, backgroundShare }: LoadingParts,
): (tenantKey: string) => ServedTenant {
  const { maxUsers } = config.cache;
  const room = createFairRoom(maxUsers);
  const quietAfterMs = config.quota.windowSeconds * 1_000;
  return (tenantKey) => {
    let calls = 0;
    const state = sharedState && createTenantState(sharedState, tenantKey, quietAfterMs);
    const memory = createSharingCache(room, { maxUsers, userOf: userOfKey });
    const loading = createTenantLoading(
      config,
      { ...deps, log: deps.log.child({ tenantKey }) },
      {
        source: feishu.sourceOf(tenantKey, () => (calls += 1)),
        sharedState: state?.shared,
        createMemory: () => memory,
        backgroundShare,
      },
    );
    const end = () => {
      state?.end();
      memory.leave();
    };
    return { loading, calls: () => calls, end };
  };
}

/** Authentication gives every principal of a store app a tenant. */
function required(tenantKey: string | null): string {
  if (tenantKey !== null) return tenantKey;
  throw new Error('tenantKey: expected that of a company with a store app, got none');
}
